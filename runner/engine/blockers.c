/* Who holds the lock that a statement waits for.
 *
 * pg_blocking_pids answers only while the wait lasts, so a second connection asks meanwhile;
 * the last answer is shown when the wait is given up. A revision may have a lock_timeout of its
 * own that we do not know, so the first question comes early, and the next when the wait has
 * taken twice as long. Statements that take their time and wait for no lock are not worth many
 * connections: after a few answers of nobody only long waits are asked about.
 */
#include <string.h>

#include "base/memory.h"
#include "engine/internal.h"

enum { EARLY_MS = 250, LATE_MS = 1000, IN_VAIN = 10 };

static const char blockers_sql[] =
    "SELECT a.pid, a.usename::pg_catalog.text, a.application_name, a.state, "
    "pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) "
    "a.xact_start)::pg_catalog.int8, pg_catalog.\"left\"(a.query, 200) FROM "
    "pg_catalog.pg_stat_activity a "
    "WHERE a.pid "
    "OPERATOR(pg_catalog.=) ANY (pg_catalog.pg_blocking_pids($1::pg_catalog.int4))";

static const char *text_or(const struct db_value *value, const char *otherwise)
{
    return value->kind == DB_TEXT && value->length > 0 ? value->text : otherwise;
}

static bool blocker_row(void *data, const struct db_row *row)
{
    struct text *text = data;
    const struct db_value *values = row->values;
    text_format(text, "%sblocked by pid %lld (user %s, application %s, %s",
                text->length > 0 ? "\n" : "", (long long)values[0].integer,
                text_or(&values[1], "?"), text_or(&values[2], "unnamed"),
                text_or(&values[3], "?"));
    if (values[4].kind == DB_INTEGER) {
        text_format(text, ", transaction open for %lld s", (long long)values[4].integer);
    }
    text_format(text, "): %s",
                text_or(&values[5], "(its query is hidden: grant pg_read_all_stats)"));
    return true;
}

/* Waits for the answer of a connection of its own; a failure only means that no one is named.
 */
static void sample(struct engine *engine)
{
    const struct db_driver *driver = session_driver(engine->session);
    const char *pid = driver->info(session_connection(engine->session), "backend_pid");
    struct error ignored = {0};
    struct db_settings settings = {.application_name = engine->application_name,
                                   .result_limit = (size_t)1024 * 1024};
    struct db_connection *monitor =
        pid == NULL ? NULL : driver->connect(engine->options.config->url, &settings, &ignored);
    if (monitor != NULL && driver->ready(monitor, &ignored)) {
        struct db_value params[] = {value_text(pid)};
        struct db_statement statement = {
            .sql = blockers_sql, .params = params, .param_count = 1, .purpose = "blockers"};
        (void)(driver->send(monitor, &statement, blocker_row, &engine->blockers, NULL,
                            &ignored) &&
               driver->flush(monitor, &ignored));
    }
    if (monitor != NULL) {
        driver->close(monitor);
    }
    error_free(&ignored);
}

/* SQLite's lock is the file's; the system tells which process has it. */
static void tell_holder(struct engine *engine)
{
    const char *holder = session_driver(engine->session)
                             ->info(session_connection(engine->session), "lock_holder");
    const struct engine_reporter *reporter = &engine->options.reporter;
    if (holder == NULL || reporter->waiting == NULL) {
        return;
    }
    engine->blockers_sampled = true;
    struct text message = {0};
    text_format(&message, "waiting for %s, which is writing to the database", holder);
    reporter->waiting(reporter->data, text_string(&message));
    text_free(&message);
}

/* About half of a short timeout. */
static int64_t first_ms(const struct engine *engine)
{
    int64_t timeout = engine->options.config->lock_timeout_ms;
    int64_t longest = engine->blockers_in_vain < IN_VAIN ? EARLY_MS : LATE_MS;
    return timeout == 0 || timeout > 2 * longest ? longest : timeout / 2;
}

void blockers_waiting(void *data, int64_t waited_ms)
{
    struct engine *engine = data;
    if (!engine->postgres && engine->ready && !engine->blockers_sampled && waited_ms >= 500) {
        tell_holder(engine);
        return;
    }
    if (!engine->postgres || !engine->ready || engine->pooled) {
        return;
    }
    if (waited_ms < engine->blockers_waited_ms) { /* another wait */
        engine->blockers_asked_ms = 0;
    }
    engine->blockers_waited_ms = waited_ms;
    int64_t when =
        engine->blockers_asked_ms > 0 ? engine->blockers_asked_ms * 2 : first_ms(engine);
    if (waited_ms < when) {
        return;
    }
    engine->blockers_asked_ms = waited_ms;
    text_clear(&engine->blockers);
    sample(engine);
    engine->blockers_in_vain += engine->blockers.length == 0 ? 1 : 0;
}

void blockers_forget(struct engine *engine)
{
    text_clear(&engine->blockers);
    engine->blockers_sampled = false;
    engine->blockers_asked_ms = engine->blockers_waited_ms = engine->blockers_in_vain = 0;
}

void blockers_tell(struct engine *engine, struct error *error)
{
    if (engine->blockers.length > 0) {
        text_format(&error->detail, "%s%s", error->detail.length > 0 ? "\n" : "",
                    text_string(&engine->blockers));
    }
}
