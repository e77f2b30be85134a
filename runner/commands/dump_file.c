#include "commands/dump_file.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "sql/changes.h"

static bool is(struct sql_change_word word, const char *expected)
{
    return word.length == strlen(expected) && memcmp(word.text, expected, word.length) == 0;
}

static bool is_owner(struct sql_change_word rest)
{
    struct sql_change_word key;
    struct sql_change_word value;
    while (sql_next_change_field(&rest, &key, &value)) {
        if (is(key, "what") && is(value, "owner")) {
            return true;
        }
    }
    return false;
}

static void note_change(struct dump_file *file, const struct sql_change *change)
{
    struct list *names = is(change->kind, "schema")      ? &file->schemas
                         : is(change->kind, "extension") ? &file->extensions
                                                         : NULL;
    if (is(change->verb, "create") && names != NULL) {
        struct text name = {0};
        sql_add_change_plain(&name, change->name);
        list_give(names, text_take(&name));
    }
    file->owners = file->owners || (is(change->verb, "alter") && is_owner(change->rest));
}

static void look(struct dump_file *file, enum sql_dialect dialect)
{
    const char *sql = text_string(&file->text);
    struct sql_span span = {0};
    while (sql_next_statement(sql, file->text.length, dialect, &span)) {
        struct text lines = {0};
        if (span.kind == SQL_STATEMENT) {
            sql_changes(sql + span.start, span.end - span.start, dialect, "-", &lines);
        }
        const char *at = text_string(&lines);
        struct sql_change change;
        while (sql_next_change(&at, &change)) {
            note_change(file, &change);
        }
        text_free(&lines);
    }
}

/* Source: PostgreSQL's pg_dump writes "PGDMP" at the start of its own format; a tar archive has
 * the name of its table of contents there. */
static bool is_archive(const struct text *text)
{
    return string_starts_with(text_string(text), "PGDMP") ||
           string_starts_with(text_string(text), "toc.dat");
}

static bool check(const struct dump_file *file, struct error *error)
{
    size_t bad = 0;
    if (is_archive(&file->text)) {
        error_set(error, ERROR_USAGE, "%s is an archive of pg_dump, not SQL", file->name);
        error_advise(error, "`pg_restore -f schema.sql %s` makes SQL of it.", file->name);
        return false;
    }
    return utf8_valid(text_string(&file->text), file->text.length, &bad) ||
           error_set(error, ERROR_USAGE, "%s is not UTF-8: byte %zu", file->name, bad + 1);
}

bool dump_file_read(const char *path, enum sql_dialect dialect, const char *version_table,
                    struct dump_file *file, struct error *error)
{
    bool input = strcmp(path, "-") == 0;
    *file = (struct dump_file){.name = input ? "standard input" : path};
    bool done = (input ? file_read_stream(STDIN_FILENO, file->name, &file->text, error)
                       : file_read(path, &file->text, error)) &&
                check(file, error);
    if (done) {
        file->brings_rows = strstr(text_string(&file->text), version_table) != NULL;
        look(file, dialect);
    }
    return done;
}

void dump_file_free(struct dump_file *file)
{
    text_free(&file->text);
    list_free(&file->schemas);
    list_free(&file->extensions);
    *file = (struct dump_file){0};
}
