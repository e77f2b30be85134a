#include "sql/quote.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_plain_byte(char c, bool first, enum sql_dialect dialect)
{
    return (c >= 'a' && c <= 'z') || c == '_' || (!first && c >= '0' && c <= '9') ||
           (dialect == SQL_SQLITE && c >= 'A' && c <= 'Z');
}

static bool is_plain_name(const char *name, size_t length, enum sql_dialect dialect)
{
    for (size_t i = 0; i < length; i++) {
        if (!is_plain_byte(name[i], i == 0, dialect)) {
            return false;
        }
    }
    return length > 0 && !sql_is_reserved(name, length, dialect);
}

/* The bytes with every `doubled` twice, and every `also` too. */
static void append_doubled(struct text *out, const char *bytes, size_t length, char doubled,
                           char also)
{
    size_t from = 0;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == doubled || bytes[i] == also) {
            text_append(out, bytes + from, i - from + 1);
            from = i; /* the same byte begins the next piece */
        }
    }
    text_append(out, bytes + from, length - from);
}

void sql_quote_name(struct text *out, const char *name, size_t length, enum sql_dialect dialect)
{
    if (is_plain_name(name, length, dialect)) {
        text_append(out, name, length);
        return;
    }
    text_add_char(out, '"');
    append_doubled(out, name, length, '"', '"');
    text_add_char(out, '"');
}

void sql_quote_string(struct text *out, const char *bytes, size_t length,
                      enum sql_dialect dialect)
{
    bool escape = dialect == SQL_POSTGRESQL && length > 0 && memchr(bytes, '\\', length);
    text_add(out, escape ? "E'" : "'");
    append_doubled(out, bytes, length, '\'', escape ? '\\' : '\'');
    text_add_char(out, '\'');
}

void sql_quote_bytes(struct text *out, const char *bytes, size_t length,
                     enum sql_dialect dialect)
{
    static const char digits[] = "0123456789abcdef";
    text_add(out, dialect == SQL_SQLITE ? "x'" : "E'\\\\x");
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        char pair[2] = {digits[byte >> 4], digits[byte & 15]};
        text_append(out, pair, sizeof pair);
    }
    text_add_char(out, '\'');
}

void sql_add_real(struct text *out, double real)
{
    char digits[40] = "NaN";
    if (isinf(real)) {
        text_add(out, real < 0 ? "-Infinity" : "Infinity");
        return;
    }
    for (int precision = 15; !isnan(real) && precision <= 17; precision++) {
        (void)snprintf(digits, sizeof digits, "%.*g", precision, real);
        if (strtod(digits, NULL) == real) {
            break;
        }
    }
    text_add(out, digits);
}
