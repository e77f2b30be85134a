#include "host/state.h"

#include <lauxlib.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "base/panic.h"

struct host *host_of(lua_State *L)
{
    return *(struct host **)lua_getextraspace(L);
}

/* --- memory --- */

/* Lua makes and drops many small objects of few sizes. Those come from pieces of large blocks
 * and go back to a list of their size: half the time that malloc takes. The blocks go with the
 * state. A sanitizer sees more without. */
enum {
    POOL_STEP = 16,
    POOL_BLOCK = 64 * 1024,
    POOL_MUCH = 4 * 1024 * 1024,       /* from so much on, blocks are large ones */
    POOL_LARGE_BLOCK = 2 * 1024 * 1024 /* a huge page of most systems */
};

struct pool_block {
    struct pool_block *next;
    max_align_t pieces[];
};

struct pool_piece {
    struct pool_piece *next;
};

#if defined(__SANITIZE_ADDRESS__) || defined(NEAP_NO_POOL)
enum { POOL_LARGEST = 0 };
#else
enum { POOL_LARGEST = HOST_POOL_SIZES * POOL_STEP };
#endif

/* A large block is one page, where the system has such: a state of many megabytes would
 * otherwise spend a tenth of its time in page faults. */
static struct pool_block *new_pool_block(const struct host *host, size_t *size)
{
    if (host->pool_bytes < POOL_MUCH) {
        *size = POOL_BLOCK;
        return malloc(POOL_BLOCK);
    }
    *size = POOL_LARGE_BLOCK;
    void *block = aligned_alloc(POOL_LARGE_BLOCK, POOL_LARGE_BLOCK);
#ifdef MADV_HUGEPAGE
    if (block != NULL) {
        (void)madvise(block, POOL_LARGE_BLOCK, MADV_HUGEPAGE);
    }
#endif
    return block;
}

/* A larger block is cut up from its end. The pool never holds more than the limit: pieces of
 * one size do not become another's. */
static void *cut_piece(struct host *host, size_t size)
{
    if (host->pool_left < size) {
        if (host->memory_limit != 0 && host->pool_bytes > host->memory_limit) {
            host->limit_reached = true;
            return NULL;
        }
        size_t block_size = 0;
        struct pool_block *block = new_pool_block(host, &block_size);
        if (block == NULL) {
            return NULL;
        }
        block->next = host->pool_blocks;
        host->pool_blocks = block;
        host->pool_bytes += block_size;
        host->pool_left = (block_size - sizeof *block) / POOL_STEP * POOL_STEP;
    }
    host->pool_left -= size;
    return (char *)host->pool_blocks->pieces + host->pool_left;
}

static bool is_small(size_t bytes)
{
    return bytes <= POOL_LARGEST;
}

/* No size is 0, which the compiler cannot know. */
static size_t class_of(size_t bytes)
{
    return bytes == 0 ? 0 : (bytes - 1) / POOL_STEP;
}

static void *new_block(struct host *host, size_t bytes)
{
    if (!is_small(bytes)) {
        return malloc(bytes);
    }
    size_t class = class_of(bytes);
    struct pool_piece *piece = host->pool[class];
    if (piece == NULL) {
        return cut_piece(host, (class + 1) * POOL_STEP);
    }
    host->pool[class] = piece->next;
    return piece;
}

static void free_block(struct host *host, void *block, size_t bytes)
{
    if (!is_small(bytes)) {
        free(block);
        return;
    }
    size_t class = class_of(bytes);
    struct pool_piece *piece = block;
    piece->next = host->pool[class];
    host->pool[class] = piece;
}

/* realloc. */
static void *change_size(struct host *host, void *block, size_t old_size, size_t new_size)
{
    if (!is_small(old_size) && !is_small(new_size)) {
        return realloc(block, new_size);
    }
    if (is_small(old_size) && (old_size - 1) / POOL_STEP == (new_size - 1) / POOL_STEP) {
        return block;
    }
    void *moved = new_block(host, new_size);
    if (moved != NULL) {
        memcpy(moved, block, old_size < new_size ? old_size : new_size);
        free_block(host, block, old_size);
    }
    return moved;
}

static void free_pool(struct host *host)
{
    while (host->pool_blocks != NULL) {
        struct pool_block *block = host->pool_blocks;
        host->pool_blocks = block->next;
        free(block);
    }
}

/* Like realloc; refuses to grow over the limit, which Lua reports as "not enough memory". */
static void *allocate(void *data, void *block, size_t old_size, size_t new_size)
{
    struct host *host = data;
    if (block == NULL) {
        old_size = 0; /* Lua passes the kind of object here */
    }
    if (new_size == 0) {
        if (block != NULL) {
            free_block(host, block, old_size);
            host->memory_used -= old_size;
        }
        return NULL;
    }
    if (new_size > old_size && host->memory_limit != 0 &&
        new_size - old_size > host->memory_limit - host->memory_used) {
        host->limit_reached = true;
        return NULL;
    }
    void *grown = block == NULL ? new_block(host, new_size)
                                : change_size(host, block, old_size, new_size);
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
        free_pool(host);
        mem_free(host);
        error_set(error, ERROR_FAILED, "not enough memory for Lua");
        return NULL;
    }
    lua_atpanic(host->L, on_panic);
    /* Half as much garbage as is live: waiting for three times the live memory takes half a
     * megabyte more and saves one instruction in a hundred. */
    lua_gc(host->L, LUA_GCINC, 150, 400, 0);
    *(struct host **)lua_getextraspace(host->L) = host;
    return host;
}

/* --- interrupts --- */

static struct host *volatile watched;

/* Raises the same error at every instruction, so that no pcall can swallow it. Idea: redis
 * src/script_lua.c, luaMaskCountHook. The table was made beforehand: nothing is allocated. */
static void on_hook(lua_State *L, lua_Debug *activation)
{
    (void)activation;
    struct host *host = host_of(L);
    if (host->stopping == 0) {
        return;
    }
    if (lua_gethookcount(L) != 1) {
        lua_sethook(L, on_hook, LUA_MASKLINE | LUA_MASKCOUNT, 1);
    }
    slot_push(L, SLOT_INTERRUPTED);
    lua_error(L);
}

/* In the signal handler; lua_sethook may be called there (lua.c does the same). No call hook:
 * our own C functions must go on working, for the report. */
static void on_stop(void *data)
{
    struct host *host = data;
    host->stopping = 1;
    lua_sethook(host->L, on_hook, LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

/* A coroutine that runs when the signal comes is reached only by a hook that it has inherited,
 * so unsafe revisions, which have coroutines, run with one from the start. */
void state_watch_signals(struct host *host)
{
    watched = host;
    interrupt_set_stop(on_stop, host);
    if (interrupt_pending()) {
        on_stop(host);
    } else if (host->unsafe) {
        lua_sethook(host->L, on_hook, LUA_MASKCOUNT, 10000);
    }
}

static void unwatch(const struct host *host)
{
    if (watched == host) {
        interrupt_set_stop(NULL, NULL);
        watched = NULL;
    }
}

void state_free(struct host *host)
{
    unwatch(host);
    lua_close(host->L);
    free_pool(host);
    files_clear(host);
    mem_free(host->files);
    for (size_t i = 0; i < host->helper_count; i++) {
        struct helper_file *helper = host->helpers[i];
        mem_free(helper->name);
        mem_free(helper->file.path);
        mem_free(helper->file.text);
        mem_free(helper->chunk);
        mem_free(helper);
    }
    mem_free(host->helpers);
    list_free(&host->helper_directories);
    mem_free(host->config_path);
    mem_free(host->url);
    mem_free(host->url_shown);
    mem_free(host->model_path);
    mem_free(host->model_directory);
    text_free(&host->buffer);
    list_free(&host->names);
    error_free(&host->error);
    error_free(&host->cause);
    place_free(&host->place);
    mem_free(host);
}

/* --- the registry --- */

static const char slot_keys[SLOT_COUNT]; /* only their addresses matter */

void slot_set(lua_State *L, enum registry_slot slot)
{
    lua_rawsetp(L, LUA_REGISTRYINDEX, &slot_keys[slot]);
}

int slot_push(lua_State *L, enum registry_slot slot)
{
    return lua_rawgetp(L, LUA_REGISTRYINDEX, &slot_keys[slot]);
}

/* --- protected calls --- */

struct failed_call {
    enum error_kind kind;
};

/* [data, value]: fills host->error. Protected, because reading a value may allocate or run
 * __tostring. */
static int l_read_failure(lua_State *L)
{
    const struct failed_call *failed = lua_touserdata(L, 1);
    failure_read(L, 2, failed->kind);
    return 0;
}

void state_no_memory(struct host *host, enum error_kind kind)
{
    if (host->limit_reached) {
        error_set(&host->error, kind, "Lua needs more than %d MB of memory",
                  HOST_MEMORY_LIMIT / 1024 / 1024);
        error_advise(&host->error, "Work through large data in pieces, or in SQL.");
    } else {
        error_set(&host->error, kind, "the system has no memory left for Lua");
    }
}

static void fill_error(struct host *host, int status, enum error_kind kind)
{
    lua_State *L = host->L;
    error_free(&host->error);
    if (status == LUA_ERRMEM) { /* no message handler has run */
        text_clear(&host->place.at);
        text_clear(&host->place.via);
        state_no_memory(host, kind);
        return;
    }
    struct failed_call failed = {kind};
    lua_pushcfunction(L, l_read_failure);
    lua_pushlightuserdata(L, &failed);
    lua_pushvalue(L, -3);
    if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
        lua_pop(L, 1);
        error_free(&host->error);
        error_set(&host->error, host->stopping != 0 ? ERROR_INTERRUPTED : kind,
                  host->stopping != 0 ? "interrupted"
                                      : "an error whose message cannot be read");
    }
}

bool state_call(struct host *host, lua_CFunction function, void *data, enum error_kind kind,
                const char *file)
{
    lua_State *L = host->L;
    int top = lua_gettop(L);
    text_clear(&host->place.at);
    text_clear(&host->place.via);
    host->place.prefix = 0;
    host->limit_reached = false;
    host->main_file = file;
    if (watched != host) { /* a retry's host has come and gone */
        state_watch_signals(host);
    }
    lua_pushcfunction(L, l_note_place);
    lua_pushcfunction(L, function);
    lua_pushlightuserdata(L, data);
    int status = lua_pcall(L, 1, 0, top + 1);
    if (status != LUA_OK) {
        fill_error(host, status, kind);
        if (host->error.at.length == 0) {
            text_add(&host->error.at, host->place.at.length > 0 ? host->place.at.data : file);
            text_add(&host->error.via, text_string(&host->place.via));
        }
    }
    host->main_file = NULL;
    lua_settop(L, top);
    if (status == LUA_OK &&
        host->stopping != 0) { /* `return pcall(loop)` leaves nothing to stop */
        error_free(&host->error);
        error_set(&host->error, ERROR_INTERRUPTED, "interrupted");
    }
    return status == LUA_OK && host->stopping == 0;
}
