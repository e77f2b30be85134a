#include "revisions/link.h"

#include <string.h>

#include "base/memory.h"
#include "revisions/order.h"

enum { MOST_SHOWN = 8 };

size_t find_prefix(const struct graph *graph, const char *prefix, const bool *within,
                   size_t *indexes, size_t limit)
{
    size_t length = strlen(prefix);
    size_t count = 0;
    for (size_t i = 0; i < graph->count; i++) {
        if (strncmp(graph->revisions[i].id, prefix, length) == 0 &&
            (within == NULL || within[i])) {
            if (count < limit) {
                indexes[count] = i;
            }
            count++;
        }
    }
    return count;
}

void describe_revisions(const struct graph *graph, const size_t *indexes, size_t shown,
                        size_t count, struct text *text)
{
    shown = shown < count ? shown : count;
    for (size_t i = 0; i < shown; i++) {
        const struct revision *revision = &graph->revisions[indexes[i]];
        text_format(text, "%s%s (%s)", i == 0 ? "" : ", ", revision->id, revision->path);
    }
    if (count > shown) {
        text_format(text, " and %zu more", count - shown);
    }
}

static bool refuse_unknown(const struct graph *graph, const struct revision *revision, int line,
                           const char *what, const char *name, struct error *error)
{
    const char *nearest = graph_nearest(graph, name);
    (void)error_set_at(error, ERROR_USAGE, revision->path, line,
                       "revision %s %s \"%s\", which does not exist%s%s", revision->id, what,
                       name, nearest == NULL ? "" : "; the nearest is ",
                       nearest == NULL ? "" : nearest);
    return error_advise(error, "If it was deleted on purpose, add it to pruned in neap.lua.");
}

/* A down revision is named by its whole id. */
static bool resolve_down(const struct graph *graph, struct revision *revision,
                         struct error *error)
{
    for (size_t i = 0; i < revision->down.count; i++) {
        const char *name = revision->down.items[i];
        const struct revision *down = graph_find(graph, name);
        if (down != NULL) {
            revision->down_index[revision->down_count++] = down->index;
        } else if (!list_has(&graph->pruned, name)) {
            return refuse_unknown(graph, revision, revision->down_line, "follows", name, error);
        }
    }
    return true;
}

static bool refuse_ambiguous(const struct graph *graph, const struct revision *revision,
                             const char *name, const size_t *indexes, size_t count,
                             struct error *error)
{
    struct text candidates = {0};
    describe_revisions(graph, indexes, MOST_SHOWN, count, &candidates);
    (void)error_set_at(error, ERROR_USAGE, revision->path, revision->depends_line,
                       "revision %s depends on \"%s\", which is the beginning of %zu ids: %s",
                       revision->id, name, count, text_string(&candidates));
    text_free(&candidates);
    return false;
}

static bool has_index(const size_t *indexes, size_t count, size_t index)
{
    for (size_t i = 0; i < count; i++) {
        if (indexes[i] == index) {
            return true;
        }
    }
    return false;
}

/* An id, a label, or the beginning of an id. */
static bool resolve_dependency(const struct graph *graph, struct revision *revision,
                               const char *name, struct error *error)
{
    const struct revision *found = graph_find(graph, name);
    if (found == NULL) {
        found = graph_find_label(graph, name);
    }
    if (found == NULL) {
        found = graph_find_squashed(graph, name);
    }
    if (found == NULL && list_has(&graph->pruned, name)) {
        return true;
    }
    if (found == NULL) {
        size_t indexes[MOST_SHOWN];
        size_t count = find_prefix(graph, name, NULL, indexes, MOST_SHOWN);
        if (count > 1) {
            return refuse_ambiguous(graph, revision, name, indexes, count, error);
        }
        if (count == 0) {
            return refuse_unknown(graph, revision, revision->depends_line, "depends on", name,
                                  error);
        }
        found = &graph->revisions[indexes[0]];
    }
    /* "ae10" and "ae1027" may be the same revision. */
    if (!has_index(revision->depends_index, revision->depends_count, found->index)) {
        revision->depends_index[revision->depends_count++] = found->index;
    }
    return true;
}

static bool resolve_depends(const struct graph *graph, struct revision *revision,
                            struct error *error)
{
    for (size_t i = 0; i < revision->depends.count; i++) {
        if (!resolve_dependency(graph, revision, revision->depends.items[i], error)) {
            return false;
        }
    }
    return true;
}

static void count_children(const struct graph *graph)
{
    for (size_t i = 0; i < graph->count; i++) {
        const struct revision *revision = &graph->revisions[i];
        for (size_t j = 0; j < revision->down_count; j++) {
            graph->revisions[revision->down_index[j]].next_count++;
        }
        for (size_t j = 0; j < revision->depends_count; j++) {
            graph->revisions[revision->depends_index[j]].dependent_count++;
        }
    }
}

/* The same links, seen from the other end. */
static void fill_children(struct graph *graph, size_t *free_links)
{
    count_children(graph);
    for (size_t i = 0; i < graph->count; i++) {
        struct revision *revision = &graph->revisions[i];
        revision->next_index = free_links;
        revision->dependent_index = free_links + revision->next_count;
        free_links = revision->dependent_index + revision->dependent_count;
        revision->next_count = revision->dependent_count = 0;
    }
    for (size_t i = 0; i < graph->count; i++) {
        const struct revision *revision = &graph->revisions[i];
        for (size_t j = 0; j < revision->down_count; j++) {
            struct revision *down = &graph->revisions[revision->down_index[j]];
            down->next_index[down->next_count++] = i;
        }
        for (size_t j = 0; j < revision->depends_count; j++) {
            struct revision *needed = &graph->revisions[revision->depends_index[j]];
            needed->dependent_index[needed->dependent_count++] = i;
        }
    }
}

bool link_revisions(struct graph *graph, struct error *error)
{
    size_t total = 0;
    for (size_t i = 0; i < graph->count; i++) {
        total += graph->revisions[i].down.count + graph->revisions[i].depends.count;
    }
    graph->links = mem_alloc(2 * total * sizeof *graph->links);
    size_t *free_links = graph->links;
    for (size_t i = 0; i < graph->count; i++) {
        struct revision *revision = &graph->revisions[i];
        revision->down_index = free_links;
        revision->depends_index = free_links + revision->down.count;
        free_links = revision->depends_index + revision->depends.count;
        revision->down_count = revision->depends_count = 0;
        revision->next_count = revision->dependent_count = 0;
        if (!resolve_down(graph, revision, error) || !resolve_depends(graph, revision, error)) {
            return false;
        }
    }
    fill_children(graph, free_links);
    return true;
}

/* One link down of a revision that could not be ordered, to another that could not. */
static size_t unordered_link(const struct revision *revision, const bool *ordered)
{
    for (size_t i = 0; i < revision->down_count; i++) {
        if (!ordered[revision->down_index[i]]) {
            return revision->down_index[i];
        }
    }
    size_t i = 0;
    while (ordered[revision->depends_index[i]]) {
        i++;
    }
    return revision->depends_index[i];
}

/* Whoever goes down among the unordered long enough walks in a circle. */
static bool refuse_cycle(const struct graph *graph, const bool *ordered, struct error *error)
{
    size_t at = 0;
    while (ordered[at]) {
        at++;
    }
    for (size_t i = 0; i < graph->count; i++) {
        at = unordered_link(&graph->revisions[at], ordered);
    }
    size_t members[MOST_SHOWN];
    size_t count = 0;
    size_t start = at;
    do {
        if (count < MOST_SHOWN) {
            members[count] = at;
        }
        count++;
        at = unordered_link(&graph->revisions[at], ordered);
    } while (at != start);
    const struct revision *first = &graph->revisions[start];
    int line = first->down_count > 0 ? first->down_line : first->depends_line;
    if (count == 1) {
        return error_set_at(error, ERROR_USAGE, first->path, line,
                            "revision %s follows or depends on itself", first->id);
    }
    struct text names = {0};
    describe_revisions(graph, members, MOST_SHOWN, count, &names);
    (void)error_set_at(error, ERROR_USAGE, first->path, line,
                       "revisions follow each other in a circle, each the next one: %s",
                       text_string(&names));
    text_free(&names);
    return false;
}

bool link_order(struct graph *graph, struct error *error)
{
    bool *set = set_new(graph);
    memset(set, true, graph->count * sizeof *set);
    size_t count = 0;
    graph->order = order_of(graph, set, &count);
    bool good = count == graph->count;
    if (good) {
        graph->rank = mem_alloc(count * sizeof *graph->rank);
        for (size_t i = 0; i < count; i++) {
            graph->rank[graph->order[i]] = i;
        }
    } else {
        memset(set, false, graph->count * sizeof *set);
        for (size_t i = 0; i < count; i++) {
            set[graph->order[i]] = true;
        }
        good = refuse_cycle(graph, set, error);
    }
    mem_free(set);
    return good;
}
