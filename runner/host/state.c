#include "host/state.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/panic.h"

struct host *host_of(lua_State *L)
{
    return *(struct host **)lua_getextraspace(L);
}

/* Like realloc; refuses to grow over the limit, which Lua reports as "not enough memory". */
static void *allocate(void *data, void *block, size_t old_size, size_t new_size)
{
    struct host *host = data;
    if (block == NULL) {
        old_size = 0; /* Lua passes the kind of object here */
    }
    if (new_size == 0) {
        free(block);
        host->memory_used -= old_size;
        return NULL;
    }
    if (new_size > old_size && host->memory_limit != 0 &&
        new_size - old_size > host->memory_limit - host->memory_used) {
        return NULL;
    }
    void *grown = realloc(block, new_size);
    if (grown != NULL) {
        host->memory_used += new_size - old_size;
    }
    return grown;
}

/* Only a Lua error outside of every lua_pcall comes here. */
static int on_panic(lua_State *L)
{
    (void)L;
    panic("a Lua error outside of a protected call");
}

struct host *state_new(size_t memory_limit, struct error *error)
{
    struct host *host = mem_alloc(sizeof *host);
    host->memory_limit = memory_limit;
    host->L = lua_newstate(allocate, host);
    if (host->L == NULL) {
        mem_free(host);
        error_set(error, ERROR_FAILED, "not enough memory for Lua");
        return NULL;
    }
    lua_atpanic(host->L, on_panic);
    *(struct host **)lua_getextraspace(host->L) = host;
    return host;
}

void state_free(struct host *host)
{
    lua_close(host->L);
    text_free(&host->buffer);
    error_free(&host->error);
    mem_free(host);
}
