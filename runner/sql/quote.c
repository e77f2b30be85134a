#include "sql/quote.h"

#include <math.h>
#include <stdint.h>
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

/* Decimals of few digits, as people write them, without printf: what y / 10^n is read back as.
 * Both are exact, so the quotient is the nearest double, as strtod's result is. Writes what
 * "%.15g" does. Returns the length, 0: too many digits. */
static size_t few_decimals(double real, char digits[40])
{
    double power = 1;
    double size = fabs(real);
    if (!(size >= 1e-4 && size < 1e9)) {
        return 0;
    }
    for (int decimals = 0; decimals <= 5; decimals++) {
        double scaled = rint(size * power);
        if (scaled / power == size) {
            uint64_t number = (uint64_t)scaled;
            char *end = digits + 39;
            char *start = end;
            for (int i = 0; number > 0 || i <= decimals; i++, number /= 10) {
                if (i == decimals && i > 0) {
                    *--start = '.';
                }
                *--start = (char)('0' + number % 10);
            }
            if (real < 0) {
                *--start = '-';
            }
            size_t length = (size_t)(end - start);
            memmove(digits, start, length);
            return length;
        }
        power *= 10;
    }
    return 0;
}

void sql_add_real(struct text *out, double real)
{
    char digits[40] = "NaN";
    size_t length = few_decimals(real, digits);
    if (length > 0) {
        text_append(out, digits, length);
        return;
    }
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
