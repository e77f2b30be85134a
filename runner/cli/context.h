/* context.h - one run of a command: its options, and what it needs, made when first needed.
 *
 * Owns everything in it. A command that needs the database asks for the engine before the
 * graph: then the server answers while the files are read.
 */
#ifndef NEAP_CLI_CONTEXT_H
#define NEAP_CLI_CONTEXT_H

#include "cli/command.h"
#include "cli/describe.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "engine/engine.h"
#include "host/config.h"
#include "host/host.h"
#include "revisions/graph.h"
#include "revisions/target.h"

struct context {
    struct command_line line;
    struct output output;
    struct progress progress;
    int status;  /* of a command that succeeds */
    bool silent; /* the error is not worth a message: the reader has gone away */

    struct config config;
    struct host *host;
    struct graph graph;
    struct engine *engine;
    char *command_text; /* "upgrade head" */
    bool has_config, has_graph;
};

/* Takes the global options over: -C, colours, format. */
bool context_start(struct context *context, struct error *error);
void context_free(struct context *context);

/* NULL: error says why. */
const struct config *context_config(struct context *context, struct error *error);
const struct graph *context_graph(struct context *context, struct error *error);
struct engine *context_engine(struct context *context, bool read_only, struct error *error);
/* The options of an engine, for offline scripts. */
bool context_engine_options(struct context *context, struct engine_options *options,
                            struct error *error);
/* The version rows, only when needed says so; *rows NULL otherwise. storage is the caller's. */
bool context_rows(struct context *context, bool needed, struct list *storage,
                  const struct list **rows, struct error *error);

/* The number-th argument, from 0; NULL when there are fewer. */
const char *context_argument(const struct context *context, size_t number);
struct describer context_describer(struct context *context, const struct list *rows);

#endif
