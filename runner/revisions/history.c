/* history.c - the revisions of a range, newest first. Only down revisions count. */
#include <string.h>

#include "base/memory.h"
#include "revisions/order.h"
#include "revisions/position.h"
#include "revisions/target.h"

static void mark(bool *set, const size_t *indexes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        set[indexes[i]] = true;
    }
}

/* Everything from the place up: its revisions, or what is above where it has none. */
static bool *set_from(const struct graph *graph, const struct position *place)
{
    bool *set = set_new(graph);
    if (place->at_count > 0) {
        mark(set, place->at, place->at_count);
    } else {
        mark(set, place->above, place->above_count);
    }
    set_add_descendants(graph, set, DOWN_ONLY);
    return set;
}

/* Everything down from the place. */
static bool *set_to(const struct graph *graph, const struct position *place)
{
    bool *set = set_new(graph);
    mark(set, place->at, place->at_count);
    mark(set, place->under, place->under_count);
    set_add_ancestors(graph, set, DOWN_ONLY);
    return set;
}

static bool holds_any(const bool *set, const size_t *indexes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (set[indexes[i]]) {
            return true;
        }
    }
    return false;
}

static bool is_empty(const struct graph *graph, const bool *set)
{
    for (size_t i = 0; i < graph->count; i++) {
        if (set[i]) {
            return false;
        }
    }
    return true;
}

static bool refuse(const struct graph *graph, const char *range, const struct position *from,
                   const struct position *to, struct error *error)
{
    bool *under_from = set_to(graph, from);
    bool reversed = to->at_count == 0 || holds_any(under_from, to->at, to->at_count);
    mem_free(under_from);
    return error_set(error, ERROR_USAGE,
                     reversed ? "the range \"%s\" is reversed: its end comes before its start"
                              : "the range \"%s\" is empty: its end does not descend from its "
                                "start",
                     range);
}

/* The first of a range counts even when it does not lead to the end, if another one does. */
static bool *select_between(const struct graph *graph, const char *range,
                            const struct position *from, const struct position *to,
                            struct error *error)
{
    bool *up = set_from(graph, from);
    bool *down = set_to(graph, to);
    for (size_t i = 0; i < graph->count; i++) {
        up[i] = up[i] && down[i];
    }
    mem_free(down);
    bool empty = is_empty(graph, up);
    bool same = from->at_count == 0 && to->at_count == 0;
    if (empty && !same) {
        mem_free(up);
        (void)refuse(graph, range, from, to, error);
        return NULL;
    }
    mark(up, from->at, from->at_count);
    return up;
}

/* A single identifier selects itself. NULL: error. */
static bool *select_range(const struct graph *graph, const struct list *rows, const char *range,
                          const struct range *sides, struct error *error)
{
    unsigned takes = POSITION_CURRENT | POSITION_BARE | POSITION_UP | POSITION_DOWN;
    struct position from = {0};
    struct position to = {0};
    bool *set = NULL;
    if (sides->from == NULL) {
        if (position_find(graph, rows, sides->to, takes, &to, error)) {
            set = set_new(graph);
            mark(set, to.at, to.at_count);
        }
    } else if (position_find(graph, rows, *sides->from == '\0' ? "base" : sides->from, takes,
                             &from, error) &&
               position_find(graph, rows, *sides->to == '\0' ? "heads" : sides->to, takes, &to,
                             error)) {
        set = select_between(graph, range, &from, &to, error);
    }
    position_free(&from);
    position_free(&to);
    return set;
}

bool resolve_history(const struct graph *graph, const struct list *rows, const char *range,
                     struct selection *selection, struct error *error)
{
    struct range sides;
    *selection = (struct selection){0};
    if (range == NULL) {
        range = ":";
    }
    if (!range_read(range, &sides, error)) {
        return false;
    }
    bool *set = select_range(graph, rows, range, &sides, error);
    range_free(&sides);
    if (set == NULL) {
        return false;
    }
    selection->indexes = mem_alloc(graph->count * sizeof *selection->indexes);
    for (size_t place = graph->count; place-- > 0;) {
        if (set[graph->order[place]]) {
            selection->indexes[selection->count++] = graph->order[place];
        }
    }
    mem_free(set);
    return true;
}
