/* files.c - the files that the running revision has used, for its row in the history. */
#include <string.h>

#include "base/memory.h"
#include "base/sha256.h"
#include "host/state.h"

static const struct host_file *find(const struct host *host, const char *path)
{
    for (size_t i = 0; i < host->file_count; i++) {
        if (strcmp(host->files[i].path, path) == 0) {
            return &host->files[i];
        }
    }
    return NULL;
}

static const struct host_file *note(struct host *host, const struct host_file *file)
{
    host->files =
        mem_grow(host->files, host->file_count, &host->file_capacity, sizeof *host->files);
    host->files[host->file_count] = *file;
    return &host->files[host->file_count++];
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
}

const struct host_file *host_files(const struct host *host, size_t *count)
{
    *count = host->file_count;
    return host->files;
}
