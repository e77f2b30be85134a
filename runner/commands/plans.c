/* upgrade and downgrade: a plan shown, or run. */
#include <string.h>

#include "base/memory.h"
#include "commands/commands.h"

/* --- the plan on stdout: --dry-run --- */

static json_t *planned_json(const struct describer *describer, const struct plan_step *step,
                            size_t number, size_t count)
{
    json_t *object = json_object();
    json_object_set_new(object, "event", json_text("planned"));
    json_object_set_new(object, "direction", json_text(describe_direction(step->direction)));
    json_object_set_new(object, "number", json_integer((json_int_t)number));
    json_object_set_new(object, "count", json_integer((json_int_t)count));
    json_t *revision = describe_json(describer, step->revision);
    json_object_update(object, revision);
    json_decref(revision);
    return object;
}

static void print_plan(struct context *context, const struct plan *plan)
{
    struct describer describer = context_describer(context, NULL);
    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_step *step = &plan->steps[i];
        if (context->output.json) {
            output_json_line(planned_json(&describer, step, i + 1, plan->count));
            continue;
        }
        struct text text = {0};
        text_format(&text, "%s ", describe_direction(step->direction));
        if (step->direction == DOWNGRADE) {
            describe_undoing(&describer, step->revision, &text);
        } else {
            describe_link(&describer, step->revision, &text);
        }
        text_add_char(&text, '\n');
        output_text(&text);
        text_free(&text);
    }
}

/* With --format json the summary has them. */
static void print_repeatable(const struct context *context, const struct list *paths)
{
    for (size_t i = 0; !context->output.json && i < paths->count; i++) {
        output_line("repeatable %s", paths->items[i]);
    }
}

/* --- the summary --- */

/* The version rows after so many steps. */
static void rows_after(const struct plan *plan, size_t steps, struct list *rows)
{
    const struct list *before = steps == 0 ? &plan->start : &plan->steps[steps - 1].rows.before;
    list_copy(rows, before);
    if (steps == 0) {
        return;
    }
    const struct row_change *change = &plan->steps[steps - 1].rows;
    for (size_t i = 0; i < change->removed.count; i++) {
        list_remove(rows, change->removed.items[i]);
    }
    list_copy(rows, &change->added);
    list_sort(rows);
}

struct summary {
    enum direction direction;
    const struct engine_run *run;
    struct list rows; /* where the database is now */
    bool done;
};

static void print_summary_json(const struct summary *summary, const struct error *error)
{
    const struct engine_run *run = summary->run;
    json_t *object = json_object();
    json_object_set_new(object, "event", json_text("summary"));
    json_object_set_new(object, "direction", json_text(describe_direction(summary->direction)));
    json_object_set_new(object, "target", json_text(run->target));
    json_object_set_new(object, "dry_run", json_boolean(run->dry_run));
    json_object_set_new(object, "steps_planned", json_integer((json_int_t)run->plan.count));
    json_object_set_new(object, "steps_done", json_integer((json_int_t)run->steps_done));
    json_object_set_new(object, "current", json_text_list(&summary->rows));
    if (run->repeatable.count > 0) {
        json_object_set_new(object, "repeatable", json_text_list(&run->repeatable));
    }
    json_object_set_new(object, "status", json_integer(error_status(error)));
    output_json_line(object);
}

static const char *plural(size_t count)
{
    return count == 1 ? "revision" : "revisions";
}

static void print_summary_text(const struct summary *summary)
{
    static const char *const done[] = {[UPGRADE] = "applied", [DOWNGRADE] = "undone"};
    const struct engine_run *run = summary->run;
    struct text where = {0};
    describe_rows(&summary->rows, &where);
    if (run->plan.count == 0 && run->repeatable.count > 0) {
        output_line("%zu repeatable %s %s. The database is at %s.", run->repeatable.count,
                    run->repeatable.count == 1 ? "file" : "files",
                    run->dry_run ? "would be run; nothing was written" : "run",
                    text_string(&where));
    } else if (run->plan.count == 0) {
        output_line("Nothing to do for %s: the database is at %s.", run->target,
                    text_string(&where));
    } else if (run->dry_run) {
        output_line("%zu %s would be %s; nothing was written. The database is at %s.",
                    run->plan.count, plural(run->plan.count), done[summary->direction],
                    text_string(&where));
    } else {
        output_line("%zu %s %s. The database is at %s.", run->steps_done,
                    plural(run->steps_done), done[summary->direction], text_string(&where));
    }
    text_free(&where);
}

/* The rows as the engine has read them, when the plan does not tell. */
static void find_rows(struct context *context, struct summary *summary)
{
    const struct engine_run *run = summary->run;
    if (run->plan.count > 0) {
        rows_after(&run->plan, run->steps_done, &summary->rows);
    } else if (summary->done) {
        struct error ignored = {0};
        (void)engine_rows(context->engine, &summary->rows, &ignored);
        error_free(&ignored);
    }
}

static void report(struct context *context, struct summary *summary, const struct error *error)
{
    find_rows(context, summary);
    if (summary->run->dry_run && summary->done) {
        print_plan(context, &summary->run->plan);
        print_repeatable(context, &summary->run->repeatable);
    }
    if (context->output.json) {
        print_summary_json(summary, error);
    } else if (summary->done && !context->output.quiet) {
        print_summary_text(summary); /* a failure says where the database is by itself */
    }
    list_free(&summary->rows);
}

/* --- online and offline --- */

static bool run_online(struct context *context, enum direction direction, struct error *error)
{
    struct engine_run run = {.target = context_argument(context, 0),
                             .dry_run = option_flag(context, "dry-run")};
    struct engine *engine = context_engine(context, run.dry_run, error);
    if (engine == NULL) {
        return false;
    }
    struct summary summary = {.direction = direction, .run = &run};
    summary.done = direction == UPGRADE ? engine_upgrade(engine, &run, error)
                                        : engine_downgrade(engine, &run, error);
    progress_end(&context->progress);
    report(context, &summary, error);
    plan_free(&run.plan);
    list_free(&run.repeatable);
    return summary.done;
}

static bool script_upgrade(const struct engine_options *options, const struct list *targets,
                           db_write_function *write, void *data, struct error *error)
{
    return engine_script_upgrade(options, targets->items[0], write, data, error);
}

static bool script_downgrade(const struct engine_options *options, const struct list *targets,
                             db_write_function *write, void *data, struct error *error)
{
    return engine_script_downgrade(options, targets->items[0], write, data, error);
}

bool run_plan_command(struct context *context, enum direction direction, struct error *error)
{
    static const char *const online_only[] = {
        "dry-run",      "wait",       "from-database", "allow-ahead",
        "allow-edited", "via-pooler", "fingerprint",   NULL};
    if (!option_flag(context, "sql")) {
        if (strchr(context_argument(context, 0), ':') != NULL) {
            error_set(error, ERROR_USAGE, "a range such as \"%s\" is for a script",
                      context_argument(context, 0));
            return error_advise(error, "Add --sql to write one, or give a single target.");
        }
        return run_online(context, direction, error);
    }
    return refuse_with_sql(context, online_only, error) &&
           write_script(context, direction == UPGRADE ? script_upgrade : script_downgrade,
                        error);
}
