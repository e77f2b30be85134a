#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "db/db.h"
#include "db/sqlite_database.h"
#include "db/sqlite_lock.h"
#include "db/sqlite_quoted.h"
#include "sql/lexer.h"

enum { LONGEST_NAP_MS = 25, WAITING_EVERY_MS = 100 };

/* Kept for the connection's life. */
struct named_statement {
    char *name;
    sqlite3_stmt *statement;
};

struct db_connection {
    sqlite3 *db; /* NULL until ready */
    char *url;
    char *path; /* as given to SQLite; ":memory:" */
    struct db_settings settings;
    struct named_statement *named;
    size_t named_count, named_capacity;
    size_t named_last; /* the one that was used last */
    char *failed_purpose;
    struct db_value *values; /* room for one row */
    const char **names;
    size_t width;
    volatile sig_atomic_t cancelled; /* by a signal, and no statement has failed of it yet */
    int64_t busy_since;              /* the wait for a lock that is under way */
    int64_t busy_shown;
    struct text holder; /* for info */
    int runner_lock;    /* a descriptor, or -1 */
    bool pragmas;       /* a revision has sent some */
    char data_version[16];
    char version_num[16];
    bool rebuilding;
    int enforced, legacy; /* before the rebuild */
    struct text rebuilt;  /* the schema before the rebuild: what has double quotes */
};

/* --- URLs --- */

static bool accepts(const char *url)
{
    return string_starts_with(url, "sqlite:");
}

/* sqlite:PATH, and SQLAlchemy's sqlite:///PATH (so that four slashes begin an absolute one).
 * NULL: the URL is malformed. */
static char *path_of(const char *url)
{
    const char *path = url + strlen("sqlite:");
    if (strcmp(path, "//") == 0) {
        return mem_copy_string(":memory:"); /* SQLAlchemy's */
    }
    if (string_starts_with(path, "///")) {
        path += 3;
    } else if (string_starts_with(path, "//")) {
        return NULL; /* a host */
    }
    if (path[0] == '\0' || strchr(path, '?') != NULL) {
        return NULL; /* a file that vanishes; parameters, which nobody reads */
    }
    /* SQLite would take "file:a?mode=ro" for a URI of its own. */
    return string_starts_with(path, "file:") ? string_format("./%s", path)
                                             : mem_copy_string(path);
}

/* --- errors --- */

/* The number of characters before a byte offset, from 1. */
static long character_at(const char *sql, size_t offset)
{
    long character = 1;
    for (size_t i = 0; i < offset && sql[i] != '\0'; i++) {
        character += ((unsigned char)sql[i] & 0xC0U) != 0x80U;
    }
    return character;
}

static void set_place(struct db_connection *c, const struct db_statement *statement,
                      struct error *error)
{
    mem_free(c->failed_purpose);
    c->failed_purpose = mem_copy_string(statement->purpose);
    text_add(&error->sql, statement->sql);
    text_add(&error->at, statement->source.at);
    text_add(&error->via, statement->source.via);
    error->indent = statement->source.indent;
}

static bool refuse(struct db_connection *c, const struct db_statement *statement,
                   const char *message, struct error *error)
{
    struct error made = {0};
    error_set(&made, ERROR_FAILED, "%s", message);
    set_place(c, statement, &made);
    error_move(error, &made);
    return false;
}

static enum error_kind kind_of(int code)
{
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        /* A wait that a signal ended. */
        return interrupt_pending() ? ERROR_INTERRUPTED : ERROR_LOCKED;
    case SQLITE_INTERRUPT:
        return ERROR_INTERRUPTED;
    default:
        return ERROR_FAILED;
    }
}

static void advise(const struct db_connection *c, int code, struct error *error)
{
    struct text holder = {0};
    switch (code & 0xFF) {
    case SQLITE_BUSY:
        if (sqlite_lock_holder(c->path, &holder)) {
            error_advise(error, "The database is in use by %s.", text_string(&holder));
        }
        break;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
        error_advise(error,
                     "SQLite writes to %s and to files beside it: both the file and its "
                     "directory must be writable.",
                     c->path);
        break;
    default:
        break;
    }
    text_free(&holder);
}

/* What SQLite says of the last call. start: where in statement->sql the piece that failed
 * begins. was_open: a transaction was open before. */
static bool fail(struct db_connection *c, const struct db_statement *statement, size_t start,
                 bool was_open, struct error *error)
{
    int code = sqlite3_extended_errcode(c->db);
    c->cancelled = c->cancelled != 0 && kind_of(code) != ERROR_INTERRUPTED;
    int offset = sqlite3_error_offset(c->db);
    struct error made = {0};
    error_set(&made, kind_of(code), "%s", sqlite3_errmsg(c->db));
    set_place(c, statement, &made);
    if (offset >= 0) {
        made.position = character_at(statement->sql, start + (size_t)offset);
    }
    made.retryable = made.kind == ERROR_LOCKED && (code & 0xFF) == SQLITE_BUSY;
    made.statement_ended_transaction = was_open && sqlite3_get_autocommit(c->db) != 0;
    advise(c, code, &made);
    error_move(error, &made);
    return false;
}

/* --- opening --- */

char *sqlite_url_path(const char *url, struct error *error)
{
    char *path = path_of(url);
    if (path == NULL) {
        error_set(error, ERROR_USAGE, "malformed SQLite URL: %s", url);
        error_advise(error, "Write sqlite:relative.db, sqlite:/absolute.db or sqlite::memory:, "
                            "without parameters.");
    }
    return path;
}

static struct db_connection *
open_connection(const char *url, const struct db_settings *settings, struct error *error)
{
    char *path = sqlite_url_path(url, error);
    if (path == NULL) {
        return NULL;
    }
    struct db_connection *c = mem_alloc(sizeof *c);
    c->url = mem_copy_string(url);
    c->path = path;
    c->settings = *settings;
    c->runner_lock = -1;
    (void)snprintf(c->version_num, sizeof c->version_num, "%d", sqlite3_libversion_number());
    return c;
}

/* Sleeps a little longer each time. 0: give up, the call returns SQLITE_BUSY. */
static int on_busy(void *data, int calls)
{
    struct db_connection *c = data;
    int64_t now = clock_ms();
    if (calls == 0) {
        c->busy_since = now;
        c->busy_shown = now;
    }
    if (interrupt_pending() || now - c->busy_since >= c->settings.busy_timeout_ms) {
        return 0;
    }
    if (now - c->busy_shown >= WAITING_EVERY_MS && c->settings.hooks.waiting != NULL) {
        c->busy_shown = now;
        c->settings.hooks.waiting(c->settings.hooks.data, now - c->busy_since);
    }
    int64_t left = c->settings.busy_timeout_ms - (now - c->busy_since);
    int64_t nap = calls < LONGEST_NAP_MS ? calls + 1 : LONGEST_NAP_MS;
    (void)clock_sleep_ms(nap < left ? nap : left);
    return 1;
}

static bool in_memory(const struct db_connection *c)
{
    return strcmp(c->path, ":memory:") == 0;
}

/* One thread uses SQLite: no mutexes, also around its allocations. Only before its first use
 * does this succeed; later it is refused, and means nothing then. sqlite3_interrupt from a
 * signal handler needs no mutex. Source: sqlite.org/threadsafe.html */
static void configure_once(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int open_file(struct db_connection *c)
{
    const char *path = c->path;
    configure_once();
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (c->settings.read_only) {
        if (access(path, F_OK) != 0) {
            path = ":memory:"; /* not there: empty, and it stays that way */
        } else if (access(path, W_OK) != 0) {
            flags ^= SQLITE_OPEN_READWRITE | SQLITE_OPEN_READONLY;
        }
        /* Otherwise writable: what a crash left in a journal has to be undone before reading.
         */
    } else {
        flags |= SQLITE_OPEN_CREATE;
    }
    return sqlite3_open_v2(path, &c->db, flags, NULL);
}

static bool refuse_to_open(struct db_connection *c, struct error *error)
{
    char *directory = path_directory(c->path);
    int code = sqlite3_errcode(c->db) & 0xFF;
    enum error_kind kind = kind_of(code) == ERROR_FAILED ? ERROR_UNREACHABLE : kind_of(code);
    if (code == SQLITE_CANTOPEN && !directory_exists(directory)) {
        error_set(error, kind, "cannot open %s: the directory %s does not exist", c->url,
                  directory);
    } else if (code == SQLITE_CANTOPEN && directory_exists(c->path)) {
        error_set(error, kind, "cannot open %s: it is a directory", c->url);
    } else {
        error_set(error, kind, "cannot open %s: %s", c->url, sqlite3_errmsg(c->db));
        advise(c, code, error);
    }
    mem_free(directory);
    sqlite3_close(c->db);
    c->db = NULL;
    return false;
}

static const struct {
    int option;
    int value;
} options[] = {
    {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
    /* "name" is never a string: a misspelt column is an error. */
    {SQLITE_DBCONFIG_DQS_DML, 0},
    {SQLITE_DBCONFIG_DQS_DDL, 0},
    /* SQL cannot write to the schema table and SQLite's other innards, or load code. */
    {SQLITE_DBCONFIG_DEFENSIVE, 1},
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
};

static bool ready(struct db_connection *c, struct error *error)
{
    if (c->db != NULL) {
        return true;
    }
    if (open_file(c) != SQLITE_OK) {
        return refuse_to_open(c, error);
    }
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        (void)sqlite3_db_config(c->db, options[i].option, options[i].value, NULL);
    }
    (void)sqlite3_busy_handler(c->db, on_busy, c);
    /* Whatever the file's owner thinks of durability, a migration survives a power cut. This
     * reads the file, too: one that is no database is noticed here. */
    if (sqlite3_exec(c->db, "PRAGMA synchronous = FULL; PRAGMA schema_version", NULL, NULL,
                     NULL) != SQLITE_OK) {
        return refuse_to_open(c, error);
    }
    return true;
}

/* --- parameters --- */

/* Which of the given parameters index stands for: "?" and "?3" by number; SQLite takes "$3" for
 * a name, numbered by first appearance. 0: something else. */
static size_t param_number(sqlite3_stmt *statement, int index)
{
    const char *name = sqlite3_bind_parameter_name(statement, index);
    if (name == NULL || name[0] == '?') {
        return (size_t)index;
    }
    if (name[0] != '$' || name[1] == '\0' || name[1 + strspn(name + 1, "0123456789")] != '\0') {
        return 0;
    }
    return (size_t)strtoul(name + 1, NULL, 10);
}

static int bind(sqlite3_stmt *statement, int index, const struct db_value *value)
{
    switch (value->kind) {
    case DB_INTEGER:
    case DB_BOOLEAN:
        return sqlite3_bind_int64(statement, index, value->integer);
    case DB_REAL:
        return sqlite3_bind_double(statement, index, value->real);
    case DB_TEXT:
        return sqlite3_bind_text64(statement, index, value->text, value->length, SQLITE_STATIC,
                                   SQLITE_UTF8);
    case DB_BYTES:
        /* A NULL pointer would be NULL. */
        return sqlite3_bind_blob64(statement, index, value->length == 0 ? "" : value->text,
                                   value->length, SQLITE_STATIC);
    case DB_NULL:
    default:
        return sqlite3_bind_null(statement, index);
    }
}

static bool bind_all(struct db_connection *c, sqlite3_stmt *prepared,
                     const struct db_statement *statement, struct error *error)
{
    int count = sqlite3_bind_parameter_count(prepared);
    size_t wanted = 0;
    for (int i = 1; i <= count; i++) {
        size_t number = param_number(prepared, i);
        if (number == 0) {
            struct text message = {0};
            text_format(&message, "the parameter %s has no number; write $1, ?1 or ?",
                        sqlite3_bind_parameter_name(prepared, i));
            (void)refuse(c, statement, text_string(&message), error);
            text_free(&message);
            return false;
        }
        wanted = number > wanted ? number : wanted;
        if (number <= statement->param_count &&
            bind(prepared, i, &statement->params[number - 1]) != SQLITE_OK) {
            return fail(c, statement, 0, false, error);
        }
    }
    if (wanted != statement->param_count) {
        struct text message = {0};
        text_format(&message, "the statement has %zu parameters, and %zu values were given",
                    wanted, statement->param_count);
        (void)refuse(c, statement, text_string(&message), error);
        text_free(&message);
        return false;
    }
    return true;
}

/* --- rows --- */

static struct db_value column_value(sqlite3_stmt *statement, int column)
{
    struct db_value value = {.kind = DB_NULL};
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        value.kind = DB_INTEGER;
        value.integer = sqlite3_column_int64(statement, column);
        break;
    case SQLITE_FLOAT:
        value.kind = DB_REAL;
        value.real = sqlite3_column_double(statement, column);
        break;
    case SQLITE_TEXT:
        value.kind = DB_TEXT;
        value.text = (const char *)sqlite3_column_text(statement, column);
        value.length = (size_t)sqlite3_column_bytes(statement, column);
        break;
    case SQLITE_BLOB:
        value.kind = DB_BYTES;
        value.text = sqlite3_column_blob(statement, column);
        value.length = (size_t)sqlite3_column_bytes(statement, column);
        if (value.text == NULL) {
            value.text = ""; /* an empty one */
        }
        break;
    default:
        break;
    }
    return value;
}

static void make_room(struct db_connection *c, size_t width)
{
    if (width > c->width) {
        c->values = mem_resize(c->values, width * sizeof *c->values);
        c->names = mem_resize(c->names, width * sizeof *c->names);
        c->width = width;
    }
}

/* Collects the row that the statement stands at. Returns its bytes. */
static size_t read_row(struct db_connection *c, sqlite3_stmt *prepared)
{
    int width = sqlite3_column_count(prepared);
    size_t bytes = 0;
    make_room(c, (size_t)width);
    for (int i = 0; i < width; i++) {
        c->names[i] = sqlite3_column_name(prepared, i);
        c->values[i] = column_value(prepared, i);
        bytes += c->values[i].length + sizeof(struct db_value);
    }
    return bytes;
}

/* Where rows go, and how much has come. */
struct receiver {
    db_row_function *row;
    void *data;
    size_t bytes;
    bool refused; /* too much */
};

static void give_row(struct db_connection *c, sqlite3_stmt *prepared, struct receiver *receiver)
{
    receiver->bytes += read_row(c, prepared);
    if (c->settings.result_limit != 0 && receiver->bytes > c->settings.result_limit) {
        receiver->refused = true;
        return;
    }
    struct db_row row = {.count = (size_t)sqlite3_column_count(prepared),
                         .names = c->names,
                         .values = c->values};
    if (!receiver->row(receiver->data, &row)) {
        receiver->row = NULL;
    }
}

/* --- statements --- */

/* The name in double quotes that the statement failed of, when the statement has not made it
 * up; else NULL. The schema has it, in a trigger, a view or a check, and means a string. */
static char *string_of_schema(struct db_connection *c, int code, const char *sql)
{
    struct text quoted = {0};
    if (code == SQLITE_ERROR && sqlite_missing_column(sqlite3_errmsg(c->db), &quoted) &&
        (strstr(sql, text_string(&quoted)) == NULL ||
         strstr(text_string(&c->rebuilt), text_string(&quoted)) != NULL)) {
        return text_take(&quoted);
    }
    text_free(&quoted);
    return NULL;
}

/* The text of a rebuild comes from the schema: what are strings there are made strings in it.
 */
static int prepare_rebuilt(struct db_connection *c, const char *sql, const char *name,
                           unsigned flags, sqlite3_stmt **prepared, const char **next)
{
    struct text text = {0};
    int code = SQLITE_ERROR;
    if (sqlite_as_string(sql, name, &text)) {
        code = sqlite3_prepare_v3(c->db, text_string(&text), -1, flags, prepared, NULL);
        char *another = string_of_schema(c, code, text_string(&text));
        if (another != NULL) {
            code = prepare_rebuilt(c, text_string(&text), another, flags, prepared, NULL);
        }
        mem_free(another);
    }
    if (next != NULL) {
        *next = sql + strlen(sql); /* a rebuild sends one statement at a time */
    }
    text_free(&text);
    return code;
}

static int prepare(struct db_connection *c, const char *sql, unsigned flags,
                   sqlite3_stmt **prepared, const char **next)
{
    int code = sqlite3_prepare_v3(c->db, sql, -1, flags, prepared, next);
    char *name = string_of_schema(c, code, sql);
    if (name != NULL && strstr(sql, name) != NULL) {
        code = prepare_rebuilt(c, sql, name, flags, prepared, next);
    } else if (name != NULL) {
        sqlite_quoted_strings(c->db, true);
        code = sqlite3_prepare_v3(c->db, sql, -1, flags, prepared, next);
        sqlite_quoted_strings(c->db, false);
    }
    mem_free(name);
    return code;
}

/* ALTER TABLE reads the schema here, and a statement is prepared again when that has changed.
 */
static int first_step(struct db_connection *c, sqlite3_stmt *prepared)
{
    int code = sqlite3_step(prepared);
    char *name = string_of_schema(c, code, sqlite3_sql(prepared));
    if (name != NULL) {
        (void)sqlite3_reset(prepared);
        sqlite_quoted_strings(c->db, true);
        code = sqlite3_step(prepared);
        sqlite_quoted_strings(c->db, false);
        mem_free(name);
    }
    return code;
}

/* Steps to the end. A statement that writes goes on when its rows are no longer wanted. */
static int run(struct db_connection *c, sqlite3_stmt *prepared, struct receiver *receiver)
{
    bool reads = sqlite3_stmt_readonly(prepared) != 0;
    bool wanted = receiver->row != NULL;
    int code = first_step(c, prepared);
    while (code == SQLITE_ROW) {
        if (receiver->row != NULL && !receiver->refused) {
            give_row(c, prepared, receiver);
        }
        if (receiver->refused || (reads && wanted && receiver->row == NULL)) {
            return SQLITE_DONE;
        }
        code = sqlite3_step(prepared);
    }
    return code;
}

static bool execute(struct db_connection *c, sqlite3_stmt *prepared,
                    const struct db_statement *statement, size_t start,
                    struct receiver *receiver, struct db_result *result, struct error *error)
{
    bool was_open = sqlite3_get_autocommit(c->db) == 0;
    if (!bind_all(c, prepared, statement, error)) {
        return false;
    }
    sqlite3_int64 changed = sqlite3_total_changes64(c->db);
    if (run(c, prepared, receiver) != SQLITE_DONE) {
        return fail(c, statement, start, was_open, error);
    }
    if (receiver->refused) {
        struct text message = {0};
        text_format(&message, "the result is larger than %zu MB",
                    c->settings.result_limit / (1024 * 1024));
        (void)refuse(c, statement, text_string(&message), error);
        text_free(&message);
        return error_advise(error,
                            "Read it in parts (LIMIT, or a range of keys), or let SQL do "
                            "the work in the database.");
    }
    if (result != NULL && sqlite3_total_changes64(c->db) != changed) {
        result->affected += sqlite3_changes64(c->db);
    }
    return true;
}

static bool only_space(const char *tail)
{
    return tail[strspn(tail, " \t\r\n\f;")] == '\0';
}

/* Each statement of the text, one after the other; usually there is one. */
static bool execute_text(struct db_connection *c, const struct db_statement *statement,
                         struct receiver *receiver, struct db_result *result,
                         struct error *error)
{
    const char *next = statement->sql;
    bool done = true;
    while (done && !only_space(next)) {
        size_t start = (size_t)(next - statement->sql);
        bool was_open = sqlite3_get_autocommit(c->db) == 0;
        sqlite3_stmt *prepared = NULL;
        if (prepare(c, next, 0, &prepared, &next) != SQLITE_OK) {
            return fail(c, statement, start, was_open, error);
        }
        /* NULL: a comment. */
        done =
            prepared == NULL || execute(c, prepared, statement, start, receiver, result, error);
        (void)sqlite3_finalize(prepared);
    }
    return done;
}

static bool find_named(struct db_connection *c, const struct db_statement *statement,
                       sqlite3_stmt **prepared, struct error *error)
{
    /* Most likely the one of the last time. */
    for (size_t i = 0; i < c->named_count; i++) {
        size_t at = (c->named_last + i) % c->named_count;
        if (strcmp(c->named[at].name, statement->name) == 0) {
            *prepared = c->named[at].statement;
            c->named_last = at;
            return true;
        }
    }
    bool was_open = sqlite3_get_autocommit(c->db) == 0;
    if (prepare(c, statement->sql, SQLITE_PREPARE_PERSISTENT, prepared, NULL) != SQLITE_OK) {
        return fail(c, statement, 0, was_open, error);
    }
    c->named = mem_grow(c->named, c->named_count, &c->named_capacity, sizeof *c->named);
    c->named[c->named_count++] =
        (struct named_statement){mem_copy_string(statement->name), *prepared};
    return true;
}

static bool execute_named(struct db_connection *c, const struct db_statement *statement,
                          struct receiver *receiver, struct db_result *result,
                          struct error *error)
{
    sqlite3_stmt *prepared = NULL;
    if (!find_named(c, statement, &prepared, error)) {
        return false;
    }
    bool done = execute(c, prepared, statement, 0, receiver, result, error);
    (void)sqlite3_reset(prepared);
    (void)sqlite3_clear_bindings(prepared);
    return done;
}

/* sqlite3_interrupt stops only what runs. A signal between two statements of a loop in C stops
 * the next one here, once; the rollback that follows must pass. */
static bool check_signal(struct db_connection *c, const struct db_statement *statement,
                         struct error *error)
{
    if (c->cancelled == 0) {
        return true;
    }
    c->cancelled = 0;
    if (!interrupt_pending() || strncasecmp(statement->sql, "ROLLBACK", 8) == 0) {
        return true;
    }
    struct error made = {0};
    error_set(&made, ERROR_INTERRUPTED, "interrupted");
    set_place(c, statement, &made);
    error_move(error, &made);
    return false;
}

static bool send_statement(struct db_connection *c, const struct db_statement *statement,
                           db_row_function *row, void *row_data, struct db_result *result,
                           struct error *error)
{
    struct receiver receiver = {.row = row, .data = row_data};
    struct db_result made = {0};
    c->pragmas =
        c->pragmas || (statement->purpose == NULL && statement->name == NULL &&
                       sql_is_setting(statement->sql, strlen(statement->sql), SQL_SQLITE));
    if (check_signal(c, statement, error)) {
        made.done = statement->name != NULL
                        ? execute_named(c, statement, &receiver, &made, error)
                        : execute_text(c, statement, &receiver, &made, error);
    }
    if (result != NULL) {
        *result = made;
    }
    return made.done;
}

/* Everything has been answered by send. */
static bool flush(struct db_connection *c, struct error *error)
{
    (void)c;
    (void)error;
    return true;
}

/* --- the rest of the table --- */

static const char *failed_purpose(struct db_connection *c)
{
    return c->failed_purpose;
}

static enum db_transaction transaction(struct db_connection *c)
{
    return c->db == NULL || sqlite3_get_autocommit(c->db) != 0 ? DB_IDLE : DB_OPEN;
}

static const char *info(struct db_connection *c, const char *what)
{
    if (strcmp(what, "lock_holder") == 0) {
        text_clear(&c->holder);
        return !in_memory(c) && sqlite_lock_holder(c->path, &c->holder) ? c->holder.data : NULL;
    }
    if (strcmp(what, "runner") == 0) {
        text_clear(&c->holder);
        return sqlite_runner_holder(c->path, &c->holder) ? c->holder.data : NULL;
    }
    if (strcmp(what, "data_version") == 0) {
        unsigned version = 0;
        if (sqlite3_file_control(c->db, "main", SQLITE_FCNTL_DATA_VERSION, &version) !=
            SQLITE_OK) {
            return NULL;
        }
        (void)snprintf(c->data_version, sizeof c->data_version, "%u", version);
        return c->data_version;
    }
    const struct {
        const char *what;
        const char *value;
    } facts[] = {
        {"database", c->path},
        {"version", sqlite3_libversion()},
        {"version_num", c->version_num},
    };
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        if (strcmp(facts[i].what, what) == 0) {
            return facts[i].value;
        }
    }
    return NULL;
}

/* The last one is refused in a transaction, where it could not have been changed either. */
static void reset(struct db_connection *c)
{
    if (c->pragmas) {
        c->pragmas = false;
        (void)sqlite3_exec(c->db,
                           "PRAGMA foreign_keys = ON; PRAGMA ignore_check_constraints = OFF; "
                           "PRAGMA query_only = OFF; PRAGMA recursive_triggers = OFF; "
                           "PRAGMA legacy_alter_table = OFF; PRAGMA case_sensitive_like = OFF; "
                           "PRAGMA reverse_unordered_selects = OFF; PRAGMA synchronous = FULL",
                           NULL, NULL, NULL);
    }
}

static bool lock(struct db_connection *c)
{
    return in_memory(c) || sqlite_runner_lock(c->path, &c->runner_lock);
}

/* PRAGMA foreign_keys does nothing inside a transaction; this is the same switch, and works
 * there (main.c, sqlite3_db_config). What it answers is looked at, because the manual does not
 * promise it: with enforcement on, dropping the old table would delete the rows that refer to
 * it. */
static bool rebuild(struct db_connection *c, bool begin, struct error *error)
{
    int enforced = -1;
    if (begin == c->rebuilding) {
        return true;
    }
    if (begin) {
        (void)sqlite3_db_config(c->db, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &c->enforced);
        (void)sqlite3_db_config(c->db, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, -1, &c->legacy);
    }
    (void)sqlite3_db_config(c->db, SQLITE_DBCONFIG_ENABLE_FKEY, begin ? 0 : c->enforced,
                            &enforced);
    (void)sqlite3_db_config(c->db, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, begin ? 1 : c->legacy,
                            NULL);
    c->rebuilding = begin;
    text_clear(&c->rebuilt);
    if (begin) {
        sqlite_schema_text(c->db, &c->rebuilt);
    }
    if (enforced != (begin ? 0 : c->enforced)) {
        return error_set(error, ERROR_FAILED,
                         "this SQLite (%s) does not switch foreign keys inside a transaction",
                         sqlite3_libversion());
    }
    return true;
}

static const char *display(struct db_connection *c)
{
    return c->url;
}

static void cancel(void *connection)
{
    struct db_connection *c = connection;
    c->cancelled = 1;
    if (c->db != NULL) {
        sqlite3_interrupt(c->db);
    }
}

static void close_connection(struct db_connection *c)
{
    if (c == NULL) {
        return;
    }
    for (size_t i = 0; i < c->named_count; i++) {
        (void)sqlite3_finalize(c->named[i].statement);
        mem_free(c->named[i].name);
    }
    (void)sqlite3_close(c->db); /* rolls back */
    if (c->runner_lock >= 0) {
        (void)close(c->runner_lock);
    }
    mem_free(c->named);
    mem_free(c->values);
    mem_free(c->names);
    mem_free(c->failed_purpose);
    text_free(&c->holder);
    text_free(&c->rebuilt);
    mem_free(c->url);
    mem_free(c->path);
    mem_free(c);
}

const struct db_driver db_sqlite = {
    .name = "sqlite",
    .accepts = accepts,
    .connect = open_connection,
    .ready = ready,
    .send = send_statement,
    .flush = flush,
    .failed_purpose = failed_purpose,
    .copy_begin = NULL,
    .copy_data = NULL,
    .copy_end = NULL,
    .transaction = transaction,
    .info = info,
    .reset = reset,
    .lock = lock,
    .rebuild = rebuild,
    .database = sqlite_database_name,
    .exists = sqlite_database_exists,
    .create = sqlite_database_create,
    .drop = sqlite_database_drop,
    .display = display,
    .cancel = cancel,
    .close = close_connection,
};
