#include "host/modules.h"

#include <stddef.h>
#include <string.h>

lua_CFunction module_opener(const char *name, int for_specs)
{
    const struct {
        const char *name;
        lua_CFunction open;
        int for_specs;
    } modules[] = {
        {"neap.sql", luaopen_neap_sql, 0},   {"neap.hash", luaopen_neap_hash, 0},
        {"neap.same", luaopen_neap_same, 0}, {"neap.revisions", luaopen_neap_revisions, 1},
        {"neap.db", luaopen_neap_db, 1},     {"neap.host", luaopen_neap_host, 1},
    };
    for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++) {
        if (strcmp(modules[i].name, name) == 0 && (for_specs || !modules[i].for_specs)) {
            return modules[i].open;
        }
    }
    return NULL;
}
