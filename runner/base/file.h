/* file.h - whole files, and the paths that name them. */
#ifndef NEAP_BASE_FILE_H
#define NEAP_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/list.h"
#include "base/text.h"

enum { FILE_LIMIT = 256 * 1024 * 1024 }; /* bytes; a larger file is an error */

/* Reads a regular file whole; appends to *text. A directory, FIFO or device, a dangling link,
 * an unreadable or too large file: ERROR_USAGE that names it. Never blocks. */
bool file_read(const char *path, struct text *text, struct error *error);
/* Reads to the end of a pipe, say; name: for the error. */
bool file_read_stream(int descriptor, const char *name, struct text *text, struct error *error);
/* Creates a new file (O_EXCL) with these contents; an existing one is ERROR_USAGE. */
bool file_create(const char *path, const char *bytes, size_t length, struct error *error);
/* Writes the file anew, through a new one beside it: it is whole at any instant. */
bool file_replace(const char *path, const char *bytes, size_t length, struct error *error);
/* Where a user says that output goes: a regular file is replaced, of a link the file that it
 * leads to; a device or a FIFO is written into. */
bool file_write(const char *path, const char *bytes, size_t length, struct error *error);
bool file_exists(const char *path);
bool directory_exists(const char *path);
bool directory_create(const char *path, struct error *error); /* with its parents */

/* Appends the names in a directory (without "." and ".."), sorted bytewise; none when it cannot
 * be read. */
void directory_list(const char *path, struct list *names);

/* The results of the path functions belong to the caller. */
char *path_join(const char *directory, const char *name); /* an absolute name stays as it is */
char *path_directory(const char *path);                   /* "." when there is none */
const char *path_name(const char *path);                  /* points into path */
/* Resolves links and ".."; NULL when it does not exist. */
char *path_real(const char *path);
/* True when path, with links resolved, lies in root (or is root). False too when either does
 * not exist. */
bool path_inside(const char *root, const char *path);

#endif
