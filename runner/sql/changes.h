/* changes.h - which objects a statement creates, alters, drops or renames, as lines of text.
 *
 * Plain C. Reads CREATE, ALTER, DROP, COMMENT, GRANT, REVOKE, SELECT INTO and what sets the
 * search_path. What a DO block or a function does is not seen: they are told as run. All other
 * statements change no object.
 *
 * A line is words with one blank between them:
 *
 *     PLACE VERB KIND NAME [KEY=VALUE]...
 *
 *     14 create table account columns=id,email constraints=account_email_key
 *     15 rename column account.email to=mail
 *     16@helpers/a.lua:31 create function public.f args=(a%20integer) replace=
 *
 * PLACE  the line in the revision's file, and where it was sent from on the way, "-": unknown
 * VERB   create, alter, drop, rename; path: KIND is the search_path from here on; run: KIND is
 *        "block" (DO) or "function" (CALL, and a call in a SELECT), NAME its name or "-"
 * KIND   table, column, constraint, index, view, materialized_view, trigger, function, ...
 * NAME   as the catalog has it: [schema.]name; of columns, constraints, triggers, rules and
 *        policies [schema.]table.name
 * KEY    to, schema (of a rename), columns, constraints, args, table (of an index), what (of an
 *        alter), partition_of, and replace=, if_exists=, if_not_exists=, cascade=
 *
 * In names and values blanks, control characters and % . , = @ are %XX.
 */
#ifndef NEAP_SQL_CHANGES_H
#define NEAP_SQL_CHANGES_H

#include "base/text.h"
#include "sql/lexer.h"

/* Appends the lines of one statement, each beginning with place and ending with a newline. */
void sql_changes(const char *sql, size_t length, enum sql_dialect dialect, const char *place,
                 struct text *lines);
/* Appends bytes as a word of a line. */
void sql_add_change_word(struct text *out, const char *bytes, size_t length);

/* A part of a line, as it stands there. */
struct sql_change_word {
    const char *text;
    size_t length;
};
struct sql_change {
    struct sql_change_word place, verb, kind, name;
    struct sql_change_word rest; /* KEY=VALUE... */
};
/* Reads the line at *at and moves *at behind it; false at the end. What is no line of this form
 * is passed over. */
bool sql_next_change(const char **at, struct sql_change *change);
/* The next KEY=VALUE of rest, which is shortened; false when there is none. */
bool sql_next_change_field(struct sql_change_word *rest, struct sql_change_word *key,
                           struct sql_change_word *value);
/* Appends a word as it was before it became one. */
void sql_add_change_plain(struct text *out, struct sql_change_word word);

#endif
