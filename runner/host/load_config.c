/* load_config.c - neap.lua and what comes before and after it; contract section 2.1. */
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "host/config_keys.h"
#include "host/dotenv.h"
#include "host/state.h"

/* --- running neap.lua --- */

/* env.NAME -> the variable's value, or nil */
static int l_env(lua_State *L)
{
    const char *name = luaL_checkstring(L, 2);
    lua_pushstring(L, getenv(name));
    return 1;
}

static int l_env_refuse(lua_State *L)
{
    return luaL_error(L, "env can be read only");
}

static void push_env(lua_State *L)
{
    lua_newtable(L);
    lua_createtable(L, 0, 3);
    lua_pushcfunction(L, l_env);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, l_env_refuse);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
}

static void push_neap(lua_State *L, const struct config *config)
{
    lua_createtable(L, 0, 2);
    pairs_push(L, &config->x_names, &config->x_values);
    lua_setfield(L, -2, "x");
    lua_pushstring(L, neap_version());
    lua_setfield(L, -2, "version");
}

static void load_chunk(lua_State *L, const struct loading *loading)
{
    const char *text = text_string(loading->source);
    size_t length = loading->source->length;
    const char *path = loading->config->path;
    if (strncmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        length -= 3;
    }
    lua_pushfstring(L, "@%s", path);
    if (luaL_loadbufferx(L, text, length, lua_tostring(L, -1), "t") != LUA_OK) {
        struct host *host = host_of(L);
        const char *rest = NULL;
        int line = place_split(lua_tostring(L, -1), path, &rest);
        error_free(&host->error);
        error_set_at(&host->error, ERROR_USAGE, path, line, "%s: %s", path_name(path), rest);
        failure_raise(L);
    }
    lua_remove(L, -2);
    sandbox_push(L);
    push_env(L);
    lua_setfield(L, -2, "env");
    push_neap(L, loading->config);
    lua_setfield(L, -2, "neap");
    lua_setupvalue(L, -2, 1);
}

static int l_load(lua_State *L)
{
    struct loading *loading = lua_touserdata(L, 1);
    lua_pushnil(L);
    slot_set(L, SLOT_HOOKS);
    lua_pushnil(L);
    slot_set(L, SLOT_INCLUDE_OBJECT);
    lua_pushnil(L);
    slot_set(L, SLOT_RUN_LOADED);
    load_chunk(L, loading);
    lua_call(L, 0, 1);
    if (!lua_istable(L, -1)) {
        struct host *host = host_of(L);
        error_free(&host->error);
        error_set_at(&host->error, ERROR_USAGE, loading->config->path, 0,
                     "%s must return a table, and returned %s",
                     path_name(loading->config->path), config_push_shown(L, 2, ""));
        error_advise(&host->error, "return { url = ..., migrations = \"migrations\" }");
        return failure_raise(L);
    }
    config_read_keys(L, loading);
    lua_pushliteral(L, "environments");
    lua_rawget(L, 2);
    config_read_environments(L, loading);
    if (loading->config->unsafe) {
        sandbox_open_unsafe(L);
    }
    return 0;
}

static bool run_file(struct host *host, struct loading *loading, struct error *error)
{
    bool done = state_call(host, l_load, loading, ERROR_USAGE, loading->config->path);
    if (!done) {
        error_move(error, &host->error);
    }
    return done;
}

/* --- before and after --- */

static void set_defaults(struct config *config)
{
    list_give(&config->migrations, path_join(config->directory, "migrations"));
    list_give(&config->helpers, path_join(config->directory, "helpers"));
    list_give(&config->model, path_join(config->directory, "schema.lua"));
    config->sql = path_join(config->directory, "sql");
    config->version_table = mem_copy_string("neap_version");
    config->history_table = mem_copy_string("neap_history");
    config->transaction = TRANSACTION_REVISION;
    config->lock_timeout_ms = 5000;
    config->lock_retries = 10;
    config->file_template = mem_copy_string("{date}_{rev}_{slug}");
    config->timezone = mem_copy_string("UTC");
}

static void set_string(char **field, const char *string)
{
    mem_free(*field);
    *field = mem_copy_string(string);
}

/* An unset and an empty variable are the same. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value == NULL || value[0] == '\0' ? NULL : value;
}

static bool is_root(const char *directory, const char *parent)
{
    struct stat here;
    struct stat above;
    return stat(directory, &here) != 0 || stat(parent, &above) != 0 ||
           (here.st_dev == above.st_dev && here.st_ino == above.st_ino);
}

/* neap.lua here or in the nearest parent, as a relative path; NULL: none. */
static char *search_upward(void)
{
    struct text prefix = {0};
    char *found = NULL;
    for (;;) {
        char *path = string_format("%sneap.lua", text_string(&prefix));
        if (file_exists(path)) {
            found = path;
            break;
        }
        mem_free(path);
        char *here = string_format("%s.", text_string(&prefix));
        text_add(&prefix, "../");
        bool stop = is_root(here, prefix.data);
        mem_free(here);
        if (stop) {
            break;
        }
    }
    text_free(&prefix);
    return found;
}

static bool find_file(const struct config_request *request, char **path, struct error *error)
{
    const char *named = request->config_path;
    const char *by = "-c";
    if (named == NULL) {
        named = variable("NEAP_CONFIG");
        by = "NEAP_CONFIG";
    }
    if (named != NULL) {
        *path = mem_copy_string(named);
        return file_exists(named) ||
               error_set(error, ERROR_USAGE, "there is no file %s (%s)", named, by);
    }
    *path = search_upward();
    if (*path != NULL || request->optional) {
        return true;
    }
    error_set(error, ERROR_USAGE, "there is no neap.lua in this directory or in one above it");
    return error_advise(error, "`neap init` makes a project here; -c FILE, -C DIR or "
                               "NEAP_CONFIG name one elsewhere.");
}

/* A SQLite file is relative to neap.lua, as every path in it. */
static char *absolute_url(const char *url, const char *directory)
{
    const char *path = NULL;
    if (string_starts_with(url, "sqlite:///")) {
        path = url + strlen("sqlite:///");
    } else if (string_starts_with(url, "sqlite:") && !string_starts_with(url, "sqlite:/")) {
        path = url + strlen("sqlite:");
    }
    if (path == NULL || path[0] == '/' || path[0] == ':' || path[0] == '\0' ||
        string_starts_with(path, "file:") || strcmp(directory, ".") == 0) {
        return mem_copy_string(url);
    }
    char *joined = path_join(directory, path);
    char *absolute = string_format("sqlite:%s", joined);
    mem_free(joined);
    return absolute;
}

/* Command line, environment, neap.lua, DATABASE_URL. True: the URL was given for this run. */
static bool choose_url(struct config *config, const struct config_request *request)
{
    const char *given = request->url != NULL ? request->url : variable("NEAP_URL");
    if (given != NULL) {
        set_string(&config->url, given);
        return true;
    }
    const char *url = config->url != NULL ? config->url : variable("DATABASE_URL");
    char *absolute = url == NULL ? NULL : absolute_url(url, config->directory);
    mem_free(config->url);
    config->url = absolute;
    return false;
}

static bool choose_dialect(struct config *config, const struct config_request *request,
                           bool url_given, struct error *error)
{
    const char *named = request->dialect;
    if (named != NULL && strcmp(named, "postgresql") != 0 && strcmp(named, "sqlite") != 0) {
        return error_set(error, ERROR_USAGE,
                         "--dialect: expected \"postgresql\" or \"sqlite\", got \"%s\"", named);
    }
    const char *of_url = config->url == NULL ? NULL : db_dialect_of(config->url);
    if (named == NULL && url_given && of_url != NULL) {
        named = of_url;
    }
    if (named == NULL) {
        named = config->dialect != NULL ? config->dialect : of_url;
    }
    char *chosen = mem_copy_string(named);
    mem_free(config->dialect);
    config->dialect = chosen;
    return true;
}

static bool load_file(struct host *host, const struct config_request *request,
                      struct config *config, struct error *error)
{
    char *dotenv = path_join(config->directory, ".env");
    struct text source = {0};
    bool done = dotenv_load(dotenv, error) && file_read(config->path, &source, error);
    if (done) {
        const char *environment =
            request->environment != NULL ? request->environment : variable("NEAP_ENV");
        config->environment = mem_copy_string(environment);
        struct loading loading = {config, &source, NULL};
        done = run_file(host, &loading, error);
    }
    text_free(&source);
    mem_free(dotenv);
    return done;
}

/* What the reader of SQL files can reach. */
static bool check_below_sql(const struct config *config, const struct list *directories,
                            const char *key, int line, struct error *error)
{
    for (size_t i = 0; i < directories->count; i++) {
        char *below = sql_path_below(config, directories->items[i]);
        if (below == NULL) {
            error_set_at(error, ERROR_USAGE, config->path, line,
                         "%s: %s: %s is not below the directory of SQL files, %s",
                         path_name(config->path), key, directories->items[i], config->sql);
            error_advise(error, "Paths in neap.lua are relative to it: write %s/%s.",
                         config->sql, directories->items[i]);
        }
        mem_free(below);
    }
    return error->kind == ERROR_NONE;
}

static bool check_directories(const struct config *config, struct error *error)
{
    if (!check_below_sql(config, &config->repeatable, "repeatable", config->repeatable_line,
                         error) ||
        !check_below_sql(config, &config->setup_load, "setup.load", config->setup_line,
                         error)) {
        return false;
    }
    if (config->repeatable.count > 0 && config->history_table == NULL) {
        error_set_at(error, ERROR_USAGE, config->path, config->repeatable_line,
                     "%s: repeatable needs a history table, which tells what was run",
                     path_name(config->path));
    }
    return error->kind == ERROR_NONE;
}

bool host_load_config(struct host *host, const struct config_request *request,
                      struct config *config, struct error *error)
{
    *config = (struct config){0};
    bool done = find_file(request, &config->path, error);
    config->directory =
        config->path == NULL ? mem_copy_string(".") : path_directory(config->path);
    list_copy(&config->x_names, &request->x_names);
    list_copy(&config->x_values, &request->x_values);
    set_defaults(config);
    if (done && config->path != NULL) {
        done = load_file(host, request, config, error);
    }
    if (done) {
        bool url_given = choose_url(config, request);
        done = choose_dialect(config, request, url_given, error) &&
               check_directories(config, error);
    }
    if (!done) {
        config_free(config);
        return false;
    }
    list_clear(&host->helper_directories);
    list_copy(&host->helper_directories, &config->helpers);
    mem_free(host->config_path);
    host->config_path = mem_copy_string(config->path);
    return true;
}
