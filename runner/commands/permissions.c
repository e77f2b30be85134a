#include "commands/commands.h"

static json_t *options_of(const struct context *context)
{
    static const char *const flags[] = {"fix", "sql", "all", "strict"};
    json_t *options = json_object();
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        json_object_set_new(options, flags[i], json_boolean(option_flag(context, flags[i])));
    }
    return options;
}

static void print(struct context *context, const struct host_command *command)
{
    context->status = command->status;
    if (context->output.json) {
        output_json(json_incref(command->document));
    } else {
        output_text(&command->text);
    }
}

static bool run(struct context *context, struct error *error)
{
    bool fix = option_flag(context, "fix");
    if (fix && option_flag(context, "sql")) {
        return error_set(error, ERROR_USAGE,
                         "--sql prints the statements and --fix sends them: one of them");
    }
    struct engine *engine = context_engine(context, !fix, error);
    json_t *options = options_of(context);
    struct host_command command = {.name = "permissions", .options = options};
    bool done = engine != NULL &&
                engine_command(engine, &command, fix ? ENGINE_WRITES : ENGINE_READS, error);
    if (done) {
        print(context, &command);
    }
    host_command_free(&command);
    json_decref(options);
    return done;
}

static const struct option_entry options[] = {
    {"fix", 0, OPTION_FLAG, NULL, NULL, "send the statements, in one transaction"},
    {"sql", 0, OPTION_FLAG, NULL, NULL, "print the statements alone"},
    {"all", 'a', OPTION_FLAG, NULL, NULL, "list the objects that agree, too"},
    {"strict", 0, OPTION_FLAG, NULL, NULL,
     "an entry of the policy that matches nothing is an error"},
    {0},
};

const struct command_entry command_permissions = {
    .name = "permissions",
    .arguments = "",
    .summary = "Compare owners and grants with the policy in neap.lua; --fix them.",
    .description =
        "`permissions` in neap.lua says who owns what and who may do what; neap applies it to "
        "whatever a revision makes or changes. This command looks at everything that the "
        "policy "
        "speaks of: each object that differs with what it has and should have, and the "
        "statements that lie between. A grant that the policy does not know is a difference, "
        "too. Exit status: 0 when all is as the policy says, 3 when something differs. "
        "PostgreSQL; SQLite has no roles.",
    .example = "neap permissions\nneap permissions --fix\nneap permissions --sql > grants.sql",
    .options = options,
    .run = run,
};
