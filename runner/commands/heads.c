#include "base/memory.h"
#include "commands/commands.h"

static bool run(struct context *context, struct error *error)
{
    const struct graph *graph = context_graph(context, error);
    if (graph == NULL) {
        return false;
    }
    struct list ids = {0};
    graph_heads(graph, &ids, option_flag(context, "resolve-dependencies"));
    struct selection selection = {.indexes =
                                      mem_alloc((ids.count + 1) * sizeof *selection.indexes)};
    for (size_t i = 0; i < ids.count; i++) {
        selection.indexes[selection.count++] = graph_find(graph, ids.items[i])->index;
    }
    list_revisions(context, &selection, NULL, false);
    selection_free(&selection);
    list_free(&ids);
    return true;
}

static const struct option_entry options[] = {
    {"resolve-dependencies", 0, OPTION_FLAG, NULL, NULL,
     "leave out heads that another revision depends on"},
    {0},
};

const struct command_entry command_heads = {
    .name = "heads",
    .arguments = "",
    .summary = "List the heads: revisions that nothing follows.",
    .description = "More than one head means branches that are not merged. `neap merge heads` "
                   "joins them, `neap upgrade heads` goes to all of them.",
    .example = "neap heads\nneap heads --format json | jq -r '.[].revision'",
    .options = options,
    .run = run,
};
