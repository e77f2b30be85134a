#include <string.h>

#include "commands/commands.h"

static json_t *branch_json(const struct describer *describer, const struct revision *revision)
{
    json_t *object = describe_json(describer, revision);
    json_t *next = json_array();
    for (size_t i = 0; i < revision->next_count; i++) {
        const struct revision *child = &describer->graph->revisions[revision->next_index[i]];
        json_array_append_new(next, json_text(child->id));
    }
    json_object_set_new(object, "next", next);
    return object;
}

/* As Alembic: the branch point with its link, and below it what follows, arrow under arrow. */
static void branch_text(const struct describer *describer, const struct revision *revision)
{
    struct text text = {0};
    describe_link(describer, revision, &text);
    text_add_char(&text, '\n');
    int indent = (int)(strstr(text_string(&text), "-> ") - text_string(&text));
    for (size_t i = 0; i < revision->next_count; i++) {
        text_format(&text, "%*s-> ", indent, "");
        describe_revision(describer, &describer->graph->revisions[revision->next_index[i]],
                          &text);
        text_add_char(&text, '\n');
    }
    output_text(&text);
    text_free(&text);
}

static bool run(struct context *context, struct error *error)
{
    const struct graph *graph = context_graph(context, error);
    if (graph == NULL) {
        return false;
    }
    struct describer describer = context_describer(context, NULL);
    json_t *array = context->output.json ? json_array() : NULL;
    for (size_t i = 0; i < graph->count; i++) {
        const struct revision *revision = &graph->revisions[graph->order[i]];
        if (!graph_is_branch_point(graph, revision)) {
            continue;
        }
        if (array != NULL) {
            json_array_append_new(array, branch_json(&describer, revision));
        } else {
            branch_text(&describer, revision);
        }
    }
    if (array != NULL) {
        output_json(array);
    }
    return true;
}

const struct command_entry command_branches = {
    .name = "branches",
    .arguments = "",
    .summary = "List branch points: revisions that several revisions follow.",
    .example = "neap branches",
    .run = run,
};
