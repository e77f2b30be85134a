#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/nearest.h"
#include "commands/commands.h"
#include "host/embedded.h"

/* The templates are Lua files that return their text in a long bracket, so that they are
 * embedded, formatted and checked as all Lua here is. */
static const char opening[] = "[==[\n";
static const char closing[] = "]==]";

static bool template_text(const char *name, struct text *text)
{
    char *module_name = string_format("neap.templates.%s", name);
    const struct embedded_module *module = embedded_find(module_name);
    mem_free(module_name);
    const char *start = module == NULL ? NULL : strstr(module->text, opening);
    const char *end = start == NULL ? NULL : strstr(start, closing);
    if (end == NULL) {
        return false;
    }
    start += sizeof opening - 1;
    text_append(text, start, (size_t)(end - start));
    return true;
}

/* What neap.lua's first lines speak of: passwords, and a database of one's own with its
 * journals.
 */
static const char ignored[] = ".env\n*.db\n*.db-journal\n*.db-shm\n*.db-wal\n";

struct layout {
    const char *directory;
    struct list created, kept; /* paths */
};

static bool lay_file(struct layout *layout, const char *name, const struct text *text,
                     struct error *error)
{
    char *path = path_join(layout->directory, name);
    bool done = true;
    if (file_exists(path) || directory_exists(path)) {
        list_add(&layout->kept, path);
    } else {
        done = file_create(path, text_string(text), text->length, error);
        if (done) {
            list_add(&layout->created, path);
        }
    }
    mem_free(path);
    return done;
}

/* With a file in it, since git does not keep empty directories. */
static bool lay_directory(struct layout *layout, const char *name, struct error *error)
{
    char *path = path_join(layout->directory, name);
    bool done = true;
    if (directory_exists(path)) {
        list_add(&layout->kept, path);
    } else {
        char *keep = path_join(path, ".gitkeep");
        done = directory_create(path, error) && file_create(keep, "", 0, error);
        mem_free(keep);
        if (done) {
            list_add(&layout->created, path);
        }
    }
    mem_free(path);
    return done;
}

static bool lay_out(struct layout *layout, const char *template, struct error *error)
{
    static const char *const directories[] = {"migrations", "helpers", "sql"};
    struct text config = {0};
    struct text makefile = {0};
    char *name = string_format("init_%s", template);
    bool done = template_text(name, &config) && template_text("makefile", &makefile);
    mem_free(name);
    if (!done) {
        error_set(error, ERROR_FAILED, "the template %s is not in this binary", template);
    }
    done = done && directory_create(layout->directory, error) &&
           lay_file(layout, "neap.lua", &config, error);
    for (size_t i = 0; done && i < sizeof directories / sizeof directories[0]; i++) {
        done = lay_directory(layout, directories[i], error);
    }
    struct text gitignore = {0};
    text_add(&gitignore, ignored);
    done = done && lay_file(layout, "neap.mk", &makefile, error) &&
           lay_file(layout, ".gitignore", &gitignore, error);
    text_free(&gitignore);
    text_free(&config);
    text_free(&makefile);
    return done;
}

static void print_layout(const struct context *context, const struct layout *layout)
{
    if (context->output.json) {
        json_t *object = json_object();
        json_object_set_new(object, "created", json_text_list(&layout->created));
        json_object_set_new(object, "kept", json_text_list(&layout->kept));
        output_json(object);
        return;
    }
    for (size_t i = 0; i < layout->created.count; i++) {
        output_line("created %s", layout->created.items[i]);
    }
    for (size_t i = 0; i < layout->kept.count; i++) {
        output_line("kept %s", layout->kept.items[i]);
    }
}

static bool run(struct context *context, struct error *error)
{
    const char *directory = context_argument(context, 0);
    const char *template = option_string(context, "template");
    struct layout layout = {.directory = directory == NULL ? "." : directory};
    if (layout.directory[0] == '\0') {
        return error_set(error, ERROR_USAGE, "DIR is empty");
    }
    bool done = lay_out(&layout, template == NULL ? "generic" : template, error);
    if (done) {
        print_layout(context, &layout);
    }
    list_free(&layout.created);
    list_free(&layout.kept);
    return done;
}

static const struct option_entry options[] = {
    {"template", 0, OPTION_CHOICE, "T", "generic|sqlite|postgresql|alembic",
     "what neap.lua begins with; alembic takes an alembic_version table over"},
    {0},
};

const struct command_entry command_init = {
    .name = "init",
    .arguments = "[DIR]",
    .summary = "Lay out a project: neap.lua, migrations/, helpers/, sql/, neap.mk, .gitignore.",
    .description =
        "What exists is kept as it is, so init may run again, in a fresh clone that "
        "lacks an empty directory for instance. neap.mk is a Makefile fragment: "
        "`include neap.mk` gives the targets db-upgrade, db-downgrade, db-status ... "
        ".gitignore keeps .env, where passwords may be, and databases of SQLite out of the "
        "version control. "
        "For editors that run LuaLS, share/neap/library beside neap's bin/ describes op: "
        "add it to workspace.library.",
    .example = "neap init\nneap init database --template postgresql",
    .options = options,
    .max_arguments = 1,
    .run = run,
};
