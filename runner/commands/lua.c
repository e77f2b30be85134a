#include "commands/commands.h"

/* main runs it before anything of neap's is set up; here only what it is called with is wrong.
 */
static bool run(struct context *context, struct error *error)
{
    (void)context;
    return error_set(error, ERROR_USAGE, "write `neap lua FILE ...`: no options before lua");
}

const struct command_entry command_lua = {
    .name = "lua",
    .arguments = "FILE [ARGUMENTS]",
    .summary = "Run a Lua file inside neap: specs and one-off scripts.",
    .missing = "FILE is a Lua file.",
    .example = "neap lua spec/run.lua",
    .min_arguments = 1,
    .max_arguments = -1,
    .run = run,
    .hidden = true,
};
