#include "base/error.h"

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
