#include "revisions/graph.h"

#include <stdint.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "revisions/identifier.h"
#include "revisions/labels.h"
#include "revisions/link.h"
#include "revisions/order.h"
#include "revisions/scan.h"

/* FNV-1a: ids are short. */
static size_t hash(const char *id)
{
    uint64_t value = 14695981039346656037U;
    for (; *id != '\0'; id++) {
        value = (value ^ (unsigned char)*id) * 1099511628211U;
    }
    return (size_t)(value ^ (value >> 32));
}

/* The slot where id is, or where it would go. */
static size_t *slot_of(const struct graph *graph, const char *id)
{
    size_t mask = graph->id_slot_count - 1;
    size_t at = hash(id) & mask;
    while (graph->id_slots[at] != 0 &&
           strcmp(graph->revisions[graph->id_slots[at] - 1].id, id) != 0) {
        at = (at + 1) & mask;
    }
    return &graph->id_slots[at];
}

static bool index_ids(struct graph *graph, struct error *error)
{
    graph->id_slot_count = 16;
    while (graph->id_slot_count < 2 * graph->count) {
        graph->id_slot_count *= 2;
    }
    graph->id_slots = mem_alloc(graph->id_slot_count * sizeof *graph->id_slots);
    for (size_t i = 0; i < graph->count; i++) {
        struct revision *revision = &graph->revisions[i];
        size_t *slot = slot_of(graph, revision->id);
        if (*slot != 0) {
            const struct revision *first = &graph->revisions[*slot - 1];
            return error_set_at(error, ERROR_USAGE, revision->path, revision->id_line,
                                "two files have the revision id \"%s\": %s and %s",
                                revision->id, first->path, revision->path);
        }
        revision->index = i;
        graph->has_squashed = graph->has_squashed || revision->replaces.count > 0;
        *slot = i + 1;
    }
    return true;
}

bool graph_link(struct graph *graph, struct revision *revisions, size_t count,
                const struct list *pruned, struct error *error)
{
    *graph = (struct graph){.revisions = revisions, .count = count};
    if (pruned != NULL) {
        list_copy(&graph->pruned, pruned);
    }
    if (index_ids(graph, error) && labels_index(graph, error) && link_revisions(graph, error) &&
        link_order(graph, error)) {
        labels_link(graph);
        return true;
    }
    graph_free(graph);
    return false;
}

/* Where the files are that a squashed revision was made of. */
#define SQUASHED "squashed"

static bool has_other(const struct revision *revisions, size_t count,
                      const struct revision *revision)
{
    for (size_t i = 0; i < count; i++) {
        if (&revisions[i] != revision && revisions[i].id != NULL &&
            strcmp(revisions[i].id, revision->id) == 0) {
            return true;
        }
    }
    return false;
}

/* Where the files of before are there, the squashed revision, which has the id of the last of
 * them, gives way. */
static size_t drop_squashed(struct revision *revisions, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (revisions[i].replaces.count > 0 && has_other(revisions, count, &revisions[i])) {
            revision_free(&revisions[i]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (revisions[i].id != NULL) {
            revisions[kept++] = revisions[i];
        }
    }
    return kept;
}

bool graph_load_replaced(struct graph *graph, const struct list *directories,
                         const struct list *pruned, struct error *error)
{
    struct list all = {0};
    struct revision *revisions = NULL;
    size_t count = 0;
    *graph = (struct graph){0};
    for (size_t i = 0; i < directories->count; i++) {
        list_add(&all, directories->items[i]);
        char *below = path_join(directories->items[i], SQUASHED);
        if (directory_exists(below)) {
            list_add(&all, below);
        }
        mem_free(below);
    }
    bool done = scan_directories(&all, &revisions, &count, error);
    list_free(&all);
    return done && graph_link(graph, revisions, drop_squashed(revisions, count), pruned, error);
}

const struct revision *graph_find_squashed(const struct graph *graph, const char *id)
{
    for (size_t i = 0; graph->has_squashed && i < graph->count; i++) {
        if (list_has(&graph->revisions[i].replaces, id)) {
            return &graph->revisions[i];
        }
    }
    return NULL;
}

bool graph_load(struct graph *graph, const struct list *directories, const struct list *pruned,
                struct error *error)
{
    struct revision *revisions = NULL;
    size_t count = 0;
    *graph = (struct graph){0};
    return scan_directories(directories, &revisions, &count, error) &&
           graph_link(graph, revisions, count, pruned, error);
}

void graph_free(struct graph *graph)
{
    for (size_t i = 0; i < graph->count; i++) {
        revision_free(&graph->revisions[i]);
    }
    mem_free(graph->revisions);
    list_free(&graph->pruned);
    mem_free(graph->order);
    mem_free(graph->rank);
    mem_free(graph->id_slots);
    mem_free(graph->label_table);
    mem_free(graph->label_below);
    mem_free(graph->label_above);
    mem_free(graph->links);
    *graph = (struct graph){0};
}

const struct revision *graph_find(const struct graph *graph, const char *id)
{
    if (graph->count == 0) {
        return NULL;
    }
    size_t slot = *slot_of(graph, id);
    return slot == 0 ? NULL : &graph->revisions[slot - 1];
}

/* A file that is still there wins over neap.lua's word that it is gone. */
bool graph_is_pruned(const struct graph *graph, const char *id)
{
    return list_has(&graph->pruned, id) && graph_find(graph, id) == NULL;
}

bool graph_is_head(const struct graph *graph, const struct revision *revision)
{
    (void)graph;
    return revision->next_count == 0;
}

bool graph_is_effective_head(const struct graph *graph, const struct revision *revision)
{
    return graph_is_head(graph, revision) && revision->dependent_count == 0;
}

bool graph_is_branch_point(const struct graph *graph, const struct revision *revision)
{
    (void)graph;
    return revision->next_count > 1;
}

void graph_heads(const struct graph *graph, struct list *ids, bool resolve_dependencies)
{
    for (size_t i = 0; i < graph->count; i++) {
        const struct revision *revision = &graph->revisions[i];
        if (resolve_dependencies ? graph_is_effective_head(graph, revision)
                                 : graph_is_head(graph, revision)) {
            list_add(ids, revision->id);
        }
    }
}

struct nearest {
    const char *name;
    const char *best;
    size_t distance;
};

/* What was typed may also be the beginning of an id, so the beginning is compared too. */
static void consider(struct nearest *nearest, const char *candidate, bool prefixes)
{
    size_t length = strlen(nearest->name);
    size_t whole = strlen(candidate);
    size_t distance = edit_distance(nearest->name, length, candidate, whole);
    if (prefixes && whole > length) {
        /* Plus one half, so to say: an equally near whole name is nearer. */
        size_t part = 2 * edit_distance(nearest->name, length, candidate, length) + 1;
        distance = part < 2 * distance ? part : 2 * distance;
    } else {
        distance *= 2;
    }
    if (distance < nearest->distance) {
        nearest->distance = distance;
        nearest->best = candidate;
    }
}

const char *graph_nearest(const struct graph *graph, const char *name)
{
    static const char *const symbols[] = {"head", "heads", "base", "current"};
    struct nearest nearest = {.name = name, .distance = SIZE_MAX};
    for (size_t i = 0; i < graph->label_count; i++) {
        consider(&nearest, graph->label_table[i].name, false);
    }
    for (size_t i = 0; i < graph->count; i++) {
        consider(&nearest, graph->revisions[i].id, true);
    }
    for (size_t i = 0; i < graph->pruned.count; i++) {
        consider(&nearest, graph->pruned.items[i], false);
    }
    /* A symbol only when it is really meant: otherwise an id says more. */
    struct nearest symbol = {.name = name, .distance = SIZE_MAX};
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
        consider(&symbol, symbols[i], false);
    }
    bool meant = symbol.distance <= 4 && symbol.distance < nearest.distance;
    return meant ? symbol.best : nearest.best;
}
