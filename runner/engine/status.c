/* status and log: what the database says of itself, read only. */
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/internal.h"

/* --- status --- */

static void list_pending(struct engine *engine, struct engine_status *status)
{
    const struct graph *graph = engine->options.graph;
    status->applied = graph_applied(graph, &engine->rows);
    status->pending = mem_alloc((graph->count + 1) * sizeof *status->pending);
    for (size_t i = 0; i < graph->count; i++) {
        size_t index = graph->order[i];
        if (status->applied[index]) {
            status->applied_count++;
        } else {
            status->pending[status->pending_count++] = index;
        }
    }
}

struct last_files {
    struct engine_status *status;
    const struct config *config;
    struct list seen;
};

static void compare_file(struct last_files *last, const char *line, const char *revision)
{
    char kind[16] = "";
    char hash[SHA256_HEX] = "";
    const char *space = strchr(line, ' ');
    if (space == NULL || (size_t)(space - line) >= sizeof kind ||
        strlen(space + 1) < SHA256_HEX) {
        return;
    }
    memcpy(kind, line, (size_t)(space - line));
    memcpy(hash, space + 1, SHA256_HEX - 1);
    const char *path = space + 1 + SHA256_HEX;
    if (strcmp(kind, "revision") == 0 || list_has(&last->seen, path)) {
        return;
    }
    list_add(&last->seen, path);
    struct text text = {0};
    struct error ignored = {0};
    char now[SHA256_HEX] = "";
    if (file_read(path, &text, &ignored)) {
        sha256_text_hex(text.data, text.length, now);
    }
    if (strcmp(now, hash) != 0) {
        list_give(&last->status->changed_files,
                  string_format("%s (used by %s)%s", path, revision,
                                now[0] == '\0' ? ", missing" : ""));
    }
    error_free(&ignored);
    text_free(&text);
}

/* Newest first: a file is compared with its last use. Embedded helpers have no file. */
static bool files_row(void *data, const struct db_row *row)
{
    struct last_files *last = data;
    if (row->values[1].kind == DB_NULL) {
        return true;
    }
    char *lines = mem_copy_string(row->values[1].text);
    for (char *line = strtok(lines, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (strstr(line, " neap:") == NULL) {
            compare_file(last, line, row->values[0].kind == DB_NULL ? "" : row->values[0].text);
        }
    }
    mem_free(lines);
    return true;
}

static bool list_changed_files(struct engine *engine, struct engine_status *status,
                               struct error *error)
{
    if (!engine->has_history) {
        return true;
    }
    struct last_files last = {.status = status, .config = engine->options.config};
    struct text sql = {0};
    text_format(&sql,
                "SELECT revision, files FROM %s WHERE version_table %s $1 AND outcome %s 'ok' "
                "AND direction "
                "%s 'upgrade' ORDER BY id DESC",
                engine->names.history.data, equals(engine), equals(engine), equals(engine));
    struct db_value params[] = {value_text(engine->options.config->version_table)};
    bool done = engine_query(engine, text_string(&sql), params, 1, files_row, &last, error);
    list_free(&last.seen);
    text_free(&sql);
    return done;
}

static void list_half_done(const struct engine *engine, struct engine_status *status)
{
    for (size_t i = 0; i < engine->journal_count; i++) {
        const struct journal_row *row = &engine->journal[i];
        bool last = i + 1 == engine->journal_count ||
                    strcmp(engine->journal[i + 1].revision, row->revision) != 0;
        if (last) {
            list_give(&status->half_done,
                      string_format(
                          "%s: its %s stopped %s statement %ld", row->revision, row->direction,
                          strcmp(row->state, "begun") == 0 ? "in" : "after", row->position));
        }
    }
}

bool engine_status(struct engine *engine, struct engine_status *status, struct error *error)
{
    if (!engine_ready(engine, error) || !journal_read(engine, error)) {
        return false;
    }
    list_copy(&status->rows, &engine->rows);
    graph_unknown_rows(engine->options.graph, &engine->rows, &status->unknown);
    if (status->unknown.count > 0) {
        struct error described = {0};
        bool ahead = false;
        bool allowed = engine->options.allow_ahead;
        engine->options.allow_ahead = false;
        (void)engine_check_known(engine, &engine->rows, &ahead, &described);
        engine->options.allow_ahead = allowed;
        list_add(&status->unknown_lines, text_string(&described.message));
        error_free(&described);
        /* What lies under an unknown row is applied, if the database can tell what does. */
        (void)stored_load(engine, &described);
        error_free(&described);
    }
    list_pending(engine, status);
    list_half_done(engine, status);
    return engine_find_edited(engine, &status->edited, error) &&
           repeatable_pending(engine, &status->repeatable, error) &&
           list_changed_files(engine, status, error) && outside_read(engine, status, error);
}

void engine_status_free(struct engine_status *status)
{
    list_free(&status->rows);
    list_free(&status->unknown);
    list_free(&status->unknown_lines);
    list_free(&status->edited);
    list_free(&status->changed_files);
    list_free(&status->half_done);
    list_free(&status->repeatable);
    outside_free(status);
    mem_free(status->applied);
    mem_free(status->pending);
    *status = (struct engine_status){0};
}

/* --- log --- */

struct log_reader {
    bool (*entry)(void *data, const struct history_entry *entry);
    void *data;
    struct object_filter object;
    bool by_object;
    int64_t left; /* entries wanted; -1: all */
};

static const char *cell(const struct db_row *row, size_t column)
{
    return row->values[column].kind == DB_TEXT ? row->values[column].text : NULL;
}

static bool log_row(void *data, const struct db_row *row)
{
    struct log_reader *reader = data;
    if (reader->left == 0) {
        return false;
    }
    if (reader->by_object && !objects_touch(cell(row, 15), &reader->object)) {
        return true;
    }
    reader->left -= reader->left > 0 ? 1 : 0;
    const struct history_entry entry = {
        .id = row->values[0].integer,
        .version_table = cell(row, 1),
        .revision = cell(row, 2),
        .direction = cell(row, 3),
        .message = cell(row, 4),
        .checksum = cell(row, 5),
        .started = cell(row, 6),
        .duration_ms = row->values[7].kind == DB_NULL ? -1 : row->values[7].integer,
        .database_user = cell(row, 8),
        .os_user = cell(row, 9),
        .host = cell(row, 10),
        .neap_version = cell(row, 11),
        .git_commit = cell(row, 12),
        .outcome = cell(row, 13),
        .error = cell(row, 14),
        .objects = cell(row, 15)};
    return reader->entry(reader->data, &entry);
}

/* Appends " AND condition" with the parameter's number put where %d stands. */
static void add_condition(struct text *sql, const char *before, const char *after,
                          const char *value, struct db_value *params, size_t *count)
{
    if (value == NULL) {
        return;
    }
    params[(*count)++] = value_text(value);
    text_format(sql, " AND %s$%zu%s", before, *count, after);
}

bool engine_log(struct engine *engine, const struct history_filter *filter,
                bool (*entry)(void *data, const struct history_entry *entry), void *data,
                struct error *error)
{
    if (!engine_ready(engine, error) || !tables_find_objects(engine, error)) {
        return false;
    }
    struct log_reader reader = {.entry = entry,
                                .data = data,
                                .by_object = filter->object != NULL,
                                .left = filter->limit > 0 ? filter->limit : -1};
    if (reader.by_object &&
        !object_filter_read(filter->object, engine->postgres, &reader.object)) {
        object_filter_free(&reader.object);
        return error_set(error, ERROR_USAGE,
                         "--object expects a name such as account, account.email or "
                         "\"function f\", not \"%s\"",
                         filter->object);
    }
    if (!engine->has_history) {
        object_filter_free(&reader.object);
        return true;
    }
    struct db_value params[10] = {value_text(engine->options.config->version_table)};
    size_t count = 1;
    struct text sql = {0};
    text_format(
        &sql,
        "SELECT id, version_table, revision, direction, message, checksum, started, "
        "duration_ms, "
        "database_user, os_user, host, neap_version, git_commit, outcome, error, %s FROM %s "
        "WHERE version_table %s $1",
        engine->has_objects ? "objects" : "NULL", engine->names.history.data, equals(engine));
    if (filter->revision != NULL) {
        struct db_value length = value_integer((int64_t)strlen(filter->revision));
        params[count++] = value_text(filter->revision);
        params[count++] = length;
        text_format(&sql,
                    engine->postgres
                        ? " AND pg_catalog.substr(revision, 1, $%zu::pg_catalog.int4) "
                          "OPERATOR(pg_catalog.=) $%zu"
                        : " AND substr(revision, 1, $%zu) = $%zu",
                    count, count - 1);
    }
    add_condition(&sql, "",
                  engine->postgres
                      ? " OPERATOR(pg_catalog.=) ANY (ARRAY[database_user, os_user])"
                      : " IN (database_user, os_user)",
                  filter->user, params, &count);
    add_condition(&sql,
                  engine->postgres ? "started OPERATOR(pg_catalog.>=) " : "started >= ", "",
                  filter->since, params, &count);
    add_condition(&sql, engine->postgres ? "started OPERATOR(pg_catalog.<) " : "started < ", "",
                  filter->until, params, &count);
    add_condition(&sql, engine->postgres ? "outcome OPERATOR(pg_catalog.=) " : "outcome = ", "",
                  filter->outcome, params, &count);
    add_condition(&sql,
                  engine->postgres ? "direction OPERATOR(pg_catalog.=) " : "direction = ", "",
                  filter->direction, params, &count);
    text_add(&sql, " ORDER BY id DESC");
    if (filter->limit > 0 && !reader.by_object) {
        text_format(&sql, " LIMIT %lld", (long long)filter->limit);
    }
    bool done = engine_query(engine, text_string(&sql), params, count, log_row, &reader, error);
    object_filter_free(&reader.object);
    text_free(&sql);
    return done;
}
