/* lua_host.c - module neap.host: this folder as specs see it, in `neap lua` only.
 *
 *     local host = require("neap.host")
 *     local h, err = host.open({ config = "dir/neap.lua" })   -- nil, error table
 *     h.config, h.prints                 -- struct config as a table; what neap.lua printed
 *     h:run({ path = "m/a.lua", text = "...", dialect = "sqlite" })  -- offline: { ok, error,
 * sql, prints, files } h:run({ ..., url = "sqlite::memory:" })                  -- in a
 * transaction, committed when ok h:hook("after_write", { "path", "m/a.lua" })             -- {
 * ok, error, prints } h:close()
 *
 * The host under test has a state of its own: an error in it must not reach this one.
 */
#include <lauxlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "host/modules.h"
#include "host/state.h"

#define TESTED "neap.host"

struct tested {
    struct host *host;
    struct config config;
    struct list prints;
    struct text script;
    struct error error;
    struct session *session;
};

static struct tested *check_tested(lua_State *L)
{
    struct tested *tested = luaL_checkudata(L, 1, TESTED);
    if (tested->host == NULL) {
        luaL_error(L, "the host is closed");
    }
    return tested;
}

static int l_close(lua_State *L)
{
    struct tested *tested = luaL_checkudata(L, 1, TESTED);
    session_free(tested->session);
    host_free(tested->host);
    config_free(&tested->config);
    list_free(&tested->prints);
    text_free(&tested->script);
    error_free(&tested->error);
    *tested = (struct tested){0};
    return 0;
}

static void on_print(void *data, const char *line)
{
    list_add(data, line);
}

/* Pushes error as a table with the kind's number's name. */
static void push_error(lua_State *L, const struct error *error)
{
    struct host *host = host_of(L);
    error_copy(&host->error, error);
    failure_push(L);
}

static void push_strings(lua_State *L, const struct list *list)
{
    lua_createtable(L, (int)list->count, 0);
    for (size_t i = 0; i < list->count; i++) {
        lua_pushstring(L, list->items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static const char *option(lua_State *L, int index, const char *name)
{
    lua_getfield(L, index, name);
    return lua_tostring(L, -1); /* stays on the stack: the string lives on */
}

/* --- open --- */

static void read_pairs(lua_State *L, int index, struct list *names, struct list *values)
{
    if (lua_getfield(L, index, "x") != LUA_TTABLE) {
        return;
    }
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        list_add(names, lua_tostring(L, -2));
        list_add(values, lua_tostring(L, -1));
    }
}

static void push_config(lua_State *L, const struct config *config)
{
    config_push(L, config);
    lua_pushstring(L, config->url);
    lua_setfield(L, -2, "url");
    lua_pushstring(L, config->path);
    lua_setfield(L, -2, "path");
    lua_pushstring(L, config->directory);
    lua_setfield(L, -2, "directory");
    push_strings(L, &config->setting_names);
    lua_setfield(L, -2, "setting_names");
}

/* open(options) -> host, or nil, error */
static int l_open(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    struct tested *tested = lua_newuserdatauv(L, sizeof *tested, 1);
    *tested = (struct tested){0};
    luaL_setmetatable(L, TESTED);
    struct config_request request = {.config_path = option(L, 1, "config"),
                                     .environment = option(L, 1, "environment"),
                                     .url = option(L, 1, "url"),
                                     .dialect = option(L, 1, "dialect")};
    lua_getfield(L, 1, "optional");
    request.optional = lua_toboolean(L, -1) != 0;
    tested->host = host_new(&tested->error);
    if (tested->host == NULL) {
        push_error(L, &tested->error);
        return lua_error(L);
    }
    host_set_print(tested->host, on_print, &tested->prints);
    read_pairs(L, 1, &request.x_names, &request.x_values);
    bool loaded = host_load_config(tested->host, &request, &tested->config, &tested->error);
    list_free(&request.x_names);
    list_free(&request.x_values);
    if (!loaded) {
        lua_pushnil(L);
        push_error(L, &tested->error);
        return 2;
    }
    push_config(L, &tested->config);
    lua_setiuservalue(L, 2, 1);
    lua_settop(L, 2);
    return 1;
}

/* --- run --- */

static bool write_script(void *data, const char *bytes, size_t length)
{
    text_append(data, bytes, length);
    return true;
}

static struct session *open_session(struct tested *tested, const char *url, const char *dialect)
{
    if (url == NULL) {
        return session_new(&db_script, db_script_open(dialect, write_script, &tested->script),
                           dialect);
    }
    const struct db_driver *driver = db_driver_for(url);
    struct db_settings settings = {.busy_timeout_ms = 1000, .result_limit = 64000000};
    struct db_connection *connection =
        driver == NULL ? NULL : driver->connect(url, &settings, &tested->error);
    if (connection == NULL) {
        error_set(&tested->error, ERROR_USAGE, "no driver for this URL");
        return NULL;
    }
    struct session *session = session_new(driver, connection, db_dialect_of(url));
    if (!driver->ready(connection, &tested->error) ||
        !session_sql(session, session_begin_sql(session), &tested->error)) {
        session_free(session);
        return NULL;
    }
    return session;
}

static bool run(struct tested *tested, const struct host_call *call)
{
    session_start_revision(call->session);
    bool done = host_run_revision(tested->host, call, &tested->error) &&
                session_flush(call->session, &tested->error);
    if (!session_offline(call->session)) {
        struct error ignored = {0};
        (void)session_sql(call->session, done ? "COMMIT" : "ROLLBACK", &ignored);
        (void)session_flush(call->session, &ignored);
        error_free(&ignored);
    }
    return done;
}

static void push_files(lua_State *L, const struct host *host)
{
    size_t count = 0;
    const struct host_file *files = host_files(host, &count);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_createtable(L, 0, 4);
        lua_pushstring(L, files[i].kind);
        lua_setfield(L, -2, "kind");
        lua_pushstring(L, files[i].path);
        lua_setfield(L, -2, "path");
        lua_pushlstring(L, files[i].text, files[i].length);
        lua_setfield(L, -2, "text");
        lua_pushstring(L, files[i].hash);
        lua_setfield(L, -2, "hash");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static int push_outcome(lua_State *L, struct tested *tested, bool done)
{
    lua_createtable(L, 0, 5);
    lua_pushboolean(L, done);
    lua_setfield(L, -2, "ok");
    push_strings(L, &tested->prints);
    lua_setfield(L, -2, "prints");
    lua_pushlstring(L, text_string(&tested->script), tested->script.length);
    lua_setfield(L, -2, "sql");
    push_files(L, tested->host);
    lua_setfield(L, -2, "files");
    if (!done) {
        push_error(L, &tested->error);
        lua_setfield(L, -2, "error");
    }
    return 1;
}

static void clear(struct tested *tested)
{
    list_clear(&tested->prints);
    text_clear(&tested->script);
    error_free(&tested->error);
}

/* host:run({ path, text, ["function"], dialect, url, now, times }) -> outcome */
static int l_run(lua_State *L)
{
    struct tested *tested = check_tested(L);
    luaL_checktype(L, 2, LUA_TTABLE);
    struct host_call call = {.config = &tested->config};
    size_t length = 0;
    lua_getfield(L, 2, "text");
    call.text = luaL_checklstring(L, -1, &length);
    call.length = length;
    call.path = option(L, 2, "path");
    call.function = option(L, 2, "function");
    call.now = option(L, 2, "now");
    lua_getfield(L, 2, "times");
    lua_Integer times = luaL_optinteger(L, -1, 1);
    const char *url = option(L, 2, "url");
    const char *dialect = option(L, 2, "dialect");
    call.path = call.path == NULL ? "migrations/a.lua" : call.path;
    call.function = call.function == NULL ? "upgrade" : call.function;
    call.now = call.now == NULL ? "2026-11-22T06:50:00Z" : call.now;
    clear(tested);
    session_free(tested->session);
    tested->session = open_session(tested, url, dialect == NULL ? "postgresql" : dialect);
    bool done = tested->session != NULL;
    call.session = tested->session;
    lua_getfield(L, 2, "memory");
    if (lua_isinteger(L, -1)) {
        tested->host->memory_limit = tested->host->memory_used + (size_t)lua_tointeger(L, -1);
    }
    for (lua_Integer i = 0; done && i < times; i++) {
        done = run(tested, &call);
    }
    tested->host->memory_limit = HOST_MEMORY_LIMIT;
    return push_outcome(L, tested, done);
}

/* host:hook(name, { field, value, ... }) -> outcome */
static int l_hook(lua_State *L)
{
    struct tested *tested = check_tested(L);
    const char *name = luaL_checkstring(L, 2);
    const char *fields[17] = {NULL};
    luaL_checktype(L, 3, LUA_TTABLE);
    luaL_checkstack(L, 16, "fields");
    for (lua_Integer i = 1; i <= 16 && lua_geti(L, 3, i) == LUA_TSTRING; i++) {
        fields[i - 1] = lua_tostring(L, -1);
    }
    clear(tested);
    return push_outcome(L, tested, host_run_hook(tested->host, name, fields, &tested->error));
}

static int l_index(lua_State *L)
{
    const struct tested *tested = luaL_checkudata(L, 1, TESTED);
    if (strcmp(luaL_checkstring(L, 2), "config") == 0) {
        lua_getiuservalue(L, 1, 1);
        return 1;
    }
    if (strcmp(lua_tostring(L, 2), "prints") == 0) {
        push_strings(L, &tested->prints);
        return 1;
    }
    lua_getfield(L, lua_upvalueindex(1), lua_tostring(L, 2));
    return 1;
}

/* catch_signals(): as main does for the other commands. */
static int l_catch_signals(lua_State *L)
{
    (void)L;
    interrupt_install();
    return 0;
}

int luaopen_neap_host(lua_State *L)
{
    static const luaL_Reg methods[] = {
        {"run", l_run}, {"hook", l_hook}, {"close", l_close}, {NULL, NULL}};
    static const luaL_Reg functions[] = {
        {"open", l_open}, {"catch_signals", l_catch_signals}, {NULL, NULL}};
    if (luaL_newmetatable(L, TESTED) != 0) {
        luaL_newlib(L, methods);
        lua_pushcclosure(L, l_index, 1);
        lua_setfield(L, -2, "__index");
        lua_pushcfunction(L, l_close);
        lua_setfield(L, -2, "__gc");
        lua_pushcfunction(L, l_close);
        lua_setfield(L, -2, "__close");
    }
    lua_pop(L, 1);
    /* Errors of the tested host are shown with the metatable of lua/errors.lua. */
    lua_getglobal(L, "require");
    lua_pushliteral(L, "neap.errors");
    lua_call(L, 1, 1);
    lua_getfield(L, -1, "metatable");
    slot_set(L, SLOT_ERROR_METATABLE);
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    return 1;
}
