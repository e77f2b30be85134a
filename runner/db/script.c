/* script.c - the driver of offline mode: what it is sent becomes the text of a script.
 *
 * For psql and the sqlite3 shell. Nothing is queued: send writes, in one piece per statement.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "db/db.h"
#include "db/script_shell.h"
#include "sql/lexer.h"
#include "sql/quote.h"

/* How far a line of COPY data is from being the line "\.". */
enum copy_line { LINE_START, LINE_BACKSLASH, LINE_DOT, LINE_RETURN, LINE_OTHER };

struct db_connection {
    enum sql_dialect dialect;
    db_write_function *write;
    void *data;
    bool open;                  /* in a transaction, by what was sent */
    const char *failed_purpose; /* of the statement that failed; callers pass constants */
    enum copy_line copy_line;
    bool copy_ended; /* a line "\." was in the data: the rest is dropped, as the server does */
};

struct db_connection *db_script_open(const char *dialect, db_write_function *write, void *data)
{
    struct db_connection *connection = mem_alloc(sizeof *connection);
    connection->dialect = sql_dialect_named(dialect);
    connection->write = write;
    connection->data = data;
    return connection;
}

static bool write_out(struct db_connection *connection, const char *bytes, size_t length,
                      struct error *error)
{
    errno = 0;
    if (length == 0 || connection->write(connection->data, bytes, length)) {
        return true;
    }
    int reason = errno;
    return error_set(error, ERROR_FAILED, "cannot write the script%s%s",
                     reason != 0 ? ": " : "", reason != 0 ? strerror(reason) : "");
}

/* Adds the statement's source to an error that was just made; false, to be returned. */
static bool blame(struct db_connection *connection, const struct db_statement *statement,
                  struct error *error)
{
    text_add(&error->at, statement->source.at);
    text_add(&error->via, statement->source.via);
    text_add(&error->sql, statement->sql);
    connection->failed_purpose = statement->purpose;
    return false;
}

/* --- parameters as literals --- */

/* PostgreSQL: what postgres.c sends as a parameter without a type, as a literal without a type,
 * so that the server takes it for the same as online: a smallint, a text, a date ... */
static bool add_postgres_literal(struct text *out, const struct db_value *value,
                                 struct error *error)
{
    switch (value->kind) {
    case DB_NULL:
        text_add(out, "NULL");
        break;
    case DB_INTEGER:
        text_format(out, "'%" PRId64 "'", value->integer);
        break;
    case DB_REAL:
        text_add_char(out, '\'');
        sql_add_real(out, value->real);
        text_add_char(out, '\'');
        break;
    case DB_BOOLEAN:
        text_add(out, value->integer != 0 ? "'t'" : "'f'");
        break;
    case DB_TEXT:
        if (value->length > 0 && memchr(value->text, '\0', value->length) != NULL) {
            return error_set(error, ERROR_FAILED,
                             "a text with a NUL byte is no PostgreSQL text");
        }
        sql_quote_string(out, value->text, value->length, SQL_POSTGRESQL);
        break;
    case DB_BYTES:
        sql_quote_bytes(out, value->text, value->length, SQL_POSTGRESQL);
        break;
    }
    return true;
}

static void add_sqlite_real(struct text *out, double real)
{
    if (isnan(real)) {
        text_add(out, "NULL"); /* as sqlite3_bind_double makes of it */
    } else if (isinf(real)) {
        text_add(out, real < 0 ? "(-9e999)" : "9e999");
    } else {
        struct text digits = {0};
        sql_add_real(&digits, real);
        const char *more = strpbrk(digits.data, ".e") == NULL ? ".0" : "";
        text_format(out, signbit(real) ? "(%s%s)" : "%s%s", digits.data, more);
        text_free(&digits);
    }
}

/* A text with a NUL byte goes through a cast, and so does one with a CR: the sqlite3 shell
 * drops that of a CR LF. */
static void add_sqlite_string(struct text *out, const struct db_value *value)
{
    if (value->length == 0 || (memchr(value->text, '\0', value->length) == NULL &&
                               memchr(value->text, '\r', value->length) == NULL)) {
        sql_quote_string(out, value->text, value->length, SQL_SQLITE);
        return;
    }
    text_add(out, "CAST(");
    sql_quote_bytes(out, value->text, value->length, SQL_SQLITE);
    text_add(out, " AS TEXT)");
}

/* SQLite's values have types of their own. Negative numbers are in parentheses: "1 -?" would
 * become a comment. */
static void add_sqlite_literal(struct text *out, const struct db_value *value)
{
    switch (value->kind) {
    case DB_NULL:
        text_add(out, "NULL");
        break;
    case DB_INTEGER:
        text_format(out, value->integer < 0 ? "(%" PRId64 ")" : "%" PRId64, value->integer);
        break;
    case DB_REAL:
        add_sqlite_real(out, value->real);
        break;
    case DB_BOOLEAN:
        text_add(out, value->integer != 0 ? "1" : "0");
        break;
    case DB_TEXT:
        add_sqlite_string(out, value);
        break;
    case DB_BYTES:
        sql_quote_bytes(out, value->text, value->length, SQL_SQLITE);
        break;
    }
}

static bool add_literal(struct text *out, const struct db_value *value,
                        enum sql_dialect dialect, struct error *error)
{
    if (dialect == SQL_POSTGRESQL) {
        return add_postgres_literal(out, value, error);
    }
    add_sqlite_literal(out, value);
    return true;
}

/* Characters that a literal may touch on its left and right. Between others a blank keeps it
 * from being read together with its neighbour: "LIMIT?1", "x?". */
static bool may_touch(char neighbour, const char *which)
{
    return neighbour != '\0' && strchr(which, neighbour) != NULL;
}

/* The parameter of a placeholder, or NULL and an error. */
static const struct db_value *value_of(const struct db_statement *statement,
                                       const struct sql_placeholder *placeholder,
                                       struct error *error)
{
    const char *name = statement->sql + placeholder->start;
    int length = (int)(placeholder->end - placeholder->start);
    if (placeholder->number == 0) {
        error_set(error, ERROR_FAILED, "%.*s has no place in a list of parameters", length,
                  name);
        error_advise(error, "Write ? or ?1, or give a table of named parameters.");
        return NULL;
    }
    if (placeholder->number > statement->param_count) {
        error_set(error, ERROR_FAILED, "%.*s has no value: the statement got %zu %s", length,
                  name, statement->param_count,
                  statement->param_count == 1 ? "parameter" : "parameters");
        return NULL;
    }
    return &statement->params[placeholder->number - 1];
}

/* sql with each placeholder replaced by the literal of its parameter. */
static bool add_bound(struct text *out, const struct db_statement *statement,
                      enum sql_dialect dialect, struct error *error)
{
    const char *sql = statement->sql;
    size_t length = strlen(sql), copied = 0;
    struct sql_placeholder placeholder = {0};
    while (sql_next_placeholder(sql, length, dialect, &placeholder)) {
        const struct db_value *value = value_of(statement, &placeholder, error);
        size_t start = placeholder.start, end = placeholder.end;
        text_append(out, sql + copied, start - copied);
        if (start > 0 && !may_touch(sql[start - 1], " \t\r\n(,=")) {
            text_add_char(out, ' ');
        }
        if (value == NULL || !add_literal(out, value, dialect, error)) {
            return false;
        }
        if (end < length && !may_touch(sql[end], " \t\r\n),;:")) {
            text_add_char(out, ' ');
        }
        copied = end;
    }
    text_add(out, sql + copied);
    return true;
}

/* --- statements --- */

/* Follows BEGIN and COMMIT. False: something is open at the end of the text, and would take
 * the rest of the script with it. */
static bool follow_transaction(struct db_connection *connection, const struct text *sql,
                               struct error *error)
{
    struct sql_span span = {0};
    while (sql_next_statement(sql->data, sql->length, connection->dialect, &span)) {
        if (span.kind == SQL_UNCLOSED) {
            return error_set(error, ERROR_FAILED,
                             "a quote or comment in this SQL is never closed");
        }
        switch (sql_transaction_word(sql->data + span.start, span.end - span.start,
                                     connection->dialect)) {
        case SQL_BEGIN:
            connection->open = true;
            break;
        case SQL_COMMIT:
        case SQL_ROLLBACK:
        case SQL_PREPARE_TRANSACTION:
            connection->open = false;
            break;
        default:
            break;
        }
    }
    return true;
}

static void add_semicolon(struct text *out, enum sql_dialect dialect)
{
    struct sql_ending ending = sql_ending(out->data, out->length, dialect);
    if (ending.line_comment) {
        text_add_char(out, '\n');
    }
    text_add(out, ending.empty ? "\n" : ";\n");
}

static bool write_statement(struct db_connection *connection,
                            const struct db_statement *statement, struct error *error)
{
    struct text out = {0}, shell = {0};
    text_append(&out, "", 0);
    bool done = true;
    if (statement->param_count > 0) {
        done = add_bound(&out, statement, connection->dialect, error);
    } else {
        text_add(&out, statement->sql);
    }
    done = done && follow_transaction(connection, &out, error);
    if (done) {
        add_semicolon(&out, connection->dialect);
        if (connection->dialect == SQL_SQLITE) {
            script_add_for_shell(&shell, out.data, out.length);
        }
        const struct text *written = shell.length > 0 ? &shell : &out;
        done = write_out(connection, written->data, written->length, error);
    }
    text_free(&shell);
    text_free(&out);
    return done || blame(connection, statement, error);
}

static bool script_send(struct db_connection *connection, const struct db_statement *statement,
                        db_row_function *row, void *row_data, struct db_result *result,
                        struct error *error)
{
    (void)row_data;
    if (row != NULL) {
        error_set(error, ERROR_USAGE,
                  "a query needs a live database, and this is offline mode (--sql)");
        blame(connection, statement, error);
        return error_advise(error,
                            "Guard it with `if not neap.offline then ... end`, or write the "
                            "change as one SQL statement for op.execute.");
    }
    if (!write_statement(connection, statement, error)) {
        return false;
    }
    if (result != NULL) {
        *result = (struct db_result){.done = true};
    }
    return true;
}

static bool script_flush(struct db_connection *connection, struct error *error)
{
    (void)connection, (void)error;
    return true;
}

static const char *script_failed_purpose(struct db_connection *connection)
{
    return connection->failed_purpose;
}

/* --- COPY --- */

static bool script_copy_begin(struct db_connection *connection,
                              const struct db_statement *statement, struct error *error)
{
    if (connection->dialect == SQL_SQLITE) {
        error_set(error, ERROR_FAILED, "COPY is not SQL for SQLite");
        blame(connection, statement, error);
        return error_advise(error, "Use op.bulk_insert, or INSERT statements.");
    }
    connection->copy_line = LINE_START;
    connection->copy_ended = false;
    return write_statement(connection, statement, error);
}

static enum copy_line copy_line_after(enum copy_line before, char c)
{
    if (c == '\n') {
        return LINE_START;
    }
    switch (before) {
    case LINE_START:
        return c == '\\' ? LINE_BACKSLASH : LINE_OTHER;
    case LINE_BACKSLASH:
        return c == '.' ? LINE_DOT : LINE_OTHER;
    case LINE_DOT:
        return c == '\r' ? LINE_RETURN : LINE_OTHER;
    default:
        return LINE_OTHER;
    }
}

static bool script_copy_data(struct db_connection *connection, const char *bytes, size_t length,
                             struct error *error)
{
    size_t at = 0;
    if (connection->copy_ended) {
        return true;
    }
    while (at < length && !connection->copy_ended) {
        enum copy_line before = connection->copy_line;
        connection->copy_line = copy_line_after(before, bytes[at]);
        connection->copy_ended =
            bytes[at++] == '\n' && (before == LINE_DOT || before == LINE_RETURN);
    }
    return write_out(connection, bytes, at, error);
}

static bool script_copy_end(struct db_connection *connection, struct db_result *result,
                            struct error *error)
{
    enum copy_line line = connection->copy_line;
    bool has_end = line == LINE_DOT || line == LINE_RETURN;
    const char *end = connection->copy_ended ? ""
                      : has_end              ? "\n"
                      : line == LINE_START   ? "\\.\n"
                                             : "\n\\.\n";
    if (result != NULL) {
        *result = (struct db_result){.done = true};
    }
    return write_out(connection, end, strlen(end), error);
}

/* --- the rest of the driver --- */

static bool script_accepts(const char *url)
{
    (void)url;
    return false;
}

static struct db_connection *script_connect(const char *url, const struct db_settings *settings,
                                            struct error *error)
{
    (void)url, (void)settings;
    error_set(error, ERROR_USAGE, "a script has no URL");
    return NULL;
}

static bool script_ready(struct db_connection *connection, struct error *error)
{
    (void)connection, (void)error;
    return true;
}

static enum db_transaction script_transaction(struct db_connection *connection)
{
    return connection->open ? DB_OPEN : DB_IDLE;
}

static const char *script_info(struct db_connection *connection, const char *what)
{
    (void)connection, (void)what;
    return NULL;
}

static const char *script_display(struct db_connection *connection)
{
    (void)connection;
    return "script";
}

static void script_cancel(void *connection)
{
    (void)connection; /* nothing runs for long */
}

static void script_close(struct db_connection *connection)
{
    mem_free(connection);
}

const struct db_driver db_script = {
    .name = "script",
    .accepts = script_accepts,
    .connect = script_connect,
    .ready = script_ready,
    .send = script_send,
    .flush = script_flush,
    .failed_purpose = script_failed_purpose,
    .copy_begin = script_copy_begin,
    .copy_data = script_copy_data,
    .copy_end = script_copy_end,
    .transaction = script_transaction,
    .info = script_info,
    .display = script_display,
    .cancel = script_cancel,
    .close = script_close,
};

/* --- comments and raw text --- */

/* The length of the line break at the start of text, 0 when there is none: LF, CR, CR LF, and
 * what others take for one (VT, FF, NEL, U+2028, U+2029). */
static size_t line_break(const char *text)
{
    static const char *const breaks[] = {
        "\r\n", "\n", "\r", "\v", "\f", "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9",
    };
    for (size_t i = 0; i < sizeof breaks / sizeof breaks[0]; i++) {
        if (string_starts_with(text, breaks[i])) {
            return strlen(breaks[i]);
        }
    }
    return 0;
}

bool db_script_comment(struct db_connection *connection, const char *text, struct error *error)
{
    struct text out = {0};
    do {
        size_t length = 0;
        while (text[length] != '\0' && line_break(text + length) == 0) {
            length++;
        }
        text_add(&out, length > 0 ? "-- " : "--");
        text_add_escaped(&out, text, length, true);
        text_add_char(&out, '\n');
        text += length + line_break(text + length);
    } while (*text != '\0');
    bool done = write_out(connection, out.data, out.length, error);
    text_free(&out);
    return done;
}

bool db_script_raw(struct db_connection *connection, const char *text, struct error *error)
{
    return write_out(connection, text, strlen(text), error);
}
