/* sqlite_database.h - a whole SQLite database: its file, and those that SQLite keeps beside it.
 * See db_driver.
 */
#ifndef NEAP_DB_SQLITE_DATABASE_H
#define NEAP_DB_SQLITE_DATABASE_H

#include "db/db.h"

/* sqlite.c: the file that url means, to be freed; ":memory:" for none. NULL: malformed. */
char *sqlite_url_path(const char *url, struct error *error);

char *sqlite_database_name(const char *url, const struct db_settings *settings,
                           struct error *error);
bool sqlite_database_exists(const char *url, const struct db_settings *settings, bool *exists,
                            struct error *error);
bool sqlite_database_create(const char *url, const struct db_settings *settings,
                            const struct db_creation *creation, bool *changed,
                            struct error *error);
bool sqlite_database_drop(const char *url, const struct db_settings *settings, bool force,
                          bool *changed, struct error *error);

#endif
