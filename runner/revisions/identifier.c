#include "revisions/identifier.h"

#include <string.h>

#include "base/text.h"

enum { MOST_CHARACTERS = 64 };

static const char *bad_character(unsigned char c)
{
    switch (c) {
    case '@':
        return "it holds '@'";
    case '+':
        return "it holds '+'";
    case '-':
        return "it holds '-'";
    case ':':
        return "it holds ':'";
    case ' ':
    case '\t':
    case '\n':
    case '\v':
    case '\f':
    case '\r':
        return "it holds a blank";
    default:
        return c < ' ' || c == 0x7F ? "it holds a control character" : NULL;
    }
}

bool identifier_valid(const char *id, const char **why)
{
    size_t length = strlen(id);
    size_t characters = 0;
    *why = length == 0 ? "it is empty" : NULL;
    for (size_t i = 0; i < length && *why == NULL; i++) {
        unsigned char c = (unsigned char)id[i];
        characters += (c & 0xC0) != 0x80;
        *why = bad_character(c);
    }
    if (*why == NULL && !utf8_valid(id, length, NULL)) {
        *why = "it is not UTF-8";
    }
    if (*why == NULL && characters > MOST_CHARACTERS) {
        *why = "it is longer than 64 characters";
    }
    return *why == NULL;
}

bool identifier_is_symbol(const char *name)
{
    return strcmp(name, "head") == 0 || strcmp(name, "heads") == 0 ||
           strcmp(name, "base") == 0 || strcmp(name, "current") == 0;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    a_length = smaller(a_length, MOST_CHARACTERS);
    b_length = smaller(b_length, MOST_CHARACTERS);
    size_t rows[3][MOST_CHARACTERS + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++) {
        above[j] = before[j] = j;
    }
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t change = above[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = smaller(change, smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = smaller(row[j], before[j - 2] + 1);
            }
        }
        size_t *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[b_length];
}
