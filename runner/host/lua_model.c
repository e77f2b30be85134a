/* lua_model.c - the model, for schema commands: its Lua files run in the sandbox, with an op
 * that writes down; its SQL files are read. */
#include <lauxlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "host/state.h"

/* run.list_model(path) -> the .sql files in and below a directory, sorted; or the file itself
 */
static int l_list_model(lua_State *L)
{
    struct host *host = host_of(L);
    const char *path = luaL_checkstring(L, 1);
    error_free(&host->error);
    list_clear(&host->names);
    if (directory_exists(path)) {
        struct sql_root root = {0};
        bool done = sql_root_open(&root, path, NULL, &host->error) &&
                    sql_file_list(&root, ".", NULL, true, &host->names, &host->error);
        sql_root_close(&root);
        if (!done) {
            return failure_raise(L);
        }
    } else {
        list_add(&host->names, "");
    }
    lua_createtable(L, (int)host->names.count, 0);
    for (size_t i = 0; i < host->names.count; i++) {
        const char *below = host->names.items[i];
        below += strncmp(below, "./", 2) == 0 ? 2 : 0;
        lua_pushfstring(L, "%s%s%s", path, below[0] == '\0' ? "" : "/", below);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* Fills host->buffer; raises. */
static void read_file(lua_State *L, const char *path)
{
    struct host *host = host_of(L);
    error_free(&host->error);
    text_clear(&host->buffer);
    if (!file_exists(path)) {
        error_set(&host->error, ERROR_USAGE, "there is no model %s", path);
        error_advise(&host->error, "Write it, or say in neap.lua where it is: model = "
                                   "\"schema.lua\". `neap model --from-database` writes the "
                                   "model of a database that is there.");
        failure_raise(L);
    }
    if (!file_read(path, &host->buffer, &host->error)) {
        failure_raise(L);
    }
}

static const char *without_mark(const struct text *text, size_t *length)
{
    const char *start = text_string(text);
    *length = text->length;
    if (*length >= 3 && memcmp(start, "\xEF\xBB\xBF", 3) == 0) {
        start += 3;
        *length -= 3;
    }
    return start;
}

/* run.has_model(path) -> whether there is such a file or directory */
static int l_has_model(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    lua_pushboolean(L, file_exists(path) || directory_exists(path));
    return 1;
}

/* run.read_model(path) -> text, of an SQL file */
static int l_read_model(lua_State *L)
{
    read_file(L, luaL_checkstring(L, 1));
    size_t length = 0;
    const char *text = without_mark(&host_of(L)->buffer, &length);
    lua_pushlstring(L, text, length);
    return 1;
}

static int raise_syntax(lua_State *L, const char *path)
{
    struct host *host = host_of(L);
    const char *rest = NULL;
    int line = place_split(lua_tostring(L, -1), path, &rest);
    error_free(&host->error);
    error_set_at(&host->error, ERROR_USAGE, path, line, "%s", rest);
    return failure_raise(L);
}

/* Pushes the chunk, in an environment of its own. */
static void load_chunk(lua_State *L, const char *path)
{
    read_file(L, path);
    size_t length = 0;
    const char *text = without_mark(&host_of(L)->buffer, &length);
    lua_pushfstring(L, "@%s", path);
    if (luaL_loadbufferx(L, text, length, lua_tostring(L, -1), "t") != LUA_OK) {
        raise_syntax(L, path);
    }
    lua_remove(L, -2);
    sandbox_push_copy(L);
    lua_setupvalue(L, -2, 1);
}

/* run.load_models(paths, { op =, neap = }): runs the files, one after the other. What they
 * require is looked for beside them, too. */
static int l_load_models(lua_State *L)
{
    struct host *host = host_of(L);
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checktype(L, 2, LUA_TTABLE);
    sandbox_push(L);
    lua_getfield(L, 2, "op");
    lua_setfield(L, -2, "op");
    lua_getfield(L, 2, "neap");
    lua_setfield(L, -2, "neap");
    slot_set(L, SLOT_RUN);
    lua_newtable(L);
    slot_set(L, SLOT_RUN_LOADED);
    for (lua_Integer i = 1; lua_geti(L, 1, i) == LUA_TSTRING; i++) {
        mem_free(host->model_path);
        mem_free(host->model_directory);
        host->model_path = mem_copy_string(lua_tostring(L, -1));
        host->model_directory = path_directory(host->model_path);
        host->main_file = host->model_path;
        load_chunk(L, host->model_path);
        lua_call(L, 0, 0);
        lua_settop(L, 2);
    }
    mem_free(host->model_directory);
    host->model_directory = NULL;
    host->main_file = NULL;
    return 0;
}

void model_add_functions(lua_State *L)
{
    static const luaL_Reg functions[] = {{"list_model", l_list_model},
                                         {"has_model", l_has_model},
                                         {"read_model", l_read_model},
                                         {"load_models", l_load_models},
                                         {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
    const struct config *config = host_of(L)->call->config;
    pairs_push(L, &config->x_names, &config->x_values);
    lua_setfield(L, -2, "x");
    lua_pushstring(L, neap_version());
    lua_setfield(L, -2, "version");
    slot_push(L, SLOT_INCLUDE_OBJECT);
    lua_setfield(L, -2, "include_object");
}
