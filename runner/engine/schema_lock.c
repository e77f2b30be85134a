/* migrations/schema.lock: the fingerprint of the schema at each revision, checked in with the
 * revisions, a line for each database, major version and set of version rows.
 */
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/internal.h"

static const char lock_name[] = "schema.lock";

static char *lock_path(const struct config *config)
{
    return path_join(config->migrations.items[0], lock_name);
}

/* "postgresql-15 0a1b,2c3d " of the state at these rows: what a line of the lock begins with. A
 * major version of PostgreSQL may print an expression in its own way. */
static char *line_start(const struct engine *engine, const struct list *rows)
{
    struct text where = {0};
    list_join(rows, ",", &where);
    const char *version = session_driver(engine->session)
                              ->info(session_connection(engine->session), "version_num");
    size_t digits = version != NULL && strlen(version) > 4 ? strlen(version) - 4 : 0;
    char *start =
        engine->postgres
            ? string_format("postgresql-%.*s %s ", (int)digits, version == NULL ? "" : version,
                            rows->count == 0 ? "base" : text_string(&where))
            : string_format("sqlite %s ", rows->count == 0 ? "base" : text_string(&where));
    text_free(&where);
    return start;
}

static bool find_line(const struct engine *engine, const struct list *rows,
                      char hash[SHA256_HEX], struct error *error)
{
    char *path = lock_path(engine->options.config);
    char *start = line_start(engine, rows);
    struct text text = {0};
    bool done = file_read(path, &text, error);
    hash[0] = '\0';
    for (const char *line = text_string(&text); done && line != NULL;
         line = strchr(line, '\n'), line = line == NULL ? NULL : line + 1) {
        if (strncmp(line, start, strlen(start)) == 0 &&
            strcspn(line + strlen(start), "\r\n") == SHA256_HEX - 1) {
            memcpy(hash, line + strlen(start), SHA256_HEX - 1);
            hash[SHA256_HEX - 1] = '\0';
        }
    }
    text_free(&text);
    mem_free(start);
    mem_free(path);
    return done;
}

bool fingerprint_expected(struct engine *engine, const struct list *rows, char hash[SHA256_HEX],
                          struct error *error)
{
    if (!find_line(engine, rows, hash, error)) {
        return error_advise(error, "`neap verify --write` makes it from a database that is as "
                                   "it should be.");
    }
    if (hash[0] == '\0') {
        char *path = lock_path(engine->options.config);
        char *start = line_start(engine, rows);
        error_set_at(error, ERROR_MISMATCH, path, 0, "there is no line that begins with \"%s\"",
                     start);
        mem_free(start);
        mem_free(path);
        return error_advise(error, "Upgrade a database that is as it should be, and write its "
                                   "state down with `neap verify --write`.");
    }
    return true;
}

bool engine_check_lock(struct engine *engine, const char *hash, bool *known,
                       struct error *error)
{
    char expected[SHA256_HEX] = "";
    char *path = lock_path(engine->options.config);
    bool there = file_exists(path);
    mem_free(path);
    *known = false;
    if (there && !find_line(engine, &engine->rows, expected, error)) {
        return false;
    }
    *known = expected[0] != '\0';
    return !*known || strcmp(expected, hash) == 0 ||
           error_set(error, ERROR_MISMATCH,
                     "the database is in state %.12s, and schema.lock says %.12s", hash,
                     expected);
}

bool engine_write_lock(struct engine *engine, const char *hash, char **path,
                       struct error *error)
{
    *path = lock_path(engine->options.config);
    char *start = line_start(engine, &engine->rows);
    struct text text = {0};
    struct list lines = {0};
    bool done = !file_exists(*path) || file_read(*path, &text, error);
    char *rest = text_take(&text);
    for (char *line = rest == NULL ? NULL : strtok(rest, "\r\n"); line != NULL;
         line = strtok(NULL, "\r\n")) {
        if (line[0] != '#' && strncmp(line, start, strlen(start)) != 0) {
            list_add(&lines, line);
        }
    }
    list_give(&lines, string_format("%s%s", start, hash));
    list_sort(&lines);
    text_add(&text, "# The state of the schema at each revision: database, revisions, hash.\n"
                    "# Written by `neap verify --write`.\n");
    list_join(&lines, "\n", &text);
    text_add_char(&text, '\n');
    done = done && file_replace(*path, text_string(&text), text.length, error);
    mem_free(rest);
    mem_free(start);
    list_free(&lines);
    text_free(&text);
    return done;
}
