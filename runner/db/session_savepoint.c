/* Savepoints: what failed in one is undone, and counts no more. */
#include <string.h>

#include "base/memory.h"
#include "db/session_parts.h"

/* The names are long, so that they do not meet a revision's own. */
static bool savepoint_command(struct session *session, const char *command, int number,
                              struct error *error)
{
    char sql[64];
    struct text text = {0};
    text_format(&text, "%s neap_savepoint_%d", command, number);
    memcpy(sql, text.data, text.length + 1);
    text_free(&text);
    return session_sql(session, sql, error);
}

bool session_in_savepoint(const struct session *session)
{
    return session->savepoints > 0;
}

bool session_savepoint(struct session *session, struct error *error)
{
    if (!session_can_run(session, error)) {
        return false;
    }
    if (session_steps_alone(session)) {
        /* Nothing was sent, so nothing has failed for good; the caller adds the place. */
        error_set(error, ERROR_FAILED,
                  "op.savepoint needs a transaction, and this part runs without one");
        return error_advise(
            error,
            "Use it outside op.autocommit, in a revision without `transaction = false`.");
    }
    /* What was queued before is answered first: its failure must not be undone with fn. */
    if (!session_flush(session, error) ||
        !savepoint_command(session, "SAVEPOINT", session->savepoints + 1, error)) {
        return session_fail(session, error);
    }
    session->starts = mem_grow(session->starts, (size_t)session->savepoints,
                               &session->start_capacity, sizeof *session->starts);
    session->starts[session->savepoints++] = (struct mark){
        session->position, session->check_count, session->changes.length, session->grouped};
    return true;
}

bool session_release(struct session *session, struct error *error)
{
    if (session->failure.kind != ERROR_NONE) {
        return session_can_run(session, error);
    }
    if (!session_flush(session, error)) {
        return session_fail(session, error);
    }
    if (!savepoint_command(session, "RELEASE SAVEPOINT", session->savepoints, error)) {
        return session_fail(session, error);
    }
    session->savepoints--;
    return true;
}

bool session_rollback_to(struct session *session, struct error *error)
{
    struct error ignored = {0};
    (void)session_flush(session, &ignored); /* what is still queued is undone anyway */
    error_free(&ignored);
    enum db_transaction state = session_transaction(session);
    if (state != DB_OPEN && state != DB_ABORTED) {
        return session_can_run(session, error) &&
               error_set(error, ERROR_FAILED,
                         "the transaction is gone; the savepoint cannot go on");
    }
    if (!savepoint_command(session, "ROLLBACK TO SAVEPOINT", session->savepoints, error) ||
        !savepoint_command(session, "RELEASE SAVEPOINT", session->savepoints, error) ||
        !session_flush(session, error)) {
        return session_fail(session, error);
    }
    if (session->failure.kind != ERROR_NONE && session->hooks.undone != NULL &&
        session->position > session->starts[session->savepoints - 1].position) {
        session->hooks.undone(session->hooks.data, session->position);
    }
    if (session->failure_depth >= session->savepoints) {
        error_free(&session->failure);
    }
    session_forget_checks(session, session->starts[session->savepoints - 1].checks);
    session_cut_changes(session, session->starts[session->savepoints - 1].changes);
    session->grouped = session->starts[session->savepoints - 1].grouped;
    session->savepoints--;
    return true;
}
