#include "cli/nearest.h"

#include <string.h>

enum { WORD_LIMIT = 40 };

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Insertions, deletions, replacements and swaps of neighbours: the optimal string alignment
 * distance. Words longer than WORD_LIMIT are no names of ours. */
static size_t distance_between(const char *a, const char *b)
{
    size_t rows[3][WORD_LIMIT + 1] = {{0}};
    size_t length_a = strlen(a);
    size_t length_b = strlen(b);
    if (length_a > WORD_LIMIT || length_b > WORD_LIMIT) {
        return WORD_LIMIT;
    }
    for (size_t j = 0; j <= length_b; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= length_a; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= length_b; j++) {
            size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = smallest(above[j] + 1, row[j - 1] + 1, above[j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                size_t swapped = rows[(i - 2) % 3][j - 2] + 1;
                row[j] = swapped < row[j] ? swapped : row[j];
            }
        }
    }
    return rows[length_a % 3][length_b];
}

/* One letter in short words, three in long ones: further away it is another word. */
static size_t tolerance(size_t length)
{
    return length <= 3 ? 1 : length <= 6 ? 2 : 3;
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
    size_t length = strlen(nearest->word);
    size_t distance = distance_between(nearest->word, candidate);
    if (length >= 3 && strncmp(nearest->word, candidate, length) == 0) {
        distance = 1; /* the beginning of a long name */
    }
    if (distance <= tolerance(length) &&
        (nearest->best == NULL || distance < nearest->distance)) {
        nearest->best = candidate;
        nearest->distance = distance;
    }
}
