/* config_keys.c - see config_keys.h; the keys are those of contract section 2.1. */
#include "host/config_keys.h"

#include <lauxlib.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "host/config_text.h"
#include "host/state.h"

/* --- the keys --- */

enum key_type {
    KEY_STRING,
    KEY_TABLE_NAME, /* a string, or false */
    KEY_LIST,
    KEY_PATHS,
    KEY_PATH,
    KEY_BOOLEAN,
    KEY_DURATION,
    KEY_COUNT,
    KEY_TRANSACTION,
    KEY_DIALECT,
    KEY_SETTINGS,
    KEY_NAMING,
    KEY_HOOKS,
    KEY_PERMISSIONS,
    KEY_INCLUDE_OBJECT,
    KEY_SETUP,
    KEY_GATE,
    KEY_ENVIRONMENTS,
};

static const struct key {
    const char *name;
    enum key_type type;
    size_t offset; /* in struct config */
} keys[] = {
    {"url", KEY_STRING, offsetof(struct config, url)},
    {"migrations", KEY_PATHS, offsetof(struct config, migrations)},
    {"helpers", KEY_PATHS, offsetof(struct config, helpers)},
    {"sql", KEY_PATH, offsetof(struct config, sql)},
    {"model", KEY_PATHS, offsetof(struct config, model)},
    {"schemas", KEY_LIST, offsetof(struct config, schemas)},
    {"ignore", KEY_LIST, offsetof(struct config, ignore)},
    {"include_object", KEY_INCLUDE_OBJECT, 0},
    {"include_partitions", KEY_BOOLEAN, offsetof(struct config, include_partitions)},
    {"version_table", KEY_STRING, offsetof(struct config, version_table)},
    {"version_table_schema", KEY_STRING, offsetof(struct config, version_table_schema)},
    {"history_table", KEY_TABLE_NAME, offsetof(struct config, history_table)},
    {"pruned", KEY_LIST, offsetof(struct config, pruned)},
    {"transaction", KEY_TRANSACTION, offsetof(struct config, transaction)},
    {"lock_timeout", KEY_DURATION, offsetof(struct config, lock_timeout_ms)},
    {"lock_retries", KEY_COUNT, offsetof(struct config, lock_retries)},
    {"statement_timeout", KEY_DURATION, offsetof(struct config, statement_timeout_ms)},
    {"settings", KEY_SETTINGS, 0},
    {"dialect", KEY_DIALECT, offsetof(struct config, dialect)},
    {"naming", KEY_NAMING, 0},
    {"file_template", KEY_STRING, offsetof(struct config, file_template)},
    {"timezone", KEY_STRING, offsetof(struct config, timezone)},
    {"role", KEY_STRING, offsetof(struct config, role)},
    {"permissions", KEY_PERMISSIONS, 0},
    {"hooks", KEY_HOOKS, 0},
    {"environments", KEY_ENVIRONMENTS, 0},
    {"setup", KEY_SETUP, offsetof(struct config, setup)},
    {"repeatable", KEY_PATHS, offsetof(struct config, repeatable)},
    {"compile_gate", KEY_GATE, 0},
    {"fingerprint", KEY_BOOLEAN, offsetof(struct config, fingerprint)},
    {"protected", KEY_BOOLEAN, offsetof(struct config, protected)},
    {"unsafe", KEY_BOOLEAN, offsetof(struct config, unsafe)},
};
enum { KEY_COUNT_ALL = sizeof keys / sizeof keys[0], FEW_NAMES = 5 };

static const char *const transactions[] = {[TRANSACTION_REVISION] = "revision",
                                           [TRANSACTION_ALL] = "all",
                                           [TRANSACTION_NONE] = "none"};
static const char *const dialects[] = {"postgresql", "sqlite"};
static const char *const gates[] = {[GATE_ERROR] = "error", [GATE_WARN] = "warn"};
static const char *const naming_kinds[] = {"ix", "uq", "ck", "fk", "pk"};
static const char *const hook_names[] = {"before_revision", "after_revision", "after_write"};

/* --- errors --- */

const char *config_push_shown(lua_State *L, int index, const char *key)
{
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
        return lua_pushstring(L, lua_toboolean(L, index) != 0 ? "true" : "false");
    case LUA_TNUMBER:
        return luaL_tolstring(L, index, NULL);
    case LUA_TSTRING:
        if (strcmp(key, "url") != 0) {
            return lua_pushfstring(L, "\"%s\"", lua_tostring(L, index));
        }
        return lua_pushliteral(L, "a string");
    case LUA_TNIL:
        return lua_pushliteral(L, "nil");
    default:
        return lua_pushfstring(L, "a %s", luaL_typename(L, index));
    }
}

/* parent: "naming." and the like, or "". */
static int fail_below(lua_State *L, const struct loading *loading, const char *parent,
                      const char *key, const char *what)
{
    struct host *host = host_of(L);
    const char *name = path_name(loading->config->path);
    error_free(&host->error);
    error_set_at(&host->error, ERROR_USAGE, loading->config->path,
                 config_line_of_key(loading->source, loading->environment, key),
                 "%s: %s%s%s%s%s: %s", name,
                 loading->environment == NULL ? "" : "environments.",
                 loading->environment == NULL ? "" : loading->environment,
                 loading->environment == NULL ? "" : ".", parent, key, what);
    return failure_raise(L);
}

static int fail_at_key(lua_State *L, const struct loading *loading, const char *key,
                       const char *what)
{
    return fail_below(L, loading, "", key, what);
}

/* The value is on top of the stack. */
static int fail_expected(lua_State *L, const struct loading *loading, const char *key,
                         const char *expected)
{
    const char *shown = config_push_shown(L, lua_gettop(L), key);
    return fail_at_key(L, loading, key,
                       lua_pushfstring(L, "expected %s, got %s", expected, shown));
}

/* " (did you mean ...?)" for word among names; pushed. */
static const char *push_hint(lua_State *L, const char *word, const char *const *names,
                             size_t count)
{
    embedded_require(L, "neap.errors");
    lua_getfield(L, -1, "hint");
    lua_pushstring(L, word);
    lua_createtable(L, 0, (int)count);
    for (size_t i = 0; i < count; i++) {
        lua_pushboolean(L, 1);
        lua_setfield(L, -2, names[i]);
    }
    lua_call(L, 2, 1);
    return lua_tostring(L, -1);
}

/* --- values; each is on top of the stack, and stays --- */

static const char *check_string(lua_State *L, const struct loading *loading, const char *key,
                                const char *expected)
{
    if (lua_type(L, -1) != LUA_TSTRING) {
        fail_expected(L, loading, key, expected);
    }
    size_t length = 0;
    const char *string = lua_tolstring(L, -1, &length);
    if (length == 0) {
        fail_at_key(L, loading, key, "must not be empty");
    }
    if (strlen(string) != length) {
        fail_at_key(L, loading, key, "a NUL byte in a string");
    }
    return string;
}

static void set_string(char **field, const char *string)
{
    mem_free(*field);
    *field = mem_copy_string(string);
}

static void add_item(lua_State *L, const struct loading *loading, const struct key *key,
                     struct list *list)
{
    const char *item = check_string(L, loading, key->name, "a string or a list of strings");
    list_give(list, key->type == KEY_PATHS ? path_join(loading->config->directory, item)
                                           : mem_copy_string(item));
}

static void read_list(lua_State *L, const struct loading *loading, const struct key *key,
                      struct list *list)
{
    list_clear(list);
    if (lua_type(L, -1) != LUA_TTABLE) {
        add_item(L, loading, key, list);
        return;
    }
    lua_Integer count = (lua_Integer)lua_rawlen(L, -1);
    lua_Integer entries = 0;
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        entries++;
    }
    if (entries != count) {
        fail_at_key(L, loading, key->name, "expected a list of strings, without names or gaps");
    }
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, -1, i);
        add_item(L, loading, key, list);
        lua_pop(L, 1);
    }
    if (count == 0 && strcmp(key->name, "migrations") == 0) {
        fail_at_key(L, loading, key->name, "expected at least one directory");
    }
}

static int64_t read_duration(lua_State *L, const struct loading *loading, const char *key)
{
    static const char expected[] = "a duration such as \"5s\" or \"250ms\"";
    int64_t ms = -1;
    if (lua_type(L, -1) == LUA_TSTRING) {
        ms = duration_parse_ms(lua_tostring(L, -1));
    } else if (lua_type(L, -1) == LUA_TNUMBER) {
        double seconds = lua_tonumber(L, -1);
        ms = seconds >= 0 && seconds < 1e9 ? (int64_t)llround(seconds * 1000) : -1;
    } else if (lua_type(L, -1) == LUA_TBOOLEAN && lua_toboolean(L, -1) == 0) {
        ms = 0;
    }
    if (ms < 0) {
        fail_expected(L, loading, key, expected);
    }
    return ms;
}

static long read_count(lua_State *L, const struct loading *loading, const char *key)
{
    int whole = 0;
    lua_Integer count = lua_type(L, -1) == LUA_TNUMBER ? lua_tointegerx(L, -1, &whole) : 0;
    if (whole == 0 || count < 0 || count > 1000000) {
        fail_expected(L, loading, key, "a whole number, 0 or more");
    }
    return (long)count;
}

static int read_choice(lua_State *L, const struct loading *loading, const char *key,
                       const char *const *choices, int count)
{
    struct host *host = host_of(L);
    text_clear(&host->buffer);
    for (int i = 0; i < count; i++) {
        text_format(&host->buffer, "%s\"%s\"",
                    i == 0           ? ""
                    : i == count - 1 ? " or "
                                     : ", ",
                    choices[i]);
    }
    const char *string = check_string(L, loading, key, text_string(&host->buffer));
    for (int i = 0; i < count; i++) {
        if (strcmp(choices[i], string) == 0) {
            return i;
        }
    }
    return fail_expected(L, loading, key, text_string(&host->buffer));
}

/* All of a few names, for a word that is near to none of them; pushed. */
static const char *push_all(lua_State *L, const char *const *names, size_t count)
{
    luaL_Buffer all;
    luaL_buffinit(L, &all);
    for (size_t i = 0; i < count; i++) {
        luaL_addstring(&all, i == 0 ? " (there are " : i + 1 == count ? " and " : ", ");
        luaL_addstring(&all, names[i]);
    }
    luaL_addchar(&all, ')');
    luaL_pushresult(&all);
    return lua_tostring(L, -1);
}

/* Every key of the table on top of the stack must be a string among names (NULL: any). Raises
 * for the first wrong one in alphabetical order. */
static void check_names(lua_State *L, const struct loading *loading, const char *key,
                        const char *const *names, size_t count)
{
    if (!lua_istable(L, -1)) {
        fail_expected(L, loading, key, "a table");
    }
    const char *wrong = NULL;
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING) {
            fail_at_key(L, loading, key, "expected names, as in { name = value }");
        }
        const char *name = lua_tostring(L, -2);
        bool known = names == NULL;
        for (size_t i = 0; i < count; i++) {
            known = known || strcmp(names[i], name) == 0;
        }
        if (!known && (wrong == NULL || strcmp(name, wrong) < 0)) {
            wrong = name;
        }
    }
    if (wrong != NULL) {
        const char *hint = push_hint(L, wrong, names, count);
        const char *parent = "";
        if (count <= FEW_NAMES) {
            parent = lua_pushfstring(L, "%s.", key);
            hint = hint[0] == '\0' ? push_all(L, names, count) : hint;
        }
        fail_below(L, loading, parent, wrong, lua_pushfstring(L, "unknown key%s", hint));
    }
}

/* A setting's value as SET takes it. Integers without a fraction, booleans as on and off. */
static char *read_setting(lua_State *L, const struct loading *loading)
{
    switch (lua_type(L, -1)) {
    case LUA_TBOOLEAN:
        return mem_copy_string(lua_toboolean(L, -1) != 0 ? "on" : "off");
    case LUA_TNUMBER: {
        char *copy = mem_copy_string(luaL_tolstring(L, -1, NULL));
        lua_pop(L, 1);
        return copy;
    }
    case LUA_TSTRING:
        return mem_copy_string(lua_tostring(L, -1));
    default:
        fail_expected(L, loading, "settings", "strings, numbers or booleans");
        return NULL;
    }
}

static void read_settings(lua_State *L, const struct loading *loading)
{
    struct config *config = loading->config;
    check_names(L, loading, "settings", NULL, 0);
    list_clear(&config->setting_names);
    list_clear(&config->setting_values);
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        list_add(&config->setting_names, lua_tostring(L, -2));
    }
    list_sort(&config->setting_names);
    for (size_t i = 0; i < config->setting_names.count; i++) {
        lua_getfield(L, -1, config->setting_names.items[i]);
        list_give(&config->setting_values, read_setting(L, loading));
        lua_pop(L, 1);
    }
}

static void read_naming(lua_State *L, const struct loading *loading)
{
    struct config *config = loading->config;
    check_names(L, loading, "naming", naming_kinds, 5);
    list_clear(&config->naming_names);
    list_clear(&config->naming_values);
    for (size_t i = 0; i < sizeof naming_kinds / sizeof naming_kinds[0]; i++) {
        if (lua_getfield(L, -1, naming_kinds[i]) != LUA_TNIL) {
            list_add(&config->naming_values,
                     check_string(L, loading, "naming", "templates (strings)"));
            list_add(&config->naming_names, naming_kinds[i]);
        }
        lua_pop(L, 1);
    }
}

static void read_hooks(lua_State *L, const struct loading *loading)
{
    check_names(L, loading, "hooks", hook_names, 3);
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        if (!lua_isfunction(L, -1)) {
            fail_expected(L, loading, lua_tostring(L, -2), "a function");
        }
    }
    lua_pushvalue(L, -1);
    slot_set(L, SLOT_HOOKS);
}

/* The checks are Lua's, which says which entry is wrong. */
static void read_permissions(lua_State *L, const struct loading *loading)
{
    embedded_require(L, "neap.policy.entries");
    lua_getfield(L, -1, "chunk");
    lua_pushvalue(L, -3);
    if (lua_pcall(L, 1, 1, 0) != LUA_OK) {
        fail_at_key(L, loading, "permissions", luaL_tolstring(L, -1, NULL));
    }
    set_string(&loading->config->permissions, lua_tostring(L, -1));
    lua_pop(L, 2);
}

/* Lua checks it, and says what is wrong. */
static void read_setup(lua_State *L, const struct loading *loading)
{
    struct config *config = loading->config;
    embedded_require(L, "neap.setup");
    lua_getfield(L, -1, "check");
    lua_pushvalue(L, -3);
    if (lua_pcall(L, 1, 1, 0) != LUA_OK) {
        fail_at_key(L, loading, "setup", luaL_tolstring(L, -1, NULL));
    }
    list_clear(&config->setup_load);
    lua_getfield(L, -1, "load");
    for (lua_Integer i = 1; lua_rawgeti(L, -1, i) == LUA_TSTRING; i++) {
        list_give(&config->setup_load, path_join(config->directory, lua_tostring(L, -1)));
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
    json_t *json = json_read(L, -1);
    char *text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    set_string(&config->setup, text);
    free(text); /* jansson's */
    lua_pop(L, 2);
}

static void read_value(lua_State *L, const struct loading *loading, const struct key *key)
{
    struct config *config = loading->config;
    char *field = (char *)config + key->offset;
    switch (key->type) {
    case KEY_STRING:
        set_string((char **)field, check_string(L, loading, key->name, "a string"));
        break;
    case KEY_TABLE_NAME:
        set_string((char **)field,
                   lua_isboolean(L, -1) && lua_toboolean(L, -1) == 0
                       ? NULL
                       : check_string(L, loading, key->name, "a name, or false for none"));
        break;
    case KEY_PATH: {
        const char *path = check_string(L, loading, key->name, "a directory (a string)");
        mem_free(*(char **)field);
        *(char **)field = path_join(config->directory, path);
        break;
    }
    case KEY_LIST:
    case KEY_PATHS:
        read_list(L, loading, key, (struct list *)field);
        break;
    case KEY_BOOLEAN:
        if (!lua_isboolean(L, -1)) {
            fail_expected(L, loading, key->name, "true or false");
        }
        *(bool *)field = lua_toboolean(L, -1) != 0;
        break;
    case KEY_DURATION:
        *(int64_t *)field = read_duration(L, loading, key->name);
        break;
    case KEY_COUNT:
        *(long *)field = read_count(L, loading, key->name);
        break;
    case KEY_TRANSACTION:
        config->transaction =
            (enum transaction_mode)read_choice(L, loading, key->name, transactions, 3);
        break;
    case KEY_DIALECT:
        set_string(&config->dialect, dialects[read_choice(L, loading, key->name, dialects, 2)]);
        break;
    case KEY_SETTINGS:
        read_settings(L, loading);
        break;
    case KEY_NAMING:
        read_naming(L, loading);
        break;
    case KEY_PERMISSIONS:
        read_permissions(L, loading);
        break;
    case KEY_HOOKS:
        read_hooks(L, loading);
        break;
    case KEY_INCLUDE_OBJECT:
        if (!lua_isfunction(L, -1)) {
            fail_expected(L, loading, key->name, "a function");
        }
        lua_pushvalue(L, -1);
        slot_set(L, SLOT_INCLUDE_OBJECT);
        break;
    case KEY_GATE:
        config->compile_gate =
            lua_isboolean(L, -1) && lua_toboolean(L, -1) == 0
                ? GATE_OFF
                : (enum compile_gate)read_choice(L, loading, key->name, gates, 2);
        break;
    case KEY_SETUP:
        read_setup(L, loading);
        break;
    case KEY_ENVIRONMENTS:
        break;
    }
}

/* The table on top of the stack has no other keys than these; environments do not nest. */
static void check_key_names(lua_State *L, const struct loading *loading)
{
    const char *names[KEY_COUNT_ALL];
    size_t count = 0;
    for (size_t i = 0; i < KEY_COUNT_ALL; i++) {
        if (loading->environment == NULL || keys[i].type != KEY_ENVIRONMENTS) {
            names[count++] = keys[i].name;
        }
    }
    check_names(L, loading, loading->environment == NULL ? "return" : loading->environment,
                names, count);
}

/* For what runs because of a key, and names its line when it fails. */
static void note_line(const struct loading *loading, const struct key *key)
{
    int *line = key->offset == offsetof(struct config, repeatable)
                    ? &loading->config->repeatable_line
                : key->offset == offsetof(struct config, setup) ? &loading->config->setup_line
                                                                : NULL;
    if (line != NULL) {
        *line = config_line_of_key(loading->source, loading->environment, key->name);
    }
}

void config_read_keys(lua_State *L, const struct loading *loading)
{
    check_key_names(L, loading);
    for (size_t i = 0; i < KEY_COUNT_ALL; i++) {
        lua_pushstring(L, keys[i].name);
        if (lua_rawget(L, -2) != LUA_TNIL) {
            read_value(L, loading, &keys[i]);
            note_line(loading, &keys[i]);
        }
        lua_pop(L, 1);
    }
}

/* --- environments --- */

static int fail_environment(lua_State *L, struct loading *loading, const char *name)
{
    struct host *host = host_of(L);
    const char *names[64] = {NULL};
    size_t count = 0;
    struct list known = {0};
    if (lua_istable(L, -1)) {
        for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
            if (count < 64 && lua_type(L, -2) == LUA_TSTRING) {
                names[count++] = lua_tostring(L, -2);
            }
        }
    }
    const char *hint = push_hint(L, name, names, count);
    for (size_t i = 0; i < count; i++) {
        list_add(&known, names[i]);
    }
    list_sort(&known);
    error_free(&host->error);
    error_set_at(&host->error, ERROR_USAGE, loading->config->path,
                 config_line_of_key(loading->source, NULL, "environments"),
                 "%s has no environment \"%s\"%s", path_name(loading->config->path), name,
                 hint);
    struct text text = {0};
    list_join(&known, ", ", &text);
    error_advise(&host->error, "%s%s.",
                 count == 0 ? "It has no environments at all" : "It has: ", text_string(&text));
    text_free(&text);
    list_free(&known);
    return failure_raise(L);
}

/* Names that are in no struct config must not hide in an entry that is not chosen today. */
static void check_entries(lua_State *L, struct loading *loading)
{
    struct list *names = &host_of(L)->names;
    list_clear(names);
    check_names(L, loading, "environments", NULL, 0);
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        list_add(names, lua_tostring(L, -2));
    }
    list_sort(names);
    for (size_t i = 0; i < names->count; i++) {
        if (lua_getfield(L, -1, names->items[i]) != LUA_TTABLE) {
            fail_expected(L, loading, names->items[i], "a table");
        }
        loading->environment = names->items[i];
        check_key_names(L, loading);
        loading->environment = NULL;
        lua_pop(L, 1);
    }
}

/* `url = env.PROD_URL` is no key at all when the variable is not set, and the URL would be
 * another database's: the one at the top of neap.lua. */
static void check_url(lua_State *L, const struct loading *loading)
{
    lua_pushliteral(L, "url");
    int kind = lua_rawget(L, -2);
    lua_pop(L, 1);
    char *variable = config_variable_of_url(loading->source, loading->environment);
    if (kind != LUA_TNIL || variable == NULL || getenv(variable) != NULL) {
        mem_free(variable);
        return;
    }
    struct host *host = host_of(L);
    error_free(&host->error);
    error_set_at(&host->error, ERROR_USAGE, loading->config->path,
                 config_line_of_key(loading->source, loading->environment, "url"),
                 "%s: environments.%s.url: the variable %s is not set",
                 path_name(loading->config->path), loading->environment, variable);
    mem_free(variable);
    failure_raise(L);
}

void config_read_environments(lua_State *L, struct loading *loading)
{
    const char *chosen = loading->config->environment;
    if (!lua_isnil(L, -1)) {
        check_entries(L, loading);
    }
    if (chosen == NULL) {
        return;
    }
    if (!lua_istable(L, -1)) {
        fail_environment(L, loading, chosen);
    }
    if (lua_getfield(L, -1, chosen) != LUA_TTABLE) {
        lua_pop(L, 1);
        fail_environment(L, loading, chosen);
    }
    loading->environment = chosen;
    check_url(L, loading);
    config_read_keys(L, loading);
    loading->environment = NULL;
}
