#include "base/memory.h"
#include "commands/commands.h"

enum { NAMED_REVISIONS = 5 };

/* The ids of what is not applied; false when that cannot be told: the comparison stands without
 * it. */
static bool list_pending(struct context *context, struct list *pending)
{
    struct list rows = {0};
    struct error ignored = {0};
    const struct graph *graph = context_graph(context, &ignored);
    bool known = graph != NULL && engine_rows(context->engine, &rows, &ignored);
    if (known) {
        bool *applied = graph_applied(graph, &rows);
        for (size_t i = 0; i < graph->count; i++) {
            if (!applied[graph->order[i]]) {
                list_add(pending, graph->revisions[graph->order[i]].id);
            }
        }
        mem_free(applied);
    }
    error_free(&ignored);
    list_free(&rows);
    return known;
}

static void hint_pending(const struct list *pending, struct text *text)
{
    text_format(text, "hint: %zu %s not applied (", pending->count,
                pending->count == 1 ? "revision is" : "revisions are");
    for (size_t i = 0; i < pending->count && i < NAMED_REVISIONS; i++) {
        text_format(text, "%s%s", i > 0 ? ", " : "", (const char *)pending->items[i]);
    }
    text_format(
        text, "%s), and what %s would change is among these: run `neap upgrade head` first\n",
        pending->count > NAMED_REVISIONS ? " ..." : "", pending->count == 1 ? "it" : "they");
}

/* A database that is behind differs for that alone. */
static void add_pending(struct context *context, struct host_command *command)
{
    bool json = context->output.json && command->document != NULL;
    struct list pending = {0};
    bool known = (json || command->status != STATUS_DONE) && list_pending(context, &pending);
    if (json) {
        json_object_set_new(command->document, "pending",
                            known ? json_text_list(&pending) : json_null());
    } else if (pending.count > 0 && option_flag(context, "sql")) {
        struct text hint = {0};
        hint_pending(&pending, &hint);
        output_message(&hint);
        text_free(&hint);
    } else if (pending.count > 0) {
        hint_pending(&pending, &command->text);
    }
    list_free(&pending);
}

static bool run(struct context *context, struct error *error)
{
    if (!need_model(context, error)) {
        return false;
    }
    json_t *options = json_object();
    json_object_set_new(options, "sql", json_boolean(option_flag(context, "sql")));
    json_object_set_new(options, "json", json_boolean(context->output.json));
    json_object_set_new(options, "rename", json_text_list(option_list(context, "rename")));
    struct host_command command = {.name = "check", .options = options};
    struct engine *engine = context_engine(context, true, error);
    bool done = engine != NULL && engine_command(engine, &command, ENGINE_SCRATCH, error);
    json_decref(options);
    if (done) {
        add_pending(context, &command);
        print_answer(context, &command);
    }
    host_command_free(&command);
    return done;
}

static const struct option_entry options[] = {
    {"sql", 0, OPTION_FLAG, NULL, NULL, "print the statements that would put it right"},
    {"rename", 0, OPTION_LIST, "OLD=NEW", NULL,
     "take it as renamed: a table, view, table.column or enum.value"},
    {0},
};

const struct command_entry command_check = {
    .name = "check",
    .arguments = "",
    .summary = "Compare the database with the model.",
    .description =
        "Exit 3 when they differ, and how: tables, columns, constraints, indexes, types, "
        "views, "
        "functions, triggers and the rest, in the words of the database: the model is built in "
        "a "
        "transaction that is rolled back (PostgreSQL) or in memory (SQLite). Owners and grants "
        "are compared when the model speaks of any.",
    .example = "neap check\nneap check --sql\nneap check --format json",
    .options = options,
    .run = run,
};
