#include "commands/commands.h"

static bool run(struct context *context, struct error *error)
{
    struct selection selection = {0};
    if (!select_revisions(context, context_argument(context, 0), "edit", &selection, error)) {
        return false;
    }
    struct list paths = {0};
    for (size_t i = 0; i < selection.count; i++) {
        list_add(&paths, context->graph.revisions[selection.indexes[i]].path);
    }
    selection_free(&selection);
    bool done = edit_files(context, &paths, error);
    list_free(&paths);
    return done;
}

const struct command_entry command_edit = {
    .name = "edit",
    .arguments = "REV",
    .summary = "Open a revision in $VISUAL or $EDITOR.",
    .missing = "REV is an id or the beginning of one, a label, head, heads, current, +1, -1.",
    .example = "neap edit head\nEDITOR='code --wait' neap edit 1f2e",
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run,
};
