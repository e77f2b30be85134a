/* Texts of several statements, of a file or of op.execute, piece by piece. */
#include <string.h>

#include "db/session_parts.h"

/* One piece of a text: its statement, and what an error says of its place. */
struct piece {
    struct db_source source; /* via ends with "file:line" when the text is a file */
    struct text via;
    struct text sql;
};

static void piece_set(struct piece *piece, const char *text, const struct sql_span *span,
                      const char *file, struct db_source source)
{
    text_clear(&piece->sql);
    text_append(&piece->sql, text + span->start, span->end - span->start);
    piece->source = source;
    if (file != NULL) {
        text_clear(&piece->via);
        if (source.via != NULL && source.via[0] != '\0') {
            text_format(&piece->via, "%s\n", source.via);
        }
        text_format(&piece->via, "%s:%d", file, span->line);
        for (size_t at = span->start; at > 0 && text[at - 1] != '\n'; at--) {
            piece->source.indent += ((unsigned char)text[at - 1] & 0xC0) != 0x80 ? 1 : 0;
        }
        piece->source.via = text_string(&piece->via);
    }
}

static void piece_free(struct piece *piece)
{
    text_free(&piece->via);
    text_free(&piece->sql);
}

/* psql's commands are not SQL. pg_dump writes \restrict since 2025; those two mean nothing
 * here. */
static bool backslash_is_harmless(const char *sql)
{
    return string_starts_with(sql, "\\restrict") || string_starts_with(sql, "\\unrestrict");
}

static bool refuse_backslash(const struct piece *piece, struct error *error)
{
    const char *sql = text_string(&piece->sql);
    error_set(error, ERROR_FAILED, "%.*s is a command of psql, not SQL",
              (int)strcspn(sql, " \t\r\n"), sql);
    session_set_source(error, piece->source);
    if (string_starts_with(sql, "\\copy")) {
        return error_advise(error, "Use COPY ... FROM STDIN with its data, or op.bulk_insert.");
    }
    if (string_starts_with(sql, "\\c")) {
        return error_advise(error,
                            "Dump without --create: neap connects to the URL's database.");
    }
    if (string_starts_with(sql, "\\i")) {
        return error_advise(error, "Use op.load_sql for each file.");
    }
    return error_advise(error, "Take the line out; what psql does with it belongs into Lua.");
}

static bool run_copy_piece(struct session *session, const struct db_statement *statement,
                           const char *data, size_t length, struct error *error)
{
    bool skip = false;
    if (!session_start_copy(session, statement, &skip, error)) {
        return session_fail(session, error);
    }
    return skip || ((length == 0 || session_copy_data(session, data, length, error)) &&
                    session_copy_end(session, error));
}

static bool run_piece(struct session *session, const char *text, const struct sql_span *span,
                      const struct piece *piece, unsigned flags, struct error *error)
{
    struct db_statement statement = {.sql = text_string(&piece->sql),
                                     .source = piece->source,
                                     .many = (flags & SESSION_MANY) != 0 &&
                                             !session_steps_alone(session)};
    if (span->kind == SQL_BACKSLASH) {
        return backslash_is_harmless(statement.sql) ||
               (refuse_backslash(piece, error), session_fail(session, error));
    }
    if (span->kind == SQL_UNCLOSED) {
        error_set(error, ERROR_FAILED, "a quote or comment in this SQL is never closed");
        session_set_source(error, piece->source);
        text_append(&error->sql, piece->sql.data,
                    piece->sql.length > 200 ? 200 : piece->sql.length);
        return session_fail(session, error);
    }
    if (strlen(statement.sql) != piece->sql.length) {
        error_set(error, ERROR_FAILED, "a NUL byte in SQL text");
        session_set_source(error, piece->source);
        return session_fail(session, error);
    }
    if ((flags & SESSION_IGNORE_TRANSACTION) != 0) {
        enum sql_transaction_word word =
            sql_transaction_word(statement.sql, piece->sql.length, session->sql_dialect);
        /* The sqlite3 shell's dumps begin with it; it works outside a transaction only. */
        bool shell = session->sql_dialect == SQL_SQLITE &&
                     strcmp(statement.sql, "PRAGMA foreign_keys=OFF") == 0;
        if (word == SQL_BEGIN || word == SQL_COMMIT || shell) {
            return true;
        }
    }
    if (span->is_copy_in) {
        return run_copy_piece(session, &statement, text + span->data_start,
                              span->data_end - span->data_start, error);
    }
    return session_run(session, &statement, error);
}

bool session_run_text(struct session *session, const char *text, size_t length,
                      const char *file, struct db_source source, unsigned flags,
                      struct error *error)
{
    if (!session_can_run(session, error)) {
        return false;
    }
    session->free_sql = true;
    struct sql_span span = {0};
    struct piece piece = {0};
    bool done = true;
    while (done && sql_next_statement(text, length, session->sql_dialect, &span)) {
        piece_set(&piece, text, &span, file, source);
        done = run_piece(session, text, &span, &piece, flags, error);
    }
    piece_free(&piece);
    return done;
}
