/* `neap help op NAME`: the comment above a directive in the embedded Lua is its manual. */
#include <string.h>

#include "base/list.h"
#include "cli/directives.h"
#include "cli/help.h"
#include "cli/nearest.h"

static void add_manual(struct text *text, const struct directive *directive)
{
    bool values = false;
    for (const char *line = directive->comment; line < directive->end;
         line = directive_next_line(line)) {
        const char *words = line + 3;
        const char *end = directive_next_line(line);
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

struct search {
    const char *name;
    struct text *text;
    struct list names;
    const char *group;
    bool found;
};

static void compare_directive(void *data, const struct directive *directive)
{
    struct search *search = data;
    list_add_bytes(&search->names, directive->name, directive->name_length);
    if (strlen(search->name) == directive->name_length &&
        strncmp(search->name, directive->name, directive->name_length) == 0) {
        text_format(search->text, "op.%s(", search->name);
        directive_parameters(directive, search->text);
        text_add(search->text, ")\n\n");
        add_manual(search->text, directive);
        search->found = true;
    }
}

bool help_op(const char *name, struct text *text, struct error *error)
{
    const char *bare = string_starts_with(name, "op.") ? name + 3 : name;
    struct search search = {.name = bare, .text = text};
    directives_each(compare_directive, &search);
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

static void list_directive(void *data, const struct directive *directive)
{
    struct search *search = data;
    if (search->group != directive->group) {
        text_format(search->text, "\n%s:\n", directive->group);
        search->group = directive->group;
    }
    text_format(search->text, "  %.*s\n", (int)directive->name_length, directive->name);
}

void help_op_list(struct text *text)
{
    struct search search = {.text = text};
    text_add(text, "Directives of op (`neap help op NAME` explains one)\n");
    directives_each(list_directive, &search);
}
