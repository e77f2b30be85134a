#include "cli/help.h"

#include <string.h>

#include "base/memory.h"

enum { WIDTH = 80, OPTION_COLUMN = 28, COMMAND_COLUMN = 18 };

/* --- layout --- */

static void add_blanks(struct text *text, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text_add_char(text, ' ');
    }
}

/* Words broken at WIDTH; the first line begins at column start, the others at indent. */
static void add_wrapped(struct text *text, const char *words, size_t start, size_t indent)
{
    size_t column = start;
    bool first = true;
    while (*words != '\0') {
        size_t length = strcspn(words, " \n");
        if (!first && column + 1 + length > WIDTH) {
            text_add_char(text, '\n');
            add_blanks(text, indent);
            column = indent;
            first = true;
        }
        if (!first) {
            text_add_char(text, ' ');
            column++;
        }
        text_append(text, words, length);
        column += length;
        first = false;
        words += length;
        if (*words == '\n') {
            text_add_char(text, '\n');
            add_blanks(text, words[1] == '\n' || words[1] == '\0' ? 0 : indent);
            column = indent;
            first = true;
        }
        words += *words != '\0' ? 1 : 0;
    }
    text_add_char(text, '\n');
}

/* "--format FORMAT": the words that are typed. */
static void add_option_words(struct text *text, const struct option_entry *entry)
{
    if (entry->letter != 0) {
        text_format(text, "-%c", entry->letter);
    }
    if (strlen(entry->name) > 1) {
        text_format(text, "%s--%s", entry->letter != 0 ? ", " : "", entry->name);
    }
    if (entry->value != NULL) {
        text_format(text, " %s", entry->value);
    }
}

static void add_option(struct text *text, const struct option_entry *entry)
{
    struct text line = {0};
    text_add(&line, entry->letter != 0 ? "  " : "      ");
    add_option_words(&line, entry);
    if (line.length + 2 > OPTION_COLUMN) {
        text_add_char(&line, '\n');
        add_blanks(&line, OPTION_COLUMN);
    } else {
        add_blanks(&line, OPTION_COLUMN - line.length);
    }
    text_add(text, text_string(&line));
    if (entry->type == OPTION_CHOICE) {
        char *help = string_format("%s: %s", entry->choices, entry->help);
        add_wrapped(text, help, OPTION_COLUMN, OPTION_COLUMN);
        mem_free(help);
    } else {
        add_wrapped(text, entry->help, OPTION_COLUMN, OPTION_COLUMN);
    }
    text_free(&line);
}

static void add_options(struct text *text, const struct option_entry *entries)
{
    for (size_t i = 0; entries != NULL && entries[i].name != NULL; i++) {
        add_option(text, &entries[i]);
    }
}

/* --- text --- */

void help_overview(struct text *text)
{
    text_add(text, "neap: schema migrations in Lua for PostgreSQL and SQLite\n\n"
                   "Usage: neap [OPTIONS] COMMAND [ARGUMENTS]\n\nCommands:\n");
    for (size_t i = 0; command_table[i] != NULL; i++) {
        const struct command_entry *command = command_table[i];
        if (command->hidden) {
            continue;
        }
        text_format(text, "  %-*s", COMMAND_COLUMN - 2, command->name);
        add_wrapped(text, command->summary, COMMAND_COLUMN, COMMAND_COLUMN);
    }
    text_add(text, "\nOptions, before or after the command:\n");
    add_options(text, global_options);
    text_add_char(text, '\n');
    add_wrapped(text,
                "`neap COMMAND -h` explains a command, `neap help op NAME` a directive.\n"
                "Start with `neap init`, `neap revision -m \"create account\"`, "
                "`neap upgrade head`.",
                0, 0);
}

static void add_usage(struct text *text, const struct command_entry *command)
{
    text_format(text, "Usage: neap %s", command->name);
    if (command->arguments != NULL && command->arguments[0] != '\0') {
        text_format(text, " %s", command->arguments);
    }
    text_add(text, command->options == NULL ? "\n" : " [OPTIONS]\n");
}

/* Every line of lines behind blanks. */
static void add_indented(struct text *text, const char *lines)
{
    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");
        text_format(text, "  %.*s\n", (int)length, lines);
        lines += length + (lines[length] == '\n' ? 1 : 0);
    }
}

void help_command(const struct command_entry *command, struct text *text)
{
    add_usage(text, command);
    text_add_char(text, '\n');
    add_wrapped(text, command->summary, 0, 0);
    if (command->description != NULL) {
        text_add_char(text, '\n');
        add_wrapped(text, command->description, 0, 0);
    }
    if (command->options != NULL) {
        text_add(text, "\nOptions:\n");
        add_options(text, command->options);
    }
    text_add(text, "\nThe options of every command (-c -e -u -C -x -q -v --format --color "
                   "--dialect):\nsee `neap help`.\n\nExample:\n");
    add_indented(text, command->example);
}

/* --- the man page --- */

/* roff reads a minus as a hyphen, a backslash as an escape, and a dot or quote at the start of
 * a line as a request. Sources: groff_char(7), man-pages(7). */
static void add_roff(struct text *text, const char *string)
{
    bool line_start = text->length == 0 || text->data[text->length - 1] == '\n';
    for (; *string != '\0'; string++) {
        if (line_start && (*string == '.' || *string == '\'')) {
            text_add(text, "\\&");
        }
        line_start = *string == '\n';
        if (*string == '-') {
            text_add(text, "\\-");
        } else if (*string == '\\') {
            text_add(text, "\\e");
        } else {
            text_add_char(text, *string);
        }
    }
}

static void add_roff_options(struct text *text, const struct option_entry *entries)
{
    for (size_t i = 0; entries != NULL && entries[i].name != NULL; i++) {
        struct text words = {0};
        add_option_words(&words, &entries[i]);
        text_add(text, ".TP\n.B ");
        add_roff(text, text_string(&words));
        text_add_char(text, '\n');
        if (entries[i].type == OPTION_CHOICE) {
            add_roff(text, entries[i].choices);
            text_add(text, ": ");
        }
        add_roff(text, entries[i].help);
        text_add_char(text, '\n');
        text_free(&words);
    }
}

/* An empty line is a paragraph. */
static void add_roff_paragraphs(struct text *text, const char *paragraphs)
{
    for (const char *at = paragraphs; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        char *line = mem_copy(at, length);
        if (length == 0) {
            text_add(text, ".PP\n");
        } else {
            add_roff(text, line);
            text_add_char(text, '\n');
        }
        mem_free(line);
        at += length + (at[length] == '\n' ? 1 : 0);
    }
}

static void add_roff_command(struct text *text, const struct command_entry *command)
{
    text_add(text, ".SS \"");
    add_roff(text, command->name);
    if (command->arguments != NULL && command->arguments[0] != '\0') {
        text_add_char(text, ' ');
        add_roff(text, command->arguments);
    }
    text_add(text, "\"\n");
    add_roff_paragraphs(text, command->summary);
    if (command->description != NULL) {
        text_add(text, ".PP\n");
        add_roff_paragraphs(text, command->description);
    }
    add_roff_options(text, command->options);
    text_add(text, ".PP\nExample:\n.PP\n.nf\n.RS\n");
    add_roff_paragraphs(text, command->example);
    text_add(text, ".RE\n.fi\n");
}

static const char man_identifiers[] =
    ".SH REVISION IDENTIFIERS\n"
    ".TP\n.B ae1027a6acf, ae10\nan id, or the beginning of one\n"
    ".TP\n.B head, heads\nthe single head; all of them\n"
    ".TP\n.B base\nbefore the first revision\n"
    ".TP\n.B current\nwhat the database is at (history, merge, show, edit)\n"
    ".TP\n.B +2, \\-1\nrelative to the database's revision\n"
    ".TP\n.B ae10+2, head\\-1\nrelative to a revision\n"
    ".TP\n.B LABEL, LABEL@head, LABEL@base, LABEL@\\-1, ae10@head\n"
    "a branch label, and positions in its lineage\n"
    ".TP\n.B a:b, a:, :b\nranges, for history and for \\-\\-sql\n";

static const char man_statuses[] =
    ".SH EXIT STATUS\n"
    ".TP\n.B 0\ndone\n"
    ".TP\n.B 1\nfailed; nothing half\\-done is left without being said\n"
    ".TP\n.B 2\nusage, configuration, or revision files are wrong\n"
    ".TP\n.B 3\nthere is something to do (status, current \\-\\-check\\-heads)\n"
    ".TP\n.B 4\nthe lock, or a lock timeout, was not got\n"
    ".TP\n.B 5\nthe database cannot be reached\n"
    ".TP\n.B 6\ndatabase and checkout disagree: an unknown revision, a revision edited after "
    "applying; goes before 3\n"
    ".TP\n.B 130, 143\ninterrupted by SIGINT or SIGTERM, after a clean rollback\n";

static const char man_environment[] =
    ".SH ENVIRONMENT\n"
    ".TP\n.B NEAP_URL\nthe database; goes before neap.lua\n"
    ".TP\n.B NEAP_CONFIG\nthe configuration file\n"
    ".TP\n.B NEAP_ENV\nthe entry of environments in neap.lua\n"
    ".TP\n.B DATABASE_URL\nthe database, when neap.lua gives no url\n"
    ".TP\n.B VISUAL, EDITOR\nthe editor for edit and \\-\\-edit\n"
    ".TP\n.B NO_COLOR\nno colours, unless \\-\\-color always\n"
    ".PP\nA file .env beside neap.lua is read too; the real environment goes before it.\n"
    ".SH FILES\n"
    ".TP\n.B neap.lua\nthe configuration\n"
    ".TP\n.B migrations/, helpers/, sql/\nrevisions, the user's Lua modules, SQL files\n"
    ".SH SEE ALSO\npsql(1), sqlite3(1), lua(1)\n";

void help_man_page(struct text *text)
{
    text_add(text,
             ".TH NEAP 1 \"\" \"neap\" \"User Commands\"\n.SH NAME\n"
             "neap \\- schema migrations in Lua for PostgreSQL and SQLite\n.SH SYNOPSIS\n"
             ".B neap\n.RI [ OPTIONS ]\n.I COMMAND\n.RI [ ARGUMENTS ]\n.SH DESCRIPTION\n"
             "neap runs schema migrations. Each migration is a revision: one Lua file with "
             "an id,\n.BR upgrade ()\nand\n.BR downgrade ().\n"
             "The result of a command goes to standard output, everything else to "
             "standard error.\n.SH OPTIONS\nBefore or after the command:\n");
    add_roff_options(text, global_options);
    text_add(text, ".SH COMMANDS\n");
    for (size_t i = 0; command_table[i] != NULL; i++) {
        if (!command_table[i]->hidden) {
            add_roff_command(text, command_table[i]);
        }
    }
    text_add(text, man_identifiers);
    text_add(text, man_statuses);
    text_add(text, man_environment);
}
