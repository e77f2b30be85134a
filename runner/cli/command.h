/* command.h - what a command is: one table entry, one function.
 *
 * Help, usage errors, the man page and nearest matches all come from these tables. Idea: tmux's
 * cmd_entry.
 */
#ifndef NEAP_CLI_COMMAND_H
#define NEAP_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/list.h"

struct context; /* cli/context.h: global options, config, graph, host, output */

enum option_type {
    OPTION_FLAG,
    OPTION_STRING,
    OPTION_LIST,     /* may be given several times */
    OPTION_DURATION, /* duration_parse_ms */
    OPTION_NUMBER,   /* decimal, not negative */
    OPTION_CHOICE    /* one of choices */
};

struct option_entry {
    const char *name; /* "lock-timeout" */
    char letter;      /* 'm', or 0 */
    enum option_type type;
    const char *value;   /* the value's name in help: "MSG" */
    const char *choices; /* OPTION_CHOICE: "text|json" */
    const char *help;    /* one line */
};

struct command_entry {
    const char *name;
    const char *arguments;              /* "TARGET", "[DIR]", "REV..." */
    const char *summary;                /* one line for the overview */
    const char *description;            /* paragraphs for -h and the man page */
    const char *missing;                /* what an argument that is missing can be */
    const char *example;                /* lines of "neap upgrade head --dry-run" */
    const struct option_entry *options; /* ends with name NULL; NULL: none */
    int min_arguments;
    int max_arguments; /* -1: any number */
    /* False: error says why. The exit status is the error's kind; a command that succeeds may
     * still set context->status (3: pending ...). */
    bool (*run)(struct context *context, struct error *error);
    bool hidden;
};

extern const struct option_entry global_options[];        /* ends with name NULL */
extern const struct command_entry *const command_table[]; /* in help's order; ends with NULL */
const struct command_entry *command_find(const char *name); /* NULL: there is none */

/* Parsed values, by option name, of the command's options and the global ones. */
const char *option_string(const struct context *context,
                          const char *name); /* NULL: not given */
bool option_flag(const struct context *context, const char *name);
const struct list *option_list(const struct context *context,
                               const char *name); /* never NULL */
int64_t option_ms(const struct context *context, const char *name, int64_t otherwise);
int64_t option_number(const struct context *context, const char *name, int64_t otherwise);

#endif
