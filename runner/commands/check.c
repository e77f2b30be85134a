#include "commands/commands.h"

static bool run(struct context *context, struct error *error)
{
    (void)context;
    error_set(error, ERROR_USAGE,
              "check needs the model, which this version of neap does not read yet");
    return error_advise(
        error, "`neap status` and `neap current --check-heads` compare the database with the "
               "revisions.");
}

const struct command_entry command_check = {
    .name = "check",
    .arguments = "",
    .summary = "Compare the model with the database: not in this version.",
    .example = "neap check",
    .max_arguments = -1,
    .run = run,
    .hidden = true,
};
