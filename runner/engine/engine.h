/* engine.h - what the commands ask of a database: plans run, rows stamped, state told.
 *
 * An engine is one project (configuration, revision graph, Lua host) at one database, or at one
 * script (offline mode). It borrows config, graph and host; it owns the session. It never
 * prints: what happens on the way goes to the reporter. Contract sections 4, 7 and 8.
 */
#ifndef NEAP_ENGINE_ENGINE_H
#define NEAP_ENGINE_ENGINE_H

#include "base/error.h"
#include "db/db.h"
#include "host/config.h"
#include "host/host.h"
#include "revisions/target.h"

struct engine;

/* What a run tells on its way. Any may be NULL. Strings live during the call. */
struct engine_reporter {
    void *data;
    void (*step_started)(void *data, const struct plan_step *step, size_t number, size_t count);
    void (*step_done)(void *data, const struct plan_step *step, size_t number, size_t count,
                      int64_t duration_ms);
    void (*notice)(void *data, const char *severity, const char *message); /* from the server */
    void (*answered)(void *data); /* a statement is: later notices belong to another one */
    void (*warning)(
        void *data,
        const char *message); /* from neap: edited revisions, hints, resumed steps */
    void (*waiting)(
        void *data,
        const char *message); /* for the lock: "waiting for host db1, pid 42, since ..." */
};

struct engine_options {
    const struct config *config;
    const struct graph *graph; /* may be given later, by engine_set_graph */
    struct host *host;
    struct engine_reporter reporter;
    bool read_only; /* nothing will be created or written */
    bool allow_ahead;
    bool allow_edited; /* downgrade: undo with the file as it is now */
    bool via_pooler;
    bool fingerprint;   /* start from and end in the states of schema.lock, or refuse */
    bool from_database; /* downgrade: sources of unknown revisions come from the database */
    int64_t wait_ms;    /* for the runner lock; -1: 60000 */
    enum transaction_mode transaction;
    const char *tag;     /* --tag, for the history's message and hooks; or NULL */
    const char *command; /* "upgrade head", for application_name and the history */
};

/* Begins to connect (config->url), without waiting: read the revisions meanwhile. */
struct engine *engine_open(const struct engine_options *options, struct error *error);
void engine_set_graph(struct engine *engine, const struct graph *graph);
void engine_close(struct engine *engine); /* NULL is fine; rolls back, unlocks */

/* The version rows, sorted bytewise; none when there is no table. */
bool engine_rows(struct engine *engine, struct list *rows, struct error *error);
/* A line that says what is unknown: "9f3c (add search, applied 2026-09-01 by ci) is not in
 * migrations/". ERROR_MISMATCH when rows holds a revision that the graph does not know (unless
 * allow_ahead: then true and *ahead). */
bool engine_check_known(struct engine *engine, const struct list *rows, bool *ahead,
                        struct error *error);

/* Run. *steps_done counts what was committed. With dry_run nothing is written: *plan is filled
 * and nothing else. */
struct engine_run {
    const char *target;
    bool dry_run;
    struct plan plan;       /* out: what was (or would be) done; free with plan_free */
    size_t steps_done;      /* out */
    struct list repeatable; /* out: files of repeatable objects that were run, or would be */
    bool ahead;             /* out: the database is ahead of the checkout, allowed */
};
bool engine_upgrade(struct engine *engine, struct engine_run *run, struct error *error);
bool engine_downgrade(struct engine *engine, struct engine_run *run, struct error *error);
bool engine_stamp(struct engine *engine, const struct list *targets, bool purge,
                  struct row_change *change, struct error *error);
bool engine_ensure_version(struct engine *engine, bool *created, struct error *error);

/* Offline: the same, as a script. config->dialect says which. */
bool engine_script_upgrade(const struct engine_options *options, const char *range,
                           db_write_function *write, void *data, struct error *error);
bool engine_script_downgrade(const struct engine_options *options, const char *range,
                             db_write_function *write, void *data, struct error *error);
bool engine_script_stamp(const struct engine_options *options, const struct list *targets,
                         db_write_function *write, void *data, struct error *error);

/* --- set-up --- */

/* A table or view that is not neap's; empty: there is none. */
bool engine_first_table(struct engine *engine, struct text *name, struct error *error);
enum load_flags {
    LOAD_FORCE = 1, /* although there are tables */
    LOAD_ONCE = 2   /* makes neap's tables, and does nothing when the history has this file */
};
/* Runs the text of a file of SQL, which is UTF-8, in one transaction. */
bool engine_load(struct engine *engine, const char *path, const struct text *text,
                 enum load_flags flags, bool *loaded, struct error *error);
/* Runs the files of setup.load, once, in a database at base; *count: how many. */
bool engine_setup_files(struct engine *engine, size_t *count, struct error *error);

/* --- schema commands --- */

enum engine_access {
    ENGINE_READS,   /* one snapshot, nothing can be written */
    ENGINE_SCRATCH, /* whatever it does is undone */
    ENGINE_WRITES,  /* under the runner lock, committed when it ends without an error */
    ENGINE_EARLY,   /* the same, and neap's tables are made afterwards: it may make their schema
                     */
    ENGINE_BARE     /* the same, without neap's tables: for what comes before them */
};
/* See host.h. The caller frees command, also after an error. */
bool engine_command(struct engine *engine, struct host_command *command,
                    enum engine_access access, struct error *error);

/* The same for commands that read neap's own tables: options.tables gets their names. */
bool engine_audit(struct engine *engine, struct host_command *command, json_t *options,
                  enum engine_access access, struct error *error);
/* --- the state of the schema: its fingerprint --- */

struct engine_state {
    char hash[65];           /* now */
    char recorded[65];       /* what the last run left; "" when it left none */
    struct list differences; /* between the two: "table public.account was changed" */
};
/* only_recorded: with nothing to compare with, nothing is read. */
bool engine_state(struct engine *engine, bool only_recorded, struct engine_state *state,
                  struct error *error);
void engine_state_free(struct engine_state *state);
/* Compares with migrations/schema.lock; *known: it has a line for the database's revisions. */
bool engine_check_lock(struct engine *engine, const char *hash, bool *known,
                       struct error *error);
/* Writes the line of the database's revisions; the caller frees *path. */
bool engine_write_lock(struct engine *engine, const char *hash, char **path,
                       struct error *error);

/* --- status and log --- */

/* What the journal (`neap journal`) holds of changes made outside neap; NULL for absent. */
struct outside_change {
    int64_t id;
    char *recorded, *user, *application, *client, *tag;
    char *objects; /* lines of "type identity" */
    char *statement;
};

struct engine_status {
    struct list rows;
    struct list unknown;       /* rows this checkout does not know */
    struct list unknown_lines; /* one sentence for each */
    bool *applied;             /* by graph index */
    size_t applied_count, pending_count;
    size_t *pending;    /* graph indexes in the order an upgrade to heads applies them */
    struct list edited; /* applied revisions whose file differs from what was applied: ids */
    struct list
        changed_files; /* helpers and SQL files changed since: "helpers/x.lua (used by 1f2e)" */
    struct list
        half_done; /* stepwise revisions that were interrupted: "1f2e: upgrade, 3 steps done" */
    struct outside_change *outside; /* not yet adopted or dismissed */
    size_t outside_count, outside_capacity;
    struct list repeatable; /* files of repeatable objects that the next upgrade runs */
};
/* A revision that says what was done outside neap: recorded as applied, not run. */
struct adoption {
    const char *revision, *message, *path;
    const char *text; /* of its file */
    size_t length;
    const struct list *before; /* the version rows that it follows */
    const int64_t *ids;        /* of the journal's entries */
    size_t id_count;
    const struct text *objects; /* lines of sql/changes.h */
};
bool engine_adopt(struct engine *engine, const struct adoption *adoption, struct error *error);

bool engine_status(struct engine *engine, struct engine_status *status, struct error *error);
void engine_status_free(struct engine_status *status);

/* One row of the history table; NULL for absent. */
struct history_entry {
    int64_t id;
    const char *version_table, *revision, *direction, *message, *checksum, *started,
        *database_user, *os_user, *host, *neap_version, *git_commit, *outcome, *error,
        *objects; /* lines of sql/changes.h */
    int64_t duration_ms;
};
/* An object as people name it: account, account.email, bixie.account, "function f". */
struct object_filter {
    char *kind; /* or NULL: any */
    struct list parts;
    bool any_case;
};
/* folds: unquoted names are lower case (PostgreSQL). False: it is no name. */
bool object_filter_read(const char *text, bool folds, struct object_filter *filter);
void object_filter_free(struct object_filter *filter);
struct history_filter {
    const char *object;        /* see object_filter, or NULL */
    const char *outcome;       /* "ok" ..., or NULL */
    const char *direction;     /* "upgrade" ..., or NULL */
    const char *revision;      /* prefix of an id, or NULL */
    const char *user;          /* database or OS user */
    const char *since, *until; /* ISO 8601 prefixes, compared as text */
    int64_t limit;             /* 0: all */
};
/* Newest first. */
bool engine_log(struct engine *engine, const struct history_filter *filter,
                bool (*entry)(void *data, const struct history_entry *entry), void *data,
                struct error *error);

/* The source of a revision as it was applied, from the database; empty when none is kept. For
 * `show` of a revision that this checkout does not have. */
bool engine_stored_source(struct engine *engine, const char *id, struct text *source,
                          struct error *error);

/* --- freeze.c: the SQL files that a revision loads --- */

struct sql_copy {
    char *path; /* below the sql root */
    struct text text;
    bool frozen; /* read from sql/.at/REV/, not from its own place */
};
struct sql_copies {
    struct sql_copy *items;
    size_t count, capacity;
};
/* By a run in offline mode, of upgrade and of downgrade, in the configured dialect. live: from
 * their own places, whatever is frozen. False: it cannot run offline, and error says where. */
bool engine_loaded_files(const struct engine_options *options, const struct revision *revision,
                         bool live, struct sql_copies *copies, struct error *error);
/* As the database recorded them when it was applied and undone; *known: it was. */
bool engine_recorded_files(struct engine *engine, const char *id, struct sql_copies *copies,
                           bool *known, struct error *error);
void sql_copies_free(struct sql_copies *copies);

const char *neap_version(void); /* "0.1.0" or what git describe said at build time */

#endif
