/* sqlite_lock.h - who holds a lock on an SQLite database. Linux; elsewhere nobody is found. */
#ifndef NEAP_DB_SQLITE_LOCK_H
#define NEAP_DB_SQLITE_LOCK_H

#include <stdbool.h>

#include "base/text.h"

/* Appends "host H, pid N" of another process that writes to the database at path or, if none
 * does, of one that reads it. False when there is none. Opens neither the database nor its -shm
 * file: closing them again would drop our own POSIX locks (sqlite.org/lockingv3.html,
 * os_unix.c). */
bool sqlite_lock_holder(const char *path, struct text *text);

/* The lock of a runner: one byte of the database file that SQLite has no use for. Returns false
 * when another process has it. *file is a descriptor to be kept until SQLite has closed the
 * file, since closing it would give up SQLite's own locks; -1 when there is nothing to lock (a
 * file that cannot be written, a file system without locks). Source: fcntl(2), "Open file
 * description locks". */
bool sqlite_runner_lock(const char *path, int *file);
/* Who has it, as far as the system tells; false when it does not. */
bool sqlite_runner_holder(const char *path, struct text *text);

#endif
