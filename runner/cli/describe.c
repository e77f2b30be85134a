#include "cli/describe.h"

#include "base/memory.h"

const char *describe_direction(enum direction direction)
{
    static const char *const names[] = {[UPGRADE] = "upgrade",
                                        [DOWNGRADE] = "downgrade",
                                        [STAMP] = "stamp",
                                        [REPEATABLE] = "repeatable",
                                        [SETUP] = "setup"};
    return names[direction];
}

void describe_rows(const struct list *rows, struct text *text)
{
    text_add(text, rows->count == 0 ? "base" : "");
    list_join(rows, ", ", text);
}

void describe_down(const struct graph *graph, const struct revision *revision, struct list *ids)
{
    size_t next = 0;
    for (size_t i = 0; i < revision->down.count; i++) {
        const char *written = revision->down.items[i];
        if (graph_is_pruned(graph, written) || next >= revision->down_count) {
            list_add(ids, written);
        } else {
            list_add(ids, graph->revisions[revision->down_index[next++]].id);
        }
    }
}

static void depends_ids(const struct graph *graph, const struct revision *revision,
                        struct list *ids)
{
    for (size_t i = 0; i < revision->depends_count; i++) {
        list_add(ids, graph->revisions[revision->depends_index[i]].id);
    }
}

static bool is_current(const struct describer *describer, const struct revision *revision)
{
    return describer->rows != NULL && list_has(describer->rows, revision->id);
}

static void add_mark(const struct describer *describer, const char *mark, struct text *text)
{
    text_add_char(text, ' ');
    text_add_colored(text, describer->color, COLOR_MARK, mark);
}

static void add_joined(const struct list *list, struct text *text)
{
    struct text joined = {0};
    list_join(list, ", ", &joined);
    text_add_shown(text, text_string(&joined));
    text_free(&joined);
}

static void add_labels(const struct describer *describer, const struct revision *revision,
                       struct text *text)
{
    struct list labels = {0};
    graph_labels_of(describer->graph, revision, &labels);
    if (labels.count > 0) {
        text_add(text, " (");
        add_joined(&labels, text);
        text_add_char(text, ')');
    }
    list_free(&labels);
}

static void add_marks(const struct describer *describer, const struct revision *revision,
                      struct text *text)
{
    const struct graph *graph = describer->graph;
    if (graph_is_head(graph, revision)) {
        add_mark(describer, "(head)", text);
    }
    if (is_current(describer, revision)) {
        add_mark(describer, "(current)", text);
    }
    if (graph_is_branch_point(graph, revision)) {
        add_mark(describer, "(branchpoint)", text);
    }
    if (revision->down.count > 1) {
        add_mark(describer, "(mergepoint)", text);
    }
}

void describe_revision(const struct describer *describer, const struct revision *revision,
                       struct text *text)
{
    text_add_colored(text, describer->color, COLOR_ID, revision->id);
    add_labels(describer, revision, text);
    add_marks(describer, revision, text);
    if (revision->message[0] != '\0') {
        text_add(text, ", ");
        text_add_shown(text, revision->message);
    }
}

void describe_link(const struct describer *describer, const struct revision *revision,
                   struct text *text)
{
    struct list down = {0};
    struct list depends = {0};
    describe_down(describer->graph, revision, &down);
    depends_ids(describer->graph, revision, &depends);
    text_add(text, down.count == 0 ? "<base>" : "");
    add_joined(&down, text);
    if (depends.count > 0) {
        text_add(text, " (");
        add_joined(&depends, text);
        text_add_char(text, ')');
    }
    text_add(text, " -> ");
    describe_revision(describer, revision, text);
    list_free(&down);
    list_free(&depends);
}

void describe_undoing(const struct describer *describer, const struct revision *revision,
                      struct text *text)
{
    struct list down = {0};
    describe_down(describer->graph, revision, &down);
    text_add_colored(text, describer->color, COLOR_ID, revision->id);
    text_add(text, down.count == 0 ? " -> <base>" : " -> ");
    add_joined(&down, text);
    if (revision->message[0] != '\0') {
        text_add(text, ", ");
        text_add_shown(text, revision->message);
    }
    list_free(&down);
}

static void add_field(const char *name, const struct list *values, struct text *text)
{
    if (values->count > 0) {
        text_format(text, "%s: ", name);
        add_joined(values, text);
        text_add_char(text, '\n');
    }
}

void describe_block(const struct describer *describer, const struct revision *revision,
                    struct text *text)
{
    const struct graph *graph = describer->graph;
    struct list down = {0};
    struct list depends = {0};
    struct list next = {0};
    struct list labels = {0};
    describe_down(graph, revision, &down);
    depends_ids(graph, revision, &depends);
    graph_labels_of(graph, revision, &labels);
    for (size_t i = 0; i < revision->next_count; i++) {
        list_add(&next, graph->revisions[revision->next_index[i]].id);
    }
    text_add(text, "Rev: ");
    text_add_colored(text, describer->color, COLOR_ID, revision->id);
    add_marks(describer, revision, text);
    text_add_char(text, '\n');
    if (down.count == 0) {
        text_add(text, "Parent: <base>\n");
    }
    add_field(down.count > 1 ? "Merges" : "Parent", &down, text);
    add_field("Also depends on", &depends, text);
    add_field(next.count > 1 ? "Branches into" : "Followed by", &next, text);
    add_field("Branch names", &labels, text);
    text_add(text, "Path: ");
    text_add_shown(text, revision->path);
    if (revision->created != NULL) {
        text_add(text, "\nCreated: ");
        text_add_shown(text, revision->created);
    }
    text_add(text, revision->transaction ? "" : "\nTransaction: none");
    text_add(text, revision->has_downgrade ? "" : "\nDowngrade: none, it is irreversible");
    text_add(text, "\n\n    ");
    text_add_shown(text, revision->message);
    text_add_char(text, '\n');
    list_free(&down);
    list_free(&depends);
    list_free(&next);
    list_free(&labels);
}

/* As the header has it: null, a string, or a list for a merge. */
static json_t *json_down(const struct list *down)
{
    return down->count == 0   ? json_null()
           : down->count == 1 ? json_text(down->items[0])
                              : json_text_list(down);
}

json_t *describe_json(const struct describer *describer, const struct revision *revision)
{
    const struct graph *graph = describer->graph;
    struct list down = {0};
    struct list depends = {0};
    struct list labels = {0};
    describe_down(graph, revision, &down);
    depends_ids(graph, revision, &depends);
    graph_labels_of(graph, revision, &labels);
    json_t *object = json_object();
    json_object_set_new(object, "revision", json_text(revision->id));
    json_object_set_new(object, "down_revision", json_down(&down));
    json_object_set_new(object, "branch_labels", json_text_list(&labels));
    json_object_set_new(object, "depends_on", json_text_list(&depends));
    json_object_set_new(object, "message", json_text(revision->message));
    json_object_set_new(object, "path", json_text(revision->path));
    json_object_set_new(object, "created", json_text(revision->created));
    json_object_set_new(object, "is_head", json_boolean(graph_is_head(graph, revision)));
    json_object_set_new(object, "is_branch_point",
                        json_boolean(graph_is_branch_point(graph, revision)));
    if (describer->rows != NULL) {
        json_object_set_new(object, "is_current",
                            json_boolean(is_current(describer, revision)));
    }
    list_free(&down);
    list_free(&depends);
    list_free(&labels);
    return object;
}
