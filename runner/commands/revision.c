#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "commands/autogenerate.h"
#include "commands/commands.h"
#include "revisions/new_file.h"

/* --- where it goes in the graph --- */

static bool several_heads(const struct list *ids, struct error *error)
{
    struct text joined = {0};
    list_join(ids, ", ", &joined);
    error_set(error, ERROR_USAGE, "a new revision follows one revision, and there are %zu: %s",
              ids->count, text_string(&joined));
    error_advise(error, "Say which one with --head, or join them with `neap merge heads`.");
    text_free(&joined);
    return false;
}

static bool refuse_splice(const struct revision *parent, struct error *error)
{
    error_set_at(error, ERROR_USAGE, parent->path, parent->id_line,
                 "%s is not a head: another revision follows it", parent->id);
    return error_advise(error, "Give --splice to start a branch there.");
}

/* --head: one revision, or none for base. */
static bool resolve_head(struct context *context, const char *head, struct list *ids,
                         struct error *error)
{
    struct list storage = {0};
    const struct list *rows = NULL;
    struct selection selection = {0};
    bool done = context_rows(context, target_needs_rows(head), &storage, &rows, error) &&
                resolve_target(&context->graph, rows, head, &selection, error);
    for (size_t i = 0; done && i < selection.count; i++) {
        list_add(ids, context->graph.revisions[selection.indexes[i]].id);
    }
    selection_free(&selection);
    list_free(&storage);
    return done;
}

/* The pruned revision that the new one follows: named by --head, or where the project goes on
 * from one that was deleted and has no revision yet. NULL: none. */
static const char *pruned_parent(const struct graph *graph, const char *head)
{
    if (head != NULL) {
        return graph_is_pruned(graph, head) ? head : NULL;
    }
    return graph->count == 0 && graph->pruned.count == 1 ? graph->pruned.items[0] : NULL;
}

/* The revision that the new one follows; none for a base, and for one that was pruned. */
static bool find_parent(struct context *context, const struct revision **parent,
                        struct list *down, struct error *error)
{
    const char *head = option_string(context, "head");
    const struct graph *graph = context_graph(context, error);
    if (graph == NULL) {
        return false;
    }
    const char *pruned = pruned_parent(graph, head);
    bool done = true;
    if (pruned != NULL) {
        list_add(down, pruned);
    } else if (head == NULL) {
        graph_heads(graph, down, false);
    } else {
        done = resolve_head(context, head, down, error);
    }
    if (done && down->count > 1) {
        done = several_heads(down, error);
    } else if (done && pruned == NULL && down->count == 1) {
        *parent = graph_find(graph, down->items[0]);
        done = graph_is_head(graph, *parent) || option_flag(context, "splice") ||
               refuse_splice(*parent, error);
    }
    return done;
}

/* A label stays a label; everything else is written as the full id, which is what it means
 * today. */
static bool add_dependency(struct context *context, const char *given, struct list *depends,
                           struct error *error)
{
    struct selection selection = {0};
    if (!select_revisions(context, given, "depend on", &selection, error)) {
        return false;
    }
    const struct graph *graph = &context->graph;
    const struct revision *first = &graph->revisions[selection.indexes[0]];
    if (selection.count == 1 && list_has(&first->labels, given)) {
        list_add(depends, given);
    } else {
        for (size_t i = 0; i < selection.count; i++) {
            list_add(depends, graph->revisions[selection.indexes[i]].id);
        }
    }
    selection_free(&selection);
    return true;
}

/* --- --sql-file --- */

struct sql_files {
    char *up, *down;           /* paths, or NULL */
    char *up_body, *down_body; /* Lua */
};

static void free_sql_files(struct sql_files *files)
{
    mem_free(files->up);
    mem_free(files->down);
    mem_free(files->up_body);
    mem_free(files->down_body);
}

static bool create_sql_file(const char *path, const char *what, const char *id,
                            const char *message, struct error *error)
{
    struct text text = {0};
    struct text line = {0};
    for (const char *at = message; *at != '\0'; at++) {
        char c = *at;
        text_add_char(&line, (char)(c == '\n' || c == '\r' ? ' ' : c));
    }
    text_format(&text, "-- %s %s: %s\n", what, id, text_string(&line));
    bool done = file_create(path, text.data, text.length, error);
    text_free(&line);
    text_free(&text);
    return done;
}

static bool create_sql_files(struct context *context, const char *id, const char *message,
                             struct sql_files *files, struct error *error)
{
    const char *root = context->config.sql;
    if (!directory_create(root, error)) {
        return false;
    }
    char *slug = revision_slug(message);
    char *base = string_format("%s%s%s", id, slug[0] == '\0' ? "" : "_", slug);
    char *up = string_format("%s.up.sql", base);
    char *down = string_format("%s.down.sql", base);
    char *up_path = path_join(root, up);
    char *down_path = path_join(root, down);
    files->up_body = string_format("  op.load_sql(\"%s\")\n", up);
    files->down_body = string_format("  op.load_sql(\"%s\")\n", down);
    if (create_sql_file(up_path, "upgrade", id, message, error)) {
        files->up = mem_copy_string(up_path);
        if (create_sql_file(down_path, "downgrade", id, message, error)) {
            files->down = mem_copy_string(down_path);
        }
    }
    mem_free(slug);
    mem_free(base);
    mem_free(up);
    mem_free(down);
    mem_free(up_path);
    mem_free(down_path);
    return files->down != NULL;
}

static void remove_sql_files(const struct sql_files *files)
{
    if (files->up != NULL) {
        (void)unlink(files->up);
    }
    if (files->down != NULL) {
        (void)unlink(files->down);
    }
}

/* --- the command --- */

static bool write_file(struct context *context, struct new_revision *new_revision,
                       struct sql_files *files, struct error *error)
{
    char *id = NULL;
    char *path = NULL;
    char *written_id = NULL;
    bool done = true;
    if (option_flag(context, "sql-file")) {
        if (new_revision->id == NULL) {
            done = new_revision_id(&context->graph, &id, error);
            new_revision->id = id;
        }
        done = done &&
               create_sql_files(context, new_revision->id, new_revision->message, files, error);
        new_revision->upgrade_body = files->up_body;
        new_revision->downgrade_body = files->down_body;
    }
    done = done && revision_write(&context->graph, new_revision, &path, &written_id, error);
    if (!done) {
        remove_sql_files(files);
    }
    done = done && revision_written(context, path, written_id, new_revision->message, error);
    mem_free(id);
    mem_free(path);
    mem_free(written_id);
    return done;
}

static bool refuse_options(const struct context *context, struct error *error)
{
    if (option_flag(context, "autogenerate") && option_flag(context, "sql-file")) {
        return error_set(error, ERROR_USAGE,
                         "--autogenerate writes op's words, and --sql-file SQL: choose one");
    }
    if (option_list(context, "rename")->count > 0 && !option_flag(context, "autogenerate")) {
        return error_set(error, ERROR_USAGE, "--rename goes with --autogenerate");
    }
    const char *message = option_string(context, "message");
    if (message == NULL || message[strspn(message, " \t\n\r")] == '\0') {
        error_set(error, ERROR_USAGE, "revision needs a message: -m MSG");
        return error_advise(error, "`neap revision -h` explains it.");
    }
    return true;
}

static void say_unchanged(const struct context *context)
{
    if (context->output.json) {
        output_json(json_pack("{s:n, s:[]}", "path", "changes"));
    } else {
        struct text text = {0};
        text_add(&text,
                 "No changes: the database is what the model says. Nothing was written.\n");
        output_message(&text);
        text_free(&text);
    }
}

static bool run(struct context *context, struct error *error)
{
    const struct revision *parent = NULL;
    struct new_revision new_revision = {.id = option_string(context, "rev-id"),
                                        .message = option_string(context, "message")};
    struct sql_files files = {0};
    struct autogenerated found = {0};
    if (!refuse_options(context, error)) {
        return false;
    }
    bool done = find_parent(context, &parent, &new_revision.down, error);
    const struct list *depends = option_list(context, "depends-on");
    for (size_t i = 0; done && i < depends->count; i++) {
        done = add_dependency(context, depends->items[i], &new_revision.depends, error);
    }
    list_copy(&new_revision.labels, option_list(context, "branch-label"));
    new_revision.file_template = context->config.file_template;
    new_revision.timezone = context->config.timezone;
    done = done && revision_directory(context, parent, &new_revision.directory, error);
    bool wanted = true;
    if (done && option_flag(context, "autogenerate")) {
        done = autogenerate(context, &found, error);
        new_revision.upgrade_body = found.upgrade;
        new_revision.downgrade_body = found.downgrade;
        wanted = found.changes > 0;
        if (done && !wanted) {
            say_unchanged(context);
        }
    }
    if (done && wanted) {
        done = write_file(context, &new_revision, &files, error);
    }
    free_sql_files(&files);
    autogenerated_free(&found);
    list_free(&new_revision.down);
    list_free(&new_revision.labels);
    list_free(&new_revision.depends);
    return done;
}

static const struct option_entry options[] = {
    {"message", 'm', OPTION_STRING, "MSG", NULL, "what it does, in one line"},
    {"head", 0, OPTION_STRING, "H", NULL,
     "the revision it follows (default: the single head); base: none"},
    {"splice", 0, OPTION_FLAG, NULL, NULL, "H need not be a head: start a branch there"},
    {"branch-label", 0, OPTION_LIST, "L", NULL, "a name for the branch that begins with it"},
    {"depends-on", 0, OPTION_LIST, "R", NULL,
     "a revision or label that must be applied before it"},
    {"rev-id", 0, OPTION_STRING, "ID", NULL, "its id (default: twelve random digits)"},
    {"version-path", 0, OPTION_STRING, "P", NULL,
     "which migrations directory, when there are several"},
    {"sql-file", 0, OPTION_FLAG, NULL, NULL,
     "write sql/ID_SLUG.up.sql and .down.sql too, and load them"},
    {"edit", 0, OPTION_FLAG, NULL, NULL, "open it in $VISUAL or $EDITOR"},
    {"autogenerate", 0, OPTION_FLAG, NULL, NULL,
     "write what makes the database what the model says, and back"},
    {"rename", 0, OPTION_LIST, "OLD=NEW", NULL,
     "take it as renamed: a table, view, table.column or enum.value"},
    {0},
};

const struct command_entry command_revision = {
    .name = "revision",
    .arguments = "-m MSG",
    .summary = "Write a new revision file and print its path.",
    .description = "The file goes to the directory of the revision that it follows. Nothing is "
                   "ever overwritten.",
    .example = "neap revision -m \"add email to account\"\n"
               "neap revision -m \"start billing\" --head base --branch-label billing\n"
               "neap revision -m \"reports as views\" --sql-file --edit\n"
               "neap revision -m \"what schema.lua says\" --autogenerate",
    .options = options,
    .run = run,
};
