/* db.h - the one driver interface.
 *
 * A driver sends one statement at a time, in order, and may answer later: send may only queue,
 * flush waits until everything sent has been answered. A row callback, a result and an error
 * arrive at the latest during flush. What is passed to send is copied where it is kept, except
 * *result, which must live until flush. After a failed flush nothing is queued any more.
 * The drivers: postgres.c (libpq, loaded when first needed; pipeline), sqlite.c, script.c
 * (offline mode: the statements become the text of a script). All pass
 * spec/runner/db/drivers_spec.lua.
 */
#ifndef NEAP_DB_DB_H
#define NEAP_DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum db_kind { DB_NULL, DB_INTEGER, DB_REAL, DB_BOOLEAN, DB_TEXT, DB_BYTES };

/* A parameter or a result column. text and length for DB_TEXT and DB_BYTES; bytes are raw. */
struct db_value {
    enum db_kind kind;
    int64_t integer; /* DB_INTEGER; DB_BOOLEAN: 0 or 1 */
    double real;
    const char *text; /* NUL-terminated for DB_TEXT */
    size_t length;    /* bytes */
};

/* Where a statement came from; both are copied. */
struct db_source {
    const char *at;  /* "migrations/20261122_1f2e_add_email.lua:14"; NULL for neap's own */
    const char *via; /* "helpers/accounts.lua:31", several separated by newlines; or NULL */
    long indent;     /* characters in front of it on its line of an SQL file */
};

/* One statement, without its semicolon. */
struct db_statement {
    const char *sql;               /* NUL-terminated */
    const struct db_value *params; /* $1, $2 ...; ?1, ?2 ... */
    size_t param_count;
    struct db_source source;
    /* Kept prepared under this name for the connection's life, or NULL. The same name always
     * comes with the same SQL. */
    const char *name;
    /* One of many texts without parameters or rows: it may be sent together with others. */
    bool many;
    /* Free for the session: which of its own statements failed ("guard", "version"...); NULL
     * for a revision's. Copied into the error's db_failed_purpose by the caller, see flush. */
    const char *purpose;
};

/* A row of the result of one statement; values live during the call. False: no more rows wanted
 * (the rest is thrown away, this is no error). */
struct db_row {
    size_t count;
    const char *const *names;
    const struct db_value *values;
};
typedef bool db_row_function(void *data, const struct db_row *row);

struct db_result {
    bool done;        /* the answer has arrived, and was not an error */
    int64_t affected; /* rows inserted, updated, deleted; 0 for the rest */
    char tag[32]; /* PostgreSQL's command tag ("COMMIT", "ROLLBACK", "INSERT 0 1"); "" on SQLite
                   */
};

enum db_transaction {
    DB_IDLE,    /* no transaction is open */
    DB_OPEN,    /* in a transaction */
    DB_ABORTED, /* in a transaction that can only be rolled back (PostgreSQL) */
    DB_LOST     /* the connection is gone */
};

struct db_hooks {
    void *data;
    /* The server said something: severity "NOTICE", "WARNING" ...; NUL-terminated. */
    void (*notice)(void *data, const char *severity, const char *message);
    /* A statement is answered: later notices belong to another one. */
    void (*answered)(void *data);
    /* Called while waiting for an answer, about every 100 ms, with the time since the wait
     * began. */
    void (*waiting)(void *data, int64_t waited_ms);
};

struct db_settings {
    struct db_hooks hooks;
    const char *application_name; /* PostgreSQL */
    bool read_only; /* SQLite: a file that is not there counts as empty, and is not created */
    int64_t busy_timeout_ms;    /* SQLite: how long to wait for another writer */
    size_t result_limit;        /* bytes of one result; more is an error (256 MB) */
    bool no_prepare;            /* a pooler is in between: statement names are ignored */
    int64_t connect_timeout_ms; /* PostgreSQL, for each host; 0: what the URL says */
};

/* What a new database is made with; NULL: the server's choice. PostgreSQL. */
struct db_creation {
    const char *owner, *encoding, *template;
};

struct db_connection; /* each driver's own */

struct db_driver {
    const char *name; /* "postgresql", "sqlite", "script" */
    bool (*accepts)(const char *url);

    /* Begins to connect; may return before the server has answered (so that files can be read
     * meanwhile). NULL and an error when the URL is malformed. Never prints a password. */
    struct db_connection *(*connect)(const char *url, const struct db_settings *settings,
                                     struct error *error);
    /* Completes connect; ERROR_UNREACHABLE when it fails. Everything below needs it done. */
    bool (*ready)(struct db_connection *connection, struct error *error);

    /* Queues or executes. False: this one, or an earlier one, failed (call flush to be sure
     * that everything is answered). row and result may be NULL. */
    bool (*send)(struct db_connection *connection, const struct db_statement *statement,
                 db_row_function *row, void *row_data, struct db_result *result,
                 struct error *error);
    /* Waits for all answers. The first failure fills error: message, at, via, sql, sqlstate,
     * position, detail, retryable, kind (ERROR_LOCKED for 55P03, 40P01, 40001 and SQLITE_BUSY;
     * ERROR_INTERRUPTED after a signal; ERROR_UNREACHABLE when the line is lost). */
    bool (*flush)(struct db_connection *connection, struct error *error);
    /* The purpose of the statement that made the last flush or send fail; NULL: a revision's.
     */
    const char *(*failed_purpose)(struct db_connection *connection);

    /* Statement is COPY ... FROM STDIN; then data in pieces of any size (text format), then
     * end. SQLite: NULL pointers. */
    bool (*copy_begin)(struct db_connection *connection, const struct db_statement *statement,
                       struct error *error);
    bool (*copy_data)(struct db_connection *connection, const char *bytes, size_t length,
                      struct error *error);
    bool (*copy_end)(struct db_connection *connection, struct db_result *result,
                     struct error *error);

    /* As of the last flush. */
    enum db_transaction (*transaction)(struct db_connection *connection);
    /* One-line facts: "user", "database", "host", "version" ("15.18"), "version_num"
     * ("150018"), "backend_pid"; on SQLite "lock_holder" and "data_version" (another one after
     * each commit of anyone, as known at the last transaction's begin or end). NULL when
     * unknown. Lives until the next call. */
    const char *(*info)(struct db_connection *connection, const char *what);
    /* SQLite: what PRAGMAs of a revision have set is back to what ready made it. NULL: SQL does
     * that. */
    void (*reset)(struct db_connection *connection);
    /* SQLite: tries to take the lock that keeps other runners off the file, without waiting. It
     * goes with the connection, or with the process. True: it is ours, or nothing here can be
     * locked. info's "runner" names the holder. NULL: the database has a lock of its own for
     * that. */
    bool (*lock)(struct db_connection *connection);
    /* SQLite: for the rebuild of a table foreign keys are not enforced, and renaming a table
     * leaves the views and triggers that name it alone; at its end both are what they were.
     * Also inside a transaction. NULL: tables are altered in place. */
    bool (*rebuild)(struct db_connection *connection, bool begin, struct error *error);
    /* Whole databases; each connects, where that is needed, by itself. The name of the one that
     * url means, as people say it ("app", "app.db"), to be freed. */
    char *(*database)(const char *url, const struct db_settings *settings, struct error *error);
    /* Does the server answer (else ERROR_UNREACHABLE), and does it have the database? */
    bool (*exists)(const char *url, const struct db_settings *settings, bool *exists,
                   struct error *error);
    /* *changed: it was not there, and is now; it was there, and is gone. force: other sessions
     * are ended. */
    bool (*create)(const char *url, const struct db_settings *settings,
                   const struct db_creation *creation, bool *changed, struct error *error);
    bool (*drop)(const char *url, const struct db_settings *settings, bool force, bool *changed,
                 struct error *error);
    /* The connection's URL for messages: without a password. */
    const char *(*display)(struct db_connection *connection);

    void (*cancel)(
        void *connection); /* safe in a signal handler; the argument is the db_connection */
    void (*close)(
        struct db_connection *connection); /* NULL is fine; rolls an open transaction back */
};

extern const struct db_driver db_postgres, db_sqlite, db_script;

/* The driver for this URL (contract 2.1), or NULL. A table, in drivers.c. */
const struct db_driver *db_driver_for(const char *url);
/* The same; NULL fills error. */
const struct db_driver *db_driver_find(const char *url, struct error *error);
/* "postgresql" or "sqlite" from a URL; NULL when it is neither. */
const char *db_dialect_of(const char *url);
/* The URL without its password, for messages; the caller frees it. Never fails: when it cannot
 * be parsed, only the scheme is left. */
char *db_url_display(const char *url);

/* script.c: a connection whose statements go to write as text. dialect: "postgresql" or
 * "sqlite"; it writes the statements it is sent, each with its semicolon, parameters as quoted
 * literals, COPY data as psql reads it. write returns false when the output cannot be written
 * (full disk): then send fails with ERROR_FAILED. A statement that wants rows is ERROR_USAGE,
 * "needs a live database". */
typedef bool db_write_function(void *data, const char *bytes, size_t length);
struct db_connection *db_script_open(const char *dialect, db_write_function *write, void *data);
/* A comment in the script: every line of text gets its own "-- ". */
bool db_script_comment(struct db_connection *connection, const char *text, struct error *error);
/* Text as it is (psql's backslash lines, sqlite3's dot lines). */
bool db_script_raw(struct db_connection *connection, const char *text, struct error *error);

#endif
