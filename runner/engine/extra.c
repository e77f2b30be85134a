/* Steps of neap's own: they run as a revision does, in a transaction under the lock, with
 * retries and a row in the history, but change no version rows. */
#include <string.h>

#include "base/memory.h"
#include "engine/internal.h"

enum { FILES_NAMED = 3 };

void extra_make(struct extra_step *extra, const struct config *config, enum direction direction,
                const char *id, const char *message, int line, const char *body,
                const struct list *rows)
{
    *extra = (struct extra_step){0};
    extra->revision.id = mem_copy_string(id);
    extra->revision.message = mem_copy_string(message);
    extra->revision.path = mem_copy_string(config->path == NULL ? "neap.lua" : config->path);
    extra->revision.transaction = true;
    extra->step.revision = &extra->revision;
    extra->step.direction = direction;
    list_copy(&extra->step.rows.before, rows);
    struct text *text = &extra->source.text;
    for (int i = 1; i < line; i++) {
        text_add_char(text, '\n');
    }
    text_format(text, "function %s() %s end\n", direction_name(direction), body);
    sha256_text_hex(text->data, text->length, extra->source.hash);
}

void extra_free(struct extra_step *extra)
{
    revision_free(&extra->revision);
    row_change_free(&extra->step.rows);
    text_free(&extra->source.text);
}

/* A Lua string: any byte but a few stands for itself. */
static void add_lua_string(struct text *text, const char *string)
{
    text_add_char(text, '"');
    for (; *string != '\0'; string++) {
        if (*string == '"' || *string == '\\' || *string == '\n' || *string == '\r') {
            text_format(text, "\\%03d", *string);
        } else {
            text_add_char(text, *string);
        }
    }
    text_add_char(text, '"');
}

void extra_load_files(const struct sql_tree *tree, const bool *wanted, const char *more,
                      struct text *body)
{
    size_t count = 0;
    text_add(body, "op.load_sql({");
    for (size_t i = 0; i < tree->count; i++) {
        if (wanted[i]) {
            text_add(body, count++ > 0 ? ", " : " ");
            add_lua_string(body, tree->files[i].path);
        }
    }
    text_format(body, " }, { order = \"dependency\"%s })", more);
}

char *extra_describe_files(const struct sql_tree *tree, const bool *wanted)
{
    struct text text = {0};
    size_t count = 0;
    for (size_t i = 0; i < tree->count; i++) {
        if (wanted[i] && count++ < FILES_NAMED) {
            text_format(&text, "%s%s", count > 1 ? ", " : "", tree->files[i].path);
        }
    }
    if (count > FILES_NAMED) {
        text_format(&text, " and %zu more", count - FILES_NAMED);
    }
    text_add(&text, "");
    return text_take(&text);
}

char *extra_describe_directories(const struct config *config, const struct list *directories)
{
    struct text text = {0};
    for (size_t i = 0; i < directories->count; i++) {
        char *below = sql_path_below(config, directories->items[i]);
        text_format(&text, "%s%s", i > 0 ? ", " : "", below == NULL ? "" : below);
        mem_free(below);
    }
    text_add(&text, "");
    return text_take(&text);
}
