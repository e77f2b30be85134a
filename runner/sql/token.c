#include "sql/token.h"

#include <string.h>

enum { BLANK = 1, WORD_START = 2, DIGIT = 4, DOLLAR = 8 };

/* Letters are [A-Za-z_] and every byte above 127 (psqlscan.l ident_start; SQLite's IdChar). \v
 * is a blank since PostgreSQL 16. */
#define B BLANK
#define W WORD_START
#define D DIGIT
#define S DOLLAR
/* clang-format off */
static const unsigned char classes[128] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, B, B, B, B, B, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    B, 0, 0, 0, S, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    D, D, D, D, D, D, D, D, D, D, 0, 0, 0, 0, 0, 0,
    0, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, 0, 0, 0, 0, W,
    0, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, 0, 0, 0, 0, 0,
};
/* clang-format on */
#undef B
#undef W
#undef D
#undef S

static inline unsigned class_of(char c)
{
    unsigned char byte = (unsigned char)c;
    if (byte >= sizeof classes) {
        return WORD_START;
    }
    return classes[byte];
}

static char byte_at(const struct scanner *scanner, size_t at)
{
    if (at >= scanner->length) {
        return '\0';
    }
    return scanner->text[at];
}

static bool is_newline(const struct scanner *scanner, char c)
{
    /* PostgreSQL ends a line comment at a carriage return too. */
    return c == '\n' || (c == '\r' && scanner->dialect == SQL_POSTGRESQL);
}

static size_t skip_line_comment(const struct scanner *scanner, size_t at)
{
    while (at < scanner->length && !is_newline(scanner, scanner->text[at])) {
        at++;
    }
    return at;
}

/* From the slash to after the comment; length + 1 when it is not closed. PostgreSQL's nest. */
static size_t skip_block_comment(const struct scanner *scanner, size_t at)
{
    size_t depth = 1;
    at += 2;
    while (at + 1 < scanner->length) {
        char first = scanner->text[at], second = scanner->text[at + 1];
        if (first == '*' && second == '/') {
            at += 2;
            if (--depth == 0) {
                return at;
            }
        } else if (first == '/' && second == '*' && scanner->dialect == SQL_POSTGRESQL) {
            at += 2;
            depth++;
        } else {
            at++;
        }
    }
    return scanner->length + 1;
}

/* To the first byte of a token, or to the end; length + 1 after an unclosed comment, whose
 * start is then in *open. */
static size_t skip_blanks(struct scanner *scanner, size_t at, size_t *open)
{
    while (at < scanner->length) {
        char c = scanner->text[at];
        if (class_of(c) == BLANK) {
            at++;
        } else if (c == '-' && byte_at(scanner, at + 1) == '-') {
            scanner->line_comment = true;
            at = skip_line_comment(scanner, at);
        } else if (c == '/' && byte_at(scanner, at + 1) == '*') {
            *open = at;
            at = skip_block_comment(scanner, at);
        } else {
            break;
        }
    }
    return at;
}

/* After the closing quote, at being after the opening one; a doubled quote is a part of it.
 * length + 1 when it is not closed. */
static size_t skip_quoted(const struct scanner *scanner, size_t at, char quote)
{
    while (at < scanner->length) {
        const char *found = memchr(scanner->text + at, quote, scanner->length - at);
        if (found == NULL) {
            break;
        }
        at = (size_t)(found - scanner->text) + 1;
        if (quote == ']' || byte_at(scanner, at) != quote) {
            return at;
        }
        at++;
    }
    return scanner->length + 1;
}

/* E'..' goes on in a next '..' after a line break, with its backslashes (psqlscan.l,
 * "quotecontinue"): the place after that quote, or 0. */
static size_t continued_quote(const struct scanner *scanner, size_t at)
{
    bool line_break = false;
    while (at < scanner->length) {
        char c = scanner->text[at];
        if (class_of(c) == BLANK) {
            line_break = line_break || is_newline(scanner, c);
            at++;
        } else if (c == '-' && byte_at(scanner, at + 1) == '-') {
            at = skip_line_comment(scanner, at);
        } else {
            break;
        }
    }
    return line_break && byte_at(scanner, at) == '\'' ? at + 1 : 0;
}

/* The same as skip_quoted for E'..'. */
static size_t skip_escaped(const struct scanner *scanner, size_t at)
{
    while (at < scanner->length) {
        char c = scanner->text[at++];
        if (c == '\\' || (c == '\'' && byte_at(scanner, at) == '\'')) {
            at++;
        } else if (c == '\'') {
            size_t more = continued_quote(scanner, at);
            if (more == 0) {
                return at;
            }
            at = more;
        }
    }
    return scanner->length + 1;
}

/* $tag$ at `at`: the place after it, or 0. A tag is empty or a name without dollars. */
static size_t dollar_tag(const struct scanner *scanner, size_t at)
{
    size_t end = at + 1;
    if (class_of(byte_at(scanner, end)) == WORD_START) {
        while (end < scanner->length &&
               (class_of(scanner->text[end]) & (WORD_START | DIGIT)) != 0) {
            end++;
        }
    }
    return byte_at(scanner, end) == '$' ? end + 1 : 0;
}

static struct token token_to(const struct scanner *scanner, enum token_kind kind, size_t start,
                             size_t end)
{
    if (end > scanner->length) {
        return (struct token){TOKEN_UNCLOSED, start, scanner->length};
    }
    return (struct token){kind, start, end};
}

/* A body holds few dollars: looking for one is much faster than for the tag. */
static struct token scan_dollar_quote(const struct scanner *scanner, size_t start, size_t body)
{
    const char *text = scanner->text, *end = text + scanner->length;
    size_t tag = body - start;
    const char *at = memchr(text + body, '$', scanner->length - body);
    while (at != NULL && (size_t)(end - at) >= tag && memcmp(at, text + start, tag) != 0) {
        at = memchr(at + 1, '$', (size_t)(end - at) - 1);
    }
    bool closed = at != NULL && (size_t)(end - at) >= tag;
    return token_to(scanner, TOKEN_STRING, start,
                    closed ? (size_t)(at - text) + tag : scanner->length + 1);
}

static size_t skip_word(const struct scanner *scanner, size_t at)
{
    while (at < scanner->length &&
           (class_of(scanner->text[at]) & (WORD_START | DIGIT | DOLLAR)) != 0) {
        at++;
    }
    return at;
}

/* A word, or a literal that begins with one letter: E'..', U&'..', U&"..", B'..',
 * X'..', N'..'. */
static struct token scan_word(const struct scanner *scanner, size_t start)
{
    size_t end = skip_word(scanner, start);
    char letter = sql_lower(scanner->text[start]);
    char next = byte_at(scanner, end);
    if (end - start == 1 && scanner->dialect == SQL_POSTGRESQL) {
        if (letter == 'e' && next == '\'') {
            return token_to(scanner, TOKEN_STRING, start, skip_escaped(scanner, end + 1));
        }
        if (next == '\'' && (letter == 'b' || letter == 'x' || letter == 'n')) {
            return token_to(scanner, TOKEN_STRING, start, skip_quoted(scanner, end + 1, next));
        }
        char quote = byte_at(scanner, end + 1);
        if (letter == 'u' && next == '&' && (quote == '\'' || quote == '"')) {
            return token_to(scanner, quote == '"' ? TOKEN_NAME : TOKEN_STRING, start,
                            skip_quoted(scanner, end + 2, quote));
        }
    }
    return token_to(scanner, TOKEN_WORD, start, end);
}

/* "1", "1e5": digits and a name that touches them are one token, so that the E of 1E'..' opens
 * nothing. 1$$ is a number and a dollar quote. */
static struct token scan_number(const struct scanner *scanner, size_t start)
{
    size_t end = start;
    while (end < scanner->length && class_of(scanner->text[end]) == DIGIT) {
        end++;
    }
    if (class_of(byte_at(scanner, end)) == WORD_START) {
        end = skip_word(scanner, end);
    }
    return token_to(scanner, TOKEN_OTHER, start, end);
}

static struct token scan_postgresql(const struct scanner *scanner, size_t start)
{
    char c = scanner->text[start];
    if (class_of(c) == WORD_START) {
        return scan_word(scanner, start);
    }
    if (class_of(c) == DIGIT) {
        return scan_number(scanner, start);
    }
    if (c == '$') {
        size_t body = dollar_tag(scanner, start);
        if (body != 0) {
            return scan_dollar_quote(scanner, start, body);
        }
    }
    if (c == '\'' || c == '"') {
        return token_to(scanner, c == '"' ? TOKEN_NAME : TOKEN_STRING, start,
                        skip_quoted(scanner, start + 1, c));
    }
    return token_to(scanner, TOKEN_OTHER, start, start + 1);
}

static struct token scan_sqlite(const struct scanner *scanner, size_t start)
{
    char c = scanner->text[start];
    if (class_of(c) != 0) { /* in complete.c digits and dollars begin words too */
        return scan_word(scanner, start);
    }
    if (c == '\'' || c == '"' || c == '`') {
        return token_to(scanner, c == '\'' ? TOKEN_STRING : TOKEN_NAME, start,
                        skip_quoted(scanner, start + 1, c));
    }
    if (c == '[') {
        return token_to(scanner, TOKEN_NAME, start, skip_quoted(scanner, start + 1, ']'));
    }
    return token_to(scanner, TOKEN_OTHER, start, start + 1);
}

struct token scan_token(struct scanner *scanner)
{
    size_t open = 0;
    scanner->line_comment = false;
    size_t start = skip_blanks(scanner, scanner->at, &open);
    struct token token;
    if (start > scanner->length) {
        token = (struct token){TOKEN_UNCLOSED, open, scanner->length};
    } else if (start == scanner->length) {
        token = (struct token){TOKEN_END, start, start};
    } else if (scanner->dialect == SQL_SQLITE) {
        token = scan_sqlite(scanner, start);
    } else {
        token = scan_postgresql(scanner, start);
    }
    scanner->at = token.end;
    return token;
}

bool token_is_word(const struct scanner *scanner, struct token token, const char *word)
{
    if (token.kind != TOKEN_WORD) {
        return false;
    }
    size_t length = token.end - token.start;
    for (size_t i = 0; i < length; i++) {
        if (word[i] == '\0' || sql_lower(scanner->text[token.start + i]) != word[i]) {
            return false;
        }
    }
    return word[length] == '\0';
}

bool token_is(const struct scanner *scanner, struct token token, char byte)
{
    return token.kind == TOKEN_OTHER && scanner->text[token.start] == byte;
}

/* Whether the next token begins with this byte: most questions are answered by that. */
static bool begins_with(const struct scanner *scanner, char byte)
{
    struct scanner ahead = *scanner;
    size_t open = 0;
    size_t start = skip_blanks(&ahead, ahead.at, &open);
    return start < ahead.length && sql_lower(ahead.text[start]) == byte;
}

bool take_word(struct scanner *scanner, const char *word)
{
    if (!begins_with(scanner, word[0])) {
        return false;
    }
    struct scanner ahead = *scanner;
    bool found = token_is_word(&ahead, scan_token(&ahead), word);
    if (found) {
        *scanner = ahead;
    }
    return found;
}

bool take(struct scanner *scanner, char byte)
{
    if (!begins_with(scanner, byte)) {
        return false;
    }
    struct scanner ahead = *scanner;
    bool found = token_is(&ahead, scan_token(&ahead), byte);
    if (found) {
        *scanner = ahead;
    }
    return found;
}

bool take_one_of(struct scanner *scanner, const char *const *words)
{
    struct scanner ahead = *scanner;
    struct token token = scan_token(&ahead);
    for (; *words != NULL; words++) {
        if (token_is_word(&ahead, token, *words)) {
            *scanner = ahead;
            return true;
        }
    }
    return false;
}

bool take_name(struct scanner *scanner, struct token *name)
{
    struct scanner ahead = *scanner;
    struct token token = scan_token(&ahead);
    if (token.kind != TOKEN_WORD && token.kind != TOKEN_NAME) {
        return false;
    }
    *name = token;
    *scanner = ahead;
    while (take(&ahead, '.')) {
        token = scan_token(&ahead);
        if (token.kind != TOKEN_WORD && token.kind != TOKEN_NAME) {
            break;
        }
        name->end = token.end;
        *scanner = ahead;
    }
    return true;
}

bool take_parentheses(struct scanner *scanner)
{
    if (!take(scanner, '(')) {
        return false;
    }
    for (size_t depth = 1; depth > 0;) {
        struct token token = scan_token(scanner);
        if (token.kind == TOKEN_END || token.kind == TOKEN_UNCLOSED) {
            break;
        }
        if (token_is(scanner, token, '(')) {
            depth++;
        } else if (token_is(scanner, token, ')')) {
            depth--;
        }
    }
    return true;
}

bool sql_next_token(const char *text, size_t length, enum sql_dialect dialect,
                    struct sql_token *token)
{
    struct scanner scanner = {
        .text = text, .length = length, .at = token->end, .dialect = dialect};
    struct token found = scan_token(&scanner);
    token->start = found.start;
    token->end = found.end;
    switch (found.kind) {
    case TOKEN_WORD:
        token->kind = SQL_WORD;
        break;
    case TOKEN_NAME:
        token->kind = SQL_NAME;
        break;
    case TOKEN_STRING:
        token->kind = SQL_STRING;
        break;
    case TOKEN_UNCLOSED:
        token->kind = SQL_OPEN;
        break;
    case TOKEN_OTHER:
        token->kind = SQL_OTHER;
        break;
    default:
        token->kind = SQL_END;
    }
    return token->kind != SQL_END;
}
