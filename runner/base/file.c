#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/memory.h"

static const char *kind_of(mode_t mode)
{
    if (S_ISDIR(mode)) {
        return "a directory";
    }
    if (S_ISFIFO(mode)) {
        return "a FIFO";
    }
    return S_ISSOCK(mode) ? "a socket" : "a device";
}

bool file_read_stream(int descriptor, const char *name, struct text *text, struct error *error)
{
    char buffer[65536];
    for (;;) {
        ssize_t count = read(descriptor, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR && !interrupt_pending()) {
            continue;
        }
        if (count < 0) {
            return error_set(error, errno == EINTR ? ERROR_INTERRUPTED : ERROR_USAGE,
                             "cannot read %s: %s", name, strerror(errno));
        }
        if (count == 0) {
            break;
        }
        if (text->length + (size_t)count > FILE_LIMIT) {
            return error_set(error, ERROR_USAGE, "cannot read %s: it is larger than %d MB",
                             name, FILE_LIMIT / 1024 / 1024);
        }
        text_append(text, buffer, (size_t)count);
    }
    text_append(text, "", 0);
    return true;
}

static bool read_descriptor(int descriptor, const char *path, struct text *text,
                            struct error *error)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0) {
        return error_set(error, ERROR_USAGE, "cannot read %s: %s", path, strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return error_set(error, ERROR_USAGE, "cannot read %s: it is %s, not a regular file",
                         path, kind_of(status.st_mode));
    }
    if (status.st_size > FILE_LIMIT) {
        return error_set(error, ERROR_USAGE, "cannot read %s: it is larger than %d MB", path,
                         FILE_LIMIT / 1024 / 1024);
    }
    return file_read_stream(descriptor, path, text, error);
}

bool file_read(const char *path, struct text *text, struct error *error)
{
    /* O_NONBLOCK: opening a FIFO would wait for its writer. */
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0) {
        return error_set(error, ERROR_USAGE, "cannot read %s: %s", path, strerror(errno));
    }
    bool done = read_descriptor(descriptor, path, text, error);
    close(descriptor);
    return done;
}

static bool write_all(int descriptor, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t count = write(descriptor, bytes, length);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return false;
        }
        bytes += count;
        length -= (size_t)count;
    }
    return true;
}

bool file_create(const char *path, const char *bytes, size_t length, struct error *error)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        return error_set(error, ERROR_USAGE, "cannot create %s: %s", path, strerror(errno));
    }
    bool written = write_all(descriptor, bytes, length);
    int reason = errno;
    if (close(descriptor) != 0 && written) {
        written = false;
        reason = errno;
    }
    if (!written) {
        unlink(path);
        return error_set(error, ERROR_FAILED, "cannot write %s: %s", path, strerror(reason));
    }
    return true;
}

bool file_replace(const char *path, const char *bytes, size_t length, struct error *error)
{
    char *beside = string_format("%s.%ld", path, (long)getpid());
    bool done = file_create(beside, bytes, length, error);
    if (done && rename(beside, path) != 0) {
        done = error_set(error, ERROR_FAILED, "cannot write %s: %s", path, strerror(errno));
        unlink(beside);
    }
    mem_free(beside);
    return done;
}

/* A device or a FIFO. */
static bool write_through(const char *path, const char *bytes, size_t length,
                          struct error *error)
{
    int descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    bool written = descriptor >= 0 && write_all(descriptor, bytes, length);
    int reason = errno;
    if (descriptor >= 0 && close(descriptor) != 0 && written) {
        written = false;
        reason = errno;
    }
    return written ||
           error_set(error, ERROR_FAILED, "cannot write %s: %s", path, strerror(reason));
}

bool file_write(const char *path, const char *bytes, size_t length, struct error *error)
{
    struct stat status;
    bool exists = stat(path, &status) == 0;
    if (exists && S_ISDIR(status.st_mode)) {
        return error_set(error, ERROR_USAGE, "cannot write %s: it is a directory", path);
    }
    if (exists && !S_ISREG(status.st_mode)) {
        return write_through(path, bytes, length, error);
    }
    char *real = exists ? path_real(path) : NULL;
    bool done = file_replace(real == NULL ? path : real, bytes, length, error);
    mem_free(real);
    return done;
}

bool file_exists(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

bool directory_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool directory_create(const char *path, struct error *error)
{
    char *copy = mem_copy_string(path);
    bool done = true;
    for (char *at = copy + 1; done && *copy != '\0'; at++) {
        if (*at != '/' && *at != '\0') {
            continue;
        }
        char saved = *at;
        *at = '\0';
        if (mkdir(copy, 0777) != 0 && !(errno == EEXIST && directory_exists(copy))) {
            done = error_set(error, ERROR_USAGE, "cannot create the directory %s: %s", copy,
                             strerror(errno));
        }
        *at = saved;
        if (saved == '\0') {
            break;
        }
    }
    mem_free(copy);
    return done;
}

void directory_list(const char *path, struct list *names)
{
    DIR *directory = opendir(path);
    if (directory == NULL) {
        return;
    }
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            list_add(names, entry->d_name);
        }
    }
    closedir(directory);
    list_sort(names);
}

char *path_join(const char *directory, const char *name)
{
    if (name[0] == '/' || directory[0] == '\0' || strcmp(directory, ".") == 0) {
        return mem_copy_string(name);
    }
    return string_format("%s%s%s", directory, string_ends_with(directory, "/") ? "" : "/",
                         name);
}

char *path_directory(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return mem_copy_string(".");
    }
    return slash == path ? mem_copy_string("/") : mem_copy(path, (size_t)(slash - path));
}

const char *path_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

char *path_real(const char *path)
{
    char *resolved = realpath(path, NULL);
    if (resolved == NULL) {
        return NULL;
    }
    char *copy = mem_copy_string(resolved);
    free(resolved);
    return copy;
}

bool path_inside(const char *root, const char *path)
{
    char *real_root = path_real(root);
    char *real_path = path_real(path);
    bool inside = false;
    if (real_root != NULL && real_path != NULL) {
        size_t length = strlen(real_root);
        inside = strncmp(real_root, real_path, length) == 0 &&
                 (real_path[length] == '\0' || real_path[length] == '/' ||
                  strcmp(real_root, "/") == 0);
    }
    mem_free(real_root);
    mem_free(real_path);
    return inside;
}
