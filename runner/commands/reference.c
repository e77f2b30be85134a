#include <string.h>

#include "cli/directives.h"
#include "commands/commands.h"

static bool run(struct context *context, struct error *error)
{
    const char *what = context_argument(context, 0);
    struct text text = {0};
    bool done = true;
    if (what == NULL) {
        directives_reference(&text);
    } else if (strcmp(what, "annotations") == 0) {
        directives_annotations(&text);
    } else {
        done = error_set(error, ERROR_USAGE,
                         "reference takes \"annotations\" or nothing, not \"%s\"", what);
    }
    if (done) {
        output_text(&text);
    }
    text_free(&text);
    return done;
}

const struct command_entry command_reference = {
    .name = "reference",
    .arguments = "[annotations]",
    .summary = "Print the directives of op as Markdown, or as annotations for editors.",
    .example = "neap reference > docs/op.md\nneap reference annotations > library/neap.lua",
    .max_arguments = 1,
    .run = run,
    .hidden = true,
};
