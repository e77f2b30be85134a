#include "commands/databases.h"
#include "base/memory.h"

bool database_find(struct context *context, struct database *database, struct error *error)
{
    const struct config *config = context_config(context, error);
    if (config == NULL) {
        return false;
    }
    if (config->url == NULL) {
        error_set(error, ERROR_USAGE, "no database: neap.lua gives no url");
        return error_advise(error, "Set `url` in neap.lua, or DATABASE_URL, or give -u URL.");
    }
    database->url = config->url;
    database->driver = db_driver_for(config->url);
    database->settings =
        (struct db_settings){.application_name = "neap", .result_limit = (size_t)1024 * 1024};
    if (database->driver == NULL) {
        char *display = db_url_display(config->url);
        error_set(error, ERROR_USAGE, "cannot tell the database from the URL %s", display);
        error_advise(error,
                     "Expected sqlite:PATH, postgresql://..., or key=value words for libpq.");
        mem_free(display);
        return false;
    }
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
