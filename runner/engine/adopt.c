/* neap journal: what was done outside neap, in status and as a revision. PostgreSQL. */
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/internal.h"
#include "sql/quote.h"

/* --- what status tells --- */

static bool state_row(void *data, const struct db_row *row)
{
    char *state = data;
    *state = row->values[0].integer != 0 ? 'y' : 'n';
    return true;
}

/* 'y': the journal is there, 'n': there, and not for us to read, '-': not there. */
static bool find_journal(struct engine *engine, char *state, struct error *error)
{
    struct db_value params[] = {value_text(engine->schema)};
    *state = '-';
    return !engine->postgres || engine->schema == NULL ||
           engine_query(
               engine,
               "SELECT pg_catalog.has_table_privilege(c.oid, 'SELECT') FROM "
               "pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid "
               "OPERATOR(pg_catalog.=) c.relnamespace WHERE n.nspname OPERATOR(pg_catalog.=) "
               "$1::pg_catalog.name AND c.relname OPERATOR(pg_catalog.=) 'neap_ddl' AND "
               "c.relkind OPERATOR(pg_catalog.=) 'r'",
               params, 1, state_row, state, error);
}

static char *cell(const struct db_row *row, size_t column)
{
    return row->values[column].kind == DB_NULL ? NULL
                                               : mem_copy_string(row->values[column].text);
}

static bool outside_row(void *data, const struct db_row *row)
{
    struct engine_status *status = data;
    status->outside = mem_grow(status->outside, status->outside_count,
                               &status->outside_capacity, sizeof *status->outside);
    status->outside[status->outside_count++] =
        (struct outside_change){.id = row->values[0].integer,
                                .recorded = cell(row, 1),
                                .user = cell(row, 2),
                                .application = cell(row, 3),
                                .client = cell(row, 4),
                                .tag = cell(row, 5),
                                .objects = cell(row, 6),
                                .statement = cell(row, 7)};
    return true;
}

/* What one client sent at once is one change, and is called what was sent: the script of an
 * extension may drop something before it is made. */
bool outside_read(struct engine *engine, struct engine_status *status, struct error *error)
{
    char state = '-';
    if (!find_journal(engine, &state, error) || state == '-') {
        return error->kind == ERROR_NONE;
    }
    struct text name = {0};
    struct text sql = {0};
    sql_quote_name(&name, engine->schema, strlen(engine->schema), SQL_POSTGRESQL);
    if (state == 'n') {
        engine_warn(engine,
                    "%s.neap_ddl belongs to another role and cannot be read: whether something "
                    "was done outside neap is not known",
                    text_string(&name));
        text_free(&name);
        return true;
    }
    text_format(&sql,
                "SELECT pg_catalog.min(id), pg_catalog.min(recorded), "
                "pg_catalog.min(database_user), pg_catalog.min(application_name), "
                "pg_catalog.min(client_address), (pg_catalog.array_agg(tag ORDER BY sent DESC, "
                "id))[1], pg_catalog.string_agg(objects, E'\\n' ORDER BY sent DESC, id), "
                "pg_catalog.min(statement) FROM (SELECT *, pg_catalog.starts_with("
                "pg_catalog.upper(pg_catalog.ltrim(statement)), tag) AS sent FROM %s.neap_ddl "
                "WHERE settled IS NULL) entries GROUP BY backend, started, coalesce(statement, "
                "id::pg_catalog.text) ORDER BY 1",
                text_string(&name));
    bool done = engine_query(engine, text_string(&sql), NULL, 0, outside_row, status, error);
    text_free(&name);
    text_free(&sql);
    return done;
}

void outside_free(struct engine_status *status)
{
    for (size_t i = 0; i < status->outside_count; i++) {
        struct outside_change *change = &status->outside[i];
        mem_free(change->recorded);
        mem_free(change->user);
        mem_free(change->application);
        mem_free(change->client);
        mem_free(change->tag);
        mem_free(change->objects);
        mem_free(change->statement);
    }
    mem_free(status->outside);
    status->outside = NULL;
    status->outside_count = status->outside_capacity = 0;
}

/* --- taking it over --- */

/* The journal's entries are the new revision's; none of them may have gone to another one. */
static bool settle(struct engine *engine, const struct adoption *adoption,
                   struct db_result *result, struct error *error)
{
    struct text sql = {0};
    struct text ids = {0};
    text_add(&sql, "UPDATE ");
    sql_quote_name(&sql, engine->schema, strlen(engine->schema), SQL_POSTGRESQL);
    text_add(&sql, ".neap_ddl SET settled = $1 WHERE settled IS NULL AND id "
                   "OPERATOR(pg_catalog.=) ANY ($2::pg_catalog.int8[])");
    for (size_t i = 0; i < adoption->id_count; i++) {
        text_format(&ids, "%s%lld", i == 0 ? "{" : ",", (long long)adoption->ids[i]);
    }
    text_add(&ids, "}");
    struct db_value params[] = {value_text(adoption->revision), value_text(ids.data)};
    struct db_statement statement = {.sql = sql.data, .params = params, .param_count = 2};
    bool done = session_send(engine->session, &statement, NULL, NULL, result, error) &&
                session_flush(engine->session, error);
    if (done && result->affected != (int64_t)adoption->id_count) {
        done = error_set(error, ERROR_FAILED,
                         "someone else has adopted or dismissed these entries meanwhile");
    }
    text_free(&sql);
    text_free(&ids);
    return done;
}

static bool write_adoption(struct engine *engine, const struct adoption *adoption,
                           const struct row_change *change, struct error *error)
{
    char started[CLOCK_STAMP];
    char hash[SHA256_HEX];
    struct db_result result = {0};
    clock_stamp(started);
    sha256_text_hex(adoption->text, adoption->length, hash);
    const struct record record = {.rows = change,
                                  .revision = adoption->revision,
                                  .direction = "upgrade",
                                  .message = adoption->message,
                                  .checksum = hash,
                                  .started = started,
                                  .duration_ms = 0,
                                  .outcome = "ok",
                                  .text = adoption->text,
                                  .length = adoption->length,
                                  .path = adoption->path,
                                  .objects = adoption->objects};
    memcpy(engine->recorded, started, sizeof started);
    return transaction_begin(engine, &change->before, true, error) &&
           transaction_act_as_self(engine, error) && settle(engine, adoption, &result, error) &&
           transaction_reset(engine, error) && record_write(engine, &record, error) &&
           transaction_commit(engine, NULL, error);
}

bool engine_adopt(struct engine *engine, const struct adoption *adoption, struct error *error)
{
    bool created = false;
    struct row_change change = {0};
    list_copy(&change.before, adoption->before);
    list_copy(&change.removed, adoption->before);
    list_add(&change.added, adoption->revision);
    bool done = lock_take(engine, error) && engine_refresh(engine, error) &&
                tables_ensure(engine, &created, error);
    if (done && !lists_equal(&engine->rows, adoption->before)) {
        done = error_set(error, ERROR_MISMATCH, "the version table changed meanwhile");
    }
    engine->git_commit = engine->git_commit == NULL
                             ? git_commit_of(engine->options.config->directory)
                             : engine->git_commit;
    if (done && !write_adoption(engine, adoption, &change, error)) {
        engine_roll_back(engine);
        done = false;
    }
    row_change_free(&change);
    return done;
}
