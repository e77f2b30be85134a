/* text.h - strings that grow.
 *
 * A struct text starts as {0}, owns its bytes, and is freed with text_free. data is
 * NUL-terminated after the first append, and "" through text_string before it.
 */
#ifndef NEAP_BASE_TEXT_H
#define NEAP_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct text {
    char *data;
    size_t length; /* bytes, without the NUL */
    size_t capacity;
};

void text_append(struct text *text, const char *bytes, size_t length);
void text_add(struct text *text, const char *string); /* NULL adds nothing */
void text_add_char(struct text *text, char c);
/* Where so many bytes can be written, behind the end; then the caller adds them to length. The
 * next append puts the NUL. */
char *text_room(struct text *text, size_t bytes);
__attribute__((format(printf, 2, 3))) void text_format(struct text *text, const char *format,
                                                       ...);
void text_vformat(struct text *text, const char *format, va_list arguments);
void text_clear(struct text *text); /* length 0, memory kept */
void text_fit(struct text *text);   /* gives back the memory that it does not need */
void text_free(struct text *text);  /* back to {0} */
char *text_take(struct text *text); /* the caller frees it; text is {0} again */
const char *text_string(const struct text *text);

__attribute__((format(printf, 1, 2))) char *string_format(const char *format, ...);
bool string_starts_with(const char *string, const char *prefix);
bool string_ends_with(const char *string, const char *suffix);
bool string_equal(const char *a, const char *b); /* NULL equals NULL only */

/* Appends text made safe for a terminal or a log: control characters (C0 but newline and tab,
 * DEL, C1), bidirectional overrides and bytes that are not UTF-8 become \xNN or \u{NNNN}. With
 * one_line newlines become "\n" too. */
void text_add_escaped(struct text *text, const char *bytes, size_t length, bool one_line);
bool utf8_valid(const char *bytes, size_t length,
                size_t *bad_offset); /* bad_offset may be NULL */

#endif
