#include "revisions/new_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/file.h"
#include "base/memory.h"
#include "revisions/identifier.h"

enum { ID_BYTES = 6, SLUG_LIMIT = 40 };

static bool is_word(char c)
{
    unsigned char byte = (unsigned char)c;
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || byte >= 0x80;
}

char *revision_slug(const char *message)
{
    struct text slug = {0};
    size_t cut = 0; /* the last place between two words */
    for (; *message != '\0' && slug.length <= SLUG_LIMIT; message++) {
        char c = *message;
        if (c >= 'A' && c <= 'Z') {
            c = (char)(c - 'A' + 'a');
        }
        if (is_word(c)) {
            text_add_char(&slug, c);
        } else if (slug.length > 0 && slug.data[slug.length - 1] != '_') {
            cut = slug.length;
            text_add_char(&slug, '_');
        }
    }
    if (slug.length > SLUG_LIMIT) {
        /* A single long word is cut anywhere, but not inside of a UTF-8 character. */
        size_t length = cut > 0 ? cut : SLUG_LIMIT;
        while (cut == 0 && length > 0 && ((unsigned char)slug.data[length] & 0xC0) == 0x80) {
            length--;
        }
        slug.length = length;
    }
    while (slug.length > 0 && slug.data[slug.length - 1] == '_') {
        slug.length--;
    }
    char *copy = mem_copy(text_string(&slug), slug.length);
    text_free(&slug);
    return copy;
}

static char *random_id(const struct graph *graph)
{
    for (;;) {
        unsigned char bytes[ID_BYTES];
        char id[2 * ID_BYTES + 1];
        if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
            continue; /* interrupted before the pool was ready */
        }
        for (size_t i = 0; i < sizeof bytes; i++) {
            id[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
            id[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
        }
        id[2 * ID_BYTES] = '\0';
        if (graph_find(graph, id) == NULL && graph_find_label(graph, id) == NULL &&
            !list_has(&graph->pruned, id)) {
            return mem_copy_string(id);
        }
    }
}

static bool check_name(const char *what, const char *name, struct error *error)
{
    const char *why = NULL;
    if (!identifier_valid(name, &why)) {
        struct text shown = {0};
        text_add_escaped(&shown, name, strlen(name), true);
        (void)error_set(error, ERROR_USAGE, "\"%s\" is no %s: %s", text_string(&shown), what,
                        why);
        text_free(&shown);
        return false;
    }
    if (identifier_is_symbol(name)) {
        return error_set(error, ERROR_USAGE,
                         "\"%s\" is no %s: the word has a meaning of its own", name, what);
    }
    return true;
}

static bool check_id(const struct graph *graph, const char *id, struct error *error)
{
    if (!check_name("revision id", id, error)) {
        return false;
    }
    const struct revision *other = graph_find(graph, id);
    const struct revision *carrier = graph_find_label(graph, id);
    if (other != NULL) {
        return error_set(error, ERROR_USAGE, "the revision id \"%s\" is in use: %s", id,
                         other->path);
    }
    if (carrier != NULL) {
        return error_set(error, ERROR_USAGE, "\"%s\" is a branch label: %s", id, carrier->path);
    }
    if (list_has(&graph->pruned, id)) {
        return error_set(error, ERROR_USAGE, "the revision id \"%s\" is pruned", id);
    }
    return true;
}

static bool check_labels(const struct graph *graph, const struct list *labels, const char *id,
                         struct error *error)
{
    for (size_t i = 0; i < labels->count; i++) {
        const char *label = labels->items[i];
        if (!check_name("branch label", label, error)) {
            return false;
        }
        const struct revision *carrier = graph_find_label(graph, label);
        const struct revision *namesake = graph_find(graph, label);
        if (carrier != NULL) {
            return error_set(error, ERROR_USAGE, "the branch label \"%s\" is in use: %s", label,
                             carrier->path);
        }
        if (namesake != NULL || strcmp(label, id) == 0) {
            return error_set(
                error, ERROR_USAGE, "the branch label \"%s\" is also the id of a revision%s%s",
                label, namesake == NULL ? "" : ": ", namesake == NULL ? "" : namesake->path);
        }
    }
    return true;
}

/* The date and time in a zone. glibc takes an unknown zone for UTC, so the zone's file is
 * looked for first. */
static bool local_time(const char *zone, time_t now, struct tm *local, struct error *error)
{
    if (zone == NULL || strcmp(zone, "UTC") == 0) {
        gmtime_r(&now, local);
        return true;
    }
    const char *directory = getenv("TZDIR");
    char *file =
        string_format("%s/%s", directory == NULL ? "/usr/share/zoneinfo" : directory, zone);
    bool known = zone[0] != '/' && strstr(zone, "..") == NULL && file_exists(file) &&
                 !directory_exists(file);
    mem_free(file);
    if (!known) {
        (void)error_set(error, ERROR_USAGE, "there is no time zone \"%s\"", zone);
        return error_advise(error,
                            "timezone in neap.lua is UTC, or a name of the IANA database "
                            "(package tzdata), as Europe/Berlin.");
    }
    const char *environment = getenv("TZ");
    char *saved = mem_copy_string(environment);
    setenv("TZ", zone, 1);
    tzset();
    localtime_r(&now, local);
    if (saved == NULL) {
        unsetenv("TZ");
    } else {
        setenv("TZ", saved, 1);
    }
    tzset();
    mem_free(saved);
    return true;
}

/* A file name has no "/" in it, and an id or slug may. */
static void add_name_part(struct text *name, const char *part)
{
    for (; *part != '\0'; part++) {
        if (*part == '/') {
            text_add_char(name, '_');
        } else {
            text_add_char(name, *part);
        }
    }
}

static bool add_placeholder(struct text *name, const char *key, size_t length,
                            const struct new_revision *revision, const char *id, time_t now,
                            const struct tm *local)
{
    static const struct {
        const char *key;
        const char *format;
    } dates[] = {{"date", "%Y%m%d"}, {"year", "%Y"},   {"month", "%m"}, {"day", "%d"},
                 {"hour", "%H"},     {"minute", "%M"}, {"second", "%S"}};
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        if (strlen(dates[i].key) == length && memcmp(dates[i].key, key, length) == 0) {
            char buffer[16];
            text_append(name, buffer, strftime(buffer, sizeof buffer, dates[i].format, local));
            return true;
        }
    }
    if (length == 5 && memcmp(key, "epoch", length) == 0) {
        text_format(name, "%lld", (long long)now);
    } else if (length == 3 && memcmp(key, "rev", length) == 0) {
        add_name_part(name, id);
    } else if (length == 4 && memcmp(key, "slug", length) == 0) {
        char *slug = revision_slug(revision->message);
        text_add(name, slug);
        mem_free(slug);
    } else {
        return false;
    }
    return true;
}

static bool fill_template(const struct new_revision *revision, const char *id, time_t now,
                          struct text *name, struct error *error)
{
    struct tm local;
    if (!local_time(revision->timezone, now, &local, error)) {
        return false;
    }
    const char *at = revision->file_template;
    while (*at != '\0') {
        const char *close = *at == '{' ? strchr(at, '}') : NULL;
        if (close == NULL) {
            text_add_char(name, *at++);
            continue;
        }
        if (!add_placeholder(name, at + 1, (size_t)(close - at) - 1, revision, id, now,
                             &local)) {
            (void)error_set(error, ERROR_USAGE, "file_template \"%s\": there is no %.*s",
                            revision->file_template, (int)(close - at) + 1, at);
            return error_advise(error, "There are {date} {year} {month} {day} {hour} {minute} "
                                       "{second} {epoch} {rev} {slug}.");
        }
        at = close + 1;
    }
    /* An empty slug leaves its separator. */
    while (name->length > 0 &&
           (name->data[name->length - 1] == '_' || name->data[name->length - 1] == '-')) {
        name->data[--name->length] = '\0';
    }
    text_add(name, ".lua");
    return true;
}

static void add_quoted(struct text *text, const char *value)
{
    text_add_char(text, '"');
    for (; *value != '\0'; value++) {
        if (*value == '"' || *value == '\\') {
            text_add_char(text, '\\');
        }
        text_add_char(text, *value);
    }
    text_add_char(text, '"');
}

static void add_list(struct text *text, const char *name, const struct list *list)
{
    if (list->count == 0) {
        return;
    }
    text_format(text, "%s = {", name);
    for (size_t i = 0; i < list->count; i++) {
        text_add(text, i == 0 ? " " : ", ");
        add_quoted(text, list->items[i]);
    }
    text_add(text, " }\n");
}

/* One comment line: line breaks and other control characters become blanks. */
static void add_message(struct text *text, const char *message)
{
    if (message[strspn(message, " \t\r\n")] == '\0') {
        return;
    }
    text_add(text, "--- ");
    for (; *message != '\0'; message++) {
        unsigned char c = (unsigned char)*message;
        if (c < ' ' || c == 0x7F) {
            text_add_char(text, ' ');
        } else {
            text_add_char(text, *message);
        }
    }
    text_add(text, "\n\n");
}

static void add_function(struct text *text, const char *name, const char *body)
{
    text_format(text, "\nfunction %s()\n", name);
    text_add(text, body == NULL ? "  -- op.execute(\"...\")\n" : body);
    if (text->data[text->length - 1] != '\n') {
        text_add_char(text, '\n');
    }
    text_add(text, "end\n");
}

static void add_source(struct text *text, const struct new_revision *revision, const char *id,
                       time_t now)
{
    struct tm utc;
    char created[32];
    gmtime_r(&now, &utc);
    (void)strftime(created, sizeof created, "%Y-%m-%dT%H:%M:%SZ", &utc);
    add_message(text, revision->message);
    text_add(text, "revision = ");
    add_quoted(text, id);
    text_add(text, "\n");
    if (revision->down.count > 1) {
        add_list(text, "down_revision", &revision->down);
    } else {
        text_add(text, "down_revision = ");
        if (revision->down.count == 0) {
            text_add(text, "nil");
        } else {
            add_quoted(text, revision->down.items[0]);
        }
        text_add(text, "\n");
    }
    add_list(text, "branch_labels", &revision->labels);
    add_list(text, "depends_on", &revision->depends);
    add_list(text, "replaces", &revision->replaces);
    text_format(text, "created = \"%s\"\n", created);
    add_function(text, "upgrade", revision->upgrade_body);
    add_function(text, "downgrade", revision->downgrade_body);
}

static bool write_file(const struct new_revision *revision, const char *id, char **path,
                       struct error *error)
{
    struct text name = {0};
    struct text source = {0};
    time_t now = time(NULL);
    bool good = fill_template(revision, id, now, &name, error);
    if (good) {
        add_source(&source, revision, id, now);
        *path = path_join(revision->directory, name.data);
        char *directory = path_directory(*path);
        good = directory_create(directory, error) &&
               file_create(*path, source.data, source.length, error);
        mem_free(directory);
        if (!good) {
            mem_free(*path);
            *path = NULL;
        }
    }
    text_free(&name);
    text_free(&source);
    return good;
}

bool revision_write(const struct graph *graph, const struct new_revision *revision, char **path,
                    char **id, struct error *error)
{
    *path = NULL;
    *id = revision->id == NULL ? random_id(graph) : mem_copy_string(revision->id);
    bool good = check_id(graph, *id, error) &&
                check_labels(graph, &revision->labels, *id, error) &&
                write_file(revision, *id, path, error);
    if (!good) {
        mem_free(*id);
        *id = NULL;
    }
    return good;
}
