#include "base/error.h"

#include <stddef.h>

bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
{
    if (error->kind == ERROR_NONE) {
        error->kind = kind;
        va_list arguments;
        va_start(arguments, format);
        text_vformat(&error->message, format, arguments);
        va_end(arguments);
    }
    return false;
}

bool error_set_at(struct error *error, enum error_kind kind, const char *file, int line,
                  const char *format, ...)
{
    if (error->kind == ERROR_NONE) {
        error->kind = kind;
        va_list arguments;
        va_start(arguments, format);
        text_vformat(&error->message, format, arguments);
        va_end(arguments);
        text_add(&error->at, file);
        if (line > 0) {
            text_format(&error->at, ":%d", line);
        }
    }
    return false;
}

bool error_advise(struct error *error, const char *format, ...)
{
    if (error->advice.length > 0) {
        text_add_char(&error->advice, '\n');
    }
    va_list arguments;
    va_start(arguments, format);
    text_vformat(&error->advice, format, arguments);
    va_end(arguments);
    return false;
}

void error_move(struct error *to, struct error *from)
{
    if (to->kind == ERROR_NONE) {
        error_free(to);
        *to = *from;
        *from = (struct error){0};
    } else {
        error_free(from);
    }
}

void error_copy(struct error *to, const struct error *from)
{
    error_free(to);
    *to = *from;
    static const size_t texts[] = {
        offsetof(struct error, message), offsetof(struct error, at),
        offsetof(struct error, via),     offsetof(struct error, sql),
        offsetof(struct error, detail),  offsetof(struct error, advice),
        offsetof(struct error, outcome)};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const struct text *source = (const struct text *)((const char *)from + texts[i]);
        struct text copy = {0};
        text_append(&copy, text_string(source), source->length);
        *(struct text *)((char *)to + texts[i]) = copy;
    }
}

void error_free(struct error *error)
{
    text_free(&error->message);
    text_free(&error->at);
    text_free(&error->via);
    text_free(&error->sql);
    text_free(&error->detail);
    text_free(&error->advice);
    text_free(&error->outcome);
    *error = (struct error){0};
}
