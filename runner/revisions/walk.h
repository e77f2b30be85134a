/* walk.h - relative forms: so many steps up or down from somewhere. */
#ifndef NEAP_REVISIONS_WALK_H
#define NEAP_REVISIONS_WALK_H

#include "revisions/position.h"

/* One identifier on its way to its place. */
struct query {
    const struct graph *graph;
    const struct list *rows; /* may be NULL */
    const char *target;      /* as given, for messages */
    unsigned takes;
    struct error *error;
    struct parts parts;
    const bool *within; /* the lineage, or NULL */
    size_t bottom;      /* of the lineage */
};

/* parts.steps from *place, which becomes the place that is reached. */
bool walk(const struct query *query, struct position *place);
/* The same from where the database is; *place is {0}. */
bool walk_from_rows(const struct query *query, struct position *place);

#endif
