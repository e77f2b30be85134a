#include "base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/panic.h"

static void reserve(struct text *text, size_t more)
{
    if (more > SIZE_MAX / 4 - text->length) {
        panic_out_of_memory();
    }
    size_t needed = text->length + more + 1;
    if (needed <= text->capacity) {
        return;
    }
    size_t capacity = text->capacity == 0 ? 64 : text->capacity;
    while (capacity < needed) {
        capacity *= 2;
    }
    text->data = mem_resize(text->data, capacity);
    text->capacity = capacity;
}

void text_append(struct text *text, const char *bytes, size_t length)
{
    reserve(text, length);
    if (length > 0) {
        memcpy(text->data + text->length, bytes, length);
    }
    text->length += length;
    text->data[text->length] = '\0';
}

void text_add(struct text *text, const char *string)
{
    if (string != NULL) {
        text_append(text, string, strlen(string));
    }
}

void text_add_char(struct text *text, char c)
{
    text_append(text, &c, 1);
}

char *text_room(struct text *text, size_t bytes)
{
    reserve(text, bytes);
    return text->data + text->length;
}

void text_vformat(struct text *text, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    reserve(text, 128); /* mostly it fits, and is formatted once */
    size_t room = text->capacity - text->length;
    int length = vsnprintf(text->data + text->length, room, format, arguments);
    if (length > 0 && (size_t)length >= room) {
        reserve(text, (size_t)length);
        (void)vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
    }
    if (length > 0) {
        text->length += (size_t)length;
    }
    va_end(again);
}

void text_format(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_vformat(text, format, arguments);
    va_end(arguments);
}

void text_clear(struct text *text)
{
    text->length = 0;
    if (text->data != NULL) {
        text->data[0] = '\0';
    }
}

void text_fit(struct text *text)
{
    if (text->data != NULL) {
        text->capacity = text->length + 1;
        text->data = mem_resize(text->data, text->capacity);
    }
}

void text_free(struct text *text)
{
    mem_free(text->data);
    *text = (struct text){0};
}

char *text_take(struct text *text)
{
    if (text->data == NULL) {
        return mem_copy("", 0);
    }
    char *data = text->data;
    *text = (struct text){0};
    return data;
}

const char *text_string(const struct text *text)
{
    return text->data == NULL ? "" : text->data;
}

char *string_format(const char *format, ...)
{
    struct text text = {0};
    va_list arguments;
    va_start(arguments, format);
    text_vformat(&text, format, arguments);
    va_end(arguments);
    return text_take(&text);
}

bool string_starts_with(const char *string, const char *prefix)
{
    return strncmp(string, prefix, strlen(prefix)) == 0;
}

bool string_ends_with(const char *string, const char *suffix)
{
    size_t length = strlen(string);
    size_t tail = strlen(suffix);
    return length >= tail && memcmp(string + length - tail, suffix, tail) == 0;
}

bool string_equal(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The length of the well-formed UTF-8 sequence at bytes, or 0. Source: Unicode 15, table 3-7.
 */
static size_t utf8_sequence(const unsigned char *bytes, size_t length, uint32_t *code)
{
    unsigned char lead = bytes[0];
    if (lead < 0x80) {
        *code = lead;
        return 1;
    }
    size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || size > length) {
        return 0;
    }
    uint32_t value = lead & (0x7FU >> size);
    for (size_t i = 1; i < size; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            return 0;
        }
        value = value << 6 | (bytes[i] & 0x3FU);
    }
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest[size] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
        return 0;
    }
    *code = value;
    return size;
}

bool utf8_valid(const char *bytes, size_t length, size_t *bad_offset)
{
    size_t at = 0;
    while (at < length) {
        uint32_t code = 0;
        uint64_t eight = 0;
        if (length - at >= sizeof eight) { /* mostly ASCII */
            memcpy(&eight, bytes + at, sizeof eight);
            if ((eight & UINT64_C(0x8080808080808080)) == 0) {
                at += sizeof eight;
                continue;
            }
        }
        size_t size = utf8_sequence((const unsigned char *)bytes + at, length - at, &code);
        if (size == 0) {
            if (bad_offset != NULL) {
                *bad_offset = at;
            }
            return false;
        }
        at += size;
    }
    return true;
}

static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C || code == 0x200E ||
           code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

void text_add_escaped(struct text *text, const char *bytes, size_t length, bool one_line)
{
    size_t at = 0;
    while (at < length) {
        uint32_t code = 0;
        size_t size = utf8_sequence((const unsigned char *)bytes + at, length - at, &code);
        if (size == 0) {
            text_format(text, "\\x%02X", (unsigned)(unsigned char)bytes[at]);
            size = 1;
        } else if (code == '\n' && one_line) {
            text_add(text, "\\n");
        } else if (!is_control(code) || code == '\n' || code == '\t') {
            text_append(text, bytes + at, size);
        } else if (code < 0x80) {
            text_format(text, "\\x%02X", (unsigned)code);
        } else {
            text_format(text, "\\u{%04X}", (unsigned)code);
        }
        at += size;
    }
}
