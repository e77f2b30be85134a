#include "revisions/lexer.h"

#include <string.h>

enum { OTHER, BLANK, NEWLINE, LETTER, DIGIT, QUOTE, PUNCTUATION };

/* One look per byte: a revision file is mostly names, blanks and strings. */
#define B BLANK
#define L LETTER
#define D DIGIT
#define P PUNCTUATION
/* clang-format off */
static const unsigned char classes[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, B, NEWLINE, B, B, B, 0, 0, /* tab, newline, VT, FF, CR */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    B, 0, QUOTE, P, 0, P, P, QUOTE, P, P, P, P, P, P, P, P, /* space to / */
    D, D, D, D, D, D, D, D, D, D, P, P, P, P, P, 0, /* 0 to ? */
    0, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* @ to O */
    L, L, L, L, L, L, L, L, L, L, L, P, 0, P, P, L, /* P to _ */
    0, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* ` to o */
    L, L, L, L, L, L, L, L, L, L, L, P, P, P, P, 0, /* p to DEL */
};
/* clang-format on */
#undef B
#undef L
#undef D
#undef P

static unsigned char class_of(const char *at)
{
    return classes[(unsigned char)*at];
}

struct lexer lexer_open(const char *text, size_t length)
{
    struct lexer lexer = {.at = text, .end = text + length, .line = 1};
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        lexer.at += 3;
    }
    return lexer;
}

const char *long_bracket(const char *at, const char *end, const char **content,
                         size_t *content_length, bool *closed)
{
    if (at >= end || *at != '[') {
        return NULL;
    }
    const char *cursor = at + 1;
    while (cursor < end && *cursor == '=') {
        cursor++;
    }
    if (cursor >= end || *cursor != '[') {
        return NULL;
    }
    size_t level = (size_t)(cursor - at) - 1;
    *content = ++cursor;
    while ((cursor = memchr(cursor, ']', (size_t)(end - cursor))) != NULL) {
        const char *close = cursor + 1;
        while (close < end && *close == '=' && (size_t)(close - cursor - 1) < level) {
            close++;
        }
        if (close < end && *close == ']' && (size_t)(close - cursor - 1) == level) {
            *content_length = (size_t)(cursor - *content);
            *closed = true;
            return close + 1;
        }
        cursor++;
    }
    *content_length = (size_t)(end - *content);
    *closed = false;
    return end;
}

static void count_lines(struct lexer *lexer, const char *from, const char *to)
{
    while ((from = memchr(from, '\n', (size_t)(to - from))) != NULL) {
        lexer->line++;
        from++;
    }
}

/* At "--". False: a long comment without an end. */
static bool skip_comment(struct lexer *lexer)
{
    const char *content;
    size_t length;
    bool closed;
    const char *after = long_bracket(lexer->at + 2, lexer->end, &content, &length, &closed);
    if (after != NULL) {
        count_lines(lexer, lexer->at, after);
        lexer->at = after;
        return closed;
    }
    const char *newline = memchr(lexer->at, '\n', (size_t)(lexer->end - lexer->at));
    lexer->at = newline == NULL ? lexer->end : newline;
    return true;
}

/* False: a long comment without an end. The cursor is a local: a char could alias lexer->at. */
static bool skip_blanks(struct lexer *lexer)
{
    const char *at = lexer->at;
    const char *end = lexer->end;
    for (;;) {
        while (at < end && class_of(at) == BLANK) {
            at++;
        }
        lexer->at = at;
        if (at < end && *at == '\n') {
            lexer->line++;
            at++;
        } else if (end - at >= 2 && at[0] == '-' && at[1] == '-') {
            if (!skip_comment(lexer)) {
                return false;
            }
            at = lexer->at;
        } else {
            return true;
        }
    }
}

static const char *end_of_name(const char *at, const char *end)
{
    while (at < end && (class_of(at) == LETTER || class_of(at) == DIGIT)) {
        at++;
    }
    return at;
}

/* At a quote. An escaped line break, also CRLF, goes on; a bare one ends the string wrongly. */
static enum token_kind skip_quoted(struct lexer *lexer)
{
    const char *at = lexer->at;
    const char *end = lexer->end;
    char quote = *at++;
    enum token_kind kind = TOKEN_BROKEN;
    while (at < end) {
        char c = *at++;
        if (c == quote) {
            kind = TOKEN_STRING;
            break;
        }
        if (c == '\n') {
            at--;
            break;
        }
        if (c == '\\' && at < end) {
            char escaped = *at++;
            if (escaped == '\r' && at < end && *at == '\n') {
                at++;
                lexer->line++;
            } else if (escaped == '\n') {
                lexer->line++;
            }
            while (escaped == 'z' && at < end &&
                   (class_of(at) == BLANK || class_of(at) == NEWLINE)) {
                lexer->line += *at++ == '\n';
            }
        }
    }
    lexer->at = at;
    return kind;
}

/* 3, 0xA.8p-1, 1e+5: what looks like one; whether it is one matters to nobody here. */
static void skip_number(struct lexer *lexer)
{
    bool hexadecimal = lexer->at + 1 < lexer->end && (lexer->at[1] | 0x20) == 'x';
    while (lexer->at < lexer->end) {
        char c = *lexer->at;
        unsigned char class = class_of(lexer->at);
        if (class != LETTER && class != DIGIT && c != '.') {
            break;
        }
        lexer->at++;
        bool exponent = (c | 0x20) == (hexadecimal ? 'p' : 'e');
        if (exponent && lexer->at < lexer->end && (*lexer->at == '+' || *lexer->at == '-')) {
            lexer->at++;
        }
    }
}

/* == ~= <= >= and // :: << >> .. */
static bool is_pair(int first, int second)
{
    if (second == '=') {
        return first == '=' || first == '~' || first == '<' || first == '>';
    }
    return first == second &&
           (first == '/' || first == ':' || first == '<' || first == '>' || first == '.');
}

static enum token_kind skip_symbol(struct lexer *lexer, int *symbol)
{
    const char *content;
    size_t length;
    bool closed;
    if (*lexer->at == '[') {
        const char *after = long_bracket(lexer->at, lexer->end, &content, &length, &closed);
        if (after != NULL) {
            count_lines(lexer, lexer->at, after);
            lexer->at = after;
            return closed ? TOKEN_STRING : TOKEN_BROKEN;
        }
    }
    *symbol = (unsigned char)*lexer->at++;
    if (lexer->at >= lexer->end || class_of(lexer->at) != PUNCTUATION) {
        return TOKEN_SYMBOL;
    }
    int second = (unsigned char)*lexer->at;
    if (is_pair(*symbol, second)) {
        *symbol = TWO(*symbol, second);
        lexer->at++;
    }
    if (*symbol == TWO('.', '.') && lexer->at < lexer->end && *lexer->at == '.') {
        lexer->at++;
    }
    return TOKEN_SYMBOL;
}

struct token lexer_next(struct lexer *lexer)
{
    struct token token = {.kind = TOKEN_BROKEN, .line = lexer->line};
    const char *before = lexer->at;
    if (!skip_blanks(lexer)) {
        token.start = before;
        token.length = (size_t)(lexer->at - before);
        return token;
    }
    token.line = lexer->line;
    token.start = lexer->at;
    if (lexer->at == lexer->end) {
        token.kind = TOKEN_END;
        return token;
    }
    switch (class_of(lexer->at)) {
    case LETTER:
        lexer->at = end_of_name(lexer->at + 1, lexer->end);
        token.kind = TOKEN_NAME;
        break;
    case DIGIT:
        skip_number(lexer);
        token.kind = TOKEN_NUMBER;
        break;
    case QUOTE:
        token.kind = skip_quoted(lexer);
        break;
    case PUNCTUATION:
        token.kind = skip_symbol(lexer, &token.symbol);
        break;
    default:
        lexer->at++;
        break;
    }
    token.length = (size_t)(lexer->at - token.start);
    return token;
}

bool lexer_next_name(struct lexer *lexer, struct token *token)
{
    int symbol;
    while (skip_blanks(lexer) && lexer->at < lexer->end) {
        const char *at = lexer->at;
        switch (class_of(at)) {
        case LETTER:
            lexer->at = end_of_name(at + 1, lexer->end);
            *token = (struct token){.kind = TOKEN_NAME,
                                    .start = at,
                                    .length = (size_t)(lexer->at - at),
                                    .line = lexer->line};
            return true;
        case DIGIT:
            skip_number(lexer);
            break;
        case QUOTE:
            if (skip_quoted(lexer) == TOKEN_BROKEN) {
                return false;
            }
            break;
        case PUNCTUATION:
            if (*at != '[') {
                lexer->at++;
            } else if (skip_symbol(lexer, &symbol) == TOKEN_BROKEN) {
                return false;
            }
            break;
        default:
            return false;
        }
    }
    return false;
}
