/* Revisions that this checkout does not have, from the sources that the database keeps.
 *
 * They are laid out as files in a directory of their own, so that everything that reads, plans
 * and runs revisions works on them as it is; the directory goes when the engine closes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/internal.h"

struct stored {
    struct text checksum, files, message;
    bool found;
};

static bool stored_row(void *data, const struct db_row *row)
{
    struct stored *stored = data;
    if (row->values[0].kind == DB_TEXT) {
        text_add(&stored->checksum, row->values[0].text);
        text_add(&stored->files, row->values[1].kind == DB_TEXT ? row->values[1].text : "");
        stored->found = true;
    }
    return true;
}

static bool content_row(void *data, const struct db_row *row)
{
    text_append(data, row->values[0].text, row->values[0].length);
    return true;
}

static bool read_history(struct engine *engine, const char *id, struct stored *stored,
                         struct error *error)
{
    if (!engine->has_history || !engine->has_source) {
        return true;
    }
    struct text sql = {0};
    text_format(&sql,
                "SELECT checksum, files FROM %s WHERE version_table %s $1 AND revision %s $2 "
                "AND direction %s "
                "'upgrade' AND outcome %s 'ok' ORDER BY id DESC LIMIT 1",
                engine->names.history.data, equals(engine), equals(engine), equals(engine),
                equals(engine));
    struct db_value params[] = {value_text(engine->options.config->version_table),
                                value_text(id)};
    bool done = engine_query(engine, text_string(&sql), params, 2, stored_row, stored, error);
    text_free(&sql);
    return done;
}

bool stored_content(struct engine *engine, const char *hash, struct text *content,
                    struct error *error)
{
    struct text sql = {0};
    text_format(&sql, "SELECT content FROM %s WHERE hash %s $1", engine->names.source.data,
                equals(engine));
    struct db_value params[] = {value_text(hash)};
    bool done = engine_query(engine, text_string(&sql), params, 1, content_row, content, error);
    text_free(&sql);
    return done;
}

/* The part of path below the first of these directories that holds it; else its last part. */
static const char *below(const char *path, const struct list *directories)
{
    for (size_t i = 0; i < directories->count; i++) {
        size_t length = strlen(directories->items[i]);
        if (strncmp(path, directories->items[i], length) == 0 && path[length] == '/') {
            return path + length + 1;
        }
    }
    return path_name(path);
}

static bool write_below(const char *root, const char *part, const char *name,
                        const struct text *content, struct error *error)
{
    char *directory = path_join(root, part);
    char *path = path_join(directory, name);
    char *parent = path_directory(path);
    /* The names come from the database: they must not lead out of the directory. */
    bool safe = name[0] != '/' && strstr(name, "..") == NULL;
    bool done = safe ? directory_create(parent, error)
                     : error_set(error, ERROR_FAILED, "a stored source has the path %s", name);
    if (done && !file_exists(path)) {
        done = file_create(path, text_string(content), content->length, error);
    }
    mem_free(directory);
    mem_free(path);
    mem_free(parent);
    return done;
}

static bool lay_out_file(struct engine *engine, const char *kind, const char *hash,
                         const char *path, struct error *error)
{
    const struct config *config = engine->options.config;
    struct list sql_root = {0};
    struct text content = {0};
    list_add(&sql_root, config->sql == NULL ? "sql" : config->sql);
    bool done = stored_content(engine, hash, &content, error);
    if (done && strcmp(kind, "revision") == 0) {
        done = write_below(engine->stored_directory, "migrations", path_name(path), &content,
                           error);
    } else if (done && strcmp(kind, "helper") == 0) {
        done = write_below(engine->stored_directory, "helpers", below(path, &config->helpers),
                           &content, error);
    } else if (done && strcmp(kind, "sql") == 0) {
        done = write_below(engine->stored_directory, "sql", below(path, &sql_root), &content,
                           error);
    }
    list_free(&sql_root);
    text_free(&content);
    return done;
}

static bool lay_out(struct engine *engine, char *files, struct error *error)
{
    bool done = true;
    char *rest = NULL;
    for (char *line = strtok_r(files, "\n", &rest); done && line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char *hash = strchr(line, ' ');
        if (hash == NULL || strlen(hash + 1) < SHA256_HEX) {
            continue;
        }
        *hash++ = '\0';
        hash[SHA256_HEX - 1] = '\0';
        done = lay_out_file(engine, line, hash, hash + SHA256_HEX, error);
    }
    return done;
}

static bool fetch(struct engine *engine, const char *id, struct list *wanted,
                  struct error *error)
{
    struct stored stored = {0};
    struct text content = {0};
    struct revision revision = {0};
    bool done = read_history(engine, id, &stored, error);
    if (done && !stored.found) {
        done = error_set(error, ERROR_MISMATCH, "the database keeps no source of %s", id);
        error_advise(error, "Nothing was changed. It was applied by an older neap, offline, or "
                            "without a history "
                            "table; check out the version that has it.");
    }
    done = done && stored_content(engine, text_string(&stored.checksum), &content, error) &&
           revision_read(&revision, id, text_string(&content), content.length, error);
    for (size_t i = 0; done && i < revision.down.count + revision.depends.count; i++) {
        const char *parent = i < revision.down.count
                                 ? revision.down.items[i]
                                 : revision.depends.items[i - revision.down.count];
        if (graph_find(engine->options.graph, parent) == NULL &&
            !graph_is_pruned(engine->options.graph, parent) && !list_has(wanted, parent)) {
            list_add(wanted, parent);
        }
    }
    char *files = mem_copy_string(text_string(&stored.files));
    done = done && lay_out(engine, files, error);
    mem_free(files);
    revision_free(&revision);
    text_free(&content);
    text_free(&stored.checksum);
    text_free(&stored.files);
    return done;
}

static bool make_directory(struct engine *engine, struct error *error)
{
    const char *base = getenv("TMPDIR");
    char *path =
        string_format("%s/neap-XXXXXX", base == NULL || base[0] == '\0' ? "/tmp" : base);
    if (mkdtemp(path) == NULL) {
        error_set(error, ERROR_FAILED, "cannot create a directory %s: %s", path,
                  strerror(errno));
        mem_free(path);
        return false;
    }
    engine->stored_directory = path;
    static const char *const parts[] = {"migrations", "helpers", "sql"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        char *part = path_join(path, parts[i]);
        (void)mkdir(part, 0700);
        mem_free(part);
    }
    return true;
}

/* A configuration that finds helpers and SQL files where they were laid out. */
static void make_config(struct engine *engine)
{
    struct config *config = mem_alloc(sizeof *config);
    *config = *engine->options.config;
    config->helpers = (struct list){0};
    list_give(&config->helpers, path_join(engine->stored_directory, "helpers"));
    list_copy(&config->helpers, &engine->options.config->helpers);
    config->sql = path_join(engine->stored_directory, "sql");
    engine->stored_config = config;
}

bool stored_load(struct engine *engine, struct error *error)
{
    struct list wanted = {0};
    graph_unknown_rows(engine->options.graph, &engine->rows, &wanted);
    if (wanted.count == 0) {
        return true;
    }
    bool done = make_directory(engine, error);
    for (size_t i = 0; done && i < wanted.count; i++) {
        char *id = mem_copy_string(wanted.items[i]); /* fetch may move the list */
        done = fetch(engine, id, &wanted, error);
        mem_free(id);
    }
    list_free(&wanted);
    if (!done) {
        return false;
    }
    struct list directories = {0};
    list_copy(&directories, &engine->options.config->migrations);
    list_give(&directories, path_join(engine->stored_directory, "migrations"));
    engine->stored_graph = mem_alloc(sizeof *engine->stored_graph);
    done =
        graph_load(engine->stored_graph, &directories, &engine->options.config->pruned, error);
    list_free(&directories);
    if (done) {
        engine->options.graph = engine->stored_graph;
        make_config(engine);
    }
    return done;
}

bool stored_holds(const struct engine *engine, const struct revision *revision)
{
    return engine->stored_directory != NULL &&
           string_starts_with(revision->path, engine->stored_directory);
}

const char *stored_shown_path(const struct engine *engine, const char *path)
{
    size_t length = engine->stored_directory == NULL ? 0 : strlen(engine->stored_directory);
    return length > 0 && strncmp(path, engine->stored_directory, length) == 0 &&
                   path[length] == '/'
               ? path + length + 1
               : path;
}

static void show_lines(const struct engine *engine, struct text *lines)
{
    char *copy = mem_copy_string(text_string(lines));
    char *rest = NULL;
    text_clear(lines);
    for (char *line = strtok_r(copy, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        const char *shown = stored_shown_path(engine, line);
        text_format(lines, "%s%s%s", lines->length > 0 ? "\n" : "", shown,
                    shown == line ? "" : " (kept in the database)");
    }
    mem_free(copy);
}

void stored_show_paths(const struct engine *engine, struct error *error)
{
    if (engine->stored_directory != NULL) {
        show_lines(engine, &error->at);
        show_lines(engine, &error->via);
    }
}

const struct config *stored_config_for(const struct engine *engine,
                                       const struct revision *revision)
{
    return engine->stored_config != NULL && stored_holds(engine, revision)
               ? engine->stored_config
               : engine->options.config;
}

static void remove_tree(const char *path)
{
    struct list entries = {0};
    directory_list(path, &entries);
    for (size_t i = 0; i < entries.count; i++) {
        char *entry = path_join(path, entries.items[i]);
        if (directory_exists(entry)) {
            remove_tree(entry);
        } else {
            (void)unlink(entry);
        }
        mem_free(entry);
    }
    list_free(&entries);
    (void)rmdir(path);
}

void stored_free(struct engine *engine)
{
    if (engine->stored_directory != NULL) {
        remove_tree(engine->stored_directory);
    }
    if (engine->stored_config != NULL) {
        list_free(&engine->stored_config->helpers);
        mem_free(engine->stored_config->sql);
        mem_free(engine->stored_config);
    }
    if (engine->stored_graph != NULL) {
        graph_free(engine->stored_graph);
        mem_free(engine->stored_graph);
    }
    mem_free(engine->stored_directory);
}

bool engine_stored_source(struct engine *engine, const char *id, struct text *source,
                          struct error *error)
{
    struct stored stored = {0};
    bool done =
        engine_ready(engine, error) && read_history(engine, id, &stored, error) &&
        (!stored.found || stored_content(engine, text_string(&stored.checksum), source, error));
    text_free(&stored.checksum);
    text_free(&stored.files);
    return done;
}
