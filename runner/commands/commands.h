/* commands.h - what the files of commands/ share. */
#ifndef NEAP_COMMANDS_COMMANDS_H
#define NEAP_COMMANDS_COMMANDS_H

#include "cli/context.h"
#include "cli/error.h"

extern const struct command_entry command_branches;
extern const struct command_entry command_check;
extern const struct command_entry command_create;
extern const struct command_entry command_current;
extern const struct command_entry command_diff;
extern const struct command_entry command_downgrade;
extern const struct command_entry command_drop;
extern const struct command_entry command_dump;
extern const struct command_entry command_edit;
extern const struct command_entry command_ensure_version;
extern const struct command_entry command_freeze;
extern const struct command_entry command_heads;
extern const struct command_entry command_help;
extern const struct command_entry command_history;
extern const struct command_entry command_init;
extern const struct command_entry command_log;
extern const struct command_entry command_lua;
extern const struct command_entry command_man;
extern const struct command_entry command_merge;
extern const struct command_entry command_model;
extern const struct command_entry command_permissions;
extern const struct command_entry command_reference;
extern const struct command_entry command_revision;
extern const struct command_entry command_show;
extern const struct command_entry command_squash;
extern const struct command_entry command_stamp;
extern const struct command_entry command_status;
extern const struct command_entry command_upgrade;
extern const struct command_entry command_verify;
extern const struct command_entry command_wait;
extern const struct command_entry command_blame, command_journal;
extern const struct command_entry command_load, command_setup;

/* Exit statuses of commands that succeed; the others are those of errors (cli/error.c). */
enum { STATUS_DONE = 0, STATUS_PENDING = 3, STATUS_MISMATCH = 6 };

/* --- listing.c: revisions on stdout --- */

/* One line or block each, or a JSON array. with_links: "0a1b -> 1f2e ...". */
void list_revisions(struct context *context, const struct selection *selection,
                    const struct list *rows, bool with_links);
/* Rows that this checkout does not know; when there are any and --allow-ahead is not given, the
 * status becomes 6 and stderr says which. */
void note_unknown_rows(struct context *context, const struct list *rows);
/* As resolve_target, asking the database only when the target needs it. At least one revision:
 * "base" is an error that says what cannot be done with it. */
bool select_revisions(struct context *context, const char *target, const char *what,
                      struct selection *selection, struct error *error);

/* --- writing.c: new revision files --- */

/* The twelve digits of a new id; the caller frees it. */
bool new_revision_id(const struct graph *graph, char **id, struct error *error);
/* --version-path, else the directory of parent, else the only one of the configuration. */
bool revision_directory(struct context *context, const struct revision *parent,
                        const char **directory, struct error *error);
/* After the file is there: the hook, the path on stdout, the editor. */
bool revision_written(struct context *context, const char *path, const char *id,
                      const char *message, struct error *error);

/* --- editor.c --- */

/* Replaces this process by $VISUAL or $EDITOR with these files; returns only when that fails.
 */
bool edit_files(struct context *context, const struct list *paths, struct error *error);

/* --- plans.c: upgrade and downgrade --- */

bool run_plan_command(struct context *context, enum direction direction, struct error *error);

/* --- answer.c: commands written in Lua --- */

/* Runs lua/commands/NAME.lua, prints its answer and takes its status. Takes options over. */
bool run_schema_command(struct context *context, const char *name, json_t *options,
                        enum engine_access access, struct error *error);
/* The same with engine_audit. */
bool run_audit_command(struct context *context, const char *name, json_t *options,
                       enum engine_access access, struct error *error);
/* False, with the way to one, in a project without a model. */
bool need_model(struct context *context, struct error *error);
/* Its text, or with --format json its document. */
void print_answer(struct context *context, struct host_command *command);

/* --- outside.c --- */

/* "changed outside neap: ALTER TABLE public.account by ann, 2026-11-24 18:00, psql: ..." */
void outside_describe(const struct outside_change *change, struct text *line);
json_t *outside_json(const struct engine_status *status);

/* --- script.c: offline mode --- */

/* These options make no sense together with --sql. names ends with NULL. */
bool refuse_with_sql(const struct context *context, const char *const *names,
                     struct error *error);
typedef bool script_function(const struct engine_options *options, const struct list *targets,
                             db_write_function *write, void *data, struct error *error);
/* Writes a script to stdout; with --format json one document { dialect, sql }. */
bool write_script(struct context *context, script_function *script, struct error *error);

#endif
