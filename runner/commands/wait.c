#include "base/clock.h"
#include "base/memory.h"
#include "commands/commands.h"
#include "commands/databases.h"

enum { DEFAULT_MS = 60000, PAUSE_MS = 250, ATTEMPT_MS = 5000 };

/* Tries again as long as there is time. A wrong password or a missing role may be set right
 * meanwhile, by what starts the server. */
static bool wait_for(const struct database *database, int64_t limit_ms, bool *exists,
                     struct error *error)
{
    int64_t end = clock_ms() + limit_ms;
    for (;;) {
        int64_t left = end - clock_ms();
        struct db_settings settings = database->settings;
        settings.connect_timeout_ms = left < ATTEMPT_MS ? left : ATTEMPT_MS;
        settings.connect_timeout_ms =
            settings.connect_timeout_ms < PAUSE_MS ? PAUSE_MS : settings.connect_timeout_ms;
        struct error failed = {0};
        if (database->driver->exists(database->url, &settings, exists, &failed)) {
            return true;
        }
        left = end - clock_ms();
        if (failed.kind != ERROR_UNREACHABLE || left <= 0) {
            error_move(error, &failed);
            return false;
        }
        if (!clock_sleep_ms(left < PAUSE_MS ? left : PAUSE_MS)) {
            error_free(&failed);
            return error_set(error, ERROR_INTERRUPTED,
                             "interrupted while waiting for the server");
        }
        error_free(&failed);
    }
}

static bool run(struct context *context, struct error *error)
{
    struct database database = {0};
    int64_t limit_ms = option_ms(context, "timeout", DEFAULT_MS);
    bool exists = false;
    int64_t began = clock_ms();
    if (!database_find(context, &database, error)) {
        return false;
    }
    if (!wait_for(&database, limit_ms, &exists, error)) {
        if (error->kind == ERROR_UNREACHABLE) {
            text_format(&error->outcome, "Gave up after %.1f s.",
                        (double)(clock_ms() - began) / 1000);
        }
        return false;
    }
    char *display = db_url_display(database.url);
    database_report(context, display, "exists", exists,
                    exists ? "answers" : "answers; the database is not there yet");
    mem_free(display);
    return true;
}

static const struct option_entry options[] = {
    {"timeout", 't', OPTION_DURATION, "DURATION", NULL,
     "how long to wait: 2, 30s, 1m (default: 60s)"},
    {0},
};

const struct command_entry command_wait = {
    .name = "wait",
    .arguments = "",
    .summary = "Wait until the server answers and takes a query.",
    .description = "For the start of containers and test machines. A server that answers but "
                   "does not have the database yet is good enough: `neap setup` creates it. "
                   "Exit status 5 when the time is over. SQLite has no server: the file is "
                   "looked at, and may be missing.",
    .example = "neap wait && neap setup\nneap wait --timeout 2m",
    .options = options,
    .run = run,
};
