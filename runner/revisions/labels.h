/* labels.h - branch labels and what answers to them. */
#ifndef NEAP_REVISIONS_LABELS_H
#define NEAP_REVISIONS_LABELS_H

#include "revisions/graph.h"

/* Fills the label table: rules of section 4, labels used twice or equal to an id. Needs ids. */
bool labels_index(struct graph *graph, struct error *error);
/* What graph_labels_of needs to be fast; after the links are made. */
void labels_link(struct graph *graph);

/* A lineage: a revision with everything after it, and before it down to the fork. Only down
 * revisions count. */
struct lineage {
    size_t carrier;
    size_t bottom; /* the first revision of it */
    bool *has;     /* free with lineage_free */
};
struct lineage lineage_of(const struct graph *graph, size_t carrier);
void lineage_free(struct lineage *lineage);

#endif
