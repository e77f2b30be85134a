/* embedded.h - the Lua sources inside the binary, made by runner/embed.c at build time.
 *
 * lua/op/init.lua is module "neap.op" with chunk "@neap:op/init.lua"; helpers/permissions.lua
 * is module "permissions" with chunk "@neap:helpers/permissions.lua". Plain C: usable without a
 * Lua state (templates).
 */
#ifndef NEAP_HOST_EMBEDDED_H
#define NEAP_HOST_EMBEDDED_H

#include <stddef.h>

struct embedded_module {
    const char *name;
    const char *chunk;
    const char *text; /* NUL-terminated */
    size_t length;
};

extern const struct embedded_module embedded_modules[]; /* ends with name NULL */
extern const size_t embedded_module_count;

const struct embedded_module *embedded_find(const char *name); /* NULL when there is none */

#endif
