/* stamp.c - version rows that are set without running anything.
 *
 * Sets of revisions, not steps: so the order of the targets cannot matter.
 */
#include <string.h>

#include "base/memory.h"
#include "revisions/order.h"
#include "revisions/plan.h"

struct stamp {
    const struct graph *graph;
    bool *applied;      /* before; then after */
    bool *undone;       /* what the targets stand under */
    bool *wanted;       /* what they imply */
    struct list pruned; /* pruned rows that stay or come */
    bool everything;    /* one of them is base */
};

static void mark(bool *set, const size_t *indexes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        set[indexes[i]] = true;
    }
}

static void take_place(struct stamp *stamp, const struct position *place)
{
    stamp->everything = stamp->everything || place->everything;
    mark(stamp->wanted, place->at, place->at_count);
    for (size_t i = 0; i < place->at_count; i++) {
        const struct revision *revision = &stamp->graph->revisions[place->at[i]];
        mark(stamp->undone, revision->next_index, revision->next_count);
    }
    if (place->at_count > 0) {
        return;
    }
    mark(stamp->undone, place->above, place->above_count);
    if (place->pruned != NULL && !list_has(&stamp->pruned, place->pruned)) {
        list_add(&stamp->pruned, place->pruned);
    }
}

/* A pruned row goes when what follows it is applied, or when nothing follows it any more and
 * something else is stamped. */
static bool pruned_stays(const struct stamp *stamp, const char *row,
                         const struct list *version_rows)
{
    size_t *followers = NULL;
    size_t count = 0;
    pruned_followers(stamp->graph, row, &followers, &count);
    bool stays = count > 0 || !list_has(version_rows, row);
    for (size_t i = 0; i < count; i++) {
        stays = stays && !stamp->applied[followers[i]];
    }
    mem_free(followers);
    return stays;
}

static void settle(struct stamp *stamp, const struct list *version_rows, struct list *after)
{
    const struct graph *graph = stamp->graph;
    set_add_descendants(graph, stamp->undone, DOWN_AND_DEPENDS);
    set_add_ancestors(graph, stamp->wanted, DOWN_AND_DEPENDS);
    for (size_t i = 0; i < graph->count; i++) {
        bool stays = stamp->applied[i] && !stamp->undone[i] && !stamp->everything;
        stamp->applied[i] = stays || stamp->wanted[i];
    }
    rows_of_set(graph, stamp->applied, after);
    for (size_t i = 0; i < stamp->pruned.count; i++) {
        if (pruned_stays(stamp, stamp->pruned.items[i], version_rows)) {
            list_add(after, stamp->pruned.items[i]);
        }
    }
    list_sort(after);
}

static void tell_change(const struct list *before, const struct list *after,
                        struct row_change *change)
{
    list_copy(&change->before, before);
    list_sort(&change->before);
    for (size_t i = 0; i < change->before.count; i++) {
        if (!list_has(after, change->before.items[i])) {
            list_add(&change->removed, change->before.items[i]);
        }
    }
    for (size_t i = 0; i < after->count; i++) {
        if (!list_has(before, after->items[i])) {
            list_add(&change->added, after->items[i]);
        }
    }
}

static bool take_targets(struct stamp *stamp, const struct list *version_rows,
                         const struct list *targets, struct error *error)
{
    for (size_t i = 0; i < targets->count; i++) {
        struct position place;
        if (!position_find(stamp->graph, version_rows, targets->items[i],
                           POSITION_UP | POSITION_DOWN, &place, error)) {
            return false;
        }
        take_place(stamp, &place);
        position_free(&place);
    }
    return true;
}

static bool check_known(const struct graph *graph, const struct list *version_rows,
                        struct error *error)
{
    struct rows rows;
    bool good = rows_open(&rows, graph, version_rows, error);
    if (good) {
        rows_free(&rows);
    }
    return good;
}

static bool stamp_from(const struct graph *graph, const struct list *version_rows,
                       const struct list *targets, bool purge, struct row_change *change,
                       struct error *error)
{
    if (!purge && !check_known(graph, version_rows, error)) {
        return false;
    }
    const struct list none = {0};
    struct stamp stamp = {.graph = graph,
                          .applied = graph_applied(graph, purge ? &none : version_rows),
                          .undone = set_new(graph),
                          .wanted = set_new(graph)};
    bool good = take_targets(&stamp, version_rows, targets, error);
    if (good) {
        for (size_t i = 0; !purge && !stamp.everything && i < version_rows->count; i++) {
            if (graph_is_pruned(graph, version_rows->items[i]) &&
                !list_has(&stamp.pruned, version_rows->items[i])) {
                list_add(&stamp.pruned, version_rows->items[i]);
            }
        }
        struct list after = {0};
        settle(&stamp, version_rows, &after);
        tell_change(version_rows, &after, change);
        list_free(&after);
    }
    mem_free(stamp.applied);
    mem_free(stamp.undone);
    mem_free(stamp.wanted);
    list_free(&stamp.pruned);
    return good;
}

/* Offline: from the start of a range, or from an empty table. */
static bool stamp_offline(const struct graph *graph, const struct list *targets, bool purge,
                          struct row_change *change, struct error *error)
{
    struct range range = {0};
    struct list rows = {0};
    struct list to = {0};
    bool good = targets->count != 1 || range_read(targets->items[0], &range, error);
    if (good && range.from != NULL && *range.from != '\0') {
        struct position from;
        good = position_find(graph, NULL, range.from,
                             POSITION_BARE | POSITION_UP | POSITION_DOWN, &from, error);
        if (good) {
            position_rows(graph, &from, &rows);
            position_free(&from);
        }
    }
    if (range.from != NULL) {
        list_add(&to, range.to);
    }
    good = good &&
           stamp_from(graph, &rows, range.from == NULL ? targets : &to, purge, change, error);
    range_free(&range);
    list_free(&rows);
    list_free(&to);
    return good;
}

bool plan_stamp(const struct graph *graph, const struct list *rows, const struct list *targets,
                bool purge, struct row_change *change, struct error *error)
{
    *change = (struct row_change){0};
    return rows == NULL ? stamp_offline(graph, targets, purge, change, error)
                        : stamp_from(graph, rows, targets, purge, change, error);
}
