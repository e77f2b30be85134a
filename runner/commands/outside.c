/* What the journal holds of changes made outside neap, for status. */
#include <string.h>

#include "commands/commands.h"

json_t *outside_json(const struct engine_status *status)
{
    json_t *array = json_array();
    for (size_t i = 0; i < status->outside_count; i++) {
        const struct outside_change *change = &status->outside[i];
        json_t *object = json_object();
        json_object_set_new(object, "id", json_integer(change->id));
        json_object_set_new(object, "time", json_text(change->recorded));
        json_object_set_new(object, "user", json_text(change->user));
        json_object_set_new(object, "application", json_text(change->application));
        json_object_set_new(object, "client", json_text(change->client));
        json_object_set_new(object, "tag", json_text(change->tag));
        json_object_set_new(object, "objects", json_text(change->objects));
        json_object_set_new(object, "statement", json_text(change->statement));
        json_array_append_new(array, object);
    }
    return array;
}

/* "table column public.a.b" -> "public.a.b"; "" when no object is named (GRANT) */
static void add_identity(struct text *line, const char *objects)
{
    static const char *const kinds[] = {"table column ", "table constraint ",
                                        "materialized view ", "foreign table "};
    const char *blank = objects == NULL ? NULL : strchr(objects, ' ');
    if (blank == NULL) {
        return;
    }
    const char *identity = blank + 1;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (string_starts_with(objects, kinds[i])) {
            identity = objects + strlen(kinds[i]);
        }
    }
    text_format(line, " %.*s", (int)strcspn(identity, "\n"), identity);
}

/* "2026-11-24T18:00:05.123Z" -> "2026-11-24 18:00" */
static void add_minute(struct text *line, const char *recorded)
{
    for (size_t i = 0; i < strlen("2026-11-24T18:00") && recorded[i] != '\0'; i++) {
        text_add_char(line, (char)(recorded[i] == 'T' ? ' ' : recorded[i]));
    }
}

/* As much of it as one line takes, and no part of a character. */
static void add_statement(struct text *line, const char *statement)
{
    enum { SHOWN = 120 };
    size_t length = strlen(statement);
    size_t shown = length > SHOWN ? SHOWN : length;
    while (shown < length && shown > 0 && (statement[shown] & 0xC0) == 0x80) {
        shown--;
    }
    text_format(line, ": %.*s%s", (int)shown, statement, shown < length ? "..." : "");
}

void outside_describe(const struct outside_change *change, struct text *line)
{
    text_format(line, "changed outside neap: %s", change->tag);
    add_identity(line, change->objects);
    text_format(line, " by %s, ", change->user);
    add_minute(line, change->recorded);
    if (change->application != NULL && change->application[0] != '\0') {
        text_format(line, ", %s", change->application);
    }
    if (change->statement != NULL) {
        add_statement(line, change->statement);
    }
}
