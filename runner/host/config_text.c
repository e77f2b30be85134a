#include "host/config_text.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "base/memory.h"

static bool is_word(char c)
{
    return c == '_' || isalnum((unsigned char)c) != 0;
}

/* Blanks and comments to the end of the line. */
static const char *skip_blanks(const char *at)
{
    for (;;) {
        at += strspn(at, " \t\r\n");
        if (strncmp(at, "--", 2) != 0) {
            return at;
        }
        at += strcspn(at, "\n");
    }
}

/* After a string that begins here. */
static const char *skip_string(const char *at)
{
    char quote = *at;
    for (at++; *at != '\0' && *at != quote; at++) {
        if (*at == '\\' && at[1] != '\0') {
            at++;
        }
    }
    return *at == '\0' ? at : at + 1;
}

/* The next token: a word, a string, or one character. Sets *length; NULL at the end. */
static const char *next_token(const char *at, size_t *length)
{
    at = skip_blanks(at);
    if (*at == '\0') {
        return NULL;
    }
    const char *end = at + 1;
    if (*at == '"' || *at == '\'') {
        end = skip_string(at);
    } else if (is_word(*at)) {
        while (is_word(*end)) {
            end++;
        }
    }
    *length = (size_t)(end - at);
    return at;
}

static bool token_is(const char *token, size_t length, const char *string)
{
    return token != NULL && strlen(string) == length && memcmp(token, string, length) == 0;
}

/* key as a word or as ["key"]. */
static bool token_names(const char *token, size_t length, const char *key)
{
    if (length >= 2 && (*token == '"' || *token == '\'')) {
        token++;
        length -= 2;
    }
    return token_is(token, length, key);
}

/* The token after `=` or `] =`; NULL when no assignment follows. */
static const char *value_after(const char *at)
{
    size_t length = 0;
    const char *token = next_token(at, &length);
    if (token != NULL && *token == ']') {
        token = next_token(token + length, &length);
    }
    if (token == NULL || *token != '=' || token[1] == '=') {
        return NULL;
    }
    return next_token(token + length, &length);
}

/* The key's token where it is assigned to, and its *value; NULL: nowhere from `at` on. With
 * inside: only in the table whose first token is at `at`, and not in tables within it. */
static const char *find_key(const char *at, const char *key, bool inside, const char **value)
{
    int depth = 0;
    size_t length = 0;
    for (const char *token = next_token(at, &length); token != NULL && depth >= 0;
         token = next_token(token + length, &length)) {
        depth += *token == '{' || *token == '(' ? 1 : 0;
        depth -= *token == '}' || *token == ')' ? 1 : 0;
        if ((inside && depth != 0) || !token_names(token, length, key)) {
            continue;
        }
        *value = value_after(token + length);
        if (*value != NULL) {
            return token;
        }
    }
    return NULL;
}

/* What follows the "{" of this entry of environments, or NULL. */
static const char *find_entry(const struct text *source, const char *entry)
{
    const char *value = NULL;
    if (find_key(text_string(source), "environments", false, &value) == NULL || *value != '{' ||
        find_key(value + 1, entry, true, &value) == NULL || *value != '{') {
        return NULL;
    }
    return value + 1;
}

int config_line_of_key(const struct text *source, const char *entry, const char *key)
{
    const char *value = NULL;
    const char *start = entry == NULL ? NULL : find_entry(source, entry);
    const char *token = start == NULL ? NULL : find_key(start, key, true, &value);
    if (token == NULL) {
        token = find_key(text_string(source), key, false, &value);
    }
    if (token == NULL) {
        return 0;
    }
    int line = 1;
    for (const char *at = source->data; at < token; at++) {
        line += *at == '\n' ? 1 : 0;
    }
    return line;
}

/* The name in `.NAME` or `["NAME"]` at `at`, which then must be the end of the value. */
static char *read_variable(const char *at)
{
    size_t length = 0;
    const char *token = next_token(at, &length);
    bool bracket = token != NULL && *token == '[';
    if (token == NULL || (*token != '.' && !bracket)) {
        return NULL;
    }
    const char *name = next_token(token + length, &length);
    if (name == NULL) {
        return NULL;
    }
    const char *after = name + length;
    if (bracket) {
        name++;
        length -= length > 1 ? 2 : 1;
        after = next_token(after, &(size_t){0});
        after = after == NULL ? "" : after + 1;
    }
    const char *end = skip_blanks(after);
    return *end != '\0' && strchr(",;}", *end) != NULL ? mem_copy(name, length) : NULL;
}

char *config_variable_of_url(const struct text *source, const char *entry)
{
    const char *value = NULL;
    const char *start = find_entry(source, entry);
    if (start == NULL || find_key(start, "url", true, &value) == NULL ||
        strncmp(value, "env", 3) != 0) {
        return NULL;
    }
    return read_variable(value + 3);
}
