/* The runner lock: one works, the others wait.
 *
 * PostgreSQL: a session advisory lock, polled with no transaction open. A runner that blocks
 * inside pg_advisory_lock holds a snapshot, and the other's CREATE INDEX CONCURRENTLY would
 * wait for it: a deadlock (flyway#1654, golang-migrate#960). It dies with the session. Behind a
 * transaction pooler a session lock does not hold; there each transaction takes a lock on the
 * version table (transaction_begin). SQLite: a byte of the file, polled too; the steps of a
 * stepwise revision are several transactions, and BEGIN IMMEDIATE keeps others off only one at
 * a time.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/internal.h"

enum { POLL_MS = 200, TELL_EVERY_MS = 10000 };

int64_t lock_key(const struct engine *engine)
{
    char hex[SHA256_HEX];
    struct text name = {0};
    text_format(&name, "neap %s %s", engine->schema == NULL ? "" : engine->schema,
                engine->options.config->version_table);
    sha256_hex(name.data, name.length, hex);
    text_free(&name);
    hex[15] = '\0'; /* 60 bits: never negative */
    return (int64_t)strtoll(hex, NULL, 16);
}

static bool boolean_row(void *data, const struct db_row *row)
{
    *(bool *)data = row->values[0].integer != 0;
    return true;
}

static bool holder_row(void *data, const struct db_row *row)
{
    struct text *text = data;
    const struct db_value *values = row->values;
    text_format(text, "%s (backend %lld, since %s)",
                values[1].kind == DB_NULL || values[1].length == 0 ? "another session"
                                                                   : values[1].text,
                (long long)values[0].integer, values[2].kind == DB_NULL ? "?" : values[2].text);
    return true;
}

static void find_holder(struct engine *engine, int64_t key, struct text *text)
{
    if (!engine->postgres) {
        const char *runner = session_driver(engine->session)
                                 ->info(session_connection(engine->session), "runner");
        text_add(text, runner == NULL ? "another process" : runner);
        return;
    }
    static const char sql[] =
        "SELECT a.pid, a.application_name, pg_catalog.to_char(a.backend_start, 'YYYY-MM-DD "
        "HH24:MI:SS TZ') "
        "FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid "
        "OPERATOR(pg_catalog.=) l.pid "
        "WHERE l.locktype OPERATOR(pg_catalog.=) 'advisory' AND l.granted AND l.objsubid "
        "OPERATOR(pg_catalog.=) 1::pg_catalog.int2 AND a.datname OPERATOR(pg_catalog.=) "
        "pg_catalog.current_database() AND l.classid OPERATOR(pg_catalog.=) "
        "$1::pg_catalog.oid AND l.objid OPERATOR(pg_catalog.=) $2::pg_catalog.oid LIMIT 1";
    struct db_value params[] = {value_integer(key >> 32), value_integer(key & 0xFFFFFFFF)};
    struct error ignored = {0};
    (void)engine_query(engine, sql, params, 2, holder_row, text, &ignored);
    error_free(&ignored);
    if (text->length == 0) {
        text_add(text, "another session");
    }
}

static bool try_lock(struct engine *engine, int64_t key, bool *locked, struct error *error)
{
    struct db_value params[] = {value_integer(key)};
    if (!engine->postgres) {
        *locked = session_driver(engine->session)->lock(session_connection(engine->session));
        return true;
    }
    return engine_query(engine, "SELECT pg_catalog.pg_try_advisory_lock($1::pg_catalog.int8)",
                        params, 1, boolean_row, locked, error);
}

bool lock_take(struct engine *engine, struct error *error)
{
    if (engine->pooled || engine->locked) {
        return true;
    }
    int64_t key = engine->postgres ? lock_key(engine) : 0;
    int64_t wait_ms = engine->options.wait_ms < 0 ? 60000 : engine->options.wait_ms;
    int64_t began = clock_ms();
    int64_t told = -TELL_EVERY_MS;
    for (;;) {
        if (!try_lock(engine, key, &engine->locked, error)) {
            return false;
        }
        if (engine->locked) {
            return true;
        }
        int64_t waited = clock_ms() - began;
        struct text holder = {0};
        if (waited >= wait_ms || waited - told >= TELL_EVERY_MS) {
            find_holder(engine, key, &holder);
        }
        if (waited >= wait_ms) {
            error_set(error, ERROR_LOCKED,
                      "another run holds the lock: %s; gave up after %lld s",
                      text_string(&holder), (long long)(wait_ms / 1000));
            text_free(&holder);
            return error_advise(
                error, "Nothing was changed. Run neap again later, or wait longer with "
                       "--wait.");
        }
        const struct engine_reporter *reporter = &engine->options.reporter;
        if (holder.length > 0 && reporter->waiting != NULL) {
            struct text message = {0};
            text_format(&message, "waiting for %s", text_string(&holder));
            reporter->waiting(reporter->data, text_string(&message));
            text_free(&message);
            told = waited;
        }
        text_free(&holder);
        if (!clock_sleep_ms(POLL_MS + rand() % 50)) { /* NOLINT: jitter, not secrecy */
            error_set(error, ERROR_INTERRUPTED, "interrupted while waiting for the lock");
            return false;
        }
    }
}
