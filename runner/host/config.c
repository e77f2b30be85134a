#include "host/config.h"

#include "base/memory.h"

void config_free(struct config *config)
{
    char *const strings[] = {config->path,
                             config->directory,
                             config->url,
                             config->dialect,
                             config->sql,
                             config->version_table,
                             config->version_table_schema,
                             config->history_table,
                             config->file_template,
                             config->timezone,
                             config->role,
                             config->permissions,
                             config->environment,
                             config->setup};
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        mem_free(strings[i]);
    }
    struct list *const lists[] = {
        &config->migrations,     &config->helpers,      &config->model,
        &config->schemas,        &config->pruned,       &config->setting_names,
        &config->setting_values, &config->naming_names, &config->naming_values,
        &config->x_names,        &config->x_values,     &config->repeatable,
        &config->setup_load,     &config->ignore};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        list_free(lists[i]);
    }
    *config = (struct config){0};
}

const struct db_driver *config_driver(const struct config *config, struct error *error)
{
    if (config->url == NULL) {
        error_set(error, ERROR_USAGE, "no database: neap.lua gives no url");
        error_advise(error, "Set `url` in neap.lua, or DATABASE_URL, or give -u URL.");
        return NULL;
    }
    return db_driver_find(config->url, error);
}
