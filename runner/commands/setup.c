/* From nothing to a database at its heads; each stage finds out by itself whether it is done.
 */
#include <string.h>

#include "base/memory.h"
#include "commands/commands.h"
#include "commands/databases.h"
#include "commands/dump_file.h"

enum { MORE_ATTEMPTS = 5 };

struct setup {
    struct context *context;
    struct database database;
    struct engine *engine;
    json_t *wanted;   /* setup of neap.lua; NULL: none */
    struct list done; /* what was, one sentence each */
    size_t revisions;
    struct dump_file dump; /* of --from-dump */
    bool has_dump;
};

static void note(struct setup *setup, char *sentence)
{
    list_give(&setup->done, sentence);
    if (!setup->context->output.json && !setup->context->output.quiet) {
        progress_end(&setup->context->progress);
        output_line("%s", sentence);
    }
}

/* --- the stages --- */

static const char *wanted_of(const struct setup *setup, const char *key)
{
    const json_t *database = json_object_get(setup->wanted, "database");
    return json_string_value(json_object_get(database, key));
}

/* The owner may be one of the roles that are yet to be made: he gets it afterwards. */
static bool make_database(struct setup *setup, struct error *error)
{
    struct database *database = &setup->database;
    struct db_creation creation = {0};
    bool created = false;
    if (strcmp(database->driver->name, "postgresql") == 0) {
        creation = (struct db_creation){.encoding = wanted_of(setup, "encoding"),
                                        .template = wanted_of(setup, "template")};
    }
    if (!database_name(database, error) ||
        !database->driver->create(database->url, &database->settings, &creation, &created,
                                  error)) {
        return false;
    }
    if (created) {
        note(setup, string_format("database %s created", database->name));
    }
    return true;
}

/* Is it in the dump, or does it go into a schema that is? */
static bool is_in_dump(const struct dump_file *dump, const struct list *names,
                       const json_t *entry)
{
    const json_t *schema = json_object_get(json_object_get(entry, "options"), "schema");
    const char *name = json_string_value(json_object_get(entry, "name"));
    return (name != NULL && list_has(names, name)) ||
           (schema != NULL && list_has(&dump->schemas, json_string_value(schema)));
}

static void leave_out(const struct dump_file *dump, const struct list *names, json_t *entries)
{
    for (size_t i = json_array_size(entries); i > 0; i--) {
        if (is_in_dump(dump, names, json_array_get(entries, i - 1))) {
            json_array_remove(entries, i - 1);
        }
    }
}

static json_t *object_options(const struct setup *setup)
{
    json_t *options = setup->wanted == NULL ? json_object() : json_deep_copy(setup->wanted);
    if (setup->context->config.role != NULL) {
        json_object_set_new(options, "owner", json_text(setup->context->config.role));
    }
    return options;
}

/* A wrong entry is told before anything is done. */
static bool check_objects(struct setup *setup, struct error *error)
{
    json_t *options = object_options(setup);
    struct host_command command = {.name = "setup", .options = options};
    bool done = host_run_command(setup->context->host, &command, &setup->context->config, NULL,
                                 "", error);
    host_command_free(&command);
    json_decref(options);
    return done;
}

/* A session is prepared for one role, or for none. */
static void forget_engine(struct setup *setup, bool forget)
{
    if (forget) {
        engine_close(setup->context->engine);
        setup->context->engine = NULL;
        setup->engine = NULL;
    }
}

/* As the one who connects: the configured role may not be there yet, and may not make others.
 */
static bool run_as_self(struct setup *setup, struct host_command *command,
                        enum engine_access access, struct error *error)
{
    struct context *context = setup->context;
    char *role = context->config.role;
    forget_engine(setup, role != NULL);
    context->config.role = NULL;
    struct engine *engine = context_engine(context, false, error);
    bool done = engine != NULL && engine_command(engine, command, access, error);
    context->config.role = role;
    forget_engine(setup, role != NULL);
    return done;
}

/* neap's own tables must not be there before a dump that has them, nor before their schema. */
static enum engine_access access_of(const struct setup *setup, bool before_dump)
{
    return before_dump && setup->dump.brings_rows                ? ENGINE_BARE
           : setup->context->config.version_table_schema != NULL ? ENGINE_EARLY
                                                                 : ENGINE_WRITES;
}

/* Roles belong to the server: the set-up of another database may have made one meanwhile. */
static bool was_made_meanwhile(const struct error *error)
{
    return strcmp(error->sqlstate, "42710") == 0 || strcmp(error->sqlstate, "23505") == 0;
}

/* Before a dump is loaded: without what it makes by itself. */
static bool make_objects(struct setup *setup, bool before_dump, struct error *error)
{
    if (setup->wanted == NULL || strcmp(setup->database.driver->name, "postgresql") != 0) {
        return true;
    }
    enum engine_access access = access_of(setup, before_dump);
    json_t *options = object_options(setup);
    if (before_dump) {
        const struct dump_file *dump = &setup->dump;
        leave_out(dump, &dump->schemas, json_object_get(options, "schemas"));
        leave_out(dump, &dump->extensions, json_object_get(options, "extensions"));
    }
    struct host_command command = {.name = "setup", .options = options};
    bool done = run_as_self(setup, &command, access, error);
    for (int i = 0; !done && i < MORE_ATTEMPTS && was_made_meanwhile(error); i++) {
        error_free(error);
        host_command_free(&command);
        command = (struct host_command){.name = "setup", .options = options};
        done = run_as_self(setup, &command, access, error);
    }
    for (size_t i = 0; done && i < json_array_size(command.value); i++) {
        note(setup, string_format("%s", json_string_value(json_array_get(command.value, i))));
    }
    host_command_free(&command);
    json_decref(options);
    return done;
}

static bool load_files(struct setup *setup, struct error *error)
{
    size_t count = 0;
    bool done = engine_setup_files(setup->engine, &count, error);
    if (done && count > 0) {
        note(setup, string_format("%zu SQL %s run", count, count == 1 ? "file" : "files"));
    }
    return done;
}

static bool stamp(struct setup *setup, const struct list *targets, struct error *error)
{
    struct row_change change = {0};
    struct text rows = {0};
    bool done = engine_stamp(setup->engine, targets, false, &change, error);
    if (done) {
        describe_rows(&change.added, &rows);
        note(setup, string_format("stamped %s", text_string(&rows)));
    }
    row_change_free(&change);
    text_free(&rows);
    return done;
}

/* As who connects, when it says to whom things belong. */
static bool run_dump(struct setup *setup, struct error *error)
{
    struct context *context = setup->context;
    char *role = context->config.role;
    bool as_self = role != NULL && setup->dump.owners;
    bool loaded = false;
    forget_engine(setup, as_self);
    context->config.role = as_self ? NULL : role;
    struct engine *engine = context_engine(context, false, error);
    bool done = engine != NULL && engine_load(engine, setup->dump.name, &setup->dump.text,
                                              LOAD_ONCE, &loaded, error);
    context->config.role = role;
    forget_engine(setup, as_self);
    setup->engine = done ? context_engine(context, false, error) : NULL;
    if (loaded) {
        note(setup, string_format("%s loaded", setup->dump.name));
    }
    return setup->engine != NULL;
}

/* In a database at base. The target is looked at before the file is run. */
static bool load_dump(struct setup *setup, struct error *error)
{
    struct list rows = {0};
    struct list targets = {0};
    struct row_change change = {0};
    const char *target = option_string(setup->context, "stamp");
    list_add(&targets, target == NULL ? "heads" : target);
    bool done = engine_rows(setup->engine, &rows, error);
    if (done && rows.count == 0) {
        done = plan_stamp(&setup->context->graph, &rows, &targets, false, &change, error) &&
               run_dump(setup, error) && make_objects(setup, false, error);
        list_clear(&rows);
        setup->engine = done ? context_engine(setup->context, false, error) : NULL;
        /* A dump with neap's own rows says by itself where it is. */
        done = setup->engine != NULL && engine_rows(setup->engine, &rows, error) &&
               (rows.count > 0 || stamp(setup, &targets, error));
    }
    row_change_free(&change);
    list_free(&rows);
    list_free(&targets);
    return done;
}

static bool upgrade(struct setup *setup, struct error *error)
{
    struct engine_run run = {.target = "heads"};
    bool done = setup->context->graph.count == 0 || engine_upgrade(setup->engine, &run, error);
    progress_end(&setup->context->progress);
    setup->revisions = run.steps_done;
    if (run.steps_done > 0) {
        note(setup, string_format("%zu %s applied", run.steps_done,
                                  run.steps_done == 1 ? "revision" : "revisions"));
    }
    if (run.repeatable.count > 0) {
        note(setup, string_format("%zu repeatable %s run", run.repeatable.count,
                                  run.repeatable.count == 1 ? "file" : "files"));
    }
    plan_free(&run.plan);
    list_free(&run.repeatable);
    return done;
}

/* As `neap permissions --fix` does. */
static bool fix_permissions(struct setup *setup, struct error *error)
{
    if (setup->context->config.permissions == NULL) {
        return true;
    }
    json_t *options = json_object();
    json_object_set_new(options, "fix", json_true());
    json_object_set_new(options, "optional", json_true());
    struct host_command command = {.name = "permissions", .options = options};
    bool done = engine_command(setup->engine, &command, ENGINE_WRITES, error);
    size_t count = json_array_size(json_object_get(command.document, "differing"));
    if (done && count > 0) {
        note(setup, string_format("permissions of %zu %s set", count,
                                  count == 1 ? "object" : "objects"));
    }
    host_command_free(&command);
    json_decref(options);
    return done;
}

static json_t *own_tables(const struct config *config)
{
    const char *const names[] = {
        config->version_table, config->history_table, "neap_source",          "neap_journal",
        "neap_loaded",         "neap_definition",     "neap_definition_text", "neap_ddl"};
    json_t *array = json_array();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i] != NULL) {
            json_array_append_new(array, json_text(names[i]));
        }
    }
    return array;
}

static bool unlog(struct setup *setup, struct error *error)
{
    if (!option_flag(setup->context, "unlogged") ||
        strcmp(setup->database.driver->name, "postgresql") != 0) {
        return true;
    }
    json_t *options = json_object();
    json_object_set_new(options, "own", own_tables(&setup->context->config));
    struct host_command command = {.name = "unlogged", .options = options};
    bool done = run_as_self(setup, &command, ENGINE_WRITES, error);
    size_t changed = json_array_size(json_object_get(command.value, "changed"));
    const json_t *left = json_object_get(command.value, "left");
    if (done && changed > 0) {
        note(setup,
             string_format("%zu %s made unlogged", changed, changed == 1 ? "table" : "tables"));
    }
    if (done && json_array_size(left) > 0) {
        struct engine_reporter reporter = progress_reporter(&setup->context->progress);
        char *message = string_format(
            "%zu %s logged, %s among them: a ring of foreign keys, a "
            "partitioned table that refers to them, or a publication",
            json_array_size(left), json_array_size(left) == 1 ? "table stays" : "tables stay",
            json_string_value(json_array_get(left, 0)));
        reporter.warning(reporter.data, message);
        mem_free(message);
    }
    host_command_free(&command);
    json_decref(options);
    return done;
}

/* --- the whole --- */

static bool look_at_dump(struct setup *setup, const char *path, struct error *error)
{
    setup->has_dump = path != NULL;
    return path == NULL ||
           dump_file_read(path, sql_dialect_named(setup->database.driver->name),
                          setup->context->config.version_table, &setup->dump, error);
}

static bool can_read(const struct setup *setup, const struct list *directories,
                     struct error *error)
{
    struct sql_tree tree = {0};
    bool done = sql_tree_read(&setup->context->config, directories, &tree, error);
    sql_tree_free(&tree);
    return done;
}

/* All that can be wrong without a look at the database, before anything is made. */
static bool check_files(struct setup *setup, const char *dump, struct error *error)
{
    const struct config *config = &setup->context->config;
    return look_at_dump(setup, dump, error) &&
           (dump != NULL || can_read(setup, &config->setup_load, error)) &&
           can_read(setup, &config->repeatable, error) && check_objects(setup, error) &&
           context_graph(setup->context, error) != NULL;
}

static bool run_stages(struct setup *setup, struct error *error)
{
    struct context *context = setup->context;
    const char *dump = option_string(context, "from-dump");
    if (!check_files(setup, dump, error) || !make_database(setup, error)) {
        return false;
    }
    if (!make_objects(setup, setup->has_dump, error)) {
        return false;
    }
    setup->engine = context_engine(context, false, error);
    return setup->engine != NULL &&
           (setup->has_dump ? load_dump(setup, error) : load_files(setup, error)) &&
           upgrade(setup, error) && fix_permissions(setup, error) && unlog(setup, error);
}

static void tell_done(const struct setup *setup, struct error *error)
{
    if (setup->done.count > 0) {
        struct text done = {0};
        list_join(&setup->done, ", ", &done);
        text_format(&error->outcome, "%sDone before that: %s. Run `neap setup` again to go on.",
                    error->outcome.length > 0 ? "\n" : "", text_string(&done));
        text_free(&done);
    }
}

static void report(const struct setup *setup, const struct list *rows)
{
    if (setup->context->output.json) {
        json_t *object = json_object();
        json_object_set_new(object, "event", json_text("summary"));
        json_object_set_new(object, "database", json_text(setup->database.name));
        json_object_set_new(object, "done", json_text_list(&setup->done));
        json_object_set_new(object, "revisions", json_integer((json_int_t)setup->revisions));
        json_object_set_new(object, "current", json_text_list(rows));
        output_json_line(object);
    } else if (!setup->context->output.quiet) {
        struct text where = {0};
        describe_rows(rows, &where);
        output_line("%s %s is set up, at %s.",
                    setup->done.count == 0 ? "Nothing to do:" : "Done:", setup->database.name,
                    text_string(&where));
        text_free(&where);
    }
}

static bool run(struct context *context, struct error *error)
{
    struct setup setup = {.context = context};
    struct list rows = {0};
    if (option_string(context, "stamp") != NULL &&
        option_string(context, "from-dump") == NULL) {
        return error_set(error, ERROR_USAGE, "--stamp says where the dump of --from-dump is");
    }
    bool done = database_find(context, &setup.database, error) &&
                (!option_flag(context, "unlogged") ||
                 database_unprotected(context, "setup --unlogged", error));
    if (done && context->config.setup != NULL) {
        setup.wanted = json_loads(context->config.setup, 0, NULL);
    }
    done = done && run_stages(&setup, error) && context_engine(context, false, error) != NULL &&
           engine_rows(context->engine, &rows, error);
    progress_end(&context->progress);
    if (done) {
        report(&setup, &rows);
    } else {
        tell_done(&setup, error);
    }
    json_decref(setup.wanted);
    list_free(&setup.done);
    dump_file_free(&setup.dump);
    list_free(&rows);
    database_free(&setup.database);
    return done;
}

static const struct option_entry options[] = {
    {"from-dump", 0, OPTION_STRING, "FILE", NULL,
     "load this schema dump instead of running the revisions that it stands for"},
    {"stamp", 0, OPTION_STRING, "TARGET", NULL, "the revision of the dump (default: heads)"},
    {"unlogged", 0, OPTION_FLAG, NULL, NULL,
     "make all tables UNLOGGED: faster, and empty after a crash; for tests (PostgreSQL)"},
    {"wait", 0, OPTION_DURATION, "DURATION", NULL,
     "how long to wait for another run: 2, 30s, 1m (default: 60s)"},
    {0},
};

const struct command_entry command_setup = {
    .name = "setup",
    .arguments = "",
    .summary = "Make the database, and all that belongs into it.",
    .description =
        "From an empty server to a running database: creates the database; on PostgreSQL the "
        "roles, schemas and extensions of `setup` in neap.lua; runs its SQL files; applies all "
        "revisions (or loads a schema dump, stamps it, and applies the rest); runs the "
        "repeatable objects; gives every object the owner and grants of the policy in "
        "neap.lua, "
        "as `neap permissions --fix` does. What is there already is left as it is, so it can "
        "be run again at "
        "any time, and goes on after a failure.",
    .example =
        "neap setup\nneap -u postgresql://localhost/app_test setup --unlogged\nneap setup "
        "--from-dump schema.sql --stamp 1f2e",
    .options = options,
    .run = run,
};
