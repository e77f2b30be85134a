/* target.h - identifiers of section 4 of the contract, resolved; and plans made of them.
 *
 * Version rows ("current") come in as a list of ids, as they stand in the version table.
 */
#ifndef NEAP_REVISIONS_TARGET_H
#define NEAP_REVISIONS_TARGET_H

#include "revisions/graph.h"

/* The last ones are no revisions' but of neap's own steps: they change no version rows. */
enum direction { UPGRADE, DOWNGRADE, STAMP, REPEATABLE, SETUP };

/* How the version rows change with one step. Rows before are checked, then changed. */
struct row_change {
    struct list before;  /* all rows expected before the step, sorted bytewise */
    struct list removed; /* rows that go; an UPDATE when one goes and one comes */
    struct list added;
};

struct plan_step {
    const struct revision *revision;
    enum direction direction;
    struct row_change rows;
};

struct plan {
    enum direction direction;
    struct plan_step *steps;
    size_t count;
    struct list start; /* version rows before the first step, sorted */
    struct list end;   /* after the last */
};
void plan_free(struct plan *plan);

/* What the database knows that this checkout does not: rows that are neither revisions nor
 * pruned. */
void graph_unknown_rows(const struct graph *graph, const struct list *rows,
                        struct list *unknown);

/* All errors are ERROR_USAGE unless said otherwise. rows must be known (graph_unknown_rows is
 * empty), or pruned ids. */

/* upgrade TARGET from rows. An empty plan (count 0) means nothing to do. */
bool plan_upgrade(const struct graph *graph, const struct list *rows, const char *target,
                  struct plan *plan, struct error *error);
/* downgrade TARGET from rows. An irreversible revision in it: ERROR_FAILED, named with its
 * file. */
bool plan_downgrade(const struct graph *graph, const struct list *rows, const char *target,
                    struct plan *plan, struct error *error);
/* Offline: "from:to" (upgrade also a single target: from base). */
bool plan_upgrade_range(const struct graph *graph, const char *range, struct plan *plan,
                        struct error *error);
bool plan_downgrade_range(const struct graph *graph, const char *range, struct plan *plan,
                          struct error *error);
/* stamp TARGETS: the change of rows, no steps. purge: rows are taken as they are and all go.
 * Offline stamps take "from:to" or a plain target (then from nothing); there rows is NULL. */
bool plan_stamp(const struct graph *graph, const struct list *rows, const struct list *targets,
                bool purge, struct row_change *change, struct error *error);
void row_change_free(struct row_change *change);

/* One identifier for show, edit, merge, revision --head, --depends-on ...: the revisions it
 * names, as indexes in file order. rows may be NULL where the database is not known: then
 * "current", "+1", "-1" are errors. "base" gives none. */
struct selection {
    size_t *indexes;
    size_t count;
};
bool resolve_target(const struct graph *graph, const struct list *rows, const char *target,
                    struct selection *selection, struct error *error);
/* history -r RANGE (NULL: all); newest first: reverse topological order. */
bool resolve_history(const struct graph *graph, const struct list *rows, const char *range,
                     struct selection *selection, struct error *error);
/* True when the range or target needs to know the database's rows ("current", "-1", "+2",
 * "LABEL@-1" ...). */
bool target_needs_rows(const char *target_or_range);
/* True for "+2", "ae10-1", "LABEL@-1": merge and revision do not take them. */
bool target_is_relative(const char *target);
void selection_free(struct selection *selection);

/* All revisions that are applied when the version rows are these: rows, their ancestors, and
 * what they depend on. applied[i] for graph->revisions[i]; the caller frees it with mem_free.
 */
bool *graph_applied(const struct graph *graph, const struct list *rows);

#endif
