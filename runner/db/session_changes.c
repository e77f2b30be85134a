/* What the running revision's statements change, as lines of text: sql/changes.h. */
#include <string.h>

#include "db/session_parts.h"
#include "sql/changes.h"

/* "14@helpers/a.lua:31": the line in the revision's file, and the innermost place on the way.
 */
static void add_place(const struct db_source *source, struct text *place)
{
    const char *line = source->at == NULL ? NULL : strrchr(source->at, ':');
    const char *via = source->via == NULL ? NULL : strrchr(source->via, '\n');
    via = via == NULL ? source->via : via + 1;
    text_add(place, line == NULL || line[1] == '\0' ? "-" : line + 1);
    if (via != NULL && via[0] != '\0') {
        text_add_char(place, '@');
        for (; *via != '\0'; via++) {
            bool plain = (unsigned char)*via > ' ' && *via != '%';
            text_format(place, plain ? "%c" : "%%%02X", (unsigned char)*via);
        }
    }
}

/* Most statements of a long revision bring data, and those are told by their first letter. */
void session_note_changes(struct session *session, const char *sql, struct db_source source)
{
    sql += strspn(sql, " \t\r\n;");
    if (sql[0] == '\0' || strchr("cCaAdDgGrRsSwW-/\xEF", sql[0]) == NULL) {
        return;
    }
    struct text place = {0};
    add_place(&source, &place);
    sql_changes(sql, strlen(sql), session->sql_dialect, text_string(&place), &session->changes);
    text_free(&place);
}

void session_note_lines(struct session *session, const char *lines)
{
    text_add(&session->changes, lines);
}

void session_cut_changes(struct session *session, size_t length)
{
    if (session->changes.length > length) {
        session->changes.length = length;
        session->changes.data[length] = '\0';
    }
}

/* SQLite's rebuilds: the statements say nothing of what was asked for. */
void session_note_group(struct session *session, const char *changes, struct db_source source)
{
    struct sql_span span = {0};
    struct text sql = {0};
    while (changes != NULL && sql_next_statement(changes, strlen(changes), SQL_SQLITE, &span)) {
        text_clear(&sql);
        text_append(&sql, changes + span.start, span.end - span.start);
        session_note_changes(session, text_string(&sql), source);
    }
    text_free(&sql);
}
