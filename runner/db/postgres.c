#include "db/postgres.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "db/postgres_url.h"

enum {
    WAIT_MS = 100,
    MOST_KEYWORDS = 80, /* libpq 17 has 50 */
    CHECK_INTERVAL_SERVER = 140000,
};

/* A server before 14 does not look whether its client is still there while it works. */
static const char check_interval[] = "SET client_connection_check_interval = '500ms'";

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
    if (poll(&socket, 1, WAIT_MS) > 0) {
        return;
    }
    cancel_again(c);
    if (c->settings.hooks.waiting != NULL) {
        c->settings.hooks.waiting(c->settings.hooks.data, clock_ms() - began);
    }
}

/* --- what the server says besides answers --- */

static void on_notice(void *data, const PGresult *notice)
{
    const struct db_connection *c = data;
    if (c->settings.hooks.notice == NULL) {
        return;
    }
    const char *severity = c->pq->PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *message = c->pq->PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
    c->settings.hooks.notice(c->settings.hooks.data, severity == NULL ? "NOTICE" : severity,
                             message == NULL ? "" : message);
}

/* --- connecting --- */

/* What is asked of every connection when the URL does not say. */
static const struct {
    const char *keyword;
    const char *value;
} defaults[] = {
    /* A line that is cut without a word is noticed within a minute. */
    {"keepalives_idle", "30"},
    {"keepalives_interval", "10"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "60000"},
};

struct keywords {
    const char *names[MOST_KEYWORDS];
    const char *values[MOST_KEYWORDS];
    size_t count;
};

static void add_keyword(struct keywords *keywords, const char *name, const char *value)
{
    if (keywords->count + 1 < MOST_KEYWORDS) {
        keywords->names[keywords->count] = name;
        keywords->values[keywords->count] = value;
        keywords->count++;
    }
}

/* Settings go with the start-up packet: no round trip of their own, and RESET ALL comes back to
 * them. Not through "options": PgBouncer refuses it. */
static void collect_keywords(const struct db_connection *c, const PQconninfoOption *options,
                             struct keywords *keywords)
{
    for (const PQconninfoOption *option = options; option->keyword != NULL; option++) {
        if (option->val != NULL && strcmp(option->keyword, "client_encoding") != 0) {
            add_keyword(keywords, option->keyword, option->val);
        }
    }
    add_keyword(keywords, "client_encoding", "UTF8");
    if (postgres_url_value(options, "fallback_application_name") == NULL) {
        add_keyword(keywords, "fallback_application_name",
                    c->application_name == NULL ? "neap" : c->application_name);
    }
    /* What is given here would win over a service file. */
    if (postgres_url_value(options, "service") != NULL || getenv("PGSERVICE") != NULL) {
        return;
    }
    for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++) {
        if (postgres_url_value(options, defaults[i].keyword) == NULL) {
            add_keyword(keywords, defaults[i].keyword, defaults[i].value);
        }
    }
}

static void free_options(const struct libpq *pq, PQconninfoOption *options)
{
    for (PQconninfoOption *option = options; option->keyword != NULL; option++) {
        if (option->val != NULL && option->dispchar[0] == '*') {
            explicit_bzero(option->val, strlen(option->val));
        }
    }
    pq->PQconninfoFree(options);
}

/* As far as it goes without waiting: the server starts its process while we read files. */
static void advance(struct db_connection *c, int wait_ms)
{
    while (c->polling == PGRES_POLLING_READING || c->polling == PGRES_POLLING_WRITING) {
        struct pollfd socket = {.fd = c->pq->PQsocket(c->link),
                                .events =
                                    c->polling == PGRES_POLLING_READING ? POLLIN : POLLOUT};
        if (poll(&socket, 1, wait_ms) <= 0) {
            return;
        }
        c->polling = c->pq->PQconnectPoll(c->link);
    }
}

static bool start(struct db_connection *c, const char *url, struct error *error)
{
    PQconninfoOption *options = postgres_url_parse(c->pq, url, error);
    if (options == NULL) {
        return false;
    }
    struct keywords keywords = {0};
    collect_keywords(c, options, &keywords);
    c->link = c->pq->PQconnectStartParams(keywords.names, keywords.values, 0);
    free_options(c->pq, options);
    if (c->link == NULL) {
        return error_set(error, ERROR_UNREACHABLE, "libpq has no memory for a connection");
    }
    (void)c->pq->PQsetNoticeReceiver(c->link, on_notice, c);
    c->polling = c->pq->PQstatus(c->link) == CONNECTION_BAD ? PGRES_POLLING_FAILED
                                                            : PGRES_POLLING_WRITING;
    advance(c, 0);
    return true;
}

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
    if (!start(c, url, error)) {
        close_connection(c);
        return NULL;
    }
    return c;
}

static int64_t connect_timeout_ms(const struct db_connection *c)
{
    PQconninfoOption *options = c->pq->PQconninfo(c->link);
    if (options == NULL) {
        return 0;
    }
    const char *value = postgres_url_value(options, "connect_timeout");
    long seconds = value == NULL ? 0 : strtol(value, NULL, 10);
    free_options(c->pq, options);
    return seconds <= 0 ? 0 : (seconds < 2 ? 2 : seconds) * 1000L; /* as libpq does */
}

static bool refuse_connection(struct db_connection *c, struct error *error)
{
    struct text message = {0};
    postgres_add_message(&message, c->pq->PQerrorMessage(c->link));
    error_set(error, ERROR_UNREACHABLE, "cannot connect to %s: %s", c->display,
              text_string(&message));
    text_free(&message);
    return false;
}

static bool wait_until_connected(struct db_connection *c, struct error *error)
{
    int64_t began = clock_ms();
    int64_t timeout = connect_timeout_ms(c);
    while (c->polling == PGRES_POLLING_READING || c->polling == PGRES_POLLING_WRITING) {
        advance(c, WAIT_MS);
        int64_t waited = clock_ms() - began;
        if (c->polling == PGRES_POLLING_OK || c->polling == PGRES_POLLING_FAILED) {
            break;
        }
        if (interrupt_pending()) {
            return error_set(error, ERROR_INTERRUPTED, "interrupted while connecting to %s",
                             c->display);
        }
        if (timeout > 0 && waited >= timeout) {
            return error_set(error, ERROR_UNREACHABLE,
                             "cannot connect to %s: no answer within %lld s", c->display,
                             (long long)(timeout / 1000));
        }
        if (waited >= WAIT_MS && c->settings.hooks.waiting != NULL) {
            c->settings.hooks.waiting(c->settings.hooks.data, waited);
        }
    }
    return c->polling == PGRES_POLLING_OK || refuse_connection(c, error);
}

/* The URL of what was really connected to: defaults, service files and several hosts are
 * resolved. */
static void set_facts(struct db_connection *c)
{
    const struct libpq *pq = c->pq;
    const char *version = pq->PQparameterStatus(c->link, "server_version");
    (void)snprintf(c->version, sizeof c->version, "%.*s",
                   version == NULL ? 0 : (int)strcspn(version, " "), version);
    (void)snprintf(c->version_num, sizeof c->version_num, "%d", pq->PQserverVersion(c->link));
    (void)snprintf(c->backend_pid, sizeof c->backend_pid, "%d", pq->PQbackendPID(c->link));
    struct text url = {0};
    postgres_url_write(&url, pq->PQuser(c->link), pq->PQhost(c->link), pq->PQport(c->link),
                       pq->PQdb(c->link));
    mem_free(c->display);
    c->display = text_take(&url);
}

static bool finish_connecting(struct db_connection *c, struct error *error)
{
    if (c->ready) {
        return true;
    }
    if (!wait_until_connected(c, error)) {
        return false;
    }
    set_facts(c);
    c->canceller = c->pq->PQgetCancel(c->link);
    if (c->pq->PQsetnonblocking(c->link, 1) != 0 || c->pq->PQenterPipelineMode(c->link) == 0) {
        return refuse_connection(c, error);
    }
    c->ready = true;
    /* A server or role may be set otherwise, and then a backslash could end a string. */
    const char *conforming = c->pq->PQparameterStatus(c->link, "standard_conforming_strings");
    if (conforming == NULL || strcmp(conforming, "on") != 0) {
        postgres_queue_setting(c, "SET standard_conforming_strings = on");
    }
    if (c->pq->PQserverVersion(c->link) >= CHECK_INTERVAL_SERVER) {
        postgres_queue_setting(c, check_interval);
    }
    return true;
}

/* --- the rest of the table --- */

static const char *failed_purpose(struct db_connection *c)
{
    return c->failed_purpose;
}

static enum db_transaction transaction(struct db_connection *c)
{
    if (c->lost || !c->ready) {
        return DB_LOST;
    }
    switch (c->pq->PQtransactionStatus(c->link)) {
    case PQTRANS_IDLE:
        return DB_IDLE;
    case PQTRANS_INERROR:
        return DB_ABORTED;
    case PQTRANS_ACTIVE: /* a COPY */
    case PQTRANS_INTRANS:
        return DB_OPEN;
    case PQTRANS_UNKNOWN:
    default:
        return DB_LOST;
    }
}

static const char *info(struct db_connection *c, const char *what)
{
    const struct {
        const char *what;
        const char *value;
    } facts[] = {
        {"user", c->pq->PQuser(c->link)},
        {"database", c->pq->PQdb(c->link)},
        {"host", c->pq->PQhost(c->link)},
        {"port", c->pq->PQport(c->link)},
        {"version", c->version},
        {"version_num", c->version_num},
        {"backend_pid", c->backend_pid},
        /* To be sent again after a RESET ALL. */
        {"settings",
         c->pq->PQserverVersion(c->link) >= CHECK_INTERVAL_SERVER ? check_interval : NULL},
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
    if (c->count > 0 && c->link != NULL && c->pq->PQsocket(c->link) >= 0) {
        /* PQfinish would write what is queued, a COMMIT perhaps; nobody has asked for that. */
        (void)shutdown(c->pq->PQsocket(c->link), SHUT_RDWR);
    }
    c->pq->PQfinish(c->link);
    postgres_free_queue(c);
    mem_free(c->copy.text);
    mem_free(c->display);
    mem_free(c->application_name);
    mem_free(c);
}

const struct db_driver db_postgres = {
    .name = "postgresql",
    .accepts = postgres_url_accepts,
    .connect = open_connection,
    .ready = finish_connecting,
    .send = postgres_send,
    .flush = postgres_flush,
    .failed_purpose = failed_purpose,
    .copy_begin = postgres_copy_begin,
    .copy_data = postgres_copy_data,
    .copy_end = postgres_copy_end,
    .transaction = transaction,
    .info = info,
    .display = display,
    .cancel = cancel,
    .close = close_connection,
};
