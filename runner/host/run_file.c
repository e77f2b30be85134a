/* run_file.c - the hidden command `neap lua FILE [ARGS]`: specs and one-off scripts run inside
 * our own state, so they see the C modules and the sanitizers see everything. */
#include <lauxlib.h>
#include <lualib.h>

#include "host/state.h"

struct file_run {
    const char *path;
    int argc;
    char **argv;
};

static int l_message(lua_State *L)
{
    const char *message = luaL_tolstring(L, 1, NULL);
    luaL_traceback(L, L, message, 1);
    return 1;
}

/* arg[0] is the file, arg[1] ... its arguments, as in the lua program. */
static void push_arguments(lua_State *L, const struct file_run *run)
{
    lua_createtable(L, run->argc, 1);
    lua_pushstring(L, run->path);
    lua_rawseti(L, -2, 0);
    for (int i = 0; i < run->argc; i++) {
        lua_pushstring(L, run->argv[i]);
        lua_rawseti(L, -2, i + 1);
    }
}

static int l_run(lua_State *L)
{
    const struct file_run *run = lua_touserdata(L, 1);
    luaL_openlibs(L);
    embedded_install_searcher(L);
    push_arguments(L, run);
    lua_setglobal(L, "arg");
    if (luaL_loadfile(L, run->path) != LUA_OK) {
        return lua_error(L);
    }
    luaL_checkstack(L, run->argc, "too many arguments");
    for (int i = 0; i < run->argc; i++) {
        lua_pushstring(L, run->argv[i]);
    }
    lua_call(L, run->argc, 0);
    return 0;
}

bool host_run_file(const char *path, int argc, char **argv, struct error *error)
{
    struct host *host = state_new(0, error);
    if (host == NULL) {
        return false;
    }
    host->for_specs = true;
    struct file_run run = {path, argc, argv};
    lua_pushcfunction(host->L, l_message);
    lua_pushcfunction(host->L, l_run);
    lua_pushlightuserdata(host->L, &run);
    bool done = lua_pcall(host->L, 1, 0, 1) == LUA_OK;
    if (!done) {
        const char *message = lua_tostring(host->L, -1);
        error_set(error, ERROR_FAILED, "%s", message == NULL ? "no message" : message);
    }
    state_free(host);
    return done;
}
