#include <string.h>

#include "base/memory.h"
#include "commands/commands.h"
#include "revisions/new_file.h"

/* Ids hold no plus and no minus: such a target is relative, and a merge of "what is two below"
 * is a riddle for the next reader. */
static bool refuse_relative(const char *target, struct error *error)
{
    if (strpbrk(target, "+-") == NULL) {
        return true;
    }
    error_set(error, ERROR_USAGE, "merge takes no relative identifiers such as \"%s\"", target);
    return error_advise(error, "Give ids, labels, LABEL@head, heads, or current.");
}

static bool add_heads(struct context *context, const char *target, struct list *down,
                      struct error *error)
{
    struct selection selection = {0};
    if (!refuse_relative(target, error) ||
        !select_revisions(context, target, "merge", &selection, error)) {
        return false;
    }
    bool done = true;
    for (size_t i = 0; done && i < selection.count; i++) {
        const struct revision *revision = &context->graph.revisions[selection.indexes[i]];
        if (!graph_is_head(&context->graph, revision)) {
            done = error_set_at(error, ERROR_USAGE, revision->path, revision->id_line,
                                "%s is not a head: another revision follows it", revision->id);
            error_advise(error, "A merge joins heads; `neap heads` lists them.");
        } else if (!list_has(down, revision->id)) {
            list_add(down, revision->id);
        }
    }
    selection_free(&selection);
    return done;
}

static bool find_down(struct context *context, struct list *down, struct error *error)
{
    const struct list *targets = &context->line.arguments;
    for (size_t i = 0; i < targets->count; i++) {
        if (!add_heads(context, targets->items[i], down, error)) {
            return false;
        }
    }
    if (down->count < 2) {
        struct text only = {0};
        list_join(down, ", ", &only);
        error_set(error, ERROR_USAGE,
                  "a merge joins two revisions or more, and this is one: %s",
                  text_string(&only));
        text_free(&only);
        return error_advise(error, "`neap heads` lists what can be merged.");
    }
    return true;
}

/* "merge 0a1b and 1f2e" */
static char *default_message(const struct list *down)
{
    struct text text = {0};
    text_add(&text, "merge ");
    for (size_t i = 0; i < down->count; i++) {
        text_format(&text, "%s%s",
                    i == 0                 ? ""
                    : i + 1 == down->count ? " and "
                                           : ", ",
                    down->items[i]);
    }
    return text_take(&text);
}

static bool run(struct context *context, struct error *error)
{
    struct new_revision merge = {.id = option_string(context, "rev-id")};
    if (!find_down(context, &merge.down, error)) {
        list_free(&merge.down);
        return false;
    }
    const char *given = option_string(context, "message");
    char *message = given == NULL ? default_message(&merge.down) : mem_copy_string(given);
    char *path = NULL;
    char *id = NULL;
    merge.message = message;
    merge.file_template = context->config.file_template;
    merge.timezone = context->config.timezone;
    list_copy(&merge.labels, option_list(context, "branch-label"));
    const struct revision *first = graph_find(&context->graph, merge.down.items[0]);
    bool done = revision_directory(context, first, &merge.directory, error) &&
                revision_write(&context->graph, &merge, &path, &id, error) &&
                revision_written(context, path, id, message, error);
    mem_free(message);
    mem_free(path);
    mem_free(id);
    list_free(&merge.down);
    list_free(&merge.labels);
    return done;
}

static const struct option_entry options[] = {
    {"message", 'm', OPTION_STRING, "MSG", NULL, "default: \"merge A and B\""},
    {"branch-label", 0, OPTION_LIST, "L", NULL, "a name for what follows the merge"},
    {"rev-id", 0, OPTION_STRING, "ID", NULL, "its id (default: twelve random digits)"},
    {"version-path", 0, OPTION_STRING, "P", NULL,
     "which migrations directory, when there are several"},
    {"edit", 0, OPTION_FLAG, NULL, NULL, "open it in $VISUAL or $EDITOR"},
    {0},
};

const struct command_entry command_merge = {
    .name = "merge",
    .arguments = "REV...",
    .summary = "Write a revision that joins heads.",
    .missing = "REV is heads, or two or more ids or labels: `neap merge heads`.",
    .example = "neap merge heads -m \"merge billing into main\"\nneap merge 1f2e 9c8b",
    .options = options,
    .min_arguments = 1,
    .max_arguments = -1,
    .run = run,
};
