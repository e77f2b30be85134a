#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "commands/commands.h"
#include "commands/databases.h"

static json_t *lua_options(const struct context *context)
{
    const struct list *names = option_list(context, "schema");
    json_t *schemas = json_array();
    for (size_t i = 0; i < names->count; i++) {
        json_array_append_new(schemas, json_text(names->items[i]));
    }
    json_t *options = json_object();
    json_object_set_new(options, "schemas", schemas);
    json_object_set_new(options, "owners", json_boolean(!option_flag(context, "no-owner")));
    json_object_set_new(options, "grants", json_boolean(!option_flag(context, "no-grants")));
    json_object_set_new(
        options, "json",
        json_boolean(context->output.json && option_string(context, "output") == NULL));
    json_object_set_new(options, "stamp", json_boolean(!option_flag(context, "no-stamp")));
    return options;
}

/* A file of SQLite is read as an empty one until somebody writes to it: an empty dump would be
 * believed. */
static bool check_there(struct context *context, struct error *error)
{
    struct database database = {0};
    bool exists = true;
    bool done = database_find(context, &database, error) &&
                (strcmp(database.driver->name, "sqlite") != 0 ||
                 database.driver->exists(database.url, &database.settings, &exists, error));
    if (done && !exists) {
        char *display = db_url_display(database.url);
        done = error_set(error, ERROR_UNREACHABLE, "there is no database %s", display);
        mem_free(display);
        error_advise(error,
                     "`neap create` makes it; `neap setup`, with all that belongs into it.");
    }
    database_free(&database);
    return done;
}

static bool run(struct context *context, struct error *error)
{
    if (!check_there(context, error)) {
        return false;
    }
    json_t *options = lua_options(context);
    struct host_command command = {.name = "dump", .options = options};
    const char *path = option_string(context, "output");
    struct engine *engine = context_engine(context, true, error);
    bool done = engine != NULL && engine_command(engine, &command, ENGINE_READS, error);
    json_decref(options);
    if (done && path != NULL) {
        done = file_write(path, text_string(&command.text), command.text.length, error);
    } else if (done) {
        print_answer(context, &command);
    }
    host_command_free(&command);
    return done;
}

static const struct option_entry options[] = {
    {"schema", 0, OPTION_LIST, "NAME", NULL,
     "PostgreSQL: this schema only; may be given several times"},
    {"output", 'o', OPTION_STRING, "FILE", NULL, "write to a file, all of it or nothing"},
    {"no-owner", 0, OPTION_FLAG, NULL, NULL, "leave out who owns what"},
    {"no-grants", 0, OPTION_FLAG, NULL, NULL, "leave out who may do what"},
    {"no-stamp", 0, OPTION_FLAG, NULL, NULL, "leave out the revisions that the database is at"},
    {0},
};

const struct command_entry command_dump = {
    .name = "dump",
    .arguments = "",
    .summary = "Write the database's schema as SQL.",
    .description =
        "What makes the same schema again, in an order that runs, for `neap load`, psql or "
        "sqlite3: tables, types, views, functions, triggers, owners, grants and all, and no "
        "rows. Two databases with the same schema give the same bytes, whatever they grew out "
        "of, so the file can be kept under version control and compared.\n\n"
        "The rows of the version table are written, too: a database made from the file is at "
        "the same revisions, and `neap upgrade` goes on from there. What belongs to "
        "extensions comes with them; kinds of objects that neap does not know are named on "
        "stderr.",
    .example = "neap dump --output schema.sql\n"
               "neap dump --no-owner --no-grants | psql other_database",
    .options = options,
    .run = run,
};
