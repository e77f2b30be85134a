/* What a revision may not send, and what to do instead. */
#include <string.h>

#include "db/session_parts.h"

static const struct {
    enum sql_transaction_word word;
    const char *name;
    const char *advice;
} refused_words[] = {
    {SQL_BEGIN, "BEGIN",
     "neap opens the transaction; leave BEGIN out, or use op.savepoint(fn) for a part that may "
     "fail."},
    {SQL_COMMIT, "COMMIT",
     "Use op.commit() to end this transaction and begin the next, or op.autocommit(fn)."},
    {SQL_ROLLBACK, "ROLLBACK", "Use op.savepoint(fn): an error in fn undoes fn alone."},
    {SQL_PREPARE_TRANSACTION, "PREPARE TRANSACTION",
     "Use op.commit() to end this transaction and begin the next."},
};

bool session_set_source(struct error *error, struct db_source source)
{
    text_add(&error->at, source.at);
    text_add(&error->via, source.via);
    return false;
}

/* Nobody but neap ends the transaction: else a revision could be recorded without being done.
 */
bool session_refuse_word(const struct session *session, const char *sql, size_t length,
                         struct db_source source, struct error *error)
{
    enum sql_transaction_word word = sql_transaction_word(sql, length, session->sql_dialect);
    for (size_t i = 0; i < sizeof refused_words / sizeof refused_words[0]; i++) {
        if (refused_words[i].word == word) {
            error_set(error, ERROR_FAILED, "%s is not allowed in a revision",
                      refused_words[i].name);
            session_set_source(error, source);
            text_append(&error->sql, sql, length);
            error_advise(error, "%s", refused_words[i].advice);
            return true;
        }
    }
    return false;
}

/* SQLite would run all that a text holds, and only the first one has been looked at; PostgreSQL
 * refuses by itself. */
bool session_refuse_several(const struct session *session, const struct db_statement *statement,
                            struct error *error)
{
    struct sql_span span = {0};
    size_t length = strlen(statement->sql);
    if (session->sql_dialect != SQL_SQLITE || memchr(statement->sql, ';', length) == NULL ||
        !sql_next_statement(statement->sql, length, SQL_SQLITE, &span) ||
        !sql_next_statement(statement->sql, length, SQL_SQLITE, &span)) {
        return false;
    }
    error_set(error, ERROR_FAILED, "several statements where one is expected");
    session_set_source(error, statement->source);
    text_add(&error->sql, statement->sql);
    error_advise(error, "Send them one by one; op.execute without parameters takes several.");
    return true;
}

bool session_refuse_statement(const struct session *session,
                              const struct db_statement *statement, struct error *error)
{
    const char *sql = statement->sql;
    size_t length = strlen(sql);
    if (session_refuse_word(session, sql, length, statement->source, error) ||
        session_refuse_several(session, statement, error)) {
        return true;
    }
    if (session->sql_dialect == SQL_POSTGRESQL && sql_is_copy_out(sql, length)) {
        error_set(error, ERROR_FAILED, "COPY ... TO STDOUT has no one to read it");
        session_set_source(error, statement->source);
        error_advise(error, "Use op.query to read rows.");
        return true;
    }
    if (!session->autocommit && sql_needs_autocommit(sql, length, session->sql_dialect)) {
        error_set(error, ERROR_FAILED, "this statement cannot run inside a transaction");
        session_set_source(error, statement->source);
        text_append(&error->sql, sql, length);
        error_advise(error, "Put it into op.autocommit(function() ... end), or write "
                            "`transaction = false` in the revision's header.");
        return true;
    }
    return false;
}
