#include "commands/commands.h"

static bool run(struct context *context, struct error *error)
{
    return run_plan_command(context, UPGRADE, error);
}

static const struct option_entry options[] = {
    {"sql", 0, OPTION_FLAG, NULL, NULL,
     "write a script for psql or sqlite3 to standard output; TARGET may be FROM:TO"},
    {"dry-run", 0, OPTION_FLAG, NULL, NULL, "print the plan and write nothing"},
    {"transaction", 0, OPTION_CHOICE, "MODE", "revision|all|none",
     "one transaction per revision, for all, or none (default: neap.lua)"},
    {"tag", 0, OPTION_STRING, "T", NULL, "a word for the hooks and the log"},
    {"wait", 0, OPTION_DURATION, "DURATION", NULL,
     "how long to wait for another run: 2, 30s, 1m (default: 60s)"},
    {"allow-ahead", 0, OPTION_FLAG, NULL, NULL,
     "a database that is ahead of this checkout is no error"},
    {"fingerprint", 0, OPTION_FLAG, NULL, NULL,
     "start from and end in the states of migrations/schema.lock, or refuse"},
    {"via-pooler", 0, OPTION_FLAG, NULL, NULL,
     "the connection goes through a transaction pooler"},
    {0},
};

const struct command_entry command_upgrade = {
    .name = "upgrade",
    .arguments = "TARGET",
    .summary = "Apply revisions, up to TARGET.",
    .description =
        "TARGET and everything it stands on is applied, oldest first, each revision in its "
        "own transaction. Interrupted or failed, the database is at the last revision that "
        "is done, and the next run goes on from there.\n\n"
        "TARGET: head, heads, an id or its beginning, a label, LABEL@head, +1. With --sql no "
        "connection is opened; the script stops by itself on a database that is not where "
        "it begins.",
    .missing = "TARGET is head, heads, an id or its beginning, a label, LABEL@head, or +1.",
    .example = "neap upgrade head\nneap upgrade +1 --dry-run\n"
               "neap upgrade 0a1b:head --sql > upgrade.sql",
    .options = options,
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run,
};
