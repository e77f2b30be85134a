/* Old revisions keep the SQL files that they were written for. */
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "commands/commands.h"

struct freezing {
    struct context *context;
    struct engine_options options;
    bool dry_run, replace;
    json_t *array; /* with --format json */
    size_t written, kept;
};

static void report(struct freezing *freezing, const struct revision *revision, const char *path,
                   const char *state)
{
    if (freezing->array != NULL) {
        json_t *object = json_object();
        json_object_set_new(object, "revision", json_text(revision->id));
        json_object_set_new(object, "path", json_text(path));
        json_object_set_new(object, "state", json_text(state));
        json_array_append_new(freezing->array, object);
    } else if (!freezing->context->output.quiet || freezing->dry_run) {
        output_line("%s %s", path, state);
    }
}

/* A link below .at must not lead the copy elsewhere. */
static bool make_directory(const char *root, const char *path, struct error *error)
{
    char *directory = path_directory(path);
    char *existing = mem_copy_string(directory);
    while (!directory_exists(existing) && strlen(existing) > strlen(root)) {
        char *parent = path_directory(existing);
        mem_free(existing);
        existing = parent;
    }
    bool done =
        path_inside(root, existing)
            ? directory_create(directory, error)
            : error_set(error, ERROR_USAGE, "%s leads out of the directory of SQL files, %s",
                        existing, root);
    mem_free(existing);
    mem_free(directory);
    return done;
}

static bool write_copy(const char *root, const char *path, const struct text *text,
                       bool replace, struct error *error)
{
    if (!make_directory(root, path, error)) {
        return false;
    }
    return replace ? file_replace(path, text_string(text), text->length, error)
                   : file_create(path, text_string(text), text->length, error);
}

static bool same_as_file(const char *path, const struct text *text, bool *same,
                         struct error *error)
{
    struct text there = {0};
    bool done = file_read(path, &there, error);
    *same = done && there.length == text->length &&
            memcmp(text_string(&there), text_string(text), text->length) == 0;
    text_free(&there);
    return done;
}

static bool freeze_file(struct freezing *freezing, const struct revision *revision,
                        const struct sql_copy *copy, struct error *error)
{
    const char *root = freezing->context->config.sql;
    char *below = string_format(".at/%s/%s", revision->id, copy->path);
    char *path = path_join(root, below);
    bool exists = file_exists(path);
    bool same = copy->frozen;
    bool done = !exists || same || same_as_file(path, &copy->text, &same, error);
    const char *state = "is there already";
    if (done && exists && !same && !freezing->replace) {
        state = "differs, and is kept (--replace writes it anew)";
    } else if (done && !same) {
        state = freezing->dry_run ? (exists ? "would be replaced" : "would be written")
                                  : (exists ? "replaced" : "written");
        done = freezing->dry_run || write_copy(root, path, &copy->text, exists, error);
        freezing->written += done ? 1 : 0;
    }
    if (done) {
        report(freezing, revision, path, state);
    }
    mem_free(below);
    mem_free(path);
    return done;
}

/* What it loads when it runs; for one that asks the database on its way, what it loaded when it
 * was applied. */
static bool find_files(struct freezing *freezing, const struct revision *revision,
                       struct sql_copies *copies, struct error *error)
{
    struct error offline = {0};
    if (engine_loaded_files(&freezing->options, revision, freezing->replace, copies,
                            &offline)) {
        return true;
    }
    sql_copies_free(copies);
    struct error online = {0};
    bool known = false;
    if (offline.kind == ERROR_FAILED && freezing->context->config.url != NULL) {
        struct engine *engine = context_engine(freezing->context, true, &online);
        (void)(engine != NULL &&
               engine_recorded_files(engine, revision->id, copies, &known, &online));
    }
    if (!known || online.kind != ERROR_NONE) {
        error_move(error, &offline);
        text_format(&error->detail, "%sIt is run without a database to see what it loads.",
                    error->detail.length > 0 ? "\n" : "");
        error_advise(
            error,
            online.kind != ERROR_NONE
                ? "What it loaded when it was applied, the database would know: %s"
                : "Give the URL of a database that it was applied to by a run: that one "
                  "knows what it loaded.%s",
            online.kind != ERROR_NONE ? text_string(&online.message) : "");
    }
    error_free(&offline);
    error_free(&online);
    return error->kind == ERROR_NONE;
}

static bool freeze(struct freezing *freezing, const struct revision *revision,
                   struct error *error)
{
    struct sql_copies copies = {0};
    bool done = find_files(freezing, revision, &copies, error);
    if (!done) {
        struct text named = {0};
        text_format(&named, "%s cannot be frozen: %s", revision->id,
                    text_string(&error->message));
        text_free(&error->message);
        error->message = named;
    }
    for (size_t i = 0; done && i < copies.count; i++) {
        done = freeze_file(freezing, revision, &copies.items[i], error);
    }
    freezing->kept += copies.count;
    sql_copies_free(&copies);
    return done;
}

static bool freeze_selected(struct freezing *freezing, const struct selection *selection,
                            bool all, struct error *error)
{
    const struct graph *graph = &freezing->context->graph;
    size_t count = all ? graph->count : selection->count;
    bool done = true;
    for (size_t i = 0; done && i < count; i++) {
        done = freeze(freezing, &graph->revisions[all ? i : selection->indexes[i]], error);
    }
    if (done && freezing->array != NULL) {
        output_json(json_incref(freezing->array));
    } else if (done && freezing->kept == 0 && !freezing->context->output.quiet) {
        output_line("%s no SQL files.",
                    count == 1 ? "That revision loads" : "Those revisions load");
    } else if (!done && freezing->written > 0) {
        text_format(&error->outcome, "%zu %s %s before that.", freezing->written,
                    freezing->written == 1 ? "file was" : "files were",
                    freezing->dry_run ? "found" : "written");
    }
    return done;
}

static bool run(struct context *context, struct error *error)
{
    const char *target = context_argument(context, 0);
    bool all = option_flag(context, "all");
    if (all == (target != NULL)) {
        error_set(error, ERROR_USAGE,
                  all ? "freeze takes a revision or --all, not both" : "freeze what?");
        return error_advise(error, "Name a revision, or say --all for every one.");
    }
    struct selection selection = {0};
    if (all ? context_graph(context, error) == NULL
            : !select_revisions(context, target, "freeze", &selection, error)) {
        return false;
    }
    struct freezing freezing = {.context = context,
                                .dry_run = option_flag(context, "dry-run"),
                                .replace = option_flag(context, "replace"),
                                .array = context->output.json ? json_array() : NULL};
    bool done = context_engine_options(context, &freezing.options, error) &&
                freeze_selected(&freezing, &selection, all, error);
    json_decref(freezing.array);
    selection_free(&selection);
    return done;
}

static const struct option_entry options[] = {
    {"all", 0, OPTION_FLAG, NULL, NULL, "every revision of the project"},
    {"dry-run", 0, OPTION_FLAG, NULL, NULL, "print the files and write nothing"},
    {"replace", 0, OPTION_FLAG, NULL, NULL,
     "write copies that are there anew, from today's files"},
    {0},
};

const struct command_entry command_freeze = {
    .name = "freeze",
    .arguments = "REV | --all",
    .summary = "Keep the SQL files that a revision loads, as they are now.",
    .description =
        "Copies them to .at/REV/ in the directory of SQL files, where the revision finds them "
        "first from then on; so an old revision still runs on a new database when today's "
        "files have moved on. Put the copies under version control. To see which files it "
        "loads, the revision is run without a database, upgrade and downgrade; for one that "
        "asks the database on its way, the files are those that the database recorded when it "
        "was applied. A revision that loads other files on the other database is frozen once "
        "with each --dialect.\nA copy that is there is never written over without --replace.",
    .missing = "REV is an id or the beginning of one, a label, head, heads, current.",
    .example = "neap freeze 1f2e\nneap freeze --all --dry-run",
    .options = options,
    .max_arguments = 1,
    .run = run,
};
