/* lua_json.c - Lua values to JSON and back.
 *
 * A table is an array when it has elements or is marked by run.array, and an object
 * otherwise; keys are sorted, so that a document is always written the same way.
 */
#include <lauxlib.h>
#include <math.h>

#include "base/json.h"
#include "base/list.h"
#include "host/state.h"

#define ARRAY "neap.array"

enum { DEEPEST = 64 };

int l_mark_array(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_newmetatable(L, ARRAY);
    lua_setmetatable(L, 1);
    lua_settop(L, 1);
    return 1;
}

/* --- Lua -> JSON. Raises no Lua error: the JSON made so far would be lost. --- */

static json_t *read_value(lua_State *L, int depth);

static json_t *read_string(lua_State *L)
{
    size_t length = 0;
    const char *string = lua_tolstring(L, -1, &length);
    return json_bytes(string, length);
}

static bool is_array(lua_State *L)
{
    if (lua_rawlen(L, -1) > 0) {
        return true;
    }
    bool marked = false;
    if (lua_getmetatable(L, -1) != 0) {
        lua_getfield(L, LUA_REGISTRYINDEX, ARRAY);
        marked = lua_rawequal(L, -1, -2) != 0;
        lua_pop(L, 2);
    }
    return marked;
}

static json_t *read_array(lua_State *L, int depth)
{
    json_t *array = json_array();
    lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, -1, i);
        json_array_append_new(array, read_value(L, depth));
        lua_pop(L, 1);
    }
    return array;
}

static json_t *read_object(lua_State *L, int depth)
{
    struct list keys = {0};
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) == LUA_TSTRING) {
            list_add(&keys, lua_tostring(L, -2));
        }
    }
    list_sort(&keys);
    json_t *object = json_object();
    for (size_t i = 0; i < keys.count; i++) {
        lua_pushstring(L, keys.items[i]);
        lua_rawget(L, -2);
        json_object_set_new(object, keys.items[i], read_value(L, depth));
        lua_pop(L, 1);
    }
    list_free(&keys);
    return object;
}

static json_t *read_value(lua_State *L, int depth)
{
    switch (lua_type(L, -1)) {
    case LUA_TSTRING:
        return read_string(L);
    case LUA_TBOOLEAN:
        return json_boolean(lua_toboolean(L, -1));
    case LUA_TNUMBER:
        if (lua_isinteger(L, -1)) {
            return json_integer(lua_tointeger(L, -1));
        }
        return isfinite(lua_tonumber(L, -1)) ? json_real(lua_tonumber(L, -1)) : json_null();
    case LUA_TTABLE:
        if (depth >= DEEPEST || lua_checkstack(L, 8) == 0) {
            return json_null();
        }
        return is_array(L) ? read_array(L, depth + 1) : read_object(L, depth + 1);
    default:
        return json_null();
    }
}

json_t *json_read(lua_State *L, int index)
{
    lua_pushvalue(L, index);
    json_t *value = read_value(L, 0);
    lua_pop(L, 1);
    return value;
}

/* --- JSON -> Lua --- */

void json_push(lua_State *L, const json_t *value)
{
    luaL_checkstack(L, 8, "JSON");
    switch (value == NULL ? JSON_NULL : json_typeof(value)) {
    case JSON_OBJECT: {
        const char *key = NULL;
        json_t *item = NULL;
        lua_newtable(L);
        json_object_foreach((json_t *)value, key, item)
        {
            json_push(L, item);
            lua_setfield(L, -2, key);
        }
        return;
    }
    case JSON_ARRAY:
        lua_createtable(L, (int)json_array_size(value), 0);
        for (size_t i = 0; i < json_array_size(value); i++) {
            json_push(L, json_array_get(value, i));
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        return;
    case JSON_STRING:
        lua_pushlstring(L, json_string_value(value), json_string_length(value));
        return;
    case JSON_INTEGER:
        lua_pushinteger(L, json_integer_value(value));
        return;
    case JSON_REAL:
        lua_pushnumber(L, json_real_value(value));
        return;
    case JSON_TRUE:
    case JSON_FALSE:
        lua_pushboolean(L, json_is_true(value));
        return;
    default:
        lua_pushnil(L);
    }
}
