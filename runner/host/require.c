/* require.c - the require of revisions and helpers: the helper directories, then the helpers in
 * the binary, and nothing else. LUA_PATH and its kin are not looked at. Contract, sections 2.2
 * and 8. */
#include <ctype.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/sha256.h"
#include "host/embedded.h"
#include "host/state.h"

/* --- finding (plain C) --- */

/* Letters, digits, "_", "-", in parts separated by single dots. */
static bool name_is_valid(const char *name)
{
    bool part_is_empty = true;
    for (const char *at = name; *at != '\0'; at++) {
        if (*at == '.' ? part_is_empty
                       : isalnum((unsigned char)*at) == 0 && *at != '_' && *at != '-') {
            return false;
        }
        part_is_empty = *at == '.';
    }
    return !part_is_empty;
}

/* A helper directory may be a LuaRocks tree too. */
static const struct {
    const char *before, *after;
} layouts[] = {{"", ".lua"},
               {"", "/init.lua"},
               {"share/lua/5.4/", ".lua"},
               {"share/lua/5.4/", "/init.lua"}};
enum { LAYOUT_COUNT = sizeof layouts / sizeof layouts[0] };

static char *candidate(const char *directory, const char *below, size_t layout)
{
    char *name = string_format("%s%s%s", layouts[layout].before, below, layouts[layout].after);
    char *path = path_join(directory, name);
    mem_free(name);
    return path;
}

/* A running revision's, or neap.lua's for its hooks. */
static const struct list *directories_of(const struct host *host)
{
    return host->call != NULL ? &host->call->config->helpers : &host->helper_directories;
}

/* The first file of that name in the helper directories, or beside the model; or NULL. */
static char *find_file(const struct host *host, const char *name)
{
    struct list places = {0};
    list_copy(&places, directories_of(host));
    if (host->model_directory != NULL) {
        list_add(&places, host->model_directory);
    }
    const struct list *directories = &places;
    char *below = mem_copy_string(name);
    for (char *dot = strchr(below, '.'); dot != NULL; dot = strchr(dot, '.')) {
        *dot = '/';
    }
    char *found = NULL;
    for (size_t i = 0; found == NULL && i < directories->count; i++) {
        for (size_t layout = 0; found == NULL && layout < LAYOUT_COUNT; layout++) {
            char *path = candidate(directories->items[i], below, layout);
            if (file_exists(path)) {
                found = path;
            } else {
                mem_free(path);
            }
        }
    }
    mem_free(below);
    list_free(&places);
    return found;
}

/* Takes path and text over. */
static struct helper_file *add_helper(struct host *host, const char *name, char *path,
                                      struct text *text)
{
    struct helper_file *helper = mem_alloc(sizeof *helper);
    helper->name = mem_copy_string(name);
    helper->chunk = string_format("@%s", path);
    helper->file.kind = "helper";
    helper->file.path = path;
    helper->file.length = text->length;
    sha256_text_hex(text_string(text), text->length, helper->file.hash);
    helper->file.text = text_take(text);
    host->helpers = mem_grow(host->helpers, host->helper_count, &host->helper_capacity,
                             sizeof(struct helper_file *));
    host->helpers[host->helper_count++] = helper;
    return helper;
}

static void set_not_found(struct host *host, const char *name)
{
    error_set(&host->error, ERROR_USAGE, "there is no helper \"%s\"", name);
    struct text places = {0};
    list_join(directories_of(host), ", ", &places);
    error_advise(&host->error, "Looked in %s (helpers in neap.lua), and in neap's own helpers.",
                 places.length == 0 ? "no directory" : places.data);
    text_free(&places);
}

/* A helper in the binary, or with NEAP_LUA=dir in dir/../helpers. */
static bool read_own(const char *name, struct text *text, char **path, struct error *error)
{
    const struct embedded_module *module = embedded_find(name);
    if (module == NULL || !string_starts_with(module->chunk, "@neap:helpers/")) {
        return false;
    }
    *path = mem_copy_string(module->chunk + 1);
    const char *directory = getenv("NEAP_LUA");
    if (directory != NULL && directory[0] != '\0') {
        char *file = string_format("%s/../%s", directory, *path + strlen("neap:"));
        bool read = file_exists(file) && file_read(file, text, error);
        mem_free(file);
        if (read) {
            return true;
        }
        error_free(error);
    }
    text_append(text, module->text, module->length);
    return true;
}

/* Reads the helper at its first use; its text stays the same for the life of the state. NULL:
 * host->error says why. */
static const struct helper_file *find_helper(struct host *host, const char *name, bool *missing)
{
    *missing = false;
    for (size_t i = 0; i < host->helper_count; i++) {
        if (strcmp(host->helpers[i]->name, name) == 0) {
            return host->helpers[i];
        }
    }
    error_free(&host->error);
    struct text text = {0};
    char *path = find_file(host, name);
    if (path != NULL) {
        if (file_read(path, &text, &host->error)) {
            return add_helper(host, name, path, &text);
        }
        mem_free(path);
        text_free(&text);
        return NULL;
    }
    if (!read_own(name, &text, &path, &host->error)) {
        set_not_found(host, name);
        *missing = true;
        return NULL;
    }
    return add_helper(host, name, path, &text);
}

/* --- loading --- */

/* Stands for a helper that is being loaded: its address does. */
static char loading;

/* Raises host->error, with the place of the require and then of the helper. */
static int raise_at(lua_State *L, const char *file, int line)
{
    struct host *host = host_of(L);
    place_find(L, 0, &host->place);
    text_add(&host->error.at, text_string(&host->place.at));
    text_add(&host->error.via, text_string(&host->place.via));
    if (file != NULL) {
        text_format(&host->error.via, "%s%s:%d", host->error.via.length == 0 ? "" : "\n", file,
                    line);
    }
    return failure_raise(L);
}

static int raise_syntax(lua_State *L, const struct helper_file *helper)
{
    struct host *host = host_of(L);
    const char *rest = NULL;
    int line = place_split(lua_tostring(L, -1), helper->file.path, &rest);
    error_free(&host->error);
    error_set(&host->error, ERROR_FAILED, "%s", rest);
    return raise_at(L, helper->file.path, line);
}

/* Pushes the helper's chunk in an environment of its own. */
static void load_chunk(lua_State *L, const struct helper_file *helper)
{
    const char *text = helper->file.text;
    size_t length = helper->file.length;
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        length -= 3;
    }
    if (luaL_loadbufferx(L, text, length, helper->chunk, "t") != LUA_OK) {
        raise_syntax(L, helper);
    }
    sandbox_push_copy(L);
    lua_setupvalue(L, -2, 1);
}

/* "a -> b -> a": the helpers that are being loaded are the list in SLOT_RUN_LOADED. */
static int raise_cycle(lua_State *L, int loaded, const char *name)
{
    struct host *host = host_of(L);
    text_clear(&host->buffer);
    bool in_cycle = false;
    lua_Unsigned count = lua_rawlen(L, loaded);
    for (lua_Unsigned i = 1; i <= count; i++) {
        lua_rawgeti(L, loaded, (lua_Integer)i);
        in_cycle = in_cycle || strcmp(lua_tostring(L, -1), name) == 0;
        if (in_cycle) {
            text_format(&host->buffer, "%s -> ", lua_tostring(L, -1));
        }
        lua_pop(L, 1);
    }
    return failure_usage(L, "helpers require each other in a circle: %s%s",
                         text_string(&host->buffer), name);
}

/* A helper that fails while it is loaded: an error table that has the place, so that the circle
 * list can be put right before it is raised again. */
static int raise_again(lua_State *L, int status)
{
    struct host *host = host_of(L);
    if (lua_type(L, -1) != LUA_TSTRING || status == LUA_ERRMEM) {
        return lua_error(L);
    }
    error_free(&host->error);
    failure_read(L, lua_gettop(L), ERROR_FAILED);
    text_add(&host->error.at, text_string(&host->place.at));
    text_add(&host->error.via, text_string(&host->place.via));
    return failure_raise(L);
}

/* [name, loaded] -> what the helper returned, or true. */
static int load_helper(lua_State *L, const struct helper_file *helper)
{
    lua_Integer depth = (lua_Integer)lua_rawlen(L, 2) + 1;
    lua_pushcfunction(L, l_note_place);
    load_chunk(L, helper);
    lua_pushvalue(L, 1);
    lua_rawseti(L, 2, depth);
    lua_pushvalue(L, 1);
    lua_pushlightuserdata(L, &loading);
    lua_rawset(L, 2);
    lua_pushvalue(L, 1);
    lua_pushstring(L, helper->file.path);
    int status = lua_pcall(L, 2, 1, -4);
    lua_pushnil(L);
    lua_rawseti(L, 2, depth);
    if (status == LUA_OK && lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
    }
    lua_pushvalue(L, 1);
    if (status == LUA_OK) {
        lua_pushvalue(L, -2);
    } else {
        lua_pushnil(L);
    }
    lua_rawset(L, 2);
    return status == LUA_OK ? 1 : raise_again(L, status);
}

static int require_own(lua_State *L, const char *name)
{
    slot_push(L, SLOT_RUN);
    if (strcmp(name, "neap.op") == 0 && lua_getfield(L, -1, "op") != LUA_TNIL) {
        return 1;
    }
    failure_usage(L, "\"%s\" cannot be required here", name);
    return 0;
}

int l_require(lua_State *L)
{
    struct host *host = host_of(L);
    size_t length = 0;
    const char *name = luaL_checklstring(L, 1, &length);
    lua_settop(L, 1);
    if (string_starts_with(name, "neap.")) {
        return require_own(L, name);
    }
    if (strlen(name) != length || !name_is_valid(name)) {
        return failure_usage(
            L,
            "\"%s\" is no name of a helper: letters, digits, \"_\" and \"-\", with dots "
            "for directories",
            name);
    }
    if (slot_push(L, SLOT_RUN_LOADED) != LUA_TTABLE) {
        return failure_usage(
            L, "require works in revisions, helpers and hooks, not while neap.lua is read");
    }
    lua_pushvalue(L, 1);
    int kind = lua_rawget(L, 2);
    if (kind == LUA_TLIGHTUSERDATA && lua_touserdata(L, -1) == &loading) {
        return raise_cycle(L, 2, name);
    }
    if (kind != LUA_TNIL) {
        return 1;
    }
    lua_settop(L, 2);
    bool missing = false;
    const struct helper_file *helper = find_helper(host, name, &missing);
    if (helper != NULL) {
        files_note_helper(host, helper);
        return load_helper(L, helper);
    }
    if (missing && host->unsafe) {
        slot_push(L, SLOT_SYSTEM_REQUIRE);
        lua_pushvalue(L, 1);
        lua_call(L, 1, 1);
        return 1;
    }
    return raise_at(L, NULL, 0);
}
