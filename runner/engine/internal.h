/* internal.h - what the files of engine/ share. Not for the commands. */
#ifndef NEAP_ENGINE_INTERNAL_H
#define NEAP_ENGINE_INTERNAL_H

#include "base/clock.h"
#include "base/sha256.h"
#include "engine/engine.h"

/* Names of neap's tables as SQL text: schema-qualified online, quoted. Empty until known. */
struct table_names {
    struct text version, history, source, journal;
};

struct engine {
    struct engine_options options;
    bool postgres; /* the dialect; else SQLite */
    struct session *session;
    char *host_name;
    char *application_name;
    char stamp[CLOCK_STAMP]; /* neap.now: one instant per run */

    bool ready;      /* connected, facts known */
    bool fresh_rows; /* rows holds the version rows as of the facts */
    char *schema;    /* where neap's tables are or will be; NULL on SQLite and offline */
    char *current_schema;
    char *other_version_table; /* an alembic_version table found, and not configured */
    bool has_version, has_history, has_source, has_journal;
    bool has_objects;       /* the history table's column: known after tables_find_objects or */
    bool lacks_objects;     /* tables_ensure, which adds it */
    bool version_is_narrow; /* version_num is varchar(32): Alembic's own table */
    bool pooled;            /* a transaction pooler is in between */
    bool server_read_only;
    bool settings_in_place;       /* the last revision left the session as it was set up */
    bool sources_kept;            /* of the revisions of this run: all are in the database */
    bool locked;                  /* the advisory lock is ours */
    char must_end_in[SHA256_HEX]; /* --fingerprint: the end of the run, when not "" */
    bool is_last;                 /* the step that runs is the last one */
    const char *running;          /* the revision; NULL: none */
    bool history_waits;           /* for the end of the transaction; see record.c */
    struct waiting_row *waiting;
    size_t waiting_count, waiting_capacity;
    struct table_names names;
    struct list rows;
    char recorded[CLOCK_STAMP]; /* started, of the history row written last: it tells which is
                                   ours */
    char data_version[16]; /* SQLite: when rows were known to be true; "" when that is not known
                            */

    struct journal_row *journal; /* of this version table, all revisions */
    size_t journal_count;

    /* --from-database: what stored.c laid out; NULL otherwise */
    char *stored_directory;
    struct graph *stored_graph;
    struct config *stored_config;
    bool ahead_told;
    bool ahead_blindly; /* unknown rows without sources, allowed */

    struct text blockers;  /* who held the lock that was waited for; sampled while waiting */
    bool blockers_sampled; /* SQLite: told already */
    int64_t blockers_asked_ms; /* of the wait that lasts: when we asked last, 0: not yet */
    int64_t blockers_waited_ms;
    int blockers_in_vain;    /* so often in this revision an early question found no one */
    bool rows_hidden;        /* this user may not read the version table */
    struct list stored;      /* hashes of sources known to be in the database */
    struct text sources_sql; /* see sources.c */
    char *git_commit;        /* of the project's checkout, or NULL */
    char *os_user;           /* see engine_os_user */
};

struct journal_row {
    char *revision, *direction, *state, *statements, *checksum;
    long position;
};

/* --- small helpers (engine.c) --- */
struct db_value value_text(const char *text); /* NULL: SQL's NULL */
struct db_value value_integer(int64_t integer);
/* One statement with its rows, waited for. */
bool engine_query(struct engine *engine, const char *sql, const struct db_value *params,
                  size_t count, db_row_function *row, void *data, struct error *error);
const char *engine_os_user(struct engine *engine);
/* The equals sign that nobody can capture; plain on SQLite. */
const char *equals(const struct engine *engine);
/* The name a statement is kept prepared under; none behind a pooler, where the next transaction
 * may meet another server session. */
const char *prepared_name(const struct engine *engine, const char *name);
void engine_warn(struct engine *engine, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Connects, learns the facts, reads the rows. Cheap when it has been done. */
bool engine_ready(struct engine *engine, struct error *error);
/* For what needs no version rows: a user who may not read them does. */
bool engine_ready_to_look(struct engine *engine, struct error *error);
/* Reads facts and rows again (under the lock, after a failure). */
bool engine_refresh(struct engine *engine, struct error *error);
/* False for an id that the version table cannot hold. */
bool engine_id_fits(const struct engine *engine, const char *id, struct error *error);
bool engine_warn_edited(struct engine *engine, const struct plan *plan, struct error *error);
bool engine_find_edited(struct engine *engine, struct list *edited, struct error *error);
/* "0a1b, 1f2e" or "base" */
void rows_describe(const struct list *rows, struct text *text);
/* Rolls back whatever is open; never fails loudly. */
void engine_roll_back(struct engine *engine);
bool engine_interrupted(const struct engine *engine, struct error *error);

/* --- tables.c --- */
void tables_name(struct engine *engine);
bool tables_read_facts(struct engine *engine, struct error *error);
bool tables_read_rows(struct engine *engine, struct error *error);
/* Notes that engine->rows is what the file holds now (SQLite). */
void tables_note_version(struct engine *engine);
/* True when no one has written to the file since: the rows need not be read again. */
bool tables_same_version(const struct engine *engine);
bool lists_equal(const struct list *a, const struct list *b);
/* Finds out has_objects: a history table made by an earlier neap lacks the column. */
bool tables_find_objects(struct engine *engine, struct error *error);
/* Creates what is missing, in one transaction; refuses tables that are not plain. */
bool tables_ensure(struct engine *engine, bool *created, struct error *error);
void tables_create_sql(const struct engine *engine, bool if_not_exists,
                       struct list *statements);
void array_literal(const struct list *items,
                   struct text *text); /* '{"a","b"}' for PostgreSQL */

/* --- lock.c --- */
bool lock_take(struct engine *engine, struct error *error);
int64_t lock_key(const struct engine *engine);

/* --- record.c: what a step writes down --- */
struct record {
    const struct row_change *rows;
    const char *revision;  /* id; NULL for a stamp */
    const char *direction; /* "upgrade", "downgrade", "stamp" */
    const char *message;
    const char *checksum;
    const char *started; /* ISO 8601 */
    int64_t duration_ms; /* -1: since the transaction began, by the server's clock */
    const char *outcome; /* "ok", "failed", "interrupted" */
    const char *error;
    const char *text; /* the revision's source, or NULL */
    size_t length;
    const char *path;
    const struct host_file *files;
    size_t file_count;
    size_t files_kept;          /* the first of them, by sources_keep in the same transaction */
    const struct text *objects; /* what it changed, see sql/changes.h; or NULL */
};
/* Queues the change of the version rows, the history row, and the sources, as part of the open
 * transaction. */
bool record_write(struct engine *engine, const struct record *record, struct error *error);
/* Writes, or drops, the history rows that wait for the end of the transaction. */
bool record_write_waiting(struct engine *engine, struct error *error);
void record_forget_waiting(struct engine *engine);
/* A failure's history row, in a transaction of its own, best effort. */
void record_failure(struct engine *engine, const struct record *record);
/* Queues one of the statements above; name: kept prepared under it, or NULL. */
bool record_send(struct engine *engine, const struct text *sql, const struct db_value *params,
                 size_t count, const char *name, struct db_result *result, struct error *error);
const char *direction_name(enum direction direction);

/* --- sources.c: neap_source --- */
/* Queues what the record's revision used and the database does not have; part of the open
 * transaction. */
bool sources_write(struct engine *engine, const struct record *record, struct error *error);
/* The same of many files while the revision goes on to read more: the server writes while the
 * revision reads. kept: {0} to begin with. Does nothing where it might fail or be undone;
 * sources_write makes up for it. */
struct sources_kept {
    size_t count; /* of the files */
    bool ask;     /* the database had some before */
};
bool sources_keep(struct engine *engine, const struct host_file *files, size_t count,
                  struct sources_kept *kept, struct error *error);
/* Keeps one revision's source; part of the open transaction. */
bool record_source(struct engine *engine, const struct record *record, struct error *error);
/* PostgreSQL keeps the sources as text: false, with the file's name, when they cannot be. */
bool record_can_keep(const struct engine *engine, const char *path, const char *text,
                     size_t length, struct error *error);
void record_stored(struct engine *engine, const struct record *record); /* after the commit */

/* One text by its hash, for good; part of the open transaction. */
bool record_text(struct engine *engine, const char *hash, const char *kind, const char *path,
                 const struct text *content, struct error *error);

/* --- fingerprint.c, schema_lock.c --- */
struct fingerprint {
    char hash[SHA256_HEX];
    struct text list; /* a line for each object: 16 digits of its hash, a blank, its key */
};
void fingerprint_free(struct fingerprint *fingerprint);
/* Keeps the state of the database with the newest history row, in a transaction of its own. */
bool fingerprint_record(struct engine *engine, struct error *error);
/* Says what was changed since the last run: the next record takes it for the run's own. */
bool fingerprint_warn(struct engine *engine, struct error *error);
/* --fingerprint: false, with nothing changed, unless the state is the one of schema.lock. */
bool fingerprint_check(struct engine *engine, const char *outcome, struct error *error);
/* What schema.lock has for these rows; false when it has nothing. */
bool fingerprint_expected(struct engine *engine, const struct list *rows, char hash[SHA256_HEX],
                          struct error *error);

/* --- journal.c --- */
bool journal_read(struct engine *engine, struct error *error);
void journal_forget(struct engine *engine); /* frees the rows read */
bool journal_write(struct engine *engine, const char *revision, const char *direction,
                   long position, const char *state, const char *statements,
                   const char *checksum, struct error *error);
bool journal_finish(struct engine *engine, const char *revision, const char *direction,
                    long position, struct error *error); /* "begun" becomes "done" */
/* A statement in a journal row: eight digits of the hash of its text, and eight of what is left
 * of it without its literals and digits, so that a date in it does not make it another
 * statement. */
enum { JOURNAL_MARK = 16 };
/* Stands between the marks of a row and what session_keep was given. */
enum { JOURNAL_KEPT = ' ' };
void journal_mark(const char *sql, char mark[JOURNAL_MARK + 1]);
bool journal_clear(struct engine *engine, const char *revision, const char *direction,
                   struct error *error);

/* --- step.c --- */
struct step_source {
    struct text text; /* of the revision's file */
    char hash[SHA256_HEX];
};
struct step_outcome {
    int64_t duration_ms;
    bool commit_sent; /* when the line is lost: COMMIT may have been done */
    long steps_kept;  /* journalled steps that a failure left behind */
};
enum step_frame {
    STEP_OWN_TRANSACTION,
    STEP_IN_TRANSACTION /* "all" */,
    STEP_AUTOCOMMIT /* "none" */
};
bool step_run(struct engine *engine, const struct plan_step *step, struct step_source *source,
              enum step_frame frame, struct step_outcome *outcome, struct error *error);
/* A history row for it, best effort. step_run has noted its failures, but not those that a
 * retry may mend. */
void step_note_failure(struct engine *engine, const struct plan_step *plan,
                       const struct step_source *source, const char *started,
                       int64_t duration_ms, const struct error *error);

/* --- transaction.c --- */
/* Begins a transaction that checks the version rows under a lock. first: session settings too.
 */
bool transaction_begin(struct engine *engine, const struct list *before, bool first,
                       struct error *error);
/* The check alone, in a transaction that is open. */
bool transaction_guard(struct engine *engine, const struct list *before, bool first,
                       struct error *error);
/* The configured settings, timeouts and role alone. */
bool transaction_settings(struct engine *engine, struct error *error);
/* Waits for the answer. *sent (may be NULL): COMMIT may have reached the database. */
bool transaction_commit(struct engine *engine, bool *sent, struct error *error);
/* RESET ALL, RESET ROLE: what the revision set is back to what it was. */
bool transaction_reset(struct engine *engine, struct error *error);
void transaction_reset_driver(struct engine *engine); /* SQLite's side of it */
/* The rest of the transaction is the connecting user's, whatever role the revision took. */
bool transaction_act_as_self(struct engine *engine, struct error *error);

/* --- outside.c: statements that cannot run in a transaction --- */
/* *state: 1 the index is there and valid, 0 invalid, -1 not there. */
bool outside_index_state(struct engine *engine, const struct sql_concurrent_index *index,
                         int *state, struct error *error);
bool outside_index_is_gone(struct engine *engine, const struct sql_concurrent_index *index,
                           bool *gone, struct error *error);
bool outside_drop_invalid_index(struct engine *engine, const struct sql_concurrent_index *index,
                                struct error *error);
/* Of a concurrent detach: *state: 1 it is a partition, 0 one whose detaching was interrupted,
 * -1 neither. */
bool outside_partition_state(struct engine *engine, const struct sql_concurrent_index *detach,
                             int *state, struct error *error);
/* Ends a detaching that was interrupted. */
bool outside_finish_detach(struct engine *engine, const struct sql_concurrent_index *detach,
                           const struct db_statement *statement, struct error *error);
/* Sends it with lock_timeout and statement_timeout off, and waits. */
bool outside_run(struct engine *engine, const struct db_statement *statement,
                 struct error *error);

/* --- stored.c: revisions that only the database knows --- */
/* Lays them out and links them into the graph; nothing to do when all rows are known. */
bool stored_load(struct engine *engine, struct error *error);
void stored_free(struct engine *engine);
/* Where the temporary directory stands in an error, its place in the project is shown instead.
 */
void stored_show_paths(const struct engine *engine, struct error *error);
const char *stored_shown_path(const struct engine *engine, const char *path);
bool stored_holds(const struct engine *engine, const struct revision *revision);
const struct config *stored_config_for(const struct engine *engine,
                                       const struct revision *revision);

/* What the database keeps under this hash; empty when nothing. */
bool stored_content(struct engine *engine, const char *hash, struct text *content,
                    struct error *error);

/* --- extra.c: steps that are no revision's --- */
struct extra_step {
    struct revision revision;
    struct plan_step step;
    struct step_source source;
};
/* id: what the history and messages call it. body: Lua that runs in the function of its
 * direction's name, at the line of neap.lua that asks for it. rows are copied. */
void extra_make(struct extra_step *extra, const struct config *config, enum direction direction,
                const char *id, const char *message, int line, const char *body,
                const struct list *rows);
void extra_free(struct extra_step *extra);
/* run.c: with retries, progress and its row in the history. */
bool run_extra_step(struct engine *engine, const struct plan_step *step,
                    struct step_source *source, struct error *error);
/* Loads the files, each after those that make what it needs. */
void extra_load_files(const struct sql_tree *tree, const bool *wanted, const char *more,
                      struct text *body);
/* "a.sql, b.sql, c.sql and 2 more" */
char *extra_describe_files(const struct sql_tree *tree, const bool *wanted);
/* "objects" or "objects, more" */
char *extra_describe_directories(const struct config *config, const struct list *directories);

/* --- repeatable.c --- */
/* After an upgrade: runs the changed files when the database is at its heads; with dry_run only
 * lists them in run->repeatable. */
bool repeatable_update(struct engine *engine, struct engine_run *run, struct error *error);
/* Can the files be read? */
bool repeatable_check(struct engine *engine, struct error *error);
/* Files that an upgrade would run; none when nothing is configured. */
bool repeatable_pending(struct engine *engine, struct list *paths, struct error *error);
/* Offline: all of them; false in *any: nothing is configured. */
bool repeatable_script_step(struct engine *engine, const struct list *rows,
                            struct extra_step *extra, bool *any, struct error *error);

/* --- adopt.c --- */
bool outside_read(struct engine *engine, struct engine_status *status, struct error *error);
void outside_free(struct engine_status *status);

/* --- touched.c --- */
/* Do these lines of sql/changes.h (or NULL) name the object? */
bool objects_touch(const char *objects, const struct object_filter *filter);

/* --- blockers.c --- */
void blockers_waiting(void *data, int64_t waited_ms); /* db_hooks.waiting */
void blockers_forget(struct engine *engine);          /* before something that may wait */
void blockers_tell(struct engine *engine, struct error *error); /* in the error's detail */

/* --- git.c --- */
char *git_commit_of(const char *directory); /* 40 hex digits or NULL */

#endif
