/* Fingerprints: the state that a run left the database in, kept with its history row.
 *
 * The row's objects end with a line "fingerprint HASH"; the list that it is the hash of, a line
 * for each object, is kept among the sources, for as long as it is the last one.
 */
#include <string.h>

#include "base/memory.h"
#include "engine/internal.h"

#define WORD "fingerprint "

void fingerprint_free(struct fingerprint *fingerprint)
{
    text_free(&fingerprint->list);
    *fingerprint = (struct fingerprint){0};
}

/* In the open transaction. */
static bool take(struct engine *engine, struct fingerprint *fingerprint, struct error *error)
{
    struct host_command command = {.name = "fingerprint"};
    session_start_revision(engine->session);
    bool done = host_run_command(engine->options.host, &command, engine->options.config,
                                 engine->session, engine->stamp, error);
    if (done) {
        const char *hash = json_string_value(json_object_get(command.value, "hash"));
        const json_t *list = json_object_get(command.value, "text");
        memcpy(fingerprint->hash, hash, SHA256_HEX);
        text_append(&fingerprint->list, json_string_value(list), json_string_length(list));
    }
    host_command_free(&command);
    return done;
}

/* --- what the last run left --- */

/* The last one: `permissions --fix` and the like add theirs to the row of the run before. */
static const char *last_line(const char *objects)
{
    const char *last = NULL;
    for (const char *at = strstr(objects, WORD); at != NULL; at = strstr(at + 1, WORD)) {
        last = at == objects || at[-1] == '\n' ? at : last;
    }
    return last;
}

static bool objects_row(void *data, const struct db_row *row)
{
    char *hash = data;
    const char *objects = row->values[0].kind == DB_NULL ? "" : row->values[0].text;
    const char *line = last_line(objects);
    if (line != NULL && strlen(line) >= strlen(WORD) + SHA256_HEX - 1) {
        memcpy(hash, line + strlen(WORD), SHA256_HEX - 1);
        hash[SHA256_HEX - 1] = '\0';
    }
    return true;
}

static const char *last_row(const struct engine *engine)
{
    return engine->postgres ? "version_table OPERATOR(pg_catalog.=) $1 AND outcome "
                              "OPERATOR(pg_catalog.=) 'ok' AND direction "
                              "OPERATOR(pg_catalog.=) ANY (ARRAY['upgrade', 'downgrade', "
                              "'repeatable']) ORDER BY id DESC LIMIT 1"
                            : "version_table = $1 AND outcome = 'ok' AND direction IN "
                              "('upgrade', 'downgrade', 'repeatable') ORDER BY id DESC LIMIT 1";
}

/* *hash is "" when the last run left none. */
static bool read_last(struct engine *engine, char hash[SHA256_HEX], struct error *error)
{
    hash[0] = '\0';
    if (!engine->has_history || !engine->has_source || !tables_find_objects(engine, error) ||
        !engine->has_objects) {
        return error->kind == ERROR_NONE;
    }
    struct text sql = {0};
    text_format(&sql, "SELECT objects FROM %s WHERE %s", engine->names.history.data,
                last_row(engine));
    struct db_value params[] = {value_text(engine->options.config->version_table)};
    bool done = engine_query(engine, text_string(&sql), params, 1, objects_row, hash, error);
    text_free(&sql);
    return done;
}

static bool content_row(void *data, const struct db_row *row)
{
    text_add(data, row->values[0].text);
    return true;
}

static bool read_list(struct engine *engine, const char *hash, struct text *list,
                      struct error *error)
{
    struct text sql = {0};
    text_format(&sql, "SELECT content FROM %s WHERE hash %s $1", engine->names.source.data,
                equals(engine));
    struct db_value params[] = {value_text(hash)};
    bool done = engine_query(engine, text_string(&sql), params, 1, content_row, list, error);
    text_free(&sql);
    return done;
}

/* --- written after a run --- */

static bool send(struct engine *engine, struct text *sql, const struct db_value *params,
                 size_t count, struct error *error)
{
    const struct db_statement statement = {.sql = text_string(sql),
                                           .params = params,
                                           .param_count = count,
                                           .purpose = "fingerprint"};
    bool done = session_send(engine->session, &statement, NULL, NULL, NULL, error);
    text_free(sql);
    return done;
}

static bool note_hash(struct engine *engine, const char *hash, struct error *error)
{
    const char *history = engine->names.history.data;
    char *line = string_format("%s%s\n", WORD, hash);
    struct text sql = {0};
    text_format(&sql,
                engine->postgres
                    ? "UPDATE %s SET objects = pg_catalog.concat(objects, "
                      "$2::pg_catalog.text) WHERE id OPERATOR(pg_catalog.=) (SELECT id FROM %s "
                      "WHERE %s)"
                    : "UPDATE %s SET objects = coalesce(objects, '') || $2 WHERE id = (SELECT "
                      "id FROM %s WHERE %s)",
                history, history, last_row(engine));
    struct db_value params[] = {value_text(engine->options.config->version_table),
                                value_text(line)};
    bool done = send(engine, &sql, params, 2, error);
    mem_free(line);
    return done;
}

static bool forget_list(struct engine *engine, const char *hash, struct error *error)
{
    struct text sql = {0};
    text_format(&sql,
                engine->postgres ? "DELETE FROM %s WHERE kind OPERATOR(pg_catalog.=) "
                                   "'fingerprint' AND path OPERATOR(pg_catalog.=) $1 AND hash "
                                   "OPERATOR(pg_catalog.<>) $2"
                                 : "DELETE FROM %s WHERE kind = 'fingerprint' AND path = $1 "
                                   "AND hash <> $2",
                engine->names.source.data);
    struct db_value params[] = {value_text(engine->options.config->version_table),
                                value_text(hash)};
    return send(engine, &sql, params, 2, error);
}

static bool write(struct engine *engine, const struct fingerprint *now, struct error *error)
{
    return record_text(engine, now->hash, "fingerprint", engine->options.config->version_table,
                       &now->list, error) &&
           forget_list(engine, now->hash, error) && note_hash(engine, now->hash, error);
}

bool fingerprint_record(struct engine *engine, struct error *error)
{
    if (!engine->options.config->fingerprint || !engine->has_history || !engine->has_source ||
        !engine->has_objects) {
        return true;
    }
    struct fingerprint now = {0};
    const char *begin = session_begin_sql(engine->session);
    bool done = session_sql(engine->session, begin, error) && take(engine, &now, error) &&
                write(engine, &now, error) && transaction_commit(engine, NULL, error);
    if (!done) {
        engine_roll_back(engine);
    }
    fingerprint_free(&now);
    return done;
}

/* --- compared --- */

/* A line "16 digits, blank, key" of a list. */
struct entry {
    const char *hash, *key;
    size_t length; /* of the key */
};

static bool next_entry(const char **at, struct entry *entry)
{
    const char *end = strchr(*at, '\n');
    if (end == NULL || end - *at < 17) {
        return false;
    }
    *entry = (struct entry){*at, *at + 17, (size_t)(end - *at) - 17};
    *at = end + 1;
    return true;
}

static int compare_keys(const struct entry *a, const struct entry *b)
{
    size_t shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->key, b->key, shorter);
    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static void add_difference(struct list *differences, const struct entry *entry,
                           const char *what)
{
    list_give(differences, string_format("%.*s %s", (int)entry->length, entry->key, what));
}

/* Both lists are sorted by key. */
static void compare_lists(const char *before, const char *now, struct list *differences)
{
    struct entry old = {0};
    struct entry new = {0};
    bool has_old = next_entry(&before, &old);
    bool has_new = next_entry(&now, &new);
    while (has_old || has_new) {
        int order = !has_old ? 1 : !has_new ? -1 : compare_keys(&old, &new);
        if (order < 0) {
            add_difference(differences, &old, "is gone");
        } else if (order > 0) {
            add_difference(differences, &new, "is new");
        } else if (memcmp(old.hash, new.hash, 16) != 0) {
            add_difference(differences, &new, "was changed");
        }
        has_old = order <= 0 ? next_entry(&before, &old) : has_old;
        has_new = order >= 0 ? next_entry(&now, &new) : has_new;
    }
}

static bool read_state(struct engine *engine, struct engine_state *state, struct error *error)
{
    struct fingerprint now = {0};
    struct text before = {0};
    bool done = take(engine, &now, error);
    memcpy(state->hash, now.hash, sizeof state->hash);
    if (done && state->recorded[0] != '\0' && strcmp(state->recorded, now.hash) != 0) {
        done = read_list(engine, state->recorded, &before, error);
        compare_lists(text_string(&before), text_string(&now.list), &state->differences);
        if (done && state->differences.count == 0) {
            list_add(&state->differences,
                     "what the last run left is not known object by object");
        }
    }
    text_free(&before);
    fingerprint_free(&now);
    return done;
}

bool engine_state(struct engine *engine, bool only_recorded, struct engine_state *state,
                  struct error *error)
{
    if (!engine_ready(engine, error) || !read_last(engine, state->recorded, error)) {
        return false;
    }
    if (only_recorded && state->recorded[0] == '\0') {
        return true;
    }
    const char *begin =
        engine->postgres ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN";
    bool done = session_sql(engine->session, begin, error) && read_state(engine, state, error);
    engine_roll_back(engine);
    return done;
}

void engine_state_free(struct engine_state *state)
{
    list_free(&state->differences);
    *state = (struct engine_state){0};
}

/* A half-done revision left more than the last record has, and upgrade --fingerprint has asked
 * for more. */
bool fingerprint_warn(struct engine *engine, struct error *error)
{
    if (!engine->options.config->fingerprint || engine->options.fingerprint ||
        engine->journal_count > 0) {
        return true;
    }
    struct engine_state state = {0};
    bool done = engine_state(engine, true, &state, error);
    size_t count = state.differences.count;
    if (done && count > 0) {
        struct text more = {0};
        if (count > 1) {
            text_format(&more, ", and %zu more", count - 1);
        }
        engine_warn(engine,
                    "the database was changed since the last run (%s%s); what this run leaves "
                    "is the new state, and `neap verify` tells no more of it",
                    (const char *)state.differences.items[0], text_string(&more));
        text_free(&more);
    }
    engine_state_free(&state);
    return done;
}

/* --- upgrade --fingerprint --- */

bool fingerprint_check(struct engine *engine, const char *outcome, struct error *error)
{
    char expected[SHA256_HEX];
    /* A new database has no state that somebody could have written down. */
    if (!engine->options.fingerprint || engine->rows.count == 0) {
        return true;
    }
    struct fingerprint now = {0};
    bool done = fingerprint_expected(engine, &engine->rows, expected, error) &&
                session_sql(engine->session, "BEGIN", error) && take(engine, &now, error);
    engine_roll_back(engine);
    if (done && strcmp(now.hash, expected) != 0) {
        done = error_set(error, ERROR_MISMATCH,
                         "the database is not in the state that schema.lock has for its "
                         "revision: %.12s instead of %.12s",
                         now.hash, expected);
        error_advise(error, "%s `neap verify` and `neap check` tell what differs.", outcome);
    }
    fingerprint_free(&now);
    return done;
}
