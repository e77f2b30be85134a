/* progress.h - what a run tells on its way: one line per step, notices, warnings; on stderr. */
#ifndef NEAP_CLI_PROGRESS_H
#define NEAP_CLI_PROGRESS_H

#include "cli/output.h"
#include "engine/engine.h"

struct progress {
    const struct output *output;
    struct text line;   /* "upgrade 1f2e add email to account ..." */
    bool open;          /* the line stands on the screen, without its end */
    size_t notices;     /* since the step began, other than warnings */
    size_t warnings;    /* of the server, since the step began */
    char *last_waiting; /* so that one wait is told once */
};

struct engine_reporter progress_reporter(struct progress *progress);
/* print() of revisions; data is the struct progress. */
void progress_print(void *data, const char *line);
/* Ends an open line: before an error is printed. */
void progress_end(struct progress *progress);
void progress_free(struct progress *progress);

#endif
