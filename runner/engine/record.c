/* What a step writes down: version rows, history row, sources; in the step's own transaction.
 */
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/internal.h"
#include "sql/changes.h"

const char *direction_name(enum direction direction)
{
    static const char *const names[] = {"upgrade", "downgrade", "stamp", "repeatable", "setup"};
    return names[direction];
}

/* "kind hash path" lines: the revision and what it used. */
static void list_files(const struct record *record, struct text *text)
{
    if (record->text != NULL) {
        text_format(text, "revision %s %s\n", record->checksum, record->path);
    }
    for (size_t i = 0; i < record->file_count; i++) {
        text_format(text, "%s %s %s\n", record->files[i].kind, record->files[i].hash,
                    record->files[i].path);
    }
}

enum { HISTORY_COLUMNS = 14, RECORD_PARAMS = 21 };

static const char history_columns[] =
    "version_table, revision, direction, message, checksum, started, os_user, host, "
    "neap_version, "
    "git_commit, outcome, error, files, duration_ms, database_user";

/* The column that an earlier neap did not make. */
static const char *objects_column(const struct engine *engine)
{
    return engine->has_objects ? ", objects" : "";
}

/* Unqualified names are in the first schema of the search_path that has them. */
static void list_objects(const struct engine *engine, const struct record *record,
                         struct text *text)
{
    const struct config *config = engine->options.config;
    const char *path = engine->current_schema;
    if (!engine->has_objects || record->objects == NULL || record->objects->length == 0) {
        return;
    }
    for (size_t i = 0; i < config->setting_names.count; i++) {
        if (strcmp(config->setting_names.items[i], "search_path") == 0) {
            path = config->setting_values.items[i];
        }
    }
    if (engine->postgres && path != NULL) {
        text_add(text, "- path ");
        sql_add_change_word(text, path, strlen(path));
        text_add_char(text, '\n');
    }
    text_append(text, record->objects->data, record->objects->length);
}

/* "": it changed none; NULL: nobody has looked, as for a stamp. */
static struct db_value objects_value(const struct record *record, const struct text *objects)
{
    return value_text(record->objects == NULL ? NULL : text_string(objects));
}

static void history_params(struct engine *engine, const struct record *record,
                           const struct text *files, struct db_value params[HISTORY_COLUMNS])
{
    bool offline = session_offline(engine->session);
    struct db_value values[HISTORY_COLUMNS] = {
        value_text(engine->options.config->version_table),
        value_text(record->revision),
        value_text(record->direction),
        value_text(record->message),
        value_text(record->checksum),
        value_text(record->started),
        value_text(offline ? NULL : engine_os_user(engine)),
        value_text(offline ? NULL : engine->host_name),
        value_text(neap_version()),
        value_text(engine->git_commit),
        value_text(record->outcome),
        value_text(record->error),
        value_text(files->length == 0 ? NULL : files->data),
        value_integer(record->duration_ms),
    };
    memcpy(params, values, sizeof values);
}

/* --- PostgreSQL: one statement for all of it --- */

/* $1 rows that go, $2 rows that come, $3 how many go; $4.. the history's columns; then the
 * revision's source, and last the objects. A count that does not fit divides by zero: an error
 * here skips the COMMIT that waits behind it in the pipeline. */
static void postgres_sql(const struct engine *engine, bool source, size_t objects,
                         struct text *sql)
{
    text_format(
        sql,
        "WITH gone AS (DELETE FROM %s WHERE version_num OPERATOR(pg_catalog.=) ANY "
        "($1::pg_catalog.text[]) RETURNING 1), come AS (INSERT INTO %s (version_num) SELECT "
        "pg_catalog.unnest($2::pg_catalog.text[]) RETURNING 1)",
        engine->names.version.data, engine->names.version.data);
    if (source) {
        text_format(sql,
                    ", kept AS (INSERT INTO %s (hash, kind, path, content) VALUES ($18, "
                    "'revision', $19, "
                    "$20) ON CONFLICT (hash) DO NOTHING)",
                    engine->names.source.data);
    }
    static const char check[] = "(CASE WHEN (SELECT pg_catalog.count(*) FROM gone) "
                                "OPERATOR(pg_catalog.=) $3::pg_catalog.int8 "
                                "THEN 1 ELSE 0 END)::pg_catalog.int8";
    if (engine->has_history) {
        text_format(
            sql,
            " INSERT INTO %s (%s%s) SELECT $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
            "$15, $16, ",
            engine->names.history.data, history_columns, objects_column(engine));
        text_format(
            sql,
            "(CASE WHEN $17::pg_catalog.int8 OPERATOR(pg_catalog.>=) 0::pg_catalog.int8 THEN "
            "$17::pg_catalog.int8 ELSE (pg_catalog.date_part('epoch', "
            "pg_catalog.clock_timestamp() "
            "OPERATOR(pg_catalog.-) pg_catalog.transaction_timestamp()) OPERATOR(pg_catalog.*) "
            "1000::pg_catalog.float8)::pg_catalog.int8 END) OPERATOR(pg_catalog./) %s, "
            "SESSION_USER::pg_catalog.text",
            check);
        if (engine->has_objects) {
            text_format(sql, ", $%zu", objects);
        }
    } else {
        text_format(sql, " SELECT 1::pg_catalog.int8 OPERATOR(pg_catalog./) %s", check);
    }
}

static bool write_postgres(struct engine *engine, const struct record *record,
                           const struct text *files, struct error *error)
{
    struct text gone = {0};
    struct text come = {0};
    struct text sql = {0};
    array_literal(&record->rows->removed, &gone);
    array_literal(&record->rows->added, &come);
    bool source = engine->has_history && engine->has_source && record->text != NULL &&
                  !engine->sources_kept;
    struct text objects = {0};
    list_objects(engine, record, &objects);
    struct db_value params[RECORD_PARAMS] = {
        value_text(gone.data), value_text(come.data),
        value_integer((int64_t)record->rows->removed.count)};
    size_t count = 3;
    if (engine->has_history) {
        history_params(engine, record, files, params + 3);
        count += HISTORY_COLUMNS;
    }
    if (source) {
        params[17] = value_text(record->checksum);
        params[18] = value_text(record->path);
        params[19] =
            (struct db_value){.kind = DB_TEXT, .text = record->text, .length = record->length};
        count = 20;
    }
    if (engine->has_history && engine->has_objects) {
        params[count++] = objects_value(record, &objects);
    }
    postgres_sql(engine, source, count, &sql);
    struct db_statement statement = {
        .sql = text_string(&sql),
        .params = params,
        .param_count = count,
        .name = prepared_name(engine, source ? "neap_record_source" : "neap_record"),
        .purpose = "version"};
    bool done = session_send(engine->session, &statement, NULL, NULL, NULL, error);
    text_free(&gone);
    text_free(&come);
    text_free(&objects);
    text_free(&sql);
    return done;
}

/* --- SQLite and scripts: plain statements --- */

bool record_send(struct engine *engine, const struct text *sql, const struct db_value *params,
                 size_t count, const char *name, struct db_result *result, struct error *error)
{
    struct db_statement statement = {.sql = text_string(sql),
                                     .params = params,
                                     .param_count = count,
                                     .name = prepared_name(engine, name),
                                     .purpose = "version"};
    return session_send(engine->session, &statement, NULL, NULL, result, error);
}

static bool change_rows(struct engine *engine, const struct row_change *rows,
                        struct error *error)
{
    const char *version = engine->names.version.data;
    size_t removed = 0;
    size_t added = 0;
    struct text sql = {0};
    bool done = true;
    while (done && (removed < rows->removed.count || added < rows->added.count)) {
        struct db_value params[2];
        size_t count = 1;
        const char *name = NULL;
        struct db_result result = {0};
        bool check = removed < rows->removed.count;
        text_clear(&sql);
        if (removed < rows->removed.count && added < rows->added.count) {
            name = "neap_update";
            count = 2;
            text_format(&sql, "UPDATE %s SET version_num = $1 WHERE version_num %s $2", version,
                        equals(engine));
            params[0] = value_text(rows->added.items[added++]);
            params[1] = value_text(rows->removed.items[removed++]);
        } else if (removed < rows->removed.count) {
            name = "neap_delete";
            text_format(&sql, "DELETE FROM %s WHERE version_num %s $1", version,
                        equals(engine));
            params[0] = value_text(rows->removed.items[removed++]);
        } else {
            name = "neap_insert";
            text_format(&sql, "INSERT INTO %s (version_num) VALUES ($1)", version);
            params[0] = value_text(rows->added.items[added++]);
        }
        done = record_send(engine, &sql, params, count, name, &result, error);
        if (done && check && !session_offline(engine->session) && result.done &&
            result.affected != 1) {
            done = error_set(error, ERROR_FAILED,
                             "the version table changed while the revision ran");
        }
    }
    text_free(&sql);
    return done;
}

static void add_marks(struct text *sql, char mark, int first, int last)
{
    for (int number = first; number <= last; number++) {
        text_format(sql, "%c%d, ", mark, number);
    }
}

/* --- rows that wait for COMMIT --- */

/* After each change of the schema SQLite compiles a statement anew. When all revisions are one
 * transaction their history rows are written together, before its last revision is recorded. */
struct waiting_row {
    struct db_value values[HISTORY_COLUMNS + 1]; /* texts are its own */
};

static void keep_row(struct engine *engine, const struct db_value *values)
{
    engine->waiting = mem_grow(engine->waiting, engine->waiting_count,
                               &engine->waiting_capacity, sizeof *engine->waiting);
    struct waiting_row *row = &engine->waiting[engine->waiting_count++];
    for (size_t i = 0; i <= HISTORY_COLUMNS; i++) {
        row->values[i] = values[i];
        if (values[i].kind == DB_TEXT) {
            row->values[i].text = mem_copy(values[i].text, values[i].length);
        }
    }
}

void record_forget_waiting(struct engine *engine)
{
    for (size_t i = 0; i < engine->waiting_count; i++) {
        for (size_t column = 0; column <= HISTORY_COLUMNS; column++) {
            struct db_value *value = &engine->waiting[i].values[column];
            if (value->kind == DB_TEXT) {
                mem_free((char *)value->text);
            }
        }
    }
    mem_free(engine->waiting);
    engine->waiting = NULL;
    engine->waiting_count = 0;
    engine->waiting_capacity = 0;
}

/* $6 is left out offline, and SQLite numbers $ parameters as they come; ?7 is the seventh. */
static void plain_history_sql(const struct engine *engine, struct text *sql)
{
    bool offline = session_offline(engine->session);
    char mark = engine->postgres ? '$' : '?';
    text_format(sql, "INSERT INTO %s (%s%s) VALUES (", engine->names.history.data,
                history_columns, objects_column(engine));
    add_marks(sql, mark, 1, 5);
    if (offline && engine->postgres) {
        text_add(sql, "pg_catalog.to_char(pg_catalog.clock_timestamp() AT TIME ZONE 'UTC', "
                      "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
    } else if (offline) {
        text_add(sql, "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')");
    } else {
        text_format(sql, "%c6", mark);
    }
    text_add(sql, ", ");
    add_marks(sql, mark, 7, 13);
    if (offline) {
        text_add(sql, "NULL, ");
    } else {
        add_marks(sql, mark, 14, 14);
    }
    text_add(sql, engine->postgres ? "SESSION_USER" : "NULL");
    if (engine->has_objects) {
        text_format(sql, ", %c%d", mark, HISTORY_COLUMNS + 1);
    }
    text_add_char(sql, ')');
}

static bool send_history(struct engine *engine, const struct db_value *params,
                         struct error *error)
{
    struct text sql = {0};
    plain_history_sql(engine, &sql);
    bool done =
        record_send(engine, &sql, params, HISTORY_COLUMNS + (engine->has_objects ? 1 : 0),
                    engine->has_objects ? "neap_history_objects" : "neap_history", NULL, error);
    text_free(&sql);
    return done;
}

static bool write_history_plain(struct engine *engine, const struct record *record,
                                const struct text *files, bool later, struct error *error)
{
    if (!engine->has_history) {
        return true;
    }
    struct db_value params[HISTORY_COLUMNS + 1];
    struct text objects = {0};
    history_params(engine, record, files, params);
    list_objects(engine, record, &objects);
    params[HISTORY_COLUMNS] = objects_value(record, &objects);
    bool done = true;
    if (later) {
        keep_row(engine, params);
    } else {
        done = send_history(engine, params, error);
    }
    text_free(&objects);
    return done;
}

bool record_write_waiting(struct engine *engine, struct error *error)
{
    bool done = true;
    for (size_t i = 0; done && i < engine->waiting_count; i++) {
        done = send_history(engine, engine->waiting[i].values, error);
    }
    record_forget_waiting(engine);
    return done;
}

bool record_write(struct engine *engine, const struct record *record, struct error *error)
{
    struct text files = {0};
    list_files(record, &files);
    bool done = sources_write(engine, record, error);
    if (done && engine->postgres && !session_offline(engine->session)) {
        done = write_postgres(engine, record, &files, error);
    } else if (done) {
        bool later = engine->history_waits && !engine->is_last;
        done = change_rows(engine, record->rows, error) &&
               (later || record_write_waiting(engine, error)) &&
               write_history_plain(engine, record, &files, later, error);
    }
    text_free(&files);
    return done;
}

void record_failure(struct engine *engine, const struct record *record)
{
    if (!engine->has_history || session_transaction(engine->session) != DB_IDLE) {
        return;
    }
    struct error ignored = {0};
    struct text files = {0};
    struct session *session = engine->session;
    if (!(session_sql(session, session_begin_sql(session), &ignored) &&
          write_history_plain(engine, record, &files, false, &ignored) &&
          session_sql(session, "COMMIT", &ignored) && session_flush(session, &ignored))) {
        engine_roll_back(engine);
    }
    error_free(&ignored);
}
