/* lexer.h - the tokens of a Lua file, as far as reading a header needs them.
 *
 * Allocates nothing; knows names, strings, numbers, comments and operators, and no grammar.
 * Source: Lua 5.4 reference manual, section 3.1 "Lexical Conventions".
 */
#ifndef NEAP_REVISIONS_LEXER_H
#define NEAP_REVISIONS_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"

enum token_kind {
    TOKEN_END,
    TOKEN_NAME,   /* keywords too */
    TOKEN_STRING, /* quotes or long brackets included */
    TOKEN_NUMBER,
    TOKEN_SYMBOL, /* symbol says which */
    TOKEN_BROKEN, /* a string or long comment without an end, or a byte that Lua does not know
                   */
};

struct token {
    enum token_kind kind;
    const char *start;
    size_t length;
    int line;   /* where it begins */
    int symbol; /* a character; TWO('=', '=') for operators of two, and for the dots of "..." */
};
#define TWO(a, b) ((a) | ((b) << 8))

struct lexer {
    const char *at;
    const char *end;
    int line;
};

/* Starts at the first byte; a UTF-8 byte order mark is passed over. */
struct lexer lexer_open(const char *text, size_t length);
/* Blanks and comments are passed over. */
struct token lexer_next(struct lexer *lexer);
/* The next name; whatever else comes is passed over. False: the end, or a broken token. */
bool lexer_next_name(struct lexer *lexer, struct token *token);

/* Inline, so that the compiler knows the length of name. */
static inline bool token_is(const struct token *token, const char *name)
{
    return token->length == strlen(name) && token->kind == TOKEN_NAME &&
           memcmp(token->start, name, strlen(name)) == 0;
}

/* What a string token stands for; appends. False: a bad escape, *why says which. */
bool token_string(const struct token *token, struct text *value, const char **why);

/* The end of a long bracket that opens at `at` ("[[", "[==["), or NULL when none opens there.
 * *content and *content_length are what is between; an unclosed one gives *closed false. */
const char *long_bracket(const char *at, const char *end, const char **content,
                         size_t *content_length, bool *closed);

#endif
