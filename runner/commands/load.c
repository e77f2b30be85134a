#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "commands/commands.h"
#include "commands/databases.h"
#include "commands/dump_file.h"
#include "db/sqlite_database.h"

static bool load(struct context *context, const struct dump_file *file, struct error *error)
{
    bool loaded = false;
    char *role = context->config.role;
    /* Who gives things to others does not do so as one of them. */
    context->config.role = file->owners ? NULL : role;
    struct engine *engine = context_engine(context, false, error);
    bool done = engine != NULL &&
                engine_load(engine, file->name, &file->text,
                            option_flag(context, "force") ? LOAD_FORCE : 0, &loaded, error);
    context->config.role = role;
    progress_end(&context->progress);
    if (done && context->output.json) {
        json_t *object = json_object();
        json_object_set_new(object, "file", json_text(file->name));
        json_object_set_new(object, "loaded", json_boolean(loaded));
        output_json(object);
    } else if (done && !context->output.quiet) {
        output_line("%s loaded", file->name);
    }
    return done;
}

/* SQLite makes the file as soon as it is asked for something. */
static bool is_new(const struct database *database)
{
    struct error ignored = {0};
    bool exists = true;
    bool known =
        strcmp(database->driver->name, "sqlite") == 0 &&
        database->driver->exists(database->url, &database->settings, &exists, &ignored);
    error_free(&ignored);
    return known && !exists;
}

/* A file that this command made and nothing got into. */
static void remove_empty(struct context *context, struct database *database)
{
    struct error ignored = {0};
    struct stat status;
    bool changed = false;
    engine_close(context->engine);
    context->engine = NULL;
    char *path = sqlite_url_path(database->url, &ignored);
    if (path != NULL && stat(path, &status) == 0 && status.st_size == 0) {
        (void)database->driver->drop(database->url, &database->settings, false, &changed,
                                     &ignored);
    }
    mem_free(path);
    error_free(&ignored);
}

static bool run(struct context *context, struct error *error)
{
    struct database database = {0};
    struct dump_file file = {0};
    bool fresh = database_find(context, &database, error) && is_new(&database);
    bool done =
        error->kind == ERROR_NONE &&
        (!option_flag(context, "force") ||
         database_unprotected(context, "load --force", error)) &&
        dump_file_read(context_argument(context, 0), sql_dialect_named(database.driver->name),
                       context->config.version_table, &file, error) &&
        load(context, &file, error);
    if (!done && fresh) {
        remove_empty(context, &database);
    }
    dump_file_free(&file);
    database_free(&database);
    return done;
}

static const struct option_entry options[] = {
    {"force", 0, OPTION_FLAG, NULL, NULL, "although the database has tables"},
    {"wait", 0, OPTION_DURATION, "DURATION", NULL,
     "how long to wait for another run: 2, 30s, 1m (default: 60s)"},
    {0},
};

const struct command_entry command_load = {
    .name = "load",
    .arguments = "FILE",
    .summary = "Run a schema dump in an empty database, in one transaction.",
    .description =
        "FILE is SQL as `neap dump`, pg_dump or the sqlite3 shell's .dump write it (- reads it "
        "from standard input); COPY with "
        "its data is understood, BEGIN and COMMIT around it are passed over, and so are "
        "pg_dump's \\restrict lines. A database with tables is refused. `neap stamp` says then "
        "which revision the file stands for; `neap setup --from-dump FILE` does both.\n\n"
        "A file that says to whom things belong is run by the role that connects, all others "
        "by the role of neap.lua.",
    .missing = "FILE is a file of SQL.",
    .example = "neap load schema.sql && neap stamp head\n"
               "neap -u sqlite:app.db dump | neap -u sqlite:copy.db load -",
    .options = options,
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run,
};
