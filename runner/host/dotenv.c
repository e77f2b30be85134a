#include "host/dotenv.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"

static const char *skip_blanks(const char *at)
{
    while (*at == ' ' || *at == '\t') {
        at++;
    }
    return at;
}

static bool ends(const char *at)
{
    at = skip_blanks(at);
    return *at == '\0' || *at == '#';
}

/* After the opening quote. NULL when there is no closing one, or an unknown escape. */
static const char *read_double_quoted(const char *at, struct text *value)
{
    static const char escapes[] = "n\nt\tr\r\"\"\\\\$$";
    for (; *at != '"'; at++) {
        if (*at == '\0') {
            return NULL;
        }
        if (*at != '\\') {
            text_add_char(value, *at);
            continue;
        }
        at++;
        const char *escape = escapes;
        while (*escape != '\0' && *escape != *at) {
            escape += 2;
        }
        if (*escape == '\0') {
            return NULL;
        }
        text_add_char(value, escape[1]);
    }
    return at + 1;
}

static const char *read_single_quoted(const char *at, struct text *value)
{
    const char *end = strchr(at, '\'');
    if (end == NULL) {
        return NULL;
    }
    text_append(value, at, (size_t)(end - at));
    return end + 1;
}

/* To the end of the line, or to a blank and a "#". */
static const char *read_plain(const char *at, struct text *value)
{
    const char *end = at;
    while (*end != '\0' && !(*end == '#' && end > at && isspace((unsigned char)end[-1]) != 0)) {
        end++;
    }
    while (end > at && isspace((unsigned char)end[-1]) != 0) {
        end--;
    }
    text_append(value, at, (size_t)(end - at));
    return end;
}

/* What is wrong with the line, or NULL. */
static const char *read_line(const char *line, struct text *name, struct text *value)
{
    const char *at = skip_blanks(line);
    if (strncmp(at, "export", 6) == 0 && (at[6] == ' ' || at[6] == '\t')) {
        at = skip_blanks(at + 6);
    }
    const char *start = at;
    while (isalnum((unsigned char)*at) != 0 || *at == '_') {
        at++;
    }
    text_append(name, start, (size_t)(at - start));
    at = skip_blanks(at);
    if (name->length == 0 || isdigit((unsigned char)name->data[0]) != 0 || *at != '=') {
        return "expected NAME=VALUE";
    }
    at = skip_blanks(at + 1);
    text_append(value, "", 0);
    if (*at == '"') {
        at = read_double_quoted(at + 1, value);
    } else if (*at == '\'') {
        at = read_single_quoted(at + 1, value);
    } else if (*at != '#') {
        at = read_plain(at, value);
    }
    if (at == NULL) {
        return "a quoted value that does not end on its line, or has an escape other than \\n "
               "\\t \\r \\\" \\\\ \\$";
    }
    return ends(at) ? NULL : "expected the end of the line after the quoted value";
}

static bool load_line(char *line, const char *path, int number, struct error *error)
{
    size_t length = strlen(line);
    if (length > 0 && line[length - 1] == '\r') {
        line[length - 1] = '\0';
    }
    if (ends(line)) {
        return true;
    }
    struct text name = {0};
    struct text value = {0};
    const char *wrong = read_line(line, &name, &value);
    if (wrong == NULL) {
        (void)setenv(name.data, text_string(&value), 0);
    } else {
        error_set_at(error, ERROR_USAGE, path, number, "%s: %s", path, wrong);
    }
    text_free(&name);
    text_free(&value);
    return wrong == NULL;
}

bool dotenv_load(const char *path, struct error *error)
{
    if (!file_exists(path)) {
        return true;
    }
    struct text text = {0};
    bool done = file_read(path, &text, error);
    char *line = text.data;
    if (done && strlen(line) != text.length) {
        done = error_set(error, ERROR_USAGE, "%s: a NUL byte", path);
    }
    if (done && strncmp(line, "\xEF\xBB\xBF", 3) == 0) {
        line += 3;
    }
    for (int number = 1; done && line != NULL; number++) {
        char *newline = strchr(line, '\n');
        if (newline != NULL) {
            *newline = '\0';
        }
        done = load_line(line, path, number, error);
        line = newline == NULL ? NULL : newline + 1;
    }
    text_free(&text);
    return done;
}
