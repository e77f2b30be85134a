#include "commands/commands.h"

/* The file of a revision as it was applied; REV is its whole id, since this checkout may not
 * have it. */
static bool show_stored(struct context *context, const char *id, struct error *error)
{
    struct text source = {0};
    struct engine *engine = context_engine(context, true, error);
    bool done = engine != NULL && engine_stored_source(engine, id, &source, error);
    if (done && source.length == 0) {
        done = error_set(error, ERROR_USAGE, "the database keeps no source of \"%s\"", id);
        error_advise(error, "It keeps those of revisions that a run has applied, under their "
                            "whole ids: see `neap log`.");
    } else if (done && context->output.json) {
        json_t *object = json_object();
        json_object_set_new(object, "revision", json_text(id));
        json_object_set_new(object, "source", json_text(source.data));
        output_json(object);
    } else if (done) {
        struct text shown = {0};
        text_add_escaped(&shown, source.data, source.length, false);
        output_text(&shown);
        text_free(&shown);
    }
    text_free(&source);
    return done;
}

static bool run(struct context *context, struct error *error)
{
    if (option_flag(context, "from-database")) {
        return show_stored(context, context_argument(context, 0), error);
    }
    struct selection selection = {0};
    if (!select_revisions(context, context_argument(context, 0), "show", &selection, error)) {
        return false;
    }
    context->output.verbose = true;
    list_revisions(context, &selection, NULL, false);
    selection_free(&selection);
    return true;
}

static const struct option_entry options[] = {
    {"from-database", 0, OPTION_FLAG, NULL, NULL,
     "print the file as it was applied, also of a revision that this checkout does not have"},
    {0},
};

const struct command_entry command_show = {
    .name = "show",
    .arguments = "REV",
    .summary = "Show one revision: its parents, labels, path and message.",
    .description = "With --format json: a list, since REV may be `heads` or `current`.",
    .missing = "REV is an id or the beginning of one, a label, head, heads, current, +1, -1.",
    .example = "neap show head\nneap show 1f2e\nneap show current --format json\n"
               "neap show 1f2e3d4c5b6a --from-database",
    .options = options,
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run,
};
