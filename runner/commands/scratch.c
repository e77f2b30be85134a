#include "commands/scratch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

static const struct db_settings settings = {.application_name = "neap",
                                            .result_limit = (size_t)1024 * 1024};

/* A later dbname goes before an earlier one, in both forms.
 * Source: PostgreSQL manual, "Connection Strings" */
static char *with_database(const char *url, const char *name)
{
    if (strstr(url, "://") == NULL) {
        return string_format("%s dbname=%s", url, name);
    }
    return string_format("%s%cdbname=%s", url, strchr(url, '?') == NULL ? '?' : '&', name);
}

static bool make_file(struct scratch *scratch, struct error *error)
{
    const char *top = getenv("TMPDIR");
    scratch->directory =
        string_format("%s/neap-scratch.XXXXXX", top == NULL || top[0] == '\0' ? "/tmp" : top);
    if (mkdtemp(scratch->directory) == NULL) {
        error_set(error, ERROR_FAILED, "cannot create the directory %s: %s", scratch->directory,
                  strerror(errno));
        mem_free(scratch->directory);
        scratch->directory = NULL;
        return false;
    }
    scratch->url = string_format("sqlite:%s/scratch.db", scratch->directory);
    return true;
}

static bool make_database(const char *url, struct scratch *scratch, struct error *error)
{
    static int count = 0;
    const struct db_creation creation = {0};
    bool created = false;
    char *name = string_format("neap_scratch_%ld_%d", (long)getpid(), ++count);
    scratch->url = with_database(url, name);
    mem_free(name);
    if (db_postgres.create(scratch->url, &settings, &creation, &created, error) && created) {
        return true;
    }
    mem_free(scratch->url);
    scratch->url = NULL;
    return error_advise(error,
                        "A database of its own is needed, on the server of the project's: "
                        "the role must have the right to create one (CREATEDB).");
}

/* As the project's, but for what is about the project's database. */
static bool upgrade(struct context *context, const struct graph *graph, const char *target,
                    const struct scratch *scratch, struct error *error)
{
    struct engine_options options;
    if (!context_engine_options(context, &options, error)) {
        return false;
    }
    struct config config = context->config;
    config.url = scratch->url;
    config.fingerprint = false;
    config.repeatable = (struct list){0};
    options.config = &config;
    options.graph = graph;
    options.reporter = (struct engine_reporter){0};
    options.transaction = TRANSACTION_REVISION;
    struct engine_run run = {.target = target};
    struct engine *engine = engine_open(&options, error);
    bool done = engine != NULL && engine_upgrade(engine, &run, error);
    plan_free(&run.plan);
    list_free(&run.repeatable);
    engine_close(engine);
    return done;
}

bool scratch_make(struct context *context, const struct graph *graph, const char *target,
                  struct scratch *scratch, struct error *error)
{
    const struct config *config = context_config(context, error);
    const struct db_driver *driver = config == NULL ? NULL : config_driver(config, error);
    if (driver == NULL) {
        return false;
    }
    bool postgres = driver == &db_postgres;
    return (postgres ? make_database(config->url, scratch, error)
                     : make_file(scratch, error)) &&
           (strcmp(target, "base") == 0 || upgrade(context, graph, target, scratch, error));
}

void scratch_drop(struct scratch *scratch)
{
    struct error ignored = {0};
    bool changed = false;
    if (scratch->url != NULL) {
        (void)db_driver_for(scratch->url)
            ->drop(scratch->url, &settings, true, &changed, &ignored);
    }
    if (scratch->directory != NULL) {
        (void)rmdir(scratch->directory);
    }
    error_free(&ignored);
    mem_free(scratch->url);
    mem_free(scratch->directory);
    *scratch = (struct scratch){0};
}
