#include "db/script_shell.h"

#include <stdbool.h>
#include <string.h>

#include "sql/lexer.h"

static void add_returns(struct text *out, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool line_end = bytes[i] == '\r' && i + 1 < length && bytes[i + 1] == '\n';
        text_append(out, "\r\r", line_end ? 2 : 0);
        if (!line_end) {
            text_add_char(out, bytes[i]);
        }
    }
}

void script_add_for_shell(struct text *out, const char *sql, size_t length)
{
    struct sql_token token = {0};
    size_t from = 0;
    bool any = memmem(sql, length, "\r\n", 2) != NULL;
    while (any && sql_next_token(sql, length, SQL_SQLITE, &token)) {
        if (token.kind == SQL_NAME || token.kind == SQL_STRING) {
            text_append(out, sql + from, token.start - from);
            add_returns(out, sql + token.start, token.end - token.start);
            from = token.end;
        }
    }
    text_append(out, sql + from, length - from);
}
