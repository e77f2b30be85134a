#include "revisions/order.h"

#include "base/memory.h"

bool *set_new(const struct graph *graph)
{
    return mem_alloc(graph->count * sizeof(bool));
}

static bool any(const bool *set, const size_t *indexes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (set[indexes[i]]) {
            return true;
        }
    }
    return false;
}

static void mark(bool *set, const size_t *indexes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        set[indexes[i]] = true;
    }
}

void set_add_ancestors(const struct graph *graph, bool *set, enum follow follow)
{
    for (size_t place = graph->count; place-- > 0;) {
        const struct revision *revision = &graph->revisions[graph->order[place]];
        if (set[revision->index]) {
            mark(set, revision->down_index, revision->down_count);
            if (follow == DOWN_AND_DEPENDS) {
                mark(set, revision->depends_index, revision->depends_count);
            }
        }
    }
}

void set_add_descendants(const struct graph *graph, bool *set, enum follow follow)
{
    for (size_t place = 0; place < graph->count; place++) {
        const struct revision *revision = &graph->revisions[graph->order[place]];
        if (any(set, revision->down_index, revision->down_count) ||
            (follow == DOWN_AND_DEPENDS &&
             any(set, revision->depends_index, revision->depends_count))) {
            set[revision->index] = true;
        }
    }
}

/* A binary heap of indexes: the smallest, the first in file order, is on top. */
struct heap {
    size_t *items;
    size_t count;
};

static void heap_push(struct heap *heap, size_t index)
{
    size_t at = heap->count++;
    while (at > 0 && heap->items[(at - 1) / 2] > index) {
        heap->items[at] = heap->items[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap->items[at] = index;
}

static size_t heap_pop(struct heap *heap)
{
    size_t top = heap->items[0];
    size_t last = heap->items[--heap->count];
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child + 1 < heap->count && heap->items[child + 1] < heap->items[child]) {
            child++;
        }
        if (child >= heap->count || heap->items[child] >= last) {
            break;
        }
        heap->items[at] = heap->items[child];
        at = child;
    }
    heap->items[at] = last;
    return top;
}

static size_t count_in(const bool *set, const size_t *indexes, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        found += set[indexes[i]];
    }
    return found;
}

/* One of what these wait for is done; who waits for nothing more is ready. */
static void release(const bool *set, size_t *waiting, struct heap *ready, const size_t *indexes,
                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (set[indexes[i]] && --waiting[indexes[i]] == 0) {
            heap_push(ready, indexes[i]);
        }
    }
}

size_t *order_of(const struct graph *graph, const bool *set, size_t *count)
{
    size_t *order = mem_alloc(graph->count * sizeof *order);
    size_t *waiting = mem_alloc(graph->count * sizeof *waiting);
    struct heap ready = {.items = mem_alloc(graph->count * sizeof *ready.items)};
    for (size_t i = 0; i < graph->count; i++) {
        const struct revision *revision = &graph->revisions[i];
        waiting[i] = count_in(set, revision->down_index, revision->down_count) +
                     count_in(set, revision->depends_index, revision->depends_count);
        if (set[i] && waiting[i] == 0) {
            heap_push(&ready, i);
        }
    }
    *count = 0;
    while (ready.count > 0) {
        const struct revision *revision = &graph->revisions[heap_pop(&ready)];
        order[(*count)++] = revision->index;
        release(set, waiting, &ready, revision->next_index, revision->next_count);
        release(set, waiting, &ready, revision->dependent_index, revision->dependent_count);
    }
    mem_free(waiting);
    mem_free(ready.items);
    return order;
}
