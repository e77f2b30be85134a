/* identifier.h - the rules of ids and labels, and the nearest name to a mistyped one. */
#ifndef NEAP_REVISIONS_IDENTIFIER_H
#define NEAP_REVISIONS_IDENTIFIER_H

#include <stdbool.h>
#include <stddef.h>

/* 1 to 64 characters of UTF-8, none of @ + - : and no blanks or control characters. When it is
 * not, *why says what is wrong: "it holds '-'". */
bool identifier_valid(const char *id, const char **why);
/* head, heads, base, current: never an id or a label. */
bool identifier_is_symbol(const char *name);

/* Insertions, deletions, replacements and swaps of neighbours between two names (optimal string
 * alignment); only the first 64 bytes count. */
size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length);

#endif
