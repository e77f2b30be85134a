#include "cli/help.h"
#include "commands/commands.h"

static bool run(struct context *context, struct error *error)
{
    struct text text = {0};
    (void)context;
    (void)error;
    help_man_page(&text);
    output_text(&text);
    text_free(&text);
    return true;
}

const struct command_entry command_man = {
    .name = "man",
    .arguments = "",
    .summary = "Print the man page, as roff: docs/neap.1 is made with it.",
    .example = "neap man > docs/neap.1",
    .run = run,
    .hidden = true,
};
