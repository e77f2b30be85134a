/* order.h - sets of revisions, and the order they are applied in.
 *
 * A set is an array of bool, one for each of graph->revisions. Everything here is linear in
 * revisions and links, but for the heap of order_of; nothing recurses.
 */
#ifndef NEAP_REVISIONS_ORDER_H
#define NEAP_REVISIONS_ORDER_H

#include "revisions/graph.h"

/* Which links to follow. */
enum follow { DOWN_ONLY, DOWN_AND_DEPENDS };

bool *set_new(const struct graph *graph); /* free with mem_free */
/* Adds the ancestors (or the descendants) of what is in the set. Needs graph->order. */
void set_add_ancestors(const struct graph *graph, bool *set, enum follow follow);
void set_add_descendants(const struct graph *graph, bool *set, enum follow follow);

/* The set's revisions, ancestors and dependencies first; whenever several could be next, the
 * first in file order. Does not need graph->order. Fewer than the set has: there is a cycle. */
size_t *order_of(const struct graph *graph, const bool *set, size_t *count);

#endif
