#include "db/libpq_load.h"

#include <dlfcn.h>
#include <string.h>

#include "base/sha256.h"

static struct libpq functions;
static bool loaded;

static const struct {
    const char *name;
    size_t offset;
} names[] = {
#define LIBPQ_NAME(name) {#name, offsetof(struct libpq, name)},
    LIBPQ_FUNCTIONS(LIBPQ_NAME)
#undef LIBPQ_NAME
};

static bool look_up(void *library, struct error *error)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        void *function = dlsym(library, names[i].name);
        if (function == NULL) {
            error_set(error, ERROR_UNREACHABLE,
                      "libpq is too old: it has no %s (neap needs libpq 14 or later)",
                      names[i].name);
            return error_advise(error, "Install a newer libpq5.");
        }
        /* ISO C has no conversion from object to function pointers; POSIX promises that the
         * bytes are the same. */
        memcpy((char *)&functions + names[i].offset, &function, sizeof function);
    }
    return true;
}

const struct libpq *libpq_load(struct error *error)
{
    if (loaded) {
        return &functions;
    }
    void *library = dlopen("libpq.so.5", RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL) {
        error_set(error, ERROR_UNREACHABLE,
                  "PostgreSQL needs libpq, which cannot be loaded: %s", dlerror());
        error_advise(error, "Install it: apt-get install libpq5");
        return NULL;
    }
    if (!look_up(library, error)) {
        return NULL;
    }
    sha256_use_library(library);
    loaded = true;
    return &functions;
}
