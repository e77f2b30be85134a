#include <string.h>

#include "commands/commands.h"
#include "commands/scratch.h"

/* The URL that a word stands for: rev:ID becomes a database that the revisions up to it have
 * made, and database is the project's own. */
static bool open_side(struct context *context, const char *word, struct scratch *scratch,
                      json_t *opened, struct error *error)
{
    if (strcmp(word, "database") == 0) {
        const struct config *config = context_config(context, error);
        json_array_append_new(opened, config == NULL ? json_null() : json_text(config->url));
        return config != NULL;
    }
    if (!string_starts_with(word, "rev:")) {
        json_array_append_new(opened, json_null());
        return true;
    }
    struct selection selection = {0};
    const char *target = word + strlen("rev:");
    bool base = strcmp(target, "base") == 0;
    bool done = context_graph(context, error) != NULL &&
                (base || select_revisions(context, target, "compare", &selection, error)) &&
                scratch_make(context, &context->graph, target, scratch, error);
    selection_free(&selection);
    json_array_append_new(opened, json_text(scratch->url));
    return done;
}

static bool compare(struct context *context, struct scratch scratch[2], struct error *error)
{
    json_t *options = json_object();
    json_t *words = json_array();
    json_t *opened = json_array();
    json_object_set_new(options, "words", words);
    json_object_set_new(options, "opened", opened);
    json_object_set_new(options, "sql", json_boolean(option_flag(context, "sql")));
    json_object_set_new(options, "json", json_boolean(context->output.json));
    bool done = true;
    for (size_t i = 0; done && i < 2; i++) {
        const char *word = context_argument(context, i);
        json_array_append_new(words, json_text(word));
        done = open_side(context, word, &scratch[i], opened, error);
    }
    if (!done) {
        json_decref(options);
        return false;
    }
    return run_schema_command(context, "diff", options, ENGINE_SCRATCH, error);
}

static bool run(struct context *context, struct error *error)
{
    if (context_argument(context, 1) == NULL) {
        error_set(error, ERROR_USAGE, "diff compares two: neap diff A B");
        return error_advise(error, "Each is database (the project's), a URL, model, a file "
                                   "that ends with .sql, or rev:ID.");
    }
    struct scratch scratch[2] = {{0}};
    bool done = compare(context, scratch, error);
    scratch_drop(&scratch[0]);
    scratch_drop(&scratch[1]);
    return done;
}

static const struct option_entry options[] = {
    {"sql", 0, OPTION_FLAG, NULL, NULL, "as SQL instead of op's words"},
    {0},
};

const struct command_entry command_diff = {
    .name = "diff",
    .arguments = "A B",
    .summary = "Print what makes A into B; exit 3 when they differ.",
    .description =
        "A and B: database (the project's own), a URL, model (of neap.lua), a file that ends "
        "with "
        ".sql (a dump), or rev:ID, what the revisions up to it make. Models and files are "
        "built in the project's "
        "database, in a transaction that is rolled back (PostgreSQL), or in memory (SQLite); "
        "revisions in a database that is created for it and dropped.",
    .example = "neap diff postgresql:///staging postgresql:///production\n"
               "neap diff sqlite:app.db model --sql\n"
               "neap diff old.sql model --format json\n"
               "neap diff rev:ae10 database",
    .options = options,
    .max_arguments = 2,
    .run = run,
};
