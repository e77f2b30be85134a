/* lua_objects.c - neap.sql: what SQL text creates, and which names it uses. */
#include <lauxlib.h>
#include <string.h>

#include "base/text.h"
#include "host/modules.h"
#include "sql/changes.h"
#include "sql/objects.h"

static enum sql_dialect check_dialect(lua_State *L, int argument)
{
    static const char *const names[] = {"postgresql", "sqlite", NULL};
    return luaL_checkoption(L, argument, NULL, names) == 1 ? SQL_SQLITE : SQL_POSTGRESQL;
}

/* What ends a quoted name, or NUL. */
static char closing_quote(char first)
{
    switch (first) {
    case '"':
    case '`':
        return first;
    case '[':
        return ']';
    default:
        return '\0';
    }
}

/* Pushes one part of a name as the database keeps it: folded, or without its quotes. */
static size_t push_part(lua_State *L, const char *text, size_t at, size_t end)
{
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    char quote = closing_quote(text[at]);
    if (quote == '\0') {
        for (; at < end && strchr(". \t\r\n/-", text[at]) == NULL; at++) {
            char c = text[at];
            luaL_addchar(&buffer, (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c));
        }
    } else {
        for (at++; at < end; at++) {
            if (text[at] == quote && (at + 1 >= end || text[++at] != quote)) {
                break;
            }
            luaL_addchar(&buffer, text[at]);
        }
    }
    luaL_pushresult(&buffer);
    return at;
}

/* Where the next part of a qualified name begins, or end. */
static size_t next_part(const char *text, size_t at, size_t end)
{
    const char *dot = at < end ? memchr(text + at, '.', end - at) : NULL;
    size_t next = dot == NULL ? end : (size_t)(dot - text) + 1;
    while (next < end && strchr(" \t\r\n", text[next]) != NULL) {
        next++;
    }
    return next;
}

/* Pushes schema (or nil) and name: the last two parts. */
static void push_name(lua_State *L, const char *text, struct sql_name name)
{
    lua_pushnil(L);
    size_t at = push_part(L, text, name.start, name.end);
    for (size_t next = next_part(text, at, name.end); next < name.end;
         next = next_part(text, at, name.end)) {
        lua_remove(L, -2);
        at = push_part(L, text, next, name.end);
    }
}

static void set_name(lua_State *L, const char *text, struct sql_name name, const char *schema,
                     const char *field)
{
    if (name.end == 0) {
        return;
    }
    push_name(L, text, name);
    lua_setfield(L, -3, field);
    lua_setfield(L, -2, schema);
}

static void push_object(lua_State *L, const char *text, const struct sql_span *span,
                        const struct sql_object *object)
{
    const char *sql = text + span->start;
    lua_createtable(L, 0, 12);
    lua_pushstring(L, object->kind);
    lua_setfield(L, -2, "kind");
    lua_pushboolean(L, object->drop);
    lua_setfield(L, -2, "drop");
    lua_pushboolean(L, object->replace);
    lua_setfield(L, -2, "replace");
    set_name(L, sql, object->name, "schema", "name");
    set_name(L, sql, object->on, "on_schema", "on");
    if (object->language.end > 0) {
        (void)push_part(L, sql, object->language.start, object->language.end);
        lua_setfield(L, -2, "language");
    }
    lua_pushinteger(L, (lua_Integer)span->start + 1);
    lua_setfield(L, -2, "start");
    lua_pushinteger(L, (lua_Integer)span->end);
    lua_setfield(L, -2, "stop");
    lua_pushinteger(L, span->line);
    lua_setfield(L, -2, "line");
}

/* The first schema of a path as it is written, app of "app, public"; none of DEFAULT, of an
 * empty path, and of the user's own. Pushed. */
static bool push_first_schema(lua_State *L, const char *path)
{
    path += strspn(path, " \t\r\n");
    bool string = path[0] == '\'';
    const char *first = path + (string ? 1 : 0);
    size_t end = string ? strcspn(first, "'") : strlen(first);
    if (string && memchr(first, ',', end) == NULL) {
        lua_pushlstring(L, first, end); /* 'App' is that name */
    } else {
        (void)push_part(L, first, 0, end);
        const char *name = lua_tostring(L, -1);
        size_t length = strcspn(name, ",");
        if (first[0] != '"' && name[length] == ',') {
            lua_pushlstring(L, name, length);
            lua_remove(L, -2);
        }
    }
    const char *name = lua_tostring(L, -1);
    if (name[0] == '\0' || strcmp(name, "$user") == 0 || strcmp(name, "default") == 0) {
        lua_pop(L, 1);
        return false;
    }
    return true;
}

/* SET search_path: [objects] gets { kind = "search_path", schema, start }, for names after it.
 */
static bool push_path(lua_State *L, const char *text, const struct sql_span *span)
{
    struct text lines = {0};
    struct sql_change change = {0};
    const char *sql = text + span->start;
    size_t word = strspn(sql, " \t\r\n");
    if (strchr("sSrR", sql[word]) == NULL) {
        return false;
    }
    sql_changes(sql, span->end - span->start, SQL_POSTGRESQL, "-", &lines);
    const char *at = text_string(&lines);
    bool found = sql_next_change(&at, &change) && change.verb.length == 4 &&
                 strncmp(change.verb.text, "path", 4) == 0;
    if (found) {
        lua_createtable(L, 0, 3);
        lua_pushliteral(L, "search_path");
        lua_setfield(L, -2, "kind");
        struct text path = {0};
        sql_add_change_plain(&path, change.kind);
        if (push_first_schema(L, text_string(&path))) {
            lua_setfield(L, -2, "schema");
        }
        text_free(&path);
        lua_pushinteger(L, (lua_Integer)span->start + 1);
        lua_setfield(L, -2, "start");
    }
    text_free(&lines);
    return found;
}

/* objects(text, dialect) -> list of { kind, drop, replace, schema, name, on_schema, on,
 * language, start, stop, line }: what the statements of text create or drop, and where they
 * set the search_path: { kind, schema, start } */
static int l_objects(lua_State *L)
{
    size_t length = 0;
    const char *text = luaL_checklstring(L, 1, &length);
    enum sql_dialect dialect = check_dialect(L, 2);
    lua_newtable(L);
    struct sql_span span = {0};
    lua_Integer count = 0;
    while (sql_next_statement(text, length, dialect, &span)) {
        struct sql_object object = {0};
        if (span.kind != SQL_STATEMENT) {
            continue;
        }
        if (sql_object(text + span.start, span.end - span.start, dialect, &object)) {
            push_object(L, text, &span, &object);
            lua_rawseti(L, -2, ++count);
        } else if (dialect == SQL_POSTGRESQL && push_path(L, text, &span)) {
            lua_rawseti(L, -2, ++count);
        }
    }
    return 1;
}

/* Most names in a text are of no interest: a bit for each hash of a name (FNV-1a of its folded
 * bytes) tells, before anything is made of it. */
enum { NAME_BITS = 1 << 16 };

struct name_set {
    unsigned char bits[NAME_BITS / 8];
};

static unsigned hash_name(const char *text, size_t length)
{
    unsigned hash = 2166136261U;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        c = (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
        hash = (hash ^ (unsigned char)c) * 16777619U;
    }
    return (hash ^ (hash >> 16)) % NAME_BITS;
}

/* name_set(names) -> what `uses` looks for: the keys of names */
static int l_name_set(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    struct name_set *set = lua_newuserdatauv(L, sizeof *set, 1);
    *set = (struct name_set){0};
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, 2, 1);
    (void)luaL_newmetatable(L, "neap.sql.names");
    lua_setmetatable(L, 2);
    for (lua_pushnil(L); lua_next(L, 1) != 0; lua_pop(L, 1)) {
        size_t length = 0;
        const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &length) : "";
        unsigned hash = hash_name(name, length);
        set->bits[hash / 8] |= (unsigned char)(1U << (hash % 8));
    }
    return 1;
}

struct collection {
    lua_State *L;
    const char *sql;
    const struct name_set *set;
};

/* False: no name of the set. */
static bool may_be_in(void *data, struct sql_name name)
{
    const struct collection *collection = data;
    const char *text = collection->sql + name.start;
    size_t length = name.end - name.start, last = length;
    while (last > 0 && strchr(".\"`] \t\r\n/", text[last - 1]) == NULL) {
        last--;
    }
    if (last > 0 && text[last - 1] != '.') {
        return true; /* quoted, or with something in between */
    }
    unsigned hash = hash_name(text + last, length - last);
    return (collection->set->bits[hash / 8] & (1U << (hash % 8))) != 0;
}

/* On the stack: 3 the names of interest, 4 the result. */
static void note_use(void *data, struct sql_name name, unsigned kind)
{
    const struct collection *collection = data;
    lua_State *L = collection->L;
    push_name(L, collection->sql, name);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, 3) == LUA_TNIL) {
        lua_pop(L, 3);
        return;
    }
    lua_pop(L, 1);
    if (lua_isnil(L, -2)) {
        lua_remove(L, -2);
    } else {
        lua_pushliteral(L, ".");
        lua_insert(L, -2);
        lua_concat(L, 3);
    }
    /* Late ones in the upper half. */
    unsigned bits = (kind & SQL_USE_LATE) != 0 ? (kind & 7U) << 4 : kind;
    lua_pushvalue(L, -1);
    lua_rawget(L, 4);
    bits |= (unsigned)lua_tointeger(L, -1);
    lua_pop(L, 1);
    lua_pushinteger(L, (lua_Integer)bits);
    lua_rawset(L, 4);
}

/* uses(text, dialect, set) -> { ["name" or "schema.name"] = bits } of those whose last part is
 * in the name_set; bits: 1 called, 2 as a relation or type, 4 anywhere else; 16, 32, 64 the
 * same in a text that is looked at later only */
static int l_uses(lua_State *L)
{
    size_t length = 0;
    const char *text = luaL_checklstring(L, 1, &length);
    enum sql_dialect dialect = check_dialect(L, 2);
    const struct name_set *set = luaL_checkudata(L, 3, "neap.sql.names");
    lua_settop(L, 3);
    (void)lua_getiuservalue(L, 3, 1);
    lua_insert(L, 3); /* its names; the set stays on the stack, so it lives */
    lua_newtable(L);
    lua_insert(L, 4);
    luaL_checkstack(L, 10, "names");
    struct sql_span span = {0};
    while (sql_next_statement(text, length, dialect, &span)) {
        if (span.kind == SQL_STATEMENT) {
            struct collection collection = {L, text + span.start, set};
            struct sql_use_finder finder = {&collection, may_be_in, note_use};
            sql_uses(collection.sql, span.end - span.start, dialect, &finder);
        }
    }
    lua_settop(L, 4);
    return 1;
}

void sql_objects_open(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"objects", l_objects}, {"name_set", l_name_set}, {"uses", l_uses}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
