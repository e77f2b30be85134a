#include "revisions/rows.h"

#include <string.h>

#include "base/memory.h"
#include "revisions/order.h"
#include "revisions/position.h"

/* Where row is in the sorted list, or would go. */
static size_t position_in(const struct list *list, const char *row)
{
    size_t low = 0;
    size_t high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(list->items[middle], row) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool sorted_has(const struct list *list, const char *row)
{
    size_t at = position_in(list, row);
    return at < list->count && strcmp(list->items[at], row) == 0;
}

/* Keeps the list sorted; does nothing when the row is there. */
static void sorted_add(struct list *list, const char *row)
{
    size_t at = position_in(list, row);
    if (at < list->count && strcmp(list->items[at], row) == 0) {
        return;
    }
    list_add(list, row);
    char *added = list->items[list->count - 1];
    memmove(list->items + at + 1, list->items + at,
            (list->count - 1 - at) * sizeof *list->items);
    list->items[at] = added;
}

static bool sorted_remove(struct list *list, const char *row)
{
    size_t at = position_in(list, row);
    if (at == list->count || strcmp(list->items[at], row) != 0) {
        return false;
    }
    mem_free(list->items[at]);
    list->count--;
    memmove(list->items + at, list->items + at + 1, (list->count - at) * sizeof *list->items);
    return true;
}

static void cover(struct rows *rows, const struct revision *revision)
{
    for (size_t i = 0; i < revision->down_count; i++) {
        rows->covers[revision->down_index[i]]++;
    }
    for (size_t i = 0; i < revision->depends_count; i++) {
        rows->covers[revision->depends_index[i]]++;
    }
}

/* A pruned row counts as the base that follows it. It is stale when that is applied, or when
 * nothing follows it any more. */
static bool pruned_is_stale(const struct rows *rows, const char *row)
{
    size_t *followers = NULL;
    size_t count = 0;
    pruned_followers(rows->graph, row, &followers, &count);
    bool stale = count == 0;
    for (size_t i = 0; i < count; i++) {
        stale = stale || rows->applied[followers[i]];
    }
    mem_free(followers);
    return stale;
}

static void find_stale(struct rows *rows)
{
    for (size_t i = 0; i < rows->now.count; i++) {
        const char *row = rows->now.items[i];
        const struct revision *revision = graph_find(rows->graph, row);
        if (revision == NULL ? pruned_is_stale(rows, row) : rows->covers[revision->index] > 0) {
            list_add(&rows->stale, row);
        }
    }
}

bool rows_open(struct rows *rows, const struct graph *graph, const struct list *version_rows,
               struct error *error)
{
    struct list unknown = {0};
    graph_unknown_rows(graph, version_rows, &unknown);
    *rows = (struct rows){.graph = graph};
    if (unknown.count > 0) {
        (void)error_set(error, ERROR_MISMATCH,
                        "the database is at %s, which is not among the "
                        "revisions here",
                        unknown.items[0]);
        list_free(&unknown);
        return false;
    }
    rows->applied = graph_applied(graph, version_rows);
    rows->covers = mem_alloc(graph->count * sizeof *rows->covers);
    for (size_t i = 0; i < graph->count; i++) {
        if (rows->applied[i]) {
            cover(rows, &graph->revisions[i]);
        }
    }
    for (size_t i = 0; i < version_rows->count; i++) {
        sorted_add(&rows->now, version_rows->items[i]);
    }
    find_stale(rows);
    return true;
}

void rows_free(struct rows *rows)
{
    mem_free(rows->applied);
    mem_free(rows->covers);
    list_free(&rows->now);
    list_free(&rows->stale);
    *rows = (struct rows){0};
}

void rows_add(struct rows *rows, const char *row, struct row_change *change)
{
    if (sorted_has(&rows->now, row)) {
        return;
    }
    sorted_add(&rows->now, row);
    /* What goes and comes in one step stays. */
    if (!sorted_remove(&change->removed, row)) {
        sorted_add(&change->added, row);
    }
}

void rows_remove(struct rows *rows, const char *row, struct row_change *change)
{
    if (!sorted_has(&rows->now, row)) {
        return;
    }
    if (!sorted_remove(&change->added, row)) {
        sorted_add(&change->removed, row);
    }
    (void)sorted_remove(&rows->now, row); /* last: it may be row's owner */
}

static void begin(struct rows *rows, struct row_change *change)
{
    list_copy(&change->before, &rows->now);
    for (size_t i = 0; i < rows->stale.count; i++) {
        rows_remove(rows, rows->stale.items[i], change);
    }
    list_clear(&rows->stale);
}

static void go_under(struct rows *rows, const size_t *indexes, size_t count,
                     struct row_change *change)
{
    for (size_t i = 0; i < count; i++) {
        if (rows->covers[indexes[i]]++ == 0) {
            rows_remove(rows, rows->graph->revisions[indexes[i]].id, change);
        }
    }
}

static void come_back(struct rows *rows, const size_t *indexes, size_t count,
                      struct row_change *change)
{
    for (size_t i = 0; i < count; i++) {
        if (--rows->covers[indexes[i]] == 0) {
            rows_add(rows, rows->graph->revisions[indexes[i]].id, change);
        }
    }
}

void rows_up(struct rows *rows, const struct revision *revision, struct row_change *change)
{
    begin(rows, change);
    go_under(rows, revision->down_index, revision->down_count, change);
    go_under(rows, revision->depends_index, revision->depends_count, change);
    for (size_t i = 0; revision->down.count > revision->down_count && i < revision->down.count;
         i++) {
        if (graph_is_pruned(rows->graph, revision->down.items[i])) {
            rows_remove(rows, revision->down.items[i], change);
        }
    }
    rows_add(rows, revision->id, change);
    rows->applied[revision->index] = true;
}

void rows_down(struct rows *rows, const struct revision *revision, struct row_change *change)
{
    begin(rows, change);
    rows_remove(rows, revision->id, change);
    come_back(rows, revision->down_index, revision->down_count, change);
    come_back(rows, revision->depends_index, revision->depends_count, change);
    rows->applied[revision->index] = false;
}

void rows_of_set(const struct graph *graph, const bool *applied, struct list *rows)
{
    size_t *tops = NULL;
    size_t count = 0;
    set_tops(graph, applied, true, &tops, &count);
    for (size_t i = 0; i < count; i++) {
        list_add(rows, graph->revisions[tops[i]].id);
    }
    mem_free(tops);
    list_sort(rows);
}
