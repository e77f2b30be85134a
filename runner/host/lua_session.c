/* lua_session.c - the session as our op module sees it: run.session. Its queries are in
 * lua_queries.c, the rows that it sends in lua_rows.c.
 */
#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "host/state.h"

#define SESSION "neap.session"

/* The userdata: dead when the revision is over. */
struct box {
    struct session *session;
    bool owned;
};

struct session *session_check(lua_State *L)
{
    const struct box *box = luaL_checkudata(L, 1, SESSION);
    struct host *host = host_of(L);
    error_free(&host->error);
    if (box->session == NULL) {
        failure_usage(L, "op was called after its revision was over");
    }
    return box->session;
}

const char *session_check_sql(lua_State *L, int index, struct db_source source)
{
    size_t length = 0;
    const char *sql = luaL_checklstring(L, index, &length);
    if (strlen(sql) != length) {
        struct host *host = host_of(L);
        error_set(&host->error, ERROR_FAILED, "a NUL byte in SQL text");
        text_add(&host->error.at, source.at);
        text_add(&host->error.via, source.via);
        failure_raise(L);
    }
    return sql;
}

/* --- parameters --- */

static int refuse_parameter(lua_State *L, lua_Integer number, struct db_source source,
                            const char *why)
{
    struct host *host = host_of(L);
    error_set(&host->error, ERROR_USAGE, "parameter %lld: %s", (long long)number, why);
    text_add(&host->error.at, source.at);
    text_add(&host->error.via, source.via);
    return failure_raise(L);
}

static void read_string(lua_State *L, struct db_value *value, enum db_kind kind)
{
    value->kind = kind;
    value->text = lua_tolstring(L, -1, &value->length);
}

/* The value on top of the stack; its bytes live as long as the params table. */
static const char *read_value(lua_State *L, struct db_value *value)
{
    switch (lua_type(L, -1)) {
    case LUA_TSTRING:
        read_string(L, value, DB_TEXT);
        return strlen(value->text) == value->length
                   ? NULL
                   : "a NUL byte in a string; use op.bytes(s) for binary data";
    case LUA_TNUMBER:
        if (lua_isinteger(L, -1)) {
            value->kind = DB_INTEGER;
            value->integer = lua_tointeger(L, -1);
        } else {
            value->kind = DB_REAL;
            value->real = lua_tonumber(L, -1);
        }
        return NULL;
    case LUA_TBOOLEAN:
        value->kind = DB_BOOLEAN;
        value->integer = lua_toboolean(L, -1);
        return NULL;
    case LUA_TNIL:
    case LUA_TLIGHTUSERDATA: /* op.null */
        value->kind = DB_NULL;
        return NULL;
    case LUA_TTABLE:
        lua_pushliteral(L, "bytes");
        if (lua_rawget(L, -2) == LUA_TSTRING) {
            read_string(L, value, DB_BYTES);
            lua_pop(L, 1);
            return NULL;
        }
        lua_pop(L, 1);
        break;
    default:
        break;
    }
    return "expected a string, number, boolean, op.null or op.bytes(s)";
}

const struct db_value *session_push_params(lua_State *L, int index, struct db_source source,
                                           size_t *count)
{
    lua_Integer length = 0;
    if (!lua_isnoneornil(L, index)) {
        luaL_checktype(L, index, LUA_TTABLE);
        lua_pushliteral(L, "n");
        length = lua_rawget(L, index) == LUA_TNUMBER ? lua_tointeger(L, -1)
                                                     : (lua_Integer)lua_rawlen(L, index);
        lua_pop(L, 1);
    }
    if (length < 0 || length > 65535) {
        refuse_parameter(L, length, source, "more than 65535 cannot be sent");
    }
    *count = (size_t)length;
    struct db_value *values = lua_newuserdatauv(L, (*count + 1) * sizeof *values, 0);
    for (lua_Integer i = 1; i <= length; i++) {
        values[i - 1] = (struct db_value){0};
        lua_rawgeti(L, index, i);
        const char *why = read_value(L, &values[i - 1]);
        if (why != NULL) {
            refuse_parameter(L, i, source, why);
        }
        lua_pop(L, 1);
    }
    return values;
}

/* --- statements --- */

/* session:text(sql, source, options) */
static int l_text(lua_State *L)
{
    struct session *session = session_check(L);
    size_t length = 0;
    const char *text = luaL_checklstring(L, 2, &length);
    struct db_source source = source_check(L, 3);
    const char *file = NULL;
    unsigned flags = 0;
    if (lua_istable(L, 4)) {
        file = source_field(L, 4, "file");
        lua_pushliteral(L, "ignore_transaction");
        lua_rawget(L, 4);
        flags = lua_toboolean(L, -1) != 0 ? SESSION_IGNORE_TRANSACTION : 0;
        lua_pushliteral(L, "many");
        lua_rawget(L, 4);
        flags |= lua_toboolean(L, -1) != 0 ? SESSION_MANY : 0;
    }
    return failure_finish(
        L, session_run_text(session, text, length, file, source, flags, &host_of(L)->error),
        source);
}

/* session:run(sql, params, source) */
static int l_run(lua_State *L)
{
    struct session *session = session_check(L);
    struct db_statement statement = {.source = source_check(L, 4)};
    statement.sql = session_check_sql(L, 2, statement.source);
    statement.params = session_push_params(L, 3, statement.source, &statement.param_count);
    return failure_finish(L, session_run(session, &statement, &host_of(L)->error),
                          statement.source);
}

/* --- the rebuild of a table: see session.h --- */

/* session:passed() -> boolean: has an earlier run completed the next statement? */
static int l_passed(lua_State *L)
{
    lua_pushboolean(L, session_passed(session_check(L)));
    return 1;
}

/* session:rebuild(begin, source) */
static int l_rebuild(lua_State *L)
{
    struct session *session = session_check(L);
    bool begin = lua_toboolean(L, 2) != 0;
    return failure_finish(L, session_rebuild(session, begin, &host_of(L)->error),
                          source_check(L, 3));
}

/* session:check_later(query, cleanup, source) */
static int l_check_later(lua_State *L)
{
    struct session *session = session_check(L);
    struct db_source source = source_check(L, 4);
    const char *query = session_check_sql(L, 2, source);
    session_add_check(session, query, luaL_optstring(L, 3, NULL), source);
    return 0;
}

/* --- transactions --- */

/* session:savepoint(source) */
static int l_savepoint(lua_State *L)
{
    struct session *session = session_check(L);
    struct host *host = host_of(L);
    return failure_finish(L, session_savepoint(session, &host->error), source_check(L, 2));
}

/* session:release() -> true | false, err */
static int l_release(lua_State *L)
{
    struct session *session = session_check(L);
    struct host *host = host_of(L);
    if (session_release(session, &host->error)) {
        lua_pushboolean(L, 1);
        return 1;
    }
    lua_pushboolean(L, 0);
    failure_push(L);
    return 2;
}

/* session:rollback_to() */
static int l_rollback_to(lua_State *L)
{
    struct session *session = session_check(L);
    struct host *host = host_of(L);
    bool done = session_rollback_to(session, &host->error);
    if (session_failure(session) == NULL) {
        error_free(&host->cause);
    }
    return failure_finish(L, done, (struct db_source){0});
}

/* session:commit(source) */
static int l_commit(lua_State *L)
{
    struct session *session = session_check(L);
    return failure_finish(L, session_commit_step(session, &host_of(L)->error),
                          source_check(L, 2));
}

/* session:autocommit(begin, source) */
static int l_autocommit(lua_State *L)
{
    struct session *session = session_check(L);
    bool begin = lua_toboolean(L, 2) != 0;
    return failure_finish(L, session_autocommit(session, begin, &host_of(L)->error),
                          source_check(L, 3));
}

/* session:keep(text): goes into the journal with the next step */
static int l_keep(lua_State *L)
{
    struct session *session = session_check(L);
    size_t length = 0;
    const char *text = luaL_checklstring(L, 2, &length);
    luaL_argcheck(L, strlen(text) == length, 2, "a NUL byte");
    session_keep(session, text);
    return 0;
}

/* session:kept() -> what an earlier run kept with the step that ends with the next statement */
static int l_kept(lua_State *L)
{
    const char *kept = session_kept(session_check(L));
    if (kept == NULL) {
        return 0;
    }
    lua_pushstring(L, kept);
    return 1;
}

/* session:in_transaction() -> false in a part that runs without one */
static int l_in_transaction(lua_State *L)
{
    lua_pushboolean(L, session_in_transaction(session_check(L)));
    return 1;
}

/* session:changes() -> what the revision has changed so far: see sql/changes.h */
static int l_changes(lua_State *L)
{
    const struct text *changes = session_changes(session_check(L));
    lua_pushlstring(L, changes->length == 0 ? "" : changes->data, changes->length);
    return 1;
}

/* session:note(lines): more of them, found out by other means */
static int l_note(lua_State *L)
{
    session_note_lines(session_check(L), luaL_checkstring(L, 2));
    return 0;
}

static const luaL_Reg session_methods[] = {{"changes", l_changes},
                                           {"note", l_note},
                                           {"text", l_text},
                                           {"run", l_run},
                                           {"attempt", l_session_attempt},
                                           {"passed", l_passed},
                                           {"rebuild", l_rebuild},
                                           {"check_later", l_check_later},
                                           {"group", l_session_group},
                                           {"copy_rows", l_session_copy_rows},
                                           {"insert_rows", l_session_insert_rows},
                                           {"query", l_session_query},
                                           {"rows", l_session_rows},
                                           {"ask", l_session_ask},
                                           {"savepoint", l_savepoint},
                                           {"release", l_release},
                                           {"rollback_to", l_rollback_to},
                                           {"commit", l_commit},
                                           {"autocommit", l_autocommit},
                                           {"in_transaction", l_in_transaction},
                                           {"keep", l_keep},
                                           {"kept", l_kept},
                                           {NULL, NULL}};

static void box_close(struct box *box)
{
    if (box->owned) {
        session_free(box->session);
    }
    box->session = NULL;
}

static int l_collect(lua_State *L)
{
    box_close(luaL_checkudata(L, 1, SESSION));
    return 0;
}

static struct box *push_box(lua_State *L)
{
    struct box *box = lua_newuserdatauv(L, sizeof *box, 0);
    *box = (struct box){0};
    if (luaL_newmetatable(L, SESSION) != 0) {
        luaL_newlib(L, session_methods);
        lua_setfield(L, -2, "__index");
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
        lua_pushcfunction(L, l_collect);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return box;
}

void session_push(lua_State *L, struct session *session)
{
    push_box(L)->session = session;
    lua_pushvalue(L, -1);
    slot_set(L, SLOT_SESSION);
}

struct session **session_push_owned(lua_State *L)
{
    struct box *box = push_box(L);
    box->owned = true;
    return &box->session;
}

void session_close_owned(lua_State *L, int index)
{
    struct box *box = luaL_checkudata(L, index, SESSION);
    if (box->owned) {
        box_close(box);
    }
}

void session_end(struct host *host)
{
    if (slot_push(host->L, SLOT_SESSION) == LUA_TUSERDATA) {
        struct box *box = lua_touserdata(host->L, -1);
        box->session = NULL;
    }
    lua_pop(host->L, 1);
}
