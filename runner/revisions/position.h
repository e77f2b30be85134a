/* position.h - where an identifier of section 4 points to: a place in the graph.
 *
 * target.h's functions are made of this.
 */
#ifndef NEAP_REVISIONS_POSITION_H
#define NEAP_REVISIONS_POSITION_H

#include "revisions/graph.h"

/* A place is at some revisions, or before some: `base`, `LABEL@base`, a step down from a base.
 */
struct position {
    size_t *at; /* none: before something */
    size_t at_count;
    size_t *above; /* what a downgrade to this place undoes, with all that stands on it */
    size_t above_count;
    size_t *under; /* of a place before something: the revisions that stay applied */
    size_t under_count;
    bool everything;    /* base */
    const char *pruned; /* before what follows this pruned id; points into the graph */
};
void position_free(struct position *place);

/* What the asker takes. */
enum {
    POSITION_CURRENT = 1, /* "current" */
    POSITION_BARE = 2,    /* "+2", "-1" */
    POSITION_UP = 4,      /* "+2", "LABEL@+2" */
    POSITION_DOWN = 8,    /* "-1", "LABEL@-1" */
};

/* rows: the version rows, or NULL where the database is not known. */
bool position_find(const struct graph *graph, const struct list *rows, const char *target,
                   unsigned takes, struct position *place, struct error *error);

/* The parts of [left@][symbol][+N|-N]; free with parts_free. */
struct parts {
    char *left;   /* NULL: none */
    char *symbol; /* NULL: none */
    bool relative;
    bool down; /* a minus */
    size_t steps;
};
bool parts_read(const char *target, struct parts *parts, struct error *error);
void parts_free(struct parts *parts);

/* "from:to"; either may be "". A text without a colon gives from NULL. */
struct range {
    char *from;
    char *to;
};
bool range_read(const char *text, struct range *range, struct error *error);
void range_free(struct range *range);

/* Appends to an array of indexes. */
void indexes_add(size_t **indexes, size_t *count, size_t index);

void bases_add(const struct graph *graph, size_t **indexes, size_t *count);

/* Those of the set that nothing else of the set stands on, in file order. */
void set_tops(const struct graph *graph, const bool *set, bool with_dependents, size_t **tops,
              size_t *count);
/* The revisions that follow a pruned id. */
void pruned_followers(const struct graph *graph, const char *id, size_t **followers,
                      size_t *count);

#endif
