#include "db/session_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct session *session_new(const struct db_driver *driver, struct db_connection *connection,
                            const char *dialect)
{
    struct session *session = mem_alloc(sizeof *session);
    session->driver = driver;
    session->connection = connection;
    session->dialect = mem_copy_string(dialect);
    session->sql_dialect = sql_dialect_named(dialect);
    return session;
}

void session_free(struct session *session)
{
    if (session == NULL) {
        return;
    }
    session_forget_checks(session, 0);
    mem_free(session->checks);
    session->driver->close(session->connection);
    error_free(&session->failure);
    text_free(&session->changes);
    mem_free(session->starts);
    mem_free(session->dialect);
    mem_free(session);
}

void session_set_hooks(struct session *session, const struct session_hooks *hooks)
{
    session->hooks = *hooks;
}

const char *session_dialect(const struct session *session)
{
    return session->dialect;
}

bool session_offline(const struct session *session)
{
    return session->driver == &db_script;
}

const struct db_driver *session_driver(const struct session *session)
{
    return session->driver;
}

struct db_connection *session_connection(const struct session *session)
{
    return session->connection;
}

const char *session_begin_sql(const struct session *session)
{
    return session->sql_dialect == SQL_SQLITE ? "BEGIN IMMEDIATE" : "BEGIN";
}

/* --- neap's own statements --- */

/* An error in a statement of a file of SQL, whatever its name ends in, names the line where the
 * statement begins; when the database tells the position in it, the line and the column of
 * that. */
static bool find_line(struct error *error)
{
    const char *via = text_string(&error->via);
    const char *last = strrchr(via, '\n');
    const char *colon = strrchr(last == NULL ? via : last, ':');
    if (error->position < 1 || colon == NULL ||
        (colon - via >= 4 && strncmp(colon - 4, ".lua", 4) == 0)) {
        return false;
    }
    long line = strtol(colon + 1, NULL, 10);
    long character = 1; /* positions count characters, not bytes */
    long column = error->indent + 1;
    for (const char *at = text_string(&error->sql); *at != '\0' && character < error->position;
         at++) {
        bool ends = ((unsigned char)at[1] & 0xC0) != 0x80; /* the character */
        line += *at == '\n' ? 1 : 0;
        column = *at == '\n' ? 1 : column + (ends ? 1 : 0);
        character += ends ? 1 : 0;
    }
    error->via.length = (size_t)(colon + 1 - via);
    text_format(&error->via, "%ld:%ld", line, column);
    return false;
}

bool session_send(struct session *session, const struct db_statement *statement,
                  db_row_function *row, void *data, struct db_result *result,
                  struct error *error)
{
    if (session->driver->send(session->connection, statement, row, data, result, error)) {
        return true;
    }
    if (error->kind == ERROR_NONE) {
        (void)session->driver->flush(session->connection, error);
    }
    return find_line(error);
}

bool session_sql(struct session *session, const char *sql, struct error *error)
{
    struct db_statement statement = {.sql = sql, .purpose = "neap"};
    return session_send(session, &statement, NULL, NULL, NULL, error);
}

bool session_flush(struct session *session, struct error *error)
{
    return session->driver->flush(session->connection, error) || find_line(error);
}

enum db_transaction session_transaction(struct session *session)
{
    return session->driver->transaction(session->connection);
}

void session_set_autocommit(struct session *session, bool on)
{
    session->autocommit = on;
}

bool session_in_transaction(const struct session *session)
{
    return !session->autocommit;
}

/* Foreign keys are enforced again whatever has happened. */
static void leave_group(struct session *session)
{
    struct error ignored = {0};
    session->grouped = false;
    (void)session_rebuild(session, false, &ignored);
    error_free(&ignored);
}

void session_start_revision(struct session *session)
{
    leave_group(session);
    session_forget_checks(session, 0);
    session->position = 0;
    session->grouped = false;
    session->free_sql = false;
    session->savepoints = 0;
    text_clear(&session->changes);
    error_free(&session->failure);
}

const struct text *session_changes(const struct session *session)
{
    return &session->changes;
}

bool session_sent_free_sql(const struct session *session)
{
    return session->free_sql;
}

long session_position(const struct session *session)
{
    return session->position;
}

const struct error *session_failure(const struct session *session)
{
    return session->failure.kind == ERROR_NONE ? NULL : &session->failure;
}

/* --- a revision's statements --- */

/* Remembers the first failure, so that a pcall around it cannot make the revision succeed. */
bool session_fail(struct session *session, const struct error *error)
{
    if (session->grouped) {
        leave_group(session);
    }
    if (session->failure.kind == ERROR_NONE) {
        error_copy(&session->failure, error);
        session->failure_depth = session->savepoints;
    }
    return false;
}

/* After a failure the transaction is lost; only a savepoint's rollback leads on. */
bool session_can_run(struct session *session, struct error *error)
{
    if (session->failure.kind == ERROR_NONE) {
        return true;
    }
    if (error->kind == ERROR_NONE) {
        error_copy(error, &session->failure);
    }
    return false;
}

/* Counts the statement and asks whether an earlier run has completed it. */
static bool admit(struct session *session, const struct db_statement *statement, bool *skip,
                  struct error *error)
{
    *skip = false;
    if (session->grouped) {
        if (statement->many) {
            session_note_changes(session, statement->sql, statement->source);
        }
        return true;
    }
    session->position++;
    session_note_changes(session, statement->sql, statement->source);
    return session->hooks.before == NULL ||
           session->hooks.before(session->hooks.data, session->position, statement, skip,
                                 error);
}

/* True when each statement is a step of its own. */
bool session_steps_alone(const struct session *session)
{
    return session->autocommit && !session->grouped;
}

static bool run_admitted(struct session *session, const struct db_statement *statement,
                         struct error *error)
{
    if (session_steps_alone(session) && session->hooks.step != NULL) {
        return session->hooks.step(session->hooks.data, session->position, statement, error);
    }
    return session_send(session, statement, NULL, NULL, NULL, error);
}

bool session_run(struct session *session, const struct db_statement *statement,
                 struct error *error)
{
    if (!session_can_run(session, error)) {
        return false;
    }
    bool skip = false;
    session->free_sql =
        session->free_sql || statement->param_count > 0 ||
        sql_is_setting(statement->sql, strlen(statement->sql), session->sql_dialect);
    if (session_refuse_statement(session, statement, error) ||
        !admit(session, statement, &skip, error) ||
        (!skip && !run_admitted(session, statement, error))) {
        return session_fail(session, error);
    }
    return true;
}

bool session_ask(struct session *session, const struct db_statement *statement,
                 db_row_function *row, void *data, struct error *error)
{
    if (!session_can_run(session, error)) {
        return false;
    }
    if (session_offline(session)) {
        error_set(error, ERROR_FAILED,
                  "a query needs a live database, and this is offline mode (--sql)");
        session_set_source(error, statement->source);
        error_advise(error,
                     "Guard it with `if not neap.offline then ... end`, or write the change as "
                     "one SQL statement for op.execute.");
        return session_fail(session, error);
    }
    session->free_sql = true;
    if (session_refuse_word(session, statement->sql, strlen(statement->sql), statement->source,
                            error) ||
        session_refuse_several(session, statement, error) ||
        !session_send(session, statement, row, data, NULL, error)) {
        return session_fail(session, error);
    }
    return true;
}

bool session_answers(struct session *session, struct error *error)
{
    return session_flush(session, error) || session_fail(session, error);
}

bool session_query(struct session *session, const struct db_statement *statement,
                   db_row_function *row, void *data, struct error *error)
{
    return session_ask(session, statement, row, data, error) && session_answers(session, error);
}

/* --- several statements as one --- */

/* The transaction of a step that is more than one statement. */
static bool begin_step(struct session *session, struct error *error)
{
    return session->hooks.begin_step != NULL
               ? session->hooks.begin_step(session->hooks.data, error)
               : session_sql(session, session_begin_sql(session), error);
}

/* That transaction's end. */
static bool end_step(struct session *session, struct error *error)
{
    return session->hooks.step == NULL ||
           session->hooks.step(session->hooks.data, session->position, NULL, error);
}

bool session_group_begin(struct session *session, const struct db_statement *named,
                         const char *changes, bool *skip, struct error *error)
{
    *skip = false;
    if (!session_can_run(session, error)) {
        return false;
    }
    size_t length = session->changes.length;
    if (!admit(session, named, skip, error) ||
        (!*skip && session->autocommit && !begin_step(session, error))) {
        return session_fail(session, error);
    }
    session_cut_changes(session, length);
    session_note_group(session, changes, named->source);
    session->grouped = !*skip;
    return true;
}

bool session_group_end(struct session *session, struct error *error)
{
    bool done = session_can_run(session, error) && session_rebuild(session, false, error);
    session->grouped = false;
    return done && (!session->autocommit ||
                    (session_run_checks(session, error) && end_step(session, error)) ||
                    session_fail(session, error));
}

void session_group_fail(struct session *session, const struct error *error)
{
    leave_group(session);
    (void)session_fail(session, error);
}

bool session_passed(const struct session *session)
{
    return session->hooks.passed != NULL &&
           session->hooks.passed(session->hooks.data, session->position + 1);
}

bool session_rebuild(struct session *session, bool begin, struct error *error)
{
    if (session->driver->rebuild != NULL) {
        return session->driver->rebuild(session->connection, begin, error);
    }
    return session->hooks.rebuild == NULL || !session->grouped ||
           session->hooks.rebuild(session->hooks.data, begin, error);
}

bool session_attempt(struct session *session, const struct db_statement *statement,
                     db_row_function *row, void *data, struct error *error)
{
    return session_can_run(session, error) &&
           session->driver->send(session->connection, statement, row, data, NULL, error);
}

bool session_row(struct session *session, const struct db_statement *statement,
                 struct error *error)
{
    return session_can_run(session, error) &&
           (session_send(session, statement, NULL, NULL, NULL, error) ||
            session_fail(session, error));
}

/* --- COPY --- */

bool session_start_copy(struct session *session, const struct db_statement *statement,
                        bool *skip, struct error *error)
{
    if (session->driver->copy_begin == NULL) {
        error_set(error, ERROR_FAILED, "COPY is not SQL for SQLite");
        session_set_source(error, statement->source);
        return error_advise(error, "Use op.bulk_insert, or INSERT statements.");
    }
    if (!admit(session, statement, skip, error)) {
        return false;
    }
    if (*skip) {
        return true;
    }
    if (session_steps_alone(session) && !begin_step(session, error)) {
        return false;
    }
    return session->driver->copy_begin(session->connection, statement, error);
}

bool session_copy_begin(struct session *session, const struct db_statement *statement,
                        bool *skip, struct error *error)
{
    *skip = false;
    return session_can_run(session, error) &&
           (session_start_copy(session, statement, skip, error) ||
            session_fail(session, error));
}

bool session_copy_data(struct session *session, const char *bytes, size_t length,
                       struct error *error)
{
    return session->driver->copy_data(session->connection, bytes, length, error) ||
           session_fail(session, error);
}

bool session_copy_end(struct session *session, struct error *error)
{
    if (!session->driver->copy_end(session->connection, NULL, error)) {
        return session_fail(session, error);
    }
    return !session_steps_alone(session) || end_step(session, error) ||
           session_fail(session, error);
}

/* --- steps --- */

void session_keep(struct session *session, const char *text)
{
    if (session->hooks.keep != NULL) {
        session->hooks.keep(session->hooks.data, text);
    }
}

const char *session_kept(const struct session *session)
{
    return session->hooks.kept == NULL
               ? NULL
               : session->hooks.kept(session->hooks.data, session->position + 1);
}

static bool refuse_inside_savepoint(struct session *session, const char *what,
                                    struct error *error)
{
    if (session->savepoints == 0) {
        return false;
    }
    error_set(error, ERROR_FAILED,
              "%s inside op.savepoint would end the savepoint's transaction", what);
    error_advise(error, "Move it out of the function given to op.savepoint.");
    return true;
}

bool session_commit_step(struct session *session, struct error *error)
{
    if (!session_can_run(session, error)) {
        return false;
    }
    if (refuse_inside_savepoint(session, "op.commit", error)) {
        return session_fail(session, error);
    }
    if (session->autocommit || session->hooks.commit == NULL) {
        return true; /* nothing is open */
    }
    return session->hooks.commit(session->hooks.data, error) || session_fail(session, error);
}

bool session_autocommit(struct session *session, bool begin, struct error *error)
{
    if (!session_can_run(session, error)) {
        return false;
    }
    if (refuse_inside_savepoint(session, "op.autocommit", error)) {
        return session_fail(session, error);
    }
    if (session->hooks.autocommit == NULL) {
        return true;
    }
    return session->hooks.autocommit(session->hooks.data, begin, error) ||
           session_fail(session, error);
}
