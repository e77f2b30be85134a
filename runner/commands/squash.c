/* squash A:B: one revision that replaces a range.
 *
 * What the range comes to is read from two scratch databases, one before it and one after it.
 * The new revision has the id of the last one, so that nothing changes for databases that are
 * past it; those in the middle go on by the old files, which are kept beside.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "commands/commands.h"
#include "commands/scratch.h"
#include "revisions/new_file.h"

struct squash {
    struct list ids, paths; /* of the range, first to last */
    struct list moved;      /* where their files are now */
    struct new_revision revision;
    char *message, *before; /* before: the revision that the range follows, or "base" */
    struct scratch from, to, proof;
    char *upgrade, *downgrade;
    char *path, *id;
};

static void squash_free(struct squash *squash)
{
    scratch_drop(&squash->from);
    scratch_drop(&squash->to);
    scratch_drop(&squash->proof);
    list_free(&squash->ids);
    list_free(&squash->paths);
    list_free(&squash->moved);
    list_free(&squash->revision.down);
    list_free(&squash->revision.labels);
    list_free(&squash->revision.depends);
    list_free(&squash->revision.replaces);
    mem_free(squash->message);
    mem_free(squash->before);
    mem_free(squash->upgrade);
    mem_free(squash->downgrade);
    mem_free(squash->path);
    mem_free(squash->id);
}

/* --- the range --- */

static bool find_one(struct context *context, const char *name, const struct revision **found,
                     struct error *error)
{
    struct selection selection = {0};
    bool done = select_revisions(context, name, "squash", &selection, error);
    if (done && selection.count != 1) {
        done = error_set(error, ERROR_USAGE, "\"%s\" names %zu revisions: say one", name,
                         selection.count);
    }
    *found = done ? &context->graph.revisions[selection.indexes[0]] : NULL;
    selection_free(&selection);
    return done;
}

static bool refuse(const struct revision *revision, const char *what, struct error *error)
{
    return error_set_at(error, ERROR_USAGE, revision->path, revision->id_line, "%s %s",
                        revision->id, what);
}

/* From the last back to the first: a line that nothing leaves or joins on the way. */
static bool walk(const struct graph *graph, const struct revision *first,
                 const struct revision *last, struct list *backwards, struct error *error)
{
    for (const struct revision *at = last;; at = &graph->revisions[at->down_index[0]]) {
        list_add(backwards, at->id);
        if (at != last && at->next_count + at->dependent_count > 1) {
            return refuse(at,
                          "is followed by more than one revision: a range to be squashed is "
                          "a line",
                          error);
        }
        if (at->replaces.count > 0) {
            refuse(at, "replaces others already", error);
            return error_advise(
                error,
                "Begin the range behind it. When no database is left in the middle of what it "
                "replaced, take `replaces` out of it and delete those files in squashed/: then "
                "it is a revision as any other.");
        }
        if (at == first) {
            return true;
        }
        if (at->down_count > 1) {
            return refuse(at, "is a merge: a range to be squashed is a line", error);
        }
        if (at->down_count == 0) {
            error_set(error, ERROR_USAGE, "%s does not come before %s", first->id, last->id);
            return error_advise(error, "A range is FIRST:LAST, the older one first.");
        }
    }
}

static void take_revision(struct squash *squash, const struct graph *graph,
                          const struct revision *revision)
{
    list_add(&squash->ids, revision->id);
    list_add(&squash->paths, revision->path);
    for (size_t i = 0; i < revision->labels.count; i++) {
        list_add(&squash->revision.labels, revision->labels.items[i]);
    }
    for (size_t i = 0; i < revision->depends_count; i++) {
        const char *id = graph->revisions[revision->depends_index[i]].id;
        if (!list_has(&squash->ids, id) && !list_has(&squash->revision.depends, id)) {
            list_add(&squash->revision.depends, id);
        }
    }
}

static bool take_range(struct squash *squash, const struct graph *graph,
                       const struct revision *first, const struct revision *last,
                       struct error *error)
{
    struct list backwards = {0};
    bool done = walk(graph, first, last, &backwards, error);
    for (size_t i = backwards.count; done && i > 0; i--) {
        take_revision(squash, graph, graph_find(graph, backwards.items[i - 1]));
    }
    list_free(&backwards);
    if (!done) {
        return false;
    }
    if (squash->ids.count < 2) {
        return error_set(error, ERROR_USAGE, "%s alone is no range: there is nothing to squash",
                         first->id);
    }
    squash->revision.id = squash->ids.items[squash->ids.count - 1];
    for (size_t i = 0; i + 1 < squash->ids.count; i++) {
        list_add(&squash->revision.replaces, squash->ids.items[i]);
    }
    for (size_t i = 0; i < first->down_count; i++) {
        list_add(&squash->revision.down, graph->revisions[first->down_index[i]].id);
    }
    squash->before =
        mem_copy_string(first->down_count == 0 ? "base" : squash->revision.down.items[0]);
    return first->down_count < 2 ||
           refuse(first, "is a merge: begin the range behind it", error);
}

/* The revision that a line begins with, for ranges from base. */
static const struct revision *find_root(const struct graph *graph, const struct revision *last)
{
    while (last != NULL && last->down_count == 1) {
        last = &graph->revisions[last->down_index[0]];
    }
    return last;
}

static bool find_range(struct context *context, struct squash *squash, struct error *error)
{
    const char *range = context_argument(context, 0);
    const char *colon = range == NULL ? NULL : strchr(range, ':');
    if (colon == NULL || colon[1] == '\0') {
        error_set(error, ERROR_USAGE, "squash expects a range FIRST:LAST");
        return error_advise(error, "`neap squash -h` explains it.");
    }
    char *name = mem_copy(range, (size_t)(colon - range));
    const struct revision *first = NULL;
    const struct revision *last = NULL;
    /* The engine first: what the database is at may choose the graph. */
    const struct graph *graph =
        context_engine(context, true, error) == NULL ? NULL : context_graph(context, error);
    bool from_base = name[0] == '\0' || strcmp(name, "base") == 0;
    bool done = graph != NULL && find_one(context, colon + 1, &last, error) &&
                (from_base || find_one(context, name, &first, error));
    first = done && from_base ? find_root(graph, last) : first;
    done = done && take_range(squash, graph, first, last, error);
    if (done) {
        const char *given = option_string(context, "message");
        squash->message = given == NULL ? string_format("%s to %s in one", first->id, last->id)
                                        : mem_copy_string(given);
        squash->revision.message = squash->message;
        squash->revision.file_template = context->config.file_template;
        squash->revision.timezone = context->config.timezone;
    }
    mem_free(name);
    return done;
}

/* --- what it comes to --- */

static bool compare(struct context *context, const struct scratch *from,
                    const struct scratch *to, json_t **value, struct error *error)
{
    json_t *options = json_pack("{s:[s, s], s:[s, s]}", "words", from->url, to->url, "opened",
                                from->url, to->url);
    struct host_command command = {.name = "squash", .options = options};
    struct engine *engine = context_engine(context, true, error);
    bool done = engine != NULL && engine_command(engine, &command, ENGINE_SCRATCH, error);
    *value = json_incref(command.value);
    host_command_free(&command);
    json_decref(options);
    return done;
}

/* Whether a line that is no comment calls what may write rows. */
static bool may_write(const char *source)
{
    static const char *const writers[] = {"op.execute", "op.bulk_insert", "op.load_sql",
                                          "op.backfill", "procedures.load"};
    bool writes = false;
    for (const char *line = source; *line != '\0' && !writes;) {
        size_t length = strcspn(line, "\n");
        if (strncmp(line + strspn(line, " \t"), "--", 2) != 0) {
            char *copy = mem_copy(line, length);
            for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++) {
                writes = writes || strstr(copy, writers[i]) != NULL;
            }
            mem_free(copy);
        }
        line += length + (line[length] == '\n' ? 1 : 0);
    }
    return writes;
}

/* Rows are not in a schema: which revisions may have written some. */
static void add_rows_note(const struct squash *squash, struct text *body)
{
    struct text ids = {0};
    for (size_t i = 0; i < squash->paths.count; i++) {
        struct text source = {0};
        struct error ignored = {0};
        (void)file_read(squash->paths.items[i], &source, &ignored);
        if (may_write(text_string(&source))) {
            text_format(&ids, "%s%s", ids.length == 0 ? "" : ", ", squash->ids.items[i]);
        }
        text_free(&source);
        error_free(&ignored);
    }
    if (ids.length > 0) {
        text_format(body,
                    "  -- Rows are not in here. These revisions sent SQL of their own, see "
                    "whether it wrote some: %s\n",
                    text_string(&ids));
    }
    text_free(&ids);
}

static bool find_bodies(struct context *context, struct squash *squash, struct error *error)
{
    json_t *value = NULL;
    const char *last = squash->revision.id;
    bool done = scratch_make(context, &context->graph, squash->before, &squash->from, error) &&
                scratch_make(context, &context->graph, last, &squash->to, error) &&
                compare(context, &squash->from, &squash->to, &value, error);
    if (done) {
        struct text upgrade = {0};
        add_rows_note(squash, &upgrade);
        text_add(&upgrade, json_string_value(json_object_get(value, "upgrade")));
        squash->upgrade = text_take(&upgrade);
        squash->downgrade =
            mem_copy_string(json_string_value(json_object_get(value, "downgrade")));
        squash->revision.upgrade_body = squash->upgrade;
        squash->revision.downgrade_body = squash->downgrade;
    }
    json_decref(value);
    return done;
}

/* --- files --- */

static bool move_file(const char *from, const char *to, struct error *error)
{
    if (file_exists(to)) {
        return error_set(error, ERROR_USAGE, "%s is there already", to);
    }
    return rename(from, to) == 0 || error_set(error, ERROR_FAILED, "cannot move %s to %s: %s",
                                              from, to, strerror(errno));
}

static bool move_files(struct squash *squash, struct error *error)
{
    bool done = true;
    for (size_t i = 0; done && i < squash->paths.count; i++) {
        const char *path = squash->paths.items[i];
        char *directory = path_directory(path);
        char *below = path_join(directory, "squashed");
        char *to = path_join(below, path_name(path));
        done = directory_create(below, error) && move_file(path, to, error);
        if (done) {
            list_add(&squash->moved, to);
        }
        mem_free(to);
        mem_free(below);
        mem_free(directory);
    }
    return done;
}

/* All is as it was. */
static void move_back(struct squash *squash)
{
    if (squash->path != NULL) {
        (void)remove(squash->path);
    }
    for (size_t i = 0; i < squash->moved.count; i++) {
        (void)rename(squash->moved.items[i], squash->paths.items[i]);
    }
}

static bool write_new(struct context *context, struct squash *squash, struct graph *graph,
                      struct error *error)
{
    const struct config *config = &context->config;
    struct graph rest = {0};
    char *directory = path_directory(squash->paths.items[squash->paths.count - 1]);
    struct revision *none = NULL;
    squash->revision.directory = directory;
    bool done = graph_link(&rest, none, 0, NULL, error) &&
                revision_write(&rest, &squash->revision, &squash->path, &squash->id, error) &&
                graph_load(graph, &config->migrations, &config->pruned, error);
    graph_free(&rest);
    mem_free(directory);
    return done;
}

/* --- the proof --- */

static bool prove(struct context *context, struct squash *squash, const struct graph *graph,
                  struct error *error)
{
    json_t *value = NULL;
    bool done = scratch_make(context, graph, squash->revision.id, &squash->proof, error) &&
                compare(context, &squash->proof, &squash->to, &value, error);
    const json_t *changes = json_object_get(value, "changes");
    if (done && json_array_size(changes) > 0) {
        done = error_set(error, ERROR_FAILED,
                         "the one revision does not make what the range makes: %s",
                         json_string_value(json_array_get(changes, 0)));
        error_advise(error, "Nothing was changed. Squash a shorter range.");
    }
    json_decref(value);
    return done;
}

static bool replace(struct context *context, struct squash *squash, struct error *error)
{
    struct graph graph = {0};
    bool done = move_files(squash, error) && write_new(context, squash, &graph, error) &&
                prove(context, squash, &graph, error);
    if (!done) {
        move_back(squash);
    }
    graph_free(&graph);
    return done;
}

static bool run(struct context *context, struct error *error)
{
    struct squash squash = {0};
    bool done = find_range(context, &squash, error) && find_bodies(context, &squash, error) &&
                replace(context, &squash, error);
    if (done && context->output.json) {
        json_t *object = json_object();
        json_object_set_new(object, "path", json_text(squash.path));
        json_object_set_new(object, "revision", json_text(squash.id));
        json_object_set_new(object, "replaces", json_text_list(&squash.revision.replaces));
        json_object_set_new(object, "moved", json_text_list(&squash.moved));
        output_json(object);
    } else if (done) {
        output_line("%s", squash.path);
    }
    squash_free(&squash);
    return done;
}

static const struct option_entry options[] = {
    {"message", 'm', OPTION_STRING, "MSG", NULL, "default: \"A to B in one\""},
    {0},
};

const struct command_entry command_squash = {
    .name = "squash",
    .arguments = "A:B",
    .summary = "Write one revision that replaces a range of them.",
    .description =
        "What the revisions from A to B make is read from scratch databases, written as one "
        "revision, and proven: the schema that it makes is the one that they make. Rows are "
        "not "
        "looked at; a comment names the revisions that may have written some. The new revision "
        "has the id of B and `replaces`, and the files of the range move to "
        "migrations/squashed/. A database that is past B goes on as before, one in the middle "
        "by the files in squashed/. The range is a line: no merge, and nothing else follows "
        "what is in it. :B begins at the first revision.",
    .example = "neap squash 0a1b:7c6d -m \"all of 2025\"",
    .options = options,
    .max_arguments = 1,
    .run = run,
};
