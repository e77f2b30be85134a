/* searcher.c - where the modules inside the binary come from; contract section 8, "require". */
#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "host/embedded.h"
#include "host/modules.h"
#include "host/state.h"

/* Compiles the file directory/name.lua or directory/name/init.lua, under our chunk name. */
static bool load_from_disk(lua_State *L, const char *directory, const char *name,
                           const char *chunk_prefix)
{
    static const char *const suffixes[] = {".lua", "/init.lua"};
    struct host *host = host_of(L);
    const char *below = luaL_gsub(L, name, ".", "/");
    bool loaded = false;
    for (size_t i = 0; !loaded && i < sizeof suffixes / sizeof suffixes[0]; i++) {
        const char *path = lua_pushfstring(L, "%s/%s%s", directory, below, suffixes[i]);
        const char *chunk = lua_pushfstring(L, "%s%s%s", chunk_prefix, below, suffixes[i]);
        text_clear(&host->buffer);
        error_free(&host->error);
        if (file_exists(path) && file_read(path, &host->buffer, &host->error)) {
            if (luaL_loadbufferx(L, text_string(&host->buffer), host->buffer.length, chunk,
                                 "t") != LUA_OK) {
                lua_error(L);
            }
            loaded = true;
            lua_insert(L, -3);
        }
        lua_pop(L, 2);
    }
    lua_remove(L, loaded ? -2 : -1);
    return loaded;
}

bool embedded_load(lua_State *L, const char *name)
{
    const char *directory = getenv("NEAP_LUA");
    bool ours = string_starts_with(name, "neap.");
    if (directory != NULL && directory[0] != '\0') {
        if (ours && load_from_disk(L, directory, name + strlen("neap."), "@neap:")) {
            return true;
        }
        const char *helpers = lua_pushfstring(L, "%s/../helpers", directory);
        bool loaded = !ours && load_from_disk(L, helpers, name, "@neap:helpers/");
        lua_remove(L, loaded ? -2 : -1);
        if (loaded) {
            return true;
        }
    }
    const struct embedded_module *module = embedded_find(name);
    if (module == NULL) {
        return false;
    }
    if (luaL_loadbufferx(L, module->text, module->length, module->chunk, "t") != LUA_OK) {
        lua_error(L);
    }
    return true;
}

/* A searcher of require: [name] -> loader, "where", or a sentence. */
static int l_search(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    lua_CFunction open = module_opener(name, host_of(L)->for_specs);
    if (open != NULL) {
        lua_pushcfunction(L, open);
    } else if (!embedded_load(L, name)) {
        lua_pushfstring(L, "no module '%s' in the binary", name);
        return 1;
    }
    lua_pushliteral(L, "the binary");
    return 2;
}

void embedded_install_searcher(lua_State *L)
{
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "searchers");
    for (lua_Integer i = luaL_len(L, -1); i >= 2; i--) {
        lua_geti(L, -1, i);
        lua_seti(L, -2, i + 1);
    }
    lua_pushcfunction(L, l_search);
    lua_seti(L, -2, 2); /* after package.preload */
    lua_pop(L, 2);
}

/* --- production: our own modules only --- */

void embedded_require(lua_State *L, const char *name)
{
    slot_push(L, SLOT_LOADED);
    if (lua_getfield(L, -1, name) != LUA_TNIL) {
        lua_remove(L, -2);
        return;
    }
    lua_pop(L, 1);
    lua_CFunction open = module_opener(name, host_of(L)->for_specs);
    if (open != NULL) {
        lua_pushcfunction(L, open);
    } else if (!embedded_load(L, name)) {
        luaL_error(L, "module '%s' is not in the binary", name);
    }
    lua_pushstring(L, name);
    lua_call(L, 1, 1);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
    }
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, name);
    lua_remove(L, -2);
}

int l_embedded_require(lua_State *L)
{
    embedded_require(L, luaL_checkstring(L, 1));
    return 1;
}
