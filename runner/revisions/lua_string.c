/* lua_string.c - what a string literal stands for. Source: Lua 5.4 manual, section 3.1. */
#include <stdint.h>
#include <string.h>

#include "revisions/lexer.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Lua's own extended UTF-8: up to 2^31 - 1, six bytes. */
static void add_utf8(struct text *value, uint32_t code)
{
    if (code < 0x80) {
        text_add_char(value, (char)code);
        return;
    }
    char bytes[8];
    size_t count = 0;
    uint32_t first_limit = 0x3F;
    do {
        bytes[sizeof bytes - ++count] = (char)(0x80 | (code & 0x3F));
        code >>= 6;
        first_limit >>= 1;
    } while (code > first_limit);
    bytes[sizeof bytes - ++count] = (char)((~first_limit << 1) | code);
    text_append(value, bytes + sizeof bytes - count, count);
}

/* After "\u". NULL: malformed. */
static const char *unicode_escape(const char *at, const char *end, struct text *value)
{
    uint32_t code = 0;
    if (at >= end || *at != '{' || at + 1 >= end || hex_digit(at[1]) < 0) {
        return NULL;
    }
    for (at++; at < end && hex_digit(*at) >= 0; at++) {
        if (code > 0x7FFFFFF) {
            return NULL;
        }
        code = code * 16 + (uint32_t)hex_digit(*at);
    }
    if (at >= end || *at != '}') {
        return NULL;
    }
    add_utf8(value, code);
    return at + 1;
}

static const char *decimal_escape(const char *at, const char *end, struct text *value)
{
    int code = 0;
    for (int digits = 0; digits < 3 && at < end && *at >= '0' && *at <= '9'; digits++) {
        code = code * 10 + (*at++ - '0');
    }
    if (code > 255) {
        return NULL;
    }
    text_add_char(value, (char)code);
    return at;
}

/* After the backslash. NULL: malformed. */
static const char *escape(const char *at, const char *end, struct text *value)
{
    static const char names[] = "abfnrtv\\\"'";
    static const char bytes[] = "\a\b\f\n\r\t\v\\\"'";
    char c = *at++;
    const char *name = c == '\0' ? NULL : strchr(names, c);
    if (name != NULL) {
        text_add_char(value, bytes[name - names]);
        return at;
    }
    if (c == '\n' || c == '\r') {
        text_add_char(value, '\n');
        return c == '\r' && at < end && *at == '\n' ? at + 1 : at;
    }
    if (c == 'z') {
        while (at < end && (*at == ' ' || (*at >= '\t' && *at <= '\r'))) {
            at++;
        }
        return at;
    }
    if (c == 'x') {
        if (end - at < 2 || hex_digit(at[0]) < 0 || hex_digit(at[1]) < 0) {
            return NULL;
        }
        text_add_char(value, (char)(hex_digit(at[0]) * 16 + hex_digit(at[1])));
        return at + 2;
    }
    if (c == 'u') {
        return unicode_escape(at, end, value);
    }
    return c >= '0' && c <= '9' ? decimal_escape(at - 1, end, value) : NULL;
}

/* A line break right after the opening is no part of it, and CRLF is one "\n". */
static void long_string(const char *content, size_t length, struct text *value)
{
    const char *end = content + length;
    bool first = true;
    while (content < end) {
        if (*content == '\r' && content + 1 < end && content[1] == '\n') {
            content++;
        }
        if (!(first && *content == '\n')) {
            text_add_char(value, *content);
        }
        first = false;
        content++;
    }
}

bool token_string(const struct token *token, struct text *value, const char **why)
{
    const char *at = token->start;
    const char *end = at + token->length;
    if (*at == '[') {
        const char *content = at;
        size_t length = 0;
        bool closed = false;
        (void)long_bracket(at, end, &content, &length, &closed);
        long_string(content, length, value);
        return true;
    }
    at++;
    end--;
    while (at < end) {
        const char *backslash = memchr(at, '\\', (size_t)(end - at));
        size_t plain = backslash == NULL ? (size_t)(end - at) : (size_t)(backslash - at);
        text_append(value, at, plain);
        at += plain;
        if (backslash != NULL) {
            at = escape(at + 1, end, value);
            if (at == NULL) {
                *why = "a bad escape sequence";
                return false;
            }
        }
    }
    return true;
}
