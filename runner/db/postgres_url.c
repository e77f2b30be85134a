#include "db/postgres_url.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Keywords that a key=value string may begin with. (libpq knows more; one of these is nearly
 * always there, and "sqlite:a=b.db" must not be taken for a connection string.) */
static const char *const first_words[] = {
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "service",
    "passfile",
    "sslmode",
    "application_name",
    "options",
    "connect_timeout",
    "gssencmode",
    "sslcert",
    "sslkey",
    "sslcrl",
    "sslrootcert",
    "keepalives",
    "channel_binding",
    "requirepeer",
    "client_encoding",
    "target_session_attrs",
    "fallback_application_name",
    "servicefile",
    "load_balance_hosts",
    "require_auth",
};

static bool is_uri(const char *url)
{
    return string_starts_with(url, "postgresql:") || string_starts_with(url, "postgres:");
}

static bool is_key_value(const char *url)
{
    url += strspn(url, " \t\r\n");
    size_t length = strspn(url, "abcdefghijklmnopqrstuvwxyz_");
    if (url[length + strspn(url + length, " \t")] != '=') {
        return false;
    }
    for (size_t i = 0; i < sizeof first_words / sizeof first_words[0]; i++) {
        if (strlen(first_words[i]) == length && memcmp(first_words[i], url, length) == 0) {
            return true;
        }
    }
    return false;
}

bool postgres_url_accepts(const char *url)
{
    return is_uri(url) || is_key_value(url);
}

const char *postgres_url_value(const PQconninfoOption *options, const char *keyword)
{
    for (; options->keyword != NULL; options++) {
        if (strcmp(options->keyword, keyword) == 0) {
            return options->val == NULL || options->val[0] == '\0' ? NULL : options->val;
        }
    }
    return NULL;
}

/* --- malformed ones --- */

static bool refuse(const char *url, struct error *error)
{
    error_set(
        error, ERROR_USAGE,
        "the database URL is malformed (it is not shown, because it may hold a password)");
    if (is_uri(url)) {
        return error_advise(error,
                            "It looks like postgresql://USER:PASSWORD@HOST:PORT/DATABASE; in "
                            "user and password write %% as %%25, @ as %%40, / as %%2F, : as "
                            "%%3A, # as %%23, ? as %%3F.");
    }
    return error_advise(error,
                        "It looks like host=HOST user=USER password='...' dbname=NAME; a "
                        "value with spaces stands in single quotes, and a quote or "
                        "backslash in it is written \\' or \\\\.");
}

static bool has_at(const char *bytes, size_t length)
{
    return memchr(bytes, '@', length) != NULL;
}

/* libpq ends user and password at the first "@", which it looks for only before the first "/",
 * but also behind a "?". So any other "@" than one in front of the host means that something
 * was not encoded, and that pieces of a password would be taken for a host, port or database.
 */
static bool credentials_are_plain(const char *url)
{
    const char *authority = strstr(url, "://");
    if (authority == NULL) {
        return false;
    }
    authority += 3;
    size_t length = strcspn(authority, "/?");
    const char *path = authority + length;
    const char *at = memchr(authority, '@', length);
    if (at != NULL && has_at(at + 1, (size_t)(path - at - 1))) {
        return false;
    }
    if (*path == '?') {
        return at != NULL || !has_at(path, strcspn(path, "/"));
    }
    return !has_at(path, strcspn(path, "?"));
}

/* A comma-separated list of host names, addresses and directories. */
static bool hosts_are_plain(const char *hosts)
{
    if (hosts == NULL || hosts[0] == '/' || hosts[0] == '@') {
        return true; /* a socket's directory or abstract name: any character may be in it */
    }
    for (const char *c = hosts; *c != '\0'; c++) {
        if (!isalnum((unsigned char)*c) && strchr(".-_:,%/", *c) == NULL &&
            (unsigned char)*c < 0x80) {
            return false;
        }
    }
    return true;
}

static bool ports_are_numbers(const char *ports)
{
    for (const char *c = ports; c != NULL && *c != '\0';) {
        size_t digits = strspn(c, "0123456789");
        long port = strtol(c, NULL, 10);
        if ((c[digits] != ',' && c[digits] != '\0') || digits > 5 || port > 65535 ||
            (digits > 0 && port == 0)) {
            return false;
        }
        c += digits + (c[digits] == ',');
    }
    return true;
}

PQconninfoOption *postgres_url_parse(const struct libpq *pq, const char *url,
                                     struct error *error)
{
    /* libpq's message repeats the piece that it did not understand, so it is not asked for. */
    PQconninfoOption *options = NULL;
    if (!is_uri(url) || credentials_are_plain(url)) {
        options = pq->PQconninfoParse(url, NULL);
    }
    if (options != NULL && hosts_are_plain(postgres_url_value(options, "host")) &&
        hosts_are_plain(postgres_url_value(options, "hostaddr")) &&
        ports_are_numbers(postgres_url_value(options, "port"))) {
        return options;
    }
    if (options != NULL) {
        pq->PQconninfoFree(options);
    }
    (void)refuse(url, error);
    return NULL;
}

/* --- showing --- */

static void add_encoded(struct text *text, const char *value, const char *also_plain)
{
    for (; value != NULL && *value != '\0'; value++) {
        if (isalnum((unsigned char)*value) || strchr("-._~", *value) != NULL ||
            strchr(also_plain, *value) != NULL) {
            text_add_char(text, *value);
        } else {
            text_format(text, "%%%02X", (unsigned)(unsigned char)*value);
        }
    }
}

void postgres_url_write(struct text *text, const char *user, const char *host, const char *port,
                        const char *database)
{
    bool socket = host != NULL && (host[0] == '/' || host[0] == '@');
    text_add(text, "postgresql://");
    if (user != NULL) {
        add_encoded(text, user, "");
        text_add_char(text, '@');
    }
    if (host != NULL && !socket) {
        bool address = strchr(host, ':') != NULL && strchr(host, ',') == NULL;
        text_add(text, address ? "[" : "");
        add_encoded(text, host, ":,");
        text_add(text, address ? "]" : "");
        if (port != NULL) {
            text_format(text, ":%s", port);
        }
    }
    text_add_char(text, '/');
    add_encoded(text, database, "");
    if (socket) {
        text_add(text, "?host=");
        add_encoded(text, host, "/,");
        if (port != NULL) {
            text_format(text, "&port=%s", port);
        }
    }
}

char *postgres_url_display(const char *url)
{
    struct error ignored = {0};
    const struct libpq *pq = libpq_load(&ignored);
    PQconninfoOption *options = pq == NULL ? NULL : postgres_url_parse(pq, url, &ignored);
    error_free(&ignored);
    struct text text = {0};
    if (options == NULL) {
        text_add(&text, "postgresql://");
        return text_take(&text);
    }
    const char *host = postgres_url_value(options, "host");
    postgres_url_write(&text, postgres_url_value(options, "user"),
                       host != NULL ? host : postgres_url_value(options, "hostaddr"),
                       postgres_url_value(options, "port"),
                       postgres_url_value(options, "dbname"));
    pq->PQconninfoFree(options);
    return text_take(&text);
}
