/* sqlite_quoted.h - strings in double quotes.
 *
 * SQLite takes "abc" for a string where no column is called so, and other tools have written
 * such schemas. neap does not: a misspelt name is an error. But what stands in the schema
 * already must go on working. Source: sqlite.org/quirks.html#dblquote
 */
#ifndef NEAP_DB_SQLITE_QUOTED_H
#define NEAP_DB_SQLITE_QUOTED_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/text.h"

/* Appends the missing column of an error message in double quotes, as SQL has it; false when
 * the message is about something else. */
bool sqlite_missing_column(const char *message, struct text *quoted);

/* Appends sql with each "abc" that is this name (quoted) as the string 'abc'; false when it has
 * none. This is what SQLite's own ALTER TABLE makes of them. */
bool sqlite_as_string(const char *sql, const char *quoted, struct text *text);

/* Whether double quotes may be strings from now on. */
void sqlite_quoted_strings(sqlite3 *db, bool allowed);

/* Appends the text of all that the database's schema holds. */
void sqlite_schema_text(sqlite3 *db, struct text *text);

#endif
