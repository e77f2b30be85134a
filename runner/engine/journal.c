/* The journal of stepwise revisions: what is done, committed together with it.
 *
 * One row for each step: the number of its last statement, and a mark of each of its statements
 * ("-": not known, "u": undone with its savepoint), so that a run that goes on can pass over
 * them, fail where they failed, and tell when it has come to other statements. After the marks
 * stands what the step keeps for later runs: op.backfill's last key. A statement
 * that cannot run in a transaction is first noted as "begun"; found so by a later run, the
 * catalog is looked at.
 */
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/internal.h"

/* The text without 'strings' and digits. */
static void add_shape(struct text *shape, const char *sql)
{
    bool quoted = false;
    for (; *sql != '\0'; sql++) {
        if (*sql == '\'') {
            quoted = !quoted;
        } else if (!quoted && (*sql < '0' || *sql > '9')) {
            text_add_char(shape, *sql);
        }
    }
}

void journal_mark(const char *sql, char mark[JOURNAL_MARK + 1])
{
    char hash[SHA256_HEX];
    struct text shape = {0};
    sha256_hex(sql, strlen(sql), hash);
    memcpy(mark, hash, JOURNAL_MARK / 2);
    add_shape(&shape, sql);
    sha256_hex(text_string(&shape), shape.length, hash);
    memcpy(mark + JOURNAL_MARK / 2, hash, JOURNAL_MARK / 2);
    mark[JOURNAL_MARK] = '\0';
    text_free(&shape);
}

void journal_forget(struct engine *engine)
{
    for (size_t i = 0; i < engine->journal_count; i++) {
        struct journal_row *row = &engine->journal[i];
        mem_free(row->revision);
        mem_free(row->direction);
        mem_free(row->state);
        mem_free(row->statements);
        mem_free(row->checksum);
    }
    mem_free(engine->journal);
    engine->journal = NULL;
    engine->journal_count = 0;
}

static bool journal_row(void *data, const struct db_row *row)
{
    struct engine *engine = data;
    const struct db_value *values = row->values;
    engine->journal =
        mem_resize(engine->journal, (engine->journal_count + 1) * sizeof *engine->journal);
    engine->journal[engine->journal_count++] =
        (struct journal_row){.revision = mem_copy_string(values[0].text),
                             .direction = mem_copy_string(values[1].text),
                             .position = (long)values[2].integer,
                             .state = mem_copy_string(values[3].text),
                             .statements = mem_copy_string(values[4].text),
                             .checksum = mem_copy_string(values[5].text)};
    return true;
}

bool journal_read(struct engine *engine, struct error *error)
{
    journal_forget(engine);
    if (!engine->has_journal) {
        return true;
    }
    struct text sql = {0};
    text_format(
        &sql,
        "SELECT revision, direction, position, state, statements, checksum FROM %s WHERE "
        "version_table %s $1 ORDER BY position",
        engine->names.journal.data, equals(engine));
    struct db_value params[] = {value_text(engine->options.config->version_table)};
    bool done = engine_query(engine, text_string(&sql), params, 1, journal_row, engine, error);
    text_free(&sql);
    return done;
}

static bool send(struct engine *engine, const char *sql, const struct db_value *params,
                 size_t count, struct error *error)
{
    struct db_statement statement = {
        .sql = sql, .params = params, .param_count = count, .purpose = "journal"};
    return session_send(engine->session, &statement, NULL, NULL, NULL, error);
}

bool journal_write(struct engine *engine, const char *revision, const char *direction,
                   long position, const char *state, const char *statements,
                   const char *checksum, struct error *error)
{
    char now[CLOCK_STAMP];
    clock_stamp(now);
    struct text sql = {0};
    text_format(&sql,
                "INSERT INTO %s (version_table, revision, direction, position, state, "
                "statements, checksum, "
                "recorded) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                engine->names.journal.data);
    struct db_value params[] = {value_text(engine->options.config->version_table),
                                value_text(revision),
                                value_text(direction),
                                value_integer(position),
                                value_text(state),
                                value_text(statements),
                                value_text(checksum),
                                value_text(now)};
    bool done = send(engine, text_string(&sql), params, 8, error);
    text_free(&sql);
    return done;
}

bool journal_finish(struct engine *engine, const char *revision, const char *direction,
                    long position, struct error *error)
{
    const char *equal = equals(engine);
    struct text sql = {0};
    text_format(&sql,
                "UPDATE %s SET state = 'done' WHERE version_table %s $1 AND revision %s $2 AND "
                "direction %s "
                "$3 AND position %s $4",
                engine->names.journal.data, equal, equal, equal, equal);
    struct db_value params[] = {value_text(engine->options.config->version_table),
                                value_text(revision), value_text(direction),
                                value_integer(position)};
    bool done = send(engine, text_string(&sql), params, 4, error);
    text_free(&sql);
    return done;
}

bool journal_clear(struct engine *engine, const char *revision, const char *direction,
                   struct error *error)
{
    const char *equal = equals(engine);
    struct text sql = {0};
    text_format(&sql, "DELETE FROM %s WHERE version_table %s $1", engine->names.journal.data,
                equal);
    struct db_value params[] = {value_text(engine->options.config->version_table),
                                value_text(revision), value_text(direction)};
    size_t count = 1;
    if (revision != NULL) {
        text_format(&sql, " AND revision %s $2 AND direction %s $3", equal, equal);
        count = 3;
    }
    bool done = send(engine, text_string(&sql), params, count, error);
    text_free(&sql);
    return done;
}
