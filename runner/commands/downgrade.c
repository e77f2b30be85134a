#include "commands/commands.h"

static bool run(struct context *context, struct error *error)
{
    return run_plan_command(context, DOWNGRADE, error);
}

static const struct option_entry options[] = {
    {"sql", 0, OPTION_FLAG, NULL, NULL,
     "write a script for psql or sqlite3 to standard output; TARGET is FROM:TO"},
    {"dry-run", 0, OPTION_FLAG, NULL, NULL, "print the plan and write nothing"},
    {"transaction", 0, OPTION_CHOICE, "MODE", "revision|all|none",
     "one transaction per revision, for all, or none (default: neap.lua)"},
    {"tag", 0, OPTION_STRING, "T", NULL, "a word for the hooks and the log"},
    {"wait", 0, OPTION_DURATION, "DURATION", NULL,
     "how long to wait for another run: 2, 30s, 1m (default: 60s)"},
    {"from-database", 0, OPTION_FLAG, NULL, NULL,
     "undo revisions that this checkout does not have, as the database keeps them"},
    {"allow-ahead", 0, OPTION_FLAG, NULL, NULL,
     "a database that is ahead of this checkout is no error"},
    {"allow-edited", 0, OPTION_FLAG, NULL, NULL,
     "undo with the file as it is now, though it was edited after it was applied"},
    {"fingerprint", 0, OPTION_FLAG, NULL, NULL,
     "start from and end in the states of migrations/schema.lock, or refuse"},
    {"via-pooler", 0, OPTION_FLAG, NULL, NULL,
     "the connection goes through a transaction pooler"},
    {0},
};

const struct command_entry command_downgrade = {
    .name = "downgrade",
    .arguments = "TARGET",
    .summary = "Undo revisions, down to TARGET.",
    .description =
        "What follows TARGET is undone, newest first, and so is what depends on an undone "
        "revision; TARGET itself stays. A revision without downgrade() is irreversible: then "
        "nothing is undone.\n\n"
        "TARGET: -1, base, an id or its beginning, LABEL@base, LABEL@-1.",
    .missing = "TARGET is -1, base, an id or its beginning, or LABEL@base.",
    .example = "neap downgrade -1\nneap downgrade billing@base --dry-run\n"
               "neap downgrade head:0a1b --sql > downgrade.sql",
    .options = options,
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run,
};
