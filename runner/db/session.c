#include "db/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/memory.h"
#include "sql/changes.h"

/* See session_add_check. */
struct later_check {
    char *query, *cleanup, *at, *via;
};

/* Where a savepoint began. */
struct mark {
    long position;
    size_t checks;
    size_t changes;
    bool grouped;
};

struct session {
    const struct db_driver *driver;
    struct db_connection *connection;
    char *dialect;
    enum sql_dialect sql_dialect;
    struct session_hooks hooks;
    bool autocommit;
    bool free_sql;  /* see session_sent_free_sql */
    long position;  /* of the running revision's last statement that writes */
    bool grouped;   /* see session_group_begin */
    int savepoints; /* open ones */
    struct mark *starts;
    size_t start_capacity;
    struct later_check *checks;
    size_t check_count, check_capacity;
    struct text changes;  /* see session_changes */
    struct error failure; /* see session_failure */
    int failure_depth;    /* savepoints that were open when it happened */
};

struct session *session_new(const struct db_driver *driver, struct db_connection *connection,
                            const char *dialect)
{
    struct session *session = mem_alloc(sizeof *session);
    session->driver = driver;
    session->connection = connection;
    session->dialect = mem_copy_string(dialect);
    session->sql_dialect = sql_dialect_named(dialect);
    return session;
}

static void forget_checks(struct session *session, size_t from)
{
    while (session->check_count > from) {
        struct later_check *check = &session->checks[--session->check_count];
        mem_free(check->query);
        mem_free(check->cleanup);
        mem_free(check->at);
        mem_free(check->via);
    }
}

void session_free(struct session *session)
{
    if (session == NULL) {
        return;
    }
    forget_checks(session, 0);
    mem_free(session->checks);
    session->driver->close(session->connection);
    error_free(&session->failure);
    text_free(&session->changes);
    mem_free(session->starts);
    mem_free(session->dialect);
    mem_free(session);
}

void session_set_hooks(struct session *session, const struct session_hooks *hooks)
{
    session->hooks = *hooks;
}

const char *session_dialect(const struct session *session)
{
    return session->dialect;
}

bool session_offline(const struct session *session)
{
    return session->driver == &db_script;
}

const struct db_driver *session_driver(const struct session *session)
{
    return session->driver;
}

struct db_connection *session_connection(const struct session *session)
{
    return session->connection;
}

const char *session_begin_sql(const struct session *session)
{
    return session->sql_dialect == SQL_SQLITE ? "BEGIN IMMEDIATE" : "BEGIN";
}

/* --- neap's own statements --- */

/* An error in a statement of a SQL file names the line where the statement begins; when the
 * database tells the position in it, the line and the column of that. */
static bool find_line(struct error *error)
{
    const char *via = text_string(&error->via);
    const char *last = strrchr(via, '\n');
    const char *colon = strrchr(last == NULL ? via : last, ':');
    if (error->position < 1 || colon == NULL || colon - via < 4 ||
        strncmp(colon - 4, ".sql", 4) != 0) {
        return false;
    }
    long line = strtol(colon + 1, NULL, 10);
    long character = 1; /* positions count characters, not bytes */
    long column = error->indent + 1;
    for (const char *at = text_string(&error->sql); *at != '\0' && character < error->position;
         at++) {
        bool ends = ((unsigned char)at[1] & 0xC0) != 0x80; /* the character */
        line += *at == '\n' ? 1 : 0;
        column = *at == '\n' ? 1 : column + (ends ? 1 : 0);
        character += ends ? 1 : 0;
    }
    error->via.length = (size_t)(colon + 1 - via);
    text_format(&error->via, "%ld:%ld", line, column);
    return false;
}

bool session_send(struct session *session, const struct db_statement *statement,
                  db_row_function *row, void *data, struct db_result *result,
                  struct error *error)
{
    if (session->driver->send(session->connection, statement, row, data, result, error)) {
        return true;
    }
    if (error->kind == ERROR_NONE) {
        (void)session->driver->flush(session->connection, error);
    }
    return find_line(error);
}

bool session_sql(struct session *session, const char *sql, struct error *error)
{
    struct db_statement statement = {.sql = sql, .purpose = "neap"};
    return session_send(session, &statement, NULL, NULL, NULL, error);
}

bool session_flush(struct session *session, struct error *error)
{
    return session->driver->flush(session->connection, error) || find_line(error);
}

enum db_transaction session_transaction(struct session *session)
{
    return session->driver->transaction(session->connection);
}

void session_set_autocommit(struct session *session, bool on)
{
    session->autocommit = on;
}

bool session_in_transaction(const struct session *session)
{
    return !session->autocommit;
}

/* Foreign keys are enforced again whatever has happened. */
static void leave_group(struct session *session)
{
    struct error ignored = {0};
    session->grouped = false;
    (void)session_rebuild(session, false, &ignored);
    error_free(&ignored);
}

void session_start_revision(struct session *session)
{
    leave_group(session);
    forget_checks(session, 0);
    session->position = 0;
    session->grouped = false;
    session->free_sql = false;
    session->savepoints = 0;
    text_clear(&session->changes);
    error_free(&session->failure);
}

const struct text *session_changes(const struct session *session)
{
    return &session->changes;
}

bool session_sent_free_sql(const struct session *session)
{
    return session->free_sql;
}

long session_position(const struct session *session)
{
    return session->position;
}

const struct error *session_failure(const struct session *session)
{
    return session->failure.kind == ERROR_NONE ? NULL : &session->failure;
}

/* --- a revision's statements --- */

/* Remembers the first failure, so that a pcall around it cannot make the revision succeed. */
static bool fail(struct session *session, const struct error *error)
{
    if (session->grouped) {
        leave_group(session);
    }
    if (session->failure.kind == ERROR_NONE) {
        error_copy(&session->failure, error);
        session->failure_depth = session->savepoints;
    }
    return false;
}

/* After a failure the transaction is lost; only a savepoint's rollback leads on. */
static bool ready_to_run(struct session *session, struct error *error)
{
    if (session->failure.kind == ERROR_NONE) {
        return true;
    }
    if (error->kind == ERROR_NONE) {
        error_copy(error, &session->failure);
    }
    return false;
}

static const struct {
    enum sql_transaction_word word;
    const char *name;
    const char *advice;
} refused_words[] = {
    {SQL_BEGIN, "BEGIN",
     "neap opens the transaction; leave BEGIN out, or use op.savepoint(fn) for a part that may "
     "fail."},
    {SQL_COMMIT, "COMMIT",
     "Use op.commit() to end this transaction and begin the next, or op.autocommit(fn)."},
    {SQL_ROLLBACK, "ROLLBACK", "Use op.savepoint(fn): an error in fn undoes fn alone."},
    {SQL_PREPARE_TRANSACTION, "PREPARE TRANSACTION",
     "Use op.commit() to end this transaction and begin the next."},
};

static bool set_source(struct error *error, struct db_source source)
{
    text_add(&error->at, source.at);
    text_add(&error->via, source.via);
    return false;
}

/* Nobody but neap ends the transaction: else a revision could be recorded without being done.
 */
static bool refuse_transaction_word(const struct session *session, const char *sql,
                                    size_t length, struct db_source source, struct error *error)
{
    enum sql_transaction_word word = sql_transaction_word(sql, length, session->sql_dialect);
    for (size_t i = 0; i < sizeof refused_words / sizeof refused_words[0]; i++) {
        if (refused_words[i].word == word) {
            error_set(error, ERROR_FAILED, "%s is not allowed in a revision",
                      refused_words[i].name);
            set_source(error, source);
            text_append(&error->sql, sql, length);
            error_advise(error, "%s", refused_words[i].advice);
            return true;
        }
    }
    return false;
}

/* SQLite would run all that a text holds, and only the first one has been looked at; PostgreSQL
 * refuses by itself. */
static bool refuse_several(const struct session *session, const struct db_statement *statement,
                           struct error *error)
{
    struct sql_span span = {0};
    size_t length = strlen(statement->sql);
    if (session->sql_dialect != SQL_SQLITE || memchr(statement->sql, ';', length) == NULL ||
        !sql_next_statement(statement->sql, length, SQL_SQLITE, &span) ||
        !sql_next_statement(statement->sql, length, SQL_SQLITE, &span)) {
        return false;
    }
    error_set(error, ERROR_FAILED, "several statements where one is expected");
    set_source(error, statement->source);
    text_add(&error->sql, statement->sql);
    error_advise(error, "Send them one by one; op.execute without parameters takes several.");
    return true;
}

static bool refuse_statement(const struct session *session,
                             const struct db_statement *statement, struct error *error)
{
    const char *sql = statement->sql;
    size_t length = strlen(sql);
    if (refuse_transaction_word(session, sql, length, statement->source, error) ||
        refuse_several(session, statement, error)) {
        return true;
    }
    if (session->sql_dialect == SQL_POSTGRESQL && sql_is_copy_out(sql, length)) {
        error_set(error, ERROR_FAILED, "COPY ... TO STDOUT has no one to read it");
        set_source(error, statement->source);
        error_advise(error, "Use op.query to read rows.");
        return true;
    }
    if (!session->autocommit && sql_needs_autocommit(sql, length, session->sql_dialect)) {
        error_set(error, ERROR_FAILED, "this statement cannot run inside a transaction");
        set_source(error, statement->source);
        text_append(&error->sql, sql, length);
        error_advise(error, "Put it into op.autocommit(function() ... end), or write "
                            "`transaction = false` in the revision's header.");
        return true;
    }
    return false;
}

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
static void note_changes(struct session *session, const char *sql, struct db_source source)
{
    sql += strspn(sql, " \t\r\n;");
    if (sql[0] == '\0' || strchr("cCaAdDgGrRsS-/\xEF", sql[0]) == NULL) {
        return;
    }
    struct text place = {0};
    add_place(&source, &place);
    sql_changes(sql, strlen(sql), session->sql_dialect, text_string(&place), &session->changes);
    text_free(&place);
}

static void cut_changes(struct session *session, size_t length)
{
    if (session->changes.length > length) {
        session->changes.length = length;
        session->changes.data[length] = '\0';
    }
}

/* Counts the statement and asks whether an earlier run has completed it. */
static bool admit(struct session *session, const struct db_statement *statement, bool *skip,
                  struct error *error)
{
    *skip = false;
    if (session->grouped) {
        if (statement->many) {
            note_changes(session, statement->sql, statement->source);
        }
        return true;
    }
    session->position++;
    note_changes(session, statement->sql, statement->source);
    return session->hooks.before == NULL ||
           session->hooks.before(session->hooks.data, session->position, statement, skip,
                                 error);
}

/* True when each statement is a step of its own. */
static bool steps_alone(const struct session *session)
{
    return session->autocommit && !session->grouped;
}

static bool run_admitted(struct session *session, const struct db_statement *statement,
                         struct error *error)
{
    if (steps_alone(session) && session->hooks.step != NULL) {
        return session->hooks.step(session->hooks.data, session->position, statement, error);
    }
    return session_send(session, statement, NULL, NULL, NULL, error);
}

bool session_run(struct session *session, const struct db_statement *statement,
                 struct error *error)
{
    if (!ready_to_run(session, error)) {
        return false;
    }
    bool skip = false;
    session->free_sql =
        session->free_sql || statement->param_count > 0 ||
        sql_is_setting(statement->sql, strlen(statement->sql), session->sql_dialect);
    if (refuse_statement(session, statement, error) ||
        !admit(session, statement, &skip, error) ||
        (!skip && !run_admitted(session, statement, error))) {
        return fail(session, error);
    }
    return true;
}

bool session_query(struct session *session, const struct db_statement *statement,
                   db_row_function *row, void *data, struct error *error)
{
    if (!ready_to_run(session, error)) {
        return false;
    }
    if (session_offline(session)) {
        error_set(error, ERROR_FAILED,
                  "a query needs a live database, and this is offline mode (--sql)");
        set_source(error, statement->source);
        error_advise(error,
                     "Guard it with `if not neap.offline then ... end`, or write the change as "
                     "one SQL statement for op.execute.");
        return fail(session, error);
    }
    session->free_sql = true;
    if (refuse_transaction_word(session, statement->sql, strlen(statement->sql),
                                statement->source, error) ||
        refuse_several(session, statement, error) ||
        !session_send(session, statement, row, data, NULL, error) ||
        !session_flush(session, error)) {
        return fail(session, error);
    }
    return true;
}

/* --- several statements as one --- */

/* The transaction of a step that is more than one statement. */
static bool begin_step(struct session *session, struct error *error)
{
    return session->hooks.begin_step != NULL
               ? session->hooks.begin_step(session->hooks.data, error)
               : session_sql(session, session_begin_sql(session), error);
}

/* That transaction's end. */
static bool end_step(struct session *session, struct error *error)
{
    return session->hooks.step == NULL ||
           session->hooks.step(session->hooks.data, session->position, NULL, error);
}

/* SQLite's rebuilds: the statements say nothing of what was asked for. */
static void note_group(struct session *session, const char *changes, struct db_source source)
{
    struct sql_span span = {0};
    struct text sql = {0};
    while (changes != NULL && sql_next_statement(changes, strlen(changes), SQL_SQLITE, &span)) {
        text_clear(&sql);
        text_append(&sql, changes + span.start, span.end - span.start);
        note_changes(session, text_string(&sql), source);
    }
    text_free(&sql);
}

bool session_group_begin(struct session *session, const struct db_statement *named,
                         const char *changes, bool *skip, struct error *error)
{
    *skip = false;
    if (!ready_to_run(session, error)) {
        return false;
    }
    size_t length = session->changes.length;
    if (!admit(session, named, skip, error) ||
        (!*skip && session->autocommit && !begin_step(session, error))) {
        return fail(session, error);
    }
    cut_changes(session, length);
    note_group(session, changes, named->source);
    session->grouped = !*skip;
    return true;
}

bool session_group_end(struct session *session, struct error *error)
{
    bool done = ready_to_run(session, error) && session_rebuild(session, false, error);
    session->grouped = false;
    return done && (!session->autocommit ||
                    (session_run_checks(session, error) && end_step(session, error)) ||
                    fail(session, error));
}

void session_group_fail(struct session *session, const struct error *error)
{
    leave_group(session);
    (void)fail(session, error);
}

bool session_passed(const struct session *session)
{
    return session->hooks.passed != NULL &&
           session->hooks.passed(session->hooks.data, session->position + 1);
}

bool session_rebuild(struct session *session, bool begin, struct error *error)
{
    if (session->driver->rebuild != NULL) {
        return session->driver->rebuild(session->connection, begin, error);
    }
    return session->hooks.rebuild == NULL || !session->grouped ||
           session->hooks.rebuild(session->hooks.data, begin, error);
}

bool session_attempt(struct session *session, const struct db_statement *statement,
                     db_row_function *row, void *data, struct error *error)
{
    return ready_to_run(session, error) &&
           session->driver->send(session->connection, statement, row, data, NULL, error);
}

bool session_row(struct session *session, const struct db_statement *statement,
                 struct error *error)
{
    return ready_to_run(session, error) &&
           (session_send(session, statement, NULL, NULL, NULL, error) || fail(session, error));
}

/* --- what must hold at the end --- */

void session_add_check(struct session *session, const char *query, const char *cleanup,
                       struct db_source source)
{
    session->checks = mem_grow(session->checks, session->check_count, &session->check_capacity,
                               sizeof *session->checks);
    session->checks[session->check_count++] = (struct later_check){
        mem_copy_string(query), cleanup == NULL ? NULL : mem_copy_string(cleanup),
        source.at == NULL ? NULL : mem_copy_string(source.at),
        source.via == NULL ? NULL : mem_copy_string(source.via)};
}

static bool collect_violation(void *data, const struct db_row *row)
{
    struct list *found = data;
    if (row->values[0].kind == DB_TEXT) {
        list_add(found, row->values[0].text);
    }
    return found->count < 5;
}

static bool run_check(struct session *session, const struct later_check *check,
                      struct error *error)
{
    const struct db_source source = {.at = check->at, .via = check->via};
    struct db_statement statement = {.sql = check->query, .source = source};
    struct list found = {0};
    bool done = session_send(session, &statement, collect_violation, &found, NULL, error);
    if (done && found.count > 0) {
        done =
            error_set(error, ERROR_FAILED,
                      "the rebuild leaves a foreign key without its row: %s", found.items[0]);
        set_source(error, source);
        for (size_t i = 1; i < found.count; i++) {
            text_format(&error->detail, "%s%s", i > 1 ? "\n" : "", found.items[i]);
        }
        error_advise(error, "Delete or correct these rows before the rebuild.");
    }
    list_free(&found);
    return done && (check->cleanup == NULL || session_sql(session, check->cleanup, error));
}

bool session_run_checks(struct session *session, struct error *error)
{
    for (size_t i = 0; i < session->check_count; i++) {
        if (!run_check(session, &session->checks[i], error)) {
            return false;
        }
    }
    forget_checks(session, 0);
    return true;
}

/* --- COPY --- */

static bool copy_begin(struct session *session, const struct db_statement *statement,
                       bool *skip, struct error *error)
{
    if (session->driver->copy_begin == NULL) {
        error_set(error, ERROR_FAILED, "COPY is not SQL for SQLite");
        set_source(error, statement->source);
        return error_advise(error, "Use op.bulk_insert, or INSERT statements.");
    }
    if (!admit(session, statement, skip, error)) {
        return false;
    }
    if (*skip) {
        return true;
    }
    if (steps_alone(session) && !begin_step(session, error)) {
        return false;
    }
    return session->driver->copy_begin(session->connection, statement, error);
}

bool session_copy_begin(struct session *session, const struct db_statement *statement,
                        bool *skip, struct error *error)
{
    *skip = false;
    return ready_to_run(session, error) &&
           (copy_begin(session, statement, skip, error) || fail(session, error));
}

bool session_copy_data(struct session *session, const char *bytes, size_t length,
                       struct error *error)
{
    return session->driver->copy_data(session->connection, bytes, length, error) ||
           fail(session, error);
}

bool session_copy_end(struct session *session, struct error *error)
{
    if (!session->driver->copy_end(session->connection, NULL, error)) {
        return fail(session, error);
    }
    return !steps_alone(session) || end_step(session, error) || fail(session, error);
}

/* --- texts of several statements --- */

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
    set_source(error, piece->source);
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
    if (!copy_begin(session, statement, &skip, error)) {
        return fail(session, error);
    }
    return skip || ((length == 0 || session_copy_data(session, data, length, error)) &&
                    session_copy_end(session, error));
}

static bool run_piece(struct session *session, const char *text, const struct sql_span *span,
                      const struct piece *piece, unsigned flags, struct error *error)
{
    struct db_statement statement = {.sql = text_string(&piece->sql),
                                     .source = piece->source,
                                     .many =
                                         (flags & SESSION_MANY) != 0 && !steps_alone(session)};
    if (span->kind == SQL_BACKSLASH) {
        return backslash_is_harmless(statement.sql) ||
               (refuse_backslash(piece, error), fail(session, error));
    }
    if (span->kind == SQL_UNCLOSED) {
        error_set(error, ERROR_FAILED, "a quote or comment in this SQL is never closed");
        set_source(error, piece->source);
        text_append(&error->sql, piece->sql.data,
                    piece->sql.length > 200 ? 200 : piece->sql.length);
        return fail(session, error);
    }
    if (strlen(statement.sql) != piece->sql.length) {
        error_set(error, ERROR_FAILED, "a NUL byte in SQL text");
        set_source(error, piece->source);
        return fail(session, error);
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
    if (!ready_to_run(session, error)) {
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

/* --- savepoints --- */

/* The names are long, so that they do not meet a revision's own. */
static bool savepoint_command(struct session *session, const char *command, int number,
                              struct error *error)
{
    char sql[64];
    struct text text = {0};
    text_format(&text, "%s neap_savepoint_%d", command, number);
    memcpy(sql, text.data, text.length + 1);
    text_free(&text);
    return session_sql(session, sql, error);
}

bool session_savepoint(struct session *session, struct error *error)
{
    if (!ready_to_run(session, error)) {
        return false;
    }
    if (steps_alone(session)) {
        /* Nothing was sent, so nothing has failed for good; the caller adds the place. */
        error_set(error, ERROR_FAILED,
                  "op.savepoint needs a transaction, and this part runs without one");
        return error_advise(
            error,
            "Use it outside op.autocommit, in a revision without `transaction = false`.");
    }
    /* What was queued before is answered first: its failure must not be undone with fn. */
    if (!session_flush(session, error) ||
        !savepoint_command(session, "SAVEPOINT", session->savepoints + 1, error)) {
        return fail(session, error);
    }
    session->starts = mem_grow(session->starts, (size_t)session->savepoints,
                               &session->start_capacity, sizeof *session->starts);
    session->starts[session->savepoints++] = (struct mark){
        session->position, session->check_count, session->changes.length, session->grouped};
    return true;
}

bool session_release(struct session *session, struct error *error)
{
    if (session->failure.kind != ERROR_NONE) {
        return ready_to_run(session, error);
    }
    if (!session_flush(session, error)) {
        return fail(session, error);
    }
    if (!savepoint_command(session, "RELEASE SAVEPOINT", session->savepoints, error)) {
        return fail(session, error);
    }
    session->savepoints--;
    return true;
}

bool session_rollback_to(struct session *session, struct error *error)
{
    struct error ignored = {0};
    (void)session_flush(session, &ignored); /* what is still queued is undone anyway */
    error_free(&ignored);
    enum db_transaction state = session_transaction(session);
    if (state != DB_OPEN && state != DB_ABORTED) {
        return ready_to_run(session, error) &&
               error_set(error, ERROR_FAILED,
                         "the transaction is gone; the savepoint cannot go on");
    }
    if (!savepoint_command(session, "ROLLBACK TO SAVEPOINT", session->savepoints, error) ||
        !savepoint_command(session, "RELEASE SAVEPOINT", session->savepoints, error) ||
        !session_flush(session, error)) {
        return fail(session, error);
    }
    if (session->failure.kind != ERROR_NONE && session->hooks.undone != NULL &&
        session->position > session->starts[session->savepoints - 1].position) {
        session->hooks.undone(session->hooks.data, session->position);
    }
    if (session->failure_depth >= session->savepoints) {
        error_free(&session->failure);
    }
    forget_checks(session, session->starts[session->savepoints - 1].checks);
    cut_changes(session, session->starts[session->savepoints - 1].changes);
    session->grouped = session->starts[session->savepoints - 1].grouped;
    session->savepoints--;
    return true;
}

/* --- steps --- */

void session_keep(struct session *session, const char *text)
{
    if (session->hooks.keep != NULL) {
        session->hooks.keep(session->hooks.data, text);
    }
}

const char *session_kept(const struct session *session)
{
    return session->hooks.kept == NULL
               ? NULL
               : session->hooks.kept(session->hooks.data, session->position + 1);
}

static bool refuse_inside_savepoint(struct session *session, const char *what,
                                    struct error *error)
{
    if (session->savepoints == 0) {
        return false;
    }
    error_set(error, ERROR_FAILED,
              "%s inside op.savepoint would end the savepoint's transaction", what);
    error_advise(error, "Move it out of the function given to op.savepoint.");
    return true;
}

bool session_commit_step(struct session *session, struct error *error)
{
    if (!ready_to_run(session, error)) {
        return false;
    }
    if (refuse_inside_savepoint(session, "op.commit", error)) {
        return fail(session, error);
    }
    if (session->autocommit || session->hooks.commit == NULL) {
        return true; /* nothing is open */
    }
    return session->hooks.commit(session->hooks.data, error) || fail(session, error);
}

bool session_autocommit(struct session *session, bool begin, struct error *error)
{
    if (!ready_to_run(session, error)) {
        return false;
    }
    if (refuse_inside_savepoint(session, "op.autocommit", error)) {
        return fail(session, error);
    }
    if (session->hooks.autocommit == NULL) {
        return true;
    }
    return session->hooks.autocommit(session->hooks.data, begin, error) || fail(session, error);
}
