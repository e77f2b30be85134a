/* rows.h - the version rows while steps are taken: one for each applied revision that nothing
 * applied follows or depends on. Alembic's HeadMaintainer keeps the same ones.
 */
#ifndef NEAP_REVISIONS_ROWS_H
#define NEAP_REVISIONS_ROWS_H

#include "revisions/target.h"

struct rows {
    const struct graph *graph;
    bool *applied;
    size_t *covers;    /* for each revision: links from applied ones to it */
    struct list now;   /* sorted */
    struct list stale; /* rows that another row implies: they go with the next step */
};

/* rows as they stand in the version table; unknown ones are an error (ERROR_MISMATCH). */
bool rows_open(struct rows *rows, const struct graph *graph, const struct list *version_rows,
               struct error *error);
void rows_free(struct rows *rows);

/* Take one step, and tell in *change what it does to the rows. What is applied must be closed:
 * everything under the revision is applied (up), nothing on it is (down). */
void rows_up(struct rows *rows, const struct revision *revision, struct row_change *change);
void rows_down(struct rows *rows, const struct revision *revision, struct row_change *change);

/* In the last step: rows that come, or go, besides. */
void rows_add(struct rows *rows, const char *row, struct row_change *change);
void rows_remove(struct rows *rows, const char *row, struct row_change *change);

/* The rows that an applied set gives: appends, sorted. */
void rows_of_set(const struct graph *graph, const bool *applied, struct list *rows);

#endif
