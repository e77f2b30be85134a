/* One revision, run: its transaction, or its steps. */
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/internal.h"

struct step {
    struct engine *engine;
    const struct plan_step *plan;
    const struct step_source *source;
    enum step_frame frame;
    const char *direction;
    struct step_outcome *outcome;

    bool stepwise;    /* something of it has been, or will be, committed on its own */
    bool open;        /* our transaction is open */
    long done_before; /* statements that earlier runs completed */
    const struct journal_row *begun; /* a statement that was begun outside a transaction */
    struct text marks;               /* of the statements since the last journal row */
    struct text keep;                /* session_keep's, for the next one */
    struct text old_marks; /* of the statements that earlier runs completed or began */
    long boundary;         /* the position of the last op.commit or op.autocommit */
    long journalled;       /* statements that are in the journal */
    long rows;             /* journal rows, earlier runs' included */
    struct sources_kept files_kept;
};

static bool begin(struct step *step, bool first, struct error *error)
{
    step->open = true;
    return step->frame == STEP_IN_TRANSACTION
               ? transaction_guard(step->engine, &step->plan->rows.before, first, error)
               : transaction_begin(step->engine, &step->plan->rows.before, first, error);
}

/* --- the journal's side --- */

/* Statements that nobody made a mark of. */
static void pad_marks(struct step *step, long position)
{
    size_t length = (size_t)(position - step->journalled) * JOURNAL_MARK;
    while (step->marks.length < length) {
        text_add_char(&step->marks, '-');
    }
}

/* The last thing in its transaction. */
static bool write_journal(struct step *step, const char *state, long position,
                          struct error *error)
{
    struct engine *engine = step->engine;
    pad_marks(step, position);
    if (step->keep.length > 0) {
        text_format(&step->marks, "%c%s", JOURNAL_KEPT, text_string(&step->keep));
        text_clear(&step->keep);
    }
    if (!transaction_act_as_self(engine, error) ||
        !journal_write(engine, step->plan->revision->id, step->direction, position, state,
                       text_string(&step->marks), step->source->hash, error)) {
        return false;
    }
    step->journalled = position;
    step->rows++;
    text_clear(&step->marks);
    return true;
}

static bool refuse_stepwise(const struct step *step, const char *what, struct error *error)
{
    if (step->frame != STEP_IN_TRANSACTION) {
        return false;
    }
    error_set(error, ERROR_FAILED,
              "%s commits, and this run is one transaction (transaction = \"all\")", what);
    error_advise(error, "Run it with --transaction revision.");
    return true;
}

static bool refuse_other_way(const struct step *step, struct error *error)
{
    const struct revision *revision = step->plan->revision;
    error_set_at(error, ERROR_MISMATCH, revision->path, 0,
                 "%s does not send the statements that it sent in the run that stopped",
                 revision->id);
    return error_advise(
        error, "What it asks the database decides which statements those are, and the answers "
               "are others by now. Make it send the same ones; or finish by hand what it "
               "leaves, and `neap stamp` the revision that the database is at.");
}

/* Going on, the revision must come by where the earlier runs ended their steps. */
static bool is_boundary(const struct step *step, long position)
{
    bool found = position == step->boundary || position >= step->done_before;
    for (size_t i = 0; !found && i < step->engine->journal_count; i++) {
        const struct journal_row *row = &step->engine->journal[i];
        found = row->position == position &&
                strcmp(row->revision, step->plan->revision->id) == 0 &&
                strcmp(row->direction, step->direction) == 0;
    }
    return found;
}

/* Ends the open transaction with what is new in it noted. */
static bool commit_segment(struct step *step, struct error *error)
{
    struct engine *engine = step->engine;
    long position = session_position(engine->session);
    if (!is_boundary(step, position)) {
        return refuse_other_way(step, error);
    }
    step->boundary = position;
    step->stepwise = true;
    if (position > step->journalled && position > step->done_before &&
        !write_journal(step, "done", position, error)) {
        return false;
    }
    bool done =
        session_run_checks(engine->session, error) && transaction_commit(engine, NULL, error);
    if (done) {
        step->open = false;
        step->outcome->steps_kept = step->rows;
    }
    return done;
}

static bool pooler_refuses(const struct step *step, struct error *error)
{
    const struct engine *engine = step->engine;
    if (!engine->pooled || engine->options.via_pooler) {
        return false;
    }
    error_set(error, ERROR_FAILED,
              "the connection goes through a transaction pooler, and this revision commits "
              "in steps");
    error_advise(error, "Connect to PostgreSQL itself, or say --via-pooler if no one else runs "
                        "neap meanwhile.");
    return true;
}

static bool hook_commit(void *data, struct error *error)
{
    struct step *step = data;
    return !refuse_stepwise(step, "op.commit()", error) && !pooler_refuses(step, error) &&
           commit_segment(step, error) && begin(step, false, error);
}

static bool hook_autocommit(void *data, bool is_begin, struct error *error)
{
    struct step *step = data;
    struct session *session = step->engine->session;
    if (step->frame == STEP_AUTOCOMMIT || !step->plan->revision->transaction) {
        return true; /* the whole revision is */
    }
    if (is_begin) {
        if (refuse_stepwise(step, "op.autocommit", error) || pooler_refuses(step, error) ||
            !commit_segment(step, error)) {
            return false;
        }
        session_set_autocommit(session, true);
        return true;
    }
    session_set_autocommit(session, false);
    return begin(step, false, error);
}

/* Compares a statement with the one that an earlier run completed or began in its place. */
static bool check_old(struct step *step, long position, const struct db_statement *statement,
                      const char mark[JOURNAL_MARK + 1], struct error *error)
{
    enum { HALF = JOURNAL_MARK / 2 };
    const char *id = step->plan->revision->id;
    const char *old = text_string(&step->old_marks) + (size_t)(position - 1) * JOURNAL_MARK;
    if (old[0] == 'u') {
        error_set(error, ERROR_FAILED,
                  "statement %ld failed in an earlier run, and its savepoint was undone",
                  position);
        text_add(&error->at, statement->source.at);
        text_add(&error->via, statement->source.via);
        return false;
    }
    if (old[0] == '-' || strncmp(old, mark, JOURNAL_MARK) == 0) {
        return true;
    }
    if (strncmp(old + HALF, mark + HALF, HALF) != 0) {
        refuse_other_way(step, error);
        text_add(&error->sql, statement->sql);
        text_clear(&error->at);
        text_add(&error->at, statement->source.at);
        text_add(&error->via, statement->source.via);
        return false;
    }
    engine_warn(step->engine,
                "%s: statement %ld was completed by an earlier run with another text; now it "
                "would be: %.200s",
                id, position, statement->sql);
    return true;
}

/* What earlier runs have completed is passed over, but for what it set in the session: that one
 * is gone. */
static bool set_again(struct step *step, const struct db_statement *statement,
                      struct error *error)
{
    struct session *session = step->engine->session;
    if (!sql_is_setting(statement->sql, strlen(statement->sql),
                        step->engine->postgres ? SQL_POSTGRESQL : SQL_SQLITE)) {
        return true;
    }
    return session_send(session, statement, NULL, NULL, NULL, error) &&
           (session_transaction(session) != DB_IDLE || session_flush(session, error));
}

static bool hook_before(void *data, long position, const struct db_statement *statement,
                        bool *skip, struct error *error)
{
    struct step *step = data;
    *skip = position <= step->done_before;
    bool known = (size_t)position * JOURNAL_MARK <= step->old_marks.length;
    if (!known && !step->stepwise && !step->plan->revision->stepwise) {
        return true; /* no one will ask for its mark */
    }
    char mark[JOURNAL_MARK + 1];
    journal_mark(statement->sql, mark);
    if (known) {
        return check_old(step, position, statement, mark, error) &&
               (!*skip || set_again(step, statement, error));
    }
    pad_marks(step, position - 1);
    text_append(&step->marks, mark, JOURNAL_MARK);
    return true;
}

static bool hook_passed(void *data, long position)
{
    const struct step *step = data;
    return position <= step->done_before;
}

/* A run that goes on fails here again, so that it goes the same way. */
static void hook_undone(void *data, long position)
{
    struct step *step = data;
    if (position > step->journalled) {
        pad_marks(step, position);
        step->marks.data[(size_t)(position - step->journalled - 1) * JOURNAL_MARK] = 'u';
    }
}

static void hook_keep(void *data, const char *text)
{
    struct step *step = data;
    text_clear(&step->keep);
    text_add(&step->keep, text);
}

static const char *hook_kept(void *data, long position)
{
    const struct step *step = data;
    for (size_t i = 0; i < step->engine->journal_count; i++) {
        const struct journal_row *row = &step->engine->journal[i];
        if (row->position == position && position <= step->done_before &&
            strcmp(row->revision, step->plan->revision->id) == 0 &&
            strcmp(row->direction, step->direction) == 0) {
            const char *kept = strchr(row->statements, JOURNAL_KEPT);
            return kept == NULL ? NULL : kept + 1;
        }
    }
    return NULL;
}

/* --- statements outside a transaction --- */

/* A journal row in a transaction of its own: that a statement is begun, and then that it is
 * done. */
static bool note(struct step *step, const char *state, long position, struct error *error)
{
    struct engine *engine = step->engine;
    bool begun = strcmp(state, "begun") == 0;
    return session_sql(engine->session, session_begin_sql(engine->session), error) &&
           (begun ? write_journal(step, state, position, error)
                  : transaction_act_as_self(engine, error) &&
                        journal_finish(engine, step->plan->revision->id, step->direction,
                                       position, error)) &&
           transaction_commit(engine, NULL, error);
}

static bool verify_index(struct step *step, const struct sql_concurrent_index *index,
                         const struct db_statement *statement, struct error *error)
{
    int state = 1;
    if (index->what != SQL_CREATE_INDEX || index->name_length == 0) {
        return true;
    }
    if (!outside_index_state(step->engine, index, &state, error)) {
        return false;
    }
    if (state == 0) {
        error_set(error, ERROR_FAILED, "the index %.*s was built, but is not valid",
                  (int)index->name_length, index->name);
        text_add(&error->at, statement->source.at);
        return false;
    }
    return true;
}

/* A partition that is detached concurrently: begun, and perhaps done, by a run that was
 * interrupted. */
static bool run_detach(struct step *step, bool begun, const struct sql_concurrent_index *detach,
                       const struct db_statement *statement, struct error *error)
{
    struct engine *engine = step->engine;
    int state = 1;
    if (!outside_partition_state(engine, detach, &state, error)) {
        return false;
    }
    if (begun && state == -1) {
        engine_warn(engine, "the partition %.*s was detached by an earlier run",
                    (int)detach->name_length, detach->name);
        return true;
    }
    return state == 0 ? outside_finish_detach(engine, detach, statement, error)
                      : outside_run(engine, statement, error);
}

/* An invalid index of that name goes. *completed: an earlier run has done what this one is to
 * do. */
static bool look_at_index(struct engine *engine, const struct sql_concurrent_index *index,
                          bool begun, bool *completed, struct error *error)
{
    int state = -1;
    if (index->what == SQL_CREATE_INDEX && index->name_length > 0) {
        if (!outside_index_state(engine, index, &state, error) ||
            (state == 0 && !outside_drop_invalid_index(engine, index, error))) {
            return false;
        }
        *completed = begun && state == 1;
    }
    return !(begun && index->what == SQL_DROP_INDEX) ||
           outside_index_is_gone(engine, index, completed, error);
}

static bool run_outside(struct step *step, long position, const struct db_statement *statement,
                        struct error *error)
{
    struct engine *engine = step->engine;
    struct sql_concurrent_index index = {0};
    size_t length = strlen(statement->sql);
    bool begun = step->begun != NULL && step->begun->position == position;
    bool completed = false;
    if (engine->postgres) {
        index = sql_concurrent_index(statement->sql, length);
    }
    if (!look_at_index(engine, &index, begun, &completed, error) ||
        (!begun && !note(step, "begun", position, error))) {
        return false;
    }
    bool done = true;
    if (index.what == SQL_DETACH_PARTITION) {
        done = run_detach(step, begun, &index, statement, error);
    } else if (completed) {
        engine_warn(engine, "the index %.*s was %s by an earlier run", (int)index.name_length,
                    index.name, index.what == SQL_DROP_INDEX ? "dropped" : "completed");
    } else if (engine->postgres && !sql_may_commit(statement->sql, length, SQL_POSTGRESQL)) {
        done = outside_run(engine, statement, error);
    } else {
        done = session_send(engine->session, statement, NULL, NULL, NULL, error) &&
               session_flush(engine->session, error);
    }
    return done && verify_index(step, &index, statement, error) &&
           note(step, "done", position, error);
}

/* In a transaction that stays open. *outside: it was rolled back, since a procedure in it
 * commits, and that is for the procedure to do. */
static bool run_inside(struct step *step, const struct db_statement *statement, bool *outside,
                       struct error *error)
{
    struct engine *engine = step->engine;
    struct session *session = engine->session;
    if (!transaction_begin(engine, &step->plan->rows.before, false, error)) {
        return false;
    }
    bool may_commit = engine->postgres &&
                      sql_may_commit(statement->sql, strlen(statement->sql), SQL_POSTGRESQL);
    if (session_send(session, statement, NULL, NULL, NULL, error) &&
        (!may_commit || session_flush(session, error))) {
        return true;
    }
    if (!may_commit || strcmp(error->sqlstate, "2D000") != 0) {
        return false;
    }
    error_free(error);
    *outside = true;
    return session_sql(session, "ROLLBACK", error) && session_flush(session, error);
}

static bool hook_begin_step(void *data, struct error *error)
{
    struct step *step = data;
    return !pooler_refuses(step, error) &&
           transaction_begin(step->engine, &step->plan->rows.before, false, error);
}

static bool hook_step(void *data, long position, const struct db_statement *statement,
                      struct error *error)
{
    struct step *step = data;
    struct engine *engine = step->engine;
    if (pooler_refuses(step, error)) {
        return false;
    }
    bool outside = statement != NULL &&
                   sql_needs_autocommit(statement->sql, strlen(statement->sql),
                                        engine->postgres ? SQL_POSTGRESQL : SQL_SQLITE);
    if (!outside && statement != NULL) {
        if (!run_inside(step, statement, &outside, error)) {
            return false;
        }
    }
    if (outside) {
        bool done = run_outside(step, position, statement, error);
        step->outcome->steps_kept = step->rows;
        return done;
    }
    bool done =
        write_journal(step, "done", position, error) && transaction_commit(engine, NULL, error);
    if (done) {
        step->outcome->steps_kept = step->rows;
    }
    return done;
}

/* What earlier runs of this revision have completed. */
static bool resume(struct step *step, struct error *error)
{
    struct engine *engine = step->engine;
    const struct revision *revision = step->plan->revision;
    bool changed = false;
    for (size_t i = 0; i < engine->journal_count; i++) {
        const struct journal_row *row = &engine->journal[i];
        if (strcmp(row->revision, revision->id) != 0 ||
            strcmp(row->direction, step->direction) != 0) {
            continue;
        }
        step->outcome->steps_kept = ++step->rows;
        changed = changed || strcmp(row->checksum, step->source->hash) != 0;
        if (strcmp(row->state, "begun") == 0) {
            step->begun = row;
        } else {
            step->done_before = row->position;
        }
        const char kept[] = {JOURNAL_KEPT, '\0'};
        text_append(&step->old_marks, row->statements, strcspn(row->statements, kept));
    }
    if (changed) {
        error_set_at(error, ERROR_MISMATCH, revision->path, 0,
                     "%s was changed after its %s stopped half-way", revision->id,
                     step->direction);
        return error_advise(error,
                            "Restore the file as it was and run again; or finish by hand "
                            "what it leaves, and `neap stamp` the revision that the "
                            "database is at.");
    }
    step->journalled = step->begun != NULL ? step->begun->position : step->done_before;
    step->stepwise = step->rows > 0;
    if (step->done_before > 0) {
        engine_warn(engine, "going on with %s after its statement %ld", revision->id,
                    step->done_before);
    }
    return true;
}

/* --- the whole of it --- */

static bool finish(struct step *step, const struct record *record, struct error *error)
{
    struct engine *engine = step->engine;
    if (session_failure(engine->session) != NULL) {
        error_copy(error, session_failure(engine->session));
        return false;
    }
    if (session_position(engine->session) < step->done_before) {
        return refuse_other_way(step, error);
    }
    if (!step->open && !begin(step, false, error)) {
        return false;
    }
    if (!engine->postgres && session_transaction(engine->session) != DB_OPEN) {
        return error_set(error, ERROR_FAILED, "the revision ended the transaction itself");
    }
    if (!session_run_checks(engine->session, error)) {
        return false;
    }
    /* What op compiles changes neither settings nor role: nothing to put back, or to set again.
     */
    bool as_it_was = engine->postgres && !engine->pooled && !step->stepwise &&
                     engine->options.config->role == NULL &&
                     !session_sent_free_sql(engine->session);
    if ((!as_it_was && !transaction_reset(engine, error)) ||
        !record_write(engine, record, error)) {
        return false;
    }
    engine->settings_in_place = as_it_was;
    if (step->rows > 0 &&
        !journal_clear(engine, step->plan->revision->id, step->direction, error)) {
        return false;
    }
    if (step->frame == STEP_IN_TRANSACTION) {
        return session_flush(engine->session, error);
    }
    return transaction_commit(engine, &step->outcome->commit_sent, error);
}

/* Sources are kept while more files are read. */
static bool hook_files_read(void *data, struct error *error)
{
    struct step *step = data;
    size_t count = 0;
    const struct host_file *files = host_files(step->engine->options.host, &count);
    return sources_keep(step->engine, files, count, &step->files_kept, error);
}

static bool run_function(struct step *step, struct error *error)
{
    struct engine *engine = step->engine;
    const struct host_call call = {
        .path = step->plan->revision->path,
        .text = step->source->text.data,
        .length = step->source->text.length,
        .function = step->direction,
        .now = engine->stamp,
        .must_end_in =
            engine->is_last && engine->must_end_in[0] != '\0' ? engine->must_end_in : NULL,
        .schema = engine->postgres ? engine->schema : NULL,
        .shared = step->frame == STEP_IN_TRANSACTION,
        .config = stored_config_for(engine, step->plan->revision),
        .files_read = hook_files_read,
        .data = step,
        .session = engine->session};
    return host_run_revision(engine->options.host, &call, error);
}

static bool run_parts(struct step *step, const char *started, int64_t began,
                      struct error *error)
{
    struct engine *engine = step->engine;
    const struct revision *revision = step->plan->revision;
    bool without = !revision->transaction || step->frame == STEP_AUTOCOMMIT;
    if (!resume(step, error)) {
        return false;
    }
    if (without) {
        /* The first transaction holds nothing but the check and the session's settings. */
        step->stepwise = true;
        if (pooler_refuses(step, error) || !begin(step, true, error) ||
            !transaction_commit(engine, NULL, error)) {
            return false;
        }
        step->open = false;
        session_set_autocommit(engine->session, true);
    } else if (!begin(step, true, error)) {
        return false;
    }
    if (!run_function(step, error)) {
        return false;
    }
    session_set_autocommit(engine->session, false);
    bool extra = step->plan->direction >= REPEATABLE;
    size_t file_count = 0;
    const struct host_file *files = host_files(engine->options.host, &file_count);
    struct record record = {.rows = &step->plan->rows,
                            .revision = revision->id,
                            .direction = step->direction,
                            .message = revision->message,
                            .checksum = step->source->hash,
                            .started = started,
                            .duration_ms =
                                engine->postgres && !step->stepwise ? -1 : clock_ms() - began,
                            .outcome = "ok",
                            .text = extra ? NULL : step->source->text.data,
                            .length = extra ? 0 : step->source->text.length,
                            .path = stored_shown_path(engine, revision->path),
                            .files = files,
                            .file_count = file_count,
                            .files_kept = step->files_kept.count,
                            .objects = session_changes(engine->session)};
    if (!finish(step, &record, error)) {
        return false;
    }
    record_stored(engine, &record);
    return true;
}

void step_note_failure(struct engine *engine, const struct plan_step *plan,
                       const struct step_source *source, const char *started,
                       int64_t duration_ms, const struct error *error)
{
    static const struct row_change none = {0};
    struct record record = {.rows = &none,
                            .revision = plan->revision->id,
                            .direction = direction_name(plan->direction),
                            .message = plan->revision->message,
                            .checksum = source->hash,
                            .started = started,
                            .duration_ms = duration_ms,
                            .outcome =
                                error->kind == ERROR_INTERRUPTED ? "interrupted" : "failed",
                            .error = text_string(&error->message)};
    record_failure(engine, &record);
}

bool step_run(struct engine *engine, const struct plan_step *plan, struct step_source *source,
              enum step_frame frame, struct step_outcome *outcome, struct error *error)
{
    struct step step = {.engine = engine,
                        .plan = plan,
                        .source = source,
                        .frame = frame,
                        .direction = direction_name(plan->direction),
                        .outcome = outcome};
    *outcome = (struct step_outcome){0};
    char started[CLOCK_STAMP];
    clock_stamp(started);
    int64_t began = clock_ms();
    struct session_hooks hooks = {.data = &step,
                                  .before = hook_before,
                                  .step = hook_step,
                                  .begin_step = hook_begin_step,
                                  .undone = hook_undone,
                                  .passed = hook_passed,
                                  .keep = hook_keep,
                                  .kept = hook_kept,
                                  .commit = hook_commit,
                                  .autocommit = hook_autocommit};
    session_set_hooks(engine->session, &hooks);
    session_start_revision(engine->session);
    blockers_forget(engine);
    memcpy(engine->recorded, started, sizeof started);
    engine->running = plan->revision->id;
    bool done = run_parts(&step, started, began, error);
    engine->running = NULL;
    outcome->duration_ms = clock_ms() - began;
    session_set_hooks(engine->session, &(struct session_hooks){0});
    if (done) {
        transaction_reset_driver(engine);
    } else {
        if (error->kind == ERROR_NONE) {
            error_set(error, ERROR_FAILED, "the revision failed");
        }
        engine_roll_back(engine);
        transaction_reset_driver(engine);
        if (step.stepwise && session_transaction(engine->session) == DB_IDLE) {
            struct error ignored = {0};
            (void)(transaction_reset(engine, &ignored) &&
                   session_flush(engine->session, &ignored));
            error_free(&ignored);
        }
        if (!error->retryable && error->kind != ERROR_UNREACHABLE) {
            step_note_failure(engine, plan, source, started, outcome->duration_ms, error);
        }
    }
    text_free(&step.marks);
    text_free(&step.keep);
    text_free(&step.old_marks);
    return done;
}
