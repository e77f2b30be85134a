/* host.c - one Lua state, and the runs in it. */
#include <lauxlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "host/state.h"

/* --- life --- */

/* The hook may have to raise its error when no memory is left, so it is made here. */
static void make_interrupted(lua_State *L)
{
    struct host *host = host_of(L);
    error_free(&host->error);
    error_set(&host->error, ERROR_INTERRUPTED, "interrupted");
    failure_push(L);
    error_free(&host->error);
    slot_set(L, SLOT_INTERRUPTED);
}

static int l_open(lua_State *L)
{
    sandbox_open(L);
    embedded_require(L, "neap.errors");
    lua_getfield(L, -1, "metatable");
    slot_set(L, SLOT_ERROR_METATABLE);
    make_interrupted(L);
    return 0;
}

struct host *host_new(struct error *error)
{
    struct host *host = state_new(HOST_MEMORY_LIMIT, error);
    if (host == NULL) {
        return NULL;
    }
    if (!state_call(host, l_open, NULL, ERROR_FAILED, NULL)) {
        error_move(error, &host->error);
        state_free(host);
        return NULL;
    }
    state_watch_signals(host);
    return host;
}

void host_free(struct host *host)
{
    if (host != NULL) {
        state_free(host);
    }
}

void host_set_print(struct host *host, void (*print)(void *data, const char *line), void *data)
{
    host->print = print;
    host->print_data = data;
}

void host_adopt_print(struct host *host, const struct host *from)
{
    host->print = from->print;
    host->print_data = from->print_data;
}

/* --- one revision --- */

/* The table `neap`: [run] -> [run] neap. */
static void push_neap(lua_State *L, const struct host_call *call)
{
    lua_createtable(L, 0, 6);
    pairs_push(L, &call->config->x_names, &call->config->x_values);
    lua_setfield(L, -2, "x");
    lua_pushboolean(L, session_offline(call->session));
    lua_setfield(L, -2, "offline");
    lua_pushstring(L, session_dialect(call->session));
    lua_setfield(L, -2, "dialect");
    lua_pushstring(L, neap_version());
    lua_setfield(L, -2, "version");
    lua_pushstring(L, call->now);
    lua_setfield(L, -2, "now");
    lua_getfield(L, -2, "config");
    lua_setfield(L, -2, "config");
}

void run_configure(lua_State *L, const struct host_call *call)
{
    pairs_push(L, &call->config->naming_names, &call->config->naming_values);
    lua_setfield(L, -2, "naming");
    config_push(L, call->config);
    lua_setfield(L, -2, "config");
}

void run_add_op(lua_State *L)
{
    embedded_require(L, "neap.op");
    lua_getfield(L, -1, "new");
    lua_pushvalue(L, -3);
    lua_call(L, 1, 2);
    slot_set(L, SLOT_PIPE);
    lua_setfield(L, -3, "op");
    lua_pop(L, 1);
}

/* Makes SLOT_RUN: the sandbox with op and neap. */
static void make_run(lua_State *L, const struct host_call *call)
{
    sandbox_push(L);
    run_push(L);
    run_configure(L, call);
    push_neap(L, call);
    lua_setfield(L, -3, "neap");
    lua_getfield(L, -2, "print"); /* for what a finisher has to tell */
    lua_setfield(L, -2, "print");
    run_add_op(L);
    lua_getfield(L, -1, "op");
    lua_setfield(L, -3, "op");
    lua_pop(L, 1);
    slot_set(L, SLOT_RUN);
    lua_newtable(L);
    slot_set(L, SLOT_RUN_LOADED);
}

/* Pushes the revision's chunk in its environment, which becomes SLOT_REVISION. */
static void load_revision(lua_State *L, const struct host_call *call)
{
    const char *text = call->text;
    size_t length = call->length;
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        length -= 3;
    }
    lua_pushfstring(L, "@%s", call->path);
    if (luaL_loadbufferx(L, text, length, lua_tostring(L, -1), "t") != LUA_OK) {
        struct host *host = host_of(L);
        const char *rest = NULL;
        int line = place_split(lua_tostring(L, -1), call->path, &rest);
        error_free(&host->error);
        error_set_at(&host->error, ERROR_FAILED, call->path, line, "%s", rest);
        failure_raise(L);
    }
    sandbox_push_copy(L);
    lua_pushvalue(L, -1);
    slot_set(L, SLOT_REVISION);
    lua_setupvalue(L, -2, 1);
}

static int l_run_revision(lua_State *L)
{
    const struct host_call *call = lua_touserdata(L, 1);
    if (call->config->unsafe) {
        sandbox_open_unsafe(L);
    }
    make_run(L, call);
    load_revision(L, call);
    lua_call(L, 0, 0);
    slot_push(L, SLOT_REVISION);
    lua_pushstring(L, call->function);
    if (lua_rawget(L, -2) != LUA_TFUNCTION) {
        struct host *host = host_of(L);
        error_free(&host->error);
        error_set_at(&host->error, ERROR_FAILED, call->path, 0,
                     "this revision has no function %s", call->function);
        failure_raise(L);
    }
    lua_call(L, 0, 0);
    embedded_require(L, "neap.op.finish");
    slot_push(L, SLOT_PIPE);
    lua_call(L, 1, 0);
    return 0;
}

/* The first failure of a statement wins over what Lua code made of it; a pcall cannot hide it.
 */
void host_report_failure(struct host *host, bool raised, struct error *error)
{
    const struct session *session = host->call->session;
    const struct error *failure = session == NULL ? NULL : session_failure(session);
    if (failure == NULL) {
        error_move(error, &host->error);
        return;
    }
    if (host->cause.kind != ERROR_NONE) {
        error_move(error, &host->cause);
    } else {
        error_copy(error, failure);
    }
    const struct error *told = &host->error;
    bool same = strcmp(text_string(&told->message), text_string(&error->message)) == 0;
    if (raised && !same) {
        text_format(&error->detail, "%sthen: %s", error->detail.length == 0 ? "" : "\n",
                    text_string(&told->message));
    } else if (raised && error->advice.length == 0 && told->advice.length > 0) {
        error_advise(error, "%s", text_string(&told->advice)); /* a fact that Lua code added */
    }
    error_free(&host->error);
}

bool host_run_revision(struct host *host, const struct host_call *call, struct error *error)
{
    if (host->stopping != 0 || interrupt_pending()) {
        return error_set(error, ERROR_INTERRUPTED, "interrupted");
    }
    files_clear(host);
    error_free(&host->cause);
    host->call = call;
    bool done = state_call(host, l_run_revision, (void *)call, ERROR_FAILED, call->path);
    session_end(host);
    bool failed = session_failure(call->session) != NULL;
    if (!done || failed) {
        struct error found = {0};
        host_report_failure(host, !done, &found);
        if (found.kind == ERROR_USAGE) {
            found.kind = ERROR_FAILED; /* a wrong argument in a revision fails the revision */
        }
        error_move(error, &found);
    }
    host->call = NULL;
    return done && !failed;
}
