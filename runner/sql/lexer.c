#include "sql/lexer.h"

#include <string.h>

#include "sql/token.h"

enum sql_dialect sql_dialect_named(const char *name)
{
    return strcmp(name, "sqlite") == 0 ? SQL_SQLITE : SQL_POSTGRESQL;
}

/* --- where semicolons are not the end --- */

/* How far a statement has been read towards CREATE [OR REPLACE] FUNCTION ... BEGIN ATOMIC. */
enum routine {
    ROUTINE_START,
    ROUTINE_CREATE,
    ROUTINE_OR,
    ROUTINE_REPLACE,
    ROUTINE_HEAD,  /* after FUNCTION or PROCEDURE */
    ROUTINE_BEGIN, /* after BEGIN in it */
    ROUTINE_BODY,  /* in the body, inside one of its statements */
    ROUTINE_INNER, /* in the body, where a statement begins: END is the end of the body */
    ROUTINE_NO
};

/* SQLite's complete.c: its states and table, where each is explained. */
enum trigger {
    TRIGGER_START = 1,
    TRIGGER_NO,
    TRIGGER_EXPLAIN,
    TRIGGER_CREATE,
    TRIGGER_BODY,
    TRIGGER_SEMICOLON,
    TRIGGER_END
};

/* COPY [BINARY] table ... FROM STDIN: the first FROM or TO outside parentheses decides. */
enum copy { COPY_START, COPY_WORD, COPY_FROM, COPY_IN, COPY_NO };

struct reader {
    struct scanner scanner;
    size_t depth; /* of parentheses */
    enum routine routine;
    enum trigger trigger;
    enum copy copy;
    bool after_dot;
};

static enum routine routine_body_after(const struct reader *reader, struct token token)
{
    const struct scanner *scanner = &reader->scanner;
    bool semicolon = token_is(scanner, token, ';');
    if (reader->routine == ROUTINE_BODY) {
        return semicolon && reader->depth == 0 ? ROUTINE_INNER : ROUTINE_BODY;
    }
    /* Every statement of the body ends with a semicolon, so an END after one is not the END of
     * a CASE (gram.y, routine_body_stmt_list). */
    if (token_is_word(scanner, token, "end")) {
        return ROUTINE_NO;
    }
    return semicolon ? ROUTINE_INNER : ROUTINE_BODY;
}

static enum routine routine_head_after(const struct reader *reader, struct token token)
{
    const struct scanner *scanner = &reader->scanner;
    if (reader->depth > 0) {
        return ROUTINE_HEAD;
    }
    if (reader->routine == ROUTINE_BEGIN && token_is_word(scanner, token, "atomic")) {
        return ROUTINE_INNER;
    }
    return token_is_word(scanner, token, "begin") ? ROUTINE_BEGIN : ROUTINE_HEAD;
}

static enum routine routine_after(const struct reader *reader, struct token token)
{
    static const struct {
        enum routine before, after;
        const char *word;
    } steps[] = {
        {ROUTINE_START, ROUTINE_CREATE, "create"},
        {ROUTINE_CREATE, ROUTINE_OR, "or"},
        {ROUTINE_CREATE, ROUTINE_HEAD, "function"},
        {ROUTINE_CREATE, ROUTINE_HEAD, "procedure"},
        {ROUTINE_OR, ROUTINE_REPLACE, "replace"},
        {ROUTINE_REPLACE, ROUTINE_HEAD, "function"},
        {ROUTINE_REPLACE, ROUTINE_HEAD, "procedure"},
    };
    if (reader->routine == ROUTINE_NO) {
        return ROUTINE_NO;
    }
    if (reader->routine >= ROUTINE_BODY) {
        return routine_body_after(reader, token);
    }
    if (reader->routine >= ROUTINE_HEAD) {
        return routine_head_after(reader, token);
    }
    if (token.kind != TOKEN_WORD) {
        return reader->routine; /* as psql: only the words count */
    }
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (steps[i].before == reader->routine &&
            token_is_word(&reader->scanner, token, steps[i].word)) {
            return steps[i].after;
        }
    }
    return ROUTINE_NO;
}

static enum trigger trigger_after(const struct reader *reader, struct token token)
{
    const struct scanner *scanner = &reader->scanner;
    bool semicolon = token_is(scanner, token, ';');
    switch (reader->trigger) {
    case TRIGGER_START:
        if (token_is_word(scanner, token, "explain")) {
            return TRIGGER_EXPLAIN;
        }
        return token_is_word(scanner, token, "create") ? TRIGGER_CREATE : TRIGGER_NO;
    case TRIGGER_EXPLAIN:
        if (token_is_word(scanner, token, "create")) {
            return TRIGGER_CREATE;
        }
        /* EXPLAIN QUERY PLAN CREATE; a second EXPLAIN and the words below end the chance. */
        return token_is_word(scanner, token, "explain") ||
                       token_is_word(scanner, token, "temp") ||
                       token_is_word(scanner, token, "temporary") ||
                       token_is_word(scanner, token, "trigger") ||
                       token_is_word(scanner, token, "end")
                   ? TRIGGER_NO
                   : TRIGGER_EXPLAIN;
    case TRIGGER_CREATE:
        if (token_is_word(scanner, token, "temp") ||
            token_is_word(scanner, token, "temporary")) {
            return TRIGGER_CREATE;
        }
        return token_is_word(scanner, token, "trigger") ? TRIGGER_BODY : TRIGGER_NO;
    case TRIGGER_BODY:
        return semicolon ? TRIGGER_SEMICOLON : TRIGGER_BODY;
    case TRIGGER_SEMICOLON:
        if (token_is_word(scanner, token, "end")) {
            return TRIGGER_END;
        }
        return semicolon ? TRIGGER_SEMICOLON : TRIGGER_BODY;
    case TRIGGER_END:
        return semicolon ? TRIGGER_START : TRIGGER_BODY;
    default:
        return TRIGGER_NO;
    }
}

static enum copy copy_after(const struct reader *reader, struct token token)
{
    const struct scanner *scanner = &reader->scanner;
    switch (reader->copy) {
    case COPY_START:
        return token_is_word(scanner, token, "copy") ? COPY_WORD : COPY_NO;
    case COPY_WORD:
        if (reader->depth > 0 || reader->after_dot) {
            return COPY_WORD;
        }
        if (token_is_word(scanner, token, "from")) {
            return COPY_FROM;
        }
        return token_is_word(scanner, token, "to") ? COPY_NO : COPY_WORD;
    case COPY_FROM: /* PostgreSQL takes STDOUT for STDIN here (gram.y, copy_file_name) */
        return token_is_word(scanner, token, "stdin") || token_is_word(scanner, token, "stdout")
                   ? COPY_IN
                   : COPY_NO;
    default:
        return reader->copy;
    }
}

/* Takes the token into account; true when it is the semicolon that ends the statement. */
static bool read_token(struct reader *reader, struct token token)
{
    bool semicolon = token_is(&reader->scanner, token, ';');
    reader->copy = copy_after(reader, token);
    if (reader->scanner.dialect == SQL_SQLITE) {
        enum trigger before = reader->trigger;
        reader->trigger = trigger_after(reader, token);
        return semicolon && (before == TRIGGER_END || before <= TRIGGER_CREATE);
    }
    reader->routine = routine_after(reader, token);
    if (token_is(&reader->scanner, token, '(')) {
        reader->depth++;
    } else if (token_is(&reader->scanner, token, ')') && reader->depth > 0) {
        reader->depth--;
    }
    reader->after_dot = token_is(&reader->scanner, token, '.');
    return semicolon && reader->depth == 0 && reader->routine != ROUTINE_BODY &&
           reader->routine != ROUTINE_INNER;
}

/* --- COPY data --- */

static size_t next_line(const char *text, size_t length, size_t at)
{
    const char *newline = memchr(text + at, '\n', length - at);
    return newline == NULL ? length : (size_t)(newline - text) + 1;
}

/* A line that is "\." alone, with or without a carriage return. */
static bool is_end_of_data(const char *line, size_t length)
{
    if (length > 0 && line[length - 1] == '\n') {
        length--;
    }
    if (length > 0 && line[length - 1] == '\r') {
        length--;
    }
    return length == 2 && line[0] == '\\' && line[1] == '.';
}

/* Sets data_start and data_end for data that begins at start; returns the place after it. */
static size_t find_copy_data(const char *text, size_t length, size_t start,
                             struct sql_span *span)
{
    span->data_start = start;
    for (size_t at = start; at < length;) {
        size_t after = next_line(text, length, at);
        if (is_end_of_data(text + at, after - at)) {
            span->data_end = at;
            return after;
        }
        at = after;
    }
    span->data_end = length;
    return length;
}

/* The data is cut out: the rest of the semicolon's line is read first, then the text after the
 * data. A second COPY on that line has its data after the first one's. */
static void cut_copy_data(const char *text, size_t length, struct sql_span *span)
{
    if (span->resume == 0) {
        span->hold = next_line(text, length, span->next);
        span->resume = span->hold;
    }
    span->resume = find_copy_data(text, length, span->resume, span);
}

/* --- statements --- */

static int newlines_between(const char *text, size_t from, size_t to)
{
    int count = 0;
    while (from < to) {
        const char *newline = memchr(text + from, '\n', to - from);
        if (newline == NULL) {
            break;
        }
        count++;
        from = (size_t)(newline - text) + 1;
    }
    return count;
}

static void begin_span(const char *text, size_t start, struct sql_span *span)
{
    span->line = (span->line == 0 ? 1 : span->line) +
                 newlines_between(text, span->line == 0 ? 0 : span->start, start);
    span->start = start;
    span->end = start;
    span->kind = SQL_STATEMENT;
    span->data_start = span->data_end = 0;
    span->is_copy_in = false;
}

static void read_backslash(const char *text, size_t length, struct sql_span *span)
{
    span->kind = SQL_BACKSLASH;
    span->next = next_line(text, length, span->start);
    span->end = span->next;
    while (span->end > span->start && strchr(" \t\r\n", text[span->end - 1]) != NULL &&
           text[span->end - 1] != '\0') {
        span->end--;
    }
}

/* Reads on to the semicolon, or to the end; token is the first one. */
static void read_statement(struct reader *reader, struct token token, struct sql_span *span)
{
    while (token.kind != TOKEN_END && token.kind != TOKEN_UNCLOSED &&
           !read_token(reader, token)) {
        span->end = token.end;
        token = scan_token(&reader->scanner);
    }
    span->next = token.end;
    if (token.kind == TOKEN_UNCLOSED) {
        span->end = token.end;
        span->kind = SQL_UNCLOSED;
    } else {
        span->is_copy_in = reader->copy == COPY_IN;
    }
}

/* In text[0, length), which ends at the hold while there is one. */
static bool next_in(const char *text, size_t length, enum sql_dialect dialect,
                    struct sql_span *span)
{
    struct reader reader = {
        .scanner = {.text = text, .length = length, .at = span->next, .dialect = dialect},
        .trigger = TRIGGER_START};
    struct token token;
    do {
        token = scan_token(&reader.scanner);
    } while (token_is(&reader.scanner, token, ';'));
    if (token.kind == TOKEN_END) {
        return false;
    }
    begin_span(text, token.start, span);
    if (token_is(&reader.scanner, token, '\\')) {
        read_backslash(text, length, span);
    } else {
        read_statement(&reader, token, span);
    }
    return true;
}

bool sql_next_statement(const char *text, size_t length, enum sql_dialect dialect,
                        struct sql_span *span)
{
    if (span->next == 0 && length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        span->next = 3;
    }
    bool found = next_in(text, span->resume != 0 ? span->hold : length, dialect, span);
    if (!found && span->resume != 0) {
        span->next = span->resume;
        span->hold = span->resume = 0;
        found = next_in(text, length, dialect, span);
    }
    if (found && span->is_copy_in) {
        cut_copy_data(text, length, span);
    }
    return found;
}

struct sql_ending sql_ending(const char *text, size_t length, enum sql_dialect dialect)
{
    struct scanner scanner = {.text = text, .length = length, .dialect = dialect};
    struct sql_ending ending = {.empty = true};
    for (;;) {
        struct token token = scan_token(&scanner);
        ending.unclosed = token.kind == TOKEN_UNCLOSED;
        if (token.kind == TOKEN_END || ending.unclosed) {
            break;
        }
        ending.empty = false;
    }
    ending.line_comment = scanner.line_comment;
    return ending;
}

/* --- parameters --- */

static bool is_name_byte(char c, bool first)
{
    unsigned char byte = (unsigned char)c;
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
           byte >= 0x80 || (!first && byte >= '0' && byte <= '9');
}

static size_t skip_name(const char *text, size_t length, size_t at)
{
    while (at < length && is_name_byte(text[at], false)) {
        at++;
    }
    return at;
}

/* A colon that touches a value before it is a slice or a cast. */
static bool touches_value(const char *text, size_t colon)
{
    return colon > 0 && (is_name_byte(text[colon - 1], false) || text[colon - 1] == ':' ||
                         (text[colon - 1] != '\0' && strchr("$)]\"'`", text[colon - 1])));
}

bool sql_next_parameter(const char *text, size_t length, enum sql_dialect dialect,
                        struct sql_named_parameter *parameter)
{
    struct scanner scanner = {
        .text = text, .length = length, .at = parameter->end, .dialect = dialect};
    for (;;) {
        struct token token = scan_token(&scanner);
        if (token.kind == TOKEN_END || token.kind == TOKEN_UNCLOSED) {
            return false;
        }
        size_t name = token.start + 1;
        if (token_is(&scanner, token, ':') && name < length && is_name_byte(text[name], true) &&
            !touches_value(text, token.start)) {
            parameter->start = token.start;
            parameter->end = skip_name(text, length, name);
            return true;
        }
    }
}

/* Digits at `at` as a number; *end after them. Too many are too large for any list. */
static size_t read_number(const char *text, size_t length, size_t at, size_t *end)
{
    size_t number = 0;
    while (at < length && text[at] >= '0' && text[at] <= '9') {
        number = number < 1000000000 ? number * 10 + (size_t)(text[at] - '0') : number;
        at++;
    }
    *end = at;
    return number;
}

/* True when the token begins a placeholder: *end after it and *number as in the header, for a
 * plain ? the place of highest + 1. */
static bool read_placeholder(const struct scanner *scanner, struct token token, size_t highest,
                             size_t *number, size_t *end)
{
    const char *text = scanner->text;
    size_t length = scanner->length, after = token.start + 1;
    bool digit = after < length && text[after] >= '0' && text[after] <= '9';
    if (scanner->dialect == SQL_POSTGRESQL) {
        if (!token_is(scanner, token, '$') || !digit) {
            return false;
        }
        *number = read_number(text, length, after, end);
        return true;
    }
    if (token_is(scanner, token, '?')) {
        *number = digit ? read_number(text, length, after, end) : highest + 1;
        *end = digit ? *end : after;
        return true;
    }
    bool named = token_is(scanner, token, ':') || token_is(scanner, token, '@') ||
                 (token.kind == TOKEN_WORD && text[token.start] == '$');
    *number = 0;
    *end = after;
    while (*end < length && (is_name_byte(text[*end], false) || text[*end] == '$')) {
        (*end)++;
    }
    if (named && digit && text[token.start] == '$') {
        size_t digits = 0;
        size_t value = read_number(text, length, after, &digits);
        *number = digits == *end ? value : 0;
    }
    return named && *end > after;
}

bool sql_next_placeholder(const char *text, size_t length, enum sql_dialect dialect,
                          struct sql_placeholder *placeholder)
{
    struct scanner scanner = {
        .text = text, .length = length, .at = placeholder->end, .dialect = dialect};
    for (;;) {
        struct token token = scan_token(&scanner);
        if (token.kind == TOKEN_END || token.kind == TOKEN_UNCLOSED) {
            return false;
        }
        size_t number = 0, end = token.end;
        if (read_placeholder(&scanner, token, placeholder->highest, &number, &end)) {
            placeholder->start = token.start;
            placeholder->end = end;
            placeholder->number = number;
            if (number > placeholder->highest) {
                placeholder->highest = number;
            }
            return true;
        }
    }
}
