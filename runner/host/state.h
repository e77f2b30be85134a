/* state.h - inside host/: the struct behind host.h, and what its files share.
 *
 * Whatever takes a lua_State may raise a Lua error (longjmp), so it runs under lua_pcall and
 * owns no C memory on its stack: what it needs lies in struct host or in userdata, and goes
 * with them.
 */
#ifndef NEAP_HOST_STATE_H
#define NEAP_HOST_STATE_H

#include <lua.h>
#include <signal.h>

#include "host/host.h"

struct pool_piece;
struct pool_block;

/* The text of a helper, read once for the life of the state. */
struct helper_file {
    char *name; /* as required */
    struct host_file file;
    char *chunk;
};

/* Where an error was raised; filled by the message handler, which must not allocate in Lua. */
struct place {
    struct text at;
    struct text via;
    size_t prefix; /* bytes of "file:line: " that the message begins with */
};

enum { HOST_POOL_SIZES = 24 }; /* of small objects, by 16 bytes; see state.c */

/* The directory of SQL files, opened once for many of them. {0}: not opened. */
struct sql_root {
    char *path;
    char *revision; /* or NULL */
    char *frozen;   /* ".at/REV", when there is such a directory */
    int descriptor;
};

struct host {
    lua_State *L;
    struct pool_piece *pool[HOST_POOL_SIZES]; /* free ones */
    struct pool_block *pool_blocks;
    size_t pool_left;    /* bytes of the first block */
    size_t pool_bytes;   /* of all blocks */
    size_t memory_used;  /* bytes in Lua's hands */
    size_t memory_limit; /* 0: none */
    bool for_specs;      /* `neap lua`: every C module is there */
    bool limit_reached;
    bool unsafe; /* neap.lua says unsafe = true */
    volatile sig_atomic_t stopping;
    void (*print)(void *data, const char *line);
    void *print_data;
    struct list helper_directories;
    char *config_path;     /* of neap.lua, or NULL */
    char *url, *url_shown; /* see lua_config.c */

    struct helper_file **helpers;
    size_t helper_count, helper_capacity;

    /* The revision that runs, or ran last. */
    const struct host_call *call; /* NULL: none runs */
    const char *main_file;        /* whose lines errors name: the revision, or neap.lua */
    char *model_path;             /* of the model that is, or was, loaded */
    char *model_directory;        /* while it is: where its require looks, too */
    struct host_file *files;      /* helpers' texts are borrowed, SQL files' owned */
    size_t file_count, file_capacity;
    size_t *file_slots, file_slot_count;
    struct sql_root sql_root; /* opened for the first of the SQL files */
    struct error cause;       /* of session_failure, when Lua code was it; see lua_session.c */

    /* Scratch that a Lua error may leave full; cleared before each use. */
    struct text buffer;
    struct list names;
    struct error error;
    struct place place;
};

enum { HOST_MEMORY_LIMIT = 256 * 1024 * 1024 };

struct host *host_of(lua_State *L);
const char *neap_version(void); /* build/version.c */

/* --- state.c --- */

/* A bare state: allocator, panic function, pointer back to the host. No libraries yet. */
struct host *state_new(size_t memory_limit, struct error *error);
void state_free(struct host *host);
/* From now on a signal stops the Lua code of this host, one at a time. */
void state_watch_signals(struct host *host);

/* Places in the registry, by address. */
enum registry_slot {
    SLOT_BASE,        /* the functions of every environment */
    SLOT_LIBRARIES,   /* name -> library; copied for each revision */
    SLOT_LOADED,      /* our own modules by name */
    SLOT_METATABLES,  /* weak: metatables that user code has set itself */
    SLOT_INTERRUPTED, /* the error table of the hook, made beforehand */
    SLOT_RUN,         /* the running revision: what a helper's environment is copied from */
    SLOT_RUN_LOADED,  /* its helpers by name */
    SLOT_REVISION,    /* its environment */
    SLOT_SESSION,     /* its session userdata */
    SLOT_PIPE,        /* where its operations went: lua/op/pipe.lua */
    SLOT_ERROR_METATABLE,
    SLOT_SYSTEM_REQUIRE, /* unsafe = true: the package library's */
    SLOT_HOOKS,          /* hooks of neap.lua */
    SLOT_INCLUDE_OBJECT, /* include_object of neap.lua */
    SLOT_COUNT
};
void slot_set(lua_State *L, enum registry_slot slot); /* pops the value */
int slot_push(lua_State *L, enum registry_slot slot); /* returns its type */

/* Calls function(L) with data as light userdata, protected, with the place of an error noted.
 * False: host->error is filled; a Lua runtime error is of this kind, without a place its file.
 */
bool state_call(struct host *host, lua_CFunction function, void *data, enum error_kind kind,
                const char *file);

/* Fills host->error: Lua has no memory left. */
void state_no_memory(struct host *host, enum error_kind kind);

/* --- searcher.c --- */

/* Pushes the loaded chunk of an embedded module and returns true, or pushes nothing. With
 * NEAP_LUA=dir the text comes from that directory, so that Lua can be edited without a rebuild.
 */
bool embedded_load(lua_State *L, const char *name);
/* Adds a searcher for embedded and C modules before package.path. Needs the package library. */
void embedded_install_searcher(lua_State *L);
/* Pushes one of our own modules, loading it at the first call; raises when there is none. */
void embedded_require(lua_State *L, const char *name);
int l_embedded_require(lua_State *L);

/* --- place.c --- */

/* The place in the revision where level (0: the running function) stands, and the helpers from
 * there. */
void place_find(lua_State *L, int level, struct place *place);
void place_free(struct place *place);
/* Message handler: notes the place in host->place; returns the value as it is. */
int l_note_place(lua_State *L);
/* "short_source:line: message" of chunk "@file": the line and the rest, or 0 and message. */
int place_split(const char *message, const char *file, const char **rest);

/* --- failure.c: struct error <-> error table --- */

/* Pushes host->error as an error table. */
void failure_push(lua_State *L);
/* Raises host->error. Never returns. */
int failure_raise(lua_State *L);
/* Fills host->error from the error value at index. */
void failure_read(lua_State *L, int index, enum error_kind kind);
/* The same, made here: kind is ERROR_USAGE. The place is where the calling Lua code stands. */
__attribute__((format(printf, 2, 3))) int failure_usage(lua_State *L, const char *format, ...);

/* Pushes the string table[name] and returns it; NULL when it is none. */
const char *source_field(lua_State *L, int index, const char *name);
/* The source table { at, via } at index, or nothing; its strings live as long as the table. */
struct db_source source_check(lua_State *L, int index);
/* Returns no results when done; else raises host->error, with this place when it has none. */
int failure_finish(lua_State *L, bool done, struct db_source source);

/* --- sandbox.c --- */

/* Opens the libraries and makes SLOT_BASE and SLOT_LIBRARIES. */
void sandbox_open(lua_State *L);
/* neap.lua says unsafe = true: the full libraries, from now on. Does it once. */
void sandbox_open_unsafe(lua_State *L);
/* Pushes a new environment: base functions and fresh copies of the libraries, both when they
 * are first used. */
void sandbox_push(lua_State *L);
/* Pushes what a chunk of the run runs in: a copy of SLOT_RUN, so that its globals are its own.
 */
void sandbox_push_copy(lua_State *L);
/* Pushes a shallow copy of the table at index. */
void sandbox_copy(lua_State *L, int index, int extra);

/* --- require.c --- */

int l_require(lua_State *L); /* the user's require */

/* --- files.c: what host_files gives --- */

void files_note_helper(struct host *host, const struct helper_file *helper); /* borrows */
/* Takes both over; the file lives until the next run. */
const struct host_file *files_note_sql(struct host *host, char *path, struct text *text);
void files_clear(struct host *host);

/* --- host.c --- */

/* The error of a call that failed: what the session knows wins over what Lua code made of it.
 */
void host_report_failure(struct host *host, bool raised, struct error *error);
/* Sets naming and config of the run on top. */
void run_configure(lua_State *L, const struct host_call *call);
/* [run] -> [run]: sets op. */
void run_add_op(lua_State *L);

/* --- lua_json.c --- */

/* Pushes value; NULL is nil. */
void json_push(lua_State *L, const json_t *value);
/* The value at index; what JSON has not is null. Raises nothing. */
json_t *json_read(lua_State *L, int index);
int l_mark_array(lua_State *L); /* array(list) -> list */

/* --- lua_run.c, lua_session.c --- */

/* Pushes the run table for host->call. */
void run_push(lua_State *L);
/* [run, session userdata] -> [run]: sets session and what follows from it. */
void run_set_session(lua_State *L, struct session *session);
/* Pushes the userdata. It is SLOT_SESSION; after session_end it is dead, though a closure may
 * still hold it. */
void session_push(lua_State *L, struct session *session);
void session_end(struct host *host);
/* Pushes the userdata of a session that is yet to be made: *result belongs to it, and is closed
 * when it is collected. */
struct session **session_push_owned(lua_State *L);
void session_close_owned(lua_State *L, int index);
/* The session of the userdata at 1; raises when it is dead. */
struct session *session_check(lua_State *L);

/* Pushes a value of a row: bytes as a string, NULL as nil. */
void session_push_value(lua_State *L, const struct db_value *value);
/* The argument as SQL text without NUL bytes; raises. */
const char *session_check_sql(lua_State *L, int index, struct db_source source);
/* The list at index as an array in userdata, which is pushed; raises. */
const struct db_value *session_push_params(lua_State *L, int index, struct db_source source,
                                           size_t *count);

/* --- lua_queries.c: methods of the session --- */

/* session:query(sql, params, source) -> list of rows, by column name */
int l_session_query(lua_State *L);
/* session:rows(sql, params, source) -> list of rows that are lists; NULL is a hole */
int l_session_rows(lua_State *L);
/* session:attempt(sql, source) -> list of rows, or nil and the error: then nothing has happened
 */
int l_session_attempt(lua_State *L);
/* session:ask({ { sql, take }... }, source, meanwhile): sends all queries, calls meanwhile (may
 * be nil) while the database works on them, then take(value, ...) for each row, in order. None
 * of the functions may use the session. */
int l_session_ask(lua_State *L);

/* --- lua_rows.c: methods of the session --- */

/* session:group(sql, source, changes) -> group, or nothing when an earlier run has done it */
int l_session_group(lua_State *L);
/* session:copy_rows(sql, columns, encode, reader, source): COPY, as long as the rows are alike
 */
int l_session_copy_rows(lua_State *L);
/* session:insert_rows(sql, columns, encode, reader, source): the same, a prepared INSERT */
int l_session_insert_rows(lua_State *L);

/* --- lua_model.c --- */

/* [run] -> [run]: how schema commands read the model, and neap.lua's include_object. */
void model_add_functions(lua_State *L);

/* --- lua_config.c --- */

/* Pushes a table: the names with their values. */
void pairs_push(lua_State *L, const struct list *names, const struct list *values);
/* Pushes what revisions see as neap.config; no password in it. */
void config_push(lua_State *L, const struct config *config);

/* --- sql_files.c (plain C) --- */

/* Opens path, unless it is open already; closes what was. revision: its frozen copies go first;
 * NULL: none. */
bool sql_root_open(struct sql_root *root, const char *path, const char *revision,
                   struct error *error);
void sql_root_close(struct sql_root *root);
/* Reads root/path as UTF-8 without its byte order mark, appends to *text. path may not leave
 * root, by ".." or by a link. *shown is the path as opened; the caller frees it. */
bool sql_file_read(const struct sql_root *root, const char *path, struct text *text,
                   char **shown, struct error *error);
/* The .sql files (or those that match the glob pattern) in root/directory, as paths below root,
 * sorted. */
bool sql_file_list(const struct sql_root *root, const char *directory, const char *pattern,
                   bool recursive, struct list *paths, struct error *error);

#endif
