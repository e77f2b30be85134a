/* Set-up: the SQL files that come before the first revision. */
#include "base/memory.h"
#include "engine/internal.h"

static bool any_row(void *data, const struct db_row *row)
{
    (void)row;
    *(bool *)data = true;
    return true;
}

/* The other rows of set-up have no files. */
static bool were_run(struct engine *engine, bool *run, struct error *error)
{
    if (!engine->has_history) {
        return true;
    }
    struct text sql = {0};
    text_format(
        &sql,
        "SELECT 1 FROM %s WHERE version_table %s $1 AND direction %s 'setup' AND outcome "
        "%s 'ok' AND files IS NOT NULL",
        engine->names.history.data, equals(engine), equals(engine), equals(engine));
    const struct db_value params[] = {value_text(engine->options.config->version_table)};
    bool done = engine_query(engine, text_string(&sql), params, 1, any_row, run, error);
    text_free(&sql);
    return done;
}

static bool run_files(struct engine *engine, const struct sql_tree *tree, struct error *error)
{
    const struct config *config = engine->options.config;
    struct extra_step extra = {0};
    struct text body = {0};
    bool *all = mem_alloc((tree->count + 1) * sizeof *all);
    for (size_t i = 0; i < tree->count; i++) {
        all[i] = true;
    }
    char *id = extra_describe_directories(config, &config->setup_load);
    char *message = extra_describe_files(tree, all);
    extra_load_files(tree, all, "", &body);
    extra_make(&extra, config, SETUP, id, message, config->setup_line, text_string(&body),
               &engine->rows);
    bool done = run_extra_step(engine, &extra.step, &extra.source, error);
    extra_free(&extra);
    text_free(&body);
    mem_free(all);
    mem_free(id);
    mem_free(message);
    return done;
}

bool engine_setup_files(struct engine *engine, size_t *count, struct error *error)
{
    const struct config *config = engine->options.config;
    struct sql_tree tree = {0};
    bool before = false;
    bool created = false;
    *count = 0;
    if (!engine_ready(engine, error)) {
        return false;
    }
    if (config->setup_load.count == 0 || engine->rows.count > 0) {
        return true;
    }
    bool done = sql_tree_read(config, &config->setup_load, &tree, error) &&
                lock_take(engine, error) && engine_refresh(engine, error) &&
                tables_ensure(engine, &created, error) && were_run(engine, &before, error);
    if (done && !before && tree.count > 0) {
        done = run_files(engine, &tree, error);
        *count = done ? tree.count : 0;
    }
    sql_tree_free(&tree);
    return done;
}
