#include "cli/options.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "cli/nearest.h"

const struct option_entry global_options[] = {
    {"config", 'c', OPTION_STRING, "FILE", NULL,
     "the configuration (default: $NEAP_CONFIG, or neap.lua here or in the nearest parent)"},
    {"env", 'e', OPTION_STRING, "NAME", NULL,
     "the entry of `environments` in neap.lua (default: $NEAP_ENV)"},
    {"url", 'u', OPTION_STRING, "URL", NULL,
     "the database (default: $NEAP_URL, neap.lua, $DATABASE_URL)"},
    {"directory", 'C', OPTION_LIST, "DIR", NULL, "as if started in DIR"},
    {"x", 'x', OPTION_LIST, "KEY=VALUE", NULL,
     "a value for neap.x; may be given several times"},
    {"dialect", 0, OPTION_CHOICE, "NAME", "postgresql|sqlite",
     "the database's kind, for --sql without a URL"},
    {"format", 0, OPTION_CHOICE, "FORMAT", "text|json",
     "how results, messages and errors are written"},
    {"color", 0, OPTION_CHOICE, "WHEN", "auto|always|never",
     "colours (auto: on a terminal, unless $NO_COLOR is set)"},
    {"quiet", 'q', OPTION_FLAG, NULL, NULL, "results, warnings and errors only"},
    {"verbose", 'v', OPTION_FLAG, NULL, NULL, "more: all notices of the server, long listings"},
    {"help", 'h', OPTION_FLAG, NULL, NULL, "explain the command, with an example"},
    {"version", 0, OPTION_FLAG, NULL, NULL, "print neap's version"},
    {0},
};

const struct command_entry *command_find(const char *name)
{
    for (size_t i = 0; command_table[i] != NULL; i++) {
        if (strcmp(command_table[i]->name, name) == 0) {
            return command_table[i];
        }
    }
    return NULL;
}

/* --- the tables of this command line --- */

static void add_options(struct command_line *line, const struct option_entry *entries)
{
    size_t count = 0;
    while (entries != NULL && entries[count].name != NULL) {
        count++;
    }
    line->options =
        mem_resize(line->options, (line->option_count + count + 1) * sizeof *line->options);
    for (size_t i = 0; i < count; i++) {
        line->options[line->option_count++] = (struct option_values){.entry = &entries[i]};
    }
}

/* The command's own entry comes before a global one of the same name. */
static struct option_values *find_name(const struct command_line *line, const char *name,
                                       size_t length)
{
    for (size_t i = line->option_count; i > 0; i--) {
        const char *candidate = line->options[i - 1].entry->name;
        if (strlen(candidate) == length && strncmp(candidate, name, length) == 0) {
            return &line->options[i - 1];
        }
    }
    return NULL;
}

static struct option_values *find_letter(const struct command_line *line, char letter)
{
    for (size_t i = line->option_count; i > 0; i--) {
        if (line->options[i - 1].entry->letter == letter) {
            return &line->options[i - 1];
        }
    }
    return NULL;
}

const struct option_values *command_line_option(const struct command_line *line,
                                                const char *name)
{
    return find_name(line, name, strlen(name));
}

/* --- messages --- */

/* A word of the command line for a message; what may hold a password is cut. */
static char *shown(const char *word)
{
    const char *scheme = strstr(word, "://");
    if (scheme != NULL) {
        return string_format("%.*s...", (int)(scheme + 3 - word), word);
    }
    return strstr(word, "password") != NULL ? mem_copy_string("...") : mem_copy_string(word);
}

static char *option_shown(const struct option_entry *entry)
{
    return entry->letter != 0 ? string_format("-%c", entry->letter)
                              : string_format("--%s", entry->name);
}

/* What people type who come from another tool. */
static const char *habit(const char *word)
{
    static const char *const habits[][2] = {
        {"up", "upgrade"},     {"migrate", "upgrade"},    {"apply", "upgrade"},
        {"down", "downgrade"}, {"rollback", "downgrade"}, {"revert", "downgrade"},
        {"new", "revision"},   {"create", "revision"},    {"generate", "revision"},
        {"list", "history"},   {"version", "--version"},  {"pending", "status"},
        {"info", "status"},    {"diff", "check"},         {"audit", "log"},
    };
    for (size_t i = 0; i < sizeof habits / sizeof habits[0]; i++) {
        if (strcmp(word, habits[i][0]) == 0) {
            return habits[i][1];
        }
    }
    return NULL;
}

static bool unknown_command(const char *word, struct error *error)
{
    char *name = shown(word);
    error_set(error, ERROR_USAGE, "there is no command \"%s\"", name);
    mem_free(name);
    struct nearest nearest = {.word = word};
    for (size_t i = 0; command_table[i] != NULL; i++) {
        if (!command_table[i]->hidden) {
            nearest_offer(&nearest, command_table[i]->name);
        }
    }
    const char *best = habit(word);
    best = best != NULL ? best : nearest.best;
    if (best != NULL) {
        return error_advise(error, "Did you mean `neap %s`?", best);
    }
    return error_advise(error, "`neap help` lists the commands.");
}

/* An option of some command, given before the command's name. */
static const struct command_entry *owner_of(const char *name)
{
    for (size_t i = 0; command_table[i] != NULL; i++) {
        const struct option_entry *entries = command_table[i]->options;
        for (size_t j = 0; entries != NULL && entries[j].name != NULL; j++) {
            if (strcmp(entries[j].name, name) == 0) {
                return command_table[i];
            }
        }
    }
    return NULL;
}

static void no_option(const struct command_line *line, const char *dashes, const char *name,
                      struct error *error)
{
    if (line->command == NULL) {
        error_set(error, ERROR_USAGE, "there is no option %s%s", dashes, name);
    } else {
        error_set(error, ERROR_USAGE, "%s has no option %s%s", line->command->name, dashes,
                  name);
    }
}

static bool advise_help(const struct command_line *line, struct error *error)
{
    return line->command == NULL
               ? error_advise(error, "`neap help` lists the options.")
               : error_advise(error, "`neap %s -h` lists the options.", line->command->name);
}

static bool unknown_name(const struct command_line *line, const char *name, size_t length,
                         struct error *error)
{
    char *copy = mem_copy(name, length);
    const struct command_entry *owner = line->command == NULL ? owner_of(copy) : NULL;
    struct nearest nearest = {.word = copy};
    for (size_t i = 0; i < line->option_count; i++) {
        nearest_offer(&nearest, line->options[i].entry->name);
    }
    if (owner != NULL) {
        error_set(error, ERROR_USAGE, "--%s belongs after the command", copy);
        error_advise(error, "Write `neap %s --%s ...`.", owner->name, copy);
    } else {
        no_option(line, "--", copy, error);
        if (nearest.best != NULL) {
            error_advise(error, "Did you mean --%s?", nearest.best);
        } else {
            advise_help(line, error);
        }
    }
    mem_free(copy);
    return false;
}

static bool unknown_letter(const struct command_line *line, char letter, struct error *error)
{
    const char name[] = {letter, '\0'};
    no_option(line, "-", name, error);
    return advise_help(line, error);
}

/* --- values --- */

static bool check_choice(const struct option_entry *entry, const char *value,
                         struct error *error)
{
    struct text expected = {0};
    struct list choices = {0};
    struct nearest nearest = {.word = value};
    bool known = false;
    for (const char *at = entry->choices; *at != '\0';) {
        size_t length = strcspn(at, "|");
        list_add_bytes(&choices, at, length);
        at += length + (at[length] == '|' ? 1 : 0);
    }
    for (size_t i = 0; i < choices.count; i++) {
        known = known || strcmp(choices.items[i], value) == 0;
        nearest_offer(&nearest, choices.items[i]);
        text_format(&expected, "%s%s",
                    i == 0                   ? ""
                    : i + 1 == choices.count ? " or "
                                             : ", ",
                    choices.items[i]);
    }
    if (!known) {
        error_set(error, ERROR_USAGE, "--%s expects %s, not \"%s\"", entry->name,
                  text_string(&expected), value);
        if (nearest.best != NULL) {
            error_advise(error, "Did you mean --%s %s?", entry->name, nearest.best);
        }
    }
    text_free(&expected);
    list_free(&choices);
    return known;
}

static bool parse_number(const char *string, int64_t *number)
{
    if (!isdigit((unsigned char)string[0])) {
        return false;
    }
    char *end = NULL;
    errno = 0;
    long long value = strtoll(string, &end, 10);
    *number = value;
    return errno == 0 && *end == '\0';
}

static bool check_value(const struct option_entry *entry, const char *value,
                        struct error *error)
{
    int64_t number = 0;
    if (entry->type == OPTION_CHOICE) {
        return check_choice(entry, value, error);
    }
    if (entry->type == OPTION_DURATION && duration_parse_ms(value) < 0) {
        return error_set(error, ERROR_USAGE,
                         "--%s expects a duration such as 2, 30s or 1m, not \"%s\"",
                         entry->name, value);
    }
    if (entry->type == OPTION_NUMBER && !parse_number(value, &number)) {
        return error_set(error, ERROR_USAGE, "--%s expects a number, not \"%s\"", entry->name,
                         value);
    }
    return true;
}

/* Keeps the scheme, which tells nothing. SQLite's URLs hold no secrets. */
static void hide_url(char *url)
{
    if (string_starts_with(url, "sqlite:")) {
        return;
    }
    char *scheme = strstr(url, "://");
    for (char *at = scheme == NULL ? url : scheme + 3; *at != '\0'; at++) {
        *at = '*';
    }
}

static bool take_value(struct option_values *option, char *value, struct error *error)
{
    const struct option_entry *entry = option->entry;
    if (!check_value(entry, value, error)) {
        return false;
    }
    if (entry->type != OPTION_LIST) {
        list_clear(&option->values); /* the last one counts */
    }
    list_add(&option->values, value);
    option->count++;
    if (strcmp(entry->name, "url") == 0) {
        hide_url(value);
    }
    return true;
}

/* --- words --- */

struct parser {
    struct command_line *line;
    int argc;
    char **argv;
    int at; /* the word being read */
};

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0' && !isdigit((unsigned char)word[1]);
}

/* `revision -m --autogenerate` has forgotten the message. */
static bool is_known_option(const struct command_line *line, const char *word)
{
    if (string_starts_with(word, "--")) {
        size_t length = strcspn(word + 2, "=");
        return find_name(line, word + 2, length) != NULL;
    }
    return word[0] == '-' && strlen(word) == 2 && find_letter(line, word[1]) != NULL;
}

static bool next_value(struct parser *parser, const struct option_entry *entry, char **value,
                       struct error *error)
{
    char *name = option_shown(entry);
    char *next = parser->at + 1 < parser->argc ? parser->argv[parser->at + 1] : NULL;
    if (next == NULL) {
        error_set(error, ERROR_USAGE, "%s needs a value: %s %s", name, name, entry->value);
    } else if (is_known_option(parser->line, next)) {
        error_set(error, ERROR_USAGE, "%s needs a value before %s: %s %s", name, next, name,
                  entry->value);
        error_advise(error, "If %s is the value, write --%s=%s.", next, entry->name, next);
    } else {
        parser->at++;
        *value = next;
    }
    mem_free(name);
    return *value != NULL;
}

static bool long_option(struct parser *parser, char *word, struct error *error)
{
    size_t length = strcspn(word, "=");
    struct option_values *option = find_name(parser->line, word, length);
    if (option == NULL) {
        return unknown_name(parser->line, word, length, error);
    }
    char *value = word[length] == '=' ? word + length + 1 : NULL;
    if (option->entry->type == OPTION_FLAG) {
        option->count++;
        return value == NULL ||
               error_set(error, ERROR_USAGE, "--%s takes no value", option->entry->name);
    }
    return (value != NULL || next_value(parser, option->entry, &value, error)) &&
           take_value(option, value, error);
}

/* Letters may stand together: -qv, -uURL; and -r=-2: is what Alembic's users write. */
static bool short_options(struct parser *parser, char *word, struct error *error)
{
    for (char *at = word; *at != '\0'; at++) {
        struct option_values *option = find_letter(parser->line, *at);
        if (option == NULL) {
            return unknown_letter(parser->line, *at, error);
        }
        if (option->entry->type != OPTION_FLAG) {
            char *value = at[1] == '=' ? at + 2 : at[1] != '\0' ? at + 1 : NULL;
            return (value != NULL || next_value(parser, option->entry, &value, error)) &&
                   take_value(option, value, error);
        }
        option->count++;
    }
    return true;
}

static bool plain_word(struct command_line *line, const char *word, struct error *error)
{
    if (line->command != NULL) {
        list_add(&line->arguments, word);
        return true;
    }
    line->command = command_find(word);
    if (line->command == NULL) {
        return unknown_command(word, error);
    }
    add_options(line, line->command->options);
    return true;
}

static bool check_globals(const struct command_line *line, struct error *error)
{
    if (command_line_option(line, "quiet")->count > 0 &&
        command_line_option(line, "verbose")->count > 0) {
        return error_set(error, ERROR_USAGE, "-q and -v contradict each other");
    }
    return true;
}

bool command_line_parse(struct command_line *line, int argc, char **argv, struct error *error)
{
    struct parser parser = {.line = line, .argc = argc, .argv = argv, .at = 1};
    bool only_words = false;
    add_options(line, global_options);
    for (; parser.at < argc; parser.at++) {
        char *word = argv[parser.at];
        bool done = true;
        if (!only_words && strcmp(word, "--") == 0) {
            only_words = true;
        } else if (only_words || !is_option(word)) {
            done = plain_word(line, word, error);
        } else if (word[1] == '-') {
            done = long_option(&parser, word + 2, error);
        } else {
            done = short_options(&parser, word + 1, error);
        }
        if (!done) {
            return false;
        }
    }
    return check_globals(line, error);
}

bool command_line_check(const struct command_line *line, struct error *error)
{
    const struct command_entry *command = line->command;
    size_t count = line->arguments.count;
    if (count < (size_t)command->min_arguments) {
        error_set(error, ERROR_USAGE, "%s needs %.*s", command->name,
                  (int)strcspn(command->arguments, "."), command->arguments);
        if (command->missing != NULL) {
            error_advise(error, "%s", command->missing);
        }
        return error_advise(error, "`neap %s -h` explains it.", command->name);
    }
    if (command->max_arguments >= 0 && count > (size_t)command->max_arguments) {
        char *word = shown(line->arguments.items[command->max_arguments]);
        error_set(error, ERROR_USAGE, "%s takes %s%s, so \"%s\" is one argument too many",
                  command->name, command->max_arguments == 0 ? "no arguments" : "",
                  command->max_arguments == 0 ? "" : command->arguments, word);
        mem_free(word);
        return error_advise(error, "`neap %s -h` explains it.", command->name);
    }
    return true;
}

void command_line_free(struct command_line *line)
{
    for (size_t i = 0; i < line->option_count; i++) {
        list_free(&line->options[i].values);
    }
    mem_free(line->options);
    list_free(&line->arguments);
    *line = (struct command_line){0};
}

bool command_line_wants_json(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--format=json") == 0 ||
            (i + 1 < argc && strcmp(argv[i], "--format") == 0 &&
             strcmp(argv[i + 1], "json") == 0)) {
            return true;
        }
    }
    return false;
}
