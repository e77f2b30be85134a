#include "base/memory.h"
#include "commands/commands.h"
#include "commands/databases.h"

static bool run(struct context *context, struct error *error)
{
    const char *path = context_argument(context, 0);
    bool force = option_flag(context, "force");
    bool loaded = false;
    if (context_config(context, error) == NULL ||
        (force && !database_unprotected(context, "load --force", error))) {
        return false;
    }
    struct engine *engine = context_engine(context, false, error);
    bool done =
        engine != NULL && engine_load(engine, path, force ? LOAD_FORCE : 0, &loaded, error);
    progress_end(&context->progress);
    if (done && context->output.json) {
        json_t *object = json_object();
        json_object_set_new(object, "file", json_text(path));
        json_object_set_new(object, "loaded", json_boolean(loaded));
        output_json(object);
    } else if (done && !context->output.quiet) {
        output_line("%s loaded", path);
    }
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
        "FILE is SQL as `neap dump`, pg_dump or the sqlite3 shell's .dump write it; COPY with "
        "its data is understood, BEGIN and COMMIT around it are passed over, and so are "
        "pg_dump's \\restrict lines. A database with tables is refused. `neap stamp` says then "
        "which revision the file stands for; `neap setup --from-dump FILE` does both.",
    .missing = "FILE is a file of SQL.",
    .example = "neap load schema.sql && neap stamp head",
    .options = options,
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run,
};
