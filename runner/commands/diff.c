#include <string.h>

#include "commands/commands.h"

static bool run(struct context *context, struct error *error)
{
    json_t *words = json_array();
    for (size_t i = 0; i < 2; i++) {
        const char *word = context_argument(context, i);
        if (word == NULL) {
            json_decref(words);
            error_set(error, ERROR_USAGE, "diff compares two: neap diff A B");
            return error_advise(error, "Each is a database's URL, model, or a file that ends "
                                       "with .sql.");
        }
        json_array_append_new(words, json_text(word));
    }
    json_t *options = json_object();
    json_object_set_new(options, "words", words);
    json_object_set_new(options, "sql", json_boolean(option_flag(context, "sql")));
    json_object_set_new(options, "json", json_boolean(context->output.json));
    return run_schema_command(context, "diff", options, ENGINE_SCRATCH, error);
}

static const struct option_entry options[] = {
    {"sql", 0, OPTION_FLAG, NULL, NULL, "as SQL instead of op's words"},
    {0},
};

const struct command_entry command_diff = {
    .name = "diff",
    .arguments = "A B",
    .summary = "Print what makes A into B; exit 3 when they differ.",
    .description =
        "A and B: a database's URL, model (of neap.lua), or a file that ends with .sql "
        "(a dump). Models and files are built in the project's database, in a "
        "transaction that is rolled back (PostgreSQL), or in memory (SQLite).",
    .example = "neap diff postgresql:///staging postgresql:///production\n"
               "neap diff sqlite:app.db model --sql\n"
               "neap diff old.sql model --format json",
    .options = options,
    .max_arguments = 2,
    .run = run,
};
