/* Keeping the sources of revisions, helpers and SQL files in neap_source, by their hash. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/internal.h"

bool record_can_keep(const struct engine *engine, const char *path, const char *text,
                     size_t length, struct error *error)
{
    size_t bad = 0;
    if (!engine->postgres ||
        (utf8_valid(text, length, &bad) && memchr(text, '\0', length) == NULL)) {
        return true;
    }
    error_set_at(error, ERROR_USAGE, path, 0, "%s is not UTF-8 text", path);
    return error_advise(error, "Save it as UTF-8; neap keeps the sources in the database.");
}

static bool write_source(struct engine *engine, const char *hash, const char *kind,
                         const char *path, const char *content, size_t length,
                         struct error *error)
{
    struct db_value params[] = {value_text(hash),
                                value_text(kind),
                                value_text(path),
                                {.kind = DB_TEXT, .text = content, .length = length}};
    struct text sql = {0};
    text_format(&sql,
                "INSERT INTO %s (hash, kind, path, content) VALUES ($1, $2, $3, $4) ON "
                "CONFLICT (hash) DO "
                "NOTHING",
                engine->names.source.data);
    bool done = record_send(engine, &sql, params, 4, "neap_source", NULL, error);
    text_free(&sql);
    return done;
}

bool record_text(struct engine *engine, const char *hash, const char *kind, const char *path,
                 const struct text *content, struct error *error)
{
    return write_source(engine, hash, kind, path, text_string(content), content->length, error);
}

bool record_source(struct engine *engine, const struct record *record, struct error *error)
{
    return write_source(engine, record->checksum, "revision", record->path, record->text,
                        record->length, error);
}

/* --- many files at once: a directory of functions --- */

enum { MANY_FILES = 16, FILES_PER_INSERT = HOST_FILES_READ };

static bool known_row(void *data, const struct db_row *row)
{
    if (row->values[0].kind == DB_TEXT) {
        list_add(data, row->values[0].text);
    }
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool has_hash(const struct list *sorted, const char *hash)
{
    return sorted->count > 0 &&
           bsearch(&hash, sorted->items, sorted->count, sizeof *sorted->items, by_text) != NULL;
}

/* Those that the database has already need not travel again. */
static bool ask_known(struct engine *engine, const struct host_file *files, size_t count,
                      struct list *known, struct error *error)
{
    struct text sql = {0}, hashes = {0};
    text_format(&sql, "SELECT hash FROM %s WHERE hash %s ANY ($1::pg_catalog.text[])",
                engine->names.source.data, equals(engine));
    for (size_t i = 0; i < count; i++) {
        text_add_char(&hashes, i == 0 ? '{' : ',');
        text_add(&hashes, files[i].hash);
    }
    text_add_char(&hashes, '}');
    struct db_value params[] = {value_text(hashes.data)};
    bool done = engine_query(engine, text_string(&sql), params, 1, known_row, known, error);
    list_sort(known);
    text_free(&sql);
    text_free(&hashes);
    return done;
}

static void insert_sql(const struct engine *engine, size_t count, struct text *sql)
{
    text_format(sql, "INSERT INTO %s (hash, kind, path, content) VALUES ",
                engine->names.source.data);
    for (size_t i = 0; i < 4 * count; i += 4) {
        text_format(sql, "%s($%zu, $%zu, $%zu, $%zu)", i == 0 ? "" : ", ", i + 1, i + 2, i + 3,
                    i + 4);
    }
    text_add(sql, " ON CONFLICT (hash) DO NOTHING");
}

static bool insert_files(struct engine *engine, const struct host_file *const *files,
                         size_t count, struct error *error)
{
    struct db_value params[4 * FILES_PER_INSERT];
    for (size_t i = 0; i < count; i++) {
        struct db_value *row = &params[4 * i];
        row[0] = value_text(files[i]->hash);
        row[1] = value_text(files[i]->kind);
        row[2] = value_text(files[i]->path);
        row[3] = (struct db_value){
            .kind = DB_TEXT, .text = files[i]->text, .length = files[i]->length};
    }
    if (count == FILES_PER_INSERT) { /* the same text each time */
        if (engine->sources_sql.length == 0) {
            insert_sql(engine, count, &engine->sources_sql);
        }
        return record_send(engine, &engine->sources_sql, params, 4 * count, "neap_sources",
                           NULL, error);
    }
    struct text sql = {0};
    insert_sql(engine, count, &sql);
    bool done = record_send(engine, &sql, params, 4 * count, NULL, NULL, error);
    text_free(&sql);
    return done;
}

/* ask: some of them may be there already. */
static bool write_many(struct engine *engine, const struct host_file *files, size_t file_count,
                       bool ask, struct error *error)
{
    struct list known = {0};
    const struct host_file *waiting[FILES_PER_INSERT];
    size_t count = 0;
    bool done = !ask || ask_known(engine, files, file_count, &known, error);
    for (size_t i = 0; done && i < file_count; i++) {
        const struct host_file *file = &files[i];
        if (has_hash(&known, file->hash)) {
            continue;
        }
        waiting[count++] = file;
        done = record_can_keep(engine, file->path, file->text, file->length, error);
        if (done && count == FILES_PER_INSERT) {
            done = insert_files(engine, waiting, count, error);
            count = 0;
        }
    }
    done = done && (count == 0 || insert_files(engine, waiting, count, error));
    list_free(&known);
    return done;
}

/* The role and the settings must be neap's own still. A savepoint might undo it. */
static bool may_keep(const struct engine *engine)
{
    return engine->postgres && engine->has_source && engine->has_history &&
           engine->options.config->role == NULL && session_failure(engine->session) == NULL &&
           session_in_transaction(engine->session) && !session_in_savepoint(engine->session) &&
           !session_sent_free_sql(engine->session);
}

/* The first load of files: then there is nothing to ask for. */
static bool ask_any(struct engine *engine, bool *any, struct error *error)
{
    struct text sql = {0};
    struct list found = {0};
    text_format(&sql, "SELECT hash FROM %s WHERE kind OPERATOR(pg_catalog.=) 'sql' LIMIT 1",
                engine->names.source.data);
    bool done = engine_query(engine, text_string(&sql), NULL, 0, known_row, &found, error);
    *any = found.count > 0;
    list_free(&found);
    text_free(&sql);
    return done;
}

bool sources_keep(struct engine *engine, const struct host_file *files, size_t count,
                  struct sources_kept *kept, struct error *error)
{
    if (!may_keep(engine)) {
        return true;
    }
    for (size_t i = kept->count; i < count; i++) {
        struct error refused = {0};
        bool can =
            record_can_keep(engine, files[i].path, files[i].text, files[i].length, &refused);
        error_free(&refused);
        if (!can) { /* said when the revision is recorded, if it comes that far */
            return true;
        }
    }
    if ((kept->count == 0 && !ask_any(engine, &kept->ask, error)) ||
        !write_many(engine, files + kept->count, count - kept->count, kept->ask, error)) {
        session_group_fail(engine->session, error);
        return false;
    }
    kept->count = count;
    return true;
}

bool sources_write(struct engine *engine, const struct record *record, struct error *error)
{
    if (!engine->has_source || !engine->has_history || session_offline(engine->session)) {
        return true;
    }
    bool done = engine->postgres || engine->sources_kept || record->text == NULL ||
                record_source(engine, record, error);
    if (done && engine->postgres && record->file_count > MANY_FILES) {
        return record->files_kept == record->file_count ||
               write_many(engine, record->files + record->files_kept,
                          record->file_count - record->files_kept, true, error);
    }
    for (size_t i = 0; done && i < record->file_count; i++) {
        const struct host_file *file = &record->files[i];
        if (!list_has(&engine->stored, file->hash)) {
            done = record_can_keep(engine, file->path, file->text, file->length, error) &&
                   write_source(engine, file->hash, file->kind, file->path, file->text,
                                file->length, error);
        }
    }
    return done;
}

void record_stored(struct engine *engine, const struct record *record)
{
    if (engine->postgres && record->file_count > MANY_FILES) {
        return; /* asked for each time */
    }
    for (size_t i = 0; i < record->file_count; i++) {
        if (!list_has(&engine->stored, record->files[i].hash)) {
            list_add(&engine->stored, record->files[i].hash);
        }
    }
}
