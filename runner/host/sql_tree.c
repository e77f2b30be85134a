/* sql_tree.c - directories of SQL files, read whole. */
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/sha256.h"
#include "host/state.h"

char *sql_path_below(const struct config *config, const char *path)
{
    size_t root = strlen(config->sql);
    size_t length = strlen(path);
    while (root > 1 && config->sql[root - 1] == '/') {
        root--;
    }
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    if (length <= root || strncmp(path, config->sql, root) != 0 || path[root] != '/') {
        return NULL;
    }
    return mem_copy(path + root + 1, length - root - 1);
}

static bool add_file(const struct sql_root *root, const char *path, struct sql_tree *tree,
                     struct error *error)
{
    struct text text = {0};
    char *shown = NULL;
    if (!sql_file_read(root, path, &text, &shown, error)) {
        text_free(&text);
        return false;
    }
    mem_free(shown);
    tree->files = mem_grow(tree->files, tree->count, &tree->capacity, sizeof *tree->files);
    struct host_file *file = &tree->files[tree->count++];
    *file =
        (struct host_file){.kind = "sql", .path = mem_copy_string(path), .length = text.length};
    sha256_text_hex(text_string(&text), text.length, file->hash);
    file->text = text_take(&text);
    return true;
}

bool sql_tree_read(const struct config *config, const struct list *directories,
                   struct sql_tree *tree, struct error *error)
{
    struct sql_root root = {0};
    bool done = true;
    for (size_t i = 0; done && i < directories->count; i++) {
        char *below = sql_path_below(config, directories->items[i]);
        struct list paths = {0};
        done = below != NULL ? sql_root_open(&root, config->sql, NULL, error) &&
                                   sql_file_list(&root, below, NULL, true, &paths, error)
                             : error_set(error, ERROR_USAGE,
                                         "%s is not below the directory of SQL files, %s",
                                         directories->items[i], config->sql);
        for (size_t j = 0; done && j < paths.count; j++) {
            done = add_file(&root, paths.items[j], tree, error);
        }
        list_free(&paths);
        mem_free(below);
    }
    sql_root_close(&root);
    return done;
}

void sql_tree_free(struct sql_tree *tree)
{
    for (size_t i = 0; i < tree->count; i++) {
        mem_free(tree->files[i].path);
        mem_free(tree->files[i].text);
    }
    mem_free(tree->files);
    *tree = (struct sql_tree){0};
}
