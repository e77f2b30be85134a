/* objects.h - what SQL text creates, and which names it uses.
 *
 * Enough for an order of files: a view after the function that it calls. Plain C, allocates
 * nothing, linear. Knows the beginnings of CREATE and DROP, no expressions.
 * Sources: PostgreSQL manual, the CREATE and DROP commands; sqlite.org/lang.html
 */
#ifndef NEAP_SQL_OBJECTS_H
#define NEAP_SQL_OBJECTS_H

#include "sql/lexer.h"

/* A name as written, perhaps qualified and quoted: [start, end); empty when there is none. */
struct sql_name {
    size_t start, end;
};

struct sql_object {
    bool drop;    /* DROP instead of CREATE */
    bool replace; /* CREATE OR REPLACE */
    /* "function", "procedure", "aggregate", "view", "materialized view", "trigger", "type",
     * "domain", "table", "sequence", "schema", "extension", "index", "policy", "rule" */
    const char *kind;
    struct sql_name name;
    struct sql_name on; /* the table of a trigger, policy, rule or index */
    /* Of a function or procedure: its language as written (the word, or 'plpgsql' with its
     * quotes), empty: SQL (or it has BEGIN ATOMIC). */
    struct sql_name language;
};

/* What one statement creates or drops; of several dropped ones the first. False: nothing of
 * these kinds. Offsets are into sql. */
bool sql_object(const char *sql, size_t length, enum sql_dialect dialect,
                struct sql_object *object);

enum sql_use_kind {
    SQL_USE_CALL = 1,     /* name( */
    SQL_USE_RELATION = 2, /* after FROM, JOIN, ON, SETOF ... */
    SQL_USE_MENTION = 4,  /* any other place */
    SQL_USE_LATE = 8      /* within a body that is looked at when it runs, or within a string */
};

/* Calls use for every name in one statement, of bodies in quotes too, that wanted says yes to.
 */
struct sql_use_finder {
    void *data;
    bool (*wanted)(void *data, struct sql_name name);
    void (*use)(void *data, struct sql_name name, unsigned kind);
};
void sql_uses(const char *sql, size_t length, enum sql_dialect dialect,
              const struct sql_use_finder *out);

#endif
