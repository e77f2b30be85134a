/* link.h - how the revisions of a graph follow each other, and in which order. */
#ifndef NEAP_REVISIONS_LINK_H
#define NEAP_REVISIONS_LINK_H

#include "revisions/graph.h"

/* Fills down_index, depends_index, next_index, dependent_index. Needs ids and labels. */
bool link_revisions(struct graph *graph, struct error *error);
/* Fills order and rank; a cycle is an error that names its files. */
bool link_order(struct graph *graph, struct error *error);

/* The revisions whose id begins with prefix, as indexes in file order; at most limit are
 * stored, the number of all is returned. within may be NULL. */
size_t find_prefix(const struct graph *graph, const char *prefix, const bool *within,
                   size_t *indexes, size_t limit);
/* Appends "'a' (x.lua), 'b' (y.lua) and 3 more". */
void describe_revisions(const struct graph *graph, const size_t *indexes, size_t shown,
                        size_t count, struct text *text);

#endif
