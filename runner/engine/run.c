/* A plan, run: lock, look again, step by step, with retries; and what is said when it ends
 * early. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "engine/internal.h"

enum { RETRY_PAUSE_MS = 200, RETRY_PAUSE_LIMIT_MS = 5000, REPLANS = 100, RESOLVE_MS = 10000 };

/* --- planning --- */

/* Revisions that only the database knows are undone from its sources, and only when asked to.
 */
static bool refuse_stored(const struct engine *engine, const struct plan *plan,
                          struct error *error)
{
    for (size_t i = 0; !engine->options.from_database && i < plan->count; i++) {
        if (stored_holds(engine, plan->steps[i].revision)) {
            error_set(error, ERROR_MISMATCH, "%s is not in this checkout",
                      plan->steps[i].revision->id);
            return error_advise(
                error, "Nothing was changed. `--from-database` undoes it with the source that "
                       "the database keeps.");
        }
    }
    return true;
}

static bool make_plan(struct engine *engine, enum direction direction, const char *target,
                      struct plan *plan, struct error *error)
{
    plan_free(plan);
    if (engine->ahead_blindly) {
        /* Ahead by something whose place in the graph no one can tell: nothing is touched. */
        return direction == UPGRADE ||
               error_set(error, ERROR_MISMATCH,
                         "the database is ahead of this checkout, and keeps no sources");
    }
    const struct graph *graph = engine->options.graph;
    return (direction == UPGRADE ? plan_upgrade(graph, &engine->rows, target, plan, error)
                                 : plan_downgrade(graph, &engine->rows, target, plan, error)) &&
           refuse_stored(engine, plan, error);
}

static bool refuse_half_done(struct engine *engine, const struct plan *plan,
                             struct error *error)
{
    for (size_t i = 0; i < engine->journal_count; i++) {
        const struct journal_row *row = &engine->journal[i];
        bool same_way = strcmp(row->direction, direction_name(plan->direction)) == 0;
        bool goes_on = same_way && plan->count > 0 &&
                       (plan->direction == UPGRADE ||
                        strcmp(row->revision, plan->steps[0].revision->id) == 0);
        if (!goes_on) {
            error_set(error, ERROR_FAILED, "the %s of %s stopped half-way", row->direction,
                      row->revision);
            return error_advise(error, "Finish it first: run `neap %s %s`.", row->direction,
                                strcmp(row->direction, "upgrade") == 0 ? row->revision : "-1");
        }
    }
    return true;
}

/* --transaction all cannot hold a revision that commits on its way: refused before anything
 * runs. */
static bool refuse_stepwise_plan(const struct engine *engine, const struct plan *plan,
                                 struct error *error)
{
    for (size_t i = 0; engine->options.transaction == TRANSACTION_ALL && i < plan->count; i++) {
        const struct revision *revision = plan->steps[i].revision;
        if (revision->stepwise) {
            error_set_at(
                error, ERROR_FAILED, revision->path, 0,
                "%s commits in steps, and this run is one transaction (transaction = \"all\")",
                revision->id);
            return error_advise(error,
                                "Nothing was changed. Run it with --transaction revision.");
        }
    }
    return true;
}

/* Every file is read and hashed before the first step: what runs is what was there at the
 * start. */
static struct step_source *read_sources(const struct engine *engine, const struct plan *plan,
                                        struct error *error)
{
    struct step_source *sources = mem_alloc((plan->count + 1) * sizeof *sources);
    for (size_t i = 0; i < plan->count; i++) {
        struct step_source *source = &sources[i];
        const char *path = plan->steps[i].revision->path;
        if (!file_read(path, &source->text, error) ||
            !record_can_keep(engine, path, source->text.data, source->text.length, error)) {
            return sources;
        }
        sha256_text_hex(source->text.data, source->text.length, source->hash);
        text_fit(&source->text);
    }
    return sources;
}

static void free_sources(struct step_source *sources, size_t count)
{
    for (size_t i = 0; sources != NULL && i < count; i++) {
        text_free(&sources[i].text);
    }
    mem_free(sources);
}

bool engine_id_fits(const struct engine *engine, const char *id, struct error *error)
{
    const struct revision *revision = graph_find(engine->options.graph, id);
    if (strcmp(engine->options.config->version_table, "alembic_version") != 0 ||
        strlen(id) <= 32) {
        return true;
    }
    return error_set_at(error, ERROR_FAILED, revision == NULL ? NULL : revision->path,
                        revision == NULL ? 0 : revision->id_line,
                        "%s is longer than the 32 characters that alembic_version holds", id);
}

static bool refuse_long_ids(const struct engine *engine, const struct plan *plan,
                            struct error *error)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (!engine_id_fits(engine, plan->steps[i].revision->id, error)) {
            return false;
        }
    }
    return true;
}

/* --- the end of a run --- */

static void say_where(struct engine *engine, const struct list *rows,
                      const struct step_outcome *outcome, struct error *error)
{
    struct text where = {0};
    rows_describe(rows, &where);
    if (outcome->steps_kept > 0) {
        const char *steps = outcome->steps_kept == 1 ? "step is" : "steps are";
        const char *them = outcome->steps_kept == 1 ? "it" : "them";
        text_format(&error->outcome, "%ld completed %s kept", outcome->steps_kept, steps);
        if (error->kind != ERROR_MISMATCH) { /* its advice says what to do first */
            text_format(&error->outcome, "; run again to go on after %s", them);
        }
        text_format(&error->outcome, ". The database is at %s.", text_string(&where));
    } else if (error->kind == ERROR_UNREACHABLE) {
        text_format(&error->outcome,
                    "The server rolls the revision back. The database was last known at %s.",
                    text_string(&where));
    } else {
        text_format(&error->outcome, "Rolled back. The database is at %s.",
                    text_string(&where));
    }
    text_free(&where);
    (void)engine;
}

static void name_step(const struct plan_step *step, struct error *error)
{
    if (error->kind == ERROR_USAGE) {
        return;
    }
    struct text message = {0};
    text_format(&message, "%s%s%s%s %s: %s", step->revision->id,
                step->revision->message[0] == '\0' ? "" : " (", step->revision->message,
                step->revision->message[0] == '\0' ? "" : ")",
                error->kind == ERROR_INTERRUPTED ? "stopped" : "failed",
                text_string(&error->message));
    text_free(&error->message);
    error->message = message;
}

/* --- a lost line --- */

static bool any_row(void *data, const struct db_row *row)
{
    (void)row;
    *(bool *)data = true;
    return true;
}

static bool wait_for_backend(struct engine *engine, const char *pid, struct error *error)
{
    int64_t until = clock_ms() + RESOLVE_MS;
    for (;;) {
        bool there = false;
        struct db_value params[] = {value_text(pid)};
        if (!engine_query(engine,
                          "SELECT 1 FROM pg_catalog.pg_stat_activity a WHERE a.pid "
                          "OPERATOR(pg_catalog.=) "
                          "$1::pg_catalog.int4",
                          params, 1, any_row, &there, error)) {
            return false;
        }
        if (!there) {
            return true;
        }
        if (clock_ms() > until || !clock_sleep_ms(100)) {
            return error_set(error, ERROR_UNREACHABLE,
                             "the server still works on the lost connection's statement");
        }
    }
}

/* Another runner may have gone on meanwhile: then the rows are others, and our history row is
 * there. */
static bool has_our_record(struct engine *fresh, const char *started)
{
    bool found = false;
    if (fresh->has_history && started[0] != '\0') {
        struct text sql = {0};
        text_format(
            &sql,
            "SELECT 1 FROM %s WHERE version_table %s $1 AND started %s $2 AND outcome %s 'ok'",
            fresh->names.history.data, equals(fresh), equals(fresh), equals(fresh));
        struct db_value params[] = {value_text(fresh->options.config->version_table),
                                    value_text(started)};
        struct error ignored = {0};
        (void)engine_query(fresh, text_string(&sql), params, 2, any_row, &found, &ignored);
        error_free(&ignored);
        text_free(&sql);
    }
    return found;
}

/* The line was lost while COMMIT was on its way: asks the database, on a new connection, what
 * happened. */
static bool ask_what_happened(struct engine *engine, const struct list *after, bool *committed)
{
    const struct db_driver *driver = session_driver(engine->session);
    const char *info = driver->info(session_connection(engine->session), "backend_pid");
    char *pid = mem_copy_string(info == NULL ? "0" : info);
    struct error ignored = {0};
    struct engine *fresh = engine_open(&engine->options, &ignored);
    bool asked = false;
    for (int attempt = 0; fresh != NULL && !asked && attempt < 20; attempt++) {
        error_free(&ignored);
        asked = engine_ready(fresh, &ignored);
        if (!asked) { /* the server may be restarting */
            engine_close(fresh);
            fresh = clock_sleep_ms(500) ? engine_open(&engine->options, &ignored) : NULL;
        }
    }
    asked = asked && wait_for_backend(fresh, pid, &ignored) && engine_refresh(fresh, &ignored);
    if (asked) {
        *committed =
            lists_equal(&fresh->rows, after) || has_our_record(fresh, engine->recorded);
        list_clear(&engine->rows);
        list_copy(&engine->rows, &fresh->rows);
    }
    engine_close(fresh);
    error_free(&ignored);
    mem_free(pid);
    return asked;
}

/* after: the version rows if it was done. True: it turned out to be. */
static bool resolve_lost_commit(struct engine *engine, const char *what,
                                const struct list *after, bool last, struct error *error)
{
    bool committed = false;
    bool asked = ask_what_happened(engine, after, &committed);
    struct text where = {0};
    rows_describe(&engine->rows, &where);
    if (!asked) {
        text_format(&error->outcome, "The connection was lost while the commit was on its way, "
                                     "and the database cannot be "
                                     "asked; `neap current` will tell.");
    } else if (!committed) {
        text_format(&error->outcome,
                    "Asked again, the database says: not committed. It is at %s.",
                    text_string(&where));
    } else {
        engine_warn(
            engine,
            "the connection was lost during the commit of %s; asked again, the database says "
            "that it is committed",
            what);
        if (!last) {
            text_format(&error->outcome,
                        "%s is committed. The database is at %s; run again for the rest.", what,
                        text_string(&where));
        }
    }
    text_free(&where);
    return committed;
}

/* --- steps with retries --- */

static int64_t pause_before(long attempt)
{
    int64_t pause = RETRY_PAUSE_MS;
    for (long i = 1; i < attempt && pause < RETRY_PAUSE_LIMIT_MS; i++) {
        pause *= 2;
    }
    pause += rand() % (RETRY_PAUSE_MS / 2); /* NOLINT: jitter, not secrecy */
    return pause > RETRY_PAUSE_LIMIT_MS ? RETRY_PAUSE_LIMIT_MS : pause;
}

/* A fresh Lua state: nothing of the failed attempt is left in it. */
static bool renew_host(struct engine *engine, struct host **fresh, struct error *error)
{
    struct host *host = host_new(error);
    if (host == NULL) {
        return false;
    }
    host_adopt_print(host, engine->options.host);
    host_free(*fresh);
    *fresh = host;
    return true;
}

static bool should_retry(struct engine *engine, const struct error *error, long attempt)
{
    return error->retryable && engine->postgres &&
           attempt < engine->options.config->lock_retries &&
           engine->options.transaction != TRANSACTION_ALL && interrupt_signal() == 0 &&
           session_transaction(engine->session) == DB_IDLE;
}

/* The signal is the reason now; what was to be tried again is said, too. */
static void interrupt_retry(struct error *error)
{
    struct text message = {0};
    text_format(&message, "interrupted before another attempt: %s",
                text_string(&error->message));
    text_free(&error->message);
    error->message = message;
    error->kind = ERROR_INTERRUPTED;
}

static bool run_step(struct engine *engine, const struct plan_step *step,
                     struct step_source *source, enum step_frame frame,
                     struct step_outcome *outcome, struct error *error)
{
    struct host *original = engine->options.host;
    struct host *fresh = NULL;
    bool done = false;
    char started[CLOCK_STAMP];
    clock_stamp(started);
    int64_t began = clock_ms();
    long kept = 0;
    for (long attempt = 0;; attempt++) {
        done = step_run(engine, step, source, frame, outcome, error);
        if (outcome->steps_kept > kept) {
            kept = outcome->steps_kept;
            attempt = 0; /* it came further: a lock for each of its steps may take its time */
        }
        if (done || !should_retry(engine, error, attempt)) {
            break;
        }
        int64_t pause = pause_before(attempt + 1);
        engine_warn(engine, "%s: %s; rolled back, attempt %ld of %ld in %lld ms%s%s",
                    step->revision->id, text_string(&error->message), attempt + 2,
                    engine->options.config->lock_retries + 1, (long long)pause,
                    engine->blockers.length > 0 ? "; " : "", text_string(&engine->blockers));
        if (!clock_sleep_ms(pause)) {
            interrupt_retry(error);
            break;
        }
        struct error last = {0};
        error_move(&last, error);
        if (!journal_read(engine, error) || !renew_host(engine, &fresh, error)) {
            error_free(&last);
            break;
        }
        engine->options.host = fresh;
        error_free(&last);
    }
    if (!done && error->retryable) {
        blockers_tell(engine, error);
        engine_roll_back(engine);
        step_note_failure(engine, step, source, started, clock_ms() - began, error);
    }
    engine->options.host = original;
    host_free(fresh);
    return done;
}

static bool run_hook(struct engine *engine, const char *name, const struct plan_step *step,
                     struct error *error)
{
    if (step->direction >= REPEATABLE) {
        return true;
    }
    const char *fields[] = {"revision",
                            step->revision->id,
                            "direction",
                            direction_name(step->direction),
                            "message",
                            step->revision->message,
                            "path",
                            step->revision->path,
                            engine->options.tag == NULL ? NULL : "tag",
                            engine->options.tag,
                            NULL};
    return host_run_hook(engine->options.host, name, fields, error);
}

static void apply_rows(struct list *rows, const struct row_change *change)
{
    for (size_t i = 0; i < change->removed.count; i++) {
        list_remove(rows, change->removed.items[i]);
    }
    list_copy(rows, &change->added);
    list_sort(rows);
}

static bool resolve_lost_step(struct engine *engine, const struct plan_step *step, bool last,
                              struct error *error)
{
    struct list after = {0};
    list_copy(&after, &step->rows.before);
    apply_rows(&after, &step->rows);
    if (step->direction >= REPEATABLE) {
        list_add(&after, ""); /* the rows do not tell; its record does */
    }
    bool done = resolve_lost_commit(engine, step->revision->id, &after, last, error);
    list_free(&after);
    return done;
}

/* True when the version rows were not what the plan expected: another runner was faster. */
static bool guard_failed(struct engine *engine, const struct error *error)
{
    const char *purpose =
        session_driver(engine->session)->failed_purpose(session_connection(engine->session));
    return error->kind == ERROR_MISMATCH
               ? strcmp(text_string(&error->message), "the version table changed meanwhile") ==
                     0
               : purpose != NULL &&
                     (strcmp(purpose, "guard") == 0 || strcmp(purpose, "version") == 0) &&
                     strcmp(error->sqlstate, "22012") == 0;
}

struct run {
    struct engine *engine;
    struct engine_run *request;
    struct step_source *sources;
    enum step_frame frame;
    bool replan; /* the rows changed under us */
};

static bool run_one(struct run *run, size_t number, struct error *error)
{
    struct engine *engine = run->engine;
    const struct plan *plan = &run->request->plan;
    const struct plan_step *step = &plan->steps[number];
    const struct engine_reporter *reporter = &engine->options.reporter;
    struct step_outcome outcome = {0};
    if (engine_interrupted(engine, error) ||
        !run_hook(engine, "before_revision", step, error)) {
        struct text where = {0};
        rows_describe(&engine->rows, &where);
        text_format(&error->outcome, "Stopped before %s. The database is at %s.",
                    step->revision->id, text_string(&where));
        text_free(&where);
        return false;
    }
    if (reporter->step_started != NULL) {
        reporter->step_started(reporter->data, step, number + 1, plan->count);
    }
    engine->is_last = number + 1 == plan->count;
    if (!run_step(engine, step, &run->sources[number], run->frame, &outcome, error)) {
        if (guard_failed(engine, error) && run->frame != STEP_IN_TRANSACTION &&
            outcome.steps_kept == 0) {
            run->replan = true;
            error_free(error);
            return false;
        }
        name_step(step, error);
        stored_show_paths(engine, error);
        bool lost = session_transaction(engine->session) == DB_LOST;
        if (!lost || !outcome.commit_sent) {
            say_where(engine, run->frame == STEP_IN_TRANSACTION ? &plan->start : &engine->rows,
                      &outcome, error);
            return false;
        }
        bool last = number + 1 == plan->count;
        if (!resolve_lost_step(engine, step, last, error)) {
            return false;
        }
        run->request->steps_done++;
        if (!last) {
            return false;
        }
        error_free(error);
        return true;
    }
    apply_rows(&engine->rows, &step->rows);
    run->request->steps_done++;
    if (reporter->step_done != NULL) {
        reporter->step_done(reporter->data, step, number + 1, plan->count, outcome.duration_ms);
    }
    return run_hook(engine, "after_revision", step, error);
}

bool run_extra_step(struct engine *engine, const struct plan_step *step,
                    struct step_source *source, struct error *error)
{
    struct plan_step copy = *step;
    struct engine_run request = {
        .plan = {.direction = step->direction, .steps = &copy, .count = 1}};
    struct run run = {.engine = engine,
                      .request = &request,
                      .sources = source,
                      .frame = STEP_OWN_TRANSACTION};
    return run_one(&run, 0, error) ||
           (run.replan && error_set(error, ERROR_LOCKED,
                                    "the version table changed meanwhile, by another run"));
}

/* --transaction all: the one COMMIT. */
static bool commit_all(struct run *run, struct error *error)
{
    struct engine *engine = run->engine;
    const struct plan *plan = &run->request->plan;
    size_t last = plan->count - 1;
    char started[CLOCK_STAMP];
    bool sent = false;
    clock_stamp(started);
    if (transaction_commit(engine, &sent, error)) {
        return true;
    }
    if (session_transaction(engine->session) == DB_LOST) {
        if (!resolve_lost_commit(engine, "the run", &plan->end, true, error)) {
            return false;
        }
        error_free(error);
        return true;
    }
    static const struct step_outcome nothing_kept = {0};
    say_where(engine, &plan->start, &nothing_kept, error);
    engine_roll_back(engine);
    step_note_failure(engine, &plan->steps[last], &run->sources[last], started, 0, error);
    return false;
}

static bool run_all_steps(struct run *run, struct error *error)
{
    struct engine *engine = run->engine;
    struct session *session = engine->session;
    bool all = run->frame == STEP_IN_TRANSACTION;
    if (all && !session_sql(session, session_begin_sql(session), error)) {
        return false;
    }
    bool done = true;
    engine->history_waits = all && !engine->postgres;
    for (size_t i = 0; done && i < run->request->plan.count; i++) {
        done = run_one(run, i, error);
        if (done) {
            text_free(&run->sources[i].text); /* thousands of them; the hash stays */
        }
    }
    engine->history_waits = false;
    if (all && done) {
        done = commit_all(run, error);
    }
    if (all && !done) {
        engine_roll_back(engine);
        run->request->steps_done = 0;
        list_clear(&engine->rows);
        list_copy(&engine->rows, &run->request->plan.start);
    }
    return done;
}

enum { MANY_REVISIONS = 8, QUEUED_SOURCES = 64 };

/* Of many revisions the sources are kept in one transaction before the first step: they go by
 * their hash, and one that no step comes to refer to does no harm. */
static bool keep_sources(struct engine *engine, const struct plan *plan,
                         const struct step_source *sources, struct error *error)
{
    engine->sources_kept = false;
    if (plan->count < MANY_REVISIONS || !engine->has_source || !engine->has_history) {
        return true;
    }
    bool done = session_sql(engine->session, session_begin_sql(engine->session), error);
    for (size_t i = 0; done && i < plan->count; i++) {
        const struct record record = {
            .checksum = sources[i].hash,
            .text = sources[i].text.data,
            .length = sources[i].text.length,
            .path = stored_shown_path(engine, plan->steps[i].revision->path)};
        done = record_source(engine, &record, error) &&
               (i % QUEUED_SOURCES != 0 || session_flush(engine->session, error));
    }
    done = done && transaction_commit(engine, NULL, error);
    if (!done) {
        engine_roll_back(engine);
    }
    engine->sources_kept = done;
    return done;
}

static bool run_plan(struct engine *engine, struct engine_run *request, bool *replan,
                     struct error *error)
{
    struct run run = {.engine = engine, .request = request};
    static const enum step_frame frames[] = {[TRANSACTION_REVISION] = STEP_OWN_TRANSACTION,
                                             [TRANSACTION_ALL] = STEP_IN_TRANSACTION,
                                             [TRANSACTION_NONE] = STEP_AUTOCOMMIT};
    run.frame = frames[engine->options.transaction];
    size_t count = request->plan.count;
    run.sources = read_sources(engine, &request->plan, error);
    bool created = false;
    bool done = error->kind == ERROR_NONE && tables_ensure(engine, &created, error) &&
                keep_sources(engine, &request->plan, run.sources, error) &&
                run_all_steps(&run, error);
    free_sources(run.sources, count);
    *replan = run.replan;
    return done;
}

/* What repeatable objects make is a part of the state, and comes after the last step. */
static bool check_states(struct engine *engine, const struct plan *plan, struct error *error)
{
    engine->must_end_in[0] = '\0';
    return !engine->options.fingerprint ||
           (fingerprint_check(engine, "Nothing was changed.", error) &&
            (engine->options.config->repeatable.count > 0 || plan->end.count == 0 ||
             fingerprint_expected(engine, &plan->end, engine->must_end_in, error)));
}

static bool checks(struct engine *engine, struct engine_run *request, struct error *error)
{
    const struct plan *plan = &request->plan;
    return check_states(engine, plan, error) && fingerprint_warn(engine, error) &&
           refuse_half_done(engine, plan, error) && refuse_stepwise_plan(engine, plan, error) &&
           refuse_long_ids(engine, plan, error) && engine_warn_edited(engine, plan, error);
}

static bool tell_half_done(struct engine *engine)
{
    for (size_t i = 0; i < engine->journal_count; i++) {
        const struct journal_row *row = &engine->journal[i];
        bool last = i + 1 == engine->journal_count ||
                    strcmp(engine->journal[i + 1].revision, row->revision) != 0;
        if (last) {
            engine_warn(engine, "the %s of %s would go on after its statement %ld",
                        row->direction, row->revision, row->position);
        }
    }
    return true;
}

/* Looks first without the lock: most runs find nothing to do. Then again under the lock. */
static bool run(struct engine *engine, enum direction direction, struct engine_run *request,
                struct error *error)
{
    if (!engine_ready(engine, error) ||
        (engine->options.from_database && !stored_load(engine, error)) ||
        !engine_check_known(engine, &engine->rows, &request->ahead, error) ||
        !make_plan(engine, direction, request->target, &request->plan, error)) {
        return false;
    }
    if (request->plan.count == 0) {
        /* Nothing recorded may still mean that something is half done. */
        return fingerprint_check(engine, "Nothing was changed.", error) &&
               (direction == UPGRADE || (journal_read(engine, error) &&
                                         refuse_half_done(engine, &request->plan, error)));
    }
    if (request->dry_run) {
        return journal_read(engine, error) && checks(engine, request, error) &&
               tell_half_done(engine);
    }
    if (direction == UPGRADE && !repeatable_check(engine, error)) {
        return false; /* before anything is done */
    }
    if (engine->git_commit == NULL) {
        engine->git_commit = git_commit_of(engine->options.config->directory);
    }
    for (int round = 0; round < REPLANS; round++) {
        bool replan = false;
        if (!lock_take(engine, error) || !engine_refresh(engine, error) ||
            !engine_check_known(engine, &engine->rows, &request->ahead, error) ||
            !make_plan(engine, direction, request->target, &request->plan, error)) {
            return false;
        }
        if (request->plan.count == 0) {
            return true;
        }
        if (!checks(engine, request, error)) {
            return false;
        }
        if (run_plan(engine, request, &replan, error)) {
            return true;
        }
        if (!replan) {
            return false;
        }
    }
    return error_set(error, ERROR_LOCKED, "the version table keeps changing under this run");
}

/* The state that the run leaves, when it did anything. */
static bool finish(struct engine *engine, const struct engine_run *request, struct error *error)
{
    bool repeatable = request->repeatable.count > 0;
    if (request->dry_run || (request->steps_done == 0 && !repeatable)) {
        return true;
    }
    return fingerprint_record(engine, error) &&
           (!repeatable || fingerprint_check(engine, "The run is committed.", error));
}

bool engine_upgrade(struct engine *engine, struct engine_run *request, struct error *error)
{
    return run(engine, UPGRADE, request, error) && repeatable_update(engine, request, error) &&
           finish(engine, request, error);
}

bool engine_downgrade(struct engine *engine, struct engine_run *request, struct error *error)
{
    return run(engine, DOWNGRADE, request, error) && finish(engine, request, error);
}
