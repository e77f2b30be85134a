/* Schema commands: Lua code at the database, in a transaction made for what it may do. */
#include "base/clock.h"
#include "base/memory.h"
#include "engine/internal.h"

static void warn(void *data, const char *message)
{
    engine_warn(data, "%s", message);
}

static bool call(struct engine *engine, struct host_command *command, struct error *error)
{
    command->warning = warn;
    command->data = engine;
    session_start_revision(engine->session);
    return host_run_command(engine->options.host, command, engine->options.config,
                            engine->session, engine->stamp, error) &&
           session_flush(engine->session, error);
}

static bool read(struct engine *engine, struct host_command *command, struct error *error)
{
    const char *begin =
        engine->postgres ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN";
    return session_sql(engine->session, begin, error) && call(engine, command, error);
}

static bool scratch(struct engine *engine, struct host_command *command, struct error *error)
{
    return session_sql(engine->session, "BEGIN", error) &&
           (!engine->postgres || transaction_settings(engine, error)) &&
           call(engine, command, error);
}

static bool write_history(struct engine *engine, const struct host_command *command,
                          const struct row_change *change, const char *started, int64_t began,
                          struct error *error)
{
    if (command->history == NULL) {
        return true;
    }
    struct text rows = {0};
    rows_describe(&change->before, &rows);
    const struct record record = {.rows = change,
                                  .revision = text_string(&rows),
                                  .direction = command->name,
                                  .message = command->history,
                                  .started = started,
                                  .duration_ms = clock_ms() - began,
                                  .outcome = "ok",
                                  .objects = session_changes(engine->session)};
    bool done = record_write(engine, &record, error);
    text_free(&rows);
    return done;
}

static bool run_locked(struct engine *engine, struct host_command *command,
                       const struct row_change *change, struct error *error)
{
    char started[CLOCK_STAMP];
    clock_stamp(started);
    int64_t began = clock_ms();
    return transaction_begin(engine, &change->before, true, error) &&
           call(engine, command, error) && session_run_checks(engine->session, error) &&
           transaction_reset(engine, error) &&
           write_history(engine, command, change, started, began, error) &&
           transaction_commit(engine, NULL, error);
}

static bool write(struct engine *engine, struct host_command *command, struct error *error)
{
    bool created = false;
    struct row_change change = {0};
    bool done = lock_take(engine, error) && engine_refresh(engine, error) &&
                tables_ensure(engine, &created, error);
    if (done) {
        list_copy(&change.before, &engine->rows);
        done = run_locked(engine, command, &change, error) &&
               (command->history == NULL || fingerprint_record(engine, error));
    }
    row_change_free(&change);
    return done;
}

static bool write_bare(struct engine *engine, struct host_command *command, struct error *error)
{
    return lock_take(engine, error) &&
           session_sql(engine->session, session_begin_sql(engine->session), error) &&
           (!engine->postgres || transaction_settings(engine, error)) &&
           call(engine, command, error) && session_run_checks(engine->session, error) &&
           transaction_reset(engine, error) && transaction_commit(engine, NULL, error);
}

/* The record is a transaction of its own. */
static bool write_early(struct engine *engine, struct host_command *command,
                        struct error *error)
{
    char started[CLOCK_STAMP];
    clock_stamp(started);
    int64_t began = clock_ms();
    bool created = false;
    struct row_change none = {0};
    if (!write_bare(engine, command, error) || command->history == NULL) {
        return error->kind == ERROR_NONE;
    }
    bool done = engine_refresh(engine, error) && tables_ensure(engine, &created, error);
    list_copy(&none.before, &engine->rows);
    done = done && transaction_begin(engine, &none.before, true, error) &&
           write_history(engine, command, &none, started, began, error) &&
           transaction_commit(engine, NULL, error);
    row_change_free(&none);
    return done;
}

/* A wait that was given up: who held the lock says more than the query of the catalog that
 * waited. What a model's file says has a place, and is shown. */
static void explain_wait(struct engine *engine, struct error *error)
{
    if (error->kind != ERROR_LOCKED && error->kind != ERROR_INTERRUPTED) {
        return;
    }
    blockers_tell(engine, error);
    if (error->at.length == 0) {
        text_clear(&error->sql);
        text_clear(&error->outcome);
        text_add(&error->outcome, "The database was only being read: nothing was changed.");
    }
}

bool engine_command(struct engine *engine, struct host_command *command,
                    enum engine_access access, struct error *error)
{
    bool looks = access == ENGINE_READS || access == ENGINE_SCRATCH;
    if (!host_load_command(engine->options.host, command, error) ||
        !(looks ? engine_ready_to_look : engine_ready)(engine, error)) {
        return false;
    }
    blockers_forget(engine);
    bool done = access == ENGINE_READS     ? read(engine, command, error)
                : access == ENGINE_SCRATCH ? scratch(engine, command, error)
                : access == ENGINE_EARLY   ? write_early(engine, command, error)
                : access == ENGINE_BARE    ? write_bare(engine, command, error)
                                           : write(engine, command, error);
    if (!done || looks) {
        engine_roll_back(engine);
    }
    if (!done && looks) {
        explain_wait(engine, error);
    }
    transaction_reset_driver(engine);
    return done;
}
