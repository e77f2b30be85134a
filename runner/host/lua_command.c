/* lua_command.c - schema commands: lua/commands/NAME.lua, called with a run of its own. */
#include <lauxlib.h>
#include <string.h>

#include "base/memory.h"
#include "host/state.h"

struct command_run {
    struct host_command *command;
    struct host_call call;
};

static struct host_command *command_of(lua_State *L)
{
    return lua_touserdata(L, lua_upvalueindex(1));
}

/* run.warn(message): a line on stderr */
static int l_warn(lua_State *L)
{
    const struct host_command *command = command_of(L);
    const char *message = luaL_checkstring(L, 1);
    if (command->warning != NULL) {
        command->warning(command->data, message);
    }
    return 0;
}

/* Connects, and begins a transaction. */
static bool open_session(struct session **session, const char *url, bool read_only,
                         struct error *error)
{
    const struct db_driver *driver = db_driver_find(url, error);
    if (driver == NULL) {
        return false;
    }
    const struct db_settings settings = {.application_name = "neap",
                                         .read_only = read_only,
                                         .busy_timeout_ms = 60000,
                                         .result_limit = (size_t)256 * 1024 * 1024};
    struct db_connection *connection = driver->connect(url, &settings, error);
    if (connection == NULL) {
        return false;
    }
    *session = session_new(driver, connection, db_dialect_of(url));
    return driver->ready(connection, error) &&
           session_sql(*session, read_only ? "BEGIN" : session_begin_sql(*session), error) &&
           session_flush(*session, error);
}

/* run.open(url, { read_only = true }) -> a run for another database: dialect, session, op and
 * the like, in a transaction of its own that ends with the command, undone. */
static int l_open(lua_State *L)
{
    struct host *host = host_of(L);
    const char *url = luaL_checkstring(L, 1);
    bool read_only = false;
    if (lua_istable(L, 2)) {
        lua_getfield(L, 2, "read_only");
        read_only = lua_toboolean(L, -1) != 0;
    }
    lua_settop(L, 1);
    sandbox_copy(L, lua_upvalueindex(2), 8);          /* config, naming, source ... */
    struct session **session = session_push_owned(L); /* closed until opened */
    error_free(&host->error);
    if (!open_session(session, url, read_only, &host->error)) {
        return failure_raise(L);
    }
    session_start_revision(*session);
    run_set_session(L, *session);
    run_add_op(L);
    return 1;
}

/* run.close(run): of run.open, before the command ends */
static int l_close(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_getfield(L, 1, "session");
    session_close_owned(L, -1);
    return 0;
}

static void add_function(lua_State *L, const char *name, lua_CFunction function,
                         struct host_command *command)
{
    lua_pushlightuserdata(L, command);
    lua_pushvalue(L, -2); /* the run */
    lua_pushcclosure(L, function, 2);
    lua_setfield(L, -2, name);
}

/* Leaves the answer where C can keep it. */
static void take_answer(lua_State *L, struct host_command *command)
{
    if (!lua_istable(L, -1)) {
        return;
    }
    lua_getfield(L, -1, "status");
    command->status = (int)lua_tointeger(L, -1);
    lua_getfield(L, -2, "text");
    size_t length = 0;
    const char *text = lua_tolstring(L, -1, &length);
    if (text != NULL) {
        text_append(&command->text, text, length);
    }
    if (lua_getfield(L, -3, "document") != LUA_TNIL) {
        command->document = json_read(L, -1);
    }
    if (lua_getfield(L, -4, "value") != LUA_TNIL) {
        command->value = json_read(L, -1);
    }
    lua_getfield(L, -5, "history");
    command->history = mem_copy_string(lua_tostring(L, -1));
    lua_pop(L, 5);
}

/* [name] -> its function */
static int l_load_command(lua_State *L)
{
    /* A snapshot lives as long as the command: to look for garbage in it is mostly in vain. */
    (void)lua_gc(L, LUA_GCINC, 500, 400, 0);
    lua_pushfstring(L, "neap.commands.%s", (const char *)lua_touserdata(L, 1));
    embedded_require(L, lua_tostring(L, -1));
    return 1;
}

bool host_load_command(struct host *host, const struct host_command *command,
                       struct error *error)
{
    if (!state_call(host, l_load_command, (void *)command->name, ERROR_FAILED, NULL)) {
        error_move(error, &host->error);
        return false;
    }
    return true;
}

static int l_run_command(lua_State *L)
{
    struct command_run *run = lua_touserdata(L, 1);
    struct host_command *command = run->command;
    lua_pushcfunction(L, l_load_command);
    lua_pushlightuserdata(L, (void *)command->name);
    lua_call(L, 1, 1);
    run_push(L);
    run_configure(L, &run->call);
    lua_pushstring(L, run->call.now);
    lua_setfield(L, -2, "now");
    if (run->call.session != NULL) {
        run_add_op(L);
    }
    add_function(L, "warn", l_warn, command);
    add_function(L, "open", l_open, command);
    add_function(L, "close", l_close, command);
    model_add_functions(L);
    lua_pushcfunction(L, l_mark_array);
    lua_setfield(L, -2, "array");
    json_push(L, command->options);
    lua_call(L, 2, 1);
    take_answer(L, command);
    return 0;
}

bool host_run_command(struct host *host, struct host_command *command,
                      const struct config *config, struct session *session, const char *now,
                      struct error *error)
{
    struct command_run run = {
        .command = command,
        .call = {.function = command->name, .now = now, .config = config, .session = session}};
    files_clear(host);
    error_free(&host->cause);
    host->call = &run.call;
    bool done = state_call(host, l_run_command, &run, ERROR_FAILED, NULL);
    session_end(host);
    bool failed = session != NULL && session_failure(session) != NULL;
    if (!done || failed) {
        host_report_failure(host, !done, error);
    }
    host->call = NULL;
    return done && !failed;
}

void host_command_free(struct host_command *command)
{
    text_free(&command->text);
    json_decref(command->document);
    json_decref(command->value);
    mem_free(command->history);
    command->document = command->value = NULL;
    command->history = NULL;
}
