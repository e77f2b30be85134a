/* lua_config.c - neap.config, and the hooks of neap.lua. */
#include <lauxlib.h>
#include <string.h>

#include "base/memory.h"
#include "host/state.h"

static void set_string(lua_State *L, const char *name, const char *string)
{
    lua_pushstring(L, string);
    lua_setfield(L, -2, name);
}

static void set_list(lua_State *L, const char *name, const struct list *list)
{
    lua_createtable(L, (int)list->count, 0);
    for (size_t i = 0; i < list->count; i++) {
        lua_pushstring(L, list->items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, name);
}

void pairs_push(lua_State *L, const struct list *names, const struct list *values)
{
    lua_createtable(L, 0, (int)names->count);
    for (size_t i = 0; i < names->count; i++) {
        set_string(L, names->items[i], values->items[i]);
    }
}

static void set_map(lua_State *L, const char *name, const struct list *names,
                    const struct list *values)
{
    pairs_push(L, names, values);
    lua_setfield(L, -2, name);
}

static void set_duration(lua_State *L, const char *name, int64_t ms)
{
    lua_pushfstring(L, "%Ims", (LUAI_UACINT)ms);
    lua_setfield(L, -2, name);
}

/* Made once for each URL: parsing it is dear. */
static const char *shown_url(struct host *host, const char *url)
{
    if (url == NULL) {
        return NULL;
    }
    if (!string_equal(host->url, url)) {
        mem_free(host->url);
        mem_free(host->url_shown);
        host->url = mem_copy_string(url);
        host->url_shown = db_url_display(url);
    }
    return host->url_shown;
}

/* A table of its own for each run: nothing that a revision writes into it stays. */
static void set_permissions(lua_State *L, const char *chunk)
{
    if (chunk == NULL) {
        return;
    }
    if (luaL_loadbufferx(L, chunk, strlen(chunk), "=permissions", "t") != LUA_OK) {
        lua_error(L);
    }
    lua_call(L, 0, 1);
    lua_setfield(L, -2, "permissions");
}

void config_push(lua_State *L, const struct config *config)
{
    static const char *const transactions[] = {"revision", "all", "none"};
    lua_createtable(L, 0, 32);
    set_string(L, "url", shown_url(host_of(L), config->url));
    set_string(L, "dialect", config->dialect);
    set_string(L, "environment", config->environment);
    set_list(L, "migrations", &config->migrations);
    set_list(L, "helpers", &config->helpers);
    set_string(L, "sql", config->sql);
    set_list(L, "model", &config->model);
    set_list(L, "schemas", &config->schemas);
    set_list(L, "ignore", &config->ignore);
    if (config->compile_gate == GATE_OFF) {
        lua_pushboolean(L, 0);
    } else {
        lua_pushstring(L, config->compile_gate == GATE_WARN ? "warn" : "error");
    }
    lua_setfield(L, -2, "compile_gate");
    lua_pushboolean(L, config->include_partitions);
    lua_setfield(L, -2, "include_partitions");
    set_string(L, "version_table", config->version_table);
    set_string(L, "version_table_schema", config->version_table_schema);
    set_string(L, "history_table", config->history_table);
    set_list(L, "pruned", &config->pruned);
    set_string(L, "transaction", transactions[config->transaction]);
    set_duration(L, "lock_timeout", config->lock_timeout_ms);
    lua_pushinteger(L, config->lock_retries);
    lua_setfield(L, -2, "lock_retries");
    set_duration(L, "statement_timeout", config->statement_timeout_ms);
    set_map(L, "settings", &config->setting_names, &config->setting_values);
    set_map(L, "naming", &config->naming_names, &config->naming_values);
    set_string(L, "file_template", config->file_template);
    set_string(L, "timezone", config->timezone);
    set_string(L, "role", config->role);
    set_list(L, "repeatable", &config->repeatable);
    set_permissions(L, config->permissions);
    lua_pushboolean(L, config->protected);
    lua_setfield(L, -2, "protected");
    lua_pushboolean(L, config->unsafe);
    lua_setfield(L, -2, "unsafe");
}

/* --- hooks --- */

struct hook_call {
    const char *name;
    const char *const *fields;
};

/* A hook sees the helpers too, without op. */
static int l_run_hook(lua_State *L)
{
    const struct hook_call *call = lua_touserdata(L, 1);
    if (slot_push(L, SLOT_HOOKS) != LUA_TTABLE) {
        return 0;
    }
    lua_pushstring(L, call->name);
    if (lua_rawget(L, -2) != LUA_TFUNCTION) {
        return 0;
    }
    sandbox_push(L);
    slot_set(L, SLOT_RUN);
    lua_newtable(L);
    slot_set(L, SLOT_RUN_LOADED);
    lua_createtable(L, 0, 8);
    for (const char *const *field = call->fields; field != NULL && *field != NULL; field += 2) {
        set_string(L, field[0], field[1]);
    }
    lua_call(L, 1, 0);
    return 0;
}

bool host_run_hook(struct host *host, const char *name, const char *const *fields,
                   struct error *error)
{
    struct hook_call call = {name, fields};
    bool done = state_call(host, l_run_hook, &call, ERROR_FAILED, host->config_path);
    if (!done) {
        error_move(error, &host->error);
        if (error->kind == ERROR_USAGE) {
            error->kind = ERROR_FAILED;
        }
    }
    return done;
}
