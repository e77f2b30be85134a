/* lua_sql.c - neap.sql: the lexer and the quoting for our embedded Lua.
 *
 * Offsets are Lua's: from 1, both ends included. dialect is "postgresql" or "sqlite".
 */
#include <lauxlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/scram.h"
#include "host/modules.h"
#include "sql/changes.h"
#include "sql/lexer.h"
#include "sql/quote.h"

static enum sql_dialect check_dialect(lua_State *L, int argument)
{
    static const char *const names[] = {"postgresql", "sqlite", NULL};
    return luaL_checkoption(L, argument, NULL, names) == 1 ? SQL_SQLITE : SQL_POSTGRESQL;
}

/* A struct text would leak when Lua runs out of memory while the result is pushed: it is closed
 * by its userdata. */
static int l_text_close(lua_State *L)
{
    text_free(luaL_checkudata(L, 1, "neap.sql.text"));
    return 0;
}

static struct text *new_text(lua_State *L)
{
    struct text *text = lua_newuserdatauv(L, sizeof *text, 0);
    *text = (struct text){0};
    if (luaL_newmetatable(L, "neap.sql.text")) {
        lua_pushcfunction(L, l_text_close);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return text;
}

typedef void quote_function(struct text *out, const char *bytes, size_t length,
                            enum sql_dialect dialect);

static int quote(lua_State *L, quote_function *function, const char *what)
{
    size_t length = 0;
    const char *bytes = luaL_checklstring(L, 1, &length);
    enum sql_dialect dialect = check_dialect(L, 2);
    if (what != NULL && memchr(bytes, '\0', length) != NULL) {
        return luaL_error(L, "%s cannot hold a NUL byte", what);
    }
    struct text *text = new_text(L);
    function(text, bytes, length, dialect);
    lua_pushlstring(L, text_string(text), text->length);
    text_free(text);
    return 1;
}

/* quote_name(name, dialect) -> text; a NUL byte is an error */
static int l_quote_name(lua_State *L)
{
    return quote(L, sql_quote_name, "a name");
}

/* quote_string(string, dialect) -> text; a NUL byte is an error */
static int l_quote_string(lua_State *L)
{
    return quote(L, sql_quote_string, "a text");
}

/* quote_bytes(string, dialect) -> text */
static int l_quote_bytes(lua_State *L)
{
    return quote(L, sql_quote_bytes, NULL);
}

/* is_reserved(word, dialect) -> boolean */
static int l_is_reserved(lua_State *L)
{
    size_t length = 0;
    const char *word = luaL_checklstring(L, 1, &length);
    lua_pushboolean(L, sql_is_reserved(word, length, check_dialect(L, 2)));
    return 1;
}

static void set_string(lua_State *L, const char *key, const char *text, size_t start,
                       size_t end)
{
    lua_pushlstring(L, text + start, end - start);
    lua_setfield(L, -2, key);
}

static void set_integer(lua_State *L, const char *key, size_t value)
{
    lua_pushinteger(L, (lua_Integer)value);
    lua_setfield(L, -2, key);
}

/* Pushes the table of one statement. */
static void push_span(lua_State *L, const char *text, const struct sql_span *span)
{
    static const char *const kinds[] = {"statement", "backslash", "unclosed"};
    lua_createtable(L, 0, 6);
    set_string(L, "sql", text, span->start, span->end);
    set_integer(L, "line", (size_t)span->line);
    set_integer(L, "start", span->start + 1);
    set_integer(L, "stop", span->end);
    lua_pushstring(L, kinds[span->kind]);
    lua_setfield(L, -2, "kind");
    if (span->is_copy_in) {
        set_string(L, "copy_data", text, span->data_start, span->data_end);
    }
}

/* statements(text, dialect) -> list of { sql, line, start, stop, kind, copy_data }; kind is
 * "statement", "backslash" or "unclosed"; copy_data is nil unless it is COPY ... FROM STDIN */
static int l_statements(lua_State *L)
{
    size_t length = 0;
    const char *text = luaL_checklstring(L, 1, &length);
    enum sql_dialect dialect = check_dialect(L, 2);
    lua_newtable(L);
    struct sql_span span = {0};
    for (lua_Integer i = 1; sql_next_statement(text, length, dialect, &span); i++) {
        push_span(L, text, &span);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

/* transaction_word(sql, dialect) -> "begin", "commit", "rollback", "prepare", "savepoint" or
 * nil */
static int l_transaction_word(lua_State *L)
{
    static const char *const names[] = {[SQL_BEGIN] = "begin",
                                        [SQL_COMMIT] = "commit",
                                        [SQL_ROLLBACK] = "rollback",
                                        [SQL_PREPARE_TRANSACTION] = "prepare",
                                        [SQL_SAVEPOINT] = "savepoint"};
    size_t length = 0;
    const char *sql = luaL_checklstring(L, 1, &length);
    lua_pushstring(L, names[sql_transaction_word(sql, length, check_dialect(L, 2))]);
    return 1;
}

/* needs_autocommit(sql, dialect) -> boolean */
static int l_needs_autocommit(lua_State *L)
{
    size_t length = 0;
    const char *sql = luaL_checklstring(L, 1, &length);
    lua_pushboolean(L, sql_needs_autocommit(sql, length, check_dialect(L, 2)));
    return 1;
}

/* is_copy_out(sql) -> boolean */
static int l_is_copy_out(lua_State *L)
{
    size_t length = 0;
    const char *sql = luaL_checklstring(L, 1, &length);
    lua_pushboolean(L, sql_is_copy_out(sql, length));
    return 1;
}

/* concurrent_index(sql) -> nil, or { what = "create" | "drop" | "reindex" | "detach", name,
 * table }, the names as written; table is nil where the statement has none */
static int l_concurrent_index(lua_State *L)
{
    static const char *const names[] = {[SQL_CREATE_INDEX] = "create",
                                        [SQL_DROP_INDEX] = "drop",
                                        [SQL_REINDEX] = "reindex",
                                        [SQL_DETACH_PARTITION] = "detach"};
    size_t length = 0;
    const char *sql = luaL_checklstring(L, 1, &length);
    struct sql_concurrent_index index = sql_concurrent_index(sql, length);
    if (index.what == SQL_NOT_CONCURRENT) {
        lua_pushnil(L);
        return 1;
    }
    lua_createtable(L, 0, 3);
    lua_pushstring(L, names[index.what]);
    lua_setfield(L, -2, "what");
    set_string(L, "name", index.name, 0, index.name_length);
    if (index.table_length > 0) {
        set_string(L, "table", index.table, 0, index.table_length);
    }
    return 1;
}

/* parameters(text, dialect) -> list of { name, start, stop } of :name parameters, the colon
 * included */
static int l_parameters(lua_State *L)
{
    size_t length = 0;
    const char *text = luaL_checklstring(L, 1, &length);
    enum sql_dialect dialect = check_dialect(L, 2);
    lua_newtable(L);
    struct sql_named_parameter parameter = {0};
    for (lua_Integer i = 1; sql_next_parameter(text, length, dialect, &parameter); i++) {
        lua_createtable(L, 0, 3);
        set_string(L, "name", text, parameter.start + 1, parameter.end);
        set_integer(L, "start", parameter.start + 1);
        set_integer(L, "stop", parameter.end);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

/* placeholders(text, dialect) -> list of { number, start, stop } of $1, ?, ?1; the number of
 * SQLite's named ones is 0 */
static int l_placeholders(lua_State *L)
{
    size_t length = 0;
    const char *text = luaL_checklstring(L, 1, &length);
    enum sql_dialect dialect = check_dialect(L, 2);
    lua_newtable(L);
    struct sql_placeholder placeholder = {0};
    for (lua_Integer i = 1; sql_next_placeholder(text, length, dialect, &placeholder); i++) {
        lua_createtable(L, 0, 3);
        set_integer(L, "number", placeholder.number);
        set_integer(L, "start", placeholder.start + 1);
        set_integer(L, "stop", placeholder.end);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

/* tokens(text, dialect) -> list of { kind, text, start, stop }; kind is "word", "name",
 * "string", "other" or "open" (never closed) */
static int l_tokens(lua_State *L)
{
    static const char *const kinds[] = {[SQL_WORD] = "word",
                                        [SQL_NAME] = "name",
                                        [SQL_STRING] = "string",
                                        [SQL_OTHER] = "other",
                                        [SQL_OPEN] = "open"};
    size_t length = 0;
    const char *text = luaL_checklstring(L, 1, &length);
    enum sql_dialect dialect = check_dialect(L, 2);
    lua_newtable(L);
    struct sql_token token = {0};
    for (lua_Integer i = 1; sql_next_token(text, length, dialect, &token); i++) {
        lua_createtable(L, 0, 4);
        lua_pushstring(L, kinds[token.kind]);
        lua_setfield(L, -2, "kind");
        set_string(L, "text", text, token.start, token.end);
        set_integer(L, "start", token.start + 1);
        set_integer(L, "stop", token.end);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

/* changes(sql, dialect, place) -> text: the lines of sql/changes.h for all its statements */
static int l_changes(lua_State *L)
{
    size_t length = 0;
    const char *sql = luaL_checklstring(L, 1, &length);
    enum sql_dialect dialect = check_dialect(L, 2);
    const char *place = luaL_optstring(L, 3, "-");
    struct text *lines = new_text(L);
    struct sql_span span = {0};
    while (sql_next_statement(sql, length, dialect, &span)) {
        sql_changes(sql + span.start, span.end - span.start, dialect, place, lines);
    }
    lua_pushlstring(L, text_string(lines), lines->length);
    text_free(lines);
    return 1;
}

/* Sets a field of the table on top. */
static void set_plain(lua_State *L, struct text *plain, struct sql_change_word key,
                      struct sql_change_word value)
{
    lua_pushlstring(L, key.text, key.length);
    text_clear(plain);
    sql_add_change_plain(plain, value);
    lua_pushlstring(L, text_string(plain), plain->length);
    lua_rawset(L, -3);
}

/* Sets the parts of a word, split at the separator, as a list in the table on top. */
static void set_parts(lua_State *L, struct text *plain, struct sql_change_word key,
                      struct sql_change_word value, char separator)
{
    lua_Integer count = 0;
    lua_pushlstring(L, key.text, key.length);
    lua_newtable(L);
    for (size_t from = 0, at = 0; at <= value.length; at++) {
        if (at == value.length || value.text[at] == separator) {
            text_clear(plain);
            sql_add_change_plain(plain, (struct sql_change_word){value.text + from, at - from});
            lua_pushlstring(L, text_string(plain), plain->length);
            lua_rawseti(L, -2, ++count);
            from = at + 1;
        }
    }
    lua_rawset(L, -3);
}

static bool word_is(struct sql_change_word word, const char *text)
{
    return word.length == strlen(text) && memcmp(word.text, text, word.length) == 0;
}

static void push_change(lua_State *L, struct text *plain, struct sql_change change)
{
    struct sql_change_word key, value;
    lua_createtable(L, 0, 6);
    set_plain(L, plain, (struct sql_change_word){"place", 5}, change.place);
    set_plain(L, plain, (struct sql_change_word){"verb", 4}, change.verb);
    set_plain(L, plain, (struct sql_change_word){"kind", 4}, change.kind);
    set_parts(L, plain, (struct sql_change_word){"name", 4}, change.name, '.');
    while (sql_next_change_field(&change.rest, &key, &value)) {
        if (word_is(key, "columns") || word_is(key, "constraints")) {
            set_parts(L, plain, key, value, ',');
        } else if (word_is(key, "to") || word_is(key, "table") ||
                   word_is(key, "partition_of")) {
            set_parts(L, plain, key, value, '.');
        } else {
            set_plain(L, plain, key, value);
        }
    }
}

/* read_changes(text) -> list of { place, verb, kind, name = { parts }, ... }: the fields of the
 * line; columns and constraints are lists, to, table and partition_of the parts of a name */
static int l_read_changes(lua_State *L)
{
    const char *at = luaL_checkstring(L, 1);
    struct text *plain = new_text(L);
    struct sql_change change;
    lua_newtable(L);
    for (lua_Integer i = 1; sql_next_change(&at, &change); i++) {
        push_change(L, plain, change);
        lua_rawseti(L, -2, i);
    }
    text_free(plain);
    return 1;
}

/* utf8_valid(string) -> true, or false and the offset of the first bad byte */
static int l_utf8_valid(lua_State *L)
{
    size_t length = 0, bad = 0;
    const char *string = luaL_checklstring(L, 1, &length);
    bool valid = utf8_valid(string, length, &bad);
    lua_pushboolean(L, valid);
    if (valid) {
        return 1;
    }
    lua_pushinteger(L, (lua_Integer)bad + 1);
    return 2;
}

/* verifier(password [, salt of 16 bytes]) -> what PostgreSQL stores for it, or nil for a
 * password that only the server can prepare */
static int l_verifier(lua_State *L)
{
    size_t length = 0;
    size_t salt_length = 0;
    uint8_t salt[SCRAM_SALT];
    char verifier[SCRAM_VERIFIER];
    const char *password = luaL_checklstring(L, 1, &length);
    const char *given = luaL_optlstring(L, 2, NULL, &salt_length);
    if (!scram_is_plain(password, length)) {
        return 0;
    }
    if (given != NULL && salt_length == SCRAM_SALT) {
        memcpy(salt, given, SCRAM_SALT);
    } else if (getrandom(salt, SCRAM_SALT, 0) != SCRAM_SALT) {
        return luaL_error(L, "the system gives no random bytes");
    }
    scram_verifier(password, length, salt, verifier);
    lua_pushstring(L, verifier);
    return 1;
}

int luaopen_neap_sql(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"quote_name", l_quote_name},
        {"quote_string", l_quote_string},
        {"quote_bytes", l_quote_bytes},
        {"is_reserved", l_is_reserved},
        {"statements", l_statements},
        {"transaction_word", l_transaction_word},
        {"needs_autocommit", l_needs_autocommit},
        {"is_copy_out", l_is_copy_out},
        {"concurrent_index", l_concurrent_index},
        {"parameters", l_parameters},
        {"placeholders", l_placeholders},
        {"tokens", l_tokens},
        {"changes", l_changes},
        {"read_changes", l_read_changes},
        {"utf8_valid", l_utf8_valid},
        {"verifier", l_verifier},
        {NULL, NULL},
    };
    luaL_newlib(L, functions);
    sql_objects_open(L);
    return 1;
}
