/* Offline mode: a plan as a script for psql or the sqlite3 shell.
 *
 * The script guards itself. Its first line makes the shell stop at the first error, and each
 * transaction begins with a check of the version rows, so that it also stops, with nothing
 * done, where that line is not understood.
 */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "engine/internal.h"
#include "sql/quote.h"

struct script {
    struct engine engine;
    const struct plan *plan;
    const struct plan_step *step;
    char hash[SHA256_HEX];
    bool open;
    bool begun;    /* the first transaction is */
    bool own_role; /* set by the revision */
    db_write_function *write;
    void *data;
    struct text buffer;             /* what has not been written yet: at most a transaction */
    bool rebuilds;                  /* a table is rebuilt in it (SQLite) */
    const struct extra_step *extra; /* while it is written; else NULL */
};

static struct db_connection *connection_of(struct script *script)
{
    return session_connection(script->engine.session);
}

static bool sql(struct script *script, const char *statement, struct error *error)
{
    return session_sql(script->engine.session, statement, error);
}

/* --- output --- */

static bool buffer_write(void *data, const char *bytes, size_t length)
{
    struct script *script = data;
    text_append(&script->buffer, bytes, length);
    return true;
}

static bool write_out(struct script *script, const char *bytes, size_t length,
                      struct error *error)
{
    errno = 0;
    if (length == 0 || script->write(script->data, bytes, length)) {
        return true;
    }
    int reason = errno;
    return error_set(error, ERROR_FAILED, "cannot write the script%s%s",
                     reason != 0 ? ": " : "", reason != 0 ? strerror(reason) : "");
}

#define VIOLATIONS                                                                             \
    "SELECT \"table\", coalesce(\"rowid\", -row_number() OVER (PARTITION BY \"table\", "       \
    "parent)), "                                                                               \
    "parent FROM pragma_foreign_key_check"

/* PRAGMA foreign_keys works outside a transaction only, and before a revision has run no one
 * knows whether it rebuilds a table: so a transaction is written when it is complete. */
static bool flush(struct script *script, struct error *error)
{
    static const char before[] = "PRAGMA foreign_keys = OFF;\n"
                                 "CREATE TEMP TABLE neap_violations AS " VIOLATIONS ";\n";
    static const char after[] = "DROP TABLE temp.neap_violations;\nPRAGMA foreign_keys = ON;\n";
    bool rebuilds = script->rebuilds;
    struct text text = script->buffer;
    script->buffer = (struct text){0};
    script->rebuilds = false;
    bool done = (!rebuilds || write_out(script, before, strlen(before), error)) &&
                write_out(script, text_string(&text), text.length, error) &&
                (!rebuilds || write_out(script, after, strlen(after), error));
    text_free(&text);
    return done;
}

/* --- guards --- */

static void add_expected(const struct list *before, enum sql_dialect dialect, struct text *out)
{
    struct text joined = {0};
    list_join(before, ",", &joined);
    sql_quote_string(out, text_string(&joined), joined.length, dialect);
    text_free(&joined);
}

/* A dollar tag that the body does not hold. */
static void add_dollar_quoted(struct text *out, const struct text *body)
{
    struct text tag = {0};
    text_add(&tag, "$neap$");
    for (int number = 1; strstr(text_string(body), tag.data) != NULL; number++) {
        text_clear(&tag);
        text_format(&tag, "$neap%d$", number);
    }
    text_format(out, "%s%s%s", tag.data, text_string(body), tag.data);
    text_free(&tag);
}

static void postgres_guard(const struct script *script, const struct list *before,
                           struct text *out)
{
    const char *version = script->engine.names.version.data;
    struct text body = {0};
    struct text place = {0};
    rows_describe(before, &place);
    text_format(
        &body,
        "\nDECLARE\n  found pg_catalog.text;\nBEGIN\n  LOCK TABLE %s IN SHARE ROW "
        "EXCLUSIVE MODE;\n  SELECT coalesce(pg_catalog.string_agg(version_num, ',' ORDER "
        "BY version_num COLLATE pg_catalog.\"C\"), '') INTO found FROM %s;\n"
        "  IF found OPERATOR(pg_catalog.<>) ",
        version, version);
    add_expected(before, SQL_POSTGRESQL, &body);
    text_add(&body, " THEN\n    RAISE EXCEPTION 'neap: this part of the script starts from %, "
                    "and the database is at %', ");
    sql_quote_string(&body, text_string(&place), place.length, SQL_POSTGRESQL);
    text_add(&body, ", CASE WHEN found OPERATOR(pg_catalog.=) '' THEN 'base' ELSE found "
                    "END;\n  END IF;\n");
    /* `neap journal` tells our changes from others' by it. */
    const char *revision = script->step == NULL ? "stamp" : script->step->revision->id;
    text_add(&body, "  PERFORM pg_catalog.set_config('neap.revision', ");
    sql_quote_string(&body, revision, strlen(revision), SQL_POSTGRESQL);
    text_add(&body, ", false);\nEND\n");
    text_add(out, "DO ");
    add_dollar_quoted(out, &body);
    text_free(&place);
    text_free(&body);
}

static bool sqlite_guard(struct script *script, const struct list *before, struct error *error)
{
    struct text place = {0};
    struct text message = {0};
    struct text text = {0};
    rows_describe(before, &place);
    text_format(&message,
                "neap: this part of the script starts from %s, and the database is not there",
                text_string(&place));
    text_add(&text, "CREATE TEMP TABLE neap_guard (same CONSTRAINT ");
    text_add_char(&text, '"');
    for (const char *at = message.data; *at != '\0'; at++) {
        text_add(&text, *at == '"' ? "\"" : "");
        text_add_char(&text, *at);
    }
    text_add(&text, "\" CHECK (same))");
    bool done = sql(script, text_string(&text), error);
    text_clear(&text);
    text_format(&text,
                "INSERT INTO temp.neap_guard SELECT coalesce((SELECT group_concat(version_num, "
                "',') FROM "
                "(SELECT version_num FROM %s ORDER BY version_num)), '') = ",
                script->engine.names.version.data);
    add_expected(before, SQL_SQLITE, &text);
    done = done && sql(script, text_string(&text), error) &&
           sql(script, "DROP TABLE temp.neap_guard", error);
    text_free(&place);
    text_free(&message);
    text_free(&text);
    return done;
}

static bool guard(struct script *script, const struct list *before, struct error *error)
{
    if (!script->engine.postgres) {
        return sqlite_guard(script, before, error);
    }
    struct text text = {0};
    postgres_guard(script, before, &text);
    bool done = sql(script, text_string(&text), error);
    text_free(&text);
    return done;
}

/* --- transactions --- */

/* The timeouts of neap.lua; off: none of them. */
static bool timeouts(struct script *script, bool off, struct error *error)
{
    const struct config *config = script->engine.options.config;
    const struct {
        const char *name;
        int64_t ms;
    } timeouts[] = {{"lock_timeout", config->lock_timeout_ms},
                    {"statement_timeout", config->statement_timeout_ms}};
    bool done = true;
    for (size_t i = 0; done && i < sizeof timeouts / sizeof timeouts[0]; i++) {
        if (timeouts[i].ms > 0) {
            char *text = string_format("SET %s = '%lldms'", timeouts[i].name,
                                       off ? 0LL : (long long)timeouts[i].ms);
            done = sql(script, text, error);
            mem_free(text);
        }
    }
    return done;
}

/* The configured role: for each transaction, and around what is done outside of one. Not when
 * the revision has set its own, which holds for the session. */
static bool set_role(struct script *script, const char *command, struct error *error)
{
    const char *role = script->engine.options.config->role;
    if (!script->engine.postgres || role == NULL || script->own_role) {
        return true;
    }
    struct text text = {0};
    text_add(&text, command);
    sql_quote_name(&text, role, strlen(role), SQL_POSTGRESQL);
    bool done = sql(script, text_string(&text), error);
    text_free(&text);
    return done;
}

static bool set_local_role(struct script *script, struct error *error)
{
    return set_role(script, "SET LOCAL ROLE ", error);
}

/* In a DO block: the result of a SELECT would be printed. SET takes a list apart otherwise. */
static bool set_config(struct script *script, const char *name, const char *value,
                       struct error *error)
{
    struct text body = {0};
    struct text text = {0};
    text_add(&body, "BEGIN PERFORM pg_catalog.set_config(");
    sql_quote_string(&body, name, strlen(name), SQL_POSTGRESQL);
    text_add(&body, ", ");
    sql_quote_string(&body, value, strlen(value), SQL_POSTGRESQL);
    text_add(&body, ", false); END");
    text_add(&text, "DO ");
    sql_quote_string(&text, text_string(&body), body.length, SQL_POSTGRESQL);
    bool done = sql(script, text_string(&text), error);
    text_free(&body);
    text_free(&text);
    return done;
}

static bool settings(struct script *script, struct error *error)
{
    const struct config *config = script->engine.options.config;
    if (!script->engine.postgres) {
        return true;
    }
    bool done = timeouts(script, false, error);
    for (size_t i = 0; done && i < config->setting_names.count; i++) {
        done = set_config(script, config->setting_names.items[i],
                          config->setting_values.items[i], error);
    }
    return done && set_local_role(script, error);
}

static bool begin(struct script *script, struct error *error)
{
    script->open = true;
    return flush(script, error) &&
           sql(script, script->engine.postgres ? "BEGIN" : "BEGIN IMMEDIATE", error);
}

/* A history table made by an earlier neap lacks a column. SQLite's SQL cannot ask. */
static bool add_objects(struct script *script, struct error *error)
{
    const struct engine *engine = &script->engine;
    if (!engine->has_history || !engine->postgres) {
        return true;
    }
    struct text body = {0};
    struct text text = {0};
    text_add(&body, "\nBEGIN\n  IF NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE "
                    "a.attrelid OPERATOR(pg_catalog.=) ");
    sql_quote_string(&body, engine->names.history.data, engine->names.history.length,
                     SQL_POSTGRESQL);
    text_format(&body,
                "::pg_catalog.regclass AND a.attname OPERATOR(pg_catalog.=) 'objects') THEN\n"
                "    ALTER TABLE %s ADD COLUMN objects text;\n  END IF;\nEND\n",
                engine->names.history.data);
    text_add(&text, "DO ");
    add_dollar_quoted(&text, &body);
    bool done = sql(script, text_string(&text), error);
    text_free(&body);
    text_free(&text);
    return done;
}

/* From base: the version table, that the guard looks at; the others only when it lets us on. */
static bool guard_new(struct script *script, const struct list *before, struct error *error)
{
    struct list statements = {0};
    tables_create_sql(&script->engine, true, &statements);
    /* psql would tell of each table that is there already. */
    bool quiet = script->engine.postgres;
    bool done = !quiet || sql(script, "SET client_min_messages = warning", error);
    for (size_t i = 0; done && i < statements.count; i++) {
        done =
            sql(script, statements.items[i], error) && (i > 0 || guard(script, before, error));
    }
    list_free(&statements);
    return done && (!quiet || sql(script, "RESET client_min_messages", error));
}

/* The first transaction of a script makes what neap's own tables lack, after the guard: where
 * the script does not belong it leaves nothing. */
static bool guard_transaction(struct script *script, const struct list *before,
                              struct error *error)
{
    bool first = !script->begun;
    script->begun = true;
    return !first               ? guard(script, before, error)
           : before->count == 0 ? guard_new(script, before, error)
                                : guard(script, before, error) && add_objects(script, error);
}

/* Not in the middle of a revision: its role may not see the table, nor its search_path. */
static bool begin_guarded(struct script *script, struct error *error)
{
    return begin(script, error) && guard_transaction(script, &script->step->rows.before, error);
}

/* Violations that were there before are passed over, as in a run. */
static bool check_foreign_keys(struct script *script, struct error *error)
{
    return !script->rebuilds ||
           (sql(script,
                "CREATE TEMP TABLE neap_check (found CONSTRAINT \"neap: a rebuild leaves "
                "foreign keys without their rows, see PRAGMA foreign_key_check\" CHECK "
                "(found))",
                error) &&
            sql(script,
                "INSERT INTO temp.neap_check SELECT 0 FROM (" VIOLATIONS
                " EXCEPT SELECT * FROM temp.neap_violations) LIMIT 1",
                error) &&
            sql(script, "DROP TABLE temp.neap_check", error));
}

static bool commit(struct script *script, struct error *error)
{
    script->open = false;
    return check_foreign_keys(script, error) && sql(script, "COMMIT", error) &&
           flush(script, error);
}

static bool hook_rebuild(void *data, bool is_begin, struct error *error)
{
    struct script *script = data;
    (void)error;
    script->rebuilds = script->rebuilds || is_begin; /* every group ends with an end */
    return true;
}

static bool hook_commit(void *data, struct error *error)
{
    struct script *script = data;
    return commit(script, error) && begin(script, error) && set_local_role(script, error);
}

/* The revision's statements from here on. */
static bool leave_transaction(struct script *script, struct error *error)
{
    return commit(script, error) && set_role(script, "SET ROLE ", error);
}

static bool enter_transaction(struct script *script, struct error *error)
{
    bool reset = script->engine.postgres && script->engine.options.config->role != NULL &&
                 !script->own_role;
    return (!reset || sql(script, "RESET ROLE", error)) && begin(script, error) &&
           set_local_role(script, error);
}

static bool hook_before(void *data, long position, const struct db_statement *statement,
                        bool *skip, struct error *error)
{
    struct script *script = data;
    (void)position;
    (void)skip;
    (void)error;
    script->own_role =
        script->own_role || sql_sets_role(statement->sql, strlen(statement->sql));
    return true;
}

static bool hook_autocommit(void *data, bool is_begin, struct error *error)
{
    struct script *script = data;
    if (!script->step->revision->transaction) {
        return true;
    }
    session_set_autocommit(script->engine.session, is_begin);
    return is_begin ? leave_transaction(script, error) : enter_transaction(script, error);
}

static bool hook_step(void *data, long position, const struct db_statement *statement,
                      struct error *error)
{
    struct script *script = data;
    (void)position;
    if (statement == NULL) {
        return commit(script, error);
    }
    /* As in a run: what CONCURRENTLY waits for counts against these, and would leave an invalid
     * index behind. */
    bool outside = script->engine.postgres &&
                   sql_needs_autocommit(statement->sql, strlen(statement->sql), SQL_POSTGRESQL);
    return (!outside || timeouts(script, true, error)) &&
           session_send(script->engine.session, statement, NULL, NULL, NULL, error) &&
           (!outside || timeouts(script, false, error)) && flush(script, error);
}

/* --- the script --- */

static bool heading(struct script *script, const struct plan_step *step, struct error *error)
{
    struct text text = {0};
    struct list after = {0};
    list_copy(&after, &step->rows.before);
    for (size_t i = 0; i < step->rows.removed.count; i++) {
        list_remove(&after, step->rows.removed.items[i]);
    }
    list_copy(&after, &step->rows.added);
    text_format(&text, "%s %s: ", direction_name(step->direction), step->revision->id);
    rows_describe(&step->rows.before, &text);
    text_add(&text, " -> ");
    rows_describe(&after, &text);
    if (step->revision->message[0] != '\0') {
        text_format(&text, ", %s", step->revision->message);
    }
    bool done = db_script_raw(connection_of(script), "\n", error) &&
                db_script_comment(connection_of(script), text_string(&text), error);
    list_free(&after);
    text_free(&text);
    return done;
}

static bool reset(struct script *script, struct error *error)
{
    return !script->engine.postgres ||
           (sql(script, "RESET ALL", error) && sql(script, "RESET ROLE", error));
}

static bool run_revision(struct script *script, struct error *error)
{
    const struct plan_step *step = script->step;
    struct engine *engine = &script->engine;
    struct text text = {0};
    bool done = true;
    if (script->extra != NULL) {
        text_append(&text, script->extra->source.text.data, script->extra->source.text.length);
    } else {
        done = file_read(step->revision->path, &text, error);
    }
    if (done) {
        sha256_text_hex(text.data, text.length, script->hash);
        const struct host_call call = {.path = step->revision->path,
                                       .text = text.data,
                                       .length = text.length,
                                       .function = direction_name(step->direction),
                                       .now = engine->stamp,
                                       .config = engine->options.config,
                                       .session = engine->session};
        done = host_run_revision(engine->options.host, &call, error);
    }
    if (done && session_failure(engine->session) != NULL) {
        error_copy(error, session_failure(engine->session));
        done = false;
    }
    text_free(&text);
    return done;
}

static bool script_step(struct script *script, const struct plan_step *step,
                        struct error *error)
{
    struct engine *engine = &script->engine;
    script->step = step;
    script->own_role = false;
    bool without = !step->revision->transaction;
    session_start_revision(engine->session);
    if (!heading(script, step, error) || !begin_guarded(script, error) ||
        !settings(script, error)) {
        return false;
    }
    if (without) {
        if (!leave_transaction(script, error)) {
            return false;
        }
        session_set_autocommit(engine->session, true);
    }
    bool done = run_revision(script, error);
    session_set_autocommit(engine->session, false);
    if (!done || !reset(script, error) || (!script->open && !begin_guarded(script, error))) {
        return false;
    }
    /* What a revision used is known to those who have its sources; of repeatable objects the
     * next run wants to know it. */
    size_t file_count = 0;
    const struct host_file *files = host_files(engine->options.host, &file_count);
    const struct record record = {.rows = &step->rows,
                                  .revision = step->revision->id,
                                  .direction = direction_name(step->direction),
                                  .message = step->revision->message,
                                  .checksum = script->hash,
                                  .duration_ms = 0,
                                  .outcome = "ok",
                                  .files = files,
                                  .file_count = script->extra == NULL ? 0 : file_count,
                                  .objects = session_changes(engine->session)};
    return record_write(engine, &record, error) && commit(script, error);
}

static bool open_script(struct script *script, const struct engine_options *options,
                        db_write_function *write, void *data, struct error *error)
{
    const struct config *config = options->config;
    struct engine *engine = &script->engine;
    engine->options = *options;
    if (config->dialect == NULL) {
        error_set(error, ERROR_USAGE, "which database is the script for?");
        return error_advise(
            error, "Say --dialect postgresql or --dialect sqlite, or set dialect or url in "
                   "neap.lua.");
    }
    engine->postgres = strcmp(config->dialect, "postgresql") == 0;
    script->write = write;
    script->data = data;
    struct db_connection *connection = db_script_open(config->dialect, buffer_write, script);
    engine->session = session_new(&db_script, connection, config->dialect);
    if (config->version_table_schema != NULL && engine->postgres) {
        engine->schema = mem_copy_string(config->version_table_schema);
    }
    engine->has_history = engine->has_objects = config->history_table != NULL;
    clock_stamp(engine->stamp);
    engine->git_commit = git_commit_of(config->directory);
    tables_name(engine);
    struct session_hooks hooks = {.data = script,
                                  .before = hook_before,
                                  .step = hook_step,
                                  .rebuild = hook_rebuild,
                                  .commit = hook_commit,
                                  .autocommit = hook_autocommit};
    session_set_hooks(engine->session, &hooks);
    return true;
}

static void close_script(struct script *script)
{
    struct engine *engine = &script->engine;
    session_free(engine->session);
    text_free(&script->buffer);
    text_free(&engine->names.version);
    text_free(&engine->names.history);
    text_free(&engine->names.source);
    text_free(&engine->names.journal);
    mem_free(engine->schema);
    mem_free(engine->git_commit);
}

static bool preamble(struct script *script, const char *what, const struct list *start,
                     struct error *error)
{
    struct engine *engine = &script->engine;
    struct text text = {0};
    text_format(&text, "neap %s: %s\ngenerated %s for %s; run it with %s", neap_version(), what,
                engine->stamp, engine->options.config->dialect,
                engine->postgres ? "psql -X -f FILE" : "sqlite3 DATABASE < FILE");
    bool done =
        db_script_comment(connection_of(script), text_string(&text), error) &&
        db_script_raw(connection_of(script),
                      engine->postgres ? "\\set ON_ERROR_STOP on\n" : ".bail on\n", error) &&
        (engine->postgres || sql(script, "PRAGMA foreign_keys = ON", error)) &&
        (engine->postgres || start->count == 0 || !engine->has_history ||
         db_script_comment(connection_of(script),
                           "tables made by an earlier neap need `neap ensure-version` once, "
                           "before this script",
                           error));
    text_free(&text);
    return done;
}

static bool script_repeatable(struct script *script, struct error *error)
{
    struct extra_step extra = {0};
    bool any = false;
    if (!repeatable_script_step(&script->engine, &script->plan->end, &extra, &any, error)) {
        return false;
    }
    script->extra = &extra;
    bool done = !any || script_step(script, &extra.step, error);
    script->extra = NULL;
    script->step = NULL;
    extra_free(&extra);
    return done;
}

static bool write_plan(const struct engine_options *options, const char *what,
                       const struct plan *plan, db_write_function *write, void *data,
                       struct error *error)
{
    struct script script = {.plan = plan};
    if (!open_script(&script, options, write, data, error)) {
        return false;
    }
    bool done = preamble(&script, what, &plan->start, error);
    for (size_t i = 0; done && i < plan->count; i++) {
        done = script_step(&script, &plan->steps[i], error);
    }
    done = done && (plan->direction != UPGRADE || script_repeatable(&script, error));
    struct error ignored = {0};
    script.rebuilds = false;
    done = flush(&script, done ? error : &ignored) && done;
    error_free(&ignored);
    if (!done && error->outcome.length == 0) {
        text_add(&error->outcome, "The script is incomplete; do not run it.");
    }
    close_script(&script);
    return done;
}

bool engine_script_upgrade(const struct engine_options *options, const char *range,
                           db_write_function *write, void *data, struct error *error)
{
    struct plan plan = {0};
    char *what = string_format("upgrade %s", range);
    bool done = plan_upgrade_range(options->graph, range, &plan, error) &&
                write_plan(options, what, &plan, write, data, error);
    plan_free(&plan);
    mem_free(what);
    return done;
}

bool engine_script_downgrade(const struct engine_options *options, const char *range,
                             db_write_function *write, void *data, struct error *error)
{
    struct plan plan = {0};
    char *what = string_format("downgrade %s", range);
    bool done = plan_downgrade_range(options->graph, range, &plan, error) &&
                write_plan(options, what, &plan, write, data, error);
    plan_free(&plan);
    mem_free(what);
    return done;
}

bool engine_script_stamp(const struct engine_options *options, const struct list *targets,
                         db_write_function *write, void *data, struct error *error)
{
    struct row_change change = {0};
    struct script script = {0};
    struct text what = {0};
    struct text rows = {0};
    if (!plan_stamp(options->graph, NULL, targets, false, &change, error)) {
        return false;
    }
    text_add(&what, "stamp ");
    list_join(targets, " ", &what);
    rows_describe(&change.added, &rows);
    bool done = open_script(&script, options, write, data, error);
    if (done) {
        const struct record record = {.rows = &change,
                                      .revision = text_string(&rows),
                                      .direction = "stamp",
                                      .message = text_string(&what),
                                      .duration_ms = 0,
                                      .outcome = "ok"};
        done = preamble(&script, text_string(&what), &change.before, error) &&
               sql(&script, script.engine.postgres ? "BEGIN" : "BEGIN IMMEDIATE", error) &&
               guard_transaction(&script, &change.before, error) &&
               record_write(&script.engine, &record, error) && sql(&script, "COMMIT", error) &&
               flush(&script, error);
        close_script(&script);
    }
    row_change_free(&change);
    text_free(&what);
    text_free(&rows);
    return done;
}
