/* stamp and ensure-version: the version table alone. */
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/internal.h"

bool engine_ensure_version(struct engine *engine, bool *created, struct error *error)
{
    return engine_ready(engine, error) && lock_take(engine, error) &&
           engine_refresh(engine, error) && tables_ensure(engine, created, error);
}

static void describe_targets(const struct list *targets, bool purge, struct text *text)
{
    text_add(text, "stamp");
    for (size_t i = 0; i < targets->count; i++) {
        text_format(text, " %s", targets->items[i]);
    }
    text_add(text, purge ? " --purge" : "");
}

static bool write_stamp(struct engine *engine, const struct list *targets, bool purge,
                        const struct row_change *change, struct error *error)
{
    char now[CLOCK_STAMP];
    clock_stamp(now);
    struct text message = {0};
    describe_targets(targets, purge, &message);
    struct list after = {0};
    struct text rows = {0};
    list_copy(&after, &change->before);
    for (size_t i = 0; i < change->removed.count; i++) {
        list_remove(&after, change->removed.items[i]);
    }
    list_copy(&after, &change->added);
    list_sort(&after);
    rows_describe(&after, &rows);
    const struct record record = {.rows = change,
                                  .revision = text_string(&rows),
                                  .direction = "stamp",
                                  .message = text_string(&message),
                                  .started = now,
                                  .duration_ms = engine->postgres ? -1 : 0,
                                  .outcome = "ok"};
    /* What is half done is settled by a stamp: the person has looked. */
    bool done = transaction_begin(engine, &change->before, true, error) &&
                transaction_reset(engine, error) && record_write(engine, &record, error) &&
                (engine->journal_count == 0 || journal_clear(engine, NULL, NULL, error)) &&
                transaction_commit(engine, NULL, error);
    if (!done) {
        engine_roll_back(engine);
    }
    list_free(&after);
    text_free(&rows);
    text_free(&message);
    return done;
}

bool engine_stamp(struct engine *engine, const struct list *targets, bool purge,
                  struct row_change *change, struct error *error)
{
    bool ahead = false;
    if (!engine_ready(engine, error)) {
        return false;
    }
    if (!purge && !engine_check_known(engine, &engine->rows, &ahead, error)) {
        return false;
    }
    /* Wrong targets are told before anything is locked or created. */
    if (!plan_stamp(engine->options.graph, &engine->rows, targets, purge, change, error)) {
        return false;
    }
    for (size_t i = 0; i < change->added.count; i++) {
        if (!engine_id_fits(engine, change->added.items[i], error)) {
            return false;
        }
    }
    row_change_free(change);
    engine->git_commit = git_commit_of(engine->options.config->directory);
    bool created = false;
    return lock_take(engine, error) && engine_refresh(engine, error) &&
           tables_ensure(engine, &created, error) &&
           plan_stamp(engine->options.graph, &engine->rows, targets, purge, change, error) &&
           write_stamp(engine, targets, purge, change, error);
}
