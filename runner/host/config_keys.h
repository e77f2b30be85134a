/* config_keys.h - inside host/: neap.lua's table, key by key, into struct config.
 *
 * Each function may raise: an error table of kind "usage", at the line of the key.
 */
#ifndef NEAP_HOST_CONFIG_KEYS_H
#define NEAP_HOST_CONFIG_KEYS_H

#include <lua.h>

#include "host/config.h"

struct loading {
    struct config *config;
    const struct text *source; /* of neap.lua */
    const char *environment;   /* its name in neap.lua, while its keys are read; else NULL */
};

/* The table on top of the stack: neap.lua's, or an entry of environments. */
void config_read_keys(lua_State *L, const struct loading *loading);
/* The value of `environments` is on top of the stack. The names in all entries are checked; the
 * values of config->environment, if any, go over what is there. */
void config_read_environments(lua_State *L, struct loading *loading);
/* Pushes the value as a message shows it. A string of key "url" may hold a password: only its
 * type. */
const char *config_push_shown(lua_State *L, int index, const char *key);

#endif
