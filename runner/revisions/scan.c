/* scan.c - thousands of small files: one open, one read and one close for each, by two threads.
 */
#include "revisions/scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

enum {
    FIRST_BUFFER = 64 * 1024, /* most revision files are smaller than this */
    FILES_FOR_A_THREAD = 200, /* below, a thread costs more than it saves */
};

struct directory {
    const char *path; /* as listed */
    char *prefix;     /* path as it stands before a file's name: "migrations/" */
    DIR *stream;
    dev_t device;
    ino_t inode;
};

struct file {
    const struct directory *directory;
    char *name;
    bool regular; /* the directory says so; else a look is needed */
};

struct scan {
    struct directory *directories;
    size_t directory_count;
    struct file *files;
    size_t count, capacity;
};

/* What one thread does; threads share nothing that either changes. */
struct share {
    const struct file *files;
    struct revision *revisions;
    size_t from, to;
    size_t done; /* revisions from..done are read */
    struct error error;
};

static bool open_directory(struct scan *scan, const char *path, struct error *error)
{
    DIR *stream = opendir(path);
    struct stat status;
    if (stream == NULL || fstat(dirfd(stream), &status) != 0) {
        (void)error_set(error, ERROR_USAGE, "cannot read the directory of revisions %s: %s",
                        path, strerror(errno));
        if (stream != NULL) {
            closedir(stream);
        }
        return false;
    }
    for (size_t i = 0; i < scan->directory_count; i++) {
        if (scan->directories[i].device == status.st_dev &&
            scan->directories[i].inode == status.st_ino) {
            closedir(stream);
            return true;
        }
    }
    scan->directories[scan->directory_count++] =
        (struct directory){.path = path,
                           .prefix = path_join(path, ""),
                           .stream = stream,
                           .device = status.st_dev,
                           .inode = status.st_ino};
    return true;
}

static bool is_directory(const struct directory *directory, const struct dirent *entry)
{
    struct stat status;
    if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN) {
        return entry->d_type == DT_DIR;
    }
    return fstatat(dirfd(directory->stream), entry->d_name, &status, 0) == 0 &&
           S_ISDIR(status.st_mode);
}

/* Not hidden ones: editors keep dangling links (".#x.lua") and copies ("._x.lua") there. */
static bool has_revision_name(const char *name)
{
    return name[0] != '.' && string_ends_with(name, ".lua");
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct file *)a)->name, ((const struct file *)b)->name);
}

static bool list_files(struct scan *scan, struct directory *directory, struct error *error)
{
    size_t first = scan->count;
    struct dirent *entry;
    errno = 0;
    while ((entry = readdir(directory->stream)) != NULL) {
        if (has_revision_name(entry->d_name) && !is_directory(directory, entry)) {
            scan->files =
                mem_grow(scan->files, scan->count, &scan->capacity, sizeof *scan->files);
            scan->files[scan->count++] = (struct file){
                .directory = directory,
                .name = mem_copy_string(entry->d_name),
                .regular = entry->d_type == DT_REG,
            };
        }
        errno = 0;
    }
    if (errno != 0) {
        return error_set(error, ERROR_USAGE, "cannot read the directory of revisions %s: %s",
                         directory->path, strerror(errno));
    }
    if (scan->count > first) {
        qsort(scan->files + first, scan->count - first, sizeof *scan->files, compare_names);
    }
    return true;
}

/* Anything unusual is read by file_read, which knows what to say of FIFOs and the like. */
static bool read_unusual(const char *path, struct text *text, struct error *error)
{
    struct stat status;
    if (stat(path, &status) != 0 && errno == ENOENT && file_exists(path)) {
        return error_set(error, ERROR_USAGE,
                         "cannot read %s: it is a link to a file that does not exist", path);
    }
    text_clear(text);
    return file_read(path, text, error);
}

/* The file's text in *text, whose memory is used again and again. */
static bool read_text(const struct file *file, const char *path, struct text *text,
                      struct error *error)
{
    if (!file->regular) {
        return read_unusual(path, text, error);
    }
    /* O_NONBLOCK: it may have become a FIFO by now. */
    int descriptor = openat(dirfd(file->directory->stream), file->name,
                            O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0) {
        return read_unusual(path, text, error);
    }
    ssize_t count = read(descriptor, text->data, text->capacity - 1);
    close(descriptor);
    if (count <= 0 || (size_t)count == text->capacity - 1) {
        return read_unusual(path, text, error);
    }
    text->length = (size_t)count;
    text->data[count] = '\0';
    return true;
}

static void *read_share(void *argument)
{
    struct share *share = argument;
    struct text text = {.data = mem_alloc(FIRST_BUFFER), .capacity = FIRST_BUFFER};
    struct text path = {0};
    for (share->done = share->from; share->done < share->to; share->done++) {
        const struct file *file = &share->files[share->done];
        text_clear(&path);
        text_add(&path, file->directory->prefix);
        text_add(&path, file->name);
        if (!read_text(file, path.data, &text, &share->error) ||
            !revision_read(&share->revisions[share->done], path.data, text.data, text.length,
                           &share->error)) {
            break;
        }
    }
    text_free(&text);
    text_free(&path);
    return NULL;
}

/* With a table of descriptors of its own the thread does not wait for the other's opens and
 * closes. */
static void *read_share_apart(void *argument)
{
    (void)unshare(CLONE_FILES);
    return read_share(argument);
}

/* On another processor: the system leaves a thread that lives for milliseconds where it was
 * created, where two are no faster than one. False: there is no other processor. */
static bool start_apart(pthread_t *thread, struct share *share)
{
    cpu_set_t processors;
    int here = sched_getcpu();
    if (here < 0 || sched_getaffinity(0, sizeof processors, &processors) != 0) {
        return false;
    }
    CPU_CLR((size_t)here, &processors);
    pthread_attr_t attributes;
    if (CPU_COUNT(&processors) == 0 || pthread_attr_init(&attributes) != 0) {
        return false;
    }
    bool started =
        pthread_attr_setaffinity_np(&attributes, sizeof processors, &processors) == 0 &&
        pthread_create(thread, &attributes, read_share_apart, share) == 0;
    pthread_attr_destroy(&attributes);
    return started;
}

/* The second half by a thread of its own where that pays. */
static bool read_files(const struct scan *scan, struct revision *revisions, struct error *error)
{
    size_t half = scan->count >= 2 * FILES_FOR_A_THREAD ? scan->count / 2 : scan->count;
    struct share first = {.files = scan->files, .revisions = revisions, .to = half};
    struct share second = {.files = scan->files,
                           .revisions = revisions,
                           .from = half,
                           .to = scan->count,
                           .done = half};
    pthread_t thread;
    bool threaded = half < scan->count && start_apart(&thread, &second);
    read_share(&first);
    if (threaded) {
        pthread_join(thread, NULL);
    } else if (half < scan->count && first.error.kind == ERROR_NONE) {
        read_share(&second);
    }
    bool good = first.error.kind == ERROR_NONE && second.error.kind == ERROR_NONE;
    if (!good) {
        for (size_t i = 0; i < first.done; i++) {
            revision_free(&revisions[i]);
        }
        for (size_t i = half; i < second.done; i++) {
            revision_free(&revisions[i]);
        }
        error_move(error, first.error.kind != ERROR_NONE ? &first.error : &second.error);
        error_free(&first.error);
        error_free(&second.error);
    }
    return good;
}

static void scan_free(struct scan *scan)
{
    for (size_t i = 0; i < scan->count; i++) {
        mem_free(scan->files[i].name);
    }
    for (size_t i = 0; i < scan->directory_count; i++) {
        closedir(scan->directories[i].stream);
        mem_free(scan->directories[i].prefix);
    }
    mem_free(scan->files);
    mem_free(scan->directories);
}

bool scan_directories(const struct list *directories, struct revision **revisions,
                      size_t *count, struct error *error)
{
    struct scan scan = {.directories =
                            mem_alloc(directories->count * sizeof *scan.directories)};
    bool good = true;
    for (size_t i = 0; good && i < directories->count; i++) {
        good = open_directory(&scan, directories->items[i], error);
    }
    for (size_t i = 0; good && i < scan.directory_count; i++) {
        good = list_files(&scan, &scan.directories[i], error);
    }
    if (good) {
        *revisions = mem_alloc(scan.count * sizeof **revisions);
        *count = scan.count;
        good = read_files(&scan, *revisions, error);
        if (!good) {
            mem_free(*revisions);
            *revisions = NULL;
            *count = 0;
        }
    }
    scan_free(&scan);
    return good;
}
