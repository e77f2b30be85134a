#include <string.h>

#include "base/memory.h"
#include "commands/commands.h"

static json_t *unknown_json(const char *id)
{
    static const char *const nulls[] = {"down_revision", "message", "path", "created"};
    static const char *const lists[] = {"branch_labels", "depends_on"};
    json_t *object = json_object();
    json_object_set_new(object, "revision", json_text(id));
    for (size_t i = 0; i < sizeof nulls / sizeof nulls[0]; i++) {
        json_object_set_new(object, nulls[i], json_null());
    }
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        json_object_set_new(object, lists[i], json_array());
    }
    json_object_set_new(object, "is_head", json_false());
    json_object_set_new(object, "is_branch_point", json_false());
    json_object_set_new(object, "is_current", json_true());
    return object;
}

static void print_unknown(struct context *context, const char *id, json_t *array)
{
    bool pruned = graph_is_pruned(&context->graph, id);
    if (array != NULL) {
        json_t *object = unknown_json(id);
        json_object_set_new(object, "is_known", json_boolean(pruned));
        json_array_append_new(array, object);
        return;
    }
    struct text text = {0};
    text_add_colored(&text, context->output.color_out, COLOR_ID, id);
    text_add(&text, pruned ? " (pruned)\n" : " (unknown to this checkout)\n");
    output_text(&text);
    text_free(&text);
}

static void print_known(struct context *context, const struct revision *revision, json_t *array,
                        bool first)
{
    struct describer describer = context_describer(context, NULL);
    if (array != NULL) {
        json_t *object = describe_json(&describer, revision);
        json_object_set_new(object, "is_current", json_true());
        json_object_set_new(object, "is_known", json_true());
        json_array_append_new(array, object);
        return;
    }
    struct text text = {0};
    if (context->output.verbose) {
        text_add(&text, first ? "" : "\n");
        describe_block(&describer, revision, &text);
    } else {
        describe_revision(&describer, revision, &text);
        text_add_char(&text, '\n');
    }
    output_text(&text);
    text_free(&text);
}

static void print_rows(struct context *context, const struct list *rows)
{
    json_t *array = context->output.json ? json_array() : NULL;
    for (size_t i = 0; i < rows->count; i++) {
        const struct revision *revision = graph_find(&context->graph, rows->items[i]);
        if (revision == NULL) {
            print_unknown(context, rows->items[i], array);
        } else {
            print_known(context, revision, array, i == 0);
        }
    }
    if (array != NULL) {
        output_json(array);
    }
}

/* Every head is applied, though it may have no row of its own: another revision may depend on
 * it. */
static bool check_heads(struct context *context, const struct list *rows, struct error *error)
{
    const struct graph *graph = &context->graph;
    struct list heads = {0};
    struct list missing = {0};
    bool *applied = graph_applied(graph, rows);
    graph_heads(graph, &heads, false);
    for (size_t i = 0; i < heads.count; i++) {
        if (!applied[graph_find(graph, heads.items[i])->index]) {
            list_add(&missing, heads.items[i]);
        }
    }
    if (missing.count > 0) {
        struct text ids = {0};
        list_join(&missing, ", ", &ids);
        error_set(error, ERROR_PENDING, "the database is not at %s %s",
                  missing.count == 1 ? "the head" : "the heads", text_string(&ids));
        error_advise(error, "`neap upgrade heads` applies what is missing.");
        text_free(&ids);
    }
    mem_free(applied);
    list_free(&heads);
    list_free(&missing);
    return error->kind == ERROR_NONE;
}

static bool run(struct context *context, struct error *error)
{
    struct list rows = {0};
    struct engine *engine = context_engine(context, true, error);
    bool done = engine != NULL && engine_rows(engine, &rows, error);
    if (done) {
        print_rows(context, &rows);
        note_unknown_rows(context, &rows);
        done = context->status != STATUS_DONE || !option_flag(context, "check-heads") ||
               check_heads(context, &rows, error);
    }
    list_free(&rows);
    return done;
}

static const struct option_entry options[] = {
    {"check-heads", 0, OPTION_FLAG, NULL, NULL, "exit status 3 unless every head is applied"},
    {"allow-ahead", 0, OPTION_FLAG, NULL, NULL,
     "a revision that this checkout does not know is no error"},
    {0},
};

const struct command_entry command_current = {
    .name = "current",
    .arguments = "",
    .summary = "Show the revisions that the database is at.",
    .description = "One line per row of the version table, and none for an empty database. A "
                   "revision that this checkout does not know is shown, with exit status 6.",
    .example = "neap current\nneap current --check-heads || neap upgrade heads",
    .options = options,
    .run = run,
};
