/* state.h - inside host/: the struct behind host.h, and what its files share.
 *
 * Anything that takes a lua_State may raise a Lua error (longjmp), so it runs under lua_pcall
 * and owns no C memory on the stack: what it needs lies in struct host and is freed with it.
 */
#ifndef NEAP_HOST_STATE_H
#define NEAP_HOST_STATE_H

#include <lua.h>
#include <signal.h>

#include "host/host.h"

struct host {
    lua_State *L;
    size_t memory_used;  /* bytes in Lua's hands */
    size_t memory_limit; /* 0: none */
    bool for_specs;      /* `neap lua`: every C module is there */

    /* Scratch that a Lua error may leave full; cleared before each use. */
    struct text buffer;
    struct error error;
};

enum { HOST_MEMORY_LIMIT = 256 * 1024 * 1024 };

struct host *host_of(lua_State *L);

/* A bare state: allocator, panic function, pointer back to the host. No libraries yet. */
struct host *state_new(size_t memory_limit, struct error *error);
void state_free(struct host *host);

/* Pushes the loaded chunk of an embedded module and returns true, or pushes nothing. With
 * NEAP_LUA=dir the text comes from that directory, so that Lua can be edited without a rebuild.
 */
bool embedded_load(lua_State *L, const char *name);
/* Adds a searcher for embedded and C modules before package.path. Needs the package library. */
void embedded_install_searcher(lua_State *L);

#endif
