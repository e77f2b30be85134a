/* graph.h - all revisions of a project and how they follow each other.
 *
 * Owns its revisions. Immutable after graph_load. 10,000 revisions load in tens of
 * milliseconds.
 */
#ifndef NEAP_REVISIONS_GRAPH_H
#define NEAP_REVISIONS_GRAPH_H

#include "revisions/revision.h"

/* A branch label and the revision that carries it. */
struct graph_label {
    const char *name;
    size_t carrier;
};

struct graph {
    struct revision
        *revisions; /* in file order: directory as listed, then file name, bytewise */
    size_t count;
    struct list pruned;
    bool has_squashed; /* a revision replaces others: see graph_load_replaced */
    size_t *order;     /* topological: ancestors and dependencies first, ties in file order */
    size_t *rank;      /* rank[index] is the place in order */

    /* For the room's own use. */
    size_t *id_slots; /* hash table by id: index + 1, 0: free */
    size_t id_slot_count;
    struct graph_label *label_table; /* sorted by name */
    size_t label_count;
    size_t *label_below; /* labels.c; NULL when there are no labels */
    size_t *label_above;
    size_t
        *links; /* the memory of all down_index, depends_index, next_index, dependent_index */
};

/* Scans the directories for regular *.lua files and links them. A missing directory is
 * ERROR_USAGE. Errors: two files with one id, a down revision or dependency that does not
 * exist, cycles, labels used twice or equal to an id: ERROR_USAGE naming the files. */
bool graph_load(struct graph *graph, const struct list *directories, const struct list *pruned,
                struct error *error);
/* The same with the revisions that squashed ones replace, from the directories squashed/ below,
 * instead of the squashed ones: for a database that is in the middle of such a range. */
bool graph_load_replaced(struct graph *graph, const struct list *directories,
                         const struct list *pruned, struct error *error);
/* The revision that was made of this one and others; NULL when there is none. */
const struct revision *graph_find_squashed(const struct graph *graph, const char *id);
/* The same from revisions already read (specs; synthetic graphs). Takes the array over. */
bool graph_link(struct graph *graph, struct revision *revisions, size_t count,
                const struct list *pruned, struct error *error);
void graph_free(struct graph *graph);

/* Exact id; NULL when there is none. */
const struct revision *graph_find(const struct graph *graph, const char *id);
/* The revision that carries the label; NULL when no one does. */
const struct revision *graph_find_label(const struct graph *graph, const char *label);
/* The id, label or symbol that is most like a mistyped one; NULL when there is none at all. */
const char *graph_nearest(const struct graph *graph, const char *name);
bool graph_is_pruned(const struct graph *graph, const char *id);
/* The labels that answer for this revision (its own, inherited from before, and down to the
 * fork), sorted. */
void graph_labels_of(const struct graph *graph, const struct revision *revision,
                     struct list *labels);
bool graph_is_head(const struct graph *graph,
                   const struct revision *revision); /* no one's down revision */
bool graph_is_effective_head(const struct graph *graph,
                             const struct revision *revision); /* and no one depends on it */
void graph_heads(const struct graph *graph, struct list *ids,
                 bool resolve_dependencies); /* in file order */
bool graph_is_branch_point(const struct graph *graph, const struct revision *revision);

#endif
