#include "engine/engine.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "engine/internal.h"

/* --- small helpers --- */

struct db_value value_text(const char *text)
{
    return text == NULL
               ? (struct db_value){.kind = DB_NULL}
               : (struct db_value){.kind = DB_TEXT, .text = text, .length = strlen(text)};
}

struct db_value value_integer(int64_t integer)
{
    return (struct db_value){.kind = DB_INTEGER, .integer = integer};
}

bool engine_query(struct engine *engine, const char *sql, const struct db_value *params,
                  size_t count, db_row_function *row, void *data, struct error *error)
{
    struct db_statement statement = {
        .sql = sql, .params = params, .param_count = count, .purpose = "neap"};
    return session_send(engine->session, &statement, row, data, NULL, error) &&
           session_flush(engine->session, error);
}

const char *equals(const struct engine *engine)
{
    return engine->postgres ? "OPERATOR(pg_catalog.=)" : "=";
}

const char *prepared_name(const struct engine *engine, const char *name)
{
    return engine->pooled ? NULL : name;
}

void engine_warn(struct engine *engine, const char *format, ...)
{
    const struct engine_reporter *reporter = &engine->options.reporter;
    if (reporter->warning == NULL) {
        return;
    }
    struct text text = {0};
    va_list arguments;
    va_start(arguments, format);
    text_vformat(&text, format, arguments);
    va_end(arguments);
    reporter->warning(reporter->data, text_string(&text));
    text_free(&text);
}

void rows_describe(const struct list *rows, struct text *text)
{
    if (rows->count == 0) {
        text_add(text, "base");
    }
    list_join(rows, ", ", text);
}

bool engine_interrupted(const struct engine *engine, struct error *error)
{
    (void)engine;
    if (!interrupt_pending()) {
        return false;
    }
    error_set(error, ERROR_INTERRUPTED, "interrupted");
    return true;
}

void engine_roll_back(struct engine *engine)
{
    struct error ignored = {0};
    interrupt_begin_cleanup();
    record_forget_waiting(engine);
    engine->settings_in_place = false; /* they may have been set in what is undone */
    /* What is still queued is answered first, or the driver would mix it with the rollback. */
    (void)session_flush(engine->session, &ignored);
    enum db_transaction state = session_transaction(engine->session);
    if (state == DB_OPEN || state == DB_ABORTED) {
        error_free(&ignored);
        (void)(session_sql(engine->session, "ROLLBACK", &ignored) &&
               session_flush(engine->session, &ignored));
    }
    session_set_autocommit(engine->session, false);
    error_free(&ignored);
}

/* --- opening and closing --- */

static void hook_answered(void *data)
{
    const struct engine *engine = data;
    const struct engine_reporter *reporter = &engine->options.reporter;
    if (reporter->answered != NULL) {
        reporter->answered(reporter->data);
    }
}

static void hook_notice(void *data, const char *severity, const char *message)
{
    const struct engine *engine = data;
    const struct engine_reporter *reporter = &engine->options.reporter;
    if (reporter->notice != NULL) {
        reporter->notice(reporter->data, severity, message);
    }
}

/* From /etc/passwd, else from the environment, else the number. Not getpwuid: the name service
 * loads libraries, and glibc's crashes when memory runs out in it. */
static char *os_user_name(void)
{
    char buffer[1024];
    struct passwd entry;
    struct passwd *found = NULL;
    char *name = NULL;
    FILE *users = fopen("/etc/passwd", "re");
    while (users != NULL && name == NULL &&
           fgetpwent_r(users, &entry, buffer, sizeof buffer, &found) == 0 && found != NULL) {
        name = found->pw_uid == geteuid() ? mem_copy_string(found->pw_name) : NULL;
    }
    if (users != NULL) {
        (void)fclose(users);
    }
    if (name == NULL) {
        name = mem_copy_string(getenv("LOGNAME"));
    }
    return name != NULL ? name : string_format("%ld", (long)geteuid());
}

/* Looked up when the first row is written: the name service is slow to wake. */
const char *engine_os_user(struct engine *engine)
{
    if (engine->os_user == NULL) {
        engine->os_user = os_user_name();
    }
    return engine->os_user;
}

static struct engine *engine_new(const struct engine_options *options)
{
    struct engine *engine = mem_alloc(sizeof *engine);
    engine->options = *options;
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    engine->host_name = mem_copy_string(host);
    /* 63 bytes are what PostgreSQL keeps of it. */
    engine->application_name = string_format("neap host %.40s pid %ld", host, (long)getpid());
    clock_stamp(engine->stamp);
    return engine;
}

struct engine *engine_open(const struct engine_options *options, struct error *error)
{
    const struct db_driver *driver = config_driver(options->config, error);
    if (driver == NULL) {
        return NULL;
    }
    const char *url = options->config->url;
    struct engine *engine = engine_new(options);
    engine->postgres = driver == &db_postgres;
    struct db_settings settings = {
        .hooks = {.data = engine,
                  .notice = hook_notice,
                  .answered = hook_answered,
                  .waiting = blockers_waiting},
        .application_name = engine->application_name,
        .read_only = options->read_only,
        .busy_timeout_ms = options->wait_ms < 0 ? 60000 : options->wait_ms,
        .result_limit = (size_t)256 * 1024 * 1024,
        .no_prepare = options->via_pooler,
    };
    struct db_connection *connection = driver->connect(url, &settings, error);
    if (connection == NULL) {
        engine_close(engine);
        return NULL;
    }
    engine->session =
        session_new(driver, connection, engine->postgres ? "postgresql" : "sqlite");
    interrupt_set_cancel(driver->cancel, connection);
    return engine;
}

void engine_set_graph(struct engine *engine, const struct graph *graph)
{
    engine->options.graph = graph;
}

void engine_close(struct engine *engine)
{
    if (engine == NULL) {
        return;
    }
    interrupt_set_cancel(NULL, NULL);
    session_free(engine->session);
    stored_free(engine);
    journal_forget(engine);
    record_forget_waiting(engine);
    list_free(&engine->rows);
    list_free(&engine->stored);
    text_free(&engine->sources_sql);
    text_free(&engine->names.version);
    text_free(&engine->names.history);
    text_free(&engine->names.source);
    text_free(&engine->names.journal);
    text_free(&engine->blockers);
    mem_free(engine->schema);
    mem_free(engine->current_schema);
    mem_free(engine->other_version_table);
    mem_free(engine->git_commit);
    mem_free(engine->host_name);
    mem_free(engine->os_user);
    mem_free(engine->application_name);
    mem_free(engine);
}

/* --- the database's state --- */

bool engine_refresh(struct engine *engine, struct error *error)
{
    return tables_read_facts(engine, error) && tables_read_rows(engine, error) &&
           journal_read(engine, error);
}

bool engine_ready(struct engine *engine, struct error *error)
{
    if (engine->ready && !engine->rows_hidden) {
        return true;
    }
    const struct db_driver *driver = session_driver(engine->session);
    /* Not the journal: most runs find nothing to do. */
    if (!driver->ready(session_connection(engine->session), error) ||
        !tables_read_facts(engine, error) || !tables_read_rows(engine, error)) {
        return false;
    }
    engine->ready = true;
    engine->rows_hidden = false;
    if (!engine->has_version && engine->other_version_table != NULL) {
        engine_warn(
            engine,
            "this database has a table %s; to go on from it, say version_table = \"%s\" in "
            "neap.lua",
            engine->other_version_table, engine->other_version_table);
    }
    return true;
}

bool engine_ready_to_look(struct engine *engine, struct error *error)
{
    static const char insufficient_privilege[] = "42501";
    if (engine_ready(engine, error)) {
        return true;
    }
    if (!engine->has_version || strcmp(error->sqlstate, insufficient_privilege) != 0) {
        return false;
    }
    error_free(error);
    engine->ready = true;
    engine->rows_hidden = true;
    return true;
}

bool engine_rows(struct engine *engine, struct list *rows, struct error *error)
{
    if (!engine_ready(engine, error)) {
        return false;
    }
    list_copy(rows, &engine->rows);
    return true;
}

struct unknown_fact {
    struct text *line;
    const char *id;
};

static bool unknown_row(void *data, const struct db_row *row)
{
    struct unknown_fact *fact = data;
    text_format(fact->line, "%s (%s, applied %s by %s)", fact->id,
                row->values[0].kind == DB_NULL ? "" : row->values[0].text,
                row->values[1].kind == DB_NULL ? "" : row->values[1].text,
                row->values[2].kind == DB_NULL ? "" : row->values[2].text);
    return true;
}

/* What the history knows of a revision whose file is not here. */
static void describe_unknown(struct engine *engine, const char *id, struct text *line)
{
    if (engine->has_history) {
        struct text sql = {0};
        text_format(&sql,
                    "SELECT message, started, coalesce(database_user, os_user) FROM %s WHERE "
                    "revision %s $1 AND version_table %s $2 AND outcome %s 'ok' ORDER BY id "
                    "DESC LIMIT 1",
                    engine->names.history.data, equals(engine), equals(engine), equals(engine));
        struct db_value params[] = {value_text(id),
                                    value_text(engine->options.config->version_table)};
        struct unknown_fact fact = {line, id};
        struct error ignored = {0};
        (void)engine_query(engine, text_string(&sql), params, 2, unknown_row, &fact, &ignored);
        error_free(&ignored);
        text_free(&sql);
    }
    if (line->length == 0) {
        text_add(line, id);
    }
}

bool engine_check_known(struct engine *engine, const struct list *rows, bool *ahead,
                        struct error *error)
{
    struct list unknown = {0};
    graph_unknown_rows(engine->options.graph, rows, &unknown);
    *ahead = unknown.count > 0;
    if (unknown.count == 0) {
        return true;
    }
    struct text lines = {0};
    for (size_t i = 0; i < unknown.count; i++) {
        struct text line = {0};
        describe_unknown(engine, unknown.items[i], &line);
        text_format(&lines, "%s%s", i == 0 ? "" : ", ", text_string(&line));
        text_free(&line);
    }
    list_free(&unknown);
    if (!engine->options.allow_ahead) {
        error_set(error, ERROR_MISMATCH,
                  "the database is at a revision that this checkout does not know: %s",
                  text_string(&lines));
        error_advise(
            error,
            "Nothing was changed. Check out the version that has it, or use --allow-ahead "
            "(go on), `downgrade --from-database` (undo it), or `stamp --purge`.");
    } else if (!engine->ahead_told) {
        engine_warn(engine, "the database is ahead of this checkout: %s", text_string(&lines));
        struct error ignored = {0};
        engine->ahead_told = true;
        engine->ahead_blindly = !stored_load(engine, &ignored);
        error_free(&ignored);
    }
    text_free(&lines);
    return engine->options.allow_ahead;
}

/* --- edited after applying --- */

struct applied_checksums {
    struct list revisions, checksums;
};

static bool checksum_row(void *data, const struct db_row *row)
{
    struct applied_checksums *applied = data;
    if (row->values[0].kind != DB_NULL && row->values[1].kind != DB_NULL) {
        list_add(&applied->revisions, row->values[0].text);
        list_add(&applied->checksums, row->values[1].text);
    }
    return true;
}

/* Sorted by revision, bytewise, so that lookups are a binary search. */
static bool read_checksums(struct engine *engine, struct applied_checksums *applied,
                           struct error *error)
{
    if (!engine->has_history) {
        return true;
    }
    struct text sql = {0};
    text_format(&sql,
                engine->postgres
                    ? "SELECT h.revision, h.checksum FROM %s h JOIN (SELECT revision, "
                      "pg_catalog.max(id) AS id FROM %s WHERE version_table "
                      "OPERATOR(pg_catalog.=) $1 AND "
                      "direction OPERATOR(pg_catalog.=) 'upgrade' AND outcome "
                      "OPERATOR(pg_catalog.=) 'ok' "
                      "GROUP BY revision) last ON last.id OPERATOR(pg_catalog.=) h.id ORDER BY "
                      "h.revision "
                      "COLLATE pg_catalog.\"C\""
                    : "SELECT h.revision, h.checksum FROM %s h JOIN (SELECT revision, max(id) "
                      "AS id FROM "
                      "%s WHERE version_table = ?1 AND direction = 'upgrade' AND outcome = "
                      "'ok' GROUP BY "
                      "revision) last ON last.id = h.id ORDER BY h.revision",
                engine->names.history.data, engine->names.history.data);
    struct db_value params[] = {value_text(engine->options.config->version_table)};
    bool done =
        engine_query(engine, text_string(&sql), params, 1, checksum_row, applied, error);
    text_free(&sql);
    return done;
}

static int compare_items(const void *key, const void *item)
{
    return strcmp(key, *(char *const *)item);
}

static const char *checksum_of(const struct applied_checksums *applied, const char *id)
{
    char *const *found = applied->revisions.count == 0
                             ? NULL
                             : bsearch(id, applied->revisions.items, applied->revisions.count,
                                       sizeof(char *), compare_items);
    return found == NULL ? NULL : applied->checksums.items[found - applied->revisions.items];
}

static bool file_differs(const char *path, const char *checksum)
{
    struct text text = {0};
    struct error ignored = {0};
    char hash[SHA256_HEX] = "";
    if (file_read(path, &text, &ignored)) {
        sha256_text_hex(text.data, text.length, hash);
    }
    error_free(&ignored);
    text_free(&text);
    return strcmp(hash, checksum) != 0;
}

/* Applied as the revisions that it was squashed from. */
static bool applied_unsquashed(const struct applied_checksums *applied,
                               const struct revision *revision)
{
    for (size_t i = 0; i < revision->replaces.count; i++) {
        if (checksum_of(applied, revision->replaces.items[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* Ids of applied revisions whose file is another one than was applied. only: those of this
 * plan, or NULL. */
static bool find_edited(struct engine *engine, const struct plan *only, struct list *edited,
                        struct error *error)
{
    struct applied_checksums applied = {0};
    if (!read_checksums(engine, &applied, error)) {
        return false;
    }
    const struct graph *graph = engine->options.graph;
    bool *is_applied = graph_applied(graph, &engine->rows);
    size_t count = only == NULL ? graph->count : only->count;
    for (size_t i = 0; i < count; i++) {
        const struct revision *revision =
            only == NULL ? &graph->revisions[i] : only->steps[i].revision;
        const char *checksum =
            is_applied[revision->index] ? checksum_of(&applied, revision->id) : NULL;
        if (checksum != NULL && file_differs(revision->path, checksum) &&
            !applied_unsquashed(&applied, revision)) {
            list_add(edited, revision->id);
        }
    }
    mem_free(is_applied);
    list_free(&applied.revisions);
    list_free(&applied.checksums);
    return true;
}

bool engine_find_edited(struct engine *engine, struct list *edited, struct error *error)
{
    return find_edited(engine, NULL, edited, error);
}

bool engine_warn_edited(struct engine *engine, const struct plan *plan, struct error *error)
{
    struct list edited = {0};
    bool down = plan->direction == DOWNGRADE;
    bool refuse = down && !engine->options.allow_edited;
    bool done = find_edited(engine, down ? plan : NULL, &edited, error);
    if (done && edited.count > 0) {
        struct text ids = {0};
        list_join(&edited, ", ", &ids);
        if (refuse) {
            const struct revision *first = graph_find(engine->options.graph, edited.items[0]);
            done = error_set_at(error, ERROR_MISMATCH, first == NULL ? NULL : first->path, 0,
                                "edited after it was applied: %s", text_string(&ids));
            error_advise(
                error,
                "Its downgrade may no longer undo what was applied. Nothing was changed; "
                "restore the file from the version control, or, when today's file undoes it, "
                "say --allow-edited.");
        } else {
            engine_warn(engine, "edited after it was applied: %s (`neap status` shows more)",
                        text_string(&ids));
        }
        text_free(&ids);
    }
    list_free(&edited);
    return done;
}
