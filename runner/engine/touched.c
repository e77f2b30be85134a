/* Does a row of the history touch an object? For `neap log --object`. */
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "engine/internal.h"
#include "sql/changes.h"

/* One way to read a line: the parts of a name, the schema's first when it is known. */
struct named {
    struct list parts;
    bool has_schema;
};

static bool is_part(const char *kind)
{
    static const char *const kinds[] = {"column", "constraint", "trigger", "rule", "policy"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kind, kinds[i]) == 0) {
            return true;
        }
    }
    return false;
}

static char *plain(struct sql_change_word word)
{
    struct text text = {0};
    sql_add_change_plain(&text, word);
    text_add(&text, "");
    return text.data == NULL ? mem_copy_string("") : text_take(&text);
}

static void split(struct sql_change_word word, char separator, struct list *parts)
{
    for (size_t from = 0, at = 0; at <= word.length; at++) {
        if (at == word.length || word.text[at] == separator) {
            list_give(parts, plain((struct sql_change_word){word.text + from, at - from}));
            from = at + 1;
        }
    }
}

static bool same(const struct object_filter *filter, const char *a, const char *b)
{
    return filter->any_case ? strcasecmp(a, b) == 0 : strcmp(a, b) == 0;
}

/* The filter's parts, one after the other, somewhere among these; a single one is no schema. */
static bool matches(const struct object_filter *filter, const struct named *named)
{
    size_t first = filter->parts.count == 1 && named->has_schema ? 1 : 0;
    for (size_t at = first; at + filter->parts.count <= named->parts.count; at++) {
        size_t found = 0;
        while (found < filter->parts.count &&
               same(filter, filter->parts.items[found], named->parts.items[at + found])) {
            found++;
        }
        if (found == filter->parts.count) {
            return true;
        }
    }
    return false;
}

/* As it is written, or in the schema that was the first one then. */
static bool word_matches(const struct object_filter *filter, struct sql_change_word word,
                         size_t own_parts, const char *schema, const char *more)
{
    struct named named = {0};
    struct list written = {0};
    split(word, '.', &written);
    named.has_schema = written.count > own_parts;
    if (!named.has_schema && schema != NULL) {
        list_add(&named.parts, schema);
        named.has_schema = true;
    }
    list_copy(&named.parts, &written);
    if (more != NULL) {
        list_add(&named.parts, more);
    }
    bool found = matches(filter, &named);
    list_free(&written);
    list_free(&named.parts);
    return found;
}

/* The new name of what is renamed stands where the old one did. */
static bool renamed_matches(const struct object_filter *filter, struct sql_change_word name,
                            struct sql_change_word to, size_t own_parts, const char *schema)
{
    struct text text = {0};
    if (own_parts == 2 || memchr(to.text, '.', to.length) == NULL) {
        size_t length = name.length;
        while (length > 0 && name.text[length - 1] != '.') {
            length--;
        }
        text_append(&text, name.text, length);
    }
    text_append(&text, to.text, to.length);
    bool found = word_matches(filter, (struct sql_change_word){text.data, text.length},
                              own_parts, schema, NULL);
    text_free(&text);
    return found;
}

/* account.email is also what CREATE TABLE account (email ...) made. */
static bool columns_match(const struct object_filter *filter, struct sql_change_word name,
                          struct sql_change_word columns, const char *schema)
{
    struct list list = {0};
    bool found = false;
    split(columns, ',', &list);
    for (size_t i = 0; !found && i < list.count && filter->parts.count > 1; i++) {
        found = same(filter, filter->parts.items[filter->parts.count - 1], list.items[i]) &&
                word_matches(filter, name, 1, schema, list.items[i]);
    }
    list_free(&list);
    return found;
}

static bool word_is(struct sql_change_word word, const char *text)
{
    return word.length == strlen(text) && memcmp(word.text, text, word.length) == 0;
}

/* An index is where its table is, and no statement says so: the schema of table=, or NULL. */
static char *schema_of_index(struct sql_change change)
{
    struct sql_change_word key, value;
    struct list parts = {0};
    char *schema = NULL;
    while (word_is(change.kind, "index") && sql_next_change_field(&change.rest, &key, &value)) {
        if (word_is(key, "table")) {
            split(value, '.', &parts);
        }
    }
    if (parts.count > 1) {
        schema = mem_copy_string(parts.items[parts.count - 2]);
    }
    list_free(&parts);
    return schema;
}

static bool change_matches(const struct object_filter *filter, struct sql_change change,
                           const char *schema)
{
    char *kind = plain(change.kind);
    size_t own_parts = is_part(kind) ? 2 : 1;
    bool right_kind = filter->kind == NULL || strcmp(filter->kind, kind) == 0;
    bool column = filter->kind == NULL || strcmp(filter->kind, "column") == 0;
    char *of_index = schema_of_index(change);
    schema = of_index == NULL ? schema : of_index;
    bool found = right_kind && word_matches(filter, change.name, own_parts, schema, NULL);
    struct sql_change_word key, value;
    while (!found && sql_next_change_field(&change.rest, &key, &value)) {
        found = (right_kind && word_is(key, "to") &&
                 renamed_matches(filter, change.name, value, own_parts, schema)) ||
                (right_kind && word_is(key, "table") &&
                 word_matches(filter, value, 1, schema, NULL)) ||
                (column && word_is(key, "columns") &&
                 columns_match(filter, change.name, value, schema));
    }
    mem_free(of_index);
    mem_free(kind);
    return found;
}

/* "app, public" or "'app'": the first one; NULL for what says none. */
static char *first_schema(struct sql_change_word path)
{
    char *text = plain(path);
    char *from = text + strspn(text, " \"'");
    from[strcspn(from, ",\"'")] = '\0';
    bool none = from[0] == '\0' || from[0] == '$' || strcasecmp(from, "default") == 0;
    char *schema = none ? NULL : mem_copy_string(from);
    mem_free(text);
    return schema;
}

bool objects_touch(const char *objects, const struct object_filter *filter)
{
    struct sql_change change;
    char *schema = NULL;
    bool found = false;
    while (!found && objects != NULL && sql_next_change(&objects, &change)) {
        if (word_is(change.verb, "path")) {
            mem_free(schema);
            schema = first_schema(change.kind);
        } else if (!word_is(change.verb, "run")) {
            found = change_matches(filter, change, schema);
        }
    }
    mem_free(schema);
    return found;
}

/* Behind a quoted part; NULL when it is never closed. */
static const char *read_quoted(const char *text, struct text *part)
{
    for (text++; *text != '\0'; text++) {
        if (*text == '"' && text[1] != '"') {
            return text + 1;
        }
        text += *text == '"' ? 1 : 0;
        text_add_char(part, *text);
    }
    return NULL;
}

static const char *read_plain(const char *text, bool folds, struct text *part)
{
    for (; *text != '\0' && strchr(".( \"", *text) == NULL; text++) {
        bool upper = folds && *text >= 'A' && *text <= 'Z';
        char byte = *text;
        if (upper) {
            byte = (char)(byte - 'A' + 'a');
        }
        text_add_char(part, byte);
    }
    return text;
}

/* A name as people write it: parts with or without quotes, arguments left out. */
static bool read_parts(const char *text, bool folds, struct list *parts)
{
    struct text part = {0};
    bool more = true;
    while (more) {
        text_clear(&part);
        text += strspn(text, " ");
        text = *text == '"' ? read_quoted(text, &part) : read_plain(text, folds, &part);
        if (text == NULL || part.length == 0) {
            text_free(&part);
            return false;
        }
        list_add(parts, part.data);
        more = *text == '.';
        text += more ? 1 : 0;
    }
    text_free(&part);
    return parts->count <= 3 && (*text == '\0' || *text == '(');
}

bool object_filter_read(const char *text, bool folds, struct object_filter *filter)
{
    size_t kind = strcspn(text, " \".(");
    if (text[kind] == ' ') {
        filter->kind = mem_copy_string(text);
        filter->kind[kind] = '\0';
        for (char *at = filter->kind; *at != '\0'; at++) {
            *at = (char)(*at == '-' ? '_' : *at);
        }
        text += kind + 1;
    }
    filter->any_case = !folds;
    return read_parts(text, folds, &filter->parts);
}

void object_filter_free(struct object_filter *filter)
{
    mem_free(filter->kind);
    list_free(&filter->parts);
    *filter = (struct object_filter){0};
}
