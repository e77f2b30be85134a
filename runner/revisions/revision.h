/* revision.h - what a revision's header says, read without running the file.
 *
 * Pure: no SQL, no Lua state, no database. Contract sections 2.2 and 4.
 */
#ifndef NEAP_REVISIONS_REVISION_H
#define NEAP_REVISIONS_REVISION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/list.h"

struct revision {
    char *id;
    char *path;       /* as shown and opened: directory as listed + "/" + file name */
    char *message;    /* the first comment line's text; else the slug of the file name */
    char *created;    /* as written, or NULL */
    struct list down; /* as written: ids, partial ids or labels are resolved by the graph */
    struct list labels;
    struct list depends;
    struct list
        replaces;     /* ids that it was made of, `neap squash`; its own is the last one's */
    bool transaction; /* false: `transaction = false` */
    bool stepwise; /* the text uses op.commit, op.autocommit, concurrently, online or backfill,
                      or transaction is false */
    bool has_upgrade; /* `function upgrade` or `upgrade =` at the top level */
    bool has_downgrade;
    int id_line, down_line, labels_line, depends_line; /* for error places; 0: absent */

    /* Filled by the graph: indexes into graph->revisions, in written order. */
    size_t index;
    size_t *down_index, down_count; /* down revisions that exist (pruned ones are left out) */
    size_t *depends_index, depends_count;
    size_t *next_index, next_count; /* revisions that have this one as a down revision */
    size_t *dependent_index, dependent_count; /* revisions that depend on this one */
};

/* Reads the header from text. path is for messages (and the slug) and is copied. False:
 * ERROR_USAGE at path:line. */
bool revision_read(struct revision *revision, const char *path, const char *text, size_t length,
                   struct error *error);
void revision_free(struct revision *revision);

#endif
