/* What the audit commands, written in Lua, have to know of neap's tables. */
#include "engine/internal.h"

#include <string.h>

static void set_text(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, text == NULL ? json_null() : json_string_nocheck(text));
}

bool engine_audit(struct engine *engine, struct host_command *command, json_t *options,
                  enum engine_access access, struct error *error)
{
    if (!engine_ready(engine, error) || !tables_find_objects(engine, error)) {
        return false;
    }
    const struct config *config = engine->options.config;
    json_t *tables = json_object();
    set_text(tables, "version_table", config->version_table);
    set_text(tables, "schema", engine->schema);
    set_text(tables, "history", engine->has_history ? engine->names.history.data : NULL);
    json_object_set_new(tables, "has_objects", json_boolean(engine->has_objects));
    json_object_set_new(options, "tables", tables);
    command->options = options;
    return engine_command(engine, command, access, error);
}
