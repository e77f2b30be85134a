#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "db/postgres.h"
#include "sql/lexer.h"
#include "sql/quote.h"

enum {
    /* Ask the server for its answers after this many bytes, so that it works while more is
     * being made; below it a flush is one packet. */
    SEND_BYTES = 64 * 1024,
    /* And wait for them when this much is unanswered: what is kept for error messages stays
     * bounded, however long a revision is. */
    UNANSWERED_BYTES = 1024 * 1024,
    REQUEST_BYTES = 256,    /* counted for every request besides its text */
    KEPT_BYTES = 16 * 1024, /* text of a request longer than this is not kept for the next */
    PARAM_LIMIT = 65535,    /* of the protocol: a 16-bit count */
    NUMBER_BYTES = 32,
};

/* --- the queue --- */

static const char *add_part(char **end, const char *part)
{
    if (part == NULL) {
        return NULL;
    }
    char *start = *end;
    *end = stpcpy(start, part) + 1;
    return start;
}

static size_t part_length(const char *part)
{
    return part == NULL ? 0 : strlen(part) + 1;
}

void request_set(struct request *request, enum request_kind kind,
                 const struct db_statement *statement)
{
    size_t needed = strlen(statement->sql) + 1 + part_length(statement->source.at) +
                    part_length(statement->source.via) + part_length(statement->purpose);
    char *text = request->text;
    size_t capacity = request->capacity;
    if (text == NULL || needed > capacity) {
        mem_free(text);
        capacity = needed < KEPT_BYTES / 32 ? KEPT_BYTES / 32 : needed;
        text = mem_alloc(capacity);
    }
    char *end = text;
    *request = (struct request){.kind = kind, .text = text, .capacity = capacity};
    (void)add_part(&end, statement->sql);
    request->at = add_part(&end, statement->source.at);
    request->via = add_part(&end, statement->source.via);
    request->purpose = add_part(&end, statement->purpose);
    request->indent = statement->source.indent;
    request->bytes = needed + REQUEST_BYTES;
}

static struct request *request_at(struct db_connection *c, size_t index)
{
    return &c->requests[(c->first + index) % c->capacity];
}

/* The ring is straightened when it grows, so that places keep their texts. */
static void grow(struct db_connection *c)
{
    size_t capacity = c->capacity == 0 ? 16 : c->capacity * 2;
    struct request *requests = mem_alloc(capacity * sizeof *requests);
    for (size_t i = 0; i < c->capacity; i++) {
        requests[i] = *request_at(c, i);
    }
    mem_free(c->requests);
    c->requests = requests;
    c->capacity = capacity;
    c->first = 0;
}

static struct request *push(struct db_connection *c, enum request_kind kind,
                            const struct db_statement *statement)
{
    if (c->count == c->capacity) {
        grow(c);
    }
    if (c->count == 0) {
        c->first = 0; /* the same few places, warm in the cache, for small flushes */
        c->cancelled = 0;
    }
    struct request *request = request_at(c, c->count);
    request_set(request, kind, statement);
    c->count++;
    c->unanswered += request->bytes;
    c->unsent += request->bytes;
    c->unsynced = kind != REQUEST_SYNC;
    return request;
}

static void pop(struct db_connection *c)
{
    struct request *request = &c->requests[c->first];
    c->unanswered -= request->bytes;
    if (request->capacity > KEPT_BYTES) {
        mem_free(request->text);
        *request = (struct request){0};
    }
    c->first = (c->first + 1) % c->capacity;
    c->count--;
    if (c->settings.hooks.answered != NULL) {
        c->settings.hooks.answered(c->settings.hooks.data);
    }
    c->row_mode = false;
    c->rows_unwanted = false;
    c->result_bytes = 0;
}

void postgres_drop_queue(struct db_connection *c)
{
    while (c->count > 0) {
        pop(c);
    }
    c->unsent = 0;
    c->unsynced = false;
}

void postgres_free_queue(struct db_connection *c)
{
    for (size_t i = 0; i < c->capacity; i++) {
        mem_free(c->requests[i].text);
    }
    for (size_t i = 0; i < c->prepared_count; i++) {
        mem_free(c->prepared[i].name);
    }
    mem_free(c->requests);
    mem_free(c->prepared);
    mem_free(c->values);
    mem_free(c->names);
    mem_free(c->params);
    mem_free(c->failed_purpose);
    text_free(&c->numbers);
    error_free(&c->failure);
}

/* --- answers --- */

static void make_room(struct db_connection *c, size_t width)
{
    if (width > c->width) {
        c->values = mem_resize(c->values, width * sizeof *c->values);
        c->names = mem_resize(c->names, width * sizeof *c->names);
        c->width = width;
    }
}

/* The types that Lua has; everything else stays the server's text. Numbers: pg_type.dat. */
static struct db_value value_of(unsigned type, const char *text, size_t length)
{
    struct db_value value = {.kind = DB_TEXT, .text = text, .length = length};
    switch (type) {
    case 16: /* bool */
        value.kind = DB_BOOLEAN;
        value.integer = text[0] == 't';
        break;
    case 20: /* int8 */
    case 21: /* int2 */
    case 23: /* int4 */
        value.kind = DB_INTEGER;
        value.integer = strtoll(text, NULL, 10);
        break;
    case 700: /* float4 */
    case 701: /* float8 */
        value.kind = DB_REAL;
        value.real = strtod(text, NULL);
        break;
    default:
        break;
    }
    return value;
}

static void cancel_result(struct db_connection *c)
{
    char reason[256];
    if (c->canceller != NULL) {
        (void)c->pq->PQcancel(c->canceller, reason, sizeof reason);
    }
}

/* The rest of a result that nobody can hold: the server is told to stop, and what is on its way
 * is thrown away. */
static void refuse_result(struct db_connection *c, const struct request *request)
{
    postgres_fail(c, request, ERROR_FAILED, "the result is larger than %zu MB",
                  c->settings.result_limit / (1024 * 1024));
    error_advise(&c->failure, "Read it in parts (LIMIT, or a range of keys), or let SQL do the "
                              "work in the database.");
    c->rows_unwanted = true;
    cancel_result(c);
}

static void give_row(struct db_connection *c, const struct request *request,
                     const PGresult *answer, int row)
{
    const struct libpq *pq = c->pq;
    int width = pq->PQnfields(answer);
    make_room(c, (size_t)width);
    for (int i = 0; i < width; i++) {
        size_t length = (size_t)pq->PQgetlength(answer, row, i);
        c->result_bytes += length + sizeof(struct db_value);
        c->names[i] = pq->PQfname(answer, i);
        if (pq->PQgetisnull(answer, row, i) != 0) {
            c->values[i] = (struct db_value){.kind = DB_NULL};
        } else {
            c->values[i] =
                value_of(pq->PQftype(answer, i), pq->PQgetvalue(answer, row, i), length);
        }
    }
    if (c->settings.result_limit != 0 && c->result_bytes > c->settings.result_limit) {
        refuse_result(c, request);
        return;
    }
    struct db_row given = {.count = (size_t)width, .names = c->names, .values = c->values};
    c->rows_unwanted = !request->row(request->row_data, &given);
}

static void give_rows(struct db_connection *c, const struct request *request,
                      const PGresult *answer)
{
    int rows = c->pq->PQntuples(answer);
    for (int row = 0; row < rows && request->row != NULL && !c->rows_unwanted; row++) {
        give_row(c, request, answer, row);
    }
}

/* The tags that count rows which were written, not read. */
static bool counts_writes(const char *tag)
{
    static const char *const tags[] = {"INSERT ", "UPDATE ", "DELETE ", "MERGE ", "COPY "};
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        if (string_starts_with(tag, tags[i])) {
            return true;
        }
    }
    return false;
}

void postgres_result(struct db_connection *c, const PGresult *answer, struct db_result *result)
{
    if (result == NULL) {
        return;
    }
    const char *tag = c->pq->PQcmdStatus((PGresult *)answer);
    (void)snprintf(result->tag, sizeof result->tag, "%s", tag);
    result->affected =
        counts_writes(tag) ? strtoll(c->pq->PQcmdTuples((PGresult *)answer), NULL, 10) : 0;
    result->done = true;
}

/* Prepared statements live as long as the connection, unless SQL drops them. */
static void forget_prepared_if_dropped(struct db_connection *c, const PGresult *answer)
{
    if (c->prepared_count == 0) {
        return;
    }
    const char *tag = c->pq->PQcmdStatus((PGresult *)answer);
    if (strcmp(tag, "DISCARD ALL") == 0 || strcmp(tag, "DEALLOCATE ALL") == 0) {
        for (size_t i = 0; i < c->prepared_count; i++) {
            c->prepared[i].known = false;
        }
    }
}

static void complete(struct db_connection *c, const struct request *request,
                     const PGresult *answer)
{
    if (request->kind == REQUEST_STATEMENT) {
        give_rows(c, request, answer);
        if (c->failure.kind == ERROR_NONE) {
            postgres_result(c, answer, request->result);
        }
        forget_prepared_if_dropped(c, answer);
    }
}

static void failed(struct db_connection *c, const struct request *request,
                   const PGresult *answer)
{
    if (request->kind == REQUEST_PREPARE) {
        c->prepared[request->prepared].known = false;
    }
    if (request->kind != REQUEST_SETTING) {
        postgres_fail_answer(c, request, answer);
    } else if (c->pq->PQstatus(c->link) == CONNECTION_BAD) {
        postgres_lose(c);
    }
}

static void advise_copy(struct db_connection *c)
{
    error_advise(&c->failure, "Write with COPY ... FROM STDIN and its data in an SQL file "
                              "(op.load_sql), or with op.bulk_insert; read with op.query.");
}

/* COPY data would have to come or go now, and the statements queued behind it are in the way.
 * It was hidden from check_copy: a DO block cannot, but an extension's statement might. */
static void refuse_copy(struct db_connection *c, const struct request *request)
{
    postgres_fail(c, request, ERROR_FAILED,
                  "COPY from or to the client cannot be sent as a plain statement");
    advise_copy(c);
    c->lost = true; /* libpq has no way back into the pipeline */
    postgres_drop_queue(c);
}

static void take_answer(struct db_connection *c, const PGresult *answer)
{
    const struct request *request = &c->requests[c->first];
    switch (c->pq->PQresultStatus(answer)) {
    case PGRES_SINGLE_TUPLE:
        give_rows(c, request, answer);
        break;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
        complete(c, request, answer);
        break;
    case PGRES_PIPELINE_ABORTED:
        if (request->kind == REQUEST_PREPARE) {
            c->prepared[request->prepared].known = false;
        }
        break;
    case PGRES_PIPELINE_SYNC:
        pop(c);
        break;
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
        refuse_copy(c, request);
        break;
    case PGRES_BAD_RESPONSE:
    case PGRES_NONFATAL_ERROR:
    case PGRES_FATAL_ERROR:
    default:
        failed(c, request, answer);
        break;
    }
}

/* Reads the answers that have arrived. */
static void read_answers(struct db_connection *c)
{
    const struct libpq *pq = c->pq;
    while (c->count > 0 && !c->lost) {
        enum request_kind kind = c->requests[c->first].kind;
        if (!c->row_mode) {
            /* Rows one by one: a result never has to fit into memory. Before its first byte is
             * looked at, so before PQisBusy. */
            c->row_mode = true;
            if (kind == REQUEST_STATEMENT) {
                (void)pq->PQsetSingleRowMode(c->link);
            }
        }
        if (pq->PQisBusy(c->link) != 0) {
            return;
        }
        PGresult *answer = pq->PQgetResult(c->link);
        if (answer != NULL) {
            take_answer(c, answer);
            pq->PQclear(answer);
        } else if (kind == REQUEST_SYNC) {
            postgres_lose(c); /* libpq waits for nothing, and the sync was not answered */
        } else {
            pop(c);
        }
    }
}

/* --- sending and waiting --- */

/* Until no more than `unanswered` bytes of requests wait for an answer and, for 0, none is
 * left. Reads while it writes: neither side may wait for the other with both buffers full. */
static void exchange(struct db_connection *c, size_t unanswered)
{
    int64_t began = clock_ms();
    while (!c->lost) {
        int unwritten = c->pq->PQflush(c->link);
        if (unwritten < 0) {
            read_answers(c); /* the server's last words, if any */
            if (!c->lost) {
                postgres_lose(c);
            }
            return;
        }
        if (unwritten == 0 && c->unanswered <= unanswered) {
            return;
        }
        postgres_wait(c, unwritten == 1, began);
        if (c->pq->PQconsumeInput(c->link) == 0) {
            read_answers(c);
            if (!c->lost) {
                postgres_lose(c);
            }
            return;
        }
        read_answers(c);
    }
}

static void send_failed(struct db_connection *c, const struct request *request)
{
    if (c->pq->PQstatus(c->link) == CONNECTION_BAD) {
        postgres_lose(c);
        return;
    }
    struct text message = {0};
    postgres_add_message(&message, c->pq->PQerrorMessage(c->link));
    postgres_fail(c, request, ERROR_FAILED, "%s", text_string(&message));
    text_free(&message);
}

/* The last request was not sent after all. */
static void take_back(struct db_connection *c)
{
    struct request *request = request_at(c, c->count - 1);
    send_failed(c, request);
    if (c->count > 0) {
        c->unanswered -= request->bytes;
        c->count--;
    }
}

static void queue_sync(struct db_connection *c)
{
    static const struct db_statement nothing = {.sql = ""};
    (void)push(c, REQUEST_SYNC, &nothing);
    if (c->pq->PQpipelineSync(c->link) == 0) {
        take_back(c);
    }
}

void postgres_queue_setting(struct db_connection *c, const char *sql)
{
    struct db_statement statement = {.sql = sql};
    (void)push(c, REQUEST_SETTING, &statement);
    if (c->pq->PQsendQueryParams(c->link, sql, 0, NULL, NULL, NULL, NULL, 0) == 0) {
        take_back(c);
        return;
    }
    /* By itself, so that it is no part of a transaction, and a CREATE INDEX CONCURRENTLY may
     * follow. */
    queue_sync(c);
}

/* --- parameters --- */

static void add_bytes(struct text *text, const char *bytes, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    text_add(text, "\\x");
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        char hex[2] = {digits[byte >> 4], digits[byte & 15]};
        text_append(text, hex, sizeof hex);
    }
}

/* Appends the value as PostgreSQL reads it, with its NUL. */
static void add_param(struct text *text, const struct db_value *value)
{
    switch (value->kind) {
    case DB_INTEGER:
        text_format(text, "%lld", (long long)value->integer);
        break;
    case DB_REAL:
        sql_add_real(text, value->real);
        break;
    case DB_BOOLEAN:
        text_add(text, value->integer != 0 ? "t" : "f");
        break;
    case DB_BYTES:
        add_bytes(text, value->text, value->length);
        break;
    case DB_NULL:
    case DB_TEXT:
        break;
    }
    text_append(text, "", 1);
}

static bool check_params(struct db_connection *c, const struct db_statement *statement)
{
    struct request place = {0};
    const char *problem = NULL;
    if (statement->param_count > PARAM_LIMIT) {
        problem = "a statement can have 65535 parameters at most";
    }
    for (size_t i = 0; i < statement->param_count && problem == NULL; i++) {
        const struct db_value *value = &statement->params[i];
        if (value->kind == DB_TEXT && memchr(value->text, '\0', value->length) != NULL) {
            problem = "text with a NUL byte cannot be stored in PostgreSQL";
        }
    }
    if (problem != NULL) {
        request_set(&place, REQUEST_STATEMENT, statement);
        postgres_fail(c, &place, ERROR_FAILED, "%s", problem);
        mem_free(place.text);
    }
    return problem == NULL;
}

/* COPY data cannot pass through the pipeline: refused before the connection gets stuck in it.
 */
static bool check_copy(struct db_connection *c, const struct db_statement *statement)
{
    const char *sql = statement->sql;
    sql += strspn(sql, " \t\r\n\f");
    if (strncasecmp(sql, "copy", 4) != 0 && sql[0] != '-' && sql[0] != '/') {
        return true;
    }
    size_t length = strlen(sql);
    struct sql_span span = {0};
    bool copies = sql_is_copy_out(sql, length) ||
                  (sql_next_statement(sql, length, SQL_POSTGRESQL, &span) && span.is_copy_in);
    if (copies) {
        struct request place = {0};
        request_set(&place, REQUEST_STATEMENT, statement);
        postgres_fail(c, &place, ERROR_FAILED,
                      "COPY from or to the client cannot be sent as a plain statement");
        advise_copy(c);
        mem_free(place.text);
    }
    return !copies;
}

/* Fills c->params; what is not text already is written to c->numbers first, which moves as it
 * grows. Returns the bytes. */
static size_t set_params(struct db_connection *c, const struct db_statement *statement)
{
    size_t count = statement->param_count;
    if (count > c->params_room) {
        c->params = mem_resize(c->params, count * sizeof *c->params);
        c->params_room = count;
    }
    text_clear(&c->numbers);
    for (size_t i = 0; i < count; i++) {
        if (statement->params[i].kind != DB_TEXT && statement->params[i].kind != DB_NULL) {
            add_param(&c->numbers, &statement->params[i]);
        }
    }
    const char *next = c->numbers.data;
    size_t bytes = c->numbers.length;
    for (size_t i = 0; i < count; i++) {
        const struct db_value *value = &statement->params[i];
        c->params[i] = NULL;
        if (value->kind == DB_TEXT) {
            c->params[i] = value->text;
            bytes += value->length;
        } else if (value->kind != DB_NULL) {
            c->params[i] = next;
            next += strlen(next) + 1;
        }
    }
    return bytes;
}

/* --- statements --- */

static size_t find_prepared(struct db_connection *c, const char *name)
{
    for (size_t i = 0; i < c->prepared_count; i++) {
        if (strcmp(c->prepared[i].name, name) == 0) {
            return i;
        }
    }
    c->prepared =
        mem_grow(c->prepared, c->prepared_count, &c->prepared_capacity, sizeof *c->prepared);
    c->prepared[c->prepared_count] = (struct prepared){.name = mem_copy_string(name)};
    return c->prepared_count++;
}

static bool prepare(struct db_connection *c, const struct db_statement *statement)
{
    size_t index = find_prepared(c, statement->name);
    if (c->prepared[index].known) {
        return true;
    }
    push(c, REQUEST_PREPARE, statement)->prepared = index;
    if (c->pq->PQsendPrepare(c->link, statement->name, statement->sql, 0, NULL) == 0) {
        take_back(c);
        return false;
    }
    c->prepared[index].known = true;
    return true;
}

static bool queue(struct db_connection *c, const struct db_statement *statement,
                  db_row_function *row, void *row_data, struct db_result *result)
{
    bool named = statement->name != NULL && !c->settings.no_prepare;
    if (!check_copy(c, statement) || !check_params(c, statement) ||
        (named && !prepare(c, statement))) {
        return false;
    }
    size_t bytes = set_params(c, statement);
    struct request *request = push(c, REQUEST_STATEMENT, statement);
    request->row = row;
    request->row_data = row_data;
    request->result = result;
    request->bytes += bytes;
    c->unanswered += bytes;
    c->unsent += bytes;
    int count = (int)statement->param_count;
    int sent = named ? c->pq->PQsendQueryPrepared(c->link, statement->name, count, c->params,
                                                  NULL, NULL, 0)
                     : c->pq->PQsendQueryParams(c->link, statement->sql, count, NULL, c->params,
                                                NULL, NULL, 0);
    if (sent == 0) {
        take_back(c);
        return false;
    }
    return true;
}

/* A cancel request stops the statement that it finds at work. Those that a loop in C goes on to
 * queue behind it are stopped here. */
static bool check_signal(struct db_connection *c, const struct db_statement *statement)
{
    if (c->cancelled == 0 || c->count == 0 || !interrupt_pending()) {
        return true;
    }
    struct request place = {0};
    request_set(&place, REQUEST_STATEMENT, statement);
    postgres_fail(c, &place, ERROR_INTERRUPTED, "interrupted");
    mem_free(place.text);
    return false;
}

bool postgres_send(struct db_connection *c, const struct db_statement *statement,
                   db_row_function *row, void *row_data, struct db_result *result,
                   struct error *error)
{
    if (result != NULL) {
        *result = (struct db_result){0};
    }
    if (c->lost) {
        return postgres_refuse_lost(c, error);
    }
    if (c->copying) {
        postgres_copy_abort(c);
    }
    if (statement->many && row == NULL && result == NULL && statement->param_count == 0 &&
        c->failure.kind == ERROR_NONE && check_copy(c, statement)) {
        return postgres_batch_add(c, statement, error);
    }
    postgres_batch_end(c);
    if (c->failure.kind == ERROR_NONE && check_signal(c, statement) &&
        queue(c, statement, row, row_data, result) && c->unsent >= SEND_BYTES) {
        c->unsent = 0;
        (void)c->pq->PQsendFlushRequest(c->link);
        exchange(c, UNANSWERED_BYTES);
    } else if (statement->purpose == NULL && c->failure.kind == ERROR_NONE) {
        /* The server works on it while the revision's Lua goes on. Does not wait. */
        (void)c->pq->PQflush(c->link);
    }
    return c->failure.kind == ERROR_NONE || postgres_flush(c, error);
}

bool postgres_flush(struct db_connection *c, struct error *error)
{
    if (c->lost) {
        return postgres_refuse_lost(c, error);
    }
    if (c->copying) {
        postgres_copy_abort(c);
    }
    postgres_batch_end(c);
    if (c->unsynced) {
        queue_sync(c);
    }
    exchange(c, 0);
    c->unsent = 0;
    (void)postgres_transaction(c);
    return postgres_outcome(c, error);
}
