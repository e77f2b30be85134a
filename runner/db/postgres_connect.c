#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "db/postgres.h"
#include "db/postgres_url.h"

enum { MOST_KEYWORDS = 80 }; /* libpq 17 has 50 */

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

/* --- settings of the connection --- */

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

/* The last value given for a name is libpq's. */
static void add_keyword(struct keywords *keywords, const char *name, const char *value)
{
    if (value != NULL && keywords->count + 1 < MOST_KEYWORDS) {
        keywords->names[keywords->count] = name;
        keywords->values[keywords->count] = value;
        keywords->count++;
    }
}

static void add_options(struct keywords *keywords, const PQconninfoOption *options)
{
    for (; options->keyword != NULL; options++) {
        add_keyword(keywords, options->keyword, options->val);
    }
}

/* Settings go with the start-up packet: no round trip of their own, and RESET ALL comes back to
 * them. Not through "options": PgBouncer refuses it. */
static void add_settings(const struct db_connection *c, const PQconninfoOption *options,
                         struct keywords *keywords)
{
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

/* Passwords are wiped. */
static void free_options(const struct libpq *pq, PQconninfoOption *options)
{
    for (PQconninfoOption *option = options; option->keyword != NULL; option++) {
        if (option->val != NULL && option->dispchar[0] == '*') {
            explicit_bzero(option->val, strlen(option->val));
        }
    }
    pq->PQconninfoFree(options);
}

/* --- beginning --- */

/* As far as it goes without waiting longer than wait_ms for the socket. */
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

static void begin(struct db_connection *c, const struct keywords *keywords)
{
    c->link = c->pq->PQconnectStartParams(keywords->names, keywords->values, 0);
    c->polling = PGRES_POLLING_FAILED;
    if (c->link == NULL || c->pq->PQstatus(c->link) == CONNECTION_BAD) {
        return; /* PQerrorMessage has a word for NULL, too */
    }
    (void)c->pq->PQsetNoticeReceiver(c->link, on_notice, c);
    c->polling = PGRES_POLLING_WRITING;
    advance(c, 0); /* the server starts its process while we read files */
}

bool postgres_start(struct db_connection *c, const char *url, struct error *error)
{
    PQconninfoOption *options = postgres_url_parse(c->pq, url, error);
    if (options == NULL) {
        return false;
    }
    struct keywords keywords = {0};
    add_options(&keywords, options);
    add_settings(c, options, &keywords);
    begin(c, &keywords);
    free_options(c->pq, options);
    return true;
}

/* --- several hosts --- */

/* Item number index of a comma-separated list; NULL when there is none. */
static const char *list_item(const char *list, size_t index, size_t *length)
{
    for (; list != NULL && index > 0; index--) {
        list = strchr(list, ',');
        list = list == NULL ? NULL : list + 1;
    }
    *length = list == NULL ? 0 : strcspn(list, ",");
    return list;
}

static bool item_is(const char *list, size_t index, const char *value)
{
    size_t length = 0;
    const char *item = list_item(list, index, &length);
    return item == NULL || (strlen(value) == length && memcmp(item, value, length) == 0);
}

/* The list without that item, to be freed; a list of one item is for all hosts and stays. */
static char *list_without(const char *list, size_t index)
{
    size_t length = 0;
    const char *item = list_item(list, index, &length);
    if (list == NULL || item == NULL || strchr(list, ',') == NULL) {
        return mem_copy_string(list);
    }
    if (item[length] == ',') {
        return string_format("%.*s%s", (int)(item - list), list, item + length + 1);
    }
    return string_format("%.*s", (int)(item - list) - 1, list);
}

/* Which of the hosts is being tried. */
static size_t current_host(const struct db_connection *c, const PQconninfoOption *options)
{
    const char *hosts = postgres_url_value(options, "host");
    hosts = hosts == NULL ? postgres_url_value(options, "hostaddr") : hosts;
    const char *ports = postgres_url_value(options, "port");
    size_t length = 0;
    size_t index = 0;
    while (list_item(hosts, index, &length) != NULL) {
        if (item_is(hosts, index, c->pq->PQhost(c->link)) &&
            (ports == NULL || strchr(ports, ',') == NULL ||
             item_is(ports, index, c->pq->PQport(c->link)))) {
            return index;
        }
        index++;
    }
    return 0;
}

/* libpq goes on to the next host when one refuses, but knows of no time limit while it is
 * polled. So one that does not answer is taken off the list, and the rest is begun anew. False:
 * none is left. */
static bool drop_host(struct db_connection *c)
{
    static const char *const lists[] = {"host", "hostaddr", "port"};
    enum { LISTS = sizeof lists / sizeof lists[0] };
    PQconninfoOption *options = c->pq->PQconninfo(c->link);
    if (options == NULL) {
        return false;
    }
    const char *hosts = postgres_url_value(options, "host");
    hosts = hosts == NULL ? postgres_url_value(options, "hostaddr") : hosts;
    bool several = hosts != NULL && strchr(hosts, ',') != NULL;
    if (several) {
        size_t dropped = current_host(c, options);
        struct keywords keywords = {0};
        char *shorter[LISTS];
        add_options(&keywords, options);
        for (size_t i = 0; i < LISTS; i++) {
            shorter[i] = list_without(postgres_url_value(options, lists[i]), dropped);
            add_keyword(&keywords, lists[i], shorter[i]);
        }
        c->pq->PQfinish(c->link);
        begin(c, &keywords);
        for (size_t i = 0; i < LISTS; i++) {
            mem_free(shorter[i]);
        }
    }
    free_options(c->pq, options);
    return several;
}

/* --- completing --- */

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

/* Of a refused connection libpq gives no SQLSTATE (3D000, invalid_catalog_name), so it is known
 * where the server speaks English. */
static bool is_missing(struct db_connection *c, const char *message)
{
    const char *name = c->pq->PQdb(c->link);
    char *said = string_format("database \"%s\" does not exist", name == NULL ? "" : name);
    bool missing = strstr(message, said) != NULL;
    mem_free(said);
    return missing;
}

static bool refuse_connection(struct db_connection *c, struct error *error)
{
    struct text message = {0};
    struct text question = {0};
    char *said = mem_copy_string(c->pq->PQerrorMessage(c->link));
    /* "Is the server running ...?" is on a line of its own; with several hosts there are more.
     */
    char *second = strstr(said, "\n\t");
    if (second != NULL && strstr(second + 1, "\n\t") == NULL) {
        *second = '\0';
        postgres_add_message(&question, second + 2);
    }
    postgres_add_message(&message, said);
    error_set(error, ERROR_UNREACHABLE, "cannot connect to %s: %s", c->display,
              text_string(&message));
    if (question.length > 0) {
        error_advise(error, "%s", text_string(&question));
    }
    if (is_missing(c, text_string(&message))) {
        error_advise(error,
                     "`neap create` makes it; `neap setup`, with all that belongs into it.");
    }
    mem_free(said);
    text_free(&question);
    text_free(&message);
    return false;
}

static bool is_pending(const struct db_connection *c)
{
    return c->polling == PGRES_POLLING_READING || c->polling == PGRES_POLLING_WRITING;
}

/* Waits for one host. False: it has not answered in time, or a signal came. */
static bool wait_for_host(struct db_connection *c, int64_t timeout)
{
    int64_t began = clock_ms();
    const char *host = c->pq->PQhost(c->link);
    while (is_pending(c) && !interrupt_pending()) {
        advance(c, POSTGRES_WAIT_MS);
        if (host != c->pq->PQhost(c->link)) {
            host = c->pq->PQhost(c->link); /* libpq has gone on to the next one */
            began = clock_ms();
        }
        int64_t waited = clock_ms() - began;
        if (is_pending(c) && timeout > 0 && waited >= timeout) {
            return false;
        }
        if (waited >= POSTGRES_WAIT_MS && c->settings.hooks.waiting != NULL) {
            c->settings.hooks.waiting(c->settings.hooks.data, waited);
        }
    }
    return !is_pending(c);
}

static bool wait_until_connected(struct db_connection *c, struct error *error)
{
    int64_t timeout = connect_timeout_ms(c);
    int64_t limit = c->settings.connect_timeout_ms;
    timeout = limit > 0 && (timeout == 0 || limit < timeout) ? limit : timeout;
    while (!wait_for_host(c, timeout)) {
        if (interrupt_pending()) {
            return error_set(error, ERROR_INTERRUPTED, "interrupted while connecting to %s",
                             c->display);
        }
        if (!drop_host(c)) {
            return error_set(error, ERROR_UNREACHABLE,
                             "cannot connect to %s: no answer within %lld s", c->display,
                             (long long)((timeout + 999) / 1000));
        }
    }
    return c->polling == PGRES_POLLING_OK || refuse_connection(c, error);
}

/* Facts for info, and the URL of what was really connected to: defaults, service files and
 * several hosts are resolved. */
static void set_facts(struct db_connection *c)
{
    const struct libpq *pq = c->pq;
    const char *version = pq->PQparameterStatus(c->link, "server_version");
    if (version != NULL) {
        (void)snprintf(c->version, sizeof c->version, "%.*s", (int)strcspn(version, " "),
                       version);
    }
    (void)snprintf(c->version_num, sizeof c->version_num, "%d", pq->PQserverVersion(c->link));
    (void)snprintf(c->backend_pid, sizeof c->backend_pid, "%d", pq->PQbackendPID(c->link));
    struct text url = {0};
    postgres_url_write(&url, pq->PQuser(c->link), pq->PQhost(c->link), pq->PQport(c->link),
                       pq->PQdb(c->link));
    mem_free(c->display);
    c->display = text_take(&url);
}

bool postgres_ready(struct db_connection *c, struct error *error)
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
    return true;
}
