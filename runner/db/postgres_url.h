/* postgres_url.h - PostgreSQL connection strings, and what of them may be shown.
 *
 * URIs and key=value strings as libpq takes them (PostgreSQL manual, 34.1.1). Nothing here or
 * in its errors ever shows a piece of a string that could not be understood: a password with an
 * unencoded "@" or "/" ends up in the host or the port, and libpq's own messages repeat it.
 */
#ifndef NEAP_DB_POSTGRES_URL_H
#define NEAP_DB_POSTGRES_URL_H

#include "base/text.h"
#include "db/libpq_load.h"

/* "postgresql:", "postgres:" or key=value with a key of libpq's. Loads nothing. */
bool postgres_url_accepts(const char *url);

/* The parts of url as libpq sees them; the caller frees them with PQconninfoFree. NULL and
 * ERROR_USAGE when it is malformed. */
PQconninfoOption *postgres_url_parse(const struct libpq *pq, const char *url,
                                     struct error *error);
/* The value of one part, or NULL when it is not given or empty. */
const char *postgres_url_value(const PQconninfoOption *options, const char *keyword);

/* Appends "postgresql://user@host:port/database", "?host=" for a socket directory. Any may be
 * NULL. */
void postgres_url_write(struct text *text, const char *user, const char *host, const char *port,
                        const char *database);
/* The same from a connection string; only the scheme when it is malformed. */
char *postgres_url_display(const char *url);

#endif
