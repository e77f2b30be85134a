#include "cli/error.h"

#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"

enum {
    WHOLE_LINES = 12, /* a statement of so many lines is shown whole */
    LINES_BEFORE = 5, /* of a longer one: so many before the position */
    LINES_AFTER = 3,  /* and after it */
    LINE_BYTES = 240  /* of a longer line the part around the position is shown */
};

/* Rows by error kind. */
static const struct {
    const char *name;
    int status;
} kinds[] = {
    [ERROR_NONE] = {"none", 0},         [ERROR_FAILED] = {"failed", 1},
    [ERROR_USAGE] = {"usage", 2},       [ERROR_PENDING] = {"pending", 3},
    [ERROR_LOCKED] = {"locked", 4},     [ERROR_UNREACHABLE] = {"unreachable", 5},
    [ERROR_MISMATCH] = {"mismatch", 6}, [ERROR_INTERRUPTED] = {"interrupted", 130},
};

int error_status(const struct error *error)
{
    if (error->kind == ERROR_INTERRUPTED && interrupt_signal() != 0) {
        return 128 + interrupt_signal();
    }
    return kinds[error->kind].status;
}

/* --- text --- */

/* Every line of lines behind prefix, and in a colour. */
static void add_lines(struct text *text, const char *prefix, const struct text *lines)
{
    const char *at = text_string(lines);
    while (*at != '\0') {
        size_t length = strcspn(at, "\n");
        text_add(text, prefix);
        text_add_escaped(text, at, length, true);
        text_add_char(text, '\n');
        at += length + (at[length] == '\n' ? 1 : 0);
    }
}

struct place {
    size_t line, column; /* from 0; the column in bytes */
    bool known;
};

/* Where the position-th character (from 1) stands. */
static struct place find_place(const char *sql, long position)
{
    struct place place = {0};
    if (position <= 0) {
        return place;
    }
    const char *at = sql;
    for (long character = 1; character < position && *at != '\0'; character++) {
        if (*at == '\n') {
            place.line++;
            place.column = 0;
        } else {
            place.column++;
        }
        at++;
        while (((unsigned char)*at & 0xC0) == 0x80) {
            at++;
            place.column++;
        }
    }
    place.known = true;
    return place;
}

static bool continues_character(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* The part of a long line around the column: [start, end). Whole characters. */
static void cut_line(const char *line, size_t length, size_t column, size_t *start, size_t *end)
{
    *start = 0;
    *end = length;
    if (length <= LINE_BYTES) {
        return;
    }
    *start = column > LINE_BYTES / 2 ? column - LINE_BYTES / 2 : 0;
    *end = *start + LINE_BYTES < length ? *start + LINE_BYTES : length;
    while (*start > 0 && continues_character(line[*start])) {
        (*start)--;
    }
    while (*end < length && continues_character(line[*end])) {
        (*end)++;
    }
}

/* A caret under the end of what was shown before the position. */
static void add_caret(struct text *text, const char *indent, const char *shown, size_t length)
{
    text_add(text, indent);
    for (size_t i = 0; i < length; i++) {
        if (!continues_character(shown[i])) {
            text_add_char(text, shown[i] == '\t' ? '\t' : ' ');
        }
    }
    text_add(text, "^\n");
}

/* A line of SQL, and below it a caret when the column is known. */
static void add_sql_line(struct text *text, const char *indent, const char *line, size_t length,
                         const size_t *column)
{
    size_t start = 0;
    size_t end = 0;
    size_t at = column == NULL || *column > length ? 0 : *column;
    cut_line(line, length, at, &start, &end);
    struct text shown = {0};
    text_add(&shown, start > 0 ? "..." : "");
    text_add_escaped(&shown, line + start, at - start, true);
    size_t caret = shown.length;
    text_add_escaped(&shown, line + at, end - at, true);
    text_format(text, "%s%s\n", text_string(&shown), end < length ? "..." : "");
    if (column != NULL) {
        add_caret(text, indent, text_string(&shown), caret);
    }
    text_free(&shown);
}

static size_t count_lines(const char *sql)
{
    size_t count = 1;
    for (const char *at = strchr(sql, '\n'); at != NULL; at = strchr(at + 1, '\n')) {
        count++;
    }
    return count;
}

static void add_sql(struct text *text, const char *sql, long position)
{
    static const char indent[] = "       ";
    struct place place = find_place(sql, position);
    size_t count = count_lines(sql);
    size_t first = 0;
    size_t last = count - 1;
    if (count > WHOLE_LINES) {
        first = place.line > LINES_BEFORE ? place.line - LINES_BEFORE : 0;
        last = first + LINES_BEFORE + LINES_AFTER < last ? first + LINES_BEFORE + LINES_AFTER
                                                         : last;
    }
    text_add(text, "  SQL: ");
    if (first > 0) {
        text_format(text, "... %zu lines ...\n%s", first, indent);
    }
    const char *at = sql;
    for (size_t number = 0; number <= last; number++) {
        size_t length = strcspn(at, "\n");
        if (number >= first) {
            text_add(text, number > first ? indent : "");
            add_sql_line(text, indent, at,
                         length > 0 && at[length - 1] == '\r' ? length - 1 : length,
                         place.known && number == place.line ? &place.column : NULL);
        }
        at += length + (at[length] == '\n' ? 1 : 0);
    }
    if (last + 1 < count) {
        text_format(text, "%s... %zu lines ...\n", indent, count - 1 - last);
    }
}

void error_describe(const struct error *error, bool color, struct text *text)
{
    text_add_colored(text, color, COLOR_BAD, "neap:");
    text_add_char(text, ' ');
    /* What the database says may have several lines; the first goes with the name. */
    const char *message = text_string(&error->message);
    size_t first = strcspn(message, "\n");
    text_add_escaped(text, message, first, true);
    text_add_char(text, '\n');
    if (message[first] == '\n') {
        struct text rest = {0};
        text_add(&rest, message + first + 1);
        add_lines(text, "  ", &rest);
        text_free(&rest);
    }
    add_lines(text, "  at ", &error->at);
    add_lines(text, "  via ", &error->via);
    if (error->sql.length > 0) {
        add_sql(text, text_string(&error->sql), error->position);
    }
    if (error->sqlstate[0] != '\0') {
        text_add(text, "  SQLSTATE ");
        text_add_shown(text, error->sqlstate);
        text_add_char(text, '\n');
    }
    add_lines(text, "  ", &error->detail);
    add_lines(text, "  ", &error->advice);
    add_lines(text, "  ", &error->outcome);
}

/* --- JSON --- */

static json_t *json_lines(const struct text *lines)
{
    json_t *array = json_array();
    const char *at = text_string(lines);
    while (*at != '\0') {
        size_t length = strcspn(at, "\n");
        char *line = mem_copy(at, length);
        json_array_append_new(array, json_text(line));
        mem_free(line);
        at += length + (at[length] == '\n' ? 1 : 0);
    }
    return array;
}

static json_t *text_or_null(const struct text *text)
{
    return json_text(text->length == 0 ? NULL : text_string(text));
}

static json_t *error_object(const struct error *error)
{
    json_t *object = json_object();
    json_object_set_new(object, "event", json_text("error"));
    json_object_set_new(object, "kind", json_text(kinds[error->kind].name));
    json_object_set_new(object, "status", json_integer(error_status(error)));
    json_object_set_new(object, "message", json_text(text_string(&error->message)));
    json_object_set_new(object, "at", text_or_null(&error->at));
    json_object_set_new(object, "via", json_lines(&error->via));
    json_object_set_new(object, "sql", text_or_null(&error->sql));
    json_object_set_new(object, "sqlstate",
                        json_text(error->sqlstate[0] == '\0' ? NULL : error->sqlstate));
    json_object_set_new(object, "position",
                        error->position > 0 ? json_integer(error->position) : json_null());
    json_object_set_new(object, "detail", json_lines(&error->detail));
    json_object_set_new(object, "advice", json_lines(&error->advice));
    json_object_set_new(object, "outcome", text_or_null(&error->outcome));
    return object;
}

void error_print(const struct output *output, const struct error *error)
{
    if (output->json) {
        output_json_message(error_object(error));
        return;
    }
    struct text text = {0};
    error_describe(error, output->color_err, &text);
    output_message(&text);
    text_free(&text);
}
