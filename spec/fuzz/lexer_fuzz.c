/* lexer_fuzz.c - a libFuzzer target for sql/: any bytes, both dialects.
 *
 *   clang -g -O1 -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -Irunner -o build/lexer_fuzz
 * \ spec/fuzz/lexer_fuzz.c runner/sql/[a-z]*.c runner/base/text.c runner/base/memory.c
 * runner/base/panic.c build/lexer_fuzz -max_total_time=60
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sql/changes.h"
#include "sql/lexer.h"
#include "sql/quote.h"

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* Every line that is written is read back whole. */
static void changes(const char *sql, size_t length, enum sql_dialect dialect)
{
    struct text lines = {0};
    struct text plain = {0};
    sql_changes(sql, length, dialect, "1", &lines);
    const char *at = text_string(&lines);
    check(strlen(at) == lines.length);
    size_t written = 0;
    size_t read = 0;
    for (const char *line = at; *line != '\0'; line++) {
        written += *line == '\n' ? 1 : 0;
    }
    struct sql_change change;
    struct sql_change_word key, value;
    while (sql_next_change(&at, &change)) {
        read++;
        sql_add_change_plain(&plain, change.name);
        while (sql_next_change_field(&change.rest, &key, &value)) {
            check(key.length > 0);
            sql_add_change_plain(&plain, value);
        }
    }
    check(read == written);
    text_free(&lines);
    text_free(&plain);
}

static void statements(const char *text, size_t length, enum sql_dialect dialect)
{
    struct sql_span span = {0};
    for (size_t last = 0; sql_next_statement(text, length, dialect, &span); last = span.end) {
        check(span.start >= last && span.end > span.start && span.end <= length);
        check(span.data_start <= span.data_end && span.data_end <= length && span.line > 0);
        const char *sql = text + span.start;
        size_t size = span.end - span.start;
        (void)sql_transaction_word(sql, size, dialect);
        (void)sql_needs_autocommit(sql, size, dialect);
        (void)sql_is_copy_out(sql, size);
        struct sql_concurrent_index index = sql_concurrent_index(sql, size);
        check(index.name_length + index.table_length <= size);
        check(!sql_ending(sql, size, dialect).empty || span.kind == SQL_UNCLOSED);
        changes(sql, size, dialect);
    }
}

/* Quoted text is one token again. */
static void quotes(const char *text, size_t length, enum sql_dialect dialect)
{
    struct text out = {0};
    sql_quote_name(&out, text, length, dialect);
    text_add_char(&out, ' ');
    sql_quote_string(&out, text, length, dialect);
    text_add_char(&out, ' ');
    sql_quote_bytes(&out, text, length, dialect);
    struct sql_span span = {0};
    check(sql_next_statement(out.data, out.length, dialect, &span));
    check(span.end == out.length && span.kind == SQL_STATEMENT);
    text_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    const char *text = (const char *)data;
    for (int i = 0; i < 2; i++) {
        enum sql_dialect dialect = i == 0 ? SQL_POSTGRESQL : SQL_SQLITE;
        statements(text, length, dialect);
        quotes(text, length, dialect);
        struct sql_named_parameter parameter = {0};
        for (size_t last = 0; sql_next_parameter(text, length, dialect, &parameter);) {
            check(parameter.start >= last && parameter.end > parameter.start + 1);
            last = parameter.end;
        }
        struct sql_placeholder placeholder = {0};
        for (size_t last = 0; sql_next_placeholder(text, length, dialect, &placeholder);) {
            check(placeholder.start >= last && placeholder.end > placeholder.start);
            last = placeholder.end;
        }
    }
    return 0;
}
