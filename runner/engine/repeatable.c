/* Repeatable objects: directories of SQL files that every upgrade brings up to date.
 *
 * Each run's row in the history names its files with their hashes; what the last one says of a
 * file tells whether it has changed. After a downgrade, and after a revision that drops
 * something, all are run again: what they made may be gone.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "engine/internal.h"
#include "sql/objects.h"

struct known_file {
    char *path; /* below the sql root */
    char hash[SHA256_HEX];
    size_t number; /* the later one counts */
};

struct known {
    struct known_file *files;
    size_t count, capacity;
    const struct list *roots; /* "objects/" of each directory */
};

/* --- what was run --- */

/* The same file may have been recorded from another directory: "../sql/objects/v.sql". */
static const char *below_root(const struct list *roots, const char *path)
{
    for (size_t i = 0; i < roots->count; i++) {
        const char *slashed = roots->items[i]; /* "/objects/" */
        const char *found = NULL;
        for (const char *at = strstr(path, slashed); at != NULL; at = strstr(at + 1, slashed)) {
            found = found == NULL ? at : found;
        }
        if (found != NULL) {
            return found + 1;
        }
    }
    return NULL;
}

static void take_line(struct known *known, const char *line)
{
    enum { KIND = 4 };
    if (strncmp(line, "sql ", KIND) != 0 || strlen(line) < KIND + SHA256_HEX) {
        return;
    }
    const char *path = below_root(known->roots, line + KIND + SHA256_HEX);
    if (path == NULL) {
        return;
    }
    known->files = mem_grow(known->files, known->count, &known->capacity, sizeof *known->files);
    struct known_file *file = &known->files[known->count];
    *file = (struct known_file){.path = mem_copy_string(path), .number = known->count};
    memcpy(file->hash, line + KIND, SHA256_HEX - 1);
    known->count++;
}

static bool known_row(void *data, const struct db_row *row)
{
    if (row->values[0].kind != DB_TEXT) {
        return true;
    }
    char *lines = mem_copy_string(row->values[0].text);
    char *rest = NULL;
    for (char *line = strtok_r(lines, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        take_line(data, line);
    }
    mem_free(lines);
    return true;
}

static int compare_known(const void *a, const void *b)
{
    const struct known_file *one = a;
    const struct known_file *other = b;
    int order = strcmp(one->path, other->path);
    return order != 0 ? order : (one->number > other->number) - (one->number < other->number);
}

/* What takes objects of files away: an undone revision, and one that drops something that may
 * be theirs, or that theirs depends on. From there on all files count as never run. */
static void add_droppers(const struct engine *engine, struct text *sql)
{
    static const char *const kinds[] = {"view",      "materialized_view",
                                        "function",  "procedure",
                                        "aggregate", "trigger",
                                        "type",      "domain",
                                        "schema",    "table"};
    const char *equal = equals(engine);
    const char *like = engine->postgres ? "OPERATOR(pg_catalog.~~)" : "LIKE";
    text_format(sql,
                "direction %s 'downgrade' OR direction %s 'upgrade' AND (objects %s '%% drop "
                "%%cascade=%%'",
                equal, equal, like);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        text_format(sql, " OR objects %s '%% drop %s %%'", like, kinds[i]);
    }
    text_add_char(sql, ')');
}

static bool read_known(struct engine *engine, struct known *known, struct error *error)
{
    if (!engine->has_history) {
        return true;
    }
    struct text sql = {0};
    const char *history = engine->names.history.data;
    const char *equal = equals(engine);
    text_format(
        &sql,
        "SELECT files FROM %s WHERE version_table %s $1 AND direction %s 'repeatable' AND "
        "outcome %s 'ok' AND id %s coalesce((SELECT %smax(id) FROM %s WHERE version_table "
        "%s $1 AND outcome %s 'ok' AND (",
        history, equal, equal, equal, engine->postgres ? "OPERATOR(pg_catalog.>)" : ">",
        engine->postgres ? "pg_catalog." : "", history, equal, equal);
    add_droppers(engine, &sql);
    text_format(&sql, ")), %s) ORDER BY id", engine->postgres ? "0::pg_catalog.int8" : "0");
    const struct db_value params[] = {value_text(engine->options.config->version_table)};
    bool done = engine_query(engine, text_string(&sql), params, 1, known_row, known, error);
    text_free(&sql);
    if (known->count > 0) {
        qsort(known->files, known->count, sizeof *known->files, compare_known);
    }
    return done;
}

/* The last entry of the path. */
static const char *known_hash(const struct known *known, const char *path)
{
    size_t low = 0;
    size_t high = known->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(known->files[middle].path, path) <= 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 && strcmp(known->files[low - 1].path, path) == 0 ? known->files[low - 1].hash
                                                                    : "";
}

static void known_free(struct known *known)
{
    for (size_t i = 0; i < known->count; i++) {
        mem_free(known->files[i].path);
    }
    mem_free(known->files);
}

/* --- what is to be run --- */

struct changes {
    struct sql_tree tree;
    bool *wanted; /* of each file */
    size_t count;
};

static void changes_free(struct changes *changes)
{
    sql_tree_free(&changes->tree);
    mem_free(changes->wanted);
}

/* --- what goes with a dropped view --- */

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           c == '_' || (unsigned char)c >= 0x80;
}

/* As a word, whatever the case; in comments and strings, too. */
static bool text_mentions(const char *text, size_t length, const char *name)
{
    size_t size = strlen(name);
    for (size_t i = 0; i + size <= length; i++) {
        if (strncasecmp(text + i, name, size) == 0 && (i == 0 || !is_word(text[i - 1])) &&
            (i + size == length || !is_word(text[i + size]))) {
            return true;
        }
    }
    return false;
}

/* A view takes its triggers and rules along, CASCADE takes all that depends on it. */
static bool takes_along(const struct sql_object *object, const char *sql, size_t length)
{
    if (!object->drop) {
        return false;
    }
    if (strcmp(object->kind, "view") == 0 || strcmp(object->kind, "materialized view") == 0 ||
        strcmp(object->kind, "table") == 0) {
        return true;
    }
    return strcmp(object->kind, "trigger") != 0 && text_mentions(sql, length, "cascade");
}

/* "app"."v" -> v: the last part, without quotes. */
static void add_dropped_name(const char *sql, struct sql_name name, struct list *names)
{
    size_t end = name.end;
    bool quoted = end > name.start && strchr("\"`]", sql[end - 1]) != NULL;
    size_t start = quoted ? --end : end;
    const char *stop = quoted ? "\"`[" : ". \t\r\n";
    while (start > name.start && strchr(stop, sql[start - 1]) == NULL) {
        start--;
    }
    if (start < end) {
        list_give(names, mem_copy(sql + start, end - start));
    }
}

static void list_dropped(const struct host_file *file, enum sql_dialect dialect,
                         struct list *names)
{
    struct sql_span span = {0};
    while (sql_next_statement(file->text, file->length, dialect, &span)) {
        const char *sql = file->text + span.start;
        size_t length = span.end - span.start;
        struct sql_object object = {0};
        if (span.kind == SQL_STATEMENT && sql_object(sql, length, dialect, &object) &&
            takes_along(&object, sql, length)) {
            add_dropped_name(sql, object.name, names);
        }
    }
}

static bool mentions_any(const struct host_file *file, const struct list *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (text_mentions(file->text, file->length, names->items[i])) {
            return true;
        }
    }
    return false;
}

/* Files that name something that a changed file drops are run again, too. */
static void add_mentioning(struct changes *changes, enum sql_dialect dialect)
{
    const struct sql_tree *tree = &changes->tree;
    struct list names = {0};
    bool *seen = mem_alloc((tree->count + 1) * sizeof *seen);
    for (size_t before = SIZE_MAX; before != changes->count;) {
        before = changes->count;
        for (size_t i = 0; i < tree->count; i++) {
            if (changes->wanted[i] && !seen[i]) {
                list_dropped(&tree->files[i], dialect, &names);
                seen[i] = true;
            }
        }
        for (size_t i = 0; i < tree->count; i++) {
            if (!changes->wanted[i] && mentions_any(&tree->files[i], &names)) {
                changes->wanted[i] = true;
                changes->count++;
            }
        }
    }
    mem_free(seen);
    list_free(&names);
}

static void list_roots(const struct config *config, struct list *roots)
{
    for (size_t i = 0; i < config->repeatable.count; i++) {
        char *below = sql_path_below(config, config->repeatable.items[i]);
        list_give(roots, string_format("/%s/", below == NULL ? "" : below));
        mem_free(below);
    }
}

static bool find_changes(struct engine *engine, struct changes *changes, struct error *error)
{
    const struct config *config = engine->options.config;
    struct list roots = {0};
    list_roots(config, &roots);
    struct known known = {.roots = &roots};
    bool done = sql_tree_read(config, &config->repeatable, &changes->tree, error) &&
                read_known(engine, &known, error);
    changes->wanted = mem_alloc((changes->tree.count + 1) * sizeof *changes->wanted);
    for (size_t i = 0; done && i < changes->tree.count; i++) {
        const struct host_file *file = &changes->tree.files[i];
        changes->wanted[i] = strcmp(known_hash(&known, file->path), file->hash) != 0;
        changes->count += changes->wanted[i] ? 1 : 0;
    }
    if (done && changes->count > 0) {
        add_mentioning(changes, engine->postgres ? SQL_POSTGRESQL : SQL_SQLITE);
    }
    known_free(&known);
    list_free(&roots);
    return done;
}

static void list_wanted(const struct changes *changes, struct list *paths)
{
    for (size_t i = 0; i < changes->tree.count; i++) {
        if (changes->wanted[i]) {
            list_add(paths, changes->tree.files[i].path);
        }
    }
}

bool repeatable_pending(struct engine *engine, struct list *paths, struct error *error)
{
    if (engine->options.config->repeatable.count == 0) {
        return true;
    }
    struct changes changes = {0};
    bool done = find_changes(engine, &changes, error);
    if (done) {
        list_wanted(&changes, paths);
    }
    changes_free(&changes);
    return done;
}

bool repeatable_check(struct engine *engine, struct error *error)
{
    const struct config *config = engine->options.config;
    struct sql_tree tree = {0};
    bool done = sql_tree_read(config, &config->repeatable, &tree, error);
    sql_tree_free(&tree);
    return done;
}

/* Files speak of the newest schema. They wait while a revision is still to come on a branch
 * that the database is on, and where it is ahead of this checkout: that one has newer files. */
static bool is_newest(const struct engine *engine, const struct list *rows)
{
    const struct graph *graph = engine->options.graph;
    struct list unknown = {0};
    graph_unknown_rows(graph, rows, &unknown);
    bool newest = unknown.count == 0 && engine->stored_graph == NULL;
    list_free(&unknown);
    bool *applied = graph_applied(graph, rows);
    for (size_t i = 0; newest && i < graph->count; i++) {
        const struct revision *revision = &graph->revisions[i];
        for (size_t j = 0; !applied[i] && j < revision->down_count; j++) {
            newest = newest && !applied[revision->down_index[j]];
        }
    }
    mem_free(applied);
    return newest && (rows->count > 0 || graph->count == 0);
}

/* --- the run --- */

static void make_step(struct engine *engine, const struct changes *changes,
                      const struct list *rows, struct extra_step *extra)
{
    const struct config *config = engine->options.config;
    struct text body = {0};
    char *id = extra_describe_directories(config, &config->repeatable);
    char *message = extra_describe_files(&changes->tree, changes->wanted);
    extra_load_files(&changes->tree, changes->wanted, ", tidy = true", &body);
    extra_make(extra, config, REPEATABLE, id, message, config->repeatable_line,
               text_string(&body), rows);
    mem_free(id);
    mem_free(message);
    text_free(&body);
}

/* Under the lock: another runner may have done it. */
static bool run_changes(struct engine *engine, struct list *done_files, struct error *error)
{
    struct changes changes = {0};
    struct extra_step extra = {0};
    bool created = false;
    if (engine->git_commit == NULL) {
        engine->git_commit = git_commit_of(engine->options.config->directory);
    }
    bool done = lock_take(engine, error) && engine_refresh(engine, error) &&
                tables_ensure(engine, &created, error) && find_changes(engine, &changes, error);
    if (done && changes.count > 0) {
        make_step(engine, &changes, &engine->rows, &extra);
        done = run_extra_step(engine, &extra.step, &extra.source, error);
        if (done) {
            list_wanted(&changes, done_files);
        }
        extra_free(&extra);
    }
    changes_free(&changes);
    return done;
}

bool repeatable_update(struct engine *engine, struct engine_run *run, struct error *error)
{
    const struct list *rows =
        run->dry_run && run->plan.count > 0 ? &run->plan.end : &engine->rows;
    if (engine->options.config->repeatable.count == 0 || !is_newest(engine, rows)) {
        return true;
    }
    struct list pending = {0};
    bool done = repeatable_pending(engine, &pending, error);
    if (done && run->dry_run) {
        list_copy(&run->repeatable, &pending);
    } else if (done && pending.count > 0) {
        done = run_changes(engine, &run->repeatable, error);
    }
    list_free(&pending);
    return done;
}

bool repeatable_script_step(struct engine *engine, const struct list *rows,
                            struct extra_step *extra, bool *any, struct error *error)
{
    const struct config *config = engine->options.config;
    *any = false;
    if (config->repeatable.count == 0 || !is_newest(engine, rows)) {
        return true;
    }
    struct changes changes = {0};
    bool done = sql_tree_read(config, &config->repeatable, &changes.tree, error);
    changes.wanted = mem_alloc((changes.tree.count + 1) * sizeof *changes.wanted);
    for (size_t i = 0; i < changes.tree.count; i++) {
        changes.wanted[i] = true;
    }
    *any = done && changes.tree.count > 0;
    if (*any) {
        make_step(engine, &changes, rows, extra);
    }
    changes_free(&changes);
    return done;
}
