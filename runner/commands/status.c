#include <string.h>

#include "base/memory.h"
#include "commands/commands.h"

static json_t *revision_list(const struct describer *describer, const size_t *indexes,
                             size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(
            array, describe_json(describer, &describer->graph->revisions[indexes[i]]));
    }
    return array;
}

static void print_json(const struct context *context, const struct describer *describer,
                       const struct engine_status *status, const struct engine_state *state)
{
    struct list heads = {0};
    graph_heads(describer->graph, &heads, false);
    json_t *object = json_object();
    json_object_set_new(object, "current", json_text_list(&status->rows));
    json_object_set_new(object, "heads", json_text_list(&heads));
    json_object_set_new(object, "applied", json_integer((json_int_t)status->applied_count));
    json_object_set_new(object, "pending",
                        revision_list(describer, status->pending, status->pending_count));
    json_object_set_new(object, "unknown", json_text_list(&status->unknown));
    json_object_set_new(object, "edited", json_text_list(&status->edited));
    json_object_set_new(object, "changed_files", json_text_list(&status->changed_files));
    json_object_set_new(object, "drift", json_text_list(&state->differences));
    json_object_set_new(object, "half_done", json_text_list(&status->half_done));
    if (context->config.repeatable.count > 0) {
        json_object_set_new(object, "repeatable", json_text_list(&status->repeatable));
    }
    json_object_set_new(object, "outside", outside_json(status));
    json_object_set_new(object, "status", json_integer(context->status));
    output_json(object);
    list_free(&heads);
}

/* "pending    1f2e3d4c5b6a (head), add email to account" */
static void add_row(struct text *text, bool wanted, enum color color, const char *name)
{
    size_t width = 12;
    text_add_colored(text, wanted, color, name);
    for (size_t i = strlen(name); i < width; i++) {
        text_add_char(text, ' ');
    }
}

static void add_items(struct text *text, bool wanted, enum color color, const char *name,
                      const struct list *items)
{
    for (size_t i = 0; i < items->count; i++) {
        add_row(text, wanted, color, name);
        text_add_shown(text, items->items[i]);
        text_add_char(text, '\n');
    }
}

static void add_edited(struct text *text, const struct describer *describer,
                       const struct engine_status *status)
{
    for (size_t i = 0; i < status->edited.count; i++) {
        const struct revision *revision = graph_find(describer->graph, status->edited.items[i]);
        add_row(text, describer->color, COLOR_BAD, "edited");
        text_add_shown(text, status->edited.items[i]);
        if (revision != NULL) {
            text_add(text, ": ");
            text_add_shown(text, revision->path);
            text_add(text, " differs from what was applied");
        }
        text_add_char(text, '\n');
    }
}

static void add_pending(struct text *text, const struct describer *describer,
                        const struct engine_status *status)
{
    for (size_t i = 0; i < status->pending_count; i++) {
        add_row(text, describer->color, COLOR_WARNING, "pending");
        describe_revision(describer, &describer->graph->revisions[status->pending[i]], text);
        text_add_char(text, '\n');
    }
}

/* What the journal knows, one line each. */
static void add_outside(struct text *text, const struct describer *describer,
                        const struct engine_status *status, bool all)
{
    enum { SHOWN = 10 };
    size_t rest = !all && status->outside_count > SHOWN ? status->outside_count - SHOWN : 0;
    for (size_t i = 0; i < status->outside_count - rest; i++) {
        struct text line = {0};
        outside_describe(&status->outside[i], &line);
        add_row(text, describer->color, COLOR_BAD, "outside");
        text_add_shown(text, text_string(&line));
        text_add_char(text, '\n');
        text_free(&line);
    }
    if (rest > 0) {
        add_row(text, describer->color, COLOR_BAD, "outside");
        text_format(text, "and %zu more: `neap journal show`\n", rest);
    }
}

/* What an unknown revision stands on cannot be told from here. */
static void add_counts(struct text *text, const struct engine_status *status)
{
    bool sure = status->unknown.count == 0;
    text_format(text, "%s%zu applied, %s%zu pending", sure ? "" : "at least ",
                status->applied_count, sure ? "" : "at most ", status->pending_count);
    if (!sure) {
        text_format(text, ", %zu unknown to this checkout", status->unknown.count);
    }
    text_add_char(text, '\n');
}

static void print_text(const struct context *context, const struct describer *describer,
                       const struct engine_status *status, const struct engine_state *state)
{
    struct text text = {0};
    bool color = describer->color;
    add_row(&text, color, COLOR_OFF, "database");
    describe_rows(&status->rows, &text);
    text_add_char(&text, '\n');
    add_row(&text, color, COLOR_OFF, "revisions");
    add_counts(&text, status);
    add_items(&text, color, COLOR_BAD, "unknown", &status->unknown_lines);
    add_edited(&text, describer, status);
    add_items(&text, color, COLOR_BAD, "half done", &status->half_done);
    add_outside(&text, describer, status, context->output.verbose);
    add_items(&text, color, COLOR_BAD, "drift", &state->differences);
    add_items(&text, color, COLOR_WARNING, "changed", &status->changed_files);
    if (status->unknown.count == 0) {
        add_pending(&text, describer, status);
    }
    add_items(&text, color, COLOR_WARNING, "repeatable", &status->repeatable);
    if (context->status == STATUS_DONE && status->unknown.count == 0) {
        text_add_colored(&text, color, COLOR_GOOD, "Everything is applied.");
        text_add_char(&text, '\n');
    }
    output_text(&text);
    text_free(&text);
}

static int outcome(const struct context *context, const struct engine_status *status,
                   const struct engine_state *state)
{
    if (status->edited.count > 0 || status->outside_count > 0 || state->differences.count > 0) {
        return STATUS_MISMATCH;
    }
    if (status->unknown.count > 0) {
        return option_flag(context, "allow-ahead") ? STATUS_DONE : STATUS_MISMATCH;
    }
    return status->pending_count > 0 || status->half_done.count > 0 ||
                   status->repeatable.count > 0
               ? STATUS_PENDING
               : STATUS_DONE;
}

static bool run(struct context *context, struct error *error)
{
    struct engine_status status = {0};
    struct engine_state state = {0};
    struct engine *engine = context_engine(context, true, error);
    bool done = engine != NULL && engine_status(engine, &status, error) &&
                engine_state(engine, true, &state, error);
    if (done) {
        struct describer describer = context_describer(context, NULL);
        context->status = outcome(context, &status, &state);
        if (context->output.json) {
            print_json(context, &describer, &status, &state);
        } else {
            print_text(context, &describer, &status, &state);
        }
    }
    engine_status_free(&status);
    engine_state_free(&state);
    return done;
}

static const struct option_entry options[] = {
    {"allow-ahead", 0, OPTION_FLAG, NULL, NULL,
     "a revision that this checkout does not know is no error"},
    {0},
};

const struct command_entry command_status = {
    .name = "status",
    .arguments = "",
    .summary = "Tell what is applied, pending, unknown, edited, half done.",
    .description =
        "Exit status: 0 when everything is applied, 3 when something is pending or "
        "half done, 6 when the database holds a revision that this checkout does "
        "not know, a revision was edited after it was applied, or the journal (`neap "
        "journal`) holds what was done outside neap. Helpers and SQL files that "
        "changed are shown and change nothing.",
    .example = "neap status\nneap status --format json | jq '.pending[].revision'",
    .options = options,
    .run = run,
};
