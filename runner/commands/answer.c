/* Schema commands, whose logic is in lua/commands: asked, and their answer printed. */
#include "base/file.h"
#include "commands/commands.h"

bool run_schema_command(struct context *context, const char *name, json_t *options,
                        enum engine_access access, struct error *error)
{
    struct host_command command = {.name = name, .options = options};
    struct engine *engine = context_engine(context, access != ENGINE_WRITES, error);
    bool done = engine != NULL && engine_command(engine, &command, access, error);
    json_decref(options);
    if (done) {
        print_answer(context, &command);
    }
    host_command_free(&command);
    return done;
}

bool run_audit_command(struct context *context, const char *name, json_t *options,
                       enum engine_access access, struct error *error)
{
    struct host_command command = {.name = name};
    struct engine *engine = context_engine(context, access != ENGINE_WRITES, error);
    bool done = engine != NULL && engine_audit(engine, &command, options, access, error);
    json_decref(options);
    if (done) {
        print_answer(context, &command);
    }
    host_command_free(&command);
    return done;
}

void print_answer(struct context *context, struct host_command *command)
{
    if (context->output.json && command->document != NULL) {
        output_json(command->document);
        command->document = NULL;
    } else if (command->text.length > 0) {
        output_text(&command->text);
    }
    context->status = command->status;
}

bool need_model(struct context *context, struct error *error)
{
    const struct config *config = context_config(context, error);
    for (size_t i = 0; config != NULL && i < config->model.count; i++) {
        const char *path = config->model.items[i];
        if (!file_exists(path) && !directory_exists(path)) {
            error_set(error, ERROR_USAGE, "there is no model %s", path);
            return error_advise(error,
                                "Write it, or say in neap.lua where it is: model = "
                                "\"schema.lua\". `neap model --from-database` writes the "
                                "model of a database that is there.");
        }
    }
    return config != NULL;
}
