#include "commands/commands.h"

static bool run(struct context *context, struct error *error)
{
    if (!need_model(context, error)) {
        return false;
    }
    json_t *options = json_object();
    json_object_set_new(options, "sql", json_boolean(option_flag(context, "sql")));
    json_object_set_new(options, "json", json_boolean(context->output.json));
    json_object_set_new(options, "rename", json_text_list(option_list(context, "rename")));
    return run_schema_command(context, "check", options, ENGINE_SCRATCH, error);
}

static const struct option_entry options[] = {
    {"sql", 0, OPTION_FLAG, NULL, NULL, "print the statements that would put it right"},
    {"rename", 0, OPTION_LIST, "OLD=NEW", NULL,
     "take it as renamed: a table, view, table.column or enum.value"},
    {0},
};

const struct command_entry command_check = {
    .name = "check",
    .arguments = "",
    .summary = "Compare the database with the model.",
    .description =
        "Exit 3 when they differ, and how: tables, columns, constraints, indexes, types, "
        "views, "
        "functions, triggers and the rest, in the words of the database: the model is built in "
        "a "
        "transaction that is rolled back (PostgreSQL) or in memory (SQLite). Owners and grants "
        "are compared when the model speaks of any.",
    .example = "neap check\nneap check --sql\nneap check --format json",
    .options = options,
    .run = run,
};
