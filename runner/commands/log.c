#include <string.h>

#include "base/memory.h"
#include "cli/nearest.h"
#include "commands/commands.h"
#include "sql/changes.h"

enum { COLUMNS = 7 };

struct table {
    char *(*rows)[COLUMNS];
    char **objects; /* of each row with -v: lines to print under it, or NULL */
    bool verbose;
    size_t count, capacity;
    json_t *array; /* with --format json, instead of rows */
};

static const char *or_dash(const char *string)
{
    return string == NULL || string[0] == '\0' ? "-" : string;
}

/* "2026-11-22T06:50:00.123456Z" -> "2026-11-22 06:50:00"; all times are UTC. */
static char *shown_time(const char *started)
{
    char *time = mem_copy_string(or_dash(started));
    char *separator = strchr(time, 'T');
    if (separator != NULL) {
        *separator = ' ';
    }
    time[strcspn(time, ".Z")] = '\0';
    return time;
}

/* A script knows neither the machine nor, on SQLite, the user that it will be run by. */
static char *by_whom(const struct history_entry *entry)
{
    const char *user = entry->database_user == NULL ? entry->os_user : entry->database_user;
    if (entry->host == NULL) {
        return user == NULL ? mem_copy_string("script") : string_format("%s, script", user);
    }
    return string_format("%s@%s", or_dash(user), entry->host);
}

static json_t *plain_json(struct sql_change_word word)
{
    struct text text = {0};
    sql_add_change_plain(&text, word);
    json_t *json = json_text(text_string(&text));
    text_free(&text);
    return json;
}

/* "columns=a,b" -> ["a", "b"] */
static json_t *list_json(struct sql_change_word value)
{
    json_t *array = json_array();
    for (size_t from = 0, at = 0; at <= value.length; at++) {
        if (at == value.length || value.text[at] == ',') {
            json_array_append_new(
                array, plain_json((struct sql_change_word){value.text + from, at - from}));
            from = at + 1;
        }
    }
    return array;
}

static bool word_is(struct sql_change_word word, const char *text)
{
    return word.length == strlen(text) && memcmp(word.text, text, word.length) == 0;
}

static json_t *change_json(struct sql_change change)
{
    json_t *object = json_object();
    struct sql_change_word key, value;
    json_object_set_new(object, "change", plain_json(change.verb));
    json_object_set_new(object, "kind", plain_json(change.kind));
    json_object_set_new(object, "name", plain_json(change.name));
    json_object_set_new(object, "place", plain_json(change.place));
    while (sql_next_change_field(&change.rest, &key, &value)) {
        bool list = word_is(key, "columns") || word_is(key, "constraints");
        bool flag = value.length == 0;
        char *name = string_format("%.*s", (int)key.length, key.text);
        json_object_set_new(object, name,
                            list   ? list_json(value)
                            : flag ? json_true()
                                   : plain_json(value));
        mem_free(name);
    }
    return object;
}

/* null: an earlier neap wrote the row. */
static json_t *objects_json(const char *objects)
{
    if (objects == NULL) {
        return json_null();
    }
    json_t *array = json_array();
    struct sql_change change;
    while (sql_next_change(&objects, &change)) {
        if (!word_is(change.verb, "path")) {
            json_array_append_new(array, change_json(change));
        }
    }
    return array;
}

static json_t *entry_json(const struct history_entry *entry)
{
    json_t *object = json_object();
    json_object_set_new(object, "id", json_integer(entry->id));
    json_object_set_new(object, "started", json_text(entry->started));
    json_object_set_new(object, "revision", json_text(entry->revision));
    json_object_set_new(object, "direction", json_text(entry->direction));
    json_object_set_new(object, "message", json_text(entry->message));
    json_object_set_new(object, "outcome", json_text(entry->outcome));
    json_object_set_new(object, "error", json_text(entry->error));
    json_object_set_new(object, "duration_ms",
                        entry->duration_ms < 0 ? json_null()
                                               : json_integer(entry->duration_ms));
    json_object_set_new(object, "database_user", json_text(entry->database_user));
    json_object_set_new(object, "os_user", json_text(entry->os_user));
    json_object_set_new(object, "host", json_text(entry->host));
    json_object_set_new(object, "neap_version", json_text(entry->neap_version));
    json_object_set_new(object, "git_commit", json_text(entry->git_commit));
    json_object_set_new(object, "checksum", json_text(entry->checksum));
    json_object_set_new(object, "version_table", json_text(entry->version_table));
    json_object_set_new(object, "objects", objects_json(entry->objects));
    return object;
}

/* "    create table account" for each, without the search_path. */
static char *list_objects(const char *objects)
{
    struct text lines = {0};
    struct sql_change change;
    while (objects != NULL && sql_next_change(&objects, &change)) {
        if (word_is(change.verb, "path")) {
            continue;
        }
        struct text line = {0};
        struct sql_change_word key, value;
        text_format(&line, "%.*s %.*s ", (int)change.verb.length, change.verb.text,
                    (int)change.kind.length, change.kind.text);
        sql_add_change_plain(&line, change.name);
        while (sql_next_change_field(&change.rest, &key, &value)) {
            if (word_is(key, "to") || word_is(key, "what") || word_is(key, "schema")) {
                text_add(&line, word_is(key, "what") ? ": " : " to ");
                sql_add_change_plain(&line, value);
            }
        }
        text_add(&lines, "    ");
        text_add_shown(&lines, text_string(&line));
        text_add_char(&lines, '\n');
        text_free(&line);
    }
    return lines.length == 0 ? NULL : text_take(&lines);
}

static void add_row(struct table *table, char *const cells[COLUMNS], char *objects)
{
    table->rows = mem_grow(table->rows, table->count, &table->capacity, sizeof *table->rows);
    for (size_t i = 0; i < COLUMNS; i++) {
        struct text shown = {0};
        text_add_shown(&shown, cells[i]);
        table->rows[table->count][i] = text_take(&shown);
    }
    table->objects = mem_resize(table->objects, (table->count + 1) * sizeof *table->objects);
    table->objects[table->count] = objects;
    table->count++;
}

static bool take_entry(void *data, const struct history_entry *entry)
{
    struct table *table = data;
    if (table->array != NULL) {
        json_array_append_new(table->array, entry_json(entry));
        return true;
    }
    char *cells[COLUMNS] = {
        shown_time(entry->started),
        mem_copy_string(or_dash(entry->direction)),
        mem_copy_string(or_dash(entry->revision)),
        mem_copy_string(or_dash(entry->outcome)),
        entry->duration_ms < 0 ? mem_copy_string("-")
                               : string_format("%lld ms", (long long)entry->duration_ms),
        by_whom(entry),
        entry->error == NULL ? mem_copy_string(entry->message)
                             : string_format("%s: %s", or_dash(entry->message), entry->error),
    };
    add_row(table, cells, table->verbose ? list_objects(entry->objects) : NULL);
    for (size_t i = 0; i < COLUMNS; i++) {
        mem_free(cells[i]);
    }
    return true;
}

static void print_table(const struct table *table)
{
    size_t widths[COLUMNS] = {0};
    for (size_t i = 0; i < table->count; i++) {
        for (size_t j = 0; j < COLUMNS; j++) {
            size_t length = strlen(table->rows[i][j] == NULL ? "" : table->rows[i][j]);
            widths[j] = length > widths[j] ? length : widths[j];
        }
    }
    struct text text = {0};
    for (size_t i = 0; i < table->count; i++) {
        for (size_t j = 0; j + 1 < COLUMNS; j++) {
            bool right = j == 4; /* the duration */
            text_format(&text, right ? "%*s  " : "%-*s  ", (int)widths[j], table->rows[i][j]);
        }
        text_add(&text, table->rows[i][COLUMNS - 1]);
        text_add_char(&text, '\n');
        text_add(&text, table->objects[i]);
        output_text(&text);
        text_clear(&text);
    }
    text_free(&text);
}

static void free_table(struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        for (size_t j = 0; j < COLUMNS; j++) {
            mem_free(table->rows[i][j]);
        }
        mem_free(table->objects[i]);
    }
    mem_free(table->objects);
    mem_free(table->rows);
}

/* "2026-13" is no month. */
static bool is_in_calendar(const char *value)
{
    static const int most[] = {12, 31, 23, 59, 59};
    static const int least[] = {1, 1, 0, 0, 0};
    for (size_t i = 0, at = 5; i < sizeof most / sizeof most[0] && strlen(value) >= at + 2;
         i++, at += 3) {
        int number = (value[at] - '0') * 10 + value[at + 1] - '0';
        if (number < least[i] || number > most[i]) {
            return false;
        }
    }
    return true;
}

/* Times are compared as text, so a word such as "yesterday" would find anything. A blank
 * between date and time is a T in the database. */
static bool take_time(const struct context *context, const char *name, char **time,
                      struct error *error)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:dd";
    const char *value = option_string(context, name);
    *time = mem_copy_string(value);
    size_t length = value == NULL ? 0 : strlen(value);
    bool right = value == NULL || (length >= 4 && length < sizeof shape);
    for (size_t i = 0; right && i < length; i++) {
        if (i == 10 && value[i] == ' ') {
            (*time)[i] = 'T';
        }
        right = shape[i] == 'd' ? (value[i] >= '0' && value[i] <= '9') : (*time)[i] == shape[i];
    }
    return (right && (value == NULL || is_in_calendar(value))) ||
           error_set(error, ERROR_USAGE,
                     "--%s expects a time such as 2026-11-22 or 2026-11-22T06:50 (UTC), "
                     "not \"%s\"",
                     name, value);
}

/* What the history's rows have there. */
static bool check_direction(const char *value, struct error *error)
{
    static const char *const known[] = {"upgrade",     "downgrade", "stamp",
                                        "setup",       "load",      "repeatable",
                                        "permissions", "journal",   "unlogged"};
    struct nearest nearest = {.word = value};
    struct text list = {0};
    bool right = value == NULL;
    for (size_t i = 0; value != NULL && i < sizeof known / sizeof known[0]; i++) {
        right = right || strcmp(value, known[i]) == 0;
        nearest_offer(&nearest, known[i]);
        text_format(&list, "%s%s", i == 0 ? "" : ", ", known[i]);
    }
    if (!right) {
        error_set(error, ERROR_USAGE, "--direction expects one of %s, not \"%s\"",
                  text_string(&list), value);
        if (nearest.best != NULL) {
            error_advise(error, "Did you mean --direction %s?", nearest.best);
        }
    }
    text_free(&list);
    return right;
}

static bool print_log(struct context *context, const struct history_filter *filter,
                      struct error *error)
{
    struct table table = {.array = context->output.json ? json_array() : NULL,
                          .verbose = context->output.verbose};
    struct engine *engine = context_engine(context, true, error);
    if (engine != NULL && context->config.history_table == NULL) {
        error_set(error, ERROR_USAGE, "there is no log: history_table is false in neap.lua");
        engine = NULL;
    }
    bool done = engine != NULL && engine_log(engine, filter, take_entry, &table, error);
    if (done && table.array != NULL) {
        output_json(table.array);
    } else if (done && table.count == 0 &&
               (filter->revision != NULL || filter->object != NULL)) {
        struct text text = {0};
        text_add(&text, "no entry of the history is about ");
        text_add_shown(&text, filter->object == NULL ? filter->revision : filter->object);
        text_add_char(&text, '\n');
        output_message(&text);
        text_free(&text);
    } else if (done) {
        print_table(&table);
    } else if (table.array != NULL) {
        json_decref(table.array);
    }
    free_table(&table);
    return done;
}

static bool run(struct context *context, struct error *error)
{
    char *since = NULL;
    char *until = NULL;
    bool done = take_time(context, "since", &since, error) &&
                take_time(context, "until", &until, error) &&
                check_direction(option_string(context, "direction"), error);
    struct history_filter filter = {.revision = context_argument(context, 0),
                                    .object = option_string(context, "object"),
                                    .outcome = option_string(context, "outcome"),
                                    .direction = option_string(context, "direction"),
                                    .user = option_string(context, "user"),
                                    .since = since,
                                    .until = until,
                                    .limit = option_number(context, "limit", 0)};
    done = done && print_log(context, &filter, error);
    mem_free(since);
    mem_free(until);
    return done;
}

static const struct option_entry options[] = {
    {"limit", 'n', OPTION_NUMBER, "N", NULL, "the newest N entries"},
    {"since", 0, OPTION_STRING, "TIME", NULL, "from 2026-11-22, or 2026-11-22T06:50 (UTC)"},
    {"until", 0, OPTION_STRING, "TIME", NULL, "before that time"},
    {"user", 0, OPTION_STRING, "NAME", NULL, "of this database or system user"},
    {"object", 0, OPTION_STRING, "NAME", NULL,
     "that changed account, account.email, bixie.account, \"function f\" ..."},
    {"outcome", 0, OPTION_CHOICE, "HOW", "ok|failed|interrupted", "that ended so"},
    {"direction", 0, OPTION_STRING, "WHICH", NULL, "upgrade, downgrade, stamp ..."},
    {0},
};

const struct command_entry command_log = {
    .name = "log",
    .arguments = "[REV]",
    .summary = "Print the audit trail: who ran what, when, from where, how it ended.",
    .description = "Newest first: the time (UTC), upgrade, downgrade or stamp, the revision, "
                   "the outcome, the duration, who and where, the message. REV is an id or its "
                   "beginning, also of a revision that this checkout does not have.\n"
                   "\n"
                   "--object finds what created, altered, dropped or renamed an object, under "
                   "the name it had then; `neap blame` follows renames. With -v, and with "
                   "--format json, each entry lists its objects.",
    .example = "neap log -n 20\nneap log 1f2e\nneap log --since 2026-11-01 --format json\n"
               "neap log --object account.email\nneap log --object \"function f\" --user ann\n"
               "neap log --outcome failed --direction upgrade",
    .options = options,
    .max_arguments = 1,
    .run = run,
};
