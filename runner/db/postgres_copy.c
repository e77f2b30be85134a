#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "db/postgres.h"

enum {
    /* One message of the protocol; with its header of five bytes eight of libpq's pages, so
     * that it is one send(). */
    COPY_PIECE = 64 * 1024 - 5,
    /* What libpq may hold that the socket does not take: while the server reads, the next rows
     * are made. More would be moved about in libpq's buffer too often. */
    PENDING_BYTES = 256 * 1024,
};

/* Waits once for the socket; false when the line is dead. */
static bool wait_once(struct db_connection *c, bool write, int64_t began)
{
    postgres_wait(c, write, began);
    if (c->pq->PQconsumeInput(c->link) == 0) {
        postgres_lose(c);
    }
    return !c->lost;
}

/* Writes what libpq has buffered; reads meanwhile, since the server may be talking too. */
bool postgres_write_all(struct db_connection *c)
{
    int64_t began = clock_ms();
    for (;;) {
        int unwritten = c->pq->PQflush(c->link);
        if (unwritten < 0) {
            postgres_lose(c);
            return false;
        }
        if (unwritten == 0) {
            return true;
        }
        if (!wait_once(c, true, began)) {
            return false;
        }
    }
}

/* Writes what the socket takes, and waits only when libpq would hold too much: PQputCopyData
 * lets its buffer grow without an end. */
static bool write_some(struct db_connection *c)
{
    int unwritten = c->pq->PQflush(c->link);
    if (unwritten == 1 && c->copy_pending < PENDING_BYTES) {
        return true;
    }
    c->copy_pending = 0;
    return postgres_write_all(c);
}

/* The next result, waited for; NULL: there is none, or the line is dead. */
PGresult *postgres_next_result(struct db_connection *c)
{
    int64_t began = clock_ms();
    while (c->pq->PQisBusy(c->link) != 0) {
        if (!wait_once(c, false, began)) {
            return NULL;
        }
    }
    return c->pq->PQgetResult(c->link);
}

/* Throws COPY data of the server away. */
static void skip_copy_out(struct db_connection *c)
{
    int64_t began = clock_ms();
    int length = 0;
    while (length >= 0) {
        char *bytes = NULL;
        length = c->pq->PQgetCopyData(c->link, &bytes, 1);
        c->pq->PQfreemem(bytes);
        if (length == 0 && !wait_once(c, false, began)) {
            return;
        }
    }
}

static bool write_end(struct db_connection *c, const char *reason)
{
    int64_t began = clock_ms();
    for (;;) {
        int put = c->pq->PQputCopyEnd(c->link, reason);
        if (put == 1) {
            return postgres_write_all(c);
        }
        if (put < 0) {
            postgres_lose(c);
            return false;
        }
        if (!wait_once(c, true, began)) {
            return false;
        }
    }
}

/* Reads results until none is left. True when one of them begins a COPY from us; its other
 * outcomes are noted in result and c->failure. */
static bool read_results(struct db_connection *c, struct db_result *result)
{
    for (PGresult *answer = postgres_next_result(c); answer != NULL;
         answer = postgres_next_result(c)) {
        ExecStatusType status = c->pq->PQresultStatus(answer);
        if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
            postgres_fail_answer(c, &c->copy, answer);
        } else if (status == PGRES_COMMAND_OK && c->failure.kind == ERROR_NONE) {
            postgres_result(c, answer, result);
        }
        c->pq->PQclear(answer);
        if (c->lost || status == PGRES_COPY_IN) {
            return status == PGRES_COPY_IN;
        }
        if (status == PGRES_COPY_OUT) {
            skip_copy_out(c);
        } else if (status == PGRES_COPY_BOTH) {
            postgres_fail(c, &c->copy, ERROR_FAILED, "this is not a statement for COPY");
            c->lost = true;
            return false;
        }
    }
    return false;
}

static void back_to_pipeline(struct db_connection *c)
{
    c->copying = false;
    if (!c->lost && c->pq->PQenterPipelineMode(c->link) == 0) {
        postgres_lose(c);
    }
}

bool postgres_copy_begin(struct db_connection *c, const struct db_statement *statement,
                         struct error *error)
{
    if (!postgres_flush(c, error)) {
        return false;
    }
    request_set(&c->copy, REQUEST_STATEMENT, statement);
    c->cancelled = 0;
    /* A pipeline cannot hold a COPY (PostgreSQL manual, 34.5.1). */
    if (c->pq->PQexitPipelineMode(c->link) == 0 ||
        c->pq->PQsendQuery(c->link, statement->sql) == 0) {
        postgres_lose(c);
        return postgres_outcome(c, error);
    }
    if (postgres_write_all(c) && read_results(c, NULL)) {
        c->copying = true;
        c->copy_pending = 0;
        return true;
    }
    if (!c->lost) {
        postgres_fail(c, &c->copy, ERROR_FAILED, "this is not COPY ... FROM STDIN");
    }
    back_to_pipeline(c);
    return postgres_outcome(c, error);
}

void postgres_copy_abort(struct db_connection *c)
{
    /* The server's answer is an error that says that we gave up: nobody waits for it. */
    struct error before = c->failure;
    c->failure = (struct error){0};
    if (write_end(c, "given up")) {
        (void)read_results(c, NULL);
    }
    back_to_pipeline(c);
    if (!c->lost) {
        error_free(&c->failure);
        c->failure = before;
    } else {
        error_free(&before);
    }
}

static bool refuse_outside(const struct db_connection *c, struct error *error)
{
    return c->copying || error_set(error, ERROR_FAILED, "no COPY has been begun");
}

bool postgres_copy_data(struct db_connection *c, const char *bytes, size_t length,
                        struct error *error)
{
    if (c->lost) {
        return postgres_refuse_lost(c, error);
    }
    if (!refuse_outside(c, error)) {
        return false;
    }
    while (length > 0 && c->cancelled == 0) {
        size_t piece = length < COPY_PIECE ? length : COPY_PIECE;
        int put = c->pq->PQputCopyData(c->link, bytes, (int)piece);
        if (put < 0) {
            postgres_lose(c);
        } else if (put == 1) {
            bytes += piece;
            length -= piece;
        }
        c->copy_pending += piece;
        if (c->lost || !write_some(c)) {
            return postgres_outcome(c, error);
        }
    }
    if (c->cancelled != 0 && interrupt_pending()) {
        /* The server reads and does not see the cancel request. */
        postgres_fail(c, &c->copy, ERROR_INTERRUPTED, "interrupted");
        postgres_copy_abort(c);
    }
    return postgres_outcome(c, error);
}

bool postgres_copy_end(struct db_connection *c, struct db_result *result, struct error *error)
{
    if (result != NULL) {
        *result = (struct db_result){0};
    }
    if (c->lost) {
        return postgres_refuse_lost(c, error);
    }
    if (!refuse_outside(c, error)) {
        return false;
    }
    if (write_end(c, NULL)) {
        (void)read_results(c, result);
    }
    back_to_pipeline(c);
    return postgres_outcome(c, error);
}
