/* sandbox.c - the environment of revisions, helpers and neap.lua: contract section 2.2.
 *
 * An allow list. What a revision gets are copies, so it cannot change what the next one sees.
 * What is left out or replaced here, and why, was measured: an instruction hook stops neither a
 * message handler of xpcall nor a finalizer.
 */
#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#include "base/text.h"
#include "host/state.h"

/* --- replacements --- */

static const char environment_key; /* its address marks the metatable of environments */
static bool is_environment(lua_State *L, int index);
static void complete(lua_State *L, int environment);

/* setmetatable(table, metatable|nil) without finalizers: the interrupt hook is off in them. */
static int l_setmetatable(lua_State *L)
{
    int kind = lua_type(L, 2);
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, kind == LUA_TNIL || kind == LUA_TTABLE, 2, "nil or table");
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) {
        return luaL_error(L, "cannot change a protected metatable");
    }
    lua_settop(L, 2);
    if (is_environment(L, 1)) {
        complete(L, 1);
    }
    if (kind == LUA_TTABLE) {
        lua_pushliteral(L, "__gc");
        if (lua_rawget(L, 2) != LUA_TNIL) {
            return luaL_error(L, "setmetatable: __gc is not allowed in a revision");
        }
        slot_push(L, SLOT_METATABLES);
        lua_pushvalue(L, 2);
        lua_pushboolean(L, 1);
        lua_rawset(L, -3);
        lua_settop(L, 2);
    }
    lua_setmetatable(L, 1);
    return 1;
}

/* getmetatable(value): only what user code has set itself; false for the others. */
static int l_getmetatable(lua_State *L)
{
    luaL_checkany(L, 1);
    if (is_environment(L, 1) || lua_getmetatable(L, 1) == 0) {
        lua_pushnil(L);
        return 1;
    }
    if (lua_type(L, 1) != LUA_TTABLE) {
        lua_pushboolean(L, 0);
        return 1;
    }
    slot_push(L, SLOT_METATABLES);
    lua_pushvalue(L, -2);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_pushboolean(L, 0);
        return 1;
    }
    if (luaL_getmetafield(L, 1, "__metatable") == LUA_TNIL) {
        lua_getmetatable(L, 1);
    }
    return 1;
}

/* xpcall(f, handler, ...): the handler is called after the stack is unwound, because a handler
 * that loops could not be stopped. So it cannot see the stack either. */
static int l_xpcall(lua_State *L)
{
    luaL_checktype(L, 2, LUA_TFUNCTION);
    int arguments = lua_gettop(L) - 2;
    lua_pushvalue(L, 1);
    lua_rotate(L, 3, 1); /* f, handler, f, ... */
    if (lua_pcall(L, arguments, LUA_MULTRET, 0) == LUA_OK) {
        lua_pushboolean(L, 1);
        lua_replace(L, 2);
        return lua_gettop(L) - 1;
    }
    lua_pushboolean(L, 0);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, 3);
    lua_call(L, 1, LUA_MULTRET);
    return lua_gettop(L) - 3;
}

static void print_lines(struct host *host, const char *bytes, size_t length)
{
    for (;;) {
        const char *newline = memchr(bytes, '\n', length);
        size_t line = newline == NULL ? length : (size_t)(newline - bytes);
        text_clear(&host->buffer);
        text_add_escaped(&host->buffer, bytes, line, true);
        host->print(host->print_data, text_string(&host->buffer));
        if (newline == NULL) {
            return;
        }
        bytes = newline + 1;
        length -= line + 1;
    }
}

static int l_print(lua_State *L)
{
    struct host *host = host_of(L);
    int count = lua_gettop(L);
    luaL_Buffer line;
    luaL_buffinit(L, &line);
    for (int i = 1; i <= count; i++) {
        if (i > 1) {
            luaL_addchar(&line, '\t');
        }
        luaL_tolstring(L, i, NULL);
        luaL_addvalue(&line);
    }
    luaL_pushresult(&line);
    if (host->print != NULL) {
        size_t length = 0;
        const char *bytes = lua_tolstring(L, -1, &length);
        print_lines(host, bytes, length);
    }
    return 0;
}

/* --- the libraries --- */

static const char *const safe_base[] = {"assert", "error",    "ipairs",   "next",   "pairs",
                                        "pcall",  "rawequal", "rawget",   "rawlen", "rawset",
                                        "select", "tonumber", "tostring", "type"};
static const luaL_Reg replaced_base[] = {{"setmetatable", l_setmetatable},
                                         {"getmetatable", l_getmetatable},
                                         {"xpcall", l_xpcall},
                                         {"print", l_print},
                                         {"require", l_require},
                                         {NULL, NULL}};
static const char *const safe_os[] = {"date", "time", "clock"};

enum {
    SAFE_BASE = sizeof safe_base / sizeof safe_base[0],
    SAFE_OS = sizeof safe_os / sizeof safe_os[0],
    ROOM = 16 /* for the globals of an environment */
};

void sandbox_copy(lua_State *L, int index, int extra)
{
    index = lua_absindex(L, index);
    lua_createtable(L, 0, extra);
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
}

/* [from, to] copies these fields, and pops nothing. */
static void copy_fields(lua_State *L, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        lua_getfield(L, -2, names[i]);
        lua_setfield(L, -2, names[i]);
    }
}

/* Our own modules find each other by this require, and nothing else. */
static void open_own_libraries(lua_State *L)
{
    static const luaL_Reg libraries[] = {
        {LUA_GNAME, luaopen_base},       {LUA_STRLIBNAME, luaopen_string},
        {LUA_TABLIBNAME, luaopen_table}, {LUA_MATHLIBNAME, luaopen_math},
        {LUA_UTF8LIBNAME, luaopen_utf8}, {LUA_OSLIBNAME, luaopen_os},
    };
    for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
        luaL_requiref(L, libraries[i].name, libraries[i].func, 1);
        lua_pop(L, 1);
    }
    lua_pushcfunction(L, l_embedded_require);
    lua_setglobal(L, "require");
}

static void make_base(lua_State *L)
{
    lua_pushglobaltable(L);
    lua_createtable(L, 0, SAFE_BASE + 8);
    copy_fields(L, safe_base, SAFE_BASE);
    luaL_setfuncs(L, replaced_base, 0);
    slot_set(L, SLOT_BASE);
    lua_pop(L, 1);
}

/* A string's methods are found through its metatable, so string.dump must go from there too. */
static void make_libraries(lua_State *L)
{
    static const char *const whole[] = {LUA_STRLIBNAME, LUA_TABLIBNAME, LUA_MATHLIBNAME,
                                        LUA_UTF8LIBNAME};
    lua_getglobal(L, LUA_STRLIBNAME);
    lua_pushnil(L);
    lua_setfield(L, -2, "dump");
    lua_pop(L, 1);
    lua_createtable(L, 0, 5);
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        lua_getglobal(L, whole[i]);
        lua_setfield(L, -2, whole[i]);
    }
    lua_getglobal(L, LUA_OSLIBNAME);
    lua_createtable(L, 0, SAFE_OS);
    copy_fields(L, safe_os, SAFE_OS);
    lua_setfield(L, -3, LUA_OSLIBNAME);
    lua_pop(L, 1);
    slot_set(L, SLOT_LIBRARIES);
}

static void make_metatable_set(lua_State *L)
{
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    slot_set(L, SLOT_METATABLES);
}

void sandbox_open(lua_State *L)
{
    lua_pushboolean(L, 1); /* luaopen_package then ignores LUA_PATH and LUA_CPATH */
    lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");
    open_own_libraries(L);
    make_base(L);
    make_libraries(L);
    make_metatable_set(L);
    lua_newtable(L);
    slot_set(L, SLOT_LOADED);
}

/* --- environments --- */

/* Most revisions use little of what they may: an environment takes a function or a copy of a
 * library when it is first asked for it. The environments of one run, the revision's and its
 * helpers', share the copies. */

/* Pushes the run's copy of the library at the top, which is popped. */
static void copy_library(lua_State *L, const char *name)
{
    /* package is shared: its searchers know only the one. */
    if (strcmp(name, LUA_LOADLIBNAME) != 0) {
        sandbox_copy(L, -1, 32);
        lua_remove(L, -2);
    }
}

/* __index(environment, name). Upvalue: the run's environment. */
static int l_provide(lua_State *L)
{
    lua_settop(L, 2);
    if (lua_type(L, 2) != LUA_TSTRING) {
        return 0;
    }
    slot_push(L, SLOT_BASE);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_pushvalue(L, 2);
        if (lua_rawget(L, lua_upvalueindex(1)) == LUA_TNIL) {
            slot_push(L, SLOT_LIBRARIES);
            lua_pushvalue(L, 2);
            if (lua_rawget(L, -2) == LUA_TNIL) {
                return 1;
            }
            copy_library(L, lua_tostring(L, 2));
            lua_pushvalue(L, 2);
            lua_pushvalue(L, -2);
            lua_rawset(L, lua_upvalueindex(1));
        }
    }
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_rawset(L, 1);
    return 1;
}

/* Takes all that it has not taken yet. */
static void complete(lua_State *L, int environment)
{
    static const enum registry_slot slots[] = {SLOT_BASE, SLOT_LIBRARIES};
    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        slot_push(L, slots[i]);
        lua_pushnil(L);
        while (lua_next(L, -2) != 0) {
            (void)lua_getfield(L, environment, lua_tostring(L, -2));
            lua_pop(L, 2);
        }
        lua_pop(L, 1);
    }
}

/* __pairs(environment) */
static int l_environment_pairs(lua_State *L)
{
    complete(L, 1);
    slot_push(L, SLOT_BASE);
    lua_getfield(L, -1, "next");
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

static bool is_environment(lua_State *L, int index)
{
    if (lua_type(L, index) != LUA_TTABLE || lua_getmetatable(L, index) == 0) {
        return false;
    }
    bool found = lua_rawgetp(L, -1, &environment_key) != LUA_TNIL;
    lua_pop(L, 2);
    return found;
}

void sandbox_push(lua_State *L)
{
    lua_createtable(L, 0, ROOM);
    lua_createtable(L, 0, 4);
    lua_pushvalue(L, -2);
    lua_pushcclosure(L, l_provide, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, l_environment_pairs);
    lua_setfield(L, -2, "__pairs");
    lua_pushboolean(L, 1);
    lua_rawsetp(L, -2, &environment_key);
    lua_setmetatable(L, -2);
    if (host_of(L)->unsafe) { /* the full setmetatable knows nothing of this */
        complete(L, lua_gettop(L));
    }
}

void sandbox_push_copy(lua_State *L)
{
    slot_push(L, SLOT_RUN);
    sandbox_copy(L, -1, ROOM);
    if (lua_getmetatable(L, -2) != 0) {
        lua_setmetatable(L, -2);
    }
    lua_remove(L, -2);
}

/* --- unsafe = true --- */

/* load and its kin take the caller's environment as default, not the host's. Upvalues: the
 * original and the number of its environment argument. */
static int l_load_here(lua_State *L)
{
    int argument = (int)lua_tointeger(L, lua_upvalueindex(2));
    if (lua_gettop(L) < argument) {
        lua_settop(L, argument - 1);
        slot_push(L, SLOT_REVISION);
    }
    int count = lua_gettop(L);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, count, LUA_MULTRET);
    return lua_gettop(L);
}

static int l_dofile_here(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    if (luaL_loadfile(L, path) != LUA_OK) {
        return lua_error(L);
    }
    slot_push(L, SLOT_REVISION);
    lua_setupvalue(L, -2, 1);
    lua_call(L, 0, LUA_MULTRET);
    return lua_gettop(L) - 1;
}

static void wrap_load(lua_State *L, const char *name, int argument)
{
    lua_getglobal(L, name);
    lua_pushinteger(L, argument);
    lua_pushcclosure(L, l_load_here, 2);
    lua_setfield(L, -2, name);
}

void sandbox_open_unsafe(lua_State *L)
{
    static const char *const more_base[] = {"collectgarbage", "getmetatable", "setmetatable",
                                            "warn",           "xpcall",       "_VERSION"};
    static const luaL_Reg more[] = {
        {LUA_LOADLIBNAME, luaopen_package}, {LUA_COLIBNAME, luaopen_coroutine},
        {LUA_IOLIBNAME, luaopen_io},        {LUA_OSLIBNAME, luaopen_os},
        {LUA_DBLIBNAME, luaopen_debug},     {LUA_STRLIBNAME, luaopen_string},
    };
    struct host *host = host_of(L);
    if (host->unsafe) {
        return;
    }
    host->unsafe = true;
    state_watch_signals(host);
    lua_pushglobaltable(L);
    slot_push(L, SLOT_BASE);
    copy_fields(L, more_base, sizeof more_base / sizeof more_base[0]);
    wrap_load(L, "load", 4);
    wrap_load(L, "loadfile", 3);
    lua_pushcfunction(L, l_dofile_here);
    lua_setfield(L, -2, "dofile");
    lua_pop(L, 2);
    slot_push(L, SLOT_LIBRARIES);
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
        lua_pushcfunction(
            L, more[i].func); /* luaL_requiref would give the string library without dump */
        lua_pushstring(L, more[i].name);
        lua_call(L, 1, 1);
        lua_setfield(L, -2, more[i].name);
    }
    lua_pop(L, 1);
    lua_getglobal(L, "require");
    slot_set(L, SLOT_SYSTEM_REQUIRE);
    lua_pushcfunction(L, l_embedded_require); /* luaopen_package has set its own */
    lua_setglobal(L, "require");
}
