#include "db/sqlite_quoted.h"

#include <string.h>

#include "sql/lexer.h"

bool sqlite_missing_column(const char *message, struct text *quoted)
{
    static const char words[] = "no such column: ";
    const char *name = strstr(message, words);
    if (name == NULL) {
        return false;
    }
    name += sizeof words - 1;
    size_t length = strlen(name);
    /* Since 3.41: no such column: "abc" - should this be a string literal in single-quotes? */
    const char *advice = strstr(name, "\" - should this be");
    if (name[0] == '"' && advice != NULL && advice > name) {
        name++;
        length = (size_t)(advice - name);
    }
    text_add_char(quoted, '"');
    for (size_t i = 0; i < length; i++) {
        if (name[i] == '"') {
            text_add_char(quoted, '"');
        }
        text_add_char(quoted, name[i]);
    }
    text_add_char(quoted, '"');
    return true;
}

static void add_string(struct text *text, const char *quoted)
{
    text_add_char(text, '\'');
    for (const char *byte = quoted + 1; byte[1] != '\0'; byte++) {
        if (byte[0] == '"' && byte[1] == '"') {
            byte++;
        }
        text_add(text, byte[0] == '\'' ? "'" : "");
        text_add_char(text, byte[0]);
    }
    text_add_char(text, '\'');
}

bool sqlite_as_string(const char *sql, const char *quoted, struct text *text)
{
    size_t length = strlen(sql), quoted_length = strlen(quoted), from = 0;
    bool found = false;
    struct sql_token token = {0};
    while (sql_next_token(sql, length, SQL_SQLITE, &token)) {
        if (token.kind == SQL_NAME && token.end - token.start == quoted_length &&
            strncmp(sql + token.start, quoted, quoted_length) == 0) {
            text_append(text, sql + from, token.start - from);
            add_string(text, quoted);
            from = token.end;
            found = true;
        }
    }
    text_add(text, sql + from);
    return found;
}

void sqlite_quoted_strings(sqlite3 *db, bool allowed)
{
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, (int)allowed, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, (int)allowed, NULL);
}

static int add_line(void *data, int count, char **values, char **names)
{
    struct text *text = data;
    (void)count;
    (void)names;
    text_add(text, values[0]);
    text_add_char(text, '\n');
    return 0;
}

void sqlite_schema_text(sqlite3 *db, struct text *text)
{
    (void)sqlite3_exec(db, "SELECT sql FROM sqlite_schema WHERE instr(sql, '\"') > 0", add_line,
                       text, NULL);
}
