/* lua_same.c - module neap.same: deep equality of plain tables. A comparison of two snapshots
 * looks at every field of both, and most are the same.
 */
#include <lauxlib.h>
#include <stdbool.h>

#include "host/modules.h"

enum { DEEPEST = 100 };

/* The arguments. */
enum { ARG_A = 1, ARG_B, ARG_WITHOUT, ARG_NORMAL };

static bool same_tables(lua_State *L, int a, int b, int depth);

/* Texts may differ and mean the same. */
static bool same_texts(lua_State *L, int a, int b)
{
    if (lua_isnil(L, ARG_NORMAL) || lua_type(L, a) != LUA_TSTRING ||
        lua_type(L, b) != LUA_TSTRING) {
        return false;
    }
    lua_pushvalue(L, ARG_NORMAL);
    lua_pushvalue(L, a);
    lua_call(L, 1, 1);
    lua_pushvalue(L, ARG_NORMAL);
    lua_pushvalue(L, b);
    lua_call(L, 1, 1);
    bool same = lua_rawequal(L, -1, -2) != 0;
    lua_pop(L, 2);
    return same;
}

static bool same_values(lua_State *L, int a, int b, int depth)
{
    if (lua_rawequal(L, a, b) != 0) {
        return true;
    }
    if (lua_istable(L, a) && lua_istable(L, b)) {
        return same_tables(L, a, b, depth + 1);
    }
    return same_texts(L, a, b);
}

/* Is the key on top of the stack a field that does not count? Only those of the two tables that
 * were given are asked about. */
static bool is_without(lua_State *L, int depth)
{
    if (depth > 0 || lua_isnil(L, ARG_WITHOUT)) {
        return false;
    }
    lua_pushvalue(L, -1);
    bool found = lua_rawget(L, ARG_WITHOUT) != LUA_TNIL;
    lua_pop(L, 1);
    return found;
}

/* When all fields of a are in b, b has as many only if it has no others. */
static bool same_tables(lua_State *L, int a, int b, int depth)
{
    if (depth > DEEPEST) {
        return luaL_error(L, "tables within tables, more than %d deep", DEEPEST) != 0;
    }
    luaL_checkstack(L, LUA_MINSTACK, "tables");
    int top = lua_gettop(L);
    long fields = 0;
    for (lua_pushnil(L); lua_next(L, a) != 0; lua_settop(L, top + 1)) {
        lua_pushvalue(L, top + 1);
        if (is_without(L, depth)) {
            continue;
        }
        lua_rawget(L, b);
        if (!same_values(L, top + 2, top + 3, depth)) {
            lua_settop(L, top);
            return false;
        }
        fields++;
    }
    for (lua_pushnil(L); lua_next(L, b) != 0;) {
        lua_pop(L, 1);
        fields -= is_without(L, depth) ? 0 : 1;
    }
    return fields == 0;
}

/* same(a, b, without, normal) -> boolean. without: a set of fields of the two tables that do
 * not count; normal(text) -> text: what texts are compared by. Both may be nil. */
static int l_same(lua_State *L)
{
    luaL_checkany(L, ARG_B);
    lua_settop(L, ARG_NORMAL);
    lua_pushboolean(L, same_values(L, ARG_A, ARG_B, -1));
    return 1;
}

int luaopen_neap_same(lua_State *L)
{
    lua_pushcfunction(L, l_same);
    return 1;
}
