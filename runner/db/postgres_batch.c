/* postgres_batch.c - texts that are sent many to a string.
 *
 * A file of functions costs the server less as part of a string of a hundred or more, in one
 * simple query, than as a statement of the pipeline. While the server works on one string the
 * next is collected; they grow, for between two of them the server waits. What an error says is
 * the same as for a statement alone: its text, its place, and the position in it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "db/postgres.h"

enum { FIRST_STATEMENTS = 50, MOST_STATEMENTS = 800, MOST_BYTES = 1024 * 1024 };

static void clear(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        mem_free(batch->parts[i].at);
        mem_free(batch->parts[i].via);
    }
    batch->count = 0;
    text_clear(&batch->text);
}

void postgres_free_batches(struct db_connection *c)
{
    for (size_t i = 0; i < 2; i++) {
        clear(&c->batches[i]);
        text_free(&c->batches[i].text);
        mem_free(c->batches[i].parts);
    }
}

static char *copy_or_null(const char *string)
{
    return string == NULL ? NULL : mem_copy_string(string);
}

static void add(struct batch *batch, const struct db_statement *statement)
{
    batch->parts = mem_grow(batch->parts, batch->count, &batch->capacity, sizeof *batch->parts);
    struct batch_part *part = &batch->parts[batch->count++];
    *part = (struct batch_part){.start = batch->text.length,
                                .length = strlen(statement->sql),
                                .at = copy_or_null(statement->source.at),
                                .via = copy_or_null(statement->source.via),
                                .indent = statement->source.indent};
    text_append(&batch->text, statement->sql, part->length);
    text_add(&batch->text, ";\n");
}

/* The server's positions count characters. */
static long characters(const char *text, size_t length)
{
    long count = 0;
    for (size_t i = 0; i < length; i++) {
        count += ((unsigned char)text[i] & 0xC0) != 0x80 ? 1 : 0;
    }
    return count;
}

/* The part that an error is about: the one that holds its position, or the one after those that
 * were answered. *before: the characters in front of it. */
static size_t failed_part(const struct batch *batch, size_t answered, long position,
                          long *before)
{
    size_t part = answered < batch->count ? answered : batch->count - 1;
    long at = 0;
    *before = 0;
    if (position == 0) {
        return part;
    }
    for (size_t i = 0; i < batch->count; i++) {
        size_t next = i + 1 < batch->count ? batch->parts[i + 1].start : batch->text.length;
        long length =
            characters(batch->text.data + batch->parts[i].start, next - batch->parts[i].start);
        if (position <= at + length) {
            *before = at;
            return i;
        }
        at += length;
    }
    return part;
}

static void fail_part(struct db_connection *c, const struct batch *batch, size_t answered,
                      const PGresult *answer)
{
    const char *said = c->pq->PQresultErrorField(answer, PG_DIAG_STATEMENT_POSITION);
    bool first = c->failure.kind == ERROR_NONE;
    long before = 0;
    const struct batch_part *part = &batch->parts[failed_part(
        batch, answered, said == NULL ? 0 : strtol(said, NULL, 10), &before)];
    char *sql = mem_copy(batch->text.data + part->start, part->length);
    struct db_statement statement = {.sql = sql, .source = {part->at, part->via, part->indent}};
    struct request request = {0};
    request_set(&request, REQUEST_STATEMENT, &statement);
    postgres_fail_answer(c, &request, answer);
    if (first && c->failure.position > before) {
        c->failure.position -= before;
    }
    mem_free(request.text);
    mem_free(sql);
}

/* Waits for the answers to the string that was sent last. */
static void finish_sent(struct db_connection *c)
{
    struct batch *batch = &c->batches[1];
    size_t answered = 0;
    if (batch->count == 0) {
        return;
    }
    for (PGresult *answer = postgres_next_result(c); answer != NULL;
         answer = postgres_next_result(c)) {
        ExecStatusType status = c->pq->PQresultStatus(answer);
        if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
            fail_part(c, batch, answered, answer);
        } else if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT ||
                   status == PGRES_COPY_BOTH) {
            postgres_fail(c, NULL, ERROR_FAILED,
                          "COPY from or to the client cannot be sent as a plain statement");
            c->lost = true;
        }
        answered++;
        c->pq->PQclear(answer);
        if (c->settings.hooks.answered != NULL) {
            c->settings.hooks.answered(c->settings.hooks.data);
        }
        if (c->lost) {
            break;
        }
    }
    clear(batch);
}

/* Sends what was collected, when the string before it is answered and was right. */
static void send_filled(struct db_connection *c)
{
    finish_sent(c);
    if (c->failure.kind == ERROR_NONE && c->cancelled != 0 && interrupt_pending()) {
        postgres_fail(c, NULL, ERROR_INTERRUPTED, "interrupted");
    }
    if (c->lost || c->failure.kind != ERROR_NONE || c->batches[0].count == 0) {
        clear(&c->batches[0]);
        return;
    }
    if (c->batch_limit < MOST_STATEMENTS) {
        c->batch_limit *= 2;
    }
    struct batch filled = c->batches[0];
    c->batches[0] = c->batches[1];
    c->batches[1] = filled;
    if (c->pq->PQsendQuery(c->link, text_string(&c->batches[1].text)) == 0 ||
        !postgres_write_all(c)) {
        clear(&c->batches[1]);
        if (!c->lost) {
            postgres_lose(c);
        }
    }
}

bool postgres_batch_add(struct db_connection *c, const struct db_statement *statement,
                        struct error *error)
{
    if (!c->batching) {
        if (!postgres_flush(c, error)) {
            return false;
        }
        if (c->pq->PQexitPipelineMode(c->link) == 0) {
            postgres_lose(c);
            return postgres_outcome(c, error);
        }
        c->batching = true;
        c->batch_limit = FIRST_STATEMENTS;
        c->cancelled = 0;
    }
    add(&c->batches[0], statement);
    if (c->batches[0].count >= c->batch_limit || c->batches[0].text.length >= MOST_BYTES) {
        send_filled(c);
    }
    return c->failure.kind == ERROR_NONE || postgres_flush(c, error);
}

void postgres_batch_end(struct db_connection *c)
{
    if (!c->batching) {
        return;
    }
    send_filled(c);
    finish_sent(c);
    c->batching = false;
    if (!c->lost && c->pq->PQenterPipelineMode(c->link) == 0) {
        postgres_lose(c);
    }
}
