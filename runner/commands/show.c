#include "commands/commands.h"

static bool run(struct context *context, struct error *error)
{
    struct selection selection = {0};
    if (!select_revisions(context, context_argument(context, 0), "show", &selection, error)) {
        return false;
    }
    context->output.verbose = true;
    list_revisions(context, &selection, NULL, false);
    selection_free(&selection);
    return true;
}

const struct command_entry command_show = {
    .name = "show",
    .arguments = "REV",
    .summary = "Show one revision: its parents, labels, path and message.",
    .description = "With --format json: a list, since REV may be `heads` or `current`.",
    .missing = "REV is an id or the beginning of one, a label, head, heads, current, +1, -1.",
    .example = "neap show head\nneap show 1f2e\nneap show current --format json",
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run,
};
