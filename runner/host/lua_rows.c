/* lua_rows.c - the rows of op.bulk_insert, from Lua's tables straight to the database.
 *
 * A group is the session's (session.h): all that one bulk_insert sends. Lua code decides what
 * is sent, and the functions here send the rows that need no decision: those with exactly the
 * expected columns and no op.sql among their values. One pass over a row's table puts its
 * values on the stack, column by column; from there they become COPY's text or parameters. A
 * function that gives values without a table has them on the stack already.
 */
#include <lauxlib.h>
#include <string.h>

#include "base/memory.h"
#include "host/state.h"
#include "sql/quote.h"

#define GROUP "neap.group"

enum {
    COPY_BYTES = 64 * 1024 - 5, /* handed over at once: what the driver sends at once */
    YOUNG_ROWS = 2048
};

/* --- the group --- */

/* The userdata: closed without an end, by an error, it fails what it has sent. */
struct group {
    struct session *session;
    bool open;
};

/* Its rows may have changed the collector's ways; see took. */
static void end_group(lua_State *L, struct group *group)
{
    group->open = false;
    (void)lua_gc(L, LUA_GCINC, 0, 0, 0);
}

/* [error value, source]: the error that ends a group, as host->error. Its place is known unless
 * a pcall of the revision has caught it. */
static int l_read_cause(lua_State *L)
{
    struct host *host = host_of(L);
    failure_read(L, 1, ERROR_FAILED);
    struct db_source source = source_check(L, 2);
    if (host->error.at.length == 0) {
        bool noted = host->place.at.length > 0;
        text_add(&host->error.at, noted ? host->place.at.data : source.at);
        text_add(&host->error.via, noted ? text_string(&host->place.via) : source.via);
    }
    return 0;
}

/* group:__close(error): whatever a pcall of the revision does with the error. */
static int l_group_close(lua_State *L)
{
    struct group *group = luaL_checkudata(L, 1, GROUP);
    if (!group->open) {
        return 0;
    }
    end_group(L, group);
    struct host *host = host_of(L);
    error_free(&host->error);
    if (lua_type(L, 2) == LUA_TSTRING && strcmp(lua_tostring(L, 2), "not enough memory") == 0) {
        state_no_memory(host, ERROR_FAILED);
    } else {
        lua_pushcfunction(L, l_read_cause);
        lua_pushvalue(L, 2);
        lua_getiuservalue(L, 1, 1);
        if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
            error_free(&host->error);
            error_set(&host->error, ERROR_FAILED, "the rows of op.bulk_insert have no end");
        }
    }
    session_group_fail(group->session, &host->error);
    return 0;
}

/* group:finish(source) */
static int l_group_finish(lua_State *L)
{
    struct group *group = luaL_checkudata(L, 1, GROUP);
    struct db_source source = source_check(L, 2);
    end_group(L, group);
    return failure_finish(L, session_group_end(group->session, &host_of(L)->error), source);
}

/* group:is_open() */
static int l_group_is_open(lua_State *L)
{
    const struct group *group = luaL_checkudata(L, 1, GROUP);
    lua_pushboolean(L, group->open);
    return 1;
}

static void push_group_metatable(lua_State *L)
{
    static const luaL_Reg methods[] = {
        {"finish", l_group_finish}, {"is_open", l_group_is_open}, {NULL, NULL}};
    if (luaL_newmetatable(L, GROUP) != 0) {
        luaL_newlib(L, methods);
        lua_setfield(L, -2, "__index");
        lua_pushcfunction(L, l_group_close);
        lua_setfield(L, -2, "__close");
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
    }
}

int l_session_group(lua_State *L)
{
    struct session *session = session_check(L);
    struct host *host = host_of(L);
    lua_settop(L, 4);
    struct db_statement named = {.source = source_check(L, 3)};
    named.sql = luaL_checkstring(L, 2);
    const char *noted = luaL_optstring(L, 4, NULL);
    struct group *group = lua_newuserdatauv(L, sizeof *group, 1);
    *group = (struct group){.session = session};
    lua_pushvalue(L, 3);
    lua_setiuservalue(L, -2, 1);
    push_group_metatable(L);
    lua_setmetatable(L, -2);
    bool skip = false;
    if (!session_group_begin(session, &named, noted, &skip, &host->error)) {
        return failure_finish(L, false, named.source);
    }
    if (skip) {
        return 0;
    }
    /* An error from here on is noted here, when it is not caught on its way. */
    text_clear(&host->place.at);
    text_clear(&host->place.via);
    host->place.prefix = 0;
    group->open = true;
    return 1;
}

/* --- a row's values --- */

/* A column's name: a string of Lua's, which the list of columns keeps alive. */
struct column {
    const char *name;
    size_t length;
    const void *identity;
    size_t expected; /* the column of the key that came at this place in the last row */
    /* COPY: its text within the row as it came */
    size_t start, end;
};

/* The arguments and what follows them on the stack. */
enum { ARG_SESSION = 1, ARG_SQL, ARG_COLUMNS, ARG_ENCODE, ARG_READER, ARG_SOURCE };
enum {
    AT_AHEAD = ARG_SOURCE + 1, /* the list of rows that were read ahead */
    AT_NEXT,                   /* the function that gives the others, or nil */
    AT_SQL_MARK,               /* metatables of op.sql's and op.bytes's values */
    AT_BYTES_MARK,
    AT_MEMORY, /* userdata: the columns */
    AT_TEXTS,  /* what Lua code made of this row's values */
    AT_VALUES, /* the function that gives values without a table, or nil */
    AT_ROW,
    AT_KEY,
    AT_VALUE
};

struct feeding {
    lua_State *L;
    struct host *host;
    struct session *session;
    struct db_statement statement;
    struct column *columns;
    size_t count;
    size_t *places;       /* the column of each value of AT_VALUES's; count: none */
    size_t place_count;   /* values, 0 without such a function */
    bool in_order;        /* COPY: the row's keys came as the columns are */
    lua_Integer at, size; /* rows taken from the list ahead, and how many it has */
    lua_Integer number;   /* rows taken of the whole bulk_insert */
    struct db_value *values;
};

static lua_Integer integer_field(lua_State *L, const char *name)
{
    lua_pushstring(L, name);
    lua_rawget(L, ARG_READER);
    lua_Integer value = lua_tointeger(L, -1);
    lua_pop(L, 1);
    return value;
}

static void set_integer_field(lua_State *L, const char *name, lua_Integer value)
{
    lua_pushstring(L, name);
    lua_pushinteger(L, value);
    lua_rawset(L, ARG_READER);
}

static void push_field(lua_State *L, int index, const char *name)
{
    lua_pushstring(L, name);
    lua_rawget(L, index);
}

/* Which column each value is that the function at AT_VALUES gives, by reader.names. */
static void find_places(struct feeding *f)
{
    lua_State *L = f->L;
    push_field(L, ARG_READER, "names");
    f->place_count = (size_t)lua_rawlen(L, -1);
    luaL_checkstack(L, AT_VALUE + 16 + 2 * (int)f->place_count, "values");
    f->places = lua_newuserdatauv(L, (f->place_count + 1) * sizeof *f->places, 0);
    for (size_t i = 0; i < f->place_count; i++) {
        lua_rawgeti(L, -2, (lua_Integer)i + 1);
        const char *name = luaL_checkstring(L, -1);
        f->places[i] = 0;
        while (f->places[i] < f->count && strcmp(f->columns[f->places[i]].name, name) != 0) {
            f->places[i]++;
        }
        lua_pop(L, 1);
    }
    lua_setiuservalue(L, AT_MEMORY, 1); /* so it lives */
    lua_pop(L, 1);
}

/* session:copy_rows(sql, columns, encode, reader, source) and insert_rows; the structures of
 * lua/dialect/rows.lua. */
static void begin_feeding(lua_State *L, struct feeding *f)
{
    lua_settop(L, ARG_SOURCE);
    *f = (struct feeding){.L = L, .host = host_of(L), .session = session_check(L)};
    f->statement.sql = luaL_checkstring(L, ARG_SQL);
    luaL_checktype(L, ARG_COLUMNS, LUA_TTABLE);
    luaL_checktype(L, ARG_READER, LUA_TTABLE);
    f->count = (size_t)lua_rawlen(L, ARG_COLUMNS);
    f->at = integer_field(L, "at");
    f->size = integer_field(L, "size");
    f->number = integer_field(L, "number");
    luaL_checkstack(L, 16 + AT_VALUE, "columns");
    push_field(L, ARG_READER, "ahead");
    push_field(L, ARG_READER, "next");
    push_field(L, ARG_READER, "sql_mark");
    push_field(L, ARG_READER, "bytes_mark");
    /* One more of each, so that no size is 0. */
    f->columns = lua_newuserdatauv(
        L, (f->count + 1) * (sizeof *f->columns + sizeof(struct db_value)), 1);
    f->values = (struct db_value *)(void *)(f->columns + f->count + 1);
    for (size_t i = 0; i < f->count; i++) {
        lua_rawgeti(L, ARG_COLUMNS, (lua_Integer)i + 1);
        f->columns[i] = (struct column){.expected = i, .identity = lua_topointer(L, -1)};
        f->columns[i].name = luaL_checklstring(L, -1, &f->columns[i].length);
        lua_pop(L, 1);
    }
    lua_newtable(L);
    push_field(L, ARG_READER, "values");
    if (!lua_isnil(L, AT_VALUES)) {
        find_places(f);
    }
    f->statement.source = source_check(L, ARG_SOURCE);
    lua_settop(L, AT_ROW);
}

static void note_reader(const struct feeding *f)
{
    set_integer_field(f->L, "at", f->at);
    set_integer_field(f->L, "number", f->number);
}

/* The function is not called again. */
static void end_rows(lua_State *L)
{
    static const char *const fields[] = {"next", "values"};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        lua_pushstring(L, fields[i]);
        lua_pushnil(L);
        lua_rawset(L, ARG_READER);
    }
    lua_pushnil(L);
    lua_replace(L, AT_NEXT);
    lua_pushnil(L);
    lua_replace(L, AT_VALUES);
}

/* The next row, or nil, at AT_ROW, which is the top. */
static void fetch(struct feeding *f)
{
    lua_State *L = f->L;
    lua_settop(L, AT_ROW - 1);
    if (f->at < f->size) {
        lua_rawgeti(L, AT_AHEAD, f->at + 1);
        return;
    }
    lua_pushvalue(L, AT_NEXT);
    if (lua_isnil(L, AT_NEXT)) {
        return;
    }
    lua_call(L, 0, 1);
    if (lua_isnil(L, AT_ROW)) {
        end_rows(L);
    }
}

/* A function's rows are dropped as soon as they are sent: a collector that looks at young
 * objects only, and often, works in the cache. To change to it costs a whole collection, so it
 * is done for many rows only. */
static void took(struct feeding *f)
{
    f->number++;
    if (f->at < f->size) {
        f->at++;
    } else if (f->number % YOUNG_ROWS == 0) {
        (void)lua_gc(f->L, LUA_GCGEN, 0, 0);
    }
}

/* A row from the function that is for Lua code to look at. */
static void give_back(struct feeding *f)
{
    lua_settop(f->L, AT_ROW);
    if (f->at == f->size) {
        lua_pushliteral(f->L, "odd");
        lua_pushvalue(f->L, AT_ROW);
        lua_rawset(f->L, ARG_READER);
    }
}

/* The column of the key at AT_KEY, which comes at this place: most likely the one that did in
 * the last row; count: none. Lua keeps one copy of a short string, so its address is enough. */
static size_t column_of(struct feeding *f, size_t place)
{
    lua_State *L = f->L;
    if (place >= f->count) {
        return f->count;
    }
    size_t expected = f->columns[place].expected;
    if (f->columns[expected].identity == lua_topointer(L, AT_KEY)) {
        return expected;
    }
    if (lua_type(L, AT_KEY) != LUA_TSTRING) {
        return f->count;
    }
    size_t length = 0;
    const char *key = lua_tolstring(L, AT_KEY, &length);
    for (size_t i = 0; i < f->count; i++) {
        const struct column *column = &f->columns[i];
        if (column->length == length && memcmp(column->name, key, length) == 0) {
            f->columns[place].expected = i;
            return i;
        }
    }
    return f->count;
}

/* True when the value at index is a table with the metatable at mark. */
static bool has_mark(lua_State *L, int index, int mark)
{
    if (lua_getmetatable(L, index) == 0) {
        return false;
    }
    bool same = lua_rawequal(L, -1, mark) != 0;
    lua_pop(L, 1);
    return same;
}

/* The value at AT_VALUE, of this column and of this type of Lua's. */
typedef void take_value(struct feeding *f, size_t column, int type);

/* Takes the values of the row at AT_ROW in one pass. False: the row is not like the others, and
 * is Lua code's business. */
static bool take_row(struct feeding *f, take_value *take)
{
    lua_State *L = f->L;
    if (lua_type(L, AT_ROW) != LUA_TTABLE) {
        return false;
    }
    size_t place = 0;
    f->in_order = true;
    lua_pushnil(L);
    while (lua_next(L, AT_ROW) != 0) {
        size_t column = column_of(f, place);
        int type = lua_type(L, AT_VALUE);
        if (column == f->count || (type == LUA_TTABLE && has_mark(L, AT_VALUE, AT_SQL_MARK))) {
            return false;
        }
        f->in_order = f->in_order && column == place;
        take(f, column, type);
        lua_settop(L, AT_KEY);
        place++;
    }
    return place == f->count; /* a key comes once, so no column is missing */
}

/* [values from first on]: leaves them as a row at AT_ROW. Raises when they are too many. */
static void name_values(struct feeding *f, int first)
{
    lua_State *L = f->L;
    note_reader(f); /* it names the row */
    push_field(L, ARG_READER, "row");
    for (int i = 0; i <= (int)f->place_count; i++) {
        lua_pushvalue(L, first + i);
    }
    lua_call(L, (int)f->place_count + 1, 1);
    lua_replace(L, AT_ROW);
    lua_settop(L, AT_ROW);
}

/* Takes what the function at AT_VALUES gives next. False: there is no more, and AT_ROW is nil;
 * or the row is Lua code's business, and there. */
static bool take_values(struct feeding *f, take_value *take)
{
    lua_State *L = f->L;
    enum { FIRST = AT_VALUE + 1 };
    int count = (int)f->place_count;
    lua_settop(L, AT_ROW - 1);
    lua_settop(L, AT_VALUE);
    lua_pushvalue(L, AT_VALUES);
    lua_call(L, 0, count + 1);
    if (lua_isnil(L, FIRST)) {
        end_rows(L);
        lua_settop(L, AT_ROW);
        return false;
    }
    f->in_order = true;
    bool alike = lua_isnil(L, FIRST + count);
    for (int i = 0; i < count && alike; i++) {
        size_t column = f->places[i];
        int type = lua_type(L, FIRST + i);
        if (type == LUA_TNIL || column == f->count) {
            alike = type == LUA_TNIL && column == f->count;
            continue;
        }
        lua_copy(L, FIRST + i, AT_VALUE);
        alike = type != LUA_TTABLE || !has_mark(L, AT_VALUE, AT_SQL_MARK);
        f->in_order = f->in_order && column == (size_t)i;
        if (alike) {
            take(f, column, type);
            lua_settop(L, FIRST + count);
        }
    }
    if (!alike) {
        name_values(f, FIRST);
    }
    return alike;
}

static bool take_next(struct feeding *f, take_value *take)
{
    if (f->at == f->size && !lua_isnil(f->L, AT_VALUES)) {
        return take_values(f, take);
    }
    fetch(f);
    return take_row(f, take);
}

/* The bytes of op.bytes's value at AT_VALUE, or NULL when it is another table. */
static const char *bytes_of(lua_State *L, size_t *length)
{
    if (!has_mark(L, AT_VALUE, AT_BYTES_MARK)) {
        return NULL;
    }
    push_field(L, AT_VALUE, "bytes");
    const char *bytes = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, length) : NULL;
    lua_pop(L, 1); /* the table keeps it */
    return bytes;
}

/* Pushes Lua code's text for a list or table; it raises what is wrong with any other value, and
 * names the row. */
static const char *push_encoded(const struct feeding *f, size_t column, size_t *length)
{
    lua_State *L = f->L;
    lua_pushvalue(L, ARG_ENCODE);
    lua_pushvalue(L, AT_VALUE);
    lua_rawgeti(L, ARG_COLUMNS, (lua_Integer)column + 1);
    lua_pushinteger(L, f->number + 1);
    lua_call(L, 3, 1);
    return luaL_checklstring(L, -1, length);
}

/* --- COPY --- */

enum {
    NUMBER_BYTES = 32,
    PIECE_BYTES = 16 /* copied at once, which may be more than there are */
};

/* Where so many bytes can be written and PIECE_BYTES more. */
static char *room(struct text *out, size_t bytes)
{
    if (out->capacity - out->length > bytes + PIECE_BYTES) {
        return out->data + out->length;
    }
    return text_room(out, bytes + PIECE_BYTES);
}

static void add_integer(struct text *out, lua_Integer integer)
{
    char digits[NUMBER_BYTES];
    char *end = digits + sizeof digits;
    char *start = end;
    lua_Unsigned size = integer < 0 ? 0U - (lua_Unsigned)integer : (lua_Unsigned)integer;
    do {
        *--start = (char)('0' + size % 10);
        size /= 10;
    } while (size != 0);
    if (integer < 0) {
        *--start = '-';
    }
    memcpy(room(out, NUMBER_BYTES), start, (size_t)(end - start));
    out->length += (size_t)(end - start);
}

static char copy_escape(char c)
{
    switch (c) {
    case '\\':
        return '\\';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return '\0';
    }
}

/* PostgreSQL manual, COPY, "Text Format". */
static void add_copy_string(struct text *out, const char *bytes, size_t length)
{
    char *start = room(out, 2 * length);
    char *end = start;
    for (size_t i = 0; i < length; i++) {
        char c = bytes[i];
        /* Most bytes are none of the four. */
        bool ordinary = c > '\\' || (c > '\r' && c < '\\');
        char escape = '\0';
        if (!ordinary) {
            escape = copy_escape(c);
        }
        if (escape != '\0') {
            *end++ = '\\';
            c = escape;
        }
        *end++ = c;
    }
    out->length += (size_t)(end - start);
}

static void add_copy_bytes(struct text *out, const char *bytes, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    char *end = room(out, 2 * length + 3);
    *end++ = '\\';
    *end++ = '\\';
    *end++ = 'x';
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        *end++ = digits[byte >> 4];
        *end++ = digits[byte & 15];
    }
    out->length += 2 * length + 3;
}

static void add_word(struct text *out, const char *word, size_t length)
{
    memcpy(room(out, length), word, length);
    out->length += length;
}

/* As values.digits and text.literal write them: a float without a fraction fits an integer. */
static void add_copy_number(struct text *out, lua_State *L)
{
    int whole = 0;
    lua_Integer integer = lua_tointegerx(L, AT_VALUE, &whole);
    if (whole != 0) {
        add_integer(out, integer);
    } else {
        sql_add_real(out, lua_tonumber(L, AT_VALUE));
    }
}

static void add_other(const struct feeding *f, struct text *out, size_t column)
{
    size_t length = 0;
    const char *bytes = push_encoded(f, column, &length);
    add_copy_string(out, bytes, length);
}

static void add_copy_value(struct feeding *f, size_t column, int type)
{
    lua_State *L = f->L;
    struct text *out = &f->host->buffer;
    size_t length = 0;
    const char *bytes = NULL;
    f->columns[column].start = out->length;
    switch (type) {
    case LUA_TNUMBER:
        add_copy_number(out, L);
        break;
    case LUA_TBOOLEAN:
        if (lua_toboolean(L, AT_VALUE) != 0) {
            add_word(out, "true", 4);
        } else {
            add_word(out, "false", 5);
        }
        break;
    case LUA_TLIGHTUSERDATA: /* op.null */
        add_word(out, "\\N", 2);
        break;
    case LUA_TSTRING:
        bytes = lua_tolstring(L, AT_VALUE, &length);
        if (memchr(bytes, '\0', length) == NULL) {
            add_copy_string(out, bytes, length);
        } else {
            add_other(f, out, column);
        }
        break;
    case LUA_TTABLE:
        bytes = bytes_of(L, &length);
        if (bytes != NULL) {
            add_copy_bytes(out, bytes, length);
        } else {
            add_other(f, out, column);
        }
        break;
    default:
        add_other(f, out, column);
        break;
    }
    f->columns[column].end = out->length;
    *room(out, 1) = '\t';
    out->length++;
}

/* The row's texts stand behind `start` in the order of its keys, each with a tab: puts them
 * into the columns' order, and the newline behind the last. */
static void order_copy_row(const struct feeding *f, size_t start)
{
    struct text *out = &f->host->buffer;
    size_t length = out->length - start;
    if (!f->in_order) {
        char *end = room(out, length);
        char *ordered = end;
        for (size_t i = 0; i < f->count; i++) {
            const struct column *column = &f->columns[i];
            size_t piece = column->end - column->start + 1; /* with its tab */
            const char *from = out->data + column->start;
            /* Most are short, and for those this is quicker than memcpy's way to its size. */
            if (piece <= PIECE_BYTES) {
                memcpy(end, from, PIECE_BYTES);
            } else {
                memcpy(end, from, piece);
            }
            end += piece;
        }
        memcpy(out->data + start, ordered, length);
    }
    out->data[out->length - 1] = '\n';
}

/* The server says "COPY t, line 5", and lines count from where this COPY began. */
static void name_copy_row(struct error *error, lua_Integer before)
{
    const char *context = text_string(&error->detail);
    const char *line = strstr(context, "CONTEXT: COPY ");
    line = line == NULL ? NULL : strstr(line, ", line ");
    if (line == NULL) {
        return;
    }
    lua_Integer number = 0;
    for (line += strlen(", line "); *line >= '0' && *line <= '9'; line++) {
        number = number * 10 + (*line - '0');
    }
    text_format(&error->detail, "\nROW: %lld", (long long)(before + number));
}

static int raise_row(struct host *host, struct db_source source)
{
    if (host->error.at.length == 0) {
        text_add(&host->error.at, source.at);
        text_add(&host->error.via, source.via);
    }
    /* What the session remembers does not name the row. */
    error_free(&host->cause);
    error_copy(&host->cause, &host->error);
    return failure_raise(host->L);
}

/* Sends the first so many bytes of the rows' text. */
static bool send_copy_data(const struct feeding *f, size_t length)
{
    struct text *out = &f->host->buffer;
    if (length == 0) {
        return true;
    }
    bool done = session_copy_data(f->session, out->data, length, &f->host->error);
    out->length -= length;
    memmove(out->data, out->data + length, out->length);
    return done;
}

/* Rows as long as they are alike, in pieces of COPY_BYTES. */
static bool send_copy_rows(struct feeding *f)
{
    struct text *out = &f->host->buffer;
    text_clear(out);
    for (;;) {
        size_t start = out->length;
        if (!take_next(f, add_copy_value)) {
            out->length = start;
            return send_copy_data(f, start);
        }
        order_copy_row(f, start);
        took(f);
        if (out->length >= COPY_BYTES &&
            !send_copy_data(f, out->length - out->length % COPY_BYTES)) {
            return false;
        }
    }
}

int l_session_copy_rows(lua_State *L)
{
    struct feeding f;
    begin_feeding(L, &f);
    lua_Integer before = f.number;
    bool skip = false;
    if (!session_copy_begin(f.session, &f.statement, &skip, &f.host->error)) {
        return failure_finish(L, false, f.statement.source);
    }
    if (!send_copy_rows(&f) || !session_copy_end(f.session, &f.host->error)) {
        name_copy_row(&f.host->error, before);
        return raise_row(f.host, f.statement.source);
    }
    give_back(&f);
    note_reader(&f);
    return 0;
}

/* --- a prepared INSERT --- */

/* The row keeps the value's bytes; a text that Lua code made is kept on the stack. */
static void read_value(struct feeding *f, size_t column, int type)
{
    lua_State *L = f->L;
    struct db_value *value = &f->values[column];
    value->kind = DB_NULL;
    switch (type) {
    case LUA_TNUMBER:
        if (lua_isinteger(L, AT_VALUE)) {
            value->kind = DB_INTEGER;
            value->integer = lua_tointeger(L, AT_VALUE);
        } else {
            value->kind = DB_REAL;
            value->real = lua_tonumber(L, AT_VALUE);
        }
        return;
    case LUA_TBOOLEAN:
        value->kind = DB_BOOLEAN;
        value->integer = lua_toboolean(L, AT_VALUE);
        return;
    case LUA_TLIGHTUSERDATA: /* op.null */
        return;
    case LUA_TSTRING:
        value->kind = DB_TEXT;
        value->text = lua_tolstring(L, AT_VALUE, &value->length);
        if (memchr(value->text, '\0', value->length) == NULL) {
            return;
        }
        break;
    case LUA_TTABLE:
        value->kind = DB_BYTES;
        value->text = bytes_of(L, &value->length);
        if (value->text != NULL) {
            return;
        }
        break;
    default:
        break;
    }
    value->kind = DB_TEXT;
    value->text = push_encoded(f, column, &value->length);
    lua_rawseti(L, AT_TEXTS, (lua_Integer)column + 1);
}

int l_session_insert_rows(lua_State *L)
{
    struct feeding f;
    begin_feeding(L, &f);
    /* The same SQL has the same name, and few tables and sets of columns are inserted into. */
    f.statement.name = f.statement.sql;
    f.statement.params = f.values;
    f.statement.param_count = f.count;
    while (take_next(&f, read_value)) {
        if (!session_row(f.session, &f.statement, &f.host->error)) {
            text_format(&f.host->error.detail, "%sROW: %lld",
                        f.host->error.detail.length == 0 ? "" : "\n", (long long)f.number + 1);
            return raise_row(f.host, f.statement.source);
        }
        took(&f);
    }
    give_back(&f);
    note_reader(&f);
    return 0;
}
