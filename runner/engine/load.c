/* A schema dump, run as it is: for a database that begins at a later revision than the first.
 */
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/internal.h"

/* --- is there anything? --- */

static bool name_row(void *data, const struct db_row *row)
{
    if (row->values[0].kind == DB_TEXT) {
        text_add(data, row->values[0].text);
    }
    return true;
}

bool engine_first_table(struct engine *engine, struct text *name, struct error *error)
{
    static const char postgres[] =
        "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c "
        "JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace WHERE "
        "c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f}'::pg_catalog.\"char\"[]) AND NOT "
        "pg_catalog.starts_with(n.nspname::pg_catalog.text, 'pg_') AND n.nspname "
        "OPERATOR(pg_catalog.<>) 'information_schema' AND c.relname OPERATOR(pg_catalog.<>) $1 "
        "AND c.relname OPERATOR(pg_catalog.<>) $2 AND NOT "
        "pg_catalog.starts_with(c.relname::pg_catalog.text, 'neap_') AND NOT EXISTS (SELECT 1 "
        "FROM pg_catalog.pg_depend d WHERE d.classid OPERATOR(pg_catalog.=) "
        "'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid OPERATOR(pg_catalog.=) c.oid "
        "AND d.deptype OPERATOR(pg_catalog.=) 'e') ORDER BY 1 LIMIT 1";
    static const char sqlite[] =
        "SELECT name FROM main.sqlite_master WHERE type IN ('table', 'view') AND name NOT IN "
        "(?1, ?2) AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'neap\\_%' "
        "ESCAPE '\\' ORDER BY 1 LIMIT 1";
    const struct config *config = engine->options.config;
    const struct db_value params[] = {
        value_text(config->version_table),
        value_text(config->history_table == NULL ? "neap_history" : config->history_table)};
    return engine_ready(engine, error) &&
           engine_query(engine, engine->postgres ? postgres : sqlite, params, 2, name_row, name,
                        error);
}

static bool refuse_tables(struct engine *engine, const char *path, struct error *error)
{
    struct text name = {0};
    if (engine_first_table(engine, &name, error) && name.length > 0) {
        error_set(error, ERROR_FAILED, "the database is not empty: it has %s",
                  text_string(&name));
        error_advise(error,
                     "Nothing was changed. %s is made for an empty database; load it "
                     "all the same with --force.",
                     path);
    }
    text_free(&name);
    return error->kind == ERROR_NONE;
}

static bool any_row(void *data, const struct db_row *row)
{
    (void)row;
    *(bool *)data = true;
    return true;
}

static bool is_loaded(struct engine *engine, const char *hash, bool *loaded,
                      struct error *error)
{
    if (!engine->has_history) {
        return true;
    }
    struct text sql = {0};
    text_format(
        &sql,
        "SELECT 1 FROM %s WHERE version_table %s $1 AND direction %s 'load' AND checksum "
        "%s $2 AND outcome %s 'ok'",
        engine->names.history.data, equals(engine), equals(engine), equals(engine),
        equals(engine));
    const struct db_value params[] = {value_text(engine->options.config->version_table),
                                      value_text(hash)};
    bool done = engine_query(engine, text_string(&sql), params, 2, any_row, loaded, error);
    text_free(&sql);
    return done;
}

/* --- the run --- */

struct load {
    struct engine *engine;
    const char *path;
    const struct text *text;
    char hash[SHA256_HEX];
    char started[CLOCK_STAMP];
    int64_t began;
};

/* Data comes in the order of the tables, not of their foreign keys. */
static bool begin(struct engine *engine, struct error *error)
{
    struct session *session = engine->session;
    return session_sql(session, session_begin_sql(session), error) &&
           (engine->postgres ? transaction_settings(engine, error)
                             : session_sql(session, "PRAGMA defer_foreign_keys = ON", error));
}

/* A dump of neap's has the version table and not the history, which begins with the load. */
static bool begin_history(struct engine *engine, struct error *error)
{
    struct list statements = {0};
    bool done = true;
    if (!engine->has_version || engine->has_history ||
        engine->options.config->history_table == NULL) {
        return true;
    }
    tables_create_sql(engine, true, &statements);
    for (size_t i = 0; done && i < statements.count; i++) {
        done = session_sql(engine->session, statements.items[i], error);
    }
    list_free(&statements);
    return done && tables_read_facts(engine, error) && tables_find_objects(engine, error);
}

/* The dump may have brought neap's tables along. */
static bool record(const struct load *load, struct error *error)
{
    struct engine *engine = load->engine;
    struct row_change none = {0};
    struct text rows = {0};
    if (!tables_read_facts(engine, error) || !tables_read_rows(engine, error) ||
        !tables_find_objects(engine, error) || !begin_history(engine, error)) {
        return false;
    }
    if (!engine->has_history || !engine->has_version) {
        return true;
    }
    list_copy(&none.before, &engine->rows);
    rows_describe(&engine->rows, &rows);
    const struct record entry = {.rows = &none,
                                 .revision = text_string(&rows),
                                 .direction = "load",
                                 .message = load->path,
                                 .checksum = load->hash,
                                 .started = load->started,
                                 .duration_ms = clock_ms() - load->began,
                                 .outcome = "ok",
                                 .objects = session_changes(engine->session)};
    bool done = record_write(engine, &entry, error);
    row_change_free(&none);
    text_free(&rows);
    return done;
}

static bool run(const struct load *load, struct error *error)
{
    struct engine *engine = load->engine;
    static const struct db_source nowhere = {0};
    session_set_hooks(engine->session, &(struct session_hooks){0});
    session_start_revision(engine->session);
    return begin(engine, error) &&
           session_run_text(engine->session, text_string(load->text), load->text->length,
                            load->path, nowhere, SESSION_IGNORE_TRANSACTION, error) &&
           session_flush(engine->session, error) && transaction_reset(engine, error) &&
           record(load, error) && transaction_commit(engine, NULL, error);
}

static void advise_instead(struct error *error, const char *advice)
{
    text_free(&error->advice);
    error_advise(error, "%s", advice);
}

/* What a dump may hold and a run of it cannot do: there are other ways to write the dump. */
static void advise(struct engine *engine, struct error *error)
{
    static const char undefined_object[] = "42704"; /* a role too */
    const char *sql = text_string(&error->sql);
    const char *const about_roles[] = {" OWNER TO ", "GRANT ", "REVOKE ", " FOR ROLE "};
    if (error->sqlstate[0] == '\0' && strncmp(sql, "INSERT INTO sqlite_", 19) == 0) {
        error_advise(error,
                     "The shell's .dump makes virtual tables so, and they are allowed to no "
                     "one else. Load it with the shell, or take `neap dump`, which has words "
                     "for them.");
    } else if (error->sqlstate[0] == '\0' &&
               sql_needs_autocommit(sql, error->sql.length,
                                    engine->postgres ? SQL_POSTGRESQL : SQL_SQLITE)) {
        advise_instead(error, strstr(sql, "DATABASE") == NULL
                                  ? "A dump is run in one transaction. Take the statement out "
                                    "and run it by itself."
                                  : "Dump without --create: `neap create` makes the database.");
    }
    for (size_t i = 0; i < sizeof about_roles / sizeof about_roles[0]; i++) {
        if (strcmp(error->sqlstate, undefined_object) == 0 &&
            strstr(sql, about_roles[i]) != NULL) {
            error_advise(error, "Roles are not in a dump: make them (setup.roles of neap.lua, "
                                "and `neap setup --from-dump`), or dump with --no-owner "
                                "--no-grants.");
            break;
        }
    }
}

static void place_failure(struct engine *engine, struct error *error)
{
    if (error->at.length == 0) {
        struct text place = error->via;
        error->via = error->at;
        error->at = place;
    }
    advise(engine, error);
    text_format(&error->outcome, "Rolled back: nothing of the file was loaded.");
}

static bool load_locked(struct load *load, enum load_flags flags, bool *loaded,
                        struct error *error)
{
    struct engine *engine = load->engine;
    bool before = false;
    bool created = false;
    const char *version_table = engine->options.config->version_table;
    if (!lock_take(engine, error) || !engine_refresh(engine, error)) {
        return false;
    }
    /* Made first, so that the load and its record are one transaction; unless the dump has
     * them. */
    if ((flags & LOAD_ONCE) != 0 && strstr(text_string(load->text), version_table) == NULL &&
        !tables_ensure(engine, &created, error)) {
        return false;
    }
    if ((flags & LOAD_ONCE) != 0 && !is_loaded(engine, load->hash, &before, error)) {
        return false;
    }
    if (before || ((flags & LOAD_FORCE) == 0 && !refuse_tables(engine, load->path, error))) {
        return before;
    }
    if (!run(load, error)) {
        engine_roll_back(engine);
        place_failure(engine, error);
    } else {
        *loaded = true;
    }
    transaction_reset_driver(engine);
    return *loaded && engine_refresh(engine, error) && fingerprint_record(engine, error);
}

bool engine_load(struct engine *engine, const char *path, const struct text *text,
                 enum load_flags flags, bool *loaded, struct error *error)
{
    struct load load = {.engine = engine, .path = path, .text = text, .began = clock_ms()};
    clock_stamp(load.started);
    *loaded = false;
    sha256_text_hex(text_string(text), text->length, load.hash);
    return engine_ready(engine, error) && load_locked(&load, flags, loaded, error);
}
