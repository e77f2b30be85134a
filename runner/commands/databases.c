#include "commands/databases.h"
#include "base/memory.h"

bool database_find(struct context *context, struct database *database, struct error *error)
{
    const struct config *config = context_config(context, error);
    if (config == NULL) {
        return false;
    }
    database->driver = config_driver(config, error);
    if (database->driver == NULL) {
        return false;
    }
    database->url = config->url;
    database->settings =
        (struct db_settings){.application_name = "neap", .result_limit = (size_t)1024 * 1024};
    return true;
}

bool database_name(struct database *database, struct error *error)
{
    if (database->name == NULL) {
        database->name = database->driver->database(database->url, &database->settings, error);
    }
    return database->name != NULL;
}

bool database_create(struct context *context, struct database *database, bool *created,
                     struct error *error)
{
    const struct db_creation creation = {.owner = option_string(context, "owner"),
                                         .encoding = option_string(context, "encoding"),
                                         .template = option_string(context, "template")};
    return database_name(database, error) &&
           database->driver->create(database->url, &database->settings, &creation, created,
                                    error);
}

bool database_unprotected(const struct context *context, const char *what, struct error *error)
{
    const struct config *config = &context->config;
    if (!config->protected) {
        return true;
    }
    if (config->environment != NULL) {
        error_set(error, ERROR_FAILED, "the environment %s is protected: %s refuses it",
                  config->environment, what);
    } else {
        error_set(error, ERROR_FAILED, "this database is protected: %s refuses it", what);
    }
    return error_advise(error, "Nothing was changed. neap.lua says protected = true.");
}

void database_free(struct database *database)
{
    mem_free(database->name);
    database->name = NULL;
}

void database_report(const struct context *context, const char *name, const char *key,
                     bool changed, const char *sentence)
{
    if (context->output.json) {
        json_t *object = json_object();
        json_object_set_new(object, "database", json_text(name));
        json_object_set_new(object, key, json_boolean(changed));
        output_json(object);
    } else if (!context->output.quiet) {
        output_line("%s %s", name, sentence);
    }
}
