#include "cli/drawing.h"
#include "commands/commands.h"

static bool run(struct context *context, struct error *error)
{
    const char *range = option_string(context, "rev-range");
    bool indicate = option_flag(context, "indicate-current");
    bool needed = indicate || (range != NULL && target_needs_rows(range));
    struct list storage = {0};
    struct selection selection = {0};
    const struct list *rows = NULL;
    bool done = context_rows(context, needed, &storage, &rows, error);
    const struct graph *graph = done ? context_graph(context, error) : NULL;
    done = graph != NULL && resolve_history(graph, rows, range, &selection, error);
    if (done) {
        const struct list *shown = indicate ? rows : NULL;
        if (option_flag(context, "graph") && !context->output.json) {
            struct describer describer = context_describer(context, shown);
            drawing_print(&describer, &selection);
        } else {
            list_revisions(context, &selection, shown, true);
        }
        if (indicate) {
            note_unknown_rows(context, rows);
        }
    }
    selection_free(&selection);
    list_free(&storage);
    return done;
}

static const struct option_entry options[] = {
    {"rev-range", 'r', OPTION_STRING, "RANGE", NULL, "a:b, a:, :b, or one revision"},
    {"indicate-current", 'i', OPTION_FLAG, NULL, NULL,
     "mark what the database is at; this asks the database"},
    {"graph", 0, OPTION_FLAG, NULL, NULL, "draw how the revisions follow each other"},
    {"allow-ahead", 0, OPTION_FLAG, NULL, NULL,
     "with -i: a revision that this checkout does not know is no error"},
    {0},
};

const struct command_entry command_history = {
    .name = "history",
    .arguments = "",
    .summary = "List the revisions, newest first.",
    .description =
        "RANGE takes every form of revision identifier at both ends: `-r 1f2e:head`, "
        "`-r -2:`, `-r current:`, `-r :billing@head`.",
    .example = "neap history\nneap history -i --graph\nneap history -r current:heads",
    .options = options,
    .run = run,
};
