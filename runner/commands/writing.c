/* New revision files, for revision and merge. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/file.h"
#include "base/memory.h"
#include "commands/commands.h"

bool new_revision_id(const struct graph *graph, char **id, struct error *error)
{
    for (;;) {
        unsigned char bytes[6];
        if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
            return error_set(error, ERROR_FAILED, "no random numbers for a new id: %s",
                             strerror(errno));
        }
        struct text text = {0};
        for (size_t i = 0; i < sizeof bytes; i++) {
            text_format(&text, "%02x", bytes[i]);
        }
        if (graph_find(graph, text.data) == NULL && !graph_is_pruned(graph, text.data)) {
            *id = text_take(&text);
            return true;
        }
        text_free(&text);
    }
}

static bool same_directory(const char *a, const char *b)
{
    char *real_a = path_real(a);
    char *real_b = path_real(b);
    bool same = real_a != NULL && string_equal(real_a, real_b);
    mem_free(real_a);
    mem_free(real_b);
    return same;
}

/* Only a directory that is listed is read later. */
static bool listed_directory(const struct config *config, const char *path,
                             const char **directory, struct error *error)
{
    for (size_t i = 0; i < config->migrations.count; i++) {
        char *joined = path_join(config->directory, path);
        bool found = same_directory(config->migrations.items[i], path) ||
                     same_directory(config->migrations.items[i], joined);
        mem_free(joined);
        if (found) {
            *directory = config->migrations.items[i];
            return true;
        }
    }
    struct text listed = {0};
    list_join(&config->migrations, ", ", &listed);
    error_set(error, ERROR_USAGE, "--version-path %s is not one of the migrations directories",
              path);
    error_advise(error, "neap.lua lists %s; a revision anywhere else would never be found.",
                 text_string(&listed));
    text_free(&listed);
    return false;
}

bool revision_directory(struct context *context, const struct revision *parent,
                        const char **directory, struct error *error)
{
    const struct config *config = context_config(context, error);
    if (config == NULL) {
        return false;
    }
    const char *path = option_string(context, "version-path");
    if (path != NULL) {
        return listed_directory(config, path, directory, error);
    }
    char *parent_directory = parent == NULL ? NULL : path_directory(parent->path);
    for (size_t i = 0; i < config->migrations.count; i++) {
        if (config->migrations.count == 1 ||
            (parent_directory != NULL &&
             same_directory(config->migrations.items[i], parent_directory))) {
            *directory = config->migrations.items[i];
        }
    }
    mem_free(parent_directory);
    if (*directory != NULL) {
        return true;
    }
    struct text listed = {0};
    list_join(&config->migrations, ", ", &listed);
    error_set(error, ERROR_USAGE, "there are several migrations directories");
    error_advise(error, "Say which one with --version-path: %s.", text_string(&listed));
    text_free(&listed);
    return false;
}

bool revision_written(struct context *context, const char *path, const char *id,
                      const char *message, struct error *error)
{
    if (context->output.json) {
        json_t *object = json_object();
        json_object_set_new(object, "revision", json_text(id));
        json_object_set_new(object, "path", json_text(path));
        json_object_set_new(object, "message", json_text(message));
        output_json(object);
    } else {
        output_line("%s", path);
    }
    const char *fields[] = {"path", path, "revision", id, "message", message, NULL};
    if (!host_run_hook(context->host, "after_write", fields, error)) {
        if (error->outcome.length == 0) {
            text_format(&error->outcome, "The file %s is written.", path);
        }
        return false;
    }
    if (!option_flag(context, "edit")) {
        return true;
    }
    struct list paths = {0};
    list_add(&paths, path);
    bool done = edit_files(context, &paths, error);
    list_free(&paths);
    return done;
}
