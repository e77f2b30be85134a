/* The engine's transactions: begun with a check of the version rows, ended with a look at the
 * answer.
 *
 * On PostgreSQL everything from BEGIN to COMMIT of a revision is queued, and answered in one
 * round trip. So what must stop the COMMIT has to fail in the server: the guard divides by zero
 * when the version rows are not what the plan expects, and the record (record.c) when it did
 * not change what it should.
 */
#include <stdio.h>
#include <string.h>

#include "engine/internal.h"

static bool guard_row(void *data, const struct db_row *row)
{
    if (row->values[0].kind == DB_TEXT) {
        list_add(data, row->values[0].text);
    }
    return true;
}

static bool guard_sqlite(struct engine *engine, const struct list *before, struct error *error)
{
    if (tables_same_version(engine) && lists_equal(&engine->rows, before)) {
        return true;
    }
    struct text sql = {0};
    struct list rows = {0};
    text_format(&sql, "SELECT version_num FROM %s", engine->names.version.data);
    struct db_statement statement = {
        .sql = text_string(&sql), .name = "neap_guard", .purpose = "guard"};
    bool done = session_send(engine->session, &statement, guard_row, &rows, NULL, error);
    list_sort(&rows);
    if (done && !lists_equal(&rows, before)) {
        done = error_set(error, ERROR_MISMATCH, "the version table changed meanwhile");
    }
    list_free(&rows);
    text_free(&sql);
    return done;
}

/* Settings of the session for this revision; $3.. name and value of each. */
static void add_settings(const struct engine *engine, struct text *sql, struct db_value *params,
                         size_t *count, size_t limit, char numbers[2][24])
{
    const struct config *config = engine->options.config;
    /* Through a pooler the session is not ours: the settings end with the transaction. */
    const char *local = engine->pooled ? "true" : "false";
    (void)snprintf(numbers[0], 24, "%lld", (long long)config->lock_timeout_ms);
    (void)snprintf(numbers[1], 24, "%lld", (long long)config->statement_timeout_ms);
    text_format(sql, ", pg_catalog.set_config('lock_timeout', $%zu, %s)", *count + 1, local);
    params[(*count)++] = value_text(numbers[0]);
    text_format(sql, ", pg_catalog.set_config('statement_timeout', $%zu, %s)", *count + 1,
                local);
    params[(*count)++] = value_text(numbers[1]);
    /* Where the server has it off, a backslash would end strings elsewhere than we think. */
    text_format(sql, ", pg_catalog.set_config('standard_conforming_strings', 'on', %s)", local);
    const char *version = session_driver(engine->session)
                              ->info(session_connection(engine->session), "version_num");
    if (version != NULL && strlen(version) >= 6 && strcmp(version, "140000") >= 0) {
        text_format(sql,
                    ", pg_catalog.set_config('client_connection_check_interval', '500', %s)",
                    local);
    }
    for (size_t i = 0; i < config->setting_names.count && *count + 2 <= limit; i++) {
        text_format(sql, ", pg_catalog.set_config($%zu, $%zu, %s)", *count + 1, *count + 2,
                    local);
        params[(*count)++] = value_text(config->setting_names.items[i]);
        params[(*count)++] = value_text(config->setting_values.items[i]);
    }
    if (config->role != NULL) {
        text_format(sql, ", pg_catalog.set_config('role', $%zu, %s)", *count + 1, local);
        params[(*count)++] = value_text(config->role);
    }
}

/* neap's tables are the connecting user's, and a revision that commits on its way may be at
 * work in another role: its own, or the configured one. For the rest of the transaction, or
 * until act_as_revision. */
bool transaction_act_as_self(struct engine *engine, struct error *error)
{
    return !engine->postgres || session_sql(engine->session,
                                            "SELECT pg_catalog.set_config('neap.role', "
                                            "pg_catalog.current_setting('role'), true), "
                                            "pg_catalog.set_config('role', 'none', true)",
                                            error);
}

static bool act_as_revision(struct engine *engine, struct error *error)
{
    return !engine->postgres || session_sql(engine->session,
                                            "SELECT pg_catalog.set_config('role', "
                                            "pg_catalog.current_setting('neap.role'), true)",
                                            error);
}

enum { GUARD_PARAMS = 128 };

static bool guard_postgres(struct engine *engine, const struct list *before, bool first,
                           struct error *error)
{
    struct text sql = {0};
    struct text expected = {0};
    struct db_value params[GUARD_PARAMS + 2];
    char numbers[2][24];
    size_t count = 2;
    list_join(before, ",", &expected);
    params[0] = value_text(text_string(&expected));
    /* `neap journal` tells our changes from others' by it; also outside a transaction. */
    params[1] = value_text(engine->running == NULL ? "neap" : engine->running);
    text_format(&sql,
                "SELECT 1 OPERATOR(pg_catalog./) (CASE WHEN "
                "pg_catalog.array_to_string(ARRAY(SELECT v.id FROM (SELECT "
                "version_num::pg_catalog.text AS id FROM %s FOR UPDATE) v ORDER BY v.id "
                "COLLATE pg_catalog.\"C\"), "
                "',') OPERATOR(pg_catalog.=) $1 THEN 1 ELSE 0 END), "
                "pg_catalog.set_config('neap.revision', $2, %s)",
                engine->names.version.data, engine->pooled ? "true" : "false");
    if (first) {
        add_settings(engine, &sql, params, &count, GUARD_PARAMS, numbers);
    } else if (engine->pooled && engine->options.config->role != NULL) {
        text_format(&sql, ", pg_catalog.set_config('role', $%zu, true)", count + 1);
        params[count++] = value_text(engine->options.config->role);
    }
    struct db_statement statement = {
        .sql = text_string(&sql),
        .params = params,
        .param_count = count,
        .name = prepared_name(engine, first ? "neap_guard" : "neap_guard_again"),
        .purpose = "guard"};
    bool done = session_send(engine->session, &statement, NULL, NULL, NULL, error);
    text_free(&sql);
    text_free(&expected);
    return done;
}

bool transaction_settings(struct engine *engine, struct error *error)
{
    struct text sql = {0};
    struct db_value params[GUARD_PARAMS + 2];
    char numbers[2][24];
    size_t count = 0;
    text_add(&sql, "SELECT 1");
    add_settings(engine, &sql, params, &count, GUARD_PARAMS, numbers);
    struct db_statement statement = {.sql = text_string(&sql),
                                     .params = params,
                                     .param_count = count,
                                     .purpose = "settings"};
    bool done = session_send(engine->session, &statement, NULL, NULL, NULL, error);
    text_free(&sql);
    return done;
}

static bool lock_version_table(struct engine *engine, struct error *error)
{
    struct text sql = {0};
    text_format(&sql, "LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE", engine->names.version.data);
    struct db_statement statement = {.sql = text_string(&sql), .purpose = "guard lock"};
    bool done = session_send(engine->session, &statement, NULL, NULL, NULL, error);
    text_free(&sql);
    return done;
}

bool transaction_guard(struct engine *engine, const struct list *before, bool first,
                       struct error *error)
{
    if (!engine->postgres) {
        return guard_sqlite(engine, before, error);
    }
    /* An empty table has no row to lock, and behind a pooler nothing else keeps two runners
     * apart. */
    return (first || transaction_act_as_self(engine, error)) &&
           (!engine->pooled || lock_version_table(engine, error)) &&
           guard_postgres(engine, before, first && !engine->settings_in_place, error) &&
           (first || act_as_revision(engine, error));
}

bool transaction_begin(struct engine *engine, const struct list *before, bool first,
                       struct error *error)
{
    const struct db_statement statement = {.sql = session_begin_sql(engine->session),
                                           .name = prepared_name(engine, "neap_begin"),
                                           .purpose = "begin"};
    return session_send(engine->session, &statement, NULL, NULL, NULL, error) &&
           transaction_guard(engine, before, first, error);
}

bool transaction_commit(struct engine *engine, bool *sent, struct error *error)
{
    struct db_statement statement = {
        .sql = "COMMIT", .name = prepared_name(engine, "neap_commit"), .purpose = "commit"};
    struct db_result result = {0};
    if (!record_write_waiting(engine, error)) {
        return false;
    }
    if (sent != NULL) {
        *sent = true; /* a send that fails may have written it before the line broke */
    }
    if (!session_send(engine->session, &statement, NULL, NULL, &result, error) ||
        !session_flush(engine->session, error)) {
        return false;
    }
    if (engine->postgres && strcmp(result.tag, "COMMIT") != 0) {
        return error_set(error, ERROR_FAILED,
                         "the transaction was aborted: COMMIT was answered by %s",
                         result.tag[0] == '\0' ? "nothing" : result.tag);
    }
    tables_note_version(engine);
    return true;
}

/* RESET ROLE is needed too: RESET ALL leaves the role. Both are transactional. */
bool transaction_reset(struct engine *engine, struct error *error)
{
    if (!engine->postgres) {
        return true;
    }
    const struct db_statement reset_all = {.sql = "RESET ALL",
                                           .name = prepared_name(engine, "neap_reset_all"),
                                           .purpose = "reset"};
    const struct db_statement reset_role = {.sql = "RESET ROLE",
                                            .name = prepared_name(engine, "neap_reset_role"),
                                            .purpose = "reset"};
    return session_send(engine->session, &reset_all, NULL, NULL, NULL, error) &&
           session_send(engine->session, &reset_role, NULL, NULL, NULL, error);
}

/* SQLite's side of it. */
void transaction_reset_driver(struct engine *engine)
{
    const struct db_driver *driver = session_driver(engine->session);
    if (driver->reset != NULL) {
        driver->reset(session_connection(engine->session));
    }
}
