/* output.h - what goes to stdout and stderr: text with colours, JSON, and whether it arrived.
 *
 * stdout carries the result and nothing else. Write errors are noticed at the end, by
 * output_finish; a reader that has gone away (`neap history | head`) is no error.
 */
#ifndef NEAP_CLI_OUTPUT_H
#define NEAP_CLI_OUTPUT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/list.h"
#include "base/text.h"

struct output {
    bool json, quiet, verbose;
    bool color_out, color_err; /* of stdout, of stderr */
};

enum color {
    COLOR_OFF,
    COLOR_ID,
    COLOR_MARK,
    COLOR_GOOD,
    COLOR_BAD,
    COLOR_WARNING,
    COLOR_FAINT
};

/* Opens what is closed of stdin, stdout and stderr, so that no database file gets their number.
 */
void output_prepare(void);
/* when: "auto", "always", "never" or NULL. */
void output_choose_colors(struct output *output, const char *when);

/* Appends string, escaped for a terminal and in one line, in a colour when wanted. */
void text_add_shown(struct text *text, const char *string);
void text_add_colored(struct text *text, bool wanted, enum color color, const char *string);

void output_text(const struct text *text);           /* to stdout, as it is */
bool output_bytes(const char *bytes, size_t length); /* false: stdout cannot be written */
__attribute__((format(printf, 1, 2))) void output_line(const char *format, ...); /* escaped */
/* To stderr in one write, so that lines of several processes do not mix. */
void output_message(const struct text *text);

/* JSON strings are UTF-8: other bytes are escaped as on a terminal. NULL: null. */
json_t *json_text(const char *string);
json_t *json_text_list(const struct list *list);
/* Take the value over. A document is indented; a line is written at once. */
void output_json(json_t *document);
void output_json_line(json_t *object);
void output_json_message(json_t *object); /* one line on stderr */

/* Flushes stdout. ERROR_FAILED when something written did not arrive. */
bool output_finish(struct error *error);
/* The reader of stdout has gone away. */
bool output_reader_gone(void);

#endif
