/* place.c - where in the revision, and in the helpers on the way, the Lua code stands. */
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "host/state.h"

enum { MOST_HELPERS = 16, MOST_LEVELS = 2000 };

void place_free(struct place *place)
{
    text_free(&place->at);
    text_free(&place->via);
}

/* Our own Lua code is not the user's place; our helpers are. */
static bool is_our_own(const char *source)
{
    return strncmp(source, "@neap:", 6) == 0 && strncmp(source + 6, "helpers/", 8) != 0;
}

struct frame {
    const char *file; /* lives in the function on the stack */
    int line;
};

/* The innermost frame first; a function called as a tail call has left no frame. */
void place_find(lua_State *L, int level, struct place *place)
{
    const struct host *host = host_of(L);
    struct frame helpers[MOST_HELPERS];
    size_t count = 0;
    struct frame main = {host->main_file, 0};
    lua_Debug activation;
    for (int last = level + MOST_LEVELS; level < last && lua_getstack(L, level, &activation);
         level++) {
        lua_getinfo(L, "Sl", &activation);
        if (activation.source[0] != '@' || is_our_own(activation.source)) {
            continue;
        }
        struct frame frame = {activation.source + 1, activation.currentline};
        if (main.file != NULL && strcmp(frame.file, main.file) == 0) {
            main = frame;
            break;
        }
        if (count < MOST_HELPERS) {
            helpers[count++] = frame;
        }
    }
    text_clear(&place->at);
    text_clear(&place->via);
    text_add(&place->at, main.file);
    if (main.line > 0) {
        text_format(&place->at, ":%d", main.line);
    }
    while (count > 0) {
        count--;
        text_format(&place->via, "%s%s:%d", place->via.length == 0 ? "" : "\n",
                    helpers[count].file, helpers[count].line);
    }
}

/* luaL_error and error() put "short_src:line: " of some level before the message. Finds that
 * level; the innermost when there is none. */
static int level_of_message(lua_State *L, const char *message, size_t *prefix)
{
    lua_Debug activation;
    for (int level = 0; level < MOST_LEVELS && lua_getstack(L, level, &activation); level++) {
        lua_getinfo(L, "Sl", &activation);
        size_t length = strlen(activation.short_src);
        if (activation.currentline <= 0 ||
            strncmp(message, activation.short_src, length) != 0) {
            continue;
        }
        char *end = NULL;
        if (message[length] == ':' &&
            strtol(message + length + 1, &end, 10) == activation.currentline &&
            strncmp(end, ": ", 2) == 0) {
            if (!is_our_own(activation.source)) {
                *prefix = (size_t)(end + 2 - message);
            }
            return level;
        }
    }
    return 0;
}

int l_note_place(lua_State *L)
{
    struct place *place = &host_of(L)->place;
    int level = 0;
    place->prefix = 0;
    if (lua_type(L, 1) == LUA_TSTRING) {
        level = level_of_message(L, lua_tostring(L, 1), &place->prefix);
    }
    place_find(L, level, place);
    return 1;
}

/* A long file name is shortened by Lua to "..." and its end (LUA_IDSIZE). */
int place_split(const char *message, const char *file, const char **rest)
{
    *rest = message;
    if (strcmp(message, "C stack overflow") == 0) { /* the parser's, which has no line */
        *rest = "nested too deep (C stack overflow)";
        return 0;
    }
    const char *tail = file;
    if (strncmp(message, "...", 3) == 0) {
        const char *colon = strchr(message, ':');
        size_t length = colon == NULL ? 0 : (size_t)(colon - message) - 3;
        tail = strlen(file) > length ? file + strlen(file) - length : file;
        message += 3;
    }
    size_t length = strlen(tail);
    if (strncmp(message, tail, length) != 0 || message[length] != ':') {
        return 0;
    }
    char *end = NULL;
    long line = strtol(message + length + 1, &end, 10);
    if (strncmp(end, ": ", 2) != 0) {
        return 0;
    }
    *rest = end + 2;
    return (int)line;
}
