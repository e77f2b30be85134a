/* `neap help op NAME`: the comment above a directive in the embedded Lua is its manual. */
#include <ctype.h>
#include <string.h>

#include "base/list.h"
#include "cli/help.h"
#include "cli/nearest.h"
#include "host/embedded.h"

/* A line "function tables.add_column(table_name, column)": the name and the parameters. */
struct directive {
    const char *name, *parameters; /* not NUL-terminated */
    size_t name_length, parameters_length;
};

static bool read_directive(const char *line, struct directive *directive)
{
    static const char keyword[] = "function ";
    if (strncmp(line, keyword, sizeof keyword - 1) != 0) {
        return false;
    }
    const char *owner = line + sizeof keyword - 1;
    const char *dot = owner + strspn(owner, "abcdefghijklmnopqrstuvwxyz_");
    if (dot == owner || *dot != '.') {
        return false;
    }
    directive->name = dot + 1;
    directive->name_length = strspn(dot + 1, "abcdefghijklmnopqrstuvwxyz_");
    directive->parameters = directive->name + directive->name_length;
    const char *end = strchr(directive->parameters, ')');
    directive->parameters_length = end == NULL ? 0 : (size_t)(end + 1 - directive->parameters);
    return directive->name_length > 0 && *directive->parameters == '(' && end != NULL;
}

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end == NULL ? line + strlen(line) : end + 1;
}

static void add_manual(struct text *text, const char *from, const char *to)
{
    bool values = false;
    for (const char *line = from; line < to; line = next_line(line)) {
        const char *words = line + 3;
        const char *end = next_line(line);
        bool value = strncmp(words, "@param ", 7) == 0 || strncmp(words, "@return ", 8) == 0;
        if (value && !values) {
            text_add_char(text, '\n');
            values = true;
        }
        if (value) {
            text_add(text, words[1] == 'p' ? "  " : "  returns ");
            words = strchr(words, ' ') + 1;
        } else if (words[0] == ' ' && words[1] != ' ') {
            words++; /* "--- like this"; an indented example keeps its blanks */
        }
        text_append(text, words, words < end ? (size_t)(end - words) : 0);
    }
}

/* Functions that a revision calls show a call in their comment; the others are our own. */
static bool is_manual(const struct directive *directive, const char *comment, const char *end)
{
    struct text call = {0};
    text_format(&call, "op.%.*s", (int)directive->name_length, directive->name);
    const char *found = strstr(comment, text_string(&call));
    text_free(&call);
    return found != NULL && found < end;
}

/* Calls found for each documented directive; a comment begins where `---` lines begin. */
static void each_directive(void (*found)(void *data, const struct directive *directive,
                                         const char *comment, const char *end),
                           void *data)
{
    for (size_t i = 0; i < embedded_module_count; i++) {
        const struct embedded_module *module = &embedded_modules[i];
        if (!string_starts_with(module->name, "neap.op.")) {
            continue;
        }
        const char *comment = NULL;
        for (const char *line = module->text; *line != '\0'; line = next_line(line)) {
            struct directive directive;
            if (strncmp(line, "---", 3) == 0) {
                comment = comment == NULL ? line : comment;
                continue;
            }
            if (comment != NULL && read_directive(line, &directive) &&
                is_manual(&directive, comment, line)) {
                found(data, &directive, comment, line);
            }
            comment = NULL;
        }
    }
}

struct search {
    const char *name;
    struct text *text;
    struct list names;
    bool found;
};

static void compare_directive(void *data, const struct directive *directive,
                              const char *comment, const char *end)
{
    struct search *search = data;
    list_add_bytes(&search->names, directive->name, directive->name_length);
    if (search->name != NULL && strlen(search->name) == directive->name_length &&
        strncmp(search->name, directive->name, directive->name_length) == 0) {
        text_format(search->text, "op.%s%.*s\n\n", search->name,
                    (int)directive->parameters_length, directive->parameters);
        add_manual(search->text, comment, end);
        search->found = true;
    }
}

bool help_op(const char *name, struct text *text, struct error *error)
{
    const char *bare = string_starts_with(name, "op.") ? name + 3 : name;
    struct search search = {.name = bare, .text = text};
    each_directive(compare_directive, &search);
    if (!search.found) {
        struct nearest nearest = {.word = bare};
        for (size_t i = 0; i < search.names.count; i++) {
            nearest_offer(&nearest, search.names.items[i]);
        }
        error_set(error, ERROR_USAGE, "there is no op.%s", bare);
        if (nearest.best != NULL) {
            error_advise(error, "Did you mean `neap help op %s`?", nearest.best);
        } else {
            error_advise(error, "`neap help op` lists the directives.");
        }
    }
    list_free(&search.names);
    return search.found;
}

void help_op_list(struct text *text)
{
    struct search search = {.text = text};
    each_directive(compare_directive, &search);
    list_sort(&search.names);
    text_add(text, "Directives of op (`neap help op NAME` explains one):\n");
    for (size_t i = 0; i < search.names.count; i++) {
        text_format(text, "  %s\n", search.names.items[i]);
    }
    list_free(&search.names);
}
