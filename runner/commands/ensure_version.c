#include "commands/commands.h"

static bool run(struct context *context, struct error *error)
{
    bool created = false;
    struct engine *engine = context_engine(context, false, error);
    if (engine == NULL || !engine_ensure_version(engine, &created, error)) {
        return false;
    }
    const char *table = context->config.version_table;
    if (context->output.json) {
        json_t *object = json_object();
        json_object_set_new(object, "version_table", json_text(table));
        json_object_set_new(object, "created", json_boolean(created));
        output_json(object);
    } else if (!context->output.quiet) {
        output_line("%s %s", table, created ? "created" : "is there already");
    }
    return true;
}

static const struct option_entry options[] = {
    {"wait", 0, OPTION_DURATION, "DURATION", NULL,
     "how long to wait for another run: 2, 30s, 1m (default: 60s)"},
    {"via-pooler", 0, OPTION_FLAG, NULL, NULL,
     "the connection goes through a transaction pooler"},
    {0},
};

const struct command_entry command_ensure_version = {
    .name = "ensure-version",
    .arguments = "",
    .summary = "Create the version table when it is missing.",
    .description = "upgrade does that too. This command is for a role that may create tables "
                   "now, when the one that runs upgrade may not.",
    .example = "neap ensure-version",
    .options = options,
    .run = run,
};
