/* describe.h - revisions in words: a line as in Alembic, a block, a JSON object. */
#ifndef NEAP_CLI_DESCRIBE_H
#define NEAP_CLI_DESCRIBE_H

#include <jansson.h>

#include "cli/output.h"
#include "revisions/graph.h"
#include "revisions/target.h"

/* What is known of the database while describing. rows NULL: nothing. */
struct describer {
    const struct graph *graph;
    const struct list *rows;
    bool color;
};

/* "1f2e (billing) (head) (current), add email to account" */
void describe_revision(const struct describer *describer, const struct revision *revision,
                       struct text *text);
/* "0a1b -> " or "0a1b, 9c8b (7d6e) -> " or "<base> -> "; then as describe_revision. */
void describe_link(const struct describer *describer, const struct revision *revision,
                   struct text *text);
/* The way down: "1f2e -> 0a1b, add email to account", "1f2e -> base, ..." */
void describe_undoing(const struct describer *describer, const struct revision *revision,
                      struct text *text);
/* "Rev: ...", "Parent: ...", "Path: ..." and the message. */
void describe_block(const struct describer *describer, const struct revision *revision,
                    struct text *text);
/* revision, down_revision, branch_labels, depends_on, message, path, created, is_head,
 * is_branch_point, and is_current when the rows are known. */
json_t *describe_json(const struct describer *describer, const struct revision *revision);

/* Down revisions as full ids; pruned ones as they are. */
void describe_down(const struct graph *graph, const struct revision *revision,
                   struct list *ids);
const char *describe_direction(enum direction direction);
/* "0a1b, 1f2e" or "base" */
void describe_rows(const struct list *rows, struct text *text);

#endif
