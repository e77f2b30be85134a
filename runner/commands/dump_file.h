/* dump_file.h - a schema dump that a command is told to load, and what it says by itself. */
#ifndef NEAP_COMMANDS_DUMP_FILE_H
#define NEAP_COMMANDS_DUMP_FILE_H

#include "base/error.h"
#include "base/list.h"
#include "base/text.h"
#include "sql/lexer.h"

struct dump_file {
    const char *name; /* as messages say it; the path given to dump_file_read */
    struct text text;
    struct list schemas; /* what it creates */
    struct list extensions;
    bool owners;      /* it says to whom things belong */
    bool brings_rows; /* neap's version table is in it */
};

/* Reads it whole; "-" is standard input. What is no SQL text is an error that says what it is.
 */
bool dump_file_read(const char *path, enum sql_dialect dialect, const char *version_table,
                    struct dump_file *file, struct error *error);
void dump_file_free(struct dump_file *file);

#endif
