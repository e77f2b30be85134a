/* token.h - the tokens of SQL text; for the files of this room.
 *
 * A token is as coarse as statement boundaries allow: numbers, operators and punctuation are
 * TOKEN_OTHER, most of them one byte each. Blanks and comments lie between tokens.
 */
#ifndef NEAP_SQL_TOKEN_H
#define NEAP_SQL_TOKEN_H

#include "sql/lexer.h"

enum token_kind {
    TOKEN_END,    /* of the text */
    TOKEN_WORD,   /* a key word or an unquoted name */
    TOKEN_NAME,   /* a quoted name */
    TOKEN_STRING, /* a literal, its prefix included: '..', E'..', $tag$..$tag$ */
    TOKEN_OTHER,
    TOKEN_UNCLOSED /* a quote or comment that is open at the end of the text */
};

struct token {
    enum token_kind kind;
    size_t start, end;
};

struct scanner {
    const char *text;
    size_t length;
    size_t at; /* where the next token is looked for */
    enum sql_dialect dialect;
    bool line_comment; /* one was passed over on the way to the last token */
};

char sql_lower(char c); /* of A-Z only, whatever the locale */

struct token scan_token(struct scanner *scanner);
/* True for the word, in any case; word is in lower case. */
bool token_is_word(const struct scanner *scanner, struct token token, const char *word);
/* True for a TOKEN_OTHER that is this byte. */
bool token_is(const struct scanner *scanner, struct token token, char byte);

/* The next token when it is this word (else it stays the next one). */
bool take_word(struct scanner *scanner, const char *word);
bool take(struct scanner *scanner, char byte);
/* One of these words; the list ends with NULL. */
bool take_one_of(struct scanner *scanner, const char *const *words);
/* A name with its qualifiers, as written; false (and nothing taken) when there is none. */
bool take_name(struct scanner *scanner, struct token *name);
/* "( ... )" with what is nested in it, when the next token is a "(". */
bool take_parentheses(struct scanner *scanner);

#endif
