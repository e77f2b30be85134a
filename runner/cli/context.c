#include "cli/context.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

/* --- parsed values --- */

static const struct option_values *values_of(const struct context *context, const char *name)
{
    return command_line_option(&context->line, name);
}

const char *option_string(const struct context *context, const char *name)
{
    const struct option_values *option = values_of(context, name);
    return option == NULL || option->values.count == 0
               ? NULL
               : option->values.items[option->values.count - 1];
}

bool option_flag(const struct context *context, const char *name)
{
    const struct option_values *option = values_of(context, name);
    return option != NULL && option->count > 0;
}

const struct list *option_list(const struct context *context, const char *name)
{
    static const struct list nothing = {0};
    const struct option_values *option = values_of(context, name);
    return option == NULL ? &nothing : &option->values;
}

int64_t option_ms(const struct context *context, const char *name, int64_t otherwise)
{
    const char *value = option_string(context, name);
    return value == NULL ? otherwise : duration_parse_ms(value);
}

int64_t option_number(const struct context *context, const char *name, int64_t otherwise)
{
    const char *value = option_string(context, name);
    return value == NULL ? otherwise : strtoll(value, NULL, 10);
}

const char *context_argument(const struct context *context, size_t number)
{
    const struct list *arguments = &context->line.arguments;
    return number < arguments->count ? arguments->items[number] : NULL;
}

/* --- start and end --- */

bool context_start(struct context *context, struct error *error)
{
    struct output *output = &context->output;
    output->json = string_equal(option_string(context, "format"), "json");
    output->quiet = option_flag(context, "quiet");
    output->verbose = option_flag(context, "verbose");
    output_choose_colors(output, option_string(context, "color"));
    context->progress.output = output;
    const struct list *directories = option_list(context, "directory");
    for (size_t i = 0; i < directories->count; i++) {
        if (chdir(directories->items[i]) != 0) {
            return error_set(error, ERROR_USAGE, "cannot change to %s: %s",
                             directories->items[i], strerror(errno));
        }
    }
    return true;
}

void context_free(struct context *context)
{
    engine_close(context->engine);
    if (context->has_graph) {
        graph_free(&context->graph);
    }
    if (context->host != NULL) {
        config_free(&context->config);
        host_free(context->host);
    }
    progress_free(&context->progress);
    command_line_free(&context->line);
    mem_free(context->command_text);
    *context = (struct context){0};
}

/* --- the configuration --- */

static bool fill_request(const struct context *context, struct config_request *request,
                         struct error *error)
{
    const struct list *values = option_list(context, "x");
    for (size_t i = 0; i < values->count; i++) {
        const char *value = values->items[i];
        size_t length = strcspn(value, "=");
        if (length == 0) {
            return error_set(error, ERROR_USAGE, "-x expects KEY=VALUE, not \"%s\"", value);
        }
        list_add_bytes(&request->x_names, value, length);
        list_add(&request->x_values, value[length] == '=' ? value + length + 1 : "");
    }
    request->config_path = option_string(context, "config");
    request->environment = option_string(context, "env");
    request->url = option_string(context, "url");
    request->dialect = option_string(context, "dialect");
    return true;
}

const struct config *context_config(struct context *context, struct error *error)
{
    if (context->has_config) {
        return &context->config;
    }
    context->host = host_new(error);
    if (context->host == NULL) {
        return NULL;
    }
    host_set_print(context->host, progress_print, &context->progress);
    struct config_request request = {0};
    context->has_config = fill_request(context, &request, error) &&
                          host_load_config(context->host, &request, &context->config, error);
    list_free(&request.x_names);
    list_free(&request.x_values);
    return context->has_config ? &context->config : NULL;
}

/* --- graph and engine --- */

const struct graph *context_graph(struct context *context, struct error *error)
{
    if (!context->has_graph) {
        const struct config *config = context_config(context, error);
        if (config == NULL ||
            !graph_load(&context->graph, &config->migrations, &config->pruned, error)) {
            return NULL;
        }
        context->has_graph = true;
    }
    return &context->graph;
}

static enum transaction_mode transaction_mode(const struct context *context)
{
    const char *mode = option_string(context, "transaction");
    return mode == NULL                ? context->config.transaction
           : strcmp(mode, "all") == 0  ? TRANSACTION_ALL
           : strcmp(mode, "none") == 0 ? TRANSACTION_NONE
                                       : TRANSACTION_REVISION;
}

static char *command_text(const struct context *context)
{
    struct text text = {0};
    text_add(&text, context->line.command->name);
    for (size_t i = 0; i < context->line.arguments.count; i++) {
        text_format(&text, " %s", context->line.arguments.items[i]);
    }
    return text_take(&text);
}

bool context_engine_options(struct context *context, struct engine_options *options,
                            struct error *error)
{
    if (context_config(context, error) == NULL) {
        return false;
    }
    if (context->command_text == NULL) {
        context->command_text = command_text(context);
    }
    *options = (struct engine_options){
        .config = &context->config,
        .graph = context->has_graph ? &context->graph : NULL,
        .host = context->host,
        .reporter = progress_reporter(&context->progress),
        .allow_ahead = option_flag(context, "allow-ahead"),
        .allow_edited = option_flag(context, "allow-edited"),
        .via_pooler = option_flag(context, "via-pooler"),
        .fingerprint = option_flag(context, "fingerprint"),
        .from_database = option_flag(context, "from-database"),
        .wait_ms = option_ms(context, "wait", -1),
        .transaction = transaction_mode(context),
        .tag = option_string(context, "tag"),
        .command = context->command_text,
    };
    return true;
}

/* A database in the middle of a range that was squashed goes on by the files of before. */
static bool choose_graph(struct context *context, struct error *error)
{
    struct list rows = {0};
    bool inside = false;
    bool done = engine_rows(context->engine, &rows, error);
    for (size_t i = 0; done && i < rows.count; i++) {
        inside = inside || graph_find_squashed(&context->graph, rows.items[i]) != NULL;
    }
    list_free(&rows);
    if (!inside) {
        return done;
    }
    const struct config *config = &context->config;
    engine_set_graph(context->engine, NULL);
    graph_free(&context->graph);
    context->has_graph =
        graph_load_replaced(&context->graph, &config->migrations, &config->pruned, error);
    return context->has_graph;
}

struct engine *context_engine(struct context *context, bool read_only, struct error *error)
{
    struct engine_options options;
    if (context->engine != NULL) {
        return context->engine;
    }
    if (!context_engine_options(context, &options, error)) {
        return NULL;
    }
    options.read_only = read_only;
    context->engine = engine_open(&options, error);
    if (context->engine == NULL) {
        return NULL;
    }
    const struct graph *graph = context_graph(context, error);
    if (graph == NULL || (graph->has_squashed && !choose_graph(context, error))) {
        return NULL;
    }
    engine_set_graph(context->engine, graph);
    return context->engine;
}

bool context_rows(struct context *context, bool needed, struct list *storage,
                  const struct list **rows, struct error *error)
{
    *rows = NULL;
    if (!needed) {
        return true;
    }
    struct engine *engine = context_engine(context, true, error);
    if (engine == NULL || !engine_rows(engine, storage, error)) {
        return false;
    }
    *rows = storage;
    return true;
}

struct describer context_describer(struct context *context, const struct list *rows)
{
    return (struct describer){
        .graph = &context->graph, .rows = rows, .color = context->output.color_out};
}
