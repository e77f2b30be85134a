#include "commands/commands.h"
#include "commands/databases.h"

static bool run(struct context *context, struct error *error)
{
    struct database database = {0};
    bool created = false;
    bool done = database_find(context, &database, error) &&
                database_create(context, &database, &created, error);
    if (done) {
        database_report(context, database.name, "created", created,
                        created ? "created" : "is there already");
    }
    database_free(&database);
    return done;
}

static const struct option_entry options[] = {
    {"owner", 0, OPTION_STRING, "ROLE", NULL, "whose it is (PostgreSQL)"},
    {"encoding", 0, OPTION_STRING, "NAME", NULL,
     "UTF8, for example; copies template0 unless --template says (PostgreSQL)"},
    {"template", 0, OPTION_STRING, "NAME", NULL, "the database to copy (PostgreSQL)"},
    {0},
};

const struct command_entry command_create = {
    .name = "create",
    .arguments = "",
    .summary = "Create the database when it is missing.",
    .description = "On PostgreSQL through the server's database postgres, with the user and "
                   "host of the URL; on SQLite an empty file. A database that is there is left "
                   "alone. `neap setup` does this too, and all that comes after it.",
    .example = "neap create\nneap -u postgresql://localhost/app_test create --owner app",
    .options = options,
    .run = run,
};
