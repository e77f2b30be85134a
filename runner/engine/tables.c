/* neap's own tables: where they are, what is in them, and how they are made.
 *
 * No name or operator in these statements can be captured by another user's objects: everything
 * is schema-qualified, operators too, and columns are text and bigint. Reason: CVE-2018-1058,
 * and "A Guide to CVE-2018-1058" on the PostgreSQL wiki.
 */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "engine/internal.h"
#include "sql/quote.h"

static void add_name(struct text *out, const struct engine *engine, const char *name)
{
    enum sql_dialect dialect = engine->postgres ? SQL_POSTGRESQL : SQL_SQLITE;
    text_clear(out);
    if (engine->schema != NULL) {
        sql_quote_name(out, engine->schema, strlen(engine->schema), dialect);
        text_add_char(out, '.');
    } else if (!engine->postgres && !session_offline(engine->session)) {
        text_add(out, "main.");
    }
    sql_quote_name(out, name, strlen(name), dialect);
}

static const char *history_name(const struct config *config)
{
    return config->history_table == NULL ? "neap_history" : config->history_table;
}

void tables_name(struct engine *engine)
{
    const struct config *config = engine->options.config;
    add_name(&engine->names.version, engine, config->version_table);
    add_name(&engine->names.history, engine, history_name(config));
    add_name(&engine->names.source, engine, "neap_source");
    add_name(&engine->names.journal, engine, "neap_journal");
}

/* --- what is there --- */

#define SCHEMA "coalesce($3, pg_catalog.current_schema()::pg_catalog.text)"
#define TABLE(name)                                                                            \
    "pg_catalog.to_regclass(pg_catalog.quote_ident(" SCHEMA ") OPERATOR(pg_catalog.||) '.' "   \
    "OPERATOR(pg_catalog.||) pg_catalog.quote_ident(" name "))"
/* 'r', or 'v' for what has no storage of its own; NULL when it is not there. */
#define KIND_OF(name)                                                                          \
    "CASE WHEN " TABLE(name) " IS NULL THEN NULL WHEN pg_catalog.pg_relation_filenode(" TABLE( \
        name) ") IS NULL THEN 'v' ELSE 'r' END"

/* What nearly every run needs. Only functions that look names up in the server's caches: the
 * first join of a session costs it two milliseconds. */
static const char postgres_facts[] =
    "SELECT pg_catalog.current_schema()::pg_catalog.text, pg_catalog.pg_backend_pid(), "
    "pg_catalog.pg_is_in_recovery() OR pg_catalog.current_setting('transaction_read_only') "
    "OPERATOR(pg_catalog.=) 'on', " SCHEMA ", " KIND_OF("$1") ", " KIND_OF("$2") ", " KIND_OF(
        "'neap_source'") ", " KIND_OF("'neap_journal'") ", " KIND_OF("'alembic_version'");

/* When it is not there: all schemas. */
static const char postgres_search[] =
    "SELECT pg_catalog.current_schema()::pg_catalog.text, pg_catalog.pg_backend_pid(), "
    "pg_catalog.pg_is_in_recovery() OR pg_catalog.current_setting('transaction_read_only') "
    "OPERATOR(pg_catalog.=) 'on', n.nspname::pg_catalog.text, c.relname::pg_catalog.text, "
    "c.relkind::pg_catalog.text, n.nspname OPERATOR(pg_catalog.=) pg_catalog.current_schema() "
    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) "
    "c.relnamespace WHERE c.relname OPERATOR(pg_catalog.=) ANY (ARRAY[$1::pg_catalog.text, $2, "
    "'neap_source', 'neap_journal', 'alembic_version']::pg_catalog.name[]) AND c.relkind "
    "OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f}'::pg_catalog.\"char\"[])";

static const char sqlite_facts[] =
    "SELECT NULL, NULL, 0, 'main', name, CASE type WHEN 'table' THEN 'r' ELSE 'v' END, 1 FROM "
    "main.sqlite_master WHERE type IN ('table', 'view') AND name IN (?1, ?2, 'neap_source', "
    "'neap_journal', 'alembic_version')";

struct found_table {
    char *schema, *name, *kind;
    bool current;
};

struct facts {
    struct engine *engine;
    struct found_table tables[64];
    size_t count;
    int64_t backend_pid;
};

static void note_session(struct facts *facts, const struct db_value *values)
{
    struct engine *engine = facts->engine;
    if (engine->postgres && engine->current_schema == NULL && values[0].kind != DB_NULL) {
        engine->current_schema = mem_copy_string(values[0].text);
    }
    facts->backend_pid = values[1].integer;
    engine->server_read_only = values[2].integer != 0;
}

static void note_table(struct facts *facts, const char *schema, const char *name,
                       const char *kind, bool current)
{
    if (facts->count < sizeof facts->tables / sizeof facts->tables[0] &&
        strchr("rpvmf", kind[0]) != NULL && !string_starts_with(schema, "pg_temp_")) {
        facts->tables[facts->count++] = (struct found_table){
            mem_copy_string(schema), mem_copy_string(name), mem_copy_string(kind), current};
    }
}

static bool search_row(void *data, const struct db_row *row)
{
    const struct db_value *values = row->values;
    note_session(data, values);
    note_table(data, values[3].text, values[4].text, values[5].text, values[6].integer != 0);
    return true;
}

static bool facts_row(void *data, const struct db_row *row)
{
    struct facts *facts = data;
    const struct db_value *values = row->values;
    const struct config *config = facts->engine->options.config;
    const char *names[] = {config->version_table, history_name(config), "neap_source",
                           "neap_journal", "alembic_version"};
    note_session(facts, values);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (values[4 + i].kind != DB_NULL) {
            note_table(facts, values[3].text, names[i], values[4 + i].text,
                       config->version_table_schema == NULL);
        }
    }
    return true;
}

/* The schema of the version table: as configured, else the current one's, else the only one
 * that has it. */
static const char *choose_schema(const struct facts *facts, bool *ambiguous)
{
    const struct config *config = facts->engine->options.config;
    const char *found = NULL;
    *ambiguous = false;
    for (size_t i = 0; i < facts->count; i++) {
        const struct found_table *table = &facts->tables[i];
        if (strcmp(table->name, config->version_table) != 0) {
            continue;
        }
        if (config->version_table_schema != NULL
                ? strcmp(table->schema, config->version_table_schema) == 0
                : table->current) {
            *ambiguous = false;
            return table->schema;
        }
        if (config->version_table_schema == NULL) {
            *ambiguous = found != NULL;
            found = table->schema;
        }
    }
    return config->version_table_schema != NULL ? NULL : found;
}

static bool note_tables(struct engine *engine, const struct facts *facts, struct error *error)
{
    const struct config *config = engine->options.config;
    bool ambiguous = false;
    const char *schema = choose_schema(facts, &ambiguous);
    if (ambiguous) {
        error_set(error, ERROR_USAGE,
                  "several schemas have a table %s, and none is the current one",
                  config->version_table);
        return error_advise(error, "Say which with version_table_schema in neap.lua.");
    }
    engine->has_version = schema != NULL;
    engine->has_history = engine->has_source = engine->has_journal = false;
    if (schema == NULL) {
        schema = config->version_table_schema != NULL ? config->version_table_schema
                                                      : engine->current_schema;
    }
    mem_free(engine->schema);
    engine->schema = engine->postgres ? mem_copy_string(schema) : NULL;
    for (size_t i = 0; i < facts->count; i++) {
        const struct found_table *table = &facts->tables[i];
        if (strcmp(table->name, "alembic_version") == 0 &&
            engine->other_version_table == NULL &&
            strcmp(config->version_table, "alembic_version") != 0) {
            engine->other_version_table = mem_copy_string("alembic_version");
        }
        if (engine->postgres && !string_equal(table->schema, engine->schema)) {
            continue;
        }
        bool is_history =
            config->history_table != NULL && strcmp(table->name, config->history_table) == 0;
        engine->has_history = engine->has_history || is_history;
        engine->has_source = engine->has_source || strcmp(table->name, "neap_source") == 0;
        engine->has_journal = engine->has_journal || strcmp(table->name, "neap_journal") == 0;
        if (strcmp(table->kind, "r") != 0 &&
            (is_history || strcmp(table->name, config->version_table) == 0)) {
            error_set(error, ERROR_FAILED, "%s is not a plain table, so neap does not trust it",
                      table->name);
            return error_advise(error, "Rename or drop it, or set version_table or "
                                       "version_table_schema in neap.lua.");
        }
    }
    return true;
}

static void free_facts(struct facts *facts)
{
    for (size_t i = 0; i < facts->count; i++) {
        mem_free(facts->tables[i].schema);
        mem_free(facts->tables[i].name);
        mem_free(facts->tables[i].kind);
    }
    facts->count = 0;
}

static bool note_pooler(struct engine *engine, const struct facts *facts)
{
    const char *pid = session_driver(engine->session)
                          ->info(session_connection(engine->session), "backend_pid");
    char actual[24];
    struct text text = {0};
    text_format(&text, "%lld", (long long)facts->backend_pid);
    (void)strncpy(actual, text_string(&text), sizeof actual - 1);
    actual[sizeof actual - 1] = '\0';
    text_free(&text);
    return engine->options.via_pooler || (pid != NULL && strcmp(pid, actual) != 0);
}

static bool read_facts(struct engine *engine, struct facts *facts, struct error *error)
{
    const struct config *config = engine->options.config;
    struct db_value params[] = {value_text(config->version_table),
                                value_text(history_name(config)),
                                value_text(config->version_table_schema)};
    if (!engine->postgres) {
        return engine_query(engine, sqlite_facts, params, 2, search_row, facts, error);
    }
    if (!engine_query(engine, postgres_facts, params, 3, facts_row, facts, error)) {
        return false;
    }
    bool found = false;
    for (size_t i = 0; i < facts->count; i++) {
        found = found || strcmp(facts->tables[i].name, config->version_table) == 0;
    }
    if (found || config->version_table_schema != NULL) {
        return true;
    }
    free_facts(facts);
    return engine_query(engine, postgres_search, params, 2, search_row, facts, error);
}

bool tables_read_facts(struct engine *engine, struct error *error)
{
    struct facts facts = {.engine = engine};
    bool done = read_facts(engine, &facts, error) && note_tables(engine, &facts, error);
    if (done) {
        engine->pooled = engine->postgres && note_pooler(engine, &facts);
        tables_name(engine);
    }
    free_facts(&facts);
    return done;
}

static bool version_row(void *data, const struct db_row *row)
{
    if (row->values[0].kind == DB_TEXT) {
        list_add(data, row->values[0].text);
    }
    return true;
}

bool tables_read_rows(struct engine *engine, struct error *error)
{
    list_clear(&engine->rows);
    if (!engine->has_version) {
        return true;
    }
    struct text sql = {0};
    text_format(&sql,
                engine->postgres ? "SELECT version_num::pg_catalog.text FROM %s"
                                 : "SELECT version_num FROM %s",
                engine->names.version.data);
    bool done =
        engine_query(engine, text_string(&sql), NULL, 0, version_row, &engine->rows, error);
    text_free(&sql);
    list_sort(&engine->rows);
    if (done) {
        tables_note_version(engine);
    }
    return done;
}

static const char *data_version(const struct engine *engine)
{
    return session_driver(engine->session)
        ->info(session_connection(engine->session), "data_version");
}

void tables_note_version(struct engine *engine)
{
    const char *version = engine->postgres ? NULL : data_version(engine);
    (void)snprintf(engine->data_version, sizeof engine->data_version, "%s",
                   version == NULL ? "" : version);
}

bool tables_same_version(const struct engine *engine)
{
    const char *version = engine->postgres ? NULL : data_version(engine);
    return version != NULL && engine->data_version[0] != '\0' &&
           strcmp(version, engine->data_version) == 0;
}

bool lists_equal(const struct list *a, const struct list *b)
{
    bool equal = a->count == b->count;
    for (size_t i = 0; equal && i < a->count; i++) {
        equal = strcmp(a->items[i], b->items[i]) == 0;
    }
    return equal;
}

/* --- refusing what another owner could use to run code as us --- */

static const char postgres_suspects[] =
    "SELECT c.relname::pg_catalog.text, CASE "
    "WHEN c.relkind OPERATOR(pg_catalog.<>) 'r' THEN 'no table' "
    "WHEN c.relrowsecurity THEN 'row security' "
    "WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_rewrite r WHERE r.ev_class "
    "OPERATOR(pg_catalog.=) c.oid) "
    "THEN 'a rule' "
    "WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid "
    "OPERATOR(pg_catalog.=) t.tgfoid WHERE t.tgrelid OPERATOR(pg_catalog.=) c.oid AND NOT "
    "t.tgisinternal "
    "AND (NOT mine.is OR p.proowner OPERATOR(pg_catalog.<>) c.relowner)) THEN 'a trigger' "
    "WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k WHERE k.conrelid "
    "OPERATOR(pg_catalog.=) c.oid "
    "AND k.contype OPERATOR(pg_catalog.=) 'c') THEN 'a check' "
    "WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_attrdef d WHERE d.adrelid OPERATOR(pg_catalog.=) "
    "c.oid) "
    "THEN 'a default' "
    "WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_index i WHERE i.indrelid OPERATOR(pg_catalog.=) "
    "c.oid AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)) THEN 'an index expression' "
    "WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid "
    "OPERATOR(pg_catalog.=) a.atttypid WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid AND "
    "a.attnum OPERATOR(pg_catalog.>) 0::pg_catalog.int2 AND t.typnamespace "
    "OPERATOR(pg_catalog.<>) 'pg_catalog'::pg_catalog.regnamespace) THEN 'a type' END AS what, "
    "mine.is, "
    "EXISTS (SELECT 1 FROM pg_catalog.pg_attribute a WHERE a.attrelid OPERATOR(pg_catalog.=) "
    "c.oid AND a.attname OPERATOR(pg_catalog.=) 'objects' AND NOT a.attisdropped), "
    "pg_catalog.pg_has_role(c.relowner, 'USAGE') "
    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) "
    "c.relnamespace "
    "CROSS JOIN LATERAL (SELECT c.relowner OPERATOR(pg_catalog.=) (SELECT u.oid FROM "
    "pg_catalog.pg_roles u "
    "WHERE u.rolname OPERATOR(pg_catalog.=) CURRENT_USER) OR "
    "pg_catalog.pg_has_role(c.relowner, 'USAGE') AND NOT "
    "(SELECT u.rolsuper FROM pg_catalog.pg_roles u WHERE u.rolname OPERATOR(pg_catalog.=) "
    "CURRENT_USER) AS is) mine "
    "WHERE n.nspname OPERATOR(pg_catalog.=) $1::pg_catalog.name AND c.relname "
    "OPERATOR(pg_catalog.=) ANY "
    "(ARRAY[$2::pg_catalog.text, $3, 'neap_source', 'neap_journal']::pg_catalog.name[])";

struct suspects {
    struct text message;
    const char *history;
    bool has_objects; /* the history table has the column, */
    bool is_owner;    /* or it can be added */
};

static bool suspect_row(void *data, const struct db_row *row)
{
    struct suspects *suspects = data;
    bool mine = row->values[2].integer != 0;
    if (strcmp(row->values[0].text, suspects->history) == 0) {
        suspects->has_objects = row->values[3].integer != 0;
        suspects->is_owner = row->values[4].integer != 0;
    }
    if (row->values[1].kind == DB_NULL || suspects->message.length > 0) {
        return true;
    }
    const char *what = row->values[1].text;
    const char *name = row->values[0].text;
    if (strcmp(what, "no table") == 0) {
        text_format(&suspects->message, "%s is not a plain table, so neap does not trust it",
                    name);
    } else if (!mine || strcmp(what, "a trigger") == 0) {
        /* What our own role put there is its business; a trigger's function may still be
         * another's. */
        text_format(&suspects->message,
                    "%s carries %s of another owner, so neap does not trust it", name, what);
    }
    return true;
}

static bool sqlite_suspect_row(void *data, const struct db_row *row)
{
    struct suspects *suspects = data;
    text_clear(&suspects->message);
    text_format(&suspects->message, "%s carries the trigger %s, so neap does not trust it",
                row->values[0].text, row->values[1].text);
    return true;
}

static bool refuse_suspects(struct engine *engine, struct error *error)
{
    const struct config *config = engine->options.config;
    const char *history = history_name(config);
    struct suspects suspects = {.history = history};
    bool done = false;
    if (engine->postgres) {
        struct db_value params[] = {value_text(engine->schema),
                                    value_text(config->version_table), value_text(history)};
        done =
            engine_query(engine, postgres_suspects, params, 3, suspect_row, &suspects, error);
        engine->has_objects = suspects.has_objects;
        engine->lacks_objects = engine->has_history && !suspects.has_objects;
        if (engine->lacks_objects && !suspects.is_owner) {
            engine->lacks_objects = false;
            engine_warn(engine,
                        "%s was made by an earlier neap and belongs to another role: what "
                        "revisions change is not recorded in it; let its owner run `neap "
                        "ensure-version`",
                        history);
        }
    } else {
        struct db_value params[] = {value_text(config->version_table), value_text(history)};
        done = engine_query(
                   engine,
                   "SELECT tbl_name, name FROM main.sqlite_master WHERE type = 'trigger' AND "
                   "tbl_name IN (?1, ?2, 'neap_source', 'neap_journal')",
                   params, 2, sqlite_suspect_row, &suspects, error) &&
               tables_find_objects(engine, error);
        engine->lacks_objects = engine->has_history && !engine->has_objects;
    }
    if (done && suspects.message.length > 0) {
        done = error_set(error, ERROR_FAILED, "%s", text_string(&suspects.message));
        error_advise(error, "Nothing was changed. Look at who put it there; drop it, or set "
                            "version_table_schema in neap.lua.");
    }
    text_free(&suspects.message);
    return done;
}

static bool found_row(void *data, const struct db_row *row)
{
    (void)row;
    *(bool *)data = true;
    return true;
}

bool tables_find_objects(struct engine *engine, struct error *error)
{
    engine->has_objects = false;
    if (!engine->has_history) {
        return true;
    }
    if (!engine->postgres) {
        struct db_value params[] = {value_text(history_name(engine->options.config))};
        return engine_query(
            engine, "SELECT 1 FROM pragma_table_info(?1, 'main') WHERE name = 'objects'",
            params, 1, found_row, &engine->has_objects, error);
    }
    struct db_value params[] = {value_text(engine->names.history.data)};
    return engine_query(
        engine,
        "SELECT 1 FROM pg_catalog.pg_attribute a WHERE a.attrelid OPERATOR(pg_catalog.=) "
        "$1::pg_catalog.regclass AND a.attname OPERATOR(pg_catalog.=) 'objects' AND NOT "
        "a.attisdropped",
        params, 1, found_row, &engine->has_objects, error);
}

/* --- creating --- */

/* columns in the words of both databases: {text} and {bigint} are replaced. */
static void add_create(struct list *statements, const struct engine *engine, const char *name,
                       bool if_not_exists, const char *columns)
{
    struct text sql = {0};
    text_format(&sql, "CREATE TABLE %s%s (", if_not_exists ? "IF NOT EXISTS " : "", name);
    for (const char *at = columns; *at != '\0';) {
        if (string_starts_with(at, "{id}")) {
            text_add(&sql, engine->postgres ? "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
                                            : "integer PRIMARY KEY");
            at += strlen("{id}");
        } else {
            text_add_char(&sql, *at++);
        }
    }
    /* One b-tree instead of a table and the index of its key: fewer pages to write and to sync.
     */
    text_add(&sql,
             engine->postgres || strstr(columns, "{id}") != NULL ? ")" : ") WITHOUT ROWID");
    list_give(statements, text_take(&sql));
}

void tables_create_sql(const struct engine *engine, bool if_not_exists, struct list *statements)
{
    bool all = session_offline(engine->session);
    if (!engine->has_version || all) {
        add_create(statements, engine, engine->names.version.data, if_not_exists,
                   "version_num text NOT NULL PRIMARY KEY");
    }
    if (engine->options.config->history_table != NULL && (!engine->has_history || all)) {
        add_create(
            statements, engine, engine->names.history.data, if_not_exists,
            "id {id}, version_table text NOT NULL, revision text, direction text NOT NULL, "
            "message text, checksum text, started text NOT NULL, duration_ms bigint, "
            "database_user text, os_user text, host text, neap_version text, git_commit text, "
            "outcome text NOT NULL, error text, files text, objects text");
    }
    if (all) {
        return;
    }
    if (engine->lacks_objects) {
        list_give(statements, string_format("ALTER TABLE %s ADD COLUMN %sobjects text",
                                            engine->names.history.data,
                                            engine->postgres ? "IF NOT EXISTS " : ""));
    }
    if (engine->options.config->history_table != NULL && !engine->has_source) {
        add_create(statements, engine, engine->names.source.data, if_not_exists,
                   "hash text NOT NULL PRIMARY KEY, kind text NOT NULL, path text NOT NULL, "
                   "content text NOT NULL");
    }
    if (!engine->has_journal) {
        add_create(
            statements, engine, engine->names.journal.data, if_not_exists,
            "version_table text NOT NULL, revision text NOT NULL, direction text NOT NULL, "
            "position bigint NOT NULL, state text NOT NULL, statements text NOT NULL, checksum "
            "text NOT NULL, recorded text NOT NULL, PRIMARY KEY (version_table, revision, "
            "direction, position)");
    }
}

static bool create_tables(struct engine *engine, const struct list *statements,
                          struct error *error)
{
    struct session *session = engine->session;
    if (!session_sql(session, session_begin_sql(session), error)) {
        return false;
    }
    /* Two first runs behind a pooler: the session lock does not hold there. */
    if (engine->pooled &&
        !session_sql(session, "SELECT pg_catalog.pg_advisory_xact_lock(7305808869)", error)) {
        return false;
    }
    /* Nobody is to be told that these were made outside neap. */
    if (engine->postgres &&
        !session_sql(session, "SELECT pg_catalog.set_config('neap.revision', 'neap', true)",
                     error)) {
        return false;
    }
    for (size_t i = 0; i < statements->count; i++) {
        if (!session_sql(session, statements->items[i], error)) {
            return false;
        }
    }
    return session_sql(session, "COMMIT", error) && session_flush(session, error);
}

/* Since PostgreSQL 15 nobody but its owner may create something in the schema public. */
static bool advise_rights(const struct engine *engine, struct error *error)
{
    if (strcmp(error->sqlstate, "42501") == 0 && engine->schema != NULL) {
        struct text schema = {0};
        sql_quote_name(&schema, engine->schema, strlen(engine->schema), SQL_POSTGRESQL);
        error_advise(
            error,
            "neap keeps its tables in the schema %s. Let its owner GRANT CREATE ON "
            "SCHEMA %s to who connects, or choose another one: version_table_schema in "
            "neap.lua.",
            text_string(&schema), text_string(&schema));
        text_free(&schema);
    }
    return false;
}

bool tables_ensure(struct engine *engine, bool *created, struct error *error)
{
    *created = false;
    if (engine->server_read_only) {
        error_set(error, ERROR_FAILED, "the database is read-only");
        return error_advise(
            error, "It is a standby, or default_transaction_read_only is on. Connect to "
                   "the primary (target_session_attrs=read-write in the URL).");
    }
    if (engine->postgres && engine->schema == NULL) {
        error_set(error, ERROR_FAILED,
                  "there is no schema for neap's tables: the search_path names none "
                  "that exists");
        return error_advise(error,
                            "Create the schema, or set version_table_schema in neap.lua.");
    }
    struct list statements = {0};
    bool done = refuse_suspects(engine, error);
    if (done) {
        tables_create_sql(engine, engine->pooled, &statements);
    }
    if (done && statements.count > 0) {
        *created = !engine->has_version;
        done = create_tables(engine, &statements, error) || advise_rights(engine, error);
        engine->has_objects =
            engine->has_objects || engine->lacks_objects || !engine->has_history;
        if (!done) {
            engine_roll_back(engine);
        }
        done = done && engine_refresh(engine, error);
    }
    list_free(&statements);
    return done;
}

/* An array as PostgreSQL reads it. Source: PostgreSQL manual, 8.15.2 "Array Value Input". */
void array_literal(const struct list *items, struct text *text)
{
    text_add_char(text, '{');
    for (size_t i = 0; i < items->count; i++) {
        text_add(text, i == 0 ? "\"" : ",\"");
        for (const char *at = items->items[i]; *at != '\0'; at++) {
            if (*at == '"' || *at == '\\') {
                text_add_char(text, '\\');
            }
            text_add_char(text, *at);
        }
        text_add_char(text, '"');
    }
    text_add_char(text, '}');
}
