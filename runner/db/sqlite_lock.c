#include "db/sqlite_lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
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
enum {
    SHM_WRITE_BYTE = 120,
    PENDING_BYTE = 0x40000000,
    SHARED_END = PENDING_BYTE + 511,
    RUNNER_BYTE = PENDING_BYTE + 4095 /* ours */
};

/* Number in the given base, and past the character that ends it. */
static uintmax_t next_number(char **text, int base)
{
    uintmax_t number = strtoumax(*text, text, base);
    *text += **text != '\0';
    return number;
}

static bool parse(char *line, struct lock *lock)
{
    enum { MODE = 3, PID, PLACE, START, END, FIELDS };
    char *fields[FIELDS] = {0};
    char *rest = line;
    size_t count = 0;
    for (char *field; count < FIELDS && (field = strtok_r(rest, " \n", &rest)) != NULL;) {
        fields[count++] = field;
    }
    if (count < FIELDS) {
        return false; /* "1: -> ..." waits; it has a field more, and its kind stands for the
                         mode */
    }
    char *place = fields[PLACE];
    lock->writes = strcmp(fields[MODE], "WRITE") == 0;
    lock->pid = strtol(fields[PID], NULL, 10);
    lock->major = (unsigned)next_number(&place, 16);
    lock->minor = (unsigned)next_number(&place, 16);
    lock->inode = next_number(&place, 10);
    lock->start = strtoumax(fields[START], NULL, 10);
    lock->end =
        strcmp(fields[END], "EOF") == 0 ? UINTMAX_MAX : strtoumax(fields[END], NULL, 10);
    return true;
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

static void add_process(struct text *text, long pid)
{
    char host[256] = "";
    (void)gethostname(host, sizeof host - 1);
    text_format(text, "host %s, pid %ld", host, pid);
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
        /* A line with "->" waits for the lock; its words are shifted, so that its pid is none.
         */
        if (!parse(line, &lock) || lock.pid <= 0 || lock.pid == (long)getpid()) {
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
        add_process(text, pid);
    }
    return best > 0;
}

/* --- the lock of a runner --- */

bool sqlite_runner_lock(const char *path, int *file)
{
    if (*file < 0) {
        *file = open(path, O_RDWR | O_CLOEXEC);
    }
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = RUNNER_BYTE, .l_len = 1};
    return *file < 0 || fcntl(*file, F_OFD_SETLK, &lock) == 0 ||
           (errno != EAGAIN && errno != EACCES);
}

/* One of a process's open files, from proc(5): "lock:" and a line as in /proc/locks, without a
 * pid. */
static bool holds(const char *fdinfo, const struct stat *database)
{
    FILE *lines = fopen(fdinfo, "re");
    char line[256];
    bool found = false;
    while (lines != NULL && !found && fgets(line, sizeof line, lines) != NULL) {
        struct lock lock;
        found = string_starts_with(line, "lock:") && parse(line + strlen("lock:\t"), &lock) &&
                lock.writes && is_on(&lock, database) &&
                covers(&lock, RUNNER_BYTE, RUNNER_BYTE);
    }
    if (lines != NULL) {
        (void)fclose(lines);
    }
    return found;
}

static bool process_holds(const char *pid, const struct stat *database)
{
    char *directory = string_format("/proc/%s/fdinfo", pid);
    DIR *files = opendir(directory);
    bool found = false;
    struct dirent *entry = NULL;
    while (files != NULL && !found && (entry = readdir(files)) != NULL) {
        char *path = string_format("%s/%s", directory, entry->d_name);
        found = entry->d_name[0] != '.' && holds(path, database);
        mem_free(path);
    }
    if (files != NULL) {
        (void)closedir(files);
    }
    mem_free(directory);
    return found;
}

bool sqlite_runner_holder(const char *path, struct text *text)
{
    struct stat database;
    DIR *processes = stat(path, &database) == 0 ? opendir("/proc") : NULL;
    long holder = 0;
    struct dirent *entry = NULL;
    while (processes != NULL && holder == 0 && (entry = readdir(processes)) != NULL) {
        long pid = strtol(entry->d_name, NULL, 10);
        if (pid > 0 && pid != (long)getpid() && process_holds(entry->d_name, &database)) {
            holder = pid;
        }
    }
    if (processes != NULL) {
        (void)closedir(processes);
    }
    if (holder > 0) {
        add_process(text, holder);
    }
    return holder > 0;
}
