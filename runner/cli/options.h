/* options.h - the command line, taken apart by the tables of command.h.
 *
 * Global options may stand before or after the command. A word that begins with a minus and a
 * digit is an argument ("downgrade -1"), and so is everything after "--". The value of an
 * option is the rest of its word or the next word, whatever that begins with ("history -r
 * -2:"). Names are not abbreviated: a script must not change its meaning when an option is
 * added.
 */
#ifndef NEAP_CLI_OPTIONS_H
#define NEAP_CLI_OPTIONS_H

#include "cli/command.h"

struct option_values {
    const struct option_entry *entry;
    struct list values;
    size_t count; /* how often it was given */
};

struct command_line {
    const struct command_entry *command; /* NULL: none was given */
    struct option_values *options;
    size_t option_count;
    struct list arguments;
};

/* ERROR_USAGE when it is wrong. Passwords in the words of argv are overwritten: other users can
 * read a process's arguments. Arguments are not counted yet. */
bool command_line_parse(struct command_line *line, int argc, char **argv, struct error *error);
/* Too few, too many. */
bool command_line_check(const struct command_line *line, struct error *error);
void command_line_free(struct command_line *line);

/* NULL when no table has it. */
const struct option_values *command_line_option(const struct command_line *line,
                                                const char *name);
/* True when argv asks for --format json, for errors in argv itself. */
bool command_line_wants_json(int argc, char **argv);

#endif
