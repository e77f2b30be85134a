/* header.h - the two halves of a revision file: the header of literals, and the rest.
 *
 * Contract section 2.2 and the last lines of section 4. Used by revision_read only.
 */
#ifndef NEAP_REVISIONS_HEADER_H
#define NEAP_REVISIONS_HEADER_H

#include "revisions/lexer.h"
#include "revisions/revision.h"

enum header_name {
    HEADER_REVISION,
    HEADER_DOWN,
    HEADER_LABELS,
    HEADER_DEPENDS,
    HEADER_TRANSACTION,
    HEADER_CREATED,
    HEADER_REPLACES,
    HEADER_NAMES /* how many; also: none of them */
};
enum header_name header_name_of(const struct token *token);
const char *header_name_text(enum header_name name);

/* Reads assignments up to the first other statement, where the lexer stands afterwards. */
bool header_read(struct revision *revision, struct lexer *lexer, struct error *error);
/* Looks through the rest: what is defined, what makes the revision stepwise, and header names
 * that are assigned too late. */
bool body_scan(struct revision *revision, struct lexer *lexer, struct error *error);

#endif
