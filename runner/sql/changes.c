/* changes.c - what CREATE, ALTER and DROP are about. The grammar is followed as far as names
 * go. Sources: PostgreSQL manual, "SQL Commands"; sqlite.org/lang.html
 */
#include <string.h>

#include "sql/change_reader.h"

static void drop(struct reader *reader)
{
    struct scanner *scanner = &reader->scanner;
    const struct kind *kind = take_kind(scanner);
    if (kind == NULL || kind->shape == NAMELESS) {
        return;
    }
    take_word(scanner, "concurrently");
    bool exists = take_if_exists(scanner);
    struct scanner ahead = *scanner;
    bool cascade = find_word(&ahead, "cascade");
    do {
        struct altered object = {.kind = kind};
        if (!take_object(reader, &object)) {
            return;
        }
        begin_altered(reader, "drop", &object);
        add_flag(reader, exists, "if_exists");
        add_flag(reader, cascade, "cascade");
        end_line(reader);
    } while (take(scanner, ','));
}

static void comment(struct reader *reader)
{
    struct altered object = {0};
    if (!take_word(&reader->scanner, "on")) {
        return;
    }
    object.kind = take_kind(&reader->scanner);
    if (object.kind == NULL || object.kind->shape == NAMELESS ||
        !take_object(reader, &object)) {
        return;
    }
    begin_line(reader, "alter", object.kind->name);
    if (strcmp(object.kind->name, "column") == 0) {
        add_name(reader, object.name, 3);
    } else {
        add_owned(reader, object.name, object.owned, object.table);
    }
    if (object.arguments_end > object.arguments) {
        text_add(reader->out, " args=");
        add_squeezed(reader, object.arguments, object.arguments_end);
    }
    text_add(reader->out, " what=comment\n");
}

/* GRANT ... ON [TABLE] name, ...; of a role to a role nothing is told. */
static void grant(struct reader *reader, const char *what)
{
    static const struct kind table = {{NULL}, "table", PLAIN};
    static const struct kind schema = {{NULL}, "schema", PLAIN};
    struct scanner *scanner = &reader->scanner;
    if (!find_word(scanner, "on")) {
        return;
    }
    const struct kind *kind = take_kind(scanner);
    if (kind == NULL && take_word(scanner, "all")) {
        (void)(find_word(scanner, "in") && take_word(scanner, "schema"));
        kind = &schema;
    }
    kind = kind == NULL ? &table : kind;
    if (kind->shape == NAMELESS) {
        return;
    }
    do {
        struct altered object = {.kind = kind};
        if (!take_object(reader, &object)) {
            return;
        }
        begin_altered(reader, "alter", &object);
        text_format(reader->out, " what=%s\n", what);
    } while (take(scanner, ','));
}

static void note_path(struct reader *reader, size_t start, size_t end)
{
    begin_line(reader, "path", "");
    reader->out->length--; /* no kind, and one blank */
    if (start < end) {
        add_squeezed(reader, start, end);
    } else {
        text_add(reader->out, "''"); /* no schema */
    }
    end_line(reader);
}

/* SET [LOCAL | SESSION] search_path TO a, b */
static void set(struct reader *reader)
{
    struct scanner *scanner = &reader->scanner;
    (void)(take_word(scanner, "local") || take_word(scanner, "session"));
    if (take_word(scanner, "search_path") && (take_word(scanner, "to") || take(scanner, '='))) {
        struct scanner ahead = *scanner;
        note_path(reader, scan_token(&ahead).start, scanner->length);
    }
}

/* SELECT [pg_catalog.]set_config('search_path', 'a, b', ...) */
static void set_config(struct reader *reader)
{
    struct scanner *scanner = &reader->scanner;
    if (take_word(scanner, "pg_catalog")) {
        take(scanner, '.');
    }
    if (!take_word(scanner, "set_config") || !take(scanner, '(')) {
        return;
    }
    struct token name = scan_token(scanner);
    if (name.kind != TOKEN_STRING || name.end - name.start != strlen("'search_path'") ||
        strncmp(scanner->text + name.start, "'search_path'", name.end - name.start) != 0 ||
        !take(scanner, ',')) {
        return;
    }
    struct token value = scan_token(scanner);
    if (value.kind == TOKEN_STRING && value.end - value.start >= 2) {
        note_path(reader, value.start + 1, value.end - 1);
    }
}

static void add_run(const struct reader *reader, const char *kind, const struct token *name)
{
    begin_line(reader, "run", kind);
    if (name == NULL) {
        text_add_char(reader->out, '-');
    } else {
        add_name(reader, *name, 2);
    }
    end_line(reader);
}

/* SELECT ... INTO [TEMP | UNLOGGED] [TABLE] name */
static void select_into(struct reader *reader)
{
    struct scanner *scanner = &reader->scanner;
    struct token name;
    if (!find_word(scanner, "into")) {
        return;
    }
    bool temporary = take_word(scanner, "temp") || take_word(scanner, "temporary") ||
                     take_word(scanner, "local") || take_word(scanner, "global");
    (void)(take_word(scanner, "unlogged") || take_word(scanner, "temp") ||
           take_word(scanner, "temporary"));
    (void)take_word(scanner, "table");
    if (!temporary && take_name(scanner, &name)) {
        begin_line(reader, "create", "table");
        add_name(reader, name, 2);
        end_line(reader);
    }
}

/* The first function that is called and may be somebody's own. Those of the server's that stand
 * in every other SELECT are known. */
static void call_in_select(struct reader *reader)
{
    static const char *const harmless[] = {
        "set_config", "setval", "nextval", "currval",  "count", "max",    "min",
        "sum",        "avg",    "now",     "coalesce", "lower", "upper",  "length",
        "in",         "exists", "values",  "any",      "all",   "array",  "cast",
        "extract",    "as",     "and",     "or",       "not",   "select", "from",
        "where",      "on",     "using",   "over",     "with",  "union",  "case",
        "when",       "then",   "else",    "round",    "row",   NULL};
    struct scanner *scanner = &reader->scanner;
    while (scanner->at < scanner->length) {
        struct token name;
        if (take_one_of(scanner, harmless)) {
            continue;
        }
        if (!take_name(scanner, &name)) {
            (void)scan_token(scanner);
            continue;
        }
        struct scanner ahead = *scanner;
        bool own = strncmp(scanner->text + name.start, "pg_catalog.", 11) != 0;
        if (own && take(&ahead, '(')) {
            add_run(reader, "function", &name);
            return;
        }
    }
}

static void read_select(struct reader *reader)
{
    struct scanner start = reader->scanner;
    set_config(reader);
    reader->scanner = start;
    select_into(reader);
    reader->scanner = start;
    call_in_select(reader);
}

static void call(struct reader *reader)
{
    struct token name;
    if (take_name(&reader->scanner, &name)) {
        add_run(reader, "function", &name);
    }
}

static void reset(struct reader *reader)
{
    static const char *const words[] = {"search_path", "all", NULL};
    if (take_one_of(&reader->scanner, words)) {
        text_format(reader->out, "%s path default\n", reader->place);
    }
}

void sql_changes(const char *sql, size_t length, enum sql_dialect dialect, const char *place,
                 struct text *lines)
{
    struct reader reader = {.scanner = {.text = sql, .length = length, .dialect = dialect},
                            .place = place,
                            .out = lines};
    struct scanner *scanner = &reader.scanner;
    while (take(scanner, ';')) {
    }
    if (take_word(scanner, "create")) {
        read_create(&reader);
    } else if (take_word(scanner, "alter")) {
        read_alter(&reader);
    } else if (take_word(scanner, "drop")) {
        drop(&reader);
    } else if (dialect == SQL_SQLITE) {
        return;
    } else if (take_word(scanner, "comment")) {
        comment(&reader);
    } else if (take_word(scanner, "grant")) {
        grant(&reader, "grant");
    } else if (take_word(scanner, "revoke")) {
        grant(&reader, "revoke");
    } else if (take_word(scanner, "set")) {
        set(&reader);
    } else if (take_word(scanner, "select")) {
        read_select(&reader);
    } else if (take_word(scanner, "with")) {
        call_in_select(&reader);
    } else if (take_word(scanner, "do")) {
        add_run(&reader, "block", NULL);
    } else if (take_word(scanner, "call")) {
        call(&reader);
    } else if (take_word(scanner, "reset")) {
        reset(&reader);
    }
}
