/* unlanded.c - weak definitions so that the binary links while sql/ and db/ are being written.
 */
#include "base/panic.h"
#include "db/db.h"
#include "sql/lexer.h"

#pragma weak db_script
#pragma weak sql_dialect_named
#pragma weak sql_transaction_word
#pragma weak sql_is_copy_out
#pragma weak sql_needs_autocommit
#pragma weak sql_next_statement

const struct db_driver db_script = {.name = "script"};

enum sql_dialect sql_dialect_named(const char *name)
{
    return name[0] == 's' ? SQL_SQLITE : SQL_POSTGRESQL;
}

enum sql_transaction_word sql_transaction_word(const char *sql, size_t length,
                                               enum sql_dialect dialect)
{
    (void)sql, (void)length, (void)dialect;
    return SQL_NO_TRANSACTION_WORD;
}

bool sql_is_copy_out(const char *sql, size_t length)
{
    (void)sql, (void)length;
    return false;
}

bool sql_needs_autocommit(const char *sql, size_t length, enum sql_dialect dialect)
{
    (void)sql, (void)length, (void)dialect;
    return false;
}

bool sql_next_statement(const char *text, size_t length, enum sql_dialect dialect,
                        struct sql_span *span)
{
    (void)text, (void)length, (void)dialect, (void)span;
    panic("the lexer is not linked in");
}
