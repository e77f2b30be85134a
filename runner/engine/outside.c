/* Statements that cannot run in a transaction: indexes built and partitions detached
 * concurrently, and without timeouts. */
#include <string.h>

#include "base/memory.h"
#include "engine/internal.h"

static bool index_row(void *data, const struct db_row *row)
{
    *(int *)data = row->values[0].integer != 0 ? 1 : 0;
    return true;
}

static bool row_is_there(void *data, const struct db_row *row)
{
    (void)row;
    *(bool *)data = true;
    return true;
}

/* 1: the index is there and valid, 0: invalid, -1: not there. */
bool outside_index_state(struct engine *engine, const struct sql_concurrent_index *index,
                         int *state, struct error *error)
{
    *state = -1;
    char *table = mem_copy(index->table, index->table_length);
    char *name = mem_copy(index->name, index->name_length);
    /* An index lives in its table's schema. parse_ident reads the name as the server will. */
    struct db_value params[] = {value_text(table), value_text(name)};
    bool done = engine_query(
        engine,
        "SELECT i.indisvalid AND i.indisready FROM pg_catalog.pg_index i JOIN "
        "pg_catalog.pg_class c ON c.oid "
        "OPERATOR(pg_catalog.=) i.indexrelid WHERE i.indrelid OPERATOR(pg_catalog.=) "
        "pg_catalog.to_regclass($1) AND "
        "c.relname OPERATOR(pg_catalog.=) (pg_catalog.parse_ident($2))[1]::pg_catalog.name",
        params, 2, index_row, state, error);
    mem_free(table);
    mem_free(name);
    return done;
}

bool outside_index_is_gone(struct engine *engine, const struct sql_concurrent_index *index,
                           bool *gone, struct error *error)
{
    bool there = false;
    char *name = mem_copy(index->name, index->name_length);
    struct db_value params[] = {value_text(name)};
    bool done = engine_query(engine, "SELECT 1 WHERE pg_catalog.to_regclass($1) IS NOT NULL",
                             params, 1, row_is_there, &there, error);
    *gone = !there;
    mem_free(name);
    return done;
}

bool outside_drop_invalid_index(struct engine *engine, const struct sql_concurrent_index *index,
                                struct error *error)
{
    char *name = mem_copy(index->name, index->name_length);
    char *table = mem_copy(index->table, index->table_length);
    struct text schema = {0};
    struct text sql = {0};
    const char *dot = strrchr(table, '.');
    if (dot != NULL && strchr(dot, '"') == NULL) {
        text_append(&schema, table, (size_t)(dot - table) + 1);
    }
    text_format(&sql, "DROP INDEX CONCURRENTLY %s%s", text_string(&schema), name);
    engine_warn(
        engine,
        "dropping the invalid index %s that an interrupted build left; it is built again",
        name);
    bool done = session_sql(engine->session, text_string(&sql), error) &&
                session_flush(engine->session, error);
    text_free(&schema);
    text_free(&sql);
    mem_free(name);
    mem_free(table);
    return done;
}

bool outside_partition_state(struct engine *engine, const struct sql_concurrent_index *detach,
                             int *state, struct error *error)
{
    *state = -1;
    char *table = mem_copy(detach->table, detach->table_length);
    char *name = mem_copy(detach->name, detach->name_length);
    struct db_value params[] = {value_text(table), value_text(name)};
    bool done = engine_query(
        engine,
        "SELECT NOT i.inhdetachpending FROM pg_catalog.pg_inherits i WHERE i.inhparent "
        "OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1) AND i.inhrelid "
        "OPERATOR(pg_catalog.=) pg_catalog.to_regclass($2)",
        params, 2, index_row, state, error);
    mem_free(table);
    mem_free(name);
    return done;
}

static bool timeouts_row(void *data, const struct db_row *row)
{
    struct list *list = data;
    list_add(list, row->values[0].text);
    list_add(list, row->values[1].text);
    return true;
}

static bool set_timeouts(struct engine *engine, const char *lock, const char *statement,
                         struct error *error)
{
    struct db_value params[] = {value_text(lock), value_text(statement)};
    return engine_query(engine,
                        "SELECT pg_catalog.set_config('lock_timeout', $1, false), "
                        "pg_catalog.set_config('statement_timeout', $2, false)",
                        params, 2, NULL, NULL, error);
}

/* CONCURRENTLY waits for other transactions' snapshots, and that wait counts against
 * lock_timeout: it would leave an invalid index behind. So both timeouts are off for this
 * statement. */
bool outside_run(struct engine *engine, const struct db_statement *statement,
                 struct error *error)
{
    struct list saved = {0};
    bool done = engine_query(engine,
                             "SELECT pg_catalog.current_setting('lock_timeout'), "
                             "pg_catalog.current_setting('statement_timeout')",
                             NULL, 0, timeouts_row, &saved, error) &&
                set_timeouts(engine, "0", "0", error);
    if (done) {
        done = session_send(engine->session, statement, NULL, NULL, NULL, error) &&
               session_flush(engine->session, error);
        struct error second = {0};
        if (!set_timeouts(engine, saved.items[0], saved.items[1], &second)) {
            error_move(error, &second);
            done = false;
        }
        error_free(&second);
    }
    list_free(&saved);
    return done;
}

bool outside_finish_detach(struct engine *engine, const struct sql_concurrent_index *detach,
                           const struct db_statement *statement, struct error *error)
{
    struct text sql = {0};
    text_format(&sql, "ALTER TABLE %.*s DETACH PARTITION %.*s FINALIZE",
                (int)detach->table_length, detach->table, (int)detach->name_length,
                detach->name);
    struct db_statement finalize = {.sql = text_string(&sql), .source = statement->source};
    engine_warn(engine, "ending what an interrupted run began: the detaching of partition %.*s",
                (int)detach->name_length, detach->name);
    bool done = outside_run(engine, &finalize, error);
    text_free(&sql);
    return done;
}
