/* lexer.h - find statements in SQL text, and what kind each is.
 *
 * Plain C. Knows quotes, comments, dollar quotes, BEGIN ATOMIC bodies, SQLite trigger bodies
 * and COPY data; knows no grammar. Takes any bytes, allocates nothing, runs in linear time.
 * Sources: PostgreSQL manual, 4.1 "Lexical Structure"; psql's psqlscan.l and mainloop.c;
 * sqlite.org/lang.html and SQLite's tokenize.c and complete.c.
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
    SQL_BACKSLASH, /* a psql command, outside a statement: from the backslash to the line's end
                    */
    SQL_UNCLOSED   /* a quote, comment or dollar quote that runs to the end of the text; also a
                      comment that SQLite would close there by itself */
};

struct sql_span {
    size_t
        start; /* byte offsets into the text, [start, end): from the first token to the last; */
    size_t end;  /* comments and blanks around it and the semicolon are left out */
    size_t next; /* where to look for the next one */
    int line;    /* 1-based line of start */
    enum sql_span_kind kind;
    /* COPY ... FROM STDIN: its data lines, [data_start, data_end), without the "\." line; else
     * equal. They begin on the line after the semicolon; what follows the semicolon on its own
     * line comes after them, as in psql, but must end there. */
    size_t data_start;
    size_t data_end;
    bool is_copy_in;
    /* Private: the text stops at hold and goes on at resume, after COPY data; 0: it does not.
     */
    size_t hold, resume;
};

/* Moves *span from one statement to the next; begin with {0}. Returns false after the last one.
 * Empty statements and a byte order mark are passed over. */
bool sql_next_statement(const char *text, size_t length, enum sql_dialect dialect,
                        struct sql_span *span);

enum sql_transaction_word {
    SQL_NO_TRANSACTION_WORD,
    SQL_BEGIN,    /* BEGIN, START TRANSACTION */
    SQL_COMMIT,   /* COMMIT, END; COMMIT PREPARED too */
    SQL_ROLLBACK, /* ROLLBACK, ABORT without TO [SAVEPOINT]; ROLLBACK PREPARED too */
    SQL_PREPARE_TRANSACTION,
    SQL_SAVEPOINT /* SAVEPOINT, RELEASE, ROLLBACK TO: allowed */
};
/* What one statement does to the transaction; leading comments and semicolons are fine. */
enum sql_transaction_word sql_transaction_word(const char *sql, size_t length,
                                               enum sql_dialect dialect);

/* True when the database refuses it in a transaction block. PostgreSQL: CREATE / DROP INDEX
 * CONCURRENTLY, REINDEX ... CONCURRENTLY, VACUUM, CREATE / DROP DATABASE, TABLESPACE or
 * SUBSCRIPTION, ALTER SYSTEM, DETACH PARTITION ... CONCURRENTLY (not FINALIZE), CLUSTER without
 * a table, REINDEX SCHEMA / DATABASE / SYSTEM, DISCARD ALL ... SQLite: VACUUM, ATTACH, DETACH,
 * setting PRAGMA foreign_keys, journal_mode, synchronous or temp_store. */
bool sql_needs_autocommit(const char *sql, size_t length, enum sql_dialect dialect);

/* True for a statement that changes the session and nothing in the database: SET (not SET
 * TRANSACTION or CONSTRAINTS), RESET, SELECT set_config(...). SQLite: PRAGMA. */
bool sql_is_setting(const char *sql, size_t length, enum sql_dialect dialect);

/* True for SET ROLE, SET SESSION ROLE and RESET ROLE. */
bool sql_sets_role(const char *sql, size_t length);

/* True for CALL and DO: a procedure may commit, which the database refuses in a transaction. */
bool sql_may_commit(const char *sql, size_t length, enum sql_dialect dialect);

/* True for COPY ... TO STDOUT. */
bool sql_is_copy_out(const char *sql, size_t length);

/* If sql is CREATE [UNIQUE] INDEX CONCURRENTLY [IF NOT EXISTS] name ON [ONLY] table, or REINDEX
 * INDEX / DROP INDEX CONCURRENTLY name, gives the words as written (quotes and schema kept).
 * name is empty for an unnamed index; of several dropped ones it is the first. The same of
 * ALTER TABLE table DETACH PARTITION name CONCURRENTLY. */
struct sql_concurrent_index {
    enum {
        SQL_NOT_CONCURRENT,
        SQL_CREATE_INDEX,
        SQL_DROP_INDEX,
        SQL_REINDEX,
        SQL_DETACH_PARTITION
    } what;
    const char *name, *table;
    size_t name_length, table_length;
};
struct sql_concurrent_index sql_concurrent_index(const char *sql, size_t length);

/* :name parameters outside strings, quoted names, comments, dollar quotes and "::" (also not
 * ":=", and not array slices like [1:n] or [low:high], where the colon touches what is before
 * it). Steps through: begin with {0}; false after the last. */
struct sql_named_parameter {
    size_t start; /* of the colon */
    size_t end;   /* after the name */
};
bool sql_next_parameter(const char *text, size_t length, enum sql_dialect dialect,
                        struct sql_named_parameter *parameter);

/* The database's own placeholders: $1 on PostgreSQL; ?, ?1 and $1 on SQLite, where a plain ? is
 * one more than the highest before it. Steps through: begin with {0}; false after the last. */
struct sql_placeholder {
    size_t start;
    size_t end;
    size_t number;  /* from 1; 0: one with a name (SQLite's :a, @a, $a), or $0 */
    size_t highest; /* so far */
};
bool sql_next_placeholder(const char *text, size_t length, enum sql_dialect dialect,
                          struct sql_placeholder *placeholder);

/* One token: a word (SQLite's numbers too), a quoted name, a string literal, or a byte of
 * anything else. Blanks and comments lie between tokens. */
struct sql_token {
    enum {
        SQL_END,
        SQL_WORD,
        SQL_NAME,
        SQL_STRING,
        SQL_OTHER,
        SQL_OPEN /* never closed */
    } kind;
    size_t start;
    size_t end;
};
/* Steps through: begin with {0}; false after the last. */
bool sql_next_token(const char *text, size_t length, enum sql_dialect dialect,
                    struct sql_token *token);

/* What follows the last token of the text: has it a line comment, so that a semicolon must go
 * on a new line? Is a quote or a comment open at the end? */
struct sql_ending {
    bool line_comment;
    bool unclosed;
    bool empty; /* no token at all */
};
struct sql_ending sql_ending(const char *text, size_t length, enum sql_dialect dialect);

#endif
