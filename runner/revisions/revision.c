#include "revisions/revision.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "revisions/header.h"

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Text between two comment marks and a line's end, trimmed; made printable if it is not UTF-8.
 */
static char *tidy(const char *at, const char *end)
{
    while (at < end && is_blank(*at)) {
        at++;
    }
    while (at < end && is_blank(end[-1])) {
        end--;
    }
    size_t length = (size_t)(end - at);
    if (length == 0) {
        return NULL;
    }
    if (utf8_valid(at, length, NULL) && memchr(at, '\0', length) == NULL) {
        return mem_copy(at, length);
    }
    struct text text = {0};
    text_add_escaped(&text, at, length, true);
    return text_take(&text);
}

/* The first line of a long comment that says something. */
static char *long_comment_message(const char *content, size_t length)
{
    const char *end = content + length;
    char *message = NULL;
    while (message == NULL && content < end) {
        const char *newline = memchr(content, '\n', (size_t)(end - content));
        const char *line_end = newline == NULL ? end : newline;
        message = tidy(content, line_end);
        content = line_end + (newline != NULL);
    }
    return message;
}

/* The text of the first comment that says something, or NULL. Lines of dashes and annotations
 * ("---@meta") say nothing. Only comments before the first statement count. */
static char *comment_message(const char *at, const char *end)
{
    char *message = NULL;
    while (message == NULL) {
        while (at < end && is_blank(*at)) {
            at++;
        }
        if (end - at < 2 || at[0] != '-' || at[1] != '-') {
            return NULL;
        }
        at += 2;
        const char *content = NULL;
        size_t length = 0;
        bool closed = false;
        const char *after = long_bracket(at, end, &content, &length, &closed);
        if (after != NULL) {
            message = long_comment_message(content, length);
            at = after;
            continue;
        }
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *line_end = newline == NULL ? end : newline;
        while (at < line_end && *at == '-') {
            at++;
        }
        if (at < line_end && *at != '@') {
            message = tidy(at, line_end);
        }
        at = line_end;
    }
    return message;
}

/* "20261122_1f2e_add_email.lua" of revision 1f2e -> "add_email"; without the id in it, the name
 * after a date, or all of the name. */
static char *slug_of_path(const char *path, const char *id)
{
    const char *name = path_name(path);
    size_t length = strlen(name);
    if (string_ends_with(name, ".lua")) {
        length -= strlen(".lua");
    }
    const char *end = name + length;
    size_t id_length = strlen(id);
    for (const char *at = name; at + id_length <= end; at++) {
        bool begins = at == name || at[-1] == '_' || at[-1] == '-';
        const char *after = at + id_length;
        if (begins && memcmp(at, id, id_length) == 0 && after + 1 < end &&
            (*after == '_' || *after == '-')) {
            return mem_copy(after + 1, (size_t)(end - after) - 1);
        }
    }
    const char *at = name;
    while (at < end && ((*at >= '0' && *at <= '9') || *at == '_' || *at == '-')) {
        at++;
    }
    return at < end ? mem_copy(at, (size_t)(end - at)) : mem_copy(name, length);
}

bool revision_read(struct revision *revision, const char *path, const char *text, size_t length,
                   struct error *error)
{
    *revision = (struct revision){.path = mem_copy_string(path), .transaction = true};
    struct lexer lexer = lexer_open(text, length);
    const char *start = lexer.at;
    if (!header_read(revision, &lexer, error) || !body_scan(revision, &lexer, error)) {
        revision_free(revision);
        return false;
    }
    revision->message = comment_message(start, text + length);
    if (revision->message == NULL) {
        revision->message = slug_of_path(path, revision->id);
    }
    return true;
}

void revision_free(struct revision *revision)
{
    mem_free(revision->id);
    mem_free(revision->path);
    mem_free(revision->message);
    mem_free(revision->created);
    list_free(&revision->down);
    list_free(&revision->labels);
    list_free(&revision->depends);
    list_free(&revision->replaces);
    *revision = (struct revision){0};
}
