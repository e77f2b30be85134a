/* files.c - the files that the running revision has used, for its row in the history. */
#include <string.h>

#include "base/memory.h"
#include "base/sha256.h"
#include "host/state.h"

/* A directory may hold thousands: their places are in a hash table, open addressing, at most
 * half full. Places count from 1; 0 is free. FNV-1a. */
static size_t *slot_of(const struct host *host, const char *path)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (const char *at = path; *at != '\0'; at++) {
        hash = (hash ^ (unsigned char)*at) * UINT64_C(1099511628211);
    }
    size_t slot = (size_t)hash & (host->file_slot_count - 1);
    while (host->file_slots[slot] != 0 &&
           strcmp(host->files[host->file_slots[slot] - 1].path, path) != 0) {
        slot = (slot + 1) & (host->file_slot_count - 1);
    }
    return &host->file_slots[slot];
}

static const struct host_file *find(const struct host *host, const char *path)
{
    size_t place = host->file_slot_count == 0 ? 0 : *slot_of(host, path);
    return place == 0 ? NULL : &host->files[place - 1];
}

static void grow_slots(struct host *host)
{
    host->file_slot_count = host->file_slot_count == 0 ? 32 : host->file_slot_count * 2;
    mem_free(host->file_slots);
    host->file_slots = mem_alloc(host->file_slot_count * sizeof *host->file_slots);
    for (size_t i = 0; i < host->file_count; i++) {
        *slot_of(host, host->files[i].path) = i + 1;
    }
}

static const struct host_file *note(struct host *host, const struct host_file *file)
{
    host->files =
        mem_grow(host->files, host->file_count, &host->file_capacity, sizeof *host->files);
    host->files[host->file_count++] = *file;
    if (2 * host->file_count > host->file_slot_count) {
        grow_slots(host);
    } else {
        *slot_of(host, file->path) = host->file_count;
    }
    return &host->files[host->file_count - 1];
}

void files_note_helper(struct host *host, const struct helper_file *helper)
{
    if (host->call != NULL && find(host, helper->file.path) == NULL) {
        (void)note(host, &helper->file);
    }
}

const struct host_file *files_note_sql(struct host *host, char *path, struct text *text)
{
    const struct host_file *known = find(host, path);
    if (known != NULL) { /* loaded twice: the run goes on with what it has read first */
        mem_free(path);
        text_free(text);
        return known;
    }
    struct host_file file = {.kind = "sql", .path = path, .length = text->length};
    sha256_text_hex(text_string(text), text->length, file.hash);
    file.text = text_take(text);
    return note(host, &file);
}

void files_clear(struct host *host)
{
    for (size_t i = 0; i < host->file_count; i++) {
        if (strcmp(host->files[i].kind, "sql") == 0) {
            mem_free(host->files[i].path);
            mem_free(host->files[i].text);
        }
    }
    host->file_count = 0;
    mem_free(host->file_slots);
    host->file_slots = NULL;
    host->file_slot_count = 0;
    sql_root_close(&host->sql_root);
}

const struct host_file *host_files(const struct host *host, size_t *count)
{
    *count = host->file_count;
    return host->files;
}
