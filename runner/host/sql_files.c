/* sql_files.c - SQL files below the sql root. Plain C; contract section 6. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "host/state.h"

enum { MOST_DEPTH = 32, READ_BYTES = 65536 };

/* True when a part of path is "..". */
static bool climbs(const char *path)
{
    for (const char *part = path;; part = strchr(part, '/') + 1) {
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0')) {
            return true;
        }
        if (strchr(part, '/') == NULL) {
            return false;
        }
    }
}

static bool check_path(const char *root, const char *path, struct error *error)
{
    if (path[0] == '/') {
        return error_set(error, ERROR_USAGE,
                         "\"%s\" is absolute; SQL files are named relative to %s", path, root);
    }
    if (climbs(path)) {
        return error_set(error, ERROR_USAGE, "\"%s\" leaves the directory of SQL files, %s",
                         path, root);
    }
    return true;
}

/* The kernel resolves links inside root only. EXDEV: the path leaves it. */
static int open_beneath(int root, const char *path, int flags)
{
    struct open_how how = {.flags = (unsigned long long)flags,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

/* Kernels before 5.6, and sandboxes that refuse openat2: links are looked at first. */
static int open_checked(const char *root, int root_descriptor, const char *path, int flags)
{
    char *joined = path_join(root, path);
    bool inside = path_inside(root, joined);
    struct stat status;
    bool leads_nowhere = stat(joined, &status) != 0;
    mem_free(joined);
    if (!inside && !leads_nowhere) {
        errno = EXDEV;
        return -1;
    }
    return openat(root_descriptor, path, flags);
}

/* ".at/REV", where `neap freeze` keeps copies for this revision; NULL when there is none. */
static char *frozen_directory(const char *root, const char *revision)
{
    if (revision == NULL || revision[0] == '\0' || strchr(revision, '/') != NULL ||
        climbs(revision)) {
        return NULL;
    }
    char *frozen = string_format(".at/%s", revision);
    char *joined = path_join(root, frozen);
    bool exists = file_exists(joined);
    mem_free(joined);
    if (!exists) {
        mem_free(frozen);
        frozen = NULL;
    }
    return frozen;
}

void sql_root_close(struct sql_root *root)
{
    if (root->path != NULL) {
        close(root->descriptor);
    }
    mem_free(root->path);
    mem_free(root->revision);
    mem_free(root->frozen);
    *root = (struct sql_root){0};
}

bool sql_root_open(struct sql_root *root, const char *path, const char *revision,
                   struct error *error)
{
    if (root->path != NULL && strcmp(root->path, path) == 0 &&
        string_equal(root->revision, revision)) {
        return true;
    }
    sql_root_close(root);
    int descriptor = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return error_set(error, ERROR_USAGE, "cannot open %s (sql in neap.lua): %s", path,
                         strerror(errno));
    }
    *root = (struct sql_root){.path = mem_copy_string(path),
                              .revision = revision == NULL ? NULL : mem_copy_string(revision),
                              .frozen = frozen_directory(path, revision),
                              .descriptor = descriptor};
    return true;
}

/* A descriptor of root/path, or -1 with error. O_NONBLOCK: opening a FIFO would wait. */
static int open_in_root(const struct sql_root *root, const char *path, int flags,
                        struct error *error)
{
    flags |= O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    int descriptor = open_beneath(root->descriptor, path, flags);
    if (descriptor < 0 && (errno == ENOSYS || errno == EPERM || errno == EINVAL)) {
        descriptor = open_checked(root->path, root->descriptor, path, flags);
    }
    if (descriptor < 0 && errno == EXDEV) {
        error_set(error, ERROR_USAGE,
                  "\"%s\" leaves the directory of SQL files, %s, through a link", path,
                  root->path);
    } else if (descriptor < 0) {
        error_set(error, ERROR_USAGE, "cannot read %s/%s: %s", root->path, path,
                  strerror(errno));
    }
    return descriptor;
}

static bool read_all(int descriptor, const char *shown, struct text *text, struct error *error)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0) {
        return error_set(error, ERROR_USAGE, "cannot read %s: %s", shown, strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return error_set(error, ERROR_USAGE, "cannot read %s: it is not a regular file", shown);
    }
    if (status.st_size > FILE_LIMIT) {
        return error_set(error, ERROR_USAGE, "cannot read %s: it is larger than %d MB", shown,
                         FILE_LIMIT / 1024 / 1024);
    }
    /* A byte more than there should be: less comes, so it is the end. */
    size_t wanted = (size_t)status.st_size + 1;
    for (;;) {
        ssize_t count = read(descriptor, text_room(text, wanted), wanted);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return error_set(error, ERROR_USAGE, "cannot read %s: %s", shown, strerror(errno));
        }
        text->length += (size_t)count;
        if ((size_t)count < wanted) {
            return true;
        }
        wanted = READ_BYTES; /* it grows meanwhile */
    }
}

static bool check_utf8(const struct text *text, const char *shown, struct error *error)
{
    size_t bad = 0;
    if (utf8_valid(text_string(text), text->length, &bad)) {
        return true;
    }
    int line = 1;
    size_t start = 0;
    for (size_t i = 0; i < bad; i++) {
        if (text->data[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    error_set(error, ERROR_USAGE, "%s is not UTF-8: line %d, byte %zu is 0x%02X", shown, line,
              bad - start + 1, (unsigned)(unsigned char)text->data[bad]);
    return error_advise(error, "Convert it: iconv -f LATIN1 -t UTF-8, or whatever it was "
                               "written in.");
}

static void strip_byte_order_mark(struct text *text, size_t start)
{
    if (text->length >= start + 3 && memcmp(text->data + start, "\xEF\xBB\xBF", 3) == 0) {
        memmove(text->data + start, text->data + start + 3, text->length - start - 2);
        text->length -= 3;
    }
}

/* ".at/REV/path" when `neap freeze` has kept a copy for this revision; else path. */
static char *frozen_or_live(const struct sql_root *root, const char *path)
{
    if (root->frozen == NULL) {
        return mem_copy_string(path);
    }
    char *frozen = path_join(root->frozen, path);
    char *joined = path_join(root->path, frozen);
    bool exists = file_exists(joined);
    mem_free(joined);
    if (exists) {
        return frozen;
    }
    mem_free(frozen);
    return mem_copy_string(path);
}

bool sql_file_read(const struct sql_root *root, const char *path, struct text *text,
                   char **shown, struct error *error)
{
    if (!check_path(root->path, path, error)) {
        return false;
    }
    char *below = frozen_or_live(root, path);
    int descriptor = open_in_root(root, below, 0, error);
    char *joined = path_join(root->path, below);
    mem_free(below);
    size_t start = text->length;
    bool done = descriptor >= 0 && read_all(descriptor, joined, text, error);
    if (descriptor >= 0) {
        close(descriptor);
    }
    if (done) {
        text_append(text, "", 0);
        strip_byte_order_mark(text, start);
        done = check_utf8(text, joined, error);
    }
    if (done) {
        *shown = joined;
    } else {
        mem_free(joined);
    }
    return done;
}

/* --- directories --- */

/* Which directory it is, and the place of the one that it was found in; the first is its own.
 */
struct ancestor {
    dev_t device;
    ino_t inode;
    size_t parent;
};

struct listing {
    const struct sql_root *root;
    const char *pattern;
    bool recursive;
    struct list *paths;
    struct list belows,
        names; /* directories still to be read: where, and what they are called */
    struct ancestor *ancestors; /* one for each of them */
    size_t ancestor_capacity, current;
    struct error *error;
};

static int depth_of(const char *path)
{
    int depth = 0;
    for (; *path != '\0'; path++) {
        depth += *path == '/' ? 1 : 0;
    }
    return depth;
}

/* For the next of belows. */
static void add_ancestor(struct listing *listing, size_t parent)
{
    size_t count = listing->belows.count;
    listing->ancestors = mem_grow(listing->ancestors, count, &listing->ancestor_capacity,
                                  sizeof *listing->ancestors);
    listing->ancestors[count] = (struct ancestor){.parent = parent};
}

/* Follows links. A dangling one is listed: reading it names it. */
static bool is_directory(int directory, const struct dirent *entry)
{
    struct stat status;
    if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN) {
        return entry->d_type == DT_DIR;
    }
    return fstatat(directory, entry->d_name, &status, 0) == 0 && S_ISDIR(status.st_mode);
}

/* below is where the entry's directory is read, name what it is called in the list. */
static void list_entry(struct listing *listing, int directory, const struct dirent *entry,
                       const char *below, const char *name)
{
    if (entry->d_name[0] == '.') { /* .at holds the frozen copies */
        return;
    }
    char *entry_name = strcmp(name, ".") == 0 ? mem_copy_string(entry->d_name)
                                              : string_format("%s/%s", name, entry->d_name);
    if (!is_directory(directory, entry)) {
        if (fnmatch(listing->pattern, entry->d_name, 0) == 0) {
            list_add(listing->paths, entry_name);
        }
    } else if (listing->recursive) {
        add_ancestor(listing, listing->current);
        list_give(&listing->belows, string_format("%s/%s", below, entry->d_name));
        list_add(&listing->names, entry_name);
    }
    mem_free(entry_name);
}

/* A link that leads back to where it is found: a directory without an end. */
static bool is_circle(const struct listing *listing, const struct stat *status)
{
    for (size_t at = listing->current;; at = listing->ancestors[at].parent) {
        const struct ancestor *ancestor = &listing->ancestors[at];
        if (at != listing->current && ancestor->device == status->st_dev &&
            ancestor->inode == status->st_ino) {
            return true;
        }
        if (ancestor->parent == at) {
            return false;
        }
    }
}

static bool note_ancestor(struct listing *listing, int descriptor, const char *below)
{
    struct stat status = {0};
    (void)fstat(descriptor, &status);
    listing->ancestors[listing->current].device = status.st_dev;
    listing->ancestors[listing->current].inode = status.st_ino;
    return !is_circle(listing, &status) ||
           error_set(listing->error, ERROR_USAGE,
                     "%s/%s is a link back to a directory that it is in: a circle",
                     listing->root->path, below);
}

static bool list_directory(struct listing *listing, const char *below, const char *name)
{
    if (depth_of(below) > MOST_DEPTH) {
        return error_set(listing->error, ERROR_USAGE, "%s/%s: directories nest too deep",
                         listing->root->path, below);
    }
    int descriptor = open_in_root(listing->root, below, O_DIRECTORY, listing->error);
    if (descriptor < 0) {
        return false;
    }
    if (!note_ancestor(listing, descriptor, below)) {
        close(descriptor);
        return false;
    }
    DIR *directory = fdopendir(descriptor);
    if (directory == NULL) {
        close(descriptor);
        return error_set(listing->error, ERROR_USAGE, "cannot read %s/%s: %s",
                         listing->root->path, below, strerror(errno));
    }
    errno = 0;
    for (const struct dirent *entry = readdir(directory); entry != NULL;
         entry = readdir(directory)) {
        list_entry(listing, dirfd(directory), entry, below, name);
        errno = 0;
    }
    int reason = errno;
    closedir(directory);
    return reason == 0 || error_set(listing->error, ERROR_USAGE, "cannot read %s/%s: %s",
                                    listing->root->path, below, strerror(reason));
}

/* "a/b/" -> "a/b", "" -> ".". */
static char *tidy(const char *directory)
{
    while (strncmp(directory, "./", 2) == 0) {
        directory += 2;
    }
    size_t length = strlen(directory);
    while (length > 0 && directory[length - 1] == '/') {
        length--;
    }
    return length == 0 ? mem_copy_string(".") : mem_copy(directory, length);
}

bool sql_file_list(const struct sql_root *root, const char *directory, const char *pattern,
                   bool recursive, struct list *paths, struct error *error)
{
    if (!check_path(root->path, directory, error)) {
        return false;
    }
    char *name = tidy(directory);
    struct listing listing = {.root = root,
                              .pattern = pattern == NULL ? "*.sql" : pattern,
                              .recursive = recursive,
                              .paths = paths,
                              .error = error};
    add_ancestor(&listing, 0);
    list_give(&listing.belows, frozen_or_live(root, name));
    list_give(&listing.names, name);
    bool done = true;
    for (size_t i = 0; done && i < listing.names.count; i++) {
        listing.current = i;
        done = list_directory(&listing, listing.belows.items[i], listing.names.items[i]);
    }
    list_sort(paths);
    mem_free(listing.ancestors);
    list_free(&listing.belows);
    list_free(&listing.names);
    return done;
}
