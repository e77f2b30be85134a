/* session_parts.h - the struct behind session.h, and what its files share. Not for others. */
#ifndef NEAP_DB_SESSION_PARTS_H
#define NEAP_DB_SESSION_PARTS_H

#include "db/session.h"

/* See session_add_check. */
struct later_check {
    char *query, *cleanup, *at, *via;
};

/* Where a savepoint began. */
struct mark {
    long position;
    size_t checks;
    size_t changes;
    bool grouped;
};

struct session {
    const struct db_driver *driver;
    struct db_connection *connection;
    char *dialect;
    enum sql_dialect sql_dialect;
    struct session_hooks hooks;
    bool autocommit;
    bool free_sql;  /* see session_sent_free_sql */
    long position;  /* of the running revision's last statement that writes */
    bool grouped;   /* see session_group_begin */
    int savepoints; /* open ones */
    struct mark *starts;
    size_t start_capacity;
    struct later_check *checks;
    size_t check_count, check_capacity;
    struct text changes;  /* see session_changes */
    struct error failure; /* see session_failure */
    int failure_depth;    /* savepoints that were open when it happened */
};

/* --- session.c --- */

/* Remembers the first failure, so that a pcall around it cannot make the revision succeed.
 * Returns false. */
bool session_fail(struct session *session, const struct error *error);
/* After a failure the transaction is lost; only a savepoint's rollback leads on. */
bool session_can_run(struct session *session, struct error *error);
/* True when each statement is a step of its own. */
bool session_steps_alone(const struct session *session);
/* session_copy_begin, whose failure is the caller's to remember. */
bool session_start_copy(struct session *session, const struct db_statement *statement,
                        bool *skip, struct error *error);

/* --- session_refuse.c: true when it was refused --- */

bool session_refuse_statement(const struct session *session,
                              const struct db_statement *statement, struct error *error);
bool session_refuse_word(const struct session *session, const char *sql, size_t length,
                         struct db_source source, struct error *error);
bool session_refuse_several(const struct session *session, const struct db_statement *statement,
                            struct error *error);
/* Where the error stands. Returns false. */
bool session_set_source(struct error *error, struct db_source source);

/* --- session_changes.c --- */

void session_note_changes(struct session *session, const char *sql, struct db_source source);
/* Of a group: statements that say what it amounts to, or NULL. */
void session_note_group(struct session *session, const char *changes, struct db_source source);
/* Back to so many bytes. */
void session_cut_changes(struct session *session, size_t length);

/* --- session_check.c --- */

void session_forget_checks(struct session *session, size_t from);

#endif
