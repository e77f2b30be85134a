#include <string.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "cli/ask.h"
#include "commands/commands.h"
#include "commands/databases.h"

/* The name, typed: a reflex does not do that. */
static bool confirm(const char *name, struct error *error)
{
    if (isatty(STDIN_FILENO) == 0) {
        error_set(error, ERROR_USAGE,
                  "drop asks before it removes %s, and there is no terminal to ask on", name);
        return error_advise(error, "Say --yes to drop it without being asked.");
    }
    struct text question = {0};
    text_add(&question, "This removes the database ");
    text_add_shown(&question, name);
    text_add(&question, " and all that is in it. Type its name to go on: ");
    char *answer = ask(&question);
    text_free(&question);
    bool same = answer != NULL && strcmp(answer, name) == 0;
    mem_free(answer);
    if (interrupt_pending()) {
        return error_set(error, ERROR_INTERRUPTED, "interrupted; nothing was removed");
    }
    return same || error_set(error, ERROR_FAILED, "that is not %s; nothing was removed", name);
}

static bool is_there(const struct database *database, bool *exists, struct error *error)
{
    return database->driver->exists(database->url, &database->settings, exists, error);
}

static bool run(struct context *context, struct error *error)
{
    struct database database = {0};
    bool exists = false;
    bool dropped = false;
    bool done = database_find(context, &database, error) &&
                database_unprotected(context, "drop", error) && database_name(&database, error);
    if (done && !option_flag(context, "yes")) {
        done =
            is_there(&database, &exists, error) && (!exists || confirm(database.name, error));
    }
    done = done && database.driver->drop(database.url, &database.settings,
                                         option_flag(context, "force"), &dropped, error);
    if (done) {
        database_report(context, database.name, "dropped", dropped,
                        dropped ? "dropped" : "is not there");
    }
    database_free(&database);
    return done;
}

static const struct option_entry options[] = {
    {"yes", 'y', OPTION_FLAG, NULL, NULL, "do not ask"},
    {"force", 0, OPTION_FLAG, NULL, NULL,
     "although others use it: PostgreSQL 13 ends their sessions"},
    {0},
};

const struct command_entry command_drop = {
    .name = "drop",
    .arguments = "",
    .summary = "Drop the database, with all that is in it.",
    .description =
        "Asks for the name to be typed, unless --yes is given. Refuses where neap.lua, or the "
        "chosen entry of its environments, says protected = true, and while the database is in "
        "use. On SQLite the file goes, and its journal files. A database that is not there is "
        "no error.",
    .example = "neap drop\nneap -e ci drop --yes --force",
    .options = options,
    .run = run,
};
