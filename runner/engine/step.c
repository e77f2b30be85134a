/* One revision, run: its transaction, or its steps.
 *
 * On PostgreSQL everything from BEGIN to COMMIT of a revision is queued, and answered in one
 * round trip. So what must stop the COMMIT has to fail in the server: the guard divides by zero
 * when the version rows are not what the plan expects, and the record when it did not change
 * what it should.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/internal.h"
#include "sql/quote.h"

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
};

/* --- transactions --- */

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
static bool act_as_self(struct engine *engine, struct error *error)
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
    size_t count = 1;
    list_join(before, ",", &expected);
    params[0] = value_text(text_string(&expected));
    text_format(&sql,
                "SELECT 1 OPERATOR(pg_catalog./) (CASE WHEN "
                "pg_catalog.array_to_string(ARRAY(SELECT v.id FROM (SELECT "
                "version_num::pg_catalog.text AS id FROM %s FOR UPDATE) v ORDER BY v.id "
                "COLLATE pg_catalog.\"C\"), "
                "',') OPERATOR(pg_catalog.=) $1 THEN 1 ELSE 0 END)",
                engine->names.version.data);
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

static bool lock_version_table(struct engine *engine, struct error *error)
{
    struct text sql = {0};
    text_format(&sql, "LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE", engine->names.version.data);
    struct db_statement statement = {.sql = text_string(&sql), .purpose = "guard lock"};
    bool done = session_send(engine->session, &statement, NULL, NULL, NULL, error);
    text_free(&sql);
    return done;
}

static bool guard(struct engine *engine, const struct list *before, bool first,
                  struct error *error)
{
    if (!engine->postgres) {
        return guard_sqlite(engine, before, error);
    }
    /* An empty table has no row to lock, and behind a pooler nothing else keeps two runners
     * apart. */
    return (first || act_as_self(engine, error)) &&
           (!engine->pooled || lock_version_table(engine, error)) &&
           guard_postgres(engine, before, first && !engine->settings_in_place, error) &&
           (first || act_as_revision(engine, error));
}

bool step_begin(struct engine *engine, const struct list *before, bool first,
                struct error *error)
{
    const struct db_statement statement = {.sql = session_begin_sql(engine->session),
                                           .name = prepared_name(engine, "neap_begin"),
                                           .purpose = "begin"};
    return session_send(engine->session, &statement, NULL, NULL, NULL, error) &&
           guard(engine, before, first, error);
}

bool step_commit(struct engine *engine, bool *sent, struct error *error)
{
    struct db_statement statement = {
        .sql = "COMMIT", .name = prepared_name(engine, "neap_commit"), .purpose = "commit"};
    struct db_result result = {0};
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
bool step_reset(struct engine *engine, struct error *error)
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
static void reset_driver(struct engine *engine)
{
    const struct db_driver *driver = session_driver(engine->session);
    if (driver->reset != NULL) {
        driver->reset(session_connection(engine->session));
    }
}

static bool begin(struct step *step, bool first, struct error *error)
{
    step->open = true;
    return step->frame == STEP_IN_TRANSACTION
               ? guard(step->engine, &step->plan->rows.before, first, error)
               : step_begin(step->engine, &step->plan->rows.before, first, error);
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
    if (!act_as_self(engine, error) ||
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
    bool done = session_run_checks(engine->session, error) && step_commit(engine, NULL, error);
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
static bool index_state(struct engine *engine, const struct sql_concurrent_index *index,
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

static bool index_is_gone(struct engine *engine, const struct sql_concurrent_index *index,
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

static bool drop_invalid_index(struct engine *engine, const struct sql_concurrent_index *index,
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
static bool run_without_timeouts(struct engine *engine, const struct db_statement *statement,
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

/* A journal row in a transaction of its own: that a statement is begun, and then that it is
 * done. */
static bool note(struct step *step, const char *state, long position, struct error *error)
{
    struct engine *engine = step->engine;
    bool begun = strcmp(state, "begun") == 0;
    return session_sql(engine->session, session_begin_sql(engine->session), error) &&
           (begun ? write_journal(step, state, position, error)
                  : act_as_self(engine, error) &&
                        journal_finish(engine, step->plan->revision->id, step->direction,
                                       position, error)) &&
           step_commit(engine, NULL, error);
}

static bool verify_index(struct step *step, const struct sql_concurrent_index *index,
                         const struct db_statement *statement, struct error *error)
{
    int state = 1;
    if (index->what != SQL_CREATE_INDEX || index->name_length == 0) {
        return true;
    }
    if (!index_state(step->engine, index, &state, error)) {
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

static bool run_outside(struct step *step, long position, const struct db_statement *statement,
                        struct error *error)
{
    struct engine *engine = step->engine;
    struct sql_concurrent_index index = {0};
    bool begun = step->begun != NULL && step->begun->position == position;
    bool completed = false;
    int state = -1;
    if (engine->postgres) {
        index = sql_concurrent_index(statement->sql, strlen(statement->sql));
    }
    if (index.what == SQL_CREATE_INDEX && index.name_length > 0) {
        if (!index_state(engine, &index, &state, error)) {
            return false;
        }
        if (state == 0 && !drop_invalid_index(engine, &index, error)) {
            return false;
        }
    }
    if (begun && index.what == SQL_DROP_INDEX &&
        !index_is_gone(engine, &index, &completed, error)) {
        return false;
    }
    if (!begun && !note(step, "begun", position, error)) {
        return false;
    }
    if (completed || (begun && state == 1)) {
        engine_warn(engine, "the index %.*s was %s by an earlier run", (int)index.name_length,
                    index.name, completed ? "dropped" : "completed");
    } else if (!(engine->postgres &&
                         !sql_may_commit(statement->sql, strlen(statement->sql), SQL_POSTGRESQL)
                     ? run_without_timeouts(engine, statement, error)
                     : session_send(engine->session, statement, NULL, NULL, NULL, error) &&
                           session_flush(engine->session, error))) {
        return false;
    }
    return verify_index(step, &index, statement, error) && note(step, "done", position, error);
}

/* In a transaction that stays open. *outside: it was rolled back, since a procedure in it
 * commits, and that is for the procedure to do. */
static bool run_inside(struct step *step, const struct db_statement *statement, bool *outside,
                       struct error *error)
{
    struct engine *engine = step->engine;
    struct session *session = engine->session;
    if (!step_begin(engine, &step->plan->rows.before, false, error)) {
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
           step_begin(step->engine, &step->plan->rows.before, false, error);
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
        write_journal(step, "done", position, error) && step_commit(engine, NULL, error);
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
    for (size_t i = 0; i < engine->journal_count; i++) {
        const struct journal_row *row = &engine->journal[i];
        if (strcmp(row->revision, revision->id) != 0 ||
            strcmp(row->direction, step->direction) != 0) {
            continue;
        }
        step->outcome->steps_kept = ++step->rows;
        if (strcmp(row->checksum, step->source->hash) != 0) {
            error_set_at(error, ERROR_MISMATCH, revision->path, 0,
                         "%s was changed after its %s stopped half-way", revision->id,
                         step->direction);
            return error_advise(
                error, "Restore the file as it was and run again; or finish by hand what it "
                       "leaves, and `neap stamp` the revision that the database is at.");
        }
        if (strcmp(row->state, "begun") == 0) {
            step->begun = row;
        } else {
            step->done_before = row->position;
        }
        const char kept[] = {JOURNAL_KEPT, '\0'};
        text_append(&step->old_marks, row->statements, strcspn(row->statements, kept));
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
    if ((!as_it_was && !step_reset(engine, error)) || !record_write(engine, record, error)) {
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
    return step_commit(engine, &step->outcome->commit_sent, error);
}

static bool run_function(struct step *step, struct error *error)
{
    struct engine *engine = step->engine;
    const struct host_call call = {.path = step->plan->revision->path,
                                   .text = step->source->text.data,
                                   .length = step->source->text.length,
                                   .function = step->direction,
                                   .now = engine->stamp,
                                   .config = stored_config_for(engine, step->plan->revision),
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
            !step_commit(engine, NULL, error)) {
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
                            .text = step->source->text.data,
                            .length = step->source->text.length,
                            .path = stored_shown_path(engine, revision->path),
                            .files = files,
                            .file_count = file_count};
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
    text_clear(&engine->blockers);
    engine->blockers_sampled = false;
    memcpy(engine->recorded, started, sizeof started);
    bool done = run_parts(&step, started, began, error);
    outcome->duration_ms = clock_ms() - began;
    session_set_hooks(engine->session, &(struct session_hooks){0});
    if (done) {
        reset_driver(engine);
    } else {
        if (error->kind == ERROR_NONE) {
            error_set(error, ERROR_FAILED, "the revision failed");
        }
        engine_roll_back(engine);
        reset_driver(engine);
        if (step.stepwise && session_transaction(engine->session) == DB_IDLE) {
            struct error ignored = {0};
            (void)(step_reset(engine, &ignored) && session_flush(engine->session, &ignored));
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
