/* lua_run.c - run: what our op module sees of the running revision. */
#include <lauxlib.h>
#include <string.h>

#include "base/memory.h"
#include "host/state.h"

/* run.source() -> { at, via } */
static int l_source(lua_State *L)
{
    struct host *host = host_of(L);
    place_find(L, 0, &host->place);
    lua_createtable(L, 0, 2);
    lua_pushlstring(L, text_string(&host->place.at), host->place.at.length);
    lua_setfield(L, -2, "at");
    if (host->place.via.length > 0) {
        lua_pushlstring(L, host->place.via.data, host->place.via.length);
        lua_setfield(L, -2, "via");
    }
    return 1;
}

/* run.server_version() -> 150018, or nil. Upvalue: the session's userdata. */
static int l_server_version(lua_State *L)
{
    lua_settop(L, 0);
    lua_pushvalue(L, lua_upvalueindex(1));
    struct session *session = session_check(L);
    if (session_offline(session)) {
        return 0;
    }
    const char *version =
        session_driver(session)->info(session_connection(session), "version_num");
    if (version == NULL || lua_stringtonumber(L, version) == 0) {
        return 0;
    }
    return 1;
}

/* The id that the revision's header gave itself, under which files are frozen, or NULL; pushed.
 */
static const char *push_revision_id(lua_State *L)
{
    slot_push(L, SLOT_REVISION);
    if (!lua_istable(L, -1) || host_of(L)->call->live_files) {
        return NULL;
    }
    lua_pushliteral(L, "revision");
    return lua_rawget(L, -2) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
}

/* run.revision_id() -> "1f2e3d", or nil of what is no revision: repeatable objects */
static int l_revision_id(lua_State *L)
{
    slot_push(L, SLOT_REVISION);
    if (!lua_istable(L, -1)) {
        return 0;
    }
    lua_pushliteral(L, "revision");
    return lua_rawget(L, -2) == LUA_TSTRING ? 1 : 0;
}

static const struct host_call *check_call(lua_State *L)
{
    const struct host_call *call = host_of(L)->call;
    if (call == NULL) {
        failure_usage(L, "op was called after its revision was over");
    }
    return call;
}

static const char *check_path(lua_State *L, int index)
{
    size_t length = 0;
    const char *path = luaL_checklstring(L, index, &length);
    if (strlen(path) != length) {
        failure_usage(L, "a NUL byte in the name of an SQL file");
    }
    return path;
}

/* run.read_sql(path, source) -> text, shown path, its SHA-256 */
static int l_read_sql(lua_State *L)
{
    struct host *host = host_of(L);
    const struct host_call *call = check_call(L);
    const char *path = check_path(L, 1);
    struct db_source source = source_check(L, 2);
    const char *revision = push_revision_id(L);
    text_clear(&host->buffer);
    error_free(&host->error);
    char *shown = NULL;
    if (!sql_root_open(&host->sql_root, call->config->sql, revision, &host->error) ||
        !sql_file_read(&host->sql_root, path, &host->buffer, &shown, &host->error)) {
        return failure_finish(L, false, source);
    }
    struct text text = host->buffer;
    host->buffer = (struct text){0};
    size_t before = host->file_count;
    const struct host_file *file = files_note_sql(host, shown, &text);
    if (call->files_read != NULL && host->file_count > before &&
        host->file_count % HOST_FILES_READ == 0 &&
        !call->files_read(call->data, &host->error)) {
        return failure_finish(L, false, source);
    }
    lua_pushlstring(L, file->text, file->length);
    lua_pushstring(L, file->path);
    lua_pushstring(L, file->hash);
    return 3;
}

/* [paths]: pushes the list that host->names holds. */
static int push_names(lua_State *L)
{
    const struct list *names = &host_of(L)->names;
    lua_createtable(L, (int)names->count, 0);
    for (size_t i = 0; i < names->count; i++) {
        lua_pushstring(L, names->items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* run.list_sql(directory, { recursive, pattern }, source) -> paths */
static int l_list_sql(lua_State *L)
{
    struct host *host = host_of(L);
    const struct host_call *call = check_call(L);
    const char *directory = check_path(L, 1);
    struct db_source source = source_check(L, 3);
    const char *pattern = NULL;
    bool recursive = false;
    if (lua_istable(L, 2)) {
        pattern = source_field(L, 2, "pattern");
        lua_pushliteral(L, "recursive");
        lua_rawget(L, 2);
        recursive = lua_toboolean(L, -1) != 0;
    }
    const char *revision = push_revision_id(L);
    error_free(&host->error);
    list_clear(&host->names);
    if (!sql_root_open(&host->sql_root, call->config->sql, revision, &host->error) ||
        !sql_file_list(&host->sql_root, directory, pattern, recursive, &host->names,
                       &host->error)) {
        return failure_finish(L, false, source);
    }
    return push_names(L);
}

/* [tree]: pushes its files; called protected, for the tree is to be freed. */
static int l_push_tree(lua_State *L)
{
    const struct sql_tree *tree = lua_touserdata(L, 1);
    lua_createtable(L, (int)tree->count, 0);
    for (size_t i = 0; i < tree->count; i++) {
        lua_createtable(L, 0, 2);
        lua_pushstring(L, tree->files[i].path);
        lua_setfield(L, -2, "path");
        lua_pushlstring(L, tree->files[i].text, tree->files[i].length);
        lua_setfield(L, -2, "sql");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* run.repeatable_sql() -> { { path, sql } ... }: the repeatable files as they are today. Nobody
 * has used them by that, so they are not noted. */
static int l_repeatable_sql(lua_State *L)
{
    struct host *host = host_of(L);
    const struct config *config = check_call(L)->config;
    struct sql_tree tree = {0};
    error_free(&host->error);
    if (!sql_tree_read(config, &config->repeatable, &tree, &host->error)) {
        sql_tree_free(&tree);
        return failure_finish(L, false, (struct db_source){0});
    }
    lua_pushcfunction(L, l_push_tree);
    lua_pushlightuserdata(L, &tree);
    int status = lua_pcall(L, 1, 1, 0);
    sql_tree_free(&tree);
    return status == LUA_OK ? 1 : lua_error(L);
}

static const luaL_Reg run_functions[] = {{"source", l_source},
                                         {"read_sql", l_read_sql},
                                         {"list_sql", l_list_sql},
                                         {"revision_id", l_revision_id},
                                         {"repeatable_sql", l_repeatable_sql},
                                         {NULL, NULL}};

void run_set_session(lua_State *L, struct session *session)
{
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, l_server_version, 1);
    lua_setfield(L, -3, "server_version");
    lua_setfield(L, -2, "session");
    lua_pushstring(L, session_dialect(session));
    lua_setfield(L, -2, "dialect");
    lua_pushboolean(L, session_offline(session));
    lua_setfield(L, -2, "offline");
}

void run_push(lua_State *L)
{
    const struct host_call *call = host_of(L)->call;
    luaL_newlib(L, run_functions);
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
    if (call->schema != NULL) {
        lua_pushstring(L, call->schema);
        lua_setfield(L, -2, "schema");
    }
    lua_pushboolean(L, call->shared);
    lua_setfield(L, -2, "shared");
    if (call->must_end_in != NULL) {
        lua_pushstring(L, call->must_end_in);
        lua_setfield(L, -2, "must_end_in");
        slot_push(L, SLOT_INCLUDE_OBJECT);
        lua_setfield(L, -2, "include_object");
    }
    if (call->session != NULL) {
        session_push(L, call->session);
        run_set_session(L, call->session);
    }
}
