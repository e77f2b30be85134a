/* Offline mode: SQL on stdout instead of work on a database. */
#include "commands/commands.h"

bool refuse_with_sql(const struct context *context, const char *const *names,
                     struct error *error)
{
    for (; *names != NULL; names++) {
        if (option_flag(context, *names)) {
            return error_set(error, ERROR_USAGE,
                             "--sql writes a script without a database, so --%s has no meaning "
                             "with it",
                             *names);
        }
    }
    return true;
}

static bool write_out(void *data, const char *bytes, size_t length)
{
    (void)data;
    return output_bytes(bytes, length);
}

static bool write_text(void *data, const char *bytes, size_t length)
{
    text_append(data, bytes, length);
    return true;
}

bool write_script(struct context *context, script_function *script, struct error *error)
{
    struct engine_options options;
    struct text text = {0};
    bool json = context->output.json;
    if (context_graph(context, error) == NULL ||
        !context_engine_options(context, &options, error)) {
        return false;
    }
    const struct list *targets = &context->line.arguments;
    bool done = json ? script(&options, targets, write_text, &text, error)
                     : script(&options, targets, write_out, NULL, error);
    if (done && json) {
        json_t *object = json_object();
        json_object_set_new(object, "dialect", json_text(context->config.dialect));
        json_object_set_new(object, "sql", json_text(text_string(&text)));
        output_json(object);
    }
    /* A script that did not arrive is no success, but who left knows it. */
    context->silent = !done && output_reader_gone();
    text_free(&text);
    return done;
}
