#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "db/postgres.h"

void postgres_add_message(struct text *text, const char *message)
{
    /* libpq ends lines with a newline and goes on with a tab. */
    size_t length = strlen(message);
    while (length > 0 && strchr("\n ", message[length - 1]) != NULL) {
        length--;
    }
    for (size_t i = 0; i < length; i++) {
        if (message[i] != '\n') {
            text_add_char(text, message[i]);
        } else if (message[i + 1] == '\t') {
            text_add_char(text, ' ');
            i++;
        } else {
            text_add(text, "; ");
        }
    }
}

/* --- noting a failure --- */

/* The first one counts: what follows it was skipped, or is a consequence. */
static void note(struct db_connection *c, const struct request *request, struct error *error)
{
    if (c->failure.kind != ERROR_NONE) {
        error_free(error);
        return;
    }
    mem_free(c->failed_purpose);
    c->failed_purpose = NULL;
    if (request != NULL && request->text != NULL) {
        c->failed_purpose = mem_copy_string(request->purpose);
        text_add(&error->sql, request->text);
        text_add(&error->at, request->at);
        text_add(&error->via, request->via);
        error->indent = request->indent;
    }
    error_move(&c->failure, error);
}

void postgres_fail(struct db_connection *c, const struct request *request, enum error_kind kind,
                   const char *format, ...)
{
    struct error error = {.kind = kind};
    va_list arguments;
    va_start(arguments, format);
    text_vformat(&error.message, format, arguments);
    va_end(arguments);
    note(c, request, &error);
}

static const struct {
    const char *sqlstate;
    enum error_kind kind;
    bool retryable;
} kinds[] = {
    /* PostgreSQL manual, appendix A */
    {"55P03", ERROR_LOCKED, true},       /* lock_not_available */
    {"40P01", ERROR_LOCKED, true},       /* deadlock_detected */
    {"40001", ERROR_LOCKED, true},       /* serialization_failure */
    {"57P01", ERROR_UNREACHABLE, false}, /* admin_shutdown */
    {"57P02", ERROR_UNREACHABLE, false}, /* crash_shutdown */
    {"57P03", ERROR_UNREACHABLE, false}, /* cannot_connect_now */
};

/* What to do is not in the server's words, or in words that mean psql. */
static const struct {
    const char *sqlstate;
    const char *advice;
} advices[] = {
    /* unsafe_new_enum_value_usage */
    {"55P04", "Put op.commit() between adding the value and using it."},
};

static void advise(struct error *error)
{
    for (size_t i = 0; i < sizeof advices / sizeof advices[0]; i++) {
        if (strcmp(error->sqlstate, advices[i].sqlstate) == 0) {
            error_advise(error, "%s", advices[i].advice);
        }
    }
}

static void set_kind(struct error *error, const char *severity)
{
    error->kind = ERROR_FAILED;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(error->sqlstate, kinds[i].sqlstate) == 0) {
            error->kind = kinds[i].kind;
            error->retryable = kinds[i].retryable;
        }
    }
    /* query_canceled is also what a statement_timeout gives. */
    if (strcmp(error->sqlstate, "57014") == 0 && interrupt_pending()) {
        error->kind = ERROR_INTERRUPTED;
    }
    /* After these the server closes the connection. */
    if (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0) {
        error->kind = ERROR_UNREACHABLE;
    }
}

static void add_detail(const struct libpq *pq, struct text *text, const PGresult *answer,
                       int field, const char *label)
{
    const char *value = pq->PQresultErrorField(answer, field);
    if (value != NULL && value[0] != '\0') {
        text_format(text, "%s%s: %s", text->length == 0 ? "" : "\n", label, value);
    }
}

void postgres_fail_answer(struct db_connection *c, const struct request *request,
                          const PGresult *answer)
{
    const struct libpq *pq = c->pq;
    const char *state = pq->PQresultErrorField(answer, PG_DIAG_SQLSTATE);
    if (state == NULL) {
        /* Not the server's but libpq's own: the line is dead, or there is no memory. */
        if (pq->PQstatus(c->link) == CONNECTION_BAD) {
            postgres_lose(c);
            return;
        }
        struct text message = {0};
        postgres_add_message(&message, pq->PQerrorMessage(c->link));
        postgres_fail(c, request, ERROR_FAILED, "%s", text_string(&message));
        text_free(&message);
        return;
    }
    const char *severity = pq->PQresultErrorField(answer, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *primary = pq->PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY);
    const char *position = pq->PQresultErrorField(answer, PG_DIAG_STATEMENT_POSITION);
    struct error error = {0};
    (void)strncpy(error.sqlstate, state, sizeof error.sqlstate - 1);
    set_kind(&error, severity == NULL ? "" : severity);
    text_format(&error.message, "%s%s",
                error.kind == ERROR_UNREACHABLE ? "the connection was lost: " : "",
                error.kind == ERROR_INTERRUPTED
                    ? "interrupted" /* by whom the server cannot know */
                : primary == NULL ? "the server gives no message"
                                  : primary);
    error.position = position == NULL ? 0 : strtol(position, NULL, 10);
    add_detail(pq, &error.detail, answer, PG_DIAG_MESSAGE_DETAIL, "DETAIL");
    add_detail(pq, &error.detail, answer, PG_DIAG_MESSAGE_HINT, "HINT");
    add_detail(pq, &error.detail, answer, PG_DIAG_INTERNAL_QUERY, "QUERY");
    add_detail(pq, &error.detail, answer, PG_DIAG_CONTEXT, "CONTEXT");
    advise(&error);
    bool lost = error.kind == ERROR_UNREACHABLE;
    note(c, request, &error);
    if (lost) {
        c->lost = true;
        postgres_drop_queue(c);
    }
}

/* --- a dead line --- */

void postgres_lose(struct db_connection *c)
{
    struct text message = {0};
    /* The first line; the rest of libpq's text guesses at causes. */
    const char *said = c->pq->PQerrorMessage(c->link);
    text_append(&message, said, strcspn(said, "\n"));
    postgres_fail(c,
                  c->copying     ? &c->copy
                  : c->count > 0 ? &c->requests[c->first]
                                 : NULL,
                  ERROR_UNREACHABLE, "the connection was lost%s%s",
                  message.length == 0 ? "" : ": ", text_string(&message));
    text_free(&message);
    c->lost = true;
    c->copying = false;
    postgres_drop_queue(c);
}

bool postgres_refuse_lost(struct db_connection *c, struct error *error)
{
    if (c->failure.kind != ERROR_NONE) {
        return postgres_outcome(c, error);
    }
    return error_set(error, ERROR_UNREACHABLE, "the connection was lost");
}

bool postgres_outcome(struct db_connection *c, struct error *error)
{
    if (c->failure.kind == ERROR_NONE) {
        return true;
    }
    error_move(error, &c->failure);
    return false;
}
