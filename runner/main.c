/* main.c - argv -> command -> exit status. The only place where an outcome becomes a status. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "cli/context.h"
#include "cli/error.h"
#include "cli/help.h"
#include "host/host.h"

/* What needs no command: --version, -h, nothing at all. */
static bool run_without_command(const struct context *context, bool *done)
{
    struct text text = {0};
    bool version = option_flag(context, "version");
    const struct command_entry *command = context->line.command;
    *done = true;
    if (version) {
        text_format(&text, "neap %s\n", neap_version());
    } else if (command == NULL) {
        help_overview(&text);
    } else if (option_flag(context, "help")) {
        help_command(command, &text);
    } else {
        *done = false;
    }
    output_text(&text);
    text_free(&text);
    /* Nothing was asked: help is the answer, and a script that lost its command fails. */
    return version || command != NULL || option_flag(context, "help");
}

static bool run_command(struct context *context, struct error *error)
{
    return command_line_check(&context->line, error) &&
           context->line.command->run(context, error);
}

static int run(struct context *context, int argc, char **argv)
{
    struct error error = {0};
    bool done = false;
    context->output.json = command_line_wants_json(argc, argv);
    output_choose_colors(&context->output, NULL);
    context->progress.output = &context->output;
    if (command_line_parse(&context->line, argc, argv, &error) &&
        context_start(context, &error)) {
        bool asked = run_without_command(context, &done);
        if (done) {
            context->status = asked ? 0 : 2;
        } else {
            (void)run_command(context, &error);
        }
    }
    if (error.kind == ERROR_NONE) {
        (void)output_finish(&error);
    }
    int status = error.kind == ERROR_NONE ? context->status : error_status(&error);
    progress_end(&context->progress);
    if (error.kind != ERROR_NONE && !context->silent) {
        error_print(&context->output, &error);
    }
    error_free(&error);
    return status;
}

/* Before anything of neap's is set up: a spec sets its own. */
static int run_lua(const char *path, int argc, char **argv)
{
    struct error error = {0};
    if (host_run_file(path, argc, argv, &error)) {
        return 0;
    }
    const int status = error_status(&error);
    (void)fprintf(stderr, "neap lua: %s\n", text_string(&error.message));
    error_free(&error);
    return status;
}

int main(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "lua") == 0) {
        return run_lua(argv[2], argc - 3, argv + 3);
    }
    output_prepare();
    interrupt_install();
    struct context context = {0};
    int status = run(&context, argc, argv);
    context_free(&context);
    return status;
}
