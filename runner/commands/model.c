#include "commands/commands.h"

static bool run(struct context *context, struct error *error)
{
    if (!option_flag(context, "from-database")) {
        error_set(error, ERROR_USAGE,
                  "model needs --from-database: the model is written from it");
        return error_advise(error, "`neap check` compares the model with the database.");
    }
    json_t *options = json_object();
    json_object_set_new(options, "sql", json_boolean(option_flag(context, "sql")));
    return run_schema_command(context, "model", options, ENGINE_READS, error);
}

static const struct option_entry options[] = {
    {"from-database", 0, OPTION_FLAG, NULL, NULL,
     "write the model of the database that is there"},
    {"sql", 0, OPTION_FLAG, NULL, NULL, "as SQL instead of Lua"},
    {0},
};

const struct command_entry command_model = {
    .name = "model",
    .arguments = "--from-database",
    .summary = "Print the model of an existing database, as Lua or SQL.",
    .description =
        "Complete: `neap check` with it finds no difference. What neap.lua leaves out of "
        "comparisons (schemas, ignore, include_object, partitions) is left out here, too.",
    .example = "neap model --from-database > schema.lua\n"
               "neap model --from-database --sql > model/schema.sql",
    .options = options,
    .run = run,
};
