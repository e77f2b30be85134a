/* scratch.h - databases that a command makes for itself, to see what revisions make. */
#ifndef NEAP_COMMANDS_SCRATCH_H
#define NEAP_COMMANDS_SCRATCH_H

#include "cli/context.h"

struct scratch {
    char *url;
    char *directory; /* of an SQLite file */
};
/* A new database of the project's kind, beside the project's own (PostgreSQL: on its server,
 * which takes the right to create databases), upgraded to the target by the revisions of graph;
 * "base": empty. The caller drops it, also after an error. */
bool scratch_make(struct context *context, const struct graph *graph, const char *target,
                  struct scratch *scratch, struct error *error);
void scratch_drop(struct scratch *scratch);

#endif
