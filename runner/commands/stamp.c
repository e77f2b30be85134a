#include "base/memory.h"
#include "commands/commands.h"

static void rows_after(const struct row_change *change, struct list *rows)
{
    list_copy(rows, &change->before);
    for (size_t i = 0; i < change->removed.count; i++) {
        list_remove(rows, change->removed.items[i]);
    }
    list_copy(rows, &change->added);
    list_sort(rows);
}

static void report(const struct context *context, const struct row_change *change, bool dry_run)
{
    struct list after = {0};
    rows_after(change, &after);
    if (context->output.json) {
        json_t *object = json_object();
        json_object_set_new(object, "event", json_text("summary"));
        json_object_set_new(object, "direction", json_text("stamp"));
        json_object_set_new(object, "dry_run", json_boolean(dry_run));
        json_object_set_new(object, "before", json_text_list(&change->before));
        json_object_set_new(object, "removed", json_text_list(&change->removed));
        json_object_set_new(object, "added", json_text_list(&change->added));
        json_object_set_new(object, "current",
                            json_text_list(dry_run ? &change->before : &after));
        json_object_set_new(object, "status", json_integer(0));
        output_json_line(object);
    } else if (!context->output.quiet || dry_run) {
        struct text before_text = {0};
        struct text after_text = {0};
        describe_rows(&change->before, &before_text);
        describe_rows(&after, &after_text);
        output_line("%s %s -> %s%s", dry_run ? "would stamp" : "stamped",
                    text_string(&before_text), text_string(&after_text),
                    dry_run ? "; nothing was written" : "");
        text_free(&before_text);
        text_free(&after_text);
    }
    list_free(&after);
}

static bool plan_only(struct context *context, struct row_change *change, struct error *error)
{
    struct list rows = {0};
    struct engine *engine = context_engine(context, true, error);
    bool purge = option_flag(context, "purge");
    bool ahead = false;
    bool done =
        engine != NULL && engine_rows(engine, &rows, error) &&
        (purge || engine_check_known(engine, &rows, &ahead, error)) &&
        plan_stamp(&context->graph, &rows, &context->line.arguments, purge, change, error);
    list_free(&rows);
    return done;
}

static bool run(struct context *context, struct error *error)
{
    static const char *const online_only[] = {"dry-run",    "wait",  "allow-ahead",
                                              "via-pooler", "purge", NULL};
    if (option_flag(context, "sql")) {
        return refuse_with_sql(context, online_only, error) &&
               write_script(context, engine_script_stamp, error);
    }
    bool dry_run = option_flag(context, "dry-run");
    struct row_change change = {0};
    bool done = false;
    if (dry_run) {
        done = plan_only(context, &change, error);
    } else {
        struct engine *engine = context_engine(context, false, error);
        done = engine != NULL && engine_stamp(engine, &context->line.arguments,
                                              option_flag(context, "purge"), &change, error);
    }
    if (done) {
        report(context, &change, dry_run);
    }
    row_change_free(&change);
    return done;
}

static const struct option_entry options[] = {
    {"purge", 0, OPTION_FLAG, NULL, NULL,
     "empty the version table first: the way out of an unknown revision"},
    {"sql", 0, OPTION_FLAG, NULL, NULL,
     "write a script for psql or sqlite3 to standard output; TARGET may be FROM:TO"},
    {"dry-run", 0, OPTION_FLAG, NULL, NULL, "print the change and write nothing"},
    {"tag", 0, OPTION_STRING, "T", NULL, "a word for the log"},
    {"wait", 0, OPTION_DURATION, "DURATION", NULL,
     "how long to wait for another run: 2, 30s, 1m (default: 60s)"},
    {"allow-ahead", 0, OPTION_FLAG, NULL, NULL,
     "a database that is ahead of this checkout is no error"},
    {"via-pooler", 0, OPTION_FLAG, NULL, NULL,
     "the connection goes through a transaction pooler"},
    {0},
};

const struct command_entry command_stamp = {
    .name = "stamp",
    .arguments = "TARGET...",
    .summary = "Set the version table, and run nothing.",
    .description = "For a database that is at TARGET already, by other means. Lineages that no "
                   "TARGET belongs to keep their rows.",
    .missing = "TARGET is head, heads, base, ids or labels.",
    .example = "neap stamp head\nneap stamp --purge heads",
    .options = options,
    .min_arguments = 1,
    .max_arguments = -1,
    .run = run,
};
