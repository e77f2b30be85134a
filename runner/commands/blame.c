#include "commands/commands.h"

static bool run(struct context *context, struct error *error)
{
    const char *kind = context_argument(context, 0);
    const char *name = context_argument(context, 1);
    const struct config *config = context_config(context, error);
    if (config == NULL) {
        return false;
    }
    if (config->history_table == NULL) {
        return error_set(error, ERROR_USAGE,
                         "there is no history to ask: history_table is false in neap.lua");
    }
    json_t *request = json_object();
    json_object_set_new(request, "name", json_text(name == NULL ? kind : name));
    if (name != NULL) {
        json_object_set_new(request, "kind", json_text(kind));
    }
    json_object_set_new(request, "all", json_boolean(option_flag(context, "all")));
    return run_audit_command(context, "blame", request, ENGINE_READS, error);
}

static const struct option_entry options[] = {
    {"all", 'a', OPTION_FLAG, NULL, NULL, "every change, not only the first and the last"},
    {0},
};

const struct command_entry command_blame = {
    .name = "blame",
    .arguments = "[KIND] NAME",
    .summary = "Tell which revision made a table, column or other object, and changed it last.",
    .description =
        "NAME is TABLE, TABLE.COLUMN or any other object, with its schema or without; KIND "
        "(table, column, index, function, trigger ...) chooses among those of one name, and a "
        "function's argument types among its overloads. For "
        "the change that made it and the last one: when, by which revision, by whom, where "
        "in which file. Renames are followed backwards; an upgrade that was undone does not "
        "count. All of it comes from the database: the checkout need not have the revision.\n"
        "\n"
        "An object that no revision made is said to be so; with `neap journal install` "
        "(PostgreSQL) what was done outside neap is told too. Of what a DO block or a "
        "function did only what is still there is seen, and revisions applied by a neap that "
        "recorded no objects are not.",
    .missing = "NAME is TABLE, TABLE.COLUMN, SCHEMA.TABLE or another object's name.",
    .example = "neap blame account\nneap blame account.email\nneap blame bixie.account --all\n"
               "neap blame function 'update_adu(date)'\nneap blame account.email --format json",
    .options = options,
    .min_arguments = 1,
    .max_arguments = 2,
    .run = run,
};
