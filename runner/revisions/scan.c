/* scan.c - thousands of small files: one open, one read and one close for each. Two
 * threads share them. */
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
    FILES_FOR_A_HELPER = 400, /* below, a thread costs more than it saves */
    FILES_AT_A_TIME = 32,
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

/* The files, taken a few at a time by whoever is free. On the heap, with a count of its users:
 * a helper that the system starts late finds nothing left to do, and nobody waits for it. */
struct crew {
    pthread_mutex_t lock;
    pthread_cond_t idle;
    const struct file *files;
    struct revision *revisions; /* path is NULL until read */
    size_t count, next;
    bool helper_busy;
    int users;
    size_t failed_at; /* the first file in order that could not be read */
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

/* One file after the other of [from, to); stops at the first that cannot be read. */
static size_t read_some(struct crew *crew, size_t from, size_t to, struct text *text,
                        struct text *path, struct error *error)
{
    size_t at = from;
    for (; at < to; at++) {
        const struct file *file = &crew->files[at];
        text_clear(path);
        text_add(path, file->directory->prefix);
        text_add(path, file->name);
        if (!read_text(file, path->data, text, error) ||
            !revision_read(&crew->revisions[at], path->data, text->data, text->length, error)) {
            crew->revisions[at] = (struct revision){0};
            break;
        }
    }
    return at;
}

/* Called with the lock held. */
static void note_failure(struct crew *crew, size_t at, struct error *error)
{
    if (crew->error.kind == ERROR_NONE || at < crew->failed_at) {
        error_free(&crew->error);
        error_move(&crew->error, error);
        crew->failed_at = at;
    }
    error_free(error);
    crew->next = crew->count; /* no one goes on */
}

static void take_part(struct crew *crew, bool helper)
{
    struct text text = {.data = mem_alloc(FIRST_BUFFER), .capacity = FIRST_BUFFER};
    struct text path = {0};
    pthread_mutex_lock(&crew->lock);
    while (crew->next < crew->count) {
        size_t from = crew->next;
        size_t to = from + FILES_AT_A_TIME < crew->count ? from + FILES_AT_A_TIME : crew->count;
        crew->next = to;
        crew->helper_busy = crew->helper_busy || helper;
        pthread_mutex_unlock(&crew->lock);
        struct error error = {0};
        size_t at = read_some(crew, from, to, &text, &path, &error);
        pthread_mutex_lock(&crew->lock);
        if (at < to) {
            note_failure(crew, at, &error);
        }
        if (helper) {
            crew->helper_busy = false;
            pthread_cond_signal(&crew->idle);
        }
    }
    pthread_mutex_unlock(&crew->lock);
    text_free(&text);
    text_free(&path);
}

static void leave(struct crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    bool last = --crew->users == 0;
    pthread_mutex_unlock(&crew->lock);
    if (last) {
        pthread_mutex_destroy(&crew->lock);
        pthread_cond_destroy(&crew->idle);
        mem_free(crew);
    }
}

/* With a table of descriptors of its own the helper does not wait for the other's opens and
 * closes. */
static void *help(void *argument)
{
    struct crew *crew = argument;
    (void)unshare(CLONE_FILES);
    take_part(crew, true);
    leave(crew);
    return NULL;
}

/* On another processor: the system leaves a thread that lives for milliseconds where it was
 * created, where two are no faster than one. Nothing happens where there is no other. */
static void call_helper(struct crew *crew)
{
    cpu_set_t processors;
    int here = sched_getcpu();
    if (here < 0 || sched_getaffinity(0, sizeof processors, &processors) != 0) {
        return;
    }
    CPU_CLR((size_t)here, &processors);
    pthread_attr_t attributes;
    if (CPU_COUNT(&processors) == 0 || pthread_attr_init(&attributes) != 0) {
        return;
    }
    pthread_t thread;
    crew->users++;
    if (pthread_attr_setaffinity_np(&attributes, sizeof processors, &processors) != 0 ||
        pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) != 0 ||
        pthread_create(&thread, &attributes, help, crew) != 0) {
        crew->users--;
    }
    pthread_attr_destroy(&attributes);
}

static bool read_files(const struct scan *scan, struct revision *revisions, struct error *error)
{
    struct crew *crew = mem_alloc(sizeof *crew);
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->idle, NULL);
    crew->files = scan->files;
    crew->revisions = revisions;
    crew->count = scan->count;
    crew->users = 1;
    if (scan->count >= FILES_FOR_A_HELPER) {
        call_helper(crew);
    }
    take_part(crew, false);
    pthread_mutex_lock(&crew->lock);
    while (crew->helper_busy) {
        pthread_cond_wait(&crew->idle, &crew->lock);
    }
    error_move(error, &crew->error);
    pthread_mutex_unlock(&crew->lock);
    leave(crew);
    bool good = error->kind == ERROR_NONE;
    for (size_t i = 0; !good && i < scan->count; i++) {
        if (revisions[i].path != NULL) {
            revision_free(&revisions[i]);
        }
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
