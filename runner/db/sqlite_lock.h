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

#endif
