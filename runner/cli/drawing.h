/* drawing.h - the revision graph in characters, as `git log --graph` draws it. */
#ifndef NEAP_CLI_DRAWING_H
#define NEAP_CLI_DRAWING_H

#include "cli/describe.h"

/* To stdout. selection is newest first: each revision before its down revisions. Down revisions
 * outside the selection end their line. */
void drawing_print(const struct describer *describer, const struct selection *selection);

#endif
