#include "host/embedded.h"

#include <string.h>

/* Forty names need a loop, not an index. */
const struct embedded_module *embedded_find(const char *name)
{
    for (size_t i = 0; i < embedded_module_count; i++) {
        if (strcmp(embedded_modules[i].name, name) == 0) {
            return &embedded_modules[i];
        }
    }
    return NULL;
}
