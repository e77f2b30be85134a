/* postgres.h - what the files of the PostgreSQL driver share.
 *
 *   postgres.c           waiting, facts, closing; the driver's table of functions
 *   postgres_connect.c   from a URL to a connection in pipeline mode
 *   postgres_database.c  whole databases, made and dropped
 *   postgres_pipeline.c  the queue of statements and their answers
 *   postgres_copy.c      COPY ... FROM STDIN, for which the pipeline is left
 *   postgres_error.c     the server's errors and lost connections, as struct error
 *   postgres_url.c       connection strings
 *   libpq_load.c         libpq itself
 *
 * libpq is used without ever blocking inside it: sockets are waited for in postgres_wait, which
 * also reports how long. Source: PostgreSQL manual, 34.4, 34.5 "Pipeline Mode", 34.10.
 */
#ifndef NEAP_DB_POSTGRES_H
#define NEAP_DB_POSTGRES_H

#include <signal.h>

#include "db/db.h"
#include "db/libpq_load.h"

enum request_kind {
    REQUEST_STATEMENT,
    REQUEST_PREPARE, /* the Parse of a named statement, in front of its first use */
    REQUEST_SETTING, /* our own SET: its failure does not matter */
    REQUEST_SYNC,    /* the end of a flush: the server answers all, and forgets an error */
};

/* Something sent, whose answer has not been read. */
struct request {
    enum request_kind kind;
    char *text;      /* sql, at, via, purpose, one after the other, each with its NUL */
    size_t capacity; /* of text, kept for the next request in this place */
    const char *at;  /* into text, or NULL */
    const char *via;
    const char *purpose;
    long indent;
    size_t bytes;    /* sent for it, about */
    size_t prepared; /* REQUEST_PREPARE: which one */
    db_row_function *row;
    void *row_data;
    struct db_result *result;
};

/* Texts that are sent in one string. */
struct batch_part {
    size_t start, length; /* bytes of the batch's text */
    char *at, *via;
    long indent;
};
struct batch {
    struct text text;
    struct batch_part *parts;
    size_t count, capacity;
};

struct prepared {
    char *name;
    bool known; /* to the server, as far as has been sent */
};

struct db_connection {
    const struct libpq *pq;
    PGconn *link;
    PGcancel *canceller;
    volatile sig_atomic_t cancelled; /* since the queue was last empty */
    struct db_settings settings;
    char *display;
    char *application_name;

    /* connecting */
    PostgresPollingStatusType polling;
    bool ready;
    bool lost;                       /* the line, for good */
    enum db_transaction transaction; /* as of the last flush */

    /* the queue: a ring */
    struct request *requests;
    size_t first, count, capacity;
    size_t unanswered;    /* bytes of all requests in the queue */
    size_t unsent;        /* bytes since the server was last asked for answers */
    bool unsynced;        /* something follows the last REQUEST_SYNC */
    struct error failure; /* the first since the last flush */
    char *failed_purpose;
    struct prepared *prepared;
    size_t prepared_count, prepared_capacity;

    /* the answer that is being read: the first request's */
    bool row_mode;      /* has been asked for */
    bool rows_unwanted; /* the row function has said no, or the limit is passed */
    size_t result_bytes;
    struct db_value *values; /* room for one row */
    const char **names;
    size_t width;

    /* parameters of the statement that is being sent */
    struct text numbers;
    const char **params;
    size_t params_room;

    /* many to a string: the one that is collected, and the one at the server */
    bool batching;      /* and so out of the pipeline */
    size_t batch_limit; /* statements in the next string */
    struct batch batches[2];

    /* COPY */
    bool copying;
    size_t copy_pending; /* bytes of data that libpq may hold at most */
    struct request copy;

    char version[32], version_num[16], backend_pid[16]; /* for info */
};

enum { POSTGRES_WAIT_MS = 100 };

/* postgres.c */
/* Waits until the socket can be read (or written, when asked), POSTGRES_WAIT_MS at most, and
 * reports the time since began (clock_ms) to hooks.waiting. */
void postgres_wait(struct db_connection *c, bool write, int64_t began);
/* As of the last flush; called at the end of each. */
enum db_transaction postgres_transaction(struct db_connection *c);

/* postgres_connect.c */
bool postgres_start(struct db_connection *c, const char *url, struct error *error);
bool postgres_ready(struct db_connection *c, struct error *error);

/* postgres_database.c: see db_driver. */
char *postgres_database_name(const char *url, const struct db_settings *settings,
                             struct error *error);
bool postgres_database_exists(const char *url, const struct db_settings *settings, bool *exists,
                              struct error *error);
bool postgres_database_create(const char *url, const struct db_settings *settings,
                              const struct db_creation *creation, bool *changed,
                              struct error *error);
bool postgres_database_drop(const char *url, const struct db_settings *settings, bool force,
                            bool *changed, struct error *error);

/* postgres_pipeline.c */
void request_set(struct request *request, enum request_kind kind,
                 const struct db_statement *statement);
bool postgres_send(struct db_connection *c, const struct db_statement *statement,
                   db_row_function *row, void *row_data, struct db_result *result,
                   struct error *error);
bool postgres_flush(struct db_connection *c, struct error *error);
/* Our own SET, sent with whatever comes next and synced on its own. */
void postgres_queue_setting(struct db_connection *c, const char *sql);
/* Fills the affected rows and the tag. */
void postgres_result(struct db_connection *c, const PGresult *answer, struct db_result *result);
/* Gives up what is queued. */
void postgres_drop_queue(struct db_connection *c);
void postgres_free_queue(struct db_connection *c);

/* postgres_batch.c */
bool postgres_batch_add(struct db_connection *c, const struct db_statement *statement,
                        struct error *error);
/* Sends what is left, and waits. Failures are in c->failure. */
void postgres_batch_end(struct db_connection *c);
void postgres_free_batches(struct db_connection *c);

/* postgres_copy.c */
/* Outside the pipeline. Writes what libpq has buffered; false when the line is dead. */
bool postgres_write_all(struct db_connection *c);
/* The next result, waited for; NULL: there is none, or the line is dead. */
PGresult *postgres_next_result(struct db_connection *c);
bool postgres_copy_begin(struct db_connection *c, const struct db_statement *statement,
                         struct error *error);
bool postgres_copy_data(struct db_connection *c, const char *bytes, size_t length,
                        struct error *error);
bool postgres_copy_end(struct db_connection *c, struct db_result *result, struct error *error);
/* A COPY that was begun and will not be ended: the server undoes it. */
void postgres_copy_abort(struct db_connection *c);

/* postgres_error.c: each notes the first failure in c->failure. request may be NULL. */
void postgres_fail_answer(struct db_connection *c, const struct request *request,
                          const PGresult *answer);
__attribute__((format(printf, 4, 5))) void postgres_fail(struct db_connection *c,
                                                         const struct request *request,
                                                         enum error_kind kind,
                                                         const char *format, ...);
/* The line is dead, as libpq says: notes it, and forgets the queue. */
void postgres_lose(struct db_connection *c);
/* libpq's message as one line; appended. */
void postgres_add_message(struct text *text, const char *message);
/* False, with c->failure moved to error; true when there is none. */
bool postgres_outcome(struct db_connection *c, struct error *error);
bool postgres_refuse_lost(struct db_connection *c, struct error *error);

#endif
