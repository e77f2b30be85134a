/* scan.h - the revision files of a list of directories, read in file order. */
#ifndef NEAP_REVISIONS_SCAN_H
#define NEAP_REVISIONS_SCAN_H

#include "revisions/revision.h"

/* Every regular *.lua file (or link to one) that is not hidden. The array is the caller's; each
 * revision in it is freed with revision_free. A directory that is listed twice, or under two
 * names, is read once. */
bool scan_directories(const struct list *directories, struct revision **revisions,
                      size_t *count, struct error *error);

#endif
