#include "revisions/target.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "revisions/order.h"
#include "revisions/position.h"

bool *graph_applied(const struct graph *graph, const struct list *rows)
{
    bool *applied = set_new(graph);
    for (size_t i = 0; i < rows->count; i++) {
        const struct revision *revision = graph_find(graph, rows->items[i]);
        if (revision != NULL) {
            applied[revision->index] = true;
        }
    }
    set_add_ancestors(graph, applied, DOWN_AND_DEPENDS);
    return applied;
}

void graph_unknown_rows(const struct graph *graph, const struct list *rows,
                        struct list *unknown)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (graph_find(graph, rows->items[i]) == NULL &&
            !list_has(&graph->pruned, rows->items[i])) {
            list_add(unknown, rows->items[i]);
        }
    }
}

static int compare_indexes(const void *a, const void *b)
{
    size_t left = *(const size_t *)a;
    size_t right = *(const size_t *)b;
    return (left > right) - (left < right);
}

bool resolve_target(const struct graph *graph, const struct list *rows, const char *target,
                    struct selection *selection, struct error *error)
{
    struct position place;
    *selection = (struct selection){0};
    if (!position_find(graph, rows, target,
                       POSITION_CURRENT | POSITION_BARE | POSITION_UP | POSITION_DOWN, &place,
                       error)) {
        return false;
    }
    if (place.pruned != NULL && place.at_count == 0) {
        (void)error_set(error, ERROR_USAGE, "\"%s\": %s is pruned, there is no file of it",
                        target, place.pruned);
        position_free(&place);
        return false;
    }
    selection->indexes = place.at;
    selection->count = place.at_count;
    place.at = NULL;
    position_free(&place);
    if (selection->count > 1) {
        qsort(selection->indexes, selection->count, sizeof *selection->indexes,
              compare_indexes);
    }
    return true;
}

void selection_free(struct selection *selection)
{
    mem_free(selection->indexes);
    *selection = (struct selection){0};
}
