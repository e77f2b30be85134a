#include "db/sqlite_database.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "db/sqlite_lock.h"

/* Beside the database, see sqlite.org/tempfiles.html. They go first: a journal that was left
 * would be rolled back into the next database of that name. */
static const char *const companions[] = {"-journal", "-wal", "-shm"};

static char *file_of(const char *url, struct error *error)
{
    char *path = sqlite_url_path(url, error);
    if (path != NULL && strcmp(path, ":memory:") == 0) {
        error_set(error, ERROR_USAGE, "a database in memory has no file");
        mem_free(path);
        path = NULL;
    }
    return path;
}

char *sqlite_database_name(const char *url, const struct db_settings *settings,
                           struct error *error)
{
    (void)settings;
    char *path = file_of(url, error);
    char *name = path == NULL ? NULL : mem_copy_string(path_name(path));
    mem_free(path);
    return name;
}

/* A file that begins as a database does, or is empty as a new one. Source:
 * sqlite.org/fileformat2.html, "The Database Header". */
static bool check_file(const char *path, bool *exists, struct error *error)
{
    static const char magic[] = "SQLite format 3";
    struct stat status;
    *exists = false;
    if (lstat(path, &status) != 0) {
        return errno == ENOENT ||
               error_set(error, ERROR_UNREACHABLE, "cannot open %s: %s", path, strerror(errno));
    }
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) {
        return error_set(error, ERROR_UNREACHABLE, "cannot open %s: it is no regular file",
                         path);
    }
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return error_set(error, ERROR_UNREACHABLE, "cannot open %s: %s", path, strerror(errno));
    }
    char head[sizeof magic] = "";
    ssize_t count = read(descriptor, head, sizeof head);
    /* No database of ours is open in this process, whose locks this would drop. */
    close(descriptor);
    if (status.st_size > 0 &&
        (count != sizeof head || memcmp(head, magic, sizeof magic) != 0)) {
        return error_set(error, ERROR_UNREACHABLE, "cannot open %s: it is no SQLite database",
                         path);
    }
    *exists = true;
    return true;
}

bool sqlite_database_exists(const char *url, const struct db_settings *settings, bool *exists,
                            struct error *error)
{
    (void)settings;
    char *path = sqlite_url_path(url, error);
    bool memory = path != NULL && strcmp(path, ":memory:") == 0;
    bool done = path != NULL && (memory || check_file(path, exists, error));
    *exists = memory || (done && *exists);
    mem_free(path);
    return done;
}

bool sqlite_database_create(const char *url, const struct db_settings *settings,
                            const struct db_creation *creation, bool *changed,
                            struct error *error)
{
    (void)settings;
    bool exists = false;
    *changed = false;
    if (creation->owner != NULL || creation->encoding != NULL || creation->template != NULL) {
        return error_set(error, ERROR_USAGE,
                         "owner, encoding and template are for PostgreSQL's databases");
    }
    char *path = file_of(url, error);
    bool done = path != NULL && check_file(path, &exists, error);
    if (done && !exists) {
        int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor >= 0) {
            close(descriptor);
            *changed = true;
        } else if (errno != EEXIST) {
            done =
                error_set(error, ERROR_FAILED, "cannot create %s: %s", path, strerror(errno));
        }
    }
    mem_free(path);
    return done;
}

/* --- dropping --- */

/* Nobody else may be at work in it. Who has it open and does nothing cannot be seen, but in WAL
 * mode. */
static bool check_unused(const char *path, struct error *error)
{
    sqlite3 *db = NULL;
    struct text holder = {0};
    int runner = -1;
    bool used = !sqlite_runner_lock(path, &runner);
    if (used) {
        (void)sqlite_runner_holder(path, &holder);
    }
    int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_exec(db, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE", NULL, NULL,
                            NULL);
    }
    if ((code & 0xFF) == SQLITE_BUSY || (code & 0xFF) == SQLITE_LOCKED) {
        used = true;
        (void)sqlite_lock_holder(path, &holder);
    }
    sqlite3_close(db);
    if (runner >= 0) {
        close(runner);
    }
    if (used) {
        error_set(error, ERROR_FAILED, "%s is in use%s%s", path,
                  holder.length > 0 ? " by " : "", text_string(&holder));
        error_advise(error, "Nothing was removed. --force removes it all the same.");
    }
    text_free(&holder);
    return !used;
}

static bool remove_file(const char *path, struct error *error)
{
    return unlink(path) == 0 || errno == ENOENT ||
           error_set(error, ERROR_FAILED, "cannot remove %s: %s", path, strerror(errno));
}

static bool remove_all(const char *path, struct error *error)
{
    char *directory = path_directory(path);
    bool done =
        access(directory, W_OK | X_OK) == 0 ||
        error_set(error, ERROR_FAILED, "cannot remove %s: %s is not writable", path, directory);
    for (size_t i = 0; done && i < sizeof companions / sizeof companions[0]; i++) {
        char *companion = string_format("%s%s", path, companions[i]);
        done = remove_file(companion, error);
        mem_free(companion);
    }
    mem_free(directory);
    return done && remove_file(path, error);
}

bool sqlite_database_drop(const char *url, const struct db_settings *settings, bool force,
                          bool *changed, struct error *error)
{
    (void)settings;
    bool exists = false;
    *changed = false;
    char *path = file_of(url, error);
    bool done = path != NULL && check_file(path, &exists, error);
    if (done && exists) {
        char *real = path_real(path); /* the companions are beside it, not beside a link */
        if (real != NULL) {
            mem_free(path);
            path = real;
        }
        done = (force || check_unused(path, error)) && remove_all(path, error);
        *changed = done;
    }
    mem_free(path);
    return done;
}
