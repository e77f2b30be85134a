/* lua_queries.c - methods of the session that read rows.
 *
 * A driver calls back with rows while it holds resources, so no Lua error may pass through it:
 * rows are pushed under lua_pcall, and what went wrong is raised when the driver has returned.
 */
#include <lauxlib.h>

#include "host/state.h"

struct reading {
    lua_State *L;
    int rows; /* index of the list */
    lua_Integer count;
    const struct db_row *row;
    lua_CFunction append;
    int status; /* of the lua_pcall that failed; its error is on the stack */
};

void session_push_value(lua_State *L, const struct db_value *value)
{
    switch (value->kind) {
    case DB_INTEGER:
        lua_pushinteger(L, value->integer);
        break;
    case DB_REAL:
        lua_pushnumber(L, value->real);
        break;
    case DB_BOOLEAN:
        lua_pushboolean(L, value->integer != 0);
        break;
    case DB_TEXT:
    case DB_BYTES:
        lua_pushlstring(L, value->text, value->length);
        break;
    default:
        lua_pushnil(L);
    }
}

/* [reading, rows]: appends the row. */
static int l_append_row(lua_State *L)
{
    struct reading *reading = lua_touserdata(L, 1);
    const struct db_row *row = reading->row;
    lua_createtable(L, 0, (int)row->count);
    for (size_t i = 0; i < row->count; i++) {
        lua_pushstring(L, row->names[i]);
        session_push_value(L, &row->values[i]);
        lua_rawset(L, -3);
    }
    lua_rawseti(L, 2, ++reading->count);
    return 0;
}

/* [reading, rows]: appends the row as a list. */
static int l_append_list(lua_State *L)
{
    struct reading *reading = lua_touserdata(L, 1);
    const struct db_row *row = reading->row;
    lua_createtable(L, (int)row->count, 0);
    for (size_t i = 0; i < row->count; i++) {
        if (row->values[i].kind != DB_NULL) { /* most values of a catalog */
            session_push_value(L, &row->values[i]);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
    }
    lua_rawseti(L, 2, ++reading->count);
    return 0;
}

/* Called by the driver. Pushing a light C function or userdata cannot fail; the stack has room.
 */
static bool on_row(void *data, const struct db_row *row)
{
    struct reading *reading = data;
    lua_State *L = reading->L;
    reading->row = row;
    lua_pushcfunction(L, reading->append);
    lua_pushlightuserdata(L, reading);
    lua_pushvalue(L, reading->rows);
    reading->status = lua_pcall(L, 2, 0, 0);
    return reading->status == LUA_OK;
}

static int query(lua_State *L, lua_CFunction append)
{
    struct session *session = session_check(L);
    struct host *host = host_of(L);
    struct db_statement statement = {.source = source_check(L, 4)};
    statement.sql = session_check_sql(L, 2, statement.source);
    statement.params = session_push_params(L, 3, statement.source, &statement.param_count);
    lua_newtable(L);
    luaL_checkstack(L, 8, "rows");
    struct reading reading = {.L = L, .rows = lua_gettop(L), .append = append};
    bool done = session_query(session, &statement, on_row, &reading, &host->error);
    if (reading.status != LUA_OK) {
        return lua_error(L);
    }
    if (!done) {
        return failure_finish(L, false, statement.source);
    }
    lua_settop(L, reading.rows);
    return 1;
}

int l_session_query(lua_State *L)
{
    return query(L, l_append_row);
}

int l_session_rows(lua_State *L)
{
    return query(L, l_append_list);
}

int l_session_attempt(lua_State *L)
{
    struct session *session = session_check(L);
    struct host *host = host_of(L);
    struct db_statement statement = {.source = source_check(L, 3)};
    statement.sql = session_check_sql(L, 2, statement.source);
    lua_newtable(L);
    luaL_checkstack(L, 8, "rows");
    struct reading reading = {.L = L, .rows = lua_gettop(L), .append = l_append_row};
    bool done = session_attempt(session, &statement, on_row, &reading, &host->error);
    if (reading.status != LUA_OK) {
        return lua_error(L);
    }
    if (!done && (host->error.kind == ERROR_INTERRUPTED || session_failure(session) != NULL)) {
        return failure_finish(L, false, statement.source);
    }
    if (!done) {
        lua_pushnil(L);
        failure_push(L);
        return 2;
    }
    lua_settop(L, reading.rows);
    return 1;
}

/* --- several queries at once --- */

struct asking {
    lua_State *L;
    int takers; /* index of the list of functions */
    int status; /* of the first lua_pcall that failed; its error is on the stack */
};

/* One query of them. */
struct asked {
    struct asking *asking;
    lua_Integer number;
    const char *sql;
};

/* [row, function]: calls it with the row's values. */
static int l_take_row(lua_State *L)
{
    const struct db_row *row = lua_touserdata(L, 1);
    luaL_checkstack(L, (int)row->count, "columns");
    for (size_t i = 0; i < row->count; i++) {
        session_push_value(L, &row->values[i]);
    }
    lua_call(L, (int)row->count, 0);
    return 0;
}

/* Called by the driver, as on_row. */
static bool on_asked_row(void *data, const struct db_row *row)
{
    const struct asked *asked = data;
    struct asking *asking = asked->asking;
    if (asking->status == LUA_OK) {
        lua_pushcfunction(asking->L, l_take_row);
        lua_pushlightuserdata(asking->L, (void *)row);
        lua_rawgeti(asking->L, asking->takers, asked->number);
        asking->status = lua_pcall(asking->L, 2, 0, 0);
    }
    return asking->status == LUA_OK;
}

/* The list at 2 as an array in userdata, and its functions as a list. Both are pushed. */
static struct asked *push_asked(lua_State *L, struct asking *asking, struct db_source source,
                                lua_Integer count)
{
    struct asked *asked = lua_newuserdatauv(L, ((size_t)count + 1) * sizeof *asked, 0);
    lua_createtable(L, (int)count, 0);
    *asking = (struct asking){.L = L, .takers = lua_gettop(L)};
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, 2, i);
        luaL_checktype(L, -1, LUA_TTABLE);
        lua_rawgeti(L, -1, 2);
        lua_rawseti(L, asking->takers, i);
        lua_rawgeti(L, -1, 1);
        asked[i - 1] = (struct asked){
            .asking = asking, .number = i, .sql = session_check_sql(L, -1, source)};
        lua_pop(L, 2); /* the list keeps them */
    }
    return asked;
}

/* Whatever happens in between, at the end no answer is on its way that has lost its reader. */
int l_session_ask(lua_State *L)
{
    struct session *session = session_check(L);
    struct host *host = host_of(L);
    luaL_checktype(L, 2, LUA_TTABLE);
    struct db_source source = source_check(L, 3);
    lua_settop(L, 4);
    struct asking asking;
    lua_Integer count = (lua_Integer)lua_rawlen(L, 2);
    struct asked *asked = push_asked(L, &asking, source, count);
    luaL_checkstack(L, 8, "rows");
    bool sent = true;
    for (lua_Integer i = 0; i < count && sent; i++) {
        const struct db_statement statement = {.sql = asked[i].sql, .source = source};
        sent = session_ask(session, &statement, on_asked_row, &asked[i], &host->error);
    }
    if (sent && asking.status == LUA_OK && !lua_isnil(L, 4)) {
        lua_pushvalue(L, 4);
        asking.status = lua_pcall(L, 0, 0, 0);
    }
    bool done = sent && session_answers(session, &host->error);
    if (asking.status != LUA_OK) {
        return lua_error(L);
    }
    return failure_finish(L, done, source);
}
