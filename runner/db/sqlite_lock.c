#include "db/sqlite_lock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/memory.h"

/* One line of /proc/locks (proc(5)): "1: POSIX  ADVISORY  WRITE 4711 08:01:1234 128 128". */
struct lock {
    bool writes;
    long pid;
    unsigned major, minor;
    uintmax_t inode;
    uintmax_t start, end;
};

/* Byte ranges that mean something, in order of interest. Sources: sqlite os.h (PENDING_BYTE
 * ...), wal.c (the WRITE lock is byte 120 of the -shm file). */
enum { SHM_WRITE_BYTE = 120, PENDING_BYTE = 0x40000000, SHARED_END = PENDING_BYTE + 511 };

static bool parse(const char *line, struct lock *lock)
{
    char mode[16];
    char end[32];
    int fields =
        sscanf(line, "%*s %*s %*s %15s %ld %x:%x:%" SCNuMAX " %" SCNuMAX " %31s", mode,
               &lock->pid, &lock->major, &lock->minor, &lock->inode, &lock->start, end);
    lock->writes = strcmp(mode, "WRITE") == 0;
    lock->end = UINTMAX_MAX; /* "EOF" */
    if (fields == 7 && strcmp(end, "EOF") != 0) {
        (void)sscanf(end, "%" SCNuMAX, &lock->end);
    }
    return fields == 7 && lock->pid > 0 && lock->pid != (long)getpid();
}

static bool is_on(const struct lock *lock, const struct stat *file)
{
    return lock->inode == (uintmax_t)file->st_ino && lock->major == major(file->st_dev) &&
           lock->minor == minor(file->st_dev);
}

static bool covers(const struct lock *lock, uintmax_t start, uintmax_t end)
{
    return lock->start <= end && lock->end >= start;
}

/* 0: of no interest, 1: reads, 2: writes. */
static int rank(const struct lock *lock, const struct stat *database, const struct stat *shm)
{
    if (shm != NULL && is_on(lock, shm) && covers(lock, SHM_WRITE_BYTE, SHM_WRITE_BYTE)) {
        return lock->writes ? 2 : 0;
    }
    if (is_on(lock, database) && covers(lock, PENDING_BYTE, SHARED_END)) {
        return lock->writes ? 2 : 1;
    }
    return 0;
}

bool sqlite_lock_holder(const char *path, struct text *text)
{
    struct stat database;
    struct stat shm;
    char *shm_path = string_format("%s-shm", path);
    bool has_shm = stat(shm_path, &shm) == 0;
    bool exists = stat(path, &database) == 0;
    FILE *locks = exists ? fopen("/proc/locks", "re") : NULL;
    char line[256];
    int best = 0;
    long pid = 0;
    while (locks != NULL && fgets(line, sizeof line, locks) != NULL) {
        struct lock lock;
        if (!parse(line, &lock)) {
            continue;
        }
        int found = rank(&lock, &database, has_shm ? &shm : NULL);
        if (found > best) {
            best = found;
            pid = lock.pid;
        }
    }
    if (locks != NULL) {
        (void)fclose(locks);
    }
    mem_free(shm_path);
    if (best > 0) {
        char host[256] = "";
        (void)gethostname(host, sizeof host - 1);
        text_format(text, "host %s, pid %ld", host, pid);
    }
    return best > 0;
}
