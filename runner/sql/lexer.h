/* lexer.h - find statements in SQL text, and what kind each is.
 *
 * Plain C. Knows quotes, comments, dollar quotes, BEGIN ATOMIC bodies, SQLite trigger bodies and COPY
 * data; knows no grammar. Sources: PostgreSQL manual, 4.1 "Lexical Structure"; psql's psqlscan.l;
 * sqlite.org/lang.html and SQLite's complete.c.
 */
#ifndef NEAP_SQL_LEXER_H
#define NEAP_SQL_LEXER_H

#include <stdbool.h>
#include <stddef.h>

enum sql_dialect { SQL_POSTGRESQL, SQL_SQLITE };
/* "postgresql" or "sqlite" (anything else: SQL_POSTGRESQL). */
enum sql_dialect sql_dialect_named(const char *name);

enum sql_span_kind {
    SQL_STATEMENT,
    SQL_BACKSLASH, /* a psql command: a line that begins with a backslash, outside a statement */
    SQL_UNCLOSED   /* a quote, comment or dollar quote that runs to the end of the text */
};

struct sql_span {
    size_t start; /* byte offsets into the text, [start, end): from the first token, leading comments and blanks left */
    size_t end;   /* out, without the semicolon and without trailing blanks */
    size_t next;  /* where to look for the next one */
    int line;     /* 1-based line of start */
    enum sql_span_kind kind;
    /* COPY ... FROM STDIN: its data lines, [data_start, data_end), without the "\." line; else equal. */
    size_t data_start;
    size_t data_end;
    bool is_copy_in;
};

/* Moves *span from one statement to the next; begin with {0}. Returns false after the last one. Empty statements are
 * passed over. Allocates nothing. */
bool sql_next_statement(const char *text, size_t length, enum sql_dialect dialect,
                        struct sql_span *span);

enum sql_transaction_word {
    SQL_NO_TRANSACTION_WORD,
    SQL_BEGIN,  /* BEGIN, START TRANSACTION */
    SQL_COMMIT, /* COMMIT, END; COMMIT PREPARED too */
    SQL_ROLLBACK, /* ROLLBACK, ABORT without TO [SAVEPOINT]; ROLLBACK PREPARED too */
    SQL_PREPARE_TRANSACTION,
    SQL_SAVEPOINT /* SAVEPOINT, RELEASE, ROLLBACK TO: allowed */
};
/* What one statement (leading comments are fine) does to the transaction. */
enum sql_transaction_word sql_transaction_word(const char *sql, size_t length,
                                               enum sql_dialect dialect);

/* True when PostgreSQL refuses it in a transaction block: CREATE / DROP INDEX CONCURRENTLY, REINDEX ... CONCURRENTLY, VACUUM,
 * CREATE / DROP DATABASE or TABLESPACE, ALTER SYSTEM, DETACH PARTITION ... CONCURRENTLY or FINALIZE, CREATE / DROP SUBSCRIPTION,
 * CLUSTER without a table, REINDEX DATABASE / SYSTEM ... SQLite: VACUUM, ATTACH, DETACH, PRAGMA foreign_keys / journal_mode. */
bool sql_needs_autocommit(const char *sql, size_t length, enum sql_dialect dialect);

/* True for COPY ... TO STDOUT. */
bool sql_is_copy_out(const char *sql, size_t length);

/* If sql is CREATE [UNIQUE] INDEX CONCURRENTLY [IF NOT EXISTS] name ON [ONLY] table, or REINDEX INDEX / DROP INDEX CONCURRENTLY name,
 * gives the words as written (quotes kept). name is empty for an unnamed index. */
struct sql_concurrent_index {
    enum { SQL_NOT_CONCURRENT, SQL_CREATE_INDEX, SQL_DROP_INDEX, SQL_REINDEX } what;
    const char *name, *table;
    size_t name_length, table_length;
};
struct sql_concurrent_index sql_concurrent_index(const char *sql, size_t length);

/* :name parameters outside strings, quoted names, comments, dollar quotes and "::" (also not ":=" and array slices
 * like [1:2], where a digit follows). Steps through: offset in and out; false after the last. */
struct sql_named_parameter {
    size_t start; /* of the colon */
    size_t end;   /* after the name */
};
bool sql_next_parameter(const char *text, size_t length, enum sql_dialect dialect,
                        struct sql_named_parameter *parameter);

#endif
