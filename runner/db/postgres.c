#include "db/postgres.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "db/postgres_url.h"

/* --- waiting --- */

/* A signal's cancel request that came between two statements found nothing to cancel. */
static void cancel_again(struct db_connection *c)
{
    char reason[256];
    if (c->cancelled != 0 && c->canceller != NULL && interrupt_pending()) {
        (void)c->pq->PQcancel(c->canceller, reason, sizeof reason);
    }
}

void postgres_wait(struct db_connection *c, bool write, int64_t began)
{
    struct pollfd socket = {.fd = c->pq->PQsocket(c->link),
                            .events = (short)(write ? POLLIN | POLLOUT : POLLIN)};
    if (poll(&socket, 1, POSTGRES_WAIT_MS) > 0) {
        return;
    }
    /* Without memory libpq cannot take in an answer that has come, and does not say so: it
     * would be waited for without end. This ends the process when there is none. */
    mem_free(mem_alloc((size_t)64 * 1024));
    cancel_again(c);
    if (c->settings.hooks.waiting != NULL) {
        c->settings.hooks.waiting(c->settings.hooks.data, clock_ms() - began);
    }
}

/* --- the driver's functions --- */

static void close_connection(struct db_connection *c);

static struct db_connection *
open_connection(const char *url, const struct db_settings *settings, struct error *error)
{
    const struct libpq *pq = libpq_load(error);
    if (pq == NULL) {
        return NULL;
    }
    struct db_connection *c = mem_alloc(sizeof *c);
    c->pq = pq;
    c->settings = *settings;
    c->application_name = mem_copy_string(settings->application_name);
    c->settings.application_name = c->application_name;
    c->display = postgres_url_display(url);
    if (!postgres_start(c, url, error)) {
        close_connection(c);
        return NULL;
    }
    return c;
}

static const char *failed_purpose(struct db_connection *c)
{
    return c->failed_purpose;
}

enum db_transaction postgres_transaction(struct db_connection *c)
{
    if (c->lost || !c->ready) {
        return DB_LOST;
    }
    switch (c->pq->PQtransactionStatus(c->link)) {
    case PQTRANS_IDLE:
        c->transaction = DB_IDLE;
        break;
    case PQTRANS_INERROR:
        c->transaction = DB_ABORTED;
        break;
    case PQTRANS_INTRANS:
        c->transaction = DB_OPEN;
        break;
    case PQTRANS_ACTIVE: /* something is queued, or a COPY: as of the last flush */
        break;
    case PQTRANS_UNKNOWN:
    default:
        c->transaction = DB_LOST;
        break;
    }
    return c->transaction;
}

static const char *info(struct db_connection *c, const char *what)
{
    const struct {
        const char *what;
        const char *value;
    } facts[] = {
        {"user", c->pq->PQuser(c->link)}, {"database", c->pq->PQdb(c->link)},
        {"host", c->pq->PQhost(c->link)}, {"port", c->pq->PQport(c->link)},
        {"version", c->version},          {"version_num", c->version_num},
        {"backend_pid", c->backend_pid},
    };
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        if (strcmp(facts[i].what, what) == 0) {
            return facts[i].value == NULL || facts[i].value[0] == '\0' ? NULL : facts[i].value;
        }
    }
    return NULL;
}

static const char *display(struct db_connection *c)
{
    return c->display;
}

/* In a signal handler: PQcancel is made for that. */
static void cancel(void *connection)
{
    struct db_connection *c = connection;
    char reason[256];
    c->cancelled = 1;
    if (c->canceller != NULL) {
        (void)c->pq->PQcancel(c->canceller, reason, sizeof reason);
    }
}

static void close_connection(struct db_connection *c)
{
    if (c == NULL) {
        return;
    }
    PGcancel *canceller = c->canceller;
    c->canceller = NULL;
    c->pq->PQfreeCancel(canceller);
    if ((c->count > 0 || c->batching) && c->pq->PQsocket(c->link) >= 0) {
        /* PQfinish would write what is queued, a COMMIT perhaps; nobody has asked for that. */
        (void)shutdown(c->pq->PQsocket(c->link), SHUT_RDWR);
    }
    c->pq->PQfinish(c->link);
    postgres_free_queue(c);
    postgres_free_batches(c);
    mem_free(c->copy.text);
    mem_free(c->display);
    mem_free(c->application_name);
    mem_free(c);
}

const struct db_driver db_postgres = {
    .name = "postgresql",
    .accepts = postgres_url_accepts,
    .connect = open_connection,
    .ready = postgres_ready,
    .send = postgres_send,
    .flush = postgres_flush,
    .failed_purpose = failed_purpose,
    .copy_begin = postgres_copy_begin,
    .copy_data = postgres_copy_data,
    .copy_end = postgres_copy_end,
    .transaction = postgres_transaction,
    .info = info,
    .database = postgres_database_name,
    .exists = postgres_database_exists,
    .create = postgres_database_create,
    .drop = postgres_database_drop,
    .display = display,
    .cancel = cancel,
    .close = close_connection,
};
