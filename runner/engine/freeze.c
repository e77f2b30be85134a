/* The SQL files that a revision loads: as a run in offline mode reads them, or as the database
 * recorded them. */
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/internal.h"

/* --- the list --- */

void sql_copies_free(struct sql_copies *copies)
{
    for (size_t i = 0; i < copies->count; i++) {
        mem_free(copies->items[i].path);
        text_free(&copies->items[i].text);
    }
    mem_free(copies->items);
    *copies = (struct sql_copies){0};
}

/* Each path once. */
static struct sql_copy *add(struct sql_copies *copies, const char *path)
{
    for (size_t i = 0; i < copies->count; i++) {
        if (strcmp(copies->items[i].path, path) == 0) {
            return NULL;
        }
    }
    copies->items =
        mem_grow(copies->items, copies->count, &copies->capacity, sizeof *copies->items);
    struct sql_copy *copy = &copies->items[copies->count++];
    *copy = (struct sql_copy){.path = mem_copy_string(path)};
    return copy;
}

/* The part below the sql root; a run from another directory called the root otherwise. */
static const char *below_root(const char *root, const char *path)
{
    size_t length = strlen(root);
    if (strncmp(path, root, length) == 0 && path[length] == '/') {
        return path + length + 1;
    }
    char *name = string_format("/%s/", path_name(root));
    const char *below = path_name(path);
    const char *found = strstr(path, name);
    if (string_starts_with(path, name + 1)) {
        below = path + strlen(name) - 1;
    } else if (found != NULL) {
        below = found + strlen(name);
    }
    mem_free(name);
    return below;
}

/* "sql/.at/1f2e/procs/a.sql" and "sql/procs/a.sql" -> "procs/a.sql". */
static const char *path_below(const struct config *config, const char *path, bool *frozen)
{
    const char *below = below_root(config->sql, path);
    *frozen = strncmp(below, ".at/", 4) == 0 && strchr(below + 4, '/') != NULL;
    return *frozen ? strchr(below + 4, '/') + 1 : below;
}

/* --- offline --- */

static bool drop_write(void *data, const char *bytes, size_t length)
{
    (void)data, (void)bytes, (void)length;
    return true;
}

static bool go_on(void *data, struct error *error)
{
    (void)data, (void)error;
    return true;
}

static bool go_on_either_way(void *data, bool begin, struct error *error)
{
    (void)data, (void)begin, (void)error;
    return true;
}

static bool pass(void *data, long position, const struct db_statement *statement,
                 struct error *error)
{
    (void)data, (void)position, (void)statement, (void)error;
    return true;
}

static struct session *open_nowhere(const char *dialect)
{
    struct session *session =
        session_new(&db_script, db_script_open(dialect, drop_write, NULL), dialect);
    const struct session_hooks hooks = {.step = pass,
                                        .begin_step = go_on,
                                        .rebuild = go_on_either_way,
                                        .commit = go_on,
                                        .autocommit = go_on_either_way};
    session_set_hooks(session, &hooks);
    return session;
}

static void take_files(const struct engine_options *options, struct sql_copies *copies)
{
    size_t count = 0;
    const struct host_file *files = host_files(options->host, &count);
    for (size_t i = 0; i < count; i++) {
        bool frozen = false;
        if (strcmp(files[i].kind, "sql") != 0) {
            continue;
        }
        struct sql_copy *copy =
            add(copies, path_below(options->config, files[i].path, &frozen));
        if (copy != NULL) {
            copy->frozen = frozen;
            text_append(&copy->text, files[i].text, files[i].length);
        }
    }
}

static bool run_offline(const struct engine_options *options, const struct revision *revision,
                        const struct text *source, bool up, bool live,
                        struct sql_copies *copies, struct error *error)
{
    char now[CLOCK_STAMP];
    clock_stamp(now);
    struct session *session = open_nowhere(options->config->dialect);
    const struct host_call call = {.path = revision->path,
                                   .text = source->data,
                                   .length = source->length,
                                   .function = direction_name(up ? UPGRADE : DOWNGRADE),
                                   .now = now,
                                   .live_files = live,
                                   .config = options->config,
                                   .session = session};
    bool done = session_sql(session, session_begin_sql(session), error);
    session_set_autocommit(session, !revision->transaction);
    done = done && host_run_revision(options->host, &call, error);
    if (done) {
        take_files(options, copies);
    }
    session_free(session);
    return done;
}

bool engine_loaded_files(const struct engine_options *options, const struct revision *revision,
                         bool live, struct sql_copies *copies, struct error *error)
{
    struct text source = {0};
    if (options->config->dialect == NULL) {
        error_set(error, ERROR_USAGE, "which database do the revisions run on?");
        return error_advise(
            error, "Say --dialect postgresql or --dialect sqlite, or set dialect or url in "
                   "neap.lua.");
    }
    bool done = file_read(revision->path, &source, error) &&
                (!revision->has_upgrade ||
                 run_offline(options, revision, &source, true, live, copies, error)) &&
                (!revision->has_downgrade ||
                 run_offline(options, revision, &source, false, live, copies, error));
    text_free(&source);
    return done;
}

/* --- recorded --- */

struct recorded {
    struct text files; /* of the last upgrade and the last downgrade */
    bool up, down;
};

static bool recorded_row(void *data, const struct db_row *row)
{
    struct recorded *recorded = data;
    bool *seen = strcmp(row->values[0].text, "upgrade") == 0 ? &recorded->up : &recorded->down;
    if (!*seen && row->values[1].kind == DB_TEXT) {
        text_add(&recorded->files, row->values[1].text);
    }
    *seen = true;
    return true;
}

static bool read_recorded(struct engine *engine, const char *id, struct recorded *recorded,
                          struct error *error)
{
    struct text sql = {0};
    text_format(
        &sql,
        "SELECT direction, files FROM %s WHERE version_table %s $1 AND revision %s $2 "
        "AND outcome %s 'ok' AND direction IN ('upgrade', 'downgrade') ORDER BY id DESC",
        engine->names.history.data, equals(engine), equals(engine), equals(engine));
    const struct db_value params[] = {value_text(engine->options.config->version_table),
                                      value_text(id)};
    bool done =
        engine_query(engine, text_string(&sql), params, 2, recorded_row, recorded, error);
    text_free(&sql);
    return done;
}

/* line: "sql hash path". */
static bool take_line(struct engine *engine, const char *line, struct sql_copies *copies,
                      struct error *error)
{
    enum { KIND = 4 };
    char hash[SHA256_HEX] = "";
    bool frozen = false;
    if (strncmp(line, "sql ", KIND) != 0 || strlen(line) < KIND + SHA256_HEX) {
        return true;
    }
    memcpy(hash, line + KIND, sizeof hash - 1);
    const char *path = path_below(engine->options.config, line + KIND + SHA256_HEX, &frozen);
    if (path[0] == '/' || strstr(path, "..") != NULL) {
        return error_set(error, ERROR_FAILED, "a stored source has the path %s", path);
    }
    struct sql_copy *copy = add(copies, path);
    return copy == NULL || stored_content(engine, hash, &copy->text, error);
}

bool engine_recorded_files(struct engine *engine, const char *id, struct sql_copies *copies,
                           bool *known, struct error *error)
{
    *known = false;
    if (!engine_ready(engine, error)) {
        return false;
    }
    if (!engine->has_history || !engine->has_source) {
        return true;
    }
    struct recorded recorded = {0};
    bool done = read_recorded(engine, id, &recorded, error);
    *known = recorded.up;
    char *files = mem_copy_string(text_string(&recorded.files));
    char *rest = NULL;
    for (char *line = strtok_r(files, "\n", &rest); done && line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        done = take_line(engine, line, copies, error);
    }
    mem_free(files);
    text_free(&recorded.files);
    return done;
}
