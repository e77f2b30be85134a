/* session.h - a connection with its transaction, and every statement's source.
 *
 * What revisions and the engine talk to, online and offline. A session is in one of two modes:
 * transactional (the engine opened a transaction; statements are queued in it) and autocommit
 * (each statement is a step of its own, see session_hooks.step). Owns its connection. Not
 * thread-safe.
 */
#ifndef NEAP_DB_SESSION_H
#define NEAP_DB_SESSION_H

#include "base/text.h"
#include "db/db.h"
#include "sql/lexer.h"

struct session;

/* What the engine does at the places where a revision touches it. All may be NULL. */
struct session_hooks {
    void *data;
    /* Before each statement of a revision that writes (not queries); position counts from 1
     * within the revision. *skip = true: an earlier run has completed it. False: stop with
     * error. */
    bool (*before)(void *data, long position, const struct db_statement *statement, bool *skip,
                   struct error *error);
    /* In autocommit mode instead of sending: run this statement as a step. A NULL statement: a
     * transaction is open that holds the step (COPY); record it and commit. */
    bool (*step)(void *data, long position, const struct db_statement *statement,
                 struct error *error);
    /* In autocommit mode: opens the transaction of a step of several statements, which step
     * ends. NULL: the session sends BEGIN. */
    bool (*begin_step)(void *data, struct error *error);
    /* The savepoint that ends with this statement was undone because SQL in it failed. */
    void (*undone)(void *data, long position);
    /* True: an earlier run has completed the statement at this position. */
    bool (*passed)(void *data, long position);
    /* A table is about to be rebuilt, or has been. */
    bool (*rebuild)(void *data, bool begin, struct error *error);
    /* text goes into the journal with the next step; what is there with the step that ends with
     * this statement, or NULL. */
    void (*keep)(void *data, const char *text);
    const char *(*kept)(void *data, long position);
    bool (*commit)(void *data, struct error *error); /* op.commit() */
    bool (*autocommit)(void *data, bool begin,
                       struct error *error); /* op.autocommit: before and after fn */
};

/* Online. The session takes the connection over. */
struct session *session_new(const struct db_driver *driver, struct db_connection *connection,
                            const char *dialect);
void session_free(struct session *session); /* closes the connection; NULL is fine */
void session_set_hooks(struct session *session, const struct session_hooks *hooks);

const char *session_dialect(const struct session *session); /* "postgresql" or "sqlite" */
bool session_offline(const struct session *session);
const struct db_driver *session_driver(const struct session *session);
struct db_connection *session_connection(const struct session *session);

/* --- for the engine: neap's own statements, sent as they are --- */
bool session_send(struct session *session, const struct db_statement *statement,
                  db_row_function *row, void *data, struct db_result *result,
                  struct error *error);
bool session_sql(struct session *session, const char *sql,
                 struct error *error); /* one, no parameters */
bool session_flush(struct session *session, struct error *error);
enum db_transaction session_transaction(struct session *session);
bool session_in_transaction(const struct session *session); /* or in autocommit mode */
bool session_in_savepoint(const struct session *session);
void session_set_autocommit(struct session *session, bool on);
/* The statement counter of the running revision back to 0. */
void session_start_revision(struct session *session);
long session_position(const struct session *session);
/* True when the running revision sent SQL of its own, which may have changed the session's
 * settings or role; what op compiles does not. */
bool session_sent_free_sql(const struct session *session);
/* Which objects the running revision has created, altered, dropped and renamed so far: the
 * lines of sql/changes.h. What a savepoint has undone is not among them; what an earlier run
 * has completed is. */
const struct text *session_changes(const struct session *session);
/* Adds lines of that form. */
void session_note_lines(struct session *session, const char *lines);
/* The first statement of the running revision that failed and was not undone by a savepoint;
 * NULL when there is none. Until session_start_revision every further statement fails with it.
 */
const struct error *session_failure(const struct session *session);
/* Before COMMIT: what session_add_check has collected. */
bool session_run_checks(struct session *session, struct error *error);
/* Opens the transaction that a COPY in autocommit mode needs; the engine's step hook ends it.
 */
const char *session_begin_sql(const struct session *session); /* "BEGIN" or "BEGIN IMMEDIATE" */

/* --- for revisions (through the bindings) --- */

enum session_text_flags {
    SESSION_IGNORE_TRANSACTION = 1, /* pass over a file's outer BEGIN and COMMIT */
    SESSION_MANY = 2                /* one of many texts: see db_statement.many */
};
/* Runs all statements of text. file: the name of the SQL file it came from, for error places
 * (line by line), or NULL: then errors carry source and the line within the text's statement.
 * Refuses transaction words, backslash commands and COPY TO STDOUT with advice; feeds COPY FROM
 * STDIN its data. */
bool session_run_text(struct session *session, const char *text, size_t length,
                      const char *file, struct db_source source, unsigned flags,
                      struct error *error);
/* One statement with parameters ("$1" / "?"), no rows wanted. */
bool session_run(struct session *session, const struct db_statement *statement,
                 struct error *error);
/* Several statements whose rows are wanted: each is asked, then the answers are waited for. row
 * is called in between or then; its data must live until then, or until one of them fails.
 * Offline: an error. */
bool session_ask(struct session *session, const struct db_statement *statement,
                 db_row_function *row, void *data, struct error *error);
bool session_answers(struct session *session, struct error *error);
/* One: flushes what was queued first. Also counts rows that a RETURNING gives. */
bool session_query(struct session *session, const struct db_statement *statement,
                   db_row_function *row, void *data, struct error *error);
/* Several statements that are one statement of the revision, and one step: op.bulk_insert's.
 * named says which, for the journal; changes, what they amount to, as statements for
 * sql_changes, or NULL. What is sent until the end belongs to it. *skip when an
 * earlier run has done it: then nothing is sent and there is no end. */
bool session_group_begin(struct session *session, const struct db_statement *named,
                         const char *changes, bool *skip, struct error *error);
bool session_group_end(struct session *session, struct error *error);
/* Instead of the end, when the rest cannot be made: the transaction is lost, as it is after a
 * statement that failed. */
void session_group_fail(struct session *session, const struct error *error);
/* Would the next statement be skipped? */
bool session_passed(const struct session *session);
/* In a group, see db_driver.rebuild. The group's end, and a failure, end it too. */
bool session_rebuild(struct session *session, bool begin, struct error *error);
/* A statement that may fail: then nothing has happened. Not counted. SQLite only. */
bool session_attempt(struct session *session, const struct db_statement *statement,
                     db_row_function *row, void *data, struct error *error);
/* A query that must give no rows when the transaction commits: a row's text is what is wrong,
 * and at most five are told. `cleanup` is sent when it has passed; both are copied. Forgotten
 * when its savepoint is undone, and at the end of the transaction. */
void session_add_check(struct session *session, const char *query, const char *cleanup,
                       struct db_source source);
/* session_run in a group, for our own SQL: nobody looks at it again for each row. */
bool session_row(struct session *session, const struct db_statement *statement,
                 struct error *error);
/* COPY ... FROM STDIN (PostgreSQL); *skip when an earlier run has done it: then no data and no
 * end. */
bool session_copy_begin(struct session *session, const struct db_statement *statement,
                        bool *skip, struct error *error);
bool session_copy_data(struct session *session, const char *bytes, size_t length,
                       struct error *error);
bool session_copy_end(struct session *session, struct error *error);

bool session_savepoint(struct session *session,
                       struct error *error); /* begins one, nested ones are numbered */
bool session_release(struct session *session,
                     struct error *error); /* waits: false when something in it failed */
bool session_rollback_to(struct session *session, struct error *error); /* and releases it */

/* For a step that follows from an answer of the database, so that a later run, which passes
 * over the step, need not ask: keeps text with the step that the next statement ends; gives
 * what an earlier run kept so, or NULL. */
void session_keep(struct session *session, const char *text);
const char *session_kept(const struct session *session);

bool session_commit_step(struct session *session, struct error *error); /* op.commit() */
bool session_autocommit(struct session *session, bool begin, struct error *error);

#endif
