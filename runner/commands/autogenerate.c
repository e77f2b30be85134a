/* revision --autogenerate: the bodies of a revision that makes the database what the model
 * says.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "cli/ask.h"
#include "commands/autogenerate.h"
#include "commands/commands.h"

/* A revision is made for what comes after all others. */
static bool refuse_behind(struct engine *engine, struct error *error)
{
    struct engine_status status = {0};
    bool done = engine_status(engine, &status, error);
    if (done && status.unknown.count > 0) {
        done =
            error_set(error, ERROR_MISMATCH, "%s", (const char *)status.unknown_lines.items[0]);
    } else if (done && status.pending_count > 0) {
        error_set(error, ERROR_FAILED,
                  "the database is not up to date: %zu %s pending, and what they change would "
                  "be written again",
                  status.pending_count,
                  status.pending_count == 1 ? "revision is" : "revisions are");
        done = error_advise(error, "Run `neap upgrade head` first.");
    }
    engine_status_free(&status);
    return done;
}

static const char *field(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static void say(const char *format, const char *first, const char *second, const char *third)
{
    struct text text = {0};
    text_format(&text, format, first, second, third);
    output_message(&text);
    text_free(&text);
}

/* --- renames: asked about on a terminal, named elsewhere --- */

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_NONE };

static enum answer ask_rename(const char *what, const char *old, const char *new)
{
    struct text question = {0};
    text_format(&question, "Is %s %s the one that was %s? [y/N] ", what, new, old);
    char *line = ask(&question);
    enum answer answer = ANSWER_NONE;
    if (line != NULL) {
        answer = line[0] == 'y' || line[0] == 'Y' ? ANSWER_YES : ANSWER_NO;
    }
    mem_free(line);
    text_free(&question);
    return answer;
}

static void name_hint(const char *what, const char *old, const char *new)
{
    struct text line = {0};
    text_format(&line,
                "hint: %s %s looks like %s renamed; as it is, what it holds is dropped. "
                "If it was renamed: --rename %s=%s\n",
                what, new, old, old, new);
    output_message(&line);
    text_free(&line);
}

/* What was asked about, or named: OLD=NEW. */
static bool is_known(struct list *known, const char *rename)
{
    if (list_has(known, rename)) {
        return true;
    }
    list_add(known, rename);
    return false;
}

static bool no_answer(struct error *error)
{
    if (interrupt_pending()) {
        return error_set(error, ERROR_INTERRUPTED, "interrupted; nothing was written");
    }
    error_set(error, ERROR_FAILED, "no answer; nothing was written");
    return error_advise(error, "What was renamed can be said with --rename OLD=NEW.");
}

/* Adds what was answered with yes to the renames; *more: there is something new, and the other
 * side of a rename may show more of them. */
static bool ask_renames(const json_t *value, json_t *renames, struct list *known, bool *more,
                        struct error *error)
{
    bool terminal = isatty(STDIN_FILENO) != 0 && isatty(STDERR_FILENO) != 0;
    size_t i = 0;
    json_t *hint = NULL;
    *more = false;
    json_array_foreach(json_object_get(value, "hints"), i, hint)
    {
        const char *what = field(hint, "what");
        const char *old = field(hint, "old");
        const char *new = field(hint, "new");
        char *rename = string_format("%s=%s", old, new);
        enum answer answer = ANSWER_NO;
        if (is_known(known, rename)) {
            /* said already */
        } else if (terminal) {
            answer = ask_rename(what, old, new);
        } else {
            name_hint(what, old, new);
        }
        if (answer == ANSWER_YES) {
            json_array_append_new(renames, json_string(rename));
            *more = true;
        }
        mem_free(rename);
        if (answer == ANSWER_NONE) {
            return no_answer(error);
        }
    }
    return true;
}

static bool compare(struct engine *engine, const json_t *options, json_t **value,
                    struct error *error)
{
    struct host_command command = {.name = "autogenerate", .options = options};
    bool done = engine_command(engine, &command, ENGINE_SCRATCH, error);
    if (done) {
        json_decref(*value);
        *value = json_incref(command.value);
    }
    host_command_free(&command);
    return done;
}

static void tell(const struct context *context, const json_t *value)
{
    size_t i = 0;
    json_t *change = NULL;
    json_array_foreach(json_object_get(value, "changes"), i, change)
    {
        if (!context->output.quiet) {
            say("  %s%s%s\n", json_string_value(change), "", "");
        }
    }
}

bool autogenerate(struct context *context, struct autogenerated *result, struct error *error)
{
    if (!need_model(context, error)) {
        return false;
    }
    struct engine *engine = context_engine(context, true, error);
    if (engine == NULL || context_graph(context, error) == NULL ||
        !refuse_behind(engine, error)) {
        return false;
    }
    json_t *options = json_object();
    json_t *renames = json_text_list(option_list(context, "rename"));
    json_object_set_new(options, "rename", renames);
    json_t *value = NULL;
    struct list known = {0};
    bool more = true;
    bool done = true;
    while (done && more) {
        done = compare(engine, options, &value, error) &&
               ask_renames(value, renames, &known, &more, error);
    }
    list_free(&known);
    if (done) {
        tell(context, value);
        result->changes = json_array_size(json_object_get(value, "changes"));
        result->upgrade = mem_copy_string(field(value, "upgrade"));
        result->downgrade = mem_copy_string(field(value, "downgrade"));
    }
    json_decref(value);
    json_decref(options);
    return done;
}

void autogenerated_free(struct autogenerated *result)
{
    mem_free(result->upgrade);
    mem_free(result->downgrade);
}
