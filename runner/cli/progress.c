#include "cli/progress.h"

#include <string.h>

#include "base/memory.h"
#include "cli/describe.h"

enum { NOTICE_LIMIT = 10 };

/* Starts a line of its own, even when a step's line is still waiting for its duration. */
static void say(struct progress *progress, enum color color, const char *prefix,
                const char *message)
{
    struct text text = {0};
    bool wanted = progress->output->color_err;
    text_add(&text, progress->open ? "\n" : "");
    progress->open = false;
    if (prefix[0] != '\0') {
        text_add_colored(&text, wanted, color, prefix);
        text_add_char(&text, ' ');
    }
    text_add_shown(&text, message);
    text_add_char(&text, '\n');
    output_message(&text);
    text_free(&text);
}

static void say_json(const char *event, const char *name, const char *value,
                     const char *message)
{
    json_t *object = json_object();
    json_object_set_new(object, "event", json_text(event));
    if (name != NULL) {
        json_object_set_new(object, name, json_text(value));
    }
    json_object_set_new(object, "message", json_text(message));
    output_json_message(object);
}

static size_t beyond_limit(size_t count)
{
    return count > NOTICE_LIMIT ? count - NOTICE_LIMIT : 0;
}

static void tell_hidden_notices(struct progress *progress)
{
    size_t hidden = beyond_limit(progress->notices) + beyond_limit(progress->warnings);
    if (hidden > 0) {
        char *message = string_format("and %zu more notices", hidden);
        if (progress->output->json) {
            say_json("notice", "severity", "NOTICE", message);
        } else {
            say(progress, COLOR_FAINT, "", message);
        }
        mem_free(message);
    }
    progress->notices = 0;
    progress->warnings = 0;
}

static void step_started(void *data, const struct plan_step *step, size_t number, size_t count)
{
    struct progress *progress = data;
    (void)number;
    (void)count;
    progress->notices = 0;
    progress->warnings = 0;
    if (progress->output->quiet || progress->output->json) {
        return;
    }
    text_clear(&progress->line);
    text_format(&progress->line, "%s ", describe_direction(step->direction));
    text_add_colored(&progress->line, progress->output->color_err, COLOR_ID,
                     step->revision->id);
    if (step->revision->message[0] != '\0') {
        text_add_char(&progress->line, ' ');
        text_add_shown(&progress->line, step->revision->message);
    }
    text_add(&progress->line, " ...");
    output_message(&progress->line);
    progress->open = true;
}

static void add_duration(struct text *text, int64_t duration_ms)
{
    if (duration_ms < 10000) {
        text_format(text, " %lld ms\n", (long long)duration_ms);
    } else {
        text_format(text, " %.1f s\n", (double)duration_ms / 1000);
    }
}

static json_t *step_object(const struct plan_step *step, size_t number, size_t count,
                           int64_t duration_ms)
{
    json_t *object = json_object();
    json_object_set_new(object, "event", json_text("step"));
    json_object_set_new(object, "direction", json_text(describe_direction(step->direction)));
    json_object_set_new(object, "revision", json_text(step->revision->id));
    json_object_set_new(object, "message", json_text(step->revision->message));
    json_object_set_new(object, "path", json_text(step->revision->path));
    json_object_set_new(object, "number", json_integer((json_int_t)number));
    json_object_set_new(object, "count", json_integer((json_int_t)count));
    json_object_set_new(object, "duration_ms", json_integer(duration_ms));
    return object;
}

static void step_done(void *data, const struct plan_step *step, size_t number, size_t count,
                      int64_t duration_ms)
{
    struct progress *progress = data;
    tell_hidden_notices(progress);
    if (progress->output->json) {
        output_json_line(step_object(step, number, count, duration_ms));
    } else if (!progress->output->quiet) {
        struct text text = {0};
        text_add(&text, progress->open ? "" : text_string(&progress->line));
        add_duration(&text, duration_ms);
        output_message(&text);
        text_free(&text);
    }
    progress->open = false;
}

static void notice(void *data, const char *severity, const char *message)
{
    struct progress *progress = data;
    bool warning = strcmp(severity, "WARNING") == 0;
    if (!warning && !progress->output->verbose) {
        return;
    }
    /* Counted apart, so that many notices hide no warning. */
    size_t *count = warning ? &progress->warnings : &progress->notices;
    ++*count;
    if (*count > NOTICE_LIMIT) {
        return;
    }
    if (progress->output->json) {
        say_json("notice", "severity", severity, message);
        return;
    }
    char *prefix = string_format("%s:", severity);
    say(progress, warning ? COLOR_WARNING : COLOR_FAINT, prefix, message);
    mem_free(prefix);
}

static void answered(void *data)
{
    struct progress *progress = data;
    if (progress->notices + progress->warnings > 0) {
        tell_hidden_notices(progress);
    }
}

static void warning(void *data, const char *message)
{
    struct progress *progress = data;
    if (progress->output->json) {
        say_json("warning", NULL, NULL, message);
    } else {
        say(progress, COLOR_WARNING, "neap: warning:", message);
    }
}

static void waiting(void *data, const char *message)
{
    struct progress *progress = data;
    if (progress->output->quiet || string_equal(progress->last_waiting, message)) {
        return;
    }
    mem_free(progress->last_waiting);
    progress->last_waiting = mem_copy_string(message);
    if (progress->output->json) {
        say_json("waiting", NULL, NULL, message);
    } else {
        say(progress, COLOR_FAINT, "neap:", message);
    }
}

struct engine_reporter progress_reporter(struct progress *progress)
{
    return (struct engine_reporter){.data = progress,
                                    .step_started = step_started,
                                    .step_done = step_done,
                                    .notice = notice,
                                    .answered = answered,
                                    .warning = warning,
                                    .waiting = waiting};
}

void progress_print(void *data, const char *line)
{
    struct progress *progress = data;
    if (progress->output->json) {
        say_json("print", NULL, NULL, line);
    } else {
        say(progress, COLOR_OFF, "", line);
    }
}

void progress_end(struct progress *progress)
{
    tell_hidden_notices(progress);
    if (progress->open) {
        struct text text = {0};
        text_add_char(&text, '\n');
        output_message(&text);
        text_free(&text);
        progress->open = false;
    }
}

void progress_free(struct progress *progress)
{
    text_free(&progress->line);
    mem_free(progress->last_waiting);
    progress->last_waiting = NULL;
}
