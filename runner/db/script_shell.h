/* script_shell.h - what the sqlite3 shell makes of the lines of a script. */
#ifndef NEAP_DB_SCRIPT_SHELL_H
#define NEAP_DB_SCRIPT_SHELL_H

#include <stddef.h>

#include "base/text.h"

/* Appends sql so that the shell's reading of it is sql again: it ends every line at its LF and
 * takes one CR before that away, in names and strings too, so these get another one. Source:
 * SQLite's shell.c, local_getline. */
void script_add_for_shell(struct text *out, const char *sql, size_t length);

#endif
