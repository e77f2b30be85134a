/* new_file.h - writing a new revision file (revision, merge). */
#ifndef NEAP_REVISIONS_NEW_FILE_H
#define NEAP_REVISIONS_NEW_FILE_H

#include "revisions/graph.h"

struct new_revision {
    const char *id;      /* NULL: 12 random hexadecimal digits (getrandom), not yet used */
    const char *message; /* line breaks become spaces; may be "" */
    struct list down;    /* full ids */
    struct list labels;
    struct list depends;        /* as given */
    struct list replaces;       /* full ids */
    const char *directory;      /* where to write */
    const char *file_template;  /* "{date}_{rev}_{slug}"; also {year} {month} {day} {hour}
                                   {minute} {second} {epoch}; directories are created */
    const char *timezone;       /* "UTC" or an IANA name: for the dates in the file name */
    const char *upgrade_body;   /* Lua lines indented by two blanks, or NULL: a comment */
    const char *downgrade_body; /* likewise */
};
/* Checks the id (contract 4: characters, length, not in use, no symbol) and labels, writes the
 * file, and gives its path (the caller frees it). Never overwrites. */
bool revision_write(const struct graph *graph, const struct new_revision *revision, char **path,
                    char **id, struct error *error);
/* "Add e-mail to account!" -> "add_e_mail_to_account", at most 40 bytes, cut at a word; ""
 * stays "". The caller frees it. */
char *revision_slug(const char *message);

#endif
