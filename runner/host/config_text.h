/* config_text.h - what the text of neap.lua says, where its table cannot.
 *
 * Plain C. Knows comments, strings and brackets of Lua; knows no grammar. A guess: for
 * messages.
 */
#ifndef NEAP_HOST_CONFIG_TEXT_H
#define NEAP_HOST_CONFIG_TEXT_H

#include "base/text.h"

/* The 1-based line that assigns to key, in this entry of environments when it has one (NULL:
 * anywhere); 0: not found. */
int config_line_of_key(const struct text *source, const char *entry, const char *key);
/* The variable NAME when the entry of environments says `url = env.NAME` and nothing more; NULL
 * otherwise. The caller frees it. */
char *config_variable_of_url(const struct text *source, const char *entry);

#endif
