/* host.h - the Lua side, seen from plain C. Only files in host/ include lua.h.
 *
 * One struct host is one Lua state with our embedded modules, the instruction hook, and the
 * allocation limit. Errors come back in struct error; no Lua error ever leaves this folder.
 */
#ifndef NEAP_HOST_HOST_H
#define NEAP_HOST_HOST_H

#include <jansson.h>
#include <stddef.h>

#include "base/error.h"
#include "base/list.h"
#include "db/session.h"
#include "host/config.h"

struct host;

/* What is known before neap.lua is read: the command line's share of the precedence. Strings
 * may be NULL. */
struct config_request {
    const char *config_path; /* -c; else NEAP_CONFIG; else neap.lua in the current directory or
                                the nearest parent */
    const char *environment; /* -e; else NEAP_ENV */
    const char *url;         /* -u; else NEAP_URL */
    const char *dialect;     /* --dialect */
    struct list x_names, x_values;
    bool optional; /* no neap.lua is fine (init, help): defaults are given */
};

struct host *host_new(struct error *error);
void host_free(struct host *host); /* NULL is fine */

/* Reads .env and neap.lua. Keeps neap.lua's functions (hooks, include_object) inside the host.
 */
bool host_load_config(struct host *host, const struct config_request *request,
                      struct config *config, struct error *error);

/* One file that a run used, with its content: the revision, helpers, SQL files. */
struct host_file {
    const char *kind; /* "revision", "helper", "sql" */
    char *path;
    char *text;
    size_t length;
    char hash[65]; /* sha256_text_hex */
};

struct host_call {
    const char *path; /* of the revision, for chunk names */
    const char *text; /* its source, read before the first step of the run */
    size_t length;
    const char *function;    /* "upgrade" or "downgrade" */
    const char *now;         /* neap.now: one instant per run */
    const char *must_end_in; /* the fingerprint that its end must have, or NULL */
    const char *schema;      /* where neap's own tables are, or NULL */
    bool shared;             /* other revisions have done their work in the same transaction */
    bool live_files;         /* SQL files from their own places, not their frozen copies */
    const struct config *config;
    /* After each HOST_FILES_READ files of SQL; see host_files. NULL: nobody asks. */
    bool (*files_read)(void *data, struct error *error);
    void *data;
    struct session *session;
};
enum { HOST_FILES_READ = 250 };

/* Runs one revision's function in a fresh environment; its statements go to the session as they
 * are called (they may still be queued when this returns). False: error has the place in the
 * revision, helpers on the way, the statement. */
bool host_run_revision(struct host *host, const struct host_call *call, struct error *error);
/* The files used by the last host_run_revision, besides the revision itself; valid until the
 * next call. */
const struct host_file *host_files(const struct host *host, size_t *count);

/* The SQL files below directories of the sql root and their sub-directories, in name order;
 * paths are relative to the root. */
struct sql_tree {
    struct host_file *files;
    size_t count, capacity;
};
/* directories: as in config->repeatable. */
bool sql_tree_read(const struct config *config, const struct list *directories,
                   struct sql_tree *tree, struct error *error);
void sql_tree_free(struct sql_tree *tree);
/* "sql/objects/" -> "objects", to be freed; NULL: not below the sql root. */
char *sql_path_below(const struct config *config, const char *path);

/* hooks = { before_revision, after_revision, after_write }: does nothing when there is none.
 * fields: name/value pairs, NULL-terminated, become the one table argument. */
bool host_run_hook(struct host *host, const char *name, const char *const *fields,
                   struct error *error);

/* The new host prints where the old one does (retries). */
void host_adopt_print(struct host *host, const struct host *from);

/* print() of revisions and hooks goes here, line by line, without the newline. Default:
 * dropped. */
void host_set_print(struct host *host, void (*print)(void *data, const char *line), void *data);

/* The hidden command `neap lua FILE [ARGS]`: our state with the full standard library; specs
 * run in it. False: the file could not be loaded, or raised; error has the traceback. */
bool host_run_file(const char *path, int argc, char **argv, struct error *error);

/* A schema command: lua/commands/NAME.lua returns function(run, options) -> answer.
 *
 * run is what a revision's op has (dialect, session, config, naming, read_sql ...), and
 *     run.op, neap's vocabulary on this session; run.now
 *     run.warn(message)          a line on stderr
 *     run.array(list)            marks a list that may be empty: a JSON array, not an object
 *     run.open(url, { read_only = true }) -> a run for another database, in a transaction that
 *                                is undone when the command ends; run.close(other) before that
 *     run.load_models(paths, { op =, neap = }), run.list_model(path), run.read_model(path)
 *     run.include_object         of neap.lua, or nil; run.x, run.version
 * answer: { status = 0, 3 or 6; text = what is printed; document = the same for --format json;
 *     value = what the C side asks for; history = a message: ENGINE_WRITES keeps it in the log
 * }
 */
struct host_command {
    const char *name;
    const json_t *options;                            /* borrowed */
    void (*warning)(void *data, const char *message); /* or NULL */
    void *data;

    int status; /* out, with the rest: free with host_command_free */
    struct text text;
    json_t *document, *value;
    char *history;
};
/* Reads its modules: may be called while a connection is being made. */
bool host_load_command(struct host *host, const struct host_command *command,
                       struct error *error);
bool host_run_command(struct host *host, struct host_command *command,
                      const struct config *config, struct session *session, const char *now,
                      struct error *error);
void host_command_free(struct host_command *command);

#endif
