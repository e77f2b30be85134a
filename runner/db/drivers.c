#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "db/db.h"
#include "db/postgres_url.h"

/* A database more is a line more here. script.c is not chosen by a URL. */
static const struct {
    const struct db_driver *driver;
    char *(*display)(const char *url);
} drivers[] = {
    {&db_sqlite, mem_copy_string},
    {&db_postgres, postgres_url_display},
};

enum { DRIVERS = sizeof drivers / sizeof drivers[0] };

const struct db_driver *db_driver_for(const char *url)
{
    for (size_t i = 0; i < DRIVERS; i++) {
        if (drivers[i].driver->accepts(url)) {
            return drivers[i].driver;
        }
    }
    return NULL;
}

const struct db_driver *db_driver_find(const char *url, struct error *error)
{
    const struct db_driver *driver = db_driver_for(url);
    if (driver == NULL) {
        char *display = db_url_display(url);
        error_set(error, ERROR_USAGE, "cannot tell the database from the URL %s", display);
        error_advise(error,
                     "Expected sqlite:PATH, postgresql://..., or key=value words for libpq.");
        mem_free(display);
    }
    return driver;
}

const char *db_dialect_of(const char *url)
{
    const struct db_driver *driver = db_driver_for(url);
    return driver == NULL ? NULL : driver->name;
}

char *db_url_display(const char *url)
{
    for (size_t i = 0; i < DRIVERS; i++) {
        if (drivers[i].driver->accepts(url)) {
            return drivers[i].display(url);
        }
    }
    /* Whatever it is, it may hold a password. */
    size_t scheme = strspn(url, "abcdefghijklmnopqrstuvwxyz0123456789+.-");
    bool has_scheme = strncmp(url + scheme, "://", 3) == 0;
    return string_format("%.*s...", has_scheme ? (int)scheme + 3 : 0, url);
}
