/* failure.c - struct error as a Lua error table, and back. The table's shape: lua/errors.lua.
 */
#include <lauxlib.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "host/state.h"

static const struct {
    enum error_kind kind;
    const char *name;
} kinds[] = {
    {ERROR_FAILED, "failed"},           {ERROR_USAGE, "usage"},
    {ERROR_PENDING, "pending"},         {ERROR_LOCKED, "locked"},
    {ERROR_UNREACHABLE, "unreachable"}, {ERROR_MISMATCH, "mismatch"},
    {ERROR_INTERRUPTED, "interrupted"},
};

enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

static const struct {
    const char *name;
    size_t offset;
} texts[] = {
    {"message", offsetof(struct error, message)}, {"at", offsetof(struct error, at)},
    {"via", offsetof(struct error, via)},         {"sql", offsetof(struct error, sql)},
    {"detail", offsetof(struct error, detail)},   {"advice", offsetof(struct error, advice)},
};

enum { TEXT_COUNT = sizeof texts / sizeof texts[0] };

static void set_true(lua_State *L, const char *name, bool value)
{
    if (value) {
        lua_pushboolean(L, 1);
        lua_setfield(L, -2, name);
    }
}

void failure_push(lua_State *L)
{
    const struct error *error = &host_of(L)->error;
    lua_createtable(L, 0, 8);
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (kinds[i].kind == error->kind) {
            lua_pushstring(L, kinds[i].name);
            lua_setfield(L, -2, "kind");
        }
    }
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        const struct text *text = (const struct text *)((const char *)error + texts[i].offset);
        if (text->length > 0) {
            lua_pushlstring(L, text->data, text->length);
            lua_setfield(L, -2, texts[i].name);
        }
    }
    if (error->sqlstate[0] != '\0') {
        lua_pushstring(L, error->sqlstate);
        lua_setfield(L, -2, "sqlstate");
    }
    if (error->position > 0) {
        lua_pushinteger(L, error->position);
        lua_setfield(L, -2, "position");
    }
    set_true(L, "retryable", error->retryable);
    set_true(L, "statement_ended_transaction", error->statement_ended_transaction);
    slot_push(L, SLOT_ERROR_METATABLE);
    lua_setmetatable(L, -2);
}

int failure_raise(lua_State *L)
{
    failure_push(L);
    return lua_error(L);
}

int failure_usage(lua_State *L, const char *format, ...)
{
    struct host *host = host_of(L);
    error_free(&host->error);
    host->error.kind = ERROR_USAGE;
    va_list arguments;
    va_start(arguments, format);
    text_vformat(&host->error.message, format, arguments);
    va_end(arguments);
    place_find(L, 0, &host->place);
    text_add(&host->error.at, text_string(&host->place.at));
    text_add(&host->error.via, text_string(&host->place.via));
    return failure_raise(L);
}

/* --- a statement's source --- */

const char *source_field(lua_State *L, int index, const char *name)
{
    lua_pushstring(L, name);
    return lua_rawget(L, index) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
}

struct db_source source_check(lua_State *L, int index)
{
    struct db_source source = {0};
    if (lua_istable(L, index)) {
        source.at = source_field(L, index, "at");
        source.via = source_field(L, index, "via");
        lua_pop(L, 2);
    }
    return source;
}

int failure_finish(lua_State *L, bool done, struct db_source source)
{
    struct host *host = host_of(L);
    if (done) {
        return 0;
    }
    if (host->error.kind == ERROR_NONE) {
        error_set(&host->error, ERROR_FAILED, "the session failed without a message");
    }
    if (host->error.at.length == 0) {
        text_add(&host->error.at, source.at);
        text_add(&host->error.via, source.via);
    }
    return failure_raise(L);
}

/* --- back --- */

/* Pushes table[name] without metamethods. */
static int raw_field(lua_State *L, int index, const char *name)
{
    lua_pushstring(L, name);
    return lua_rawget(L, index);
}

static bool raw_true(lua_State *L, int index, const char *name)
{
    raw_field(L, index, name);
    bool value = lua_toboolean(L, -1) != 0;
    lua_pop(L, 1);
    return value;
}

static enum error_kind read_kind(lua_State *L, int index, enum error_kind otherwise)
{
    enum error_kind kind = otherwise;
    if (raw_field(L, index, "kind") == LUA_TSTRING) {
        for (size_t i = 0; i < KIND_COUNT; i++) {
            if (strcmp(kinds[i].name, lua_tostring(L, -1)) == 0) {
                kind = kinds[i].kind;
            }
        }
    }
    lua_pop(L, 1);
    return kind;
}

static void read_table(lua_State *L, int index, struct error *error)
{
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        if (raw_field(L, index, texts[i].name) == LUA_TSTRING) {
            size_t length = 0;
            const char *bytes = lua_tolstring(L, -1, &length);
            text_append((struct text *)((char *)error + texts[i].offset), bytes, length);
        }
        lua_pop(L, 1);
    }
    if (raw_field(L, index, "sqlstate") == LUA_TSTRING) {
        size_t length = strlen(lua_tostring(L, -1));
        if (length < sizeof error->sqlstate) {
            memcpy(error->sqlstate, lua_tostring(L, -1), length + 1);
        }
    }
    if (raw_field(L, index, "position") == LUA_TNUMBER) {
        error->position = (long)lua_tointeger(L, -1);
    }
    lua_pop(L, 2);
    error->retryable = raw_true(L, index, "retryable");
    error->statement_ended_transaction = raw_true(L, index, "statement_ended_transaction");
}

/* Lua's message for what the sandbox leaves out ends with its name: say why it is not there. */
static void advise_absent(struct error *error)
{
    static const char unsafe[] =
        "It is left out of revisions, helpers and neap.lua; `unsafe = true` in neap.lua gives "
        "them io and the rest of os.";
    static const char never[] = "It is left out of revisions, helpers and neap.lua.";
    static const struct {
        const char *ending;
        const char *advice;
    } absent[] = {
        {"(global 'io')", unsafe},
        {"(field 'execute')", unsafe},
        {"(field 'exit')", unsafe},
        {"(field 'popen')", unsafe},
        {"(field 'remove')", unsafe},
        {"(field 'rename')", unsafe},
        {"(field 'tmpname')", unsafe},
        {"(field 'getenv')", "In neap.lua env.NAME reads the environment; a revision sees what "
                             "`-x KEY=VALUE` gives, as neap.x.KEY."},
        {"(global 'env')", "env is there in neap.lua only; a revision sees what `-x KEY=VALUE` "
                           "gives, as neap.x.KEY."},
        {"(global 'coroutine')", never},
        {"(global 'debug')", never},
        {"(global 'dofile')", never},
        {"(global 'load')", never},
        {"(global 'loadfile')", never},
        {"(global 'package')", never},
    };
    const char *message = text_string(&error->message);
    if (error->advice.length > 0 || strstr(message, "a nil value") == NULL) {
        return;
    }
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        if (string_ends_with(message, absent[i].ending)) {
            error_advise(error, "%s", absent[i].advice);
            return;
        }
    }
}

void failure_read(lua_State *L, int index, enum error_kind kind)
{
    struct host *host = host_of(L);
    struct error *error = &host->error;
    error->kind = kind;
    size_t length = 0;
    switch (lua_type(L, index)) {
    case LUA_TSTRING: {
        const char *message = lua_tolstring(L, index, &length);
        size_t prefix = host->place.prefix < length ? host->place.prefix : 0;
        text_append(&error->message, message + prefix, length - prefix);
        advise_absent(error);
        return;
    }
    case LUA_TTABLE:
        error->kind = read_kind(L, index, kind);
        read_table(L, index, error);
        if (error->message.length > 0) {
            return;
        }
        break;
    case LUA_TNIL:
        text_add(&error->message, "error() was called without a message");
        return;
    default:
        break;
    }
    if (lua_type(L, index) == LUA_TTABLE &&
        luaL_getmetafield(L, index, "__tostring") == LUA_TNIL) {
        text_add(&error->message, "error() was called with a table that has no message");
        return;
    }
    const char *message = luaL_tolstring(L, index, &length);
    text_append(&error->message, message, length);
}
