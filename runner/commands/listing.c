/* Revisions on stdout, for history, heads, current, show. */
#include <string.h>

#include "base/memory.h"
#include "commands/commands.h"

static void list_as_json(const struct describer *describer, const struct selection *selection)
{
    json_t *array = json_array();
    for (size_t i = 0; i < selection->count; i++) {
        const struct revision *revision = &describer->graph->revisions[selection->indexes[i]];
        json_array_append_new(array, describe_json(describer, revision));
    }
    output_json(array);
}

void list_revisions(struct context *context, const struct selection *selection,
                    const struct list *rows, bool with_links)
{
    struct describer describer = context_describer(context, rows);
    if (context->output.json) {
        list_as_json(&describer, selection);
        return;
    }
    struct text text = {0};
    for (size_t i = 0; i < selection->count; i++) {
        const struct revision *revision = &describer.graph->revisions[selection->indexes[i]];
        text_clear(&text);
        if (context->output.verbose) {
            text_add(&text, i > 0 ? "\n" : "");
            describe_block(&describer, revision, &text);
        } else {
            if (with_links) {
                describe_link(&describer, revision, &text);
            } else {
                describe_revision(&describer, revision, &text);
            }
            text_add_char(&text, '\n');
        }
        output_text(&text);
    }
    text_free(&text);
}

void note_unknown_rows(struct context *context, const struct list *rows)
{
    bool ahead = false;
    struct error error = {0};
    if (!engine_check_known(context->engine, rows, &ahead, &error)) {
        context->status = STATUS_MISMATCH;
        error_print(&context->output, &error);
    }
    error_free(&error);
}

bool select_revisions(struct context *context, const char *target, const char *what,
                      struct selection *selection, struct error *error)
{
    struct list storage = {0};
    const struct list *rows = NULL;
    bool done = context_rows(context, target_needs_rows(target), &storage, &rows, error);
    const struct graph *graph = done ? context_graph(context, error) : NULL;
    done = graph != NULL && resolve_target(graph, rows, target, selection, error);
    list_free(&storage);
    if (done && selection->count == 0) {
        selection_free(selection);
        return error_set(error, ERROR_USAGE, "\"%s\" names no revision: there is nothing to %s",
                         target, what);
    }
    return done;
}
