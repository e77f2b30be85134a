#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/memory.h"

static int write_errno; /* of the first write to stdout that failed */

void output_prepare(void)
{
    /* A closed stdout becomes one that cannot be written, so that a result that does not
     * arrive is an error still. */
    static const int modes[] = {O_RDONLY, O_RDONLY, O_WRONLY};
    for (int fd = 0; fd < 3; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
            int opened = open("/dev/null", modes[fd]);
            (void)opened; /* the lowest free number: fd */
        }
    }
    json_set_alloc_funcs(mem_alloc, mem_free);
}

/* --- colours --- */

static bool wants_color(const char *when, int fd)
{
    if (when != NULL && strcmp(when, "auto") != 0) {
        return strcmp(when, "always") == 0;
    }
    const char *no_color = getenv("NO_COLOR"); /* no-color.org: set and not empty */
    const char *term = getenv("TERM");
    return (no_color == NULL || no_color[0] == '\0') && term != NULL &&
           strcmp(term, "dumb") != 0 && isatty(fd) == 1;
}

void output_choose_colors(struct output *output, const char *when)
{
    output->color_out = wants_color(when, STDOUT_FILENO);
    output->color_err = wants_color(when, STDERR_FILENO);
}

void text_add_shown(struct text *text, const char *string)
{
    if (string != NULL) {
        text_add_escaped(text, string, strlen(string), true);
    }
}

void text_add_colored(struct text *text, bool wanted, enum color color, const char *string)
{
    static const char *const codes[] = {
        [COLOR_OFF] = "0",   [COLOR_ID] = "33",    [COLOR_MARK] = "1;36",
        [COLOR_GOOD] = "32", [COLOR_BAD] = "1;31", [COLOR_WARNING] = "1;33",
        [COLOR_FAINT] = "2"};
    if (!wanted || color == COLOR_OFF) {
        text_add_shown(text, string);
        return;
    }
    text_format(text, "\x1b[%sm", codes[color]);
    text_add_shown(text, string);
    text_add(text, "\x1b[0m");
}

/* --- stdout and stderr --- */

bool output_bytes(const char *bytes, size_t length)
{
    if (write_errno == 0 && fwrite(bytes, 1, length, stdout) != length) {
        write_errno = errno;
    }
    return write_errno == 0;
}

void output_text(const struct text *text)
{
    (void)output_bytes(text_string(text), text->length);
}

void output_line(const char *format, ...)
{
    struct text line = {0};
    struct text shown = {0};
    va_list arguments;
    va_start(arguments, format);
    text_vformat(&line, format, arguments);
    va_end(arguments);
    text_add_shown(&shown, text_string(&line));
    text_add_char(&shown, '\n');
    output_text(&shown);
    text_free(&line);
    text_free(&shown);
}

void output_message(const struct text *text)
{
    /* What stdout has comes first where both go to one file. */
    if (write_errno == 0 && fflush(stdout) != 0) {
        write_errno = errno;
    }
    (void)fwrite(text_string(text), 1, text->length, stderr);
    (void)fflush(stderr);
}

bool output_reader_gone(void)
{
    return write_errno == EPIPE;
}

bool output_finish(struct error *error)
{
    if (write_errno == 0 && fflush(stdout) != 0) {
        write_errno = errno;
    }
    if (write_errno == 0 || write_errno == EPIPE) {
        return true;
    }
    return error_set(error, ERROR_FAILED, "standard output cannot be written: %s",
                     strerror(write_errno));
}

/* --- JSON --- */

json_t *json_text(const char *string)
{
    if (string == NULL) {
        return json_null();
    }
    return json_bytes(string, strlen(string));
}

json_t *json_text_list(const struct list *list)
{
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++) {
        json_array_append_new(array, json_text(list->items[i]));
    }
    return array;
}

static int append_json(const char *bytes, size_t length, void *data)
{
    text_append(data, bytes, length);
    return 0;
}

/* C1 controls and the like are legal in JSON and dangerous on a terminal; then everything
 * beyond ASCII becomes \u escapes. */
static void dump(json_t *value, size_t flags, struct text *text)
{
    struct text escaped = {0};
    json_dump_callback(value, append_json, text, flags | JSON_ENCODE_ANY);
    text_add_escaped(&escaped, text_string(text), text->length, false);
    if (escaped.length != text->length) {
        text_clear(text);
        json_dump_callback(value, append_json, text,
                           flags | JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
    }
    text_add_char(text, '\n');
    text_free(&escaped);
    json_decref(value);
}

void output_json(json_t *document)
{
    struct text text = {0};
    dump(document, JSON_INDENT(2), &text);
    output_text(&text);
    text_free(&text);
}

void output_json_line(json_t *object)
{
    struct text text = {0};
    dump(object, JSON_COMPACT, &text);
    output_text(&text);
    if (write_errno == 0 && fflush(stdout) != 0) {
        write_errno = errno;
    }
    text_free(&text);
}

void output_json_message(json_t *object)
{
    struct text text = {0};
    dump(object, JSON_COMPACT, &text);
    output_message(&text);
    text_free(&text);
}
