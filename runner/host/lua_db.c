/* lua_db.c - neap.db: the drivers, as they are, for specs.
 *
 *   db = require("neap.db")
 *   db.driver_for(url), db.dialect_of(url), db.display(url)
 *   c, err = db.connect(url, settings)   begins to connect; c:ready() completes it
 *   c, err = db.open(url, settings)      both
 *   c, err = db.script(dialect)          the script driver; c:written() is its text so far
 *   answer, err = c:send(sql, params, { at =, via =, name =, purpose =, rows =, limit = })
 *   ok, err = c:flush()
 *   c:copy_begin(sql), c:copy_data(bytes), c:copy_end(), c:copy(sql, list of pieces)
 *   c:transaction() "idle", "open", "aborted", "lost"; c:failed_purpose(); c:info(what)
 *   c:display(); c:driver(); c:cancel(); c:interruptible(); c:notices(); c:waits(); c:close()
 *
 * settings: application_name, read_only, busy_timeout_ms, result_limit, no_prepare. Params: a
 * list (n = for trailing NULLs) of integers, floats, booleans, strings, db.null, { bytes = s }.
 * An answer is filled by the flush (by send on SQLite): done, affected, tag, rows (lists of
 * values; NULL is db.null, bytes are { bytes = s }), names; rows = false in send means that no
 * rows are wanted, limit = n that no more than n are. err has the fields of struct error.
 */
#include <lauxlib.h>
#include <lua.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/list.h"
#include "base/memory.h"
#include "db/db.h"
#include "host/modules.h"
#include "host/state.h"

static const char CONNECTION[] = "neap.db.connection";

/* What a row function has copied; the driver's values live only during its call. */
struct copied_row {
    struct copied_row *next;
    size_t count;
    struct db_value values[];
};

/* The C side of one answer table. Freed with the connection, or when it has been handed over.
 */
struct answer {
    struct answer *next;
    int reference; /* of the Lua table, in the registry */
    struct db_result result;
    struct copied_row *first, **last;
    char **names;
    size_t name_count;
    size_t row_count;
    size_t limit; /* 0: none */
};

struct connection {
    const struct db_driver *driver; /* NULL: closed, or never opened */
    struct db_connection *handle;
    struct answer *answers;
    struct list notices;
    struct text written;
    lua_Integer waits;
    bool interruptible;
};

/* --- rows, in C --- */

static void copy_names(struct answer *answer, const struct db_row *row)
{
    answer->names = mem_alloc(row->count * sizeof *answer->names + 1);
    answer->name_count = row->count;
    for (size_t i = 0; i < row->count; i++) {
        answer->names[i] = mem_copy_string(row->names[i]);
    }
}

static bool copy_row(void *data, const struct db_row *row)
{
    struct answer *answer = data;
    if (answer->names == NULL) {
        copy_names(answer, row);
    }
    struct copied_row *copy = mem_alloc(sizeof *copy + row->count * sizeof copy->values[0]);
    copy->count = row->count;
    for (size_t i = 0; i < row->count; i++) {
        copy->values[i] = row->values[i];
        if (row->values[i].text != NULL) {
            copy->values[i].text = mem_copy(row->values[i].text, row->values[i].length);
        }
    }
    *answer->last = copy;
    answer->last = &copy->next;
    answer->row_count++;
    return answer->limit == 0 || answer->row_count < answer->limit;
}

static void free_answer(struct answer *answer)
{
    for (struct copied_row *row = answer->first; row != NULL;) {
        struct copied_row *next = row->next;
        for (size_t i = 0; i < row->count; i++) {
            mem_free((char *)row->values[i].text);
        }
        mem_free(row);
        row = next;
    }
    for (size_t i = 0; i < answer->name_count; i++) {
        mem_free(answer->names[i]);
    }
    mem_free(answer->names);
    mem_free(answer);
}

/* --- C to Lua --- */

static const void *null_pointer(void)
{
    static const char null;
    return &null;
}

static void push_null(lua_State *L)
{
    lua_pushlightuserdata(L, (void *)null_pointer());
}

/* As session_push_value, but bytes and NULL can be told from text and nothing. */
static void push_value(lua_State *L, const struct db_value *value)
{
    if (value->kind == DB_BYTES) {
        lua_createtable(L, 0, 1);
        lua_pushlstring(L, value->text, value->length);
        lua_setfield(L, -2, "bytes");
    } else if (value->kind == DB_NULL) {
        push_null(L);
    } else {
        session_push_value(L, value);
    }
}

static void push_rows(lua_State *L, const struct answer *answer)
{
    lua_newtable(L);
    lua_Integer number = 0;
    for (const struct copied_row *row = answer->first; row != NULL; row = row->next) {
        lua_createtable(L, (int)row->count, 0);
        for (size_t i = 0; i < row->count; i++) {
            push_value(L, &row->values[i]);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        lua_rawseti(L, -2, ++number);
    }
}

/* Fills the answer's table on top of the stack. */
static void fill_answer(lua_State *L, const struct answer *answer)
{
    lua_pushboolean(L, answer->result.done);
    lua_setfield(L, -2, "done");
    lua_pushinteger(L, answer->result.affected);
    lua_setfield(L, -2, "affected");
    lua_pushstring(L, answer->result.tag);
    lua_setfield(L, -2, "tag");
    push_rows(L, answer);
    lua_setfield(L, -2, "rows");
    lua_newtable(L);
    for (size_t i = 0; i < answer->name_count; i++) {
        lua_pushstring(L, answer->names[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "names");
}

/* Everything has been answered (or given up): the tables get what came. */
static void hand_over(lua_State *L, struct connection *self)
{
    while (self->answers != NULL) {
        struct answer *answer = self->answers;
        lua_rawgeti(L, LUA_REGISTRYINDEX, answer->reference);
        fill_answer(L, answer);
        lua_pop(L, 1);
        luaL_unref(L, LUA_REGISTRYINDEX, answer->reference);
        self->answers = answer->next;
        free_answer(answer);
    }
}

static void set_text(lua_State *L, const char *name, const struct text *text)
{
    if (text->length > 0) {
        lua_pushlstring(L, text->data, text->length);
        lua_setfield(L, -2, name);
    }
}

/* Returns nil and the error as a table; frees it. */
static int push_error(lua_State *L, struct error *error)
{
    static const char *const kinds[] = {
        [ERROR_NONE] = "none",         [ERROR_FAILED] = "failed",
        [ERROR_USAGE] = "usage",       [ERROR_PENDING] = "pending",
        [ERROR_LOCKED] = "locked",     [ERROR_UNREACHABLE] = "unreachable",
        [ERROR_MISMATCH] = "mismatch", [ERROR_INTERRUPTED] = "interrupted"};
    lua_pushnil(L);
    lua_newtable(L);
    lua_pushstring(L, kinds[error->kind]);
    lua_setfield(L, -2, "kind");
    set_text(L, "message", &error->message);
    set_text(L, "at", &error->at);
    set_text(L, "via", &error->via);
    set_text(L, "sql", &error->sql);
    set_text(L, "detail", &error->detail);
    set_text(L, "advice", &error->advice);
    if (error->sqlstate[0] != '\0') {
        lua_pushstring(L, error->sqlstate);
        lua_setfield(L, -2, "sqlstate");
    }
    if (error->position != 0) {
        lua_pushinteger(L, error->position);
        lua_setfield(L, -2, "position");
    }
    lua_pushboolean(L, error->retryable);
    lua_setfield(L, -2, "retryable");
    lua_pushboolean(L, error->statement_ended_transaction);
    lua_setfield(L, -2, "statement_ended_transaction");
    error_free(error);
    return 2;
}

static int outcome(lua_State *L, bool done, struct error *error)
{
    if (!done) {
        return push_error(L, error);
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* --- Lua to C --- */

static bool is_null(lua_State *L, int index)
{
    return lua_islightuserdata(L, index) && lua_touserdata(L, index) == null_pointer();
}

static struct db_value to_value(lua_State *L, int index)
{
    struct db_value value = {.kind = DB_NULL};
    if (lua_isinteger(L, index)) {
        value.kind = DB_INTEGER;
        value.integer = lua_tointeger(L, index);
    } else if (lua_type(L, index) == LUA_TNUMBER) {
        value.kind = DB_REAL;
        value.real = lua_tonumber(L, index);
    } else if (lua_isboolean(L, index)) {
        value.kind = DB_BOOLEAN;
        value.integer = lua_toboolean(L, index);
    } else if (lua_type(L, index) == LUA_TSTRING) {
        value.kind = DB_TEXT;
        value.text = lua_tolstring(L, index, &value.length);
    } else if (lua_istable(L, index)) {
        lua_getfield(L, index, "bytes");
        value.kind = DB_BYTES;
        value.text = luaL_checklstring(L, -1, &value.length);
        lua_pop(L, 1); /* the table keeps the string */
    } else if (!lua_isnil(L, index) && !is_null(L, index)) {
        luaL_error(L, "a parameter cannot be a %s", luaL_typename(L, index));
    }
    return value;
}

/* The list at index as an array in a userdata, which is left on the stack. */
static struct db_value *to_params(lua_State *L, int index, size_t *count)
{
    lua_getfield(L, index, "n");
    *count = (size_t)luaL_optinteger(L, -1, (lua_Integer)lua_rawlen(L, index));
    lua_pop(L, 1);
    struct db_value *values = lua_newuserdatauv(L, *count * sizeof *values + 1, 0);
    for (size_t i = 0; i < *count; i++) {
        lua_rawgeti(L, index, (lua_Integer)i + 1);
        values[i] = to_value(L, -1);
        lua_pop(L, 1); /* the list keeps it */
    }
    return values;
}

static const char *string_field(lua_State *L, int index, const char *name)
{
    lua_getfield(L, index, name);
    const char *value = lua_tostring(L, -1);
    lua_pop(L, 1); /* the table keeps it */
    return value;
}

static lua_Integer integer_field(lua_State *L, int index, const char *name,
                                 lua_Integer otherwise)
{
    lua_getfield(L, index, name);
    lua_Integer value = luaL_optinteger(L, -1, otherwise);
    lua_pop(L, 1);
    return value;
}

static bool boolean_field(lua_State *L, int index, const char *name)
{
    lua_getfield(L, index, name);
    bool value = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return value;
}

/* --- connections --- */

static struct connection *check_connection(lua_State *L)
{
    struct connection *self = luaL_checkudata(L, 1, CONNECTION);
    luaL_argcheck(L, self->driver != NULL, 1, "the connection is closed");
    return self;
}

static void on_notice(void *data, const char *severity, const char *message)
{
    struct connection *self = data;
    list_give(&self->notices, string_format("%s: %s", severity, message));
}

static void on_waiting(void *data, int64_t waited_ms)
{
    struct connection *self = data;
    (void)waited_ms;
    self->waits++;
}

static bool on_write(void *data, const char *bytes, size_t length)
{
    struct connection *self = data;
    text_append(&self->written, bytes, length);
    return true;
}

/* Closed until connected: from here no Lua error can leak the handle. */
static struct connection *new_connection(lua_State *L)
{
    struct connection *self = lua_newuserdatauv(L, sizeof *self, 0);
    *self = (struct connection){0};
    luaL_setmetatable(L, CONNECTION);
    return self;
}

static struct db_settings to_settings(lua_State *L, int index, struct connection *self)
{
    struct db_settings settings = {
        .hooks = {.data = self, .notice = on_notice, .waiting = on_waiting}};
    settings.application_name = string_field(L, index, "application_name");
    settings.read_only = boolean_field(L, index, "read_only");
    settings.busy_timeout_ms = integer_field(L, index, "busy_timeout_ms", 0);
    settings.result_limit = (size_t)integer_field(L, index, "result_limit", 256 * 1024 * 1024);
    settings.no_prepare = boolean_field(L, index, "no_prepare");
    return settings;
}

/* connect(url, settings) -> connection | nil, error */
static int l_connect(lua_State *L)
{
    const char *url = luaL_checkstring(L, 1);
    lua_settop(L, 2);
    if (lua_isnil(L, 2)) {
        lua_newtable(L);
        lua_replace(L, 2);
    }
    luaL_checktype(L, 2, LUA_TTABLE);
    const struct db_driver *driver = db_driver_for(url);
    luaL_argcheck(L, driver != NULL, 1, "expected sqlite:PATH or postgresql://...");
    struct connection *self = new_connection(L);
    struct db_settings settings = to_settings(L, 2, self);
    struct error error = {0};
    self->handle = driver->connect(url, &settings, &error);
    if (self->handle == NULL) {
        return push_error(L, &error);
    }
    self->driver = driver;
    return 1;
}

/* connection:ready() -> true | nil, error */
static int l_ready(lua_State *L)
{
    struct connection *self = check_connection(L);
    struct error error = {0};
    return outcome(L, self->driver->ready(self->handle, &error), &error);
}

/* open(url, settings) -> connection | nil, error */
static int l_open(lua_State *L)
{
    int results = l_connect(L);
    if (results != 1) {
        return results;
    }
    struct connection *self = lua_touserdata(L, -1);
    struct error error = {0};
    return self->driver->ready(self->handle, &error) ? 1 : push_error(L, &error);
}

/* script(dialect) -> connection */
static int l_script(lua_State *L)
{
    const char *dialect = luaL_checkstring(L, 1);
    struct connection *self = new_connection(L);
    self->handle = db_script_open(dialect, on_write, self);
    self->driver = &db_script;
    return 1;
}

static int l_close(lua_State *L)
{
    struct connection *self = luaL_checkudata(L, 1, CONNECTION);
    if (self->interruptible) {
        interrupt_set_cancel(NULL, NULL);
        self->interruptible = false;
    }
    if (self->driver != NULL) {
        self->driver->close(self->handle);
        self->driver = NULL;
    }
    hand_over(L, self);
    list_free(&self->notices);
    text_free(&self->written);
    return 0;
}

static struct answer *new_answer(lua_State *L, struct connection *self, size_t limit)
{
    lua_newtable(L);
    lua_pushvalue(L, -1);
    struct answer *answer = mem_alloc(sizeof *answer);
    answer->last = &answer->first;
    answer->limit = limit;
    answer->next = self->answers;
    answer->reference = LUA_NOREF;
    self->answers = answer;
    answer->reference = luaL_ref(L, LUA_REGISTRYINDEX);
    return answer;
}

static bool rows_wanted(lua_State *L, int index)
{
    lua_getfield(L, index, "rows");
    bool wanted = lua_isnil(L, -1) || lua_toboolean(L, -1);
    lua_pop(L, 1);
    return wanted;
}

/* connection:send(sql, params, options) -> answer | nil, error */
static int l_send(lua_State *L)
{
    struct connection *self = check_connection(L);
    struct db_statement statement = {.sql = luaL_checkstring(L, 2)};
    lua_settop(L, 4);
    if (lua_istable(L, 3)) {
        statement.params = to_params(L, 3, &statement.param_count);
    }
    if (lua_isnil(L, 4)) {
        lua_newtable(L);
        lua_replace(L, 4);
    }
    statement.source.at = string_field(L, 4, "at");
    statement.source.via = string_field(L, 4, "via");
    statement.name = string_field(L, 4, "name");
    statement.purpose = string_field(L, 4, "purpose");
    bool rows = rows_wanted(L, 4);
    struct answer *answer = new_answer(L, self, (size_t)integer_field(L, 4, "limit", 0));
    struct error error = {0};
    bool sent = self->driver->send(self->handle, &statement, rows ? copy_row : NULL, answer,
                                   &answer->result, &error);
    if (sent && answer->result.done) {
        fill_answer(L, answer); /* SQLite's is there */
    }
    return sent ? 1 : push_error(L, &error);
}

/* connection:flush() -> true | nil, error */
static int l_flush(lua_State *L)
{
    struct connection *self = check_connection(L);
    struct error error = {0};
    bool done = self->driver->flush(self->handle, &error);
    hand_over(L, self);
    return outcome(L, done, &error);
}

/* connection:copy_begin(sql, options) -> true | nil, error */
static int l_copy_begin(lua_State *L)
{
    struct connection *self = check_connection(L);
    luaL_argcheck(L, self->driver->copy_begin != NULL, 1, "the driver has no COPY");
    struct db_statement statement = {.sql = luaL_checkstring(L, 2)};
    if (lua_istable(L, 3)) {
        statement.source.at = string_field(L, 3, "at");
        statement.purpose = string_field(L, 3, "purpose");
    }
    struct error error = {0};
    return outcome(L, self->driver->copy_begin(self->handle, &statement, &error), &error);
}

/* connection:copy_data(bytes) -> true | nil, error */
static int l_copy_data(lua_State *L)
{
    struct connection *self = check_connection(L);
    size_t length = 0;
    const char *bytes = luaL_checklstring(L, 2, &length);
    struct error error = {0};
    return outcome(L, self->driver->copy_data(self->handle, bytes, length, &error), &error);
}

/* connection:copy_end() -> affected, tag | nil, error */
static int l_copy_end(lua_State *L)
{
    struct connection *self = check_connection(L);
    struct db_result result = {0};
    struct error error = {0};
    if (!self->driver->copy_end(self->handle, &result, &error)) {
        return push_error(L, &error);
    }
    lua_pushinteger(L, result.affected);
    lua_pushstring(L, result.tag);
    return 2;
}

/* connection:copy(sql, pieces) -> affected, tag | nil, error */
static int l_copy(lua_State *L)
{
    luaL_checktype(L, 3, LUA_TTABLE);
    lua_Integer pieces = (lua_Integer)lua_rawlen(L, 3);
    lua_pushcfunction(L, l_copy_begin);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 2);
    lua_call(L, 2, 2);
    for (lua_Integer i = 1; i <= pieces && lua_toboolean(L, -2); i++) {
        lua_pop(L, 2);
        lua_pushcfunction(L, l_copy_data);
        lua_pushvalue(L, 1);
        lua_rawgeti(L, 3, i);
        lua_call(L, 2, 2);
    }
    if (!lua_toboolean(L, -2)) {
        return 2;
    }
    lua_settop(L, 1);
    return l_copy_end(L);
}

static int l_transaction(lua_State *L)
{
    static const char *const names[] = {
        [DB_IDLE] = "idle", [DB_OPEN] = "open", [DB_ABORTED] = "aborted", [DB_LOST] = "lost"};
    struct connection *self = check_connection(L);
    lua_pushstring(L, names[self->driver->transaction(self->handle)]);
    return 1;
}

static int l_failed_purpose(lua_State *L)
{
    struct connection *self = check_connection(L);
    lua_pushstring(L, self->driver->failed_purpose(self->handle));
    return 1;
}

static int l_info(lua_State *L)
{
    struct connection *self = check_connection(L);
    lua_pushstring(L, self->driver->info(self->handle, luaL_checkstring(L, 2)));
    return 1;
}

static int l_connection_display(lua_State *L)
{
    struct connection *self = check_connection(L);
    lua_pushstring(L, self->driver->display(self->handle));
    return 1;
}

static int l_driver(lua_State *L)
{
    lua_pushstring(L, check_connection(L)->driver->name);
    return 1;
}

static int l_cancel(lua_State *L)
{
    struct connection *self = check_connection(L);
    self->driver->cancel(self->handle);
    return 0;
}

/* connection:interruptible(): from now on SIGINT cancels its statement */
static int l_interruptible(lua_State *L)
{
    struct connection *self = check_connection(L);
    interrupt_install();
    interrupt_set_cancel(self->driver->cancel, self->handle);
    self->interruptible = true;
    return 0;
}

static int l_notices(lua_State *L)
{
    const struct connection *self = check_connection(L);
    lua_newtable(L);
    for (size_t i = 0; i < self->notices.count; i++) {
        lua_pushstring(L, self->notices.items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int l_waits(lua_State *L)
{
    lua_pushinteger(L, check_connection(L)->waits);
    return 1;
}

static int l_written(lua_State *L)
{
    const struct connection *self = check_connection(L);
    lua_pushlstring(L, text_string(&self->written), self->written.length);
    return 1;
}

static const luaL_Reg methods[] = {
    {"ready", l_ready},
    {"send", l_send},
    {"flush", l_flush},
    {"copy", l_copy},
    {"copy_begin", l_copy_begin},
    {"copy_data", l_copy_data},
    {"copy_end", l_copy_end},
    {"transaction", l_transaction},
    {"failed_purpose", l_failed_purpose},
    {"info", l_info},
    {"display", l_connection_display},
    {"driver", l_driver},
    {"cancel", l_cancel},
    {"interruptible", l_interruptible},
    {"notices", l_notices},
    {"waits", l_waits},
    {"written", l_written},
    {"close", l_close},
    {"__close", l_close},
    {"__gc", l_close},
    {NULL, NULL},
};

/* --- the module --- */

/* driver_for(url) -> the driver's name | nil */
static int l_driver_for(lua_State *L)
{
    const struct db_driver *driver = db_driver_for(luaL_checkstring(L, 1));
    lua_pushstring(L, driver == NULL ? NULL : driver->name);
    return 1;
}

static int l_dialect_of(lua_State *L)
{
    lua_pushstring(L, db_dialect_of(luaL_checkstring(L, 1)));
    return 1;
}

static int l_display(lua_State *L)
{
    char *display = db_url_display(luaL_checkstring(L, 1));
    lua_pushstring(L, display);
    mem_free(display);
    return 1;
}

static const luaL_Reg functions[] = {
    {"connect", l_connect},
    {"open", l_open},
    {"script", l_script},
    {"driver_for", l_driver_for},
    {"dialect_of", l_dialect_of},
    {"display", l_display},
    {NULL, NULL},
};

int luaopen_neap_db(lua_State *L)
{
    luaL_newmetatable(L, CONNECTION);
    luaL_setfuncs(L, methods, 0);
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    push_null(L);
    lua_setfield(L, -2, "null");
    return 1;
}
