#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "db/db.h"
#include "db/postgres_url.h"

/* A database more is a line more here. script.c is not chosen by a URL. */
static const struct row {
    const struct db_driver *driver;
    char *(*display)(const char *url);
} rows[] = {
    {&db_sqlite, mem_copy_string},
    {&db_postgres, postgres_url_display},
};

static const struct row *find_row(const char *url)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].driver->accepts(url)) {
            return &rows[i];
        }
    }
    return NULL;
}

/* Whatever it is, it may hold a password. */
static char *scheme_alone(const char *url)
{
    size_t scheme = strspn(url, "abcdefghijklmnopqrstuvwxyz0123456789+.-");
    bool has_scheme = strncmp(url + scheme, "://", 3) == 0;
    return string_format("%.*s...", has_scheme ? (int)scheme + 3 : 0, url);
}

const struct db_driver *db_driver_for(const char *url)
{
    const struct row *row = find_row(url);
    return row == NULL ? NULL : row->driver;
}

const struct db_driver *db_driver_find(const char *url, struct error *error)
{
    const struct row *row = find_row(url);
    if (row != NULL) {
        return row->driver;
    }
    char *shown = scheme_alone(url);
    error_set(error, ERROR_USAGE, "cannot tell the database from the URL %s", shown);
    error_advise(error,
                 "Expected sqlite:PATH, postgresql://..., or key=value words for libpq.");
    mem_free(shown);
    return NULL;
}

const char *db_dialect_of(const char *url)
{
    const struct db_driver *driver = db_driver_for(url);
    return driver == NULL ? NULL : driver->name;
}

char *db_url_display(const char *url)
{
    const struct row *row = find_row(url);
    return row == NULL ? scheme_alone(url) : row->display(url);
}
