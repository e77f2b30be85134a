#include "revisions/labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "revisions/order.h"

static const size_t NONE = (size_t)-1;

static int compare_labels(const void *a, const void *b)
{
    const struct graph_label *left = a;
    const struct graph_label *right = b;
    int order = strcmp(left->name, right->name);
    return order != 0 ? order
                      : (left->carrier > right->carrier) - (left->carrier < right->carrier);
}

static bool check_label(const struct graph *graph, size_t at, struct error *error)
{
    const struct graph_label *label = &graph->label_table[at];
    const struct revision *carrier = &graph->revisions[label->carrier];
    const struct revision *namesake = graph_find(graph, label->name);
    if (namesake != NULL) {
        return error_set_at(error, ERROR_USAGE, carrier->path, carrier->labels_line,
                            "the branch label \"%s\" is also the id of a revision, in %s:%d",
                            label->name, namesake->path, namesake->id_line);
    }
    if (at > 0 && strcmp(label[-1].name, label->name) == 0) {
        const struct revision *other = &graph->revisions[label[-1].carrier];
        return error_set_at(error, ERROR_USAGE, carrier->path, carrier->labels_line,
                            "the branch label \"%s\" is used twice: %s:%d has it too",
                            label->name, other->path, other->labels_line);
    }
    return true;
}

bool labels_index(struct graph *graph, struct error *error)
{
    size_t capacity = 0;
    for (size_t i = 0; i < graph->count; i++) {
        const struct list *labels = &graph->revisions[i].labels;
        for (size_t j = 0; j < labels->count; j++) {
            graph->label_table = mem_grow(graph->label_table, graph->label_count, &capacity,
                                          sizeof *graph->label_table);
            graph->label_table[graph->label_count++] =
                (struct graph_label){.name = labels->items[j], .carrier = i};
        }
    }
    if (graph->label_count > 1) {
        qsort(graph->label_table, graph->label_count, sizeof *graph->label_table,
              compare_labels);
    }
    for (size_t i = 0; i < graph->label_count; i++) {
        if (!check_label(graph, i, error)) {
            return false;
        }
    }
    return true;
}

const struct revision *graph_find_label(const struct graph *graph, const char *label)
{
    size_t low = 0;
    size_t high = graph->label_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(graph->label_table[middle].name, label);
        if (order == 0) {
            return &graph->revisions[graph->label_table[middle].carrier];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

/* The down revision that shares the lineage of what is above it: the only one, with no other
 * child, and no merge. NULL: the lineage ends here. */
static const struct revision *below(const struct graph *graph, const struct revision *revision)
{
    if (revision->down_count != 1) {
        return NULL;
    }
    const struct revision *down = &graph->revisions[revision->down_index[0]];
    return down->next_count == 1 && down->down_count <= 1 ? down : NULL;
}

struct lineage lineage_of(const struct graph *graph, size_t carrier)
{
    struct lineage lineage = {.carrier = carrier, .has = set_new(graph)};
    lineage.has[carrier] = true;
    set_add_descendants(graph, lineage.has, DOWN_ONLY);
    const struct revision *bottom = &graph->revisions[carrier];
    for (const struct revision *down = below(graph, bottom); down != NULL;
         down = below(graph, bottom)) {
        bottom = down;
        lineage.has[bottom->index] = true;
    }
    lineage.bottom = bottom->index;
    return lineage;
}

void lineage_free(struct lineage *lineage)
{
    mem_free(lineage->has);
    lineage->has = NULL;
}

/* label_below[i]: the nearest revision, i itself or under it on an unbranched line, that
 * carries labels, is a merge or a base. label_above[i]: the nearest revision above i that
 * carries labels and whose lineage reaches down to i, or NONE. Both make long lines one step.
 */
void labels_link(struct graph *graph)
{
    if (graph->label_count == 0) {
        return;
    }
    graph->label_below = mem_alloc(graph->count * sizeof *graph->label_below);
    graph->label_above = mem_alloc(graph->count * sizeof *graph->label_above);
    for (size_t place = 0; place < graph->count; place++) {
        const struct revision *revision = &graph->revisions[graph->order[place]];
        bool stops = revision->labels.count > 0 || revision->down_count != 1;
        graph->label_below[revision->index] =
            stops ? revision->index : graph->label_below[revision->down_index[0]];
        graph->label_above[revision->index] = NONE;
    }
    for (size_t place = graph->count; place-- > 0;) {
        const struct revision *revision = &graph->revisions[graph->order[place]];
        const struct revision *down = below(graph, revision);
        if (down != NULL) {
            graph->label_above[down->index] = revision->labels.count > 0
                                                  ? revision->index
                                                  : graph->label_above[revision->index];
        }
    }
}

static void add_inherited(const struct graph *graph, size_t start, struct list *labels)
{
    bool *seen = set_new(graph);
    size_t *stack = NULL;
    size_t count = 0, capacity = 0;
    stack = mem_grow(stack, count, &capacity, sizeof *stack);
    stack[count++] = graph->label_below[start];
    while (count > 0) {
        const struct revision *revision = &graph->revisions[stack[--count]];
        if (seen[revision->index]) {
            continue;
        }
        seen[revision->index] = true;
        list_copy(labels, &revision->labels);
        for (size_t i = 0; i < revision->down_count; i++) {
            stack = mem_grow(stack, count, &capacity, sizeof *stack);
            stack[count++] = graph->label_below[revision->down_index[i]];
        }
    }
    mem_free(stack);
    mem_free(seen);
}

void graph_labels_of(const struct graph *graph, const struct revision *revision,
                     struct list *labels)
{
    if (graph->label_count == 0) {
        return;
    }
    add_inherited(graph, revision->index, labels);
    for (size_t above = graph->label_above[revision->index]; above != NONE;
         above = graph->label_above[above]) {
        list_copy(labels, &graph->revisions[above].labels);
    }
    list_sort(labels);
}
