#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/nearest.h"
#include "commands/commands.h"
#include "revisions/new_file.h"

static json_t *request_for(const struct context *context, const char *action)
{
    json_t *ids = json_array();
    for (size_t i = 1; context_argument(context, i) != NULL; i++) {
        json_array_append_new(ids, json_text(context_argument(context, i)));
    }
    json_t *request = json_object();
    json_object_set_new(request, "action", json_text(action));
    json_object_set_new(request, "ids", ids);
    json_object_set_new(request, "sql", json_boolean(option_flag(context, "sql")));
    json_object_set_new(request, "all", json_boolean(option_flag(context, "all")));
    return request;
}

/* --- adopt --- */

/* What the new revision stands on is applied, and nothing else waits to be. */
static bool find_place(struct context *context, struct engine *engine, struct list *before,
                       struct error *error)
{
    bool ahead = false;
    const struct graph *graph = context_graph(context, error);
    if (graph == NULL || !engine_rows(engine, before, error) ||
        !engine_check_known(engine, before, &ahead, error)) {
        return false;
    }
    if (before->count > 1) {
        error_set(error, ERROR_FAILED, "the database is at %zu revisions", before->count);
        return error_advise(error, "Join them first: `neap merge heads`, `neap upgrade head`.");
    }
    bool *applied = graph_applied(graph, before);
    size_t pending = 0;
    for (size_t i = 0; i < graph->count; i++) {
        pending += applied[i] ? 0 : 1;
    }
    mem_free(applied);
    if (pending > 0) {
        error_set(error, ERROR_FAILED, "%zu %s pending", pending,
                  pending == 1 ? "revision is" : "revisions are");
        return error_advise(error, "What is adopted goes behind the last revision: run `neap "
                                   "upgrade head` first.");
    }
    return true;
}

static bool record(struct context *context, struct engine *engine, const json_t *found,
                   const struct list *before, const char *path, const char *id,
                   const char *message, struct error *error)
{
    struct text text = {0};
    struct text objects = {0};
    const json_t *ids = json_object_get(found, "ids");
    size_t count = json_array_size(ids);
    int64_t *numbers = mem_alloc((count + 1) * sizeof *numbers);
    for (size_t i = 0; i < count; i++) {
        numbers[i] = json_integer_value(json_array_get(ids, i));
    }
    text_add(&objects, json_string_value(json_object_get(found, "objects")));
    struct adoption adoption = {.revision = id,
                                .message = message,
                                .path = path,
                                .before = before,
                                .ids = numbers,
                                .id_count = count,
                                .objects = &objects};
    bool done = file_read(path, &text, error);
    adoption.text = text_string(&text);
    adoption.length = text.length;
    done = done && engine_adopt(engine, &adoption, error);
    (void)context;
    mem_free(numbers);
    text_free(&text);
    text_free(&objects);
    return done;
}

static bool write_revision(struct context *context, struct engine *engine, const json_t *found,
                           struct list *before, struct error *error)
{
    const struct graph *graph = &context->graph;
    const struct revision *parent =
        before->count == 0 ? NULL : graph_find(graph, before->items[0]);
    struct new_revision revision = {
        .id = option_string(context, "rev-id"),
        .message = option_string(context, "message"),
        .file_template = context->config.file_template,
        .timezone = context->config.timezone,
        .upgrade_body = json_string_value(json_object_get(found, "upgrade")),
        .downgrade_body = json_string_value(json_object_get(found, "downgrade"))};
    char *path = NULL;
    char *id = NULL;
    list_copy(&revision.down, before);
    bool done = revision_directory(context, parent, &revision.directory, error) &&
                revision_write(graph, &revision, &path, &id, error);
    if (done && !record(context, engine, found, before, path, id, revision.message, error)) {
        (void)unlink(path);
        done = false;
    }
    done = done && revision_written(context, path, id, revision.message, error);
    list_free(&revision.down);
    mem_free(path);
    mem_free(id);
    return done;
}

static bool adopt(struct context *context, struct error *error)
{
    const char *message = option_string(context, "message");
    if (message == NULL || message[strspn(message, " \t\r\n")] == '\0') {
        error_set(error, ERROR_USAGE, "journal adopt needs a message: -m MSG");
        return error_advise(error, "`neap journal -h` explains it.");
    }
    struct host_command command = {.name = "journal"};
    struct list before = {0};
    json_t *request = request_for(context, "adopt");
    struct engine *engine = context_engine(context, false, error);
    bool done = engine != NULL &&
                engine_audit(engine, &command, request, ENGINE_READS, error) &&
                find_place(context, engine, &before, error) &&
                write_revision(context, engine, command.value, &before, error);
    host_command_free(&command);
    json_decref(request);
    list_free(&before);
    return done;
}

/* --- the command --- */

static bool refuse_options(const struct context *context, const char *action,
                           struct error *error)
{
    bool installs = strcmp(action, "install") == 0 || strcmp(action, "uninstall") == 0;
    bool adopts = strcmp(action, "adopt") == 0;
    bool dismisses = strcmp(action, "dismiss") == 0;
    if (option_flag(context, "sql") && !installs) {
        return error_set(error, ERROR_USAGE, "--sql goes with install and uninstall");
    }
    if (option_string(context, "message") != NULL && !adopts) {
        return error_set(error, ERROR_USAGE, "-m goes with adopt");
    }
    if (context_argument(context, 1) != NULL && !adopts && !dismisses) {
        return error_set(error, ERROR_USAGE, "journal %s takes no entries", action);
    }
    if (dismisses && context_argument(context, 1) == NULL && !option_flag(context, "all")) {
        error_set(error, ERROR_USAGE, "journal dismiss needs entries, or --all");
        return error_advise(error, "`neap journal show` lists them.");
    }
    return true;
}

static bool run(struct context *context, struct error *error)
{
    static const struct {
        const char *name;
        enum engine_access access;
    } actions[] = {{"install", ENGINE_WRITES},
                   {"uninstall", ENGINE_WRITES},
                   {"show", ENGINE_READS},
                   {"adopt", ENGINE_WRITES},
                   {"dismiss", ENGINE_WRITES}};
    const char *action = context_argument(context, 0);
    struct nearest nearest = {.word = action};
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        nearest_offer(&nearest, actions[i].name);
        if (strcmp(action, actions[i].name) != 0) {
            continue;
        }
        if (!refuse_options(context, action, error)) {
            return false;
        }
        if (strcmp(action, "adopt") == 0) {
            return adopt(context, error);
        }
        bool reads = option_flag(context, "sql");
        return run_audit_command(context, "journal", request_for(context, action),
                                 reads ? ENGINE_READS : actions[i].access, error);
    }
    error_set(error, ERROR_USAGE,
              "journal %s: expected install, uninstall, show, adopt or dismiss", action);
    if (nearest.best != NULL) {
        error_advise(error, "Did you mean `neap journal %s`?", nearest.best);
    }
    return false;
}

static const struct option_entry options[] = {
    {"message", 'm', OPTION_STRING, "MSG", NULL, "adopt: what was done, in one line"},
    {"rev-id", 0, OPTION_STRING, "ID", NULL, "adopt: the revision's id"},
    {"version-path", 0, OPTION_STRING, "P", NULL,
     "adopt: which migrations directory, when there are several"},
    {"edit", 0, OPTION_FLAG, NULL, NULL, "adopt: open the revision in $VISUAL or $EDITOR"},
    {"all", 'a', OPTION_FLAG, NULL, NULL,
     "show: settled entries too; dismiss: all open entries"},
    {"sql", 0, OPTION_FLAG, NULL, NULL,
     "install, uninstall: print what a superuser has to run"},
    {0},
};

const struct command_entry command_journal = {
    .name = "journal",
    .arguments = "install|uninstall|show|adopt|dismiss [ENTRY...]",
    .summary = "Record what is done to the schema outside neap, and take it over (PostgreSQL).",
    .description =
        "install makes event triggers that write each DDL statement of others into the table "
        "neap_ddl beside the version table: time, user, role, application, client address, "
        "command, objects, statement. What neap does itself is not recorded, nor are temporary "
        "tables and what belongs to an extension; an error in it is swallowed, so that "
        "nobody's "
        "DDL fails. Statements that may hold a password are kept without it. It needs a "
        "superuser; `install --sql` prints what one has to run.\n"
        "\n"
        "`neap status` then tells what was changed outside neap, and exits with 6 until it is "
        "settled. show lists it. adopt writes it as a new revision behind the last one (all "
        "of it, or the entries named) and records that as applied: this database does not run "
        "it again, others do. The revision's downgrade undoes it where that is plain (CREATE "
        "and RENAME), and otherwise fails, saying what nobody has written yet. dismiss settles "
        "entries without a revision, for what was undone by hand. uninstall removes the "
        "triggers and the table with all that it holds.",
    .missing = "The first argument is install, uninstall, show, adopt or dismiss.",
    .example = "neap journal install\nneap journal install --sql | psql -U postgres app\n"
               "neap journal show\nneap journal adopt -m \"index that ann made at night\"\n"
               "neap journal dismiss 4",
    .options = options,
    .min_arguments = 1,
    .max_arguments = -1,
    .run = run,
};
