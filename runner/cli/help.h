/* help.h - the tables of command.h as text: the overview, one command, the man page, and the
 * manual of an op directive. */
#ifndef NEAP_CLI_HELP_H
#define NEAP_CLI_HELP_H

#include "base/text.h"
#include "cli/command.h"

void help_overview(struct text *text);
void help_command(const struct command_entry *command, struct text *text);
/* roff, for docs/neap.1 */
void help_man_page(struct text *text);
/* What the comment above op.NAME in the embedded Lua says. ERROR_USAGE with the nearest name.
 */
bool help_op(const char *name, struct text *text, struct error *error);
void help_op_list(struct text *text);

#endif
