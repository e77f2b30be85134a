#include <string.h>

#include "cli/help.h"
#include "commands/commands.h"

/* The nearest match is that of the command line: `neap help upgade` is wrong in the same way
 * as `neap upgade`. */
static bool help_for(const char *name, struct text *text, struct error *error)
{
    const struct command_entry *command = command_find(name);
    if (command == NULL) {
        char *argv[] = {"neap", (char *)name, NULL};
        struct command_line line = {0};
        (void)command_line_parse(&line, 2, argv, error);
        command_line_free(&line);
        return error_set(error, ERROR_USAGE, "there is no command \"%s\"", name);
    }
    help_command(command, text);
    return true;
}

static bool run(struct context *context, struct error *error)
{
    const char *topic = context_argument(context, 0);
    const char *name = context_argument(context, 1);
    struct text text = {0};
    bool done = true;
    if (topic == NULL) {
        help_overview(&text);
    } else if (strcmp(topic, "op") == 0 && name == NULL) {
        help_op_list(&text);
    } else if (strcmp(topic, "op") == 0) {
        done = help_op(name, &text, error);
    } else if (name != NULL) {
        done = error_set(error, ERROR_USAGE, "help explains one command at a time");
    } else {
        done = help_for(topic, &text, error);
    }
    if (done && context->output.json) {
        json_t *object = json_object();
        json_object_set_new(object, "help", json_text(text_string(&text)));
        output_json(object);
    } else if (done) {
        output_text(&text);
    }
    text_free(&text);
    return done;
}

const struct command_entry command_help = {
    .name = "help",
    .arguments = "[COMMAND | op [NAME]]",
    .summary = "Explain neap, a command, or a directive of op.",
    .example = "neap help\nneap help upgrade\nneap help op add_column",
    .max_arguments = 2,
    .run = run,
};
