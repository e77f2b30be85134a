/* directives.h - the directives of op, as the comments in the embedded Lua tell them.
 *
 * A directive is a function in lua/op/ whose comment shows a call of it; the comment is its
 * manual. What is printed names the parameters that the comment explains, and no others: the
 * functions have parameters that a revision does not give.
 */
#ifndef NEAP_CLI_DIRECTIVES_H
#define NEAP_CLI_DIRECTIVES_H

#include <stdbool.h>

#include "base/text.h"

struct directive {
    const char *name; /* not NUL-terminated */
    size_t name_length;
    const char *comment, *end; /* the `---` lines */
    const char *group;         /* "Tables and columns" */
    bool element;              /* gives a value, sends nothing */
};

/* Calls found for each one, group by group. */
void directives_each(void (*found)(void *data, const struct directive *directive), void *data);

/* "table_name, column, opts" */
void directive_parameters(const struct directive *directive, struct text *text);

const char *directive_next_line(const char *line);

/* Markdown for docs/op.md, and annotations for editors (LuaLS) for library/neap.lua. */
void directives_reference(struct text *text);
void directives_annotations(struct text *text);

#endif
