/* Whole databases: made and dropped through the server's maintenance database. */
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "db/postgres.h"
#include "db/postgres_url.h"
#include "sql/quote.h"

enum { FORCE_SINCE = 130000, SESSIONS_SHOWN = 5 };

/* As every installation has it; where it was dropped, the template is there. */
static const char *const maintenance[] = {"postgres", "template1"};

char *postgres_database_name(const char *url, const struct db_settings *settings,
                             struct error *error)
{
    /* libpq alone knows what services, variables and the user's name make of it. */
    struct db_connection *c = db_postgres.connect(url, settings, error);
    if (c == NULL) {
        return NULL;
    }
    char *name = mem_copy_string(c->pq->PQdb(c->link));
    if (name == NULL || name[0] == '\0') {
        mem_free(name);
        name = NULL;
        if (db_postgres.ready(c, error)) {
            error_set(error, ERROR_USAGE, "the URL names no database");
        }
    }
    db_postgres.close(c);
    return name;
}

/* --- the maintenance database --- */

static void add_word(struct text *text, const char *keyword, const char *value)
{
    text_format(text, "%s='", keyword);
    for (; *value != '\0'; value++) {
        text_format(text, "%s%c", *value == '\'' || *value == '\\' ? "\\" : "", *value);
    }
    text_add(text, "' ");
}

/* The same server, another database; it may hold the password. */
static bool other_database(const char *url, const char *database, struct text *other,
                           struct error *error)
{
    const struct libpq *pq = libpq_load(error);
    PQconninfoOption *options = pq == NULL ? NULL : postgres_url_parse(pq, url, error);
    if (options == NULL) {
        return false;
    }
    add_word(other, "dbname", database);
    for (const PQconninfoOption *option = options; option->keyword != NULL; option++) {
        if (option->val != NULL && option->val[0] != '\0' &&
            strcmp(option->keyword, "dbname") != 0) {
            add_word(other, option->keyword, option->val);
        }
    }
    pq->PQconninfoFree(options);
    return true;
}

static struct db_connection *connect_to(const char *url, const char *database,
                                        const struct db_settings *settings, struct error *error)
{
    struct text other = {0};
    struct db_connection *c = NULL;
    if (other_database(url, database, &other, error)) {
        c = db_postgres.connect(other.data, settings, error);
        explicit_bzero(other.data, other.length);
    }
    text_free(&other);
    if (c != NULL && !db_postgres.ready(c, error)) {
        db_postgres.close(c);
        c = NULL;
    }
    return c;
}

static void disconnect(struct db_connection *c)
{
    if (c != NULL) {
        interrupt_set_cancel(NULL, NULL);
        db_postgres.close(c);
    }
}

/* A connection to another database than name; a signal cancels what runs in it. */
static struct db_connection *connect_maintenance(const char *url, const char *name,
                                                 const struct db_settings *settings,
                                                 struct error *error)
{
    struct db_connection *c = NULL;
    for (size_t i = 0; i < sizeof maintenance / sizeof maintenance[0]; i++) {
        if (strcmp(maintenance[i], name) == 0) {
            continue;
        }
        struct error failed = {0};
        c = connect_to(url, maintenance[i], settings, &failed);
        if (c != NULL) {
            error_free(error);
            interrupt_set_cancel(db_postgres.cancel, c);
            break;
        }
        error_move(error, &failed); /* the first one is told */
    }
    return c;
}

static bool run(struct db_connection *c, const char *sql, const char *param,
                db_row_function *row, void *data, struct error *error)
{
    const struct db_value value = {
        .kind = DB_TEXT, .text = param, .length = param == NULL ? 0 : strlen(param)};
    const struct db_statement statement = {
        .sql = sql, .params = &value, .param_count = param == NULL ? 0 : 1, .purpose = "neap"};
    return postgres_send(c, &statement, row, data, NULL, error) && postgres_flush(c, error);
}

static bool count_row(void *data, const struct db_row *row)
{
    (void)row;
    ++*(int *)data;
    return true;
}

static bool find(struct db_connection *c, const char *name, bool *found, struct error *error)
{
    int count = 0;
    bool done = run(c,
                    "SELECT 1 FROM pg_catalog.pg_database WHERE datname OPERATOR(pg_catalog.=) "
                    "$1::pg_catalog.name",
                    name, count_row, &count, error);
    *found = count > 0;
    return done;
}

bool postgres_database_exists(const char *url, const struct db_settings *settings, bool *exists,
                              struct error *error)
{
    struct error failed = {0};
    *exists = false;
    struct db_connection *c = db_postgres.connect(url, settings, error);
    if (c == NULL) {
        return false;
    }
    bool done = db_postgres.ready(c, &failed) && run(c, "SELECT 1", NULL, NULL, NULL, &failed);
    bool silent = c->polling == PGRES_POLLING_READING || c->polling == PGRES_POLLING_WRITING;
    char *name = mem_copy_string(c->pq->PQdb(c->link));
    db_postgres.close(c);
    if (done) {
        mem_free(name);
        *exists = true;
        return true;
    }
    struct error ignored = {0};
    c = interrupt_pending() || silent || name == NULL
            ? NULL
            : connect_maintenance(url, name, settings, &ignored);
    done = c != NULL && find(c, name, exists, &ignored) && !*exists;
    disconnect(c);
    if (done) {
        error_free(&failed);
    } else {
        error_move(error, &failed); /* it is there, and does not let us in */
    }
    error_free(&ignored);
    mem_free(name);
    return done;
}

/* --- made and dropped --- */

static void add_name(struct text *sql, const char *before, const char *name)
{
    if (name != NULL) {
        text_add(sql, before);
        sql_quote_name(sql, name, strlen(name), SQL_POSTGRESQL);
    }
}

static void create_sql(const char *name, const struct db_creation *creation, struct text *sql)
{
    const char *template = creation->template;
    if (template == NULL && creation->encoding != NULL) {
        template = "template0"; /* a copy of template1 keeps template1's encoding */
    }
    add_name(sql, "CREATE DATABASE ", name);
    add_name(sql, " OWNER ", creation->owner);
    add_name(sql, " TEMPLATE ", template);
    if (creation->encoding != NULL) {
        text_add(sql, " ENCODING ");
        sql_quote_string(sql, creation->encoding, strlen(creation->encoding), SQL_POSTGRESQL);
    }
}

static void refuse_creation(const char *name, struct error *error)
{
    if (strcmp(error->sqlstate, "42501") == 0) {
        error_advise(error, "A role with CREATEDB, or a superuser, can create the database %s.",
                     name);
    }
}

bool postgres_database_create(const char *url, const struct db_settings *settings,
                              const struct db_creation *creation, bool *changed,
                              struct error *error)
{
    bool exists = false;
    *changed = false;
    if (!postgres_database_exists(url, settings, &exists, error)) {
        return false;
    }
    if (exists) {
        return true;
    }
    char *name = postgres_database_name(url, settings, error);
    struct db_connection *c =
        name == NULL ? NULL : connect_maintenance(url, name, settings, error);
    struct text sql = {0};
    bool done = c != NULL;
    if (done) {
        create_sql(name, creation, &sql);
        done = run(c, text_string(&sql), NULL, NULL, NULL, error);
        *changed = done;
    }
    /* Another one was faster: duplicate_database, or the same found at the index. */
    if (!done &&
        (strcmp(error->sqlstate, "42P04") == 0 || strcmp(error->sqlstate, "23505") == 0)) {
        error_free(error);
        done = true;
    }
    if (!done && name != NULL) {
        refuse_creation(name, error);
    }
    disconnect(c);
    text_free(&sql);
    mem_free(name);
    return done;
}

static bool session_row(void *data, const struct db_row *row)
{
    struct text *text = data;
    const struct db_value *values = row->values;
    text_format(text, "%sin use by backend %lld, user %s%s%s", text->length == 0 ? "" : "\n",
                (long long)values[0].integer, values[1].kind == DB_NULL ? "?" : values[1].text,
                values[2].kind == DB_NULL || values[2].length == 0 ? "" : ", ",
                values[2].kind == DB_NULL ? "" : values[2].text);
    return true;
}

static void refuse_drop(struct db_connection *c, const char *name, struct error *error)
{
    if (strcmp(error->sqlstate, "55006") != 0) {
        return;
    }
    struct error ignored = {0};
    struct text sql = {0};
    struct text sessions = {0};
    text_format(&sql,
                "SELECT pid, usename::pg_catalog.text, application_name FROM "
                "pg_catalog.pg_stat_activity WHERE datname OPERATOR(pg_catalog.=) "
                "$1::pg_catalog.name ORDER BY pid LIMIT %d",
                SESSIONS_SHOWN);
    (void)run(c, text_string(&sql), name, session_row, &sessions, &ignored);
    if (sessions.length > 0) {
        text_format(&error->detail, "%s%s", error->detail.length == 0 ? "" : "\n",
                    text_string(&sessions));
    }
    error_advise(error, "--force ends the sessions of others.");
    error_free(&ignored);
    text_free(&sql);
    text_free(&sessions);
}

static bool drop_found(struct db_connection *c, const char *name, bool force, bool *changed,
                       struct error *error)
{
    const char *version = db_postgres.info(c, "version_num");
    if (force && version != NULL && strtol(version, NULL, 10) < FORCE_SINCE) {
        return error_set(error, ERROR_FAILED,
                         "ending other sessions with --force needs PostgreSQL 13; this is %s",
                         db_postgres.info(c, "version"));
    }
    struct text sql = {0};
    add_name(&sql, "DROP DATABASE ", name);
    text_add(&sql, force ? " WITH (FORCE)" : "");
    *changed = run(c, text_string(&sql), NULL, NULL, NULL, error);
    text_free(&sql);
    if (!*changed) {
        refuse_drop(c, name, error);
    }
    return *changed;
}

bool postgres_database_drop(const char *url, const struct db_settings *settings, bool force,
                            bool *changed, struct error *error)
{
    bool found = false;
    *changed = false;
    char *name = postgres_database_name(url, settings, error);
    struct db_connection *c =
        name == NULL ? NULL : connect_maintenance(url, name, settings, error);
    bool done = c != NULL && find(c, name, &found, error) &&
                (!found || drop_found(c, name, force, changed, error));
    disconnect(c);
    mem_free(name);
    return done;
}
