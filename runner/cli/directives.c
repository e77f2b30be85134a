#include "cli/directives.h"

#include <string.h>

#include "base/list.h"
#include "host/embedded.h"

/* Files of lua/op/ in the order of the reference, and what their directives are about. */
static const struct {
    const char *module, *title;
} groups[] = {
    {"neap.op.elements", "Parts of a table, and values"},
    {"neap.op.tables", "Tables and columns"},
    {"neap.op.batch", "Several changes of one table"},
    {"neap.op.indexes", "Indexes"},
    {"neap.op.constraints", "Constraints"},
    {"neap.op.views", "Views and materialized views"},
    {"neap.op.functions", "Functions, aggregates and triggers"},
    {"neap.op.types", "Enums and domains"},
    {"neap.op.schemas", "Schemas, extensions and sequences"},
    {"neap.op.permissions", "Owners and grants"},
    {"neap.op.roles", "Roles"},
    {"neap.op.policies", "Row security"},
    {"neap.op.comments", "Comments"},
    {"neap.op.partitions", "Partitions"},
    {"neap.op.each_partition", "All partitions of a table"},
    {"neap.op.data", "Rows and SQL"},
    {"neap.op.backfill", "Rows in batches"},
    {"neap.op.queries", "Questions to the database"},
    {"neap.op.control", "Transactions, and directives of your own"},
    {"neap.op.dependents", "What stands in the way"},
    {"neap.op.reverse", "The way back"},
};

const char *directive_next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end == NULL ? line + strlen(line) : end + 1;
}

/* A line "function tables.add_column(table_name, column)": the name. */
static bool read_name(const char *line, struct directive *directive)
{
    static const char keyword[] = "function ";
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";
    if (strncmp(line, keyword, sizeof keyword - 1) != 0) {
        return false;
    }
    const char *owner = line + sizeof keyword - 1;
    const char *dot = owner + strspn(owner, letters);
    if (dot == owner || *dot != '.') {
        return false;
    }
    directive->name = dot + 1;
    directive->name_length = strspn(dot + 1, letters);
    return directive->name_length > 0 && dot[1 + directive->name_length] == '(';
}

/* Functions that a revision calls show a call in their comment; the others are our own. */
static bool is_manual(const struct directive *directive)
{
    struct text call = {0};
    text_format(&call, "op.%.*s", (int)directive->name_length, directive->name);
    const char *found = strstr(directive->comment, text_string(&call));
    text_free(&call);
    return found != NULL && found < directive->end;
}

void directives_each(void (*found)(void *data, const struct directive *directive), void *data)
{
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        const struct embedded_module *module = embedded_find(groups[i].module);
        const char *comment = NULL;
        for (const char *line = module == NULL ? "" : module->text; *line != '\0';
             line = directive_next_line(line)) {
            struct directive directive = {
                .comment = comment, .end = line, .group = groups[i].title, .element = i == 0};
            if (strncmp(line, "---", 3) == 0) {
                comment = comment == NULL ? line : comment;
                continue;
            }
            if (comment != NULL && read_name(line, &directive) && is_manual(&directive)) {
                found(data, &directive);
            }
            comment = NULL;
        }
    }
}

/* The line's word after "---@param ", or NULL; ends at a blank or a question mark. */
static const char *read_parameter(const char *line, size_t *length)
{
    static const char words[] = "---@param ";
    if (strncmp(line, words, sizeof words - 1) != 0) {
        return NULL;
    }
    const char *name = line + sizeof words - 1;
    *length = strcspn(name, " ?\n");
    return name;
}

void directive_parameters(const struct directive *directive, struct text *text)
{
    bool first = true;
    for (const char *line = directive->comment; line < directive->end;
         line = directive_next_line(line)) {
        size_t length = 0;
        const char *name = read_parameter(line, &length);
        if (name != NULL) {
            text_add(text, first ? "" : ", ");
            text_append(text, name, length);
            first = false;
        }
    }
}

/* --- docs/op.md --- */

struct writer {
    struct text *text;
    const char *group;
};

static void add_heading(struct writer *writer, const struct directive *directive)
{
    if (writer->group != directive->group) {
        text_format(writer->text, "\n## %s\n", directive->group);
        writer->group = directive->group;
    }
}

/* "name type  words" of a @param, or what a @return gives. */
static void add_value(struct text *text, const char *line)
{
    const char *end = directive_next_line(line);
    bool parameter = strncmp(line, "---@param ", 10) == 0;
    const char *words = strchr(line, ' ') + 1;
    size_t length = (size_t)(end - words) - (end[-1] == '\n');
    if (!parameter) {
        text_format(text, "- returns `%.*s`\n", (int)length, words);
        return;
    }
    size_t name = strcspn(words, " \n");
    text_format(text, "- `%.*s`", (int)name, words);
    if (name < length) {
        const char *type = words + name + 1;
        const char *gap = strstr(type, "  ");
        const char *stop = gap != NULL && gap < words + length ? gap : words + length;
        text_format(text, ": `%.*s`", (int)(stop - type), type);
        if (stop < words + length) {
            const char *rest = stop + strspn(stop, " ");
            text_format(text, ", %.*s", (int)(words + length - rest), rest);
        }
    }
    text_add_char(text, '\n');
}

/* A class that only our own code meets: an operation is not given to the revision. */
static bool is_inner(const struct directive *directive, const char *line)
{
    static const char words[] = "---@return ";
    return strncmp(line, words, sizeof words - 1) == 0 && !directive->element &&
           line[sizeof words - 1] >= 'A' && line[sizeof words - 1] <= 'Z';
}

static void add_chapter(void *data, const struct directive *directive)
{
    struct writer *writer = data;
    struct text *text = writer->text;
    add_heading(writer, directive);
    text_format(text, "\n### `op.%.*s(", (int)directive->name_length, directive->name);
    directive_parameters(directive, text);
    text_add(text, ")`\n\n");
    bool values = false;
    for (const char *line = directive->comment; line < directive->end;
         line = directive_next_line(line)) {
        const char *end = directive_next_line(line);
        if (strncmp(line, "---@", 4) != 0) {
            const char *words = line + 3;
            words += words[0] == ' ' && words[1] != ' ';
            text_append(text, words, words < end ? (size_t)(end - words) : 0);
        } else if (!is_inner(directive, line)) {
            text_add(text, values ? "" : "\n");
            values = true;
            add_value(text, line);
        }
    }
}

void directives_reference(struct text *text)
{
    struct writer writer = {.text = text};
    text_add(
        text,
        "# The directives of op\n\n"
        "Made from the comments in `lua/op/` with `neap reference > docs/op.md`; `neap help "
        "op NAME` shows the same\nin a terminal. `op` is global in a revision, and "
        "`require(\"neap.op\")` in a helper. Any name may be written\n`\"schema.name\"`, or "
        "with `schema = \"...\"`. `op.null` is NULL, `op.dialect` is \"postgresql\" or "
        "\"sqlite\",\n`op.offline` says whether a script is written.\n");
    directives_each(add_chapter, &writer);
}

/* --- library/neap.lua --- */

static void add_annotation(void *data, const struct directive *directive)
{
    struct writer *writer = data;
    struct text *text = writer->text;
    text_add_char(text, '\n');
    for (const char *line = directive->comment; line < directive->end;
         line = directive_next_line(line)) {
        if (!is_inner(directive, line)) {
            text_append(text, line, (size_t)(directive_next_line(line) - line));
        }
    }
    text_format(text, "function op.%.*s(", (int)directive->name_length, directive->name);
    directive_parameters(directive, text);
    text_add(text, ") end\n");
}

static const char preamble[] =
    "---@meta neap.op\n"
    "\n"
    "-- What a revision sees, for editors (LuaLS: workspace.library). Made from neap's "
    "sources\n"
    "-- with `neap reference annotations > library/neap.lua`; nothing here runs.\n"
    "\n"
    "---@class Column        what op.column gives\n"
    "---@class Operation     an operation as a plain table, for op.run\n"
    "---@field kind string\n"
    "\n"
    "---@class neap\n"
    "---@field x table<string, string>  of -x KEY=VALUE\n"
    "---@field offline boolean          a script is written\n"
    "---@field dialect \"postgresql\"|\"sqlite\"\n"
    "---@field version string\n"
    "---@field config table             neap.lua's, without the password\n"
    "---@field now string               one instant for the whole run\n"
    "neap = {}\n"
    "\n"
    "---@class op\n"
    "---@field null userdata            NULL\n"
    "---@field dialect \"postgresql\"|\"sqlite\"\n"
    "---@field offline boolean          a script is written\n"
    "op = {}\n";

void directives_annotations(struct text *text)
{
    struct writer writer = {.text = text};
    text_add(text, preamble);
    directives_each(add_annotation, &writer);
    text_add(text, "\nreturn op\n");
}
