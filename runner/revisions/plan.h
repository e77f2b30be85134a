/* plan.h - what the planners share. */
#ifndef NEAP_REVISIONS_PLAN_H
#define NEAP_REVISIONS_PLAN_H

#include "revisions/position.h"
#include "revisions/rows.h"

/* Steps through the set's revisions from rows, which is used up: upwards in order, downwards in
 * the opposite order. Fills steps, start and end. */
void plan_make(struct plan *plan, struct rows *rows, const bool *set, enum direction direction);

/* Plans to a place that is found already. */
bool plan_up_to(const struct graph *graph, const struct list *version_rows,
                const struct position *place, struct plan *plan, struct error *error);
bool plan_down_to(const struct graph *graph, const struct list *version_rows,
                  const struct position *place, struct plan *plan, struct error *error);

/* What is applied when the database is at the place: its revisions (or what stays under it),
 * their ancestors, and what they depend on. */
bool *position_applied(const struct graph *graph, const struct position *place);
/* The version rows of a database that is at the place: sorted. */
void position_rows(const struct graph *graph, const struct position *place, struct list *rows);

#endif
