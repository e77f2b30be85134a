/* nearest.h - the name that a mistyped word was probably meant to be. */
#ifndef NEAP_CLI_NEAREST_H
#define NEAP_CLI_NEAREST_H

#include <stddef.h>

struct nearest {
    const char *word;
    const char *best; /* NULL: nothing is near */
    size_t distance;
};

/* Starts with {word}. Offer every candidate; borrowed, so it must outlive the struct. */
void nearest_offer(struct nearest *nearest, const char *candidate);

#endif
