/* statement.c - what single statements do: the questions of lexer.h that look at words. */
#include <string.h>

#include "sql/token.h"

static struct scanner begin(const char *sql, size_t length, enum sql_dialect dialect)
{
    struct scanner scanner = {.text = sql, .length = length, .dialect = dialect};
    if (length >= 3 && memcmp(sql, "\xEF\xBB\xBF", 3) == 0) {
        scanner.at = 3;
    }
    while (take(&scanner, ';')) {
    }
    return scanner;
}

/* --- transactions --- */

/* After ROLLBACK: TO [SAVEPOINT] leaves the transaction open. */
static enum sql_transaction_word rollback_word(struct scanner *scanner)
{
    (void)(take_word(scanner, "work") || take_word(scanner, "transaction"));
    return take_word(scanner, "to") ? SQL_SAVEPOINT : SQL_ROLLBACK;
}

enum sql_transaction_word sql_transaction_word(const char *sql, size_t length,
                                               enum sql_dialect dialect)
{
    struct scanner scanner = begin(sql, length, dialect);
    if (take_word(&scanner, "begin")) {
        return SQL_BEGIN;
    }
    if (take_word(&scanner, "commit") || take_word(&scanner, "end")) {
        return SQL_COMMIT;
    }
    if (take_word(&scanner, "rollback")) {
        return rollback_word(&scanner);
    }
    if (take_word(&scanner, "savepoint") || take_word(&scanner, "release")) {
        return SQL_SAVEPOINT;
    }
    if (dialect == SQL_SQLITE) {
        return SQL_NO_TRANSACTION_WORD;
    }
    if (take_word(&scanner, "start")) {
        return take_word(&scanner, "transaction") ? SQL_BEGIN : SQL_NO_TRANSACTION_WORD;
    }
    if (take_word(&scanner, "abort")) {
        return SQL_ROLLBACK;
    }
    if (take_word(&scanner, "prepare") && take_word(&scanner, "transaction")) {
        return SQL_PREPARE_TRANSACTION;
    }
    return SQL_NO_TRANSACTION_WORD;
}

/* --- what no transaction takes --- */

/* Is the value that comes next false? It is not taken. */
static bool is_false(const struct scanner *scanner)
{
    struct scanner ahead = *scanner;
    struct token token = scan_token(&ahead);
    if (token.kind == TOKEN_STRING) { /* 'false', 'off', '0' */
        token.kind = TOKEN_WORD;
        token.start++;
        token.end--;
    }
    return token_is_word(&ahead, token, "false") || token_is_word(&ahead, token, "off") ||
           (token.end - token.start == 1 && ahead.text[token.start] == '0');
}

/* In the options in parentheses that come next: this one, and not set to false. Takes them. */
static bool take_options(struct scanner *scanner, const char *option)
{
    bool found = false;
    struct scanner inside = *scanner;
    if (!take_parentheses(scanner)) {
        return false;
    }
    inside.length = scanner->at;
    for (;;) {
        struct token token = scan_token(&inside);
        if (token.kind == TOKEN_END || token.kind == TOKEN_UNCLOSED) {
            return found;
        }
        if (token_is_word(&inside, token, option)) {
            found = !is_false(&inside);
        }
    }
}

static const char *const cluster_wide[] = {"database", "tablespace", "subscription", NULL};

static bool create_needs_autocommit(struct scanner *scanner)
{
    take_word(scanner, "unique");
    if (take_word(scanner, "index")) {
        return take_word(scanner, "concurrently");
    }
    if (!take_one_of(scanner, cluster_wide)) {
        return false;
    }
    /* A subscription that does not connect, or creates no slot, is catalog work only. */
    for (;;) {
        struct token token = scan_token(scanner);
        if (token.kind == TOKEN_END || token.kind == TOKEN_UNCLOSED) {
            return true;
        }
        if (token_is_word(scanner, token, "connect") ||
            token_is_word(scanner, token, "create_slot")) {
            if (take(scanner, '=') && is_false(scanner)) {
                return false;
            }
        }
    }
}

static bool drop_needs_autocommit(struct scanner *scanner)
{
    if (take_word(scanner, "index")) {
        return take_word(scanner, "concurrently");
    }
    return take_one_of(scanner, cluster_wide);
}

/* ALTER TABLE ... DETACH PARTITION name CONCURRENTLY; FINALIZE runs in a transaction */
static bool detaches_concurrently(struct scanner *scanner)
{
    for (;;) {
        struct token token = scan_token(scanner);
        if (token.kind == TOKEN_END || token.kind == TOKEN_UNCLOSED) {
            return false;
        }
        if (token_is_word(scanner, token, "detach") && take_word(scanner, "partition") &&
            take_name(scanner, &token)) {
            return take_word(scanner, "concurrently");
        }
    }
}

/* ALTER SUBSCRIPTION name REFRESH, or SET, ADD, DROP PUBLICATION with its default of refresh.
 */
static bool refreshes_subscription(struct scanner *scanner)
{
    static const char *const verbs[] = {"set", "add", "drop", NULL};
    struct token name;
    if (!take_name(scanner, &name) || take_word(scanner, "refresh")) {
        return name.end > name.start;
    }
    if (!take_one_of(scanner, verbs) || !take_word(scanner, "publication")) {
        return false;
    }
    for (;;) {
        struct token token = scan_token(scanner);
        if (token.kind == TOKEN_END || token.kind == TOKEN_UNCLOSED) {
            return true;
        }
        if (token_is_word(scanner, token, "refresh") && take(scanner, '=') &&
            is_false(scanner)) {
            return false;
        }
    }
}

static bool alter_needs_autocommit(struct scanner *scanner)
{
    struct token name;
    if (take_word(scanner, "system")) {
        return true;
    }
    if (take_word(scanner, "database")) {
        return take_name(scanner, &name) && take_word(scanner, "set") &&
               take_word(scanner, "tablespace");
    }
    if (take_word(scanner, "subscription")) {
        return refreshes_subscription(scanner);
    }
    return take_word(scanner, "table") && detaches_concurrently(scanner);
}

static bool reindex_needs_autocommit(struct scanner *scanner)
{
    static const char *const many[] = {"schema", "database", "system", NULL};
    static const char *const one[] = {"index", "table", NULL};
    if (take_options(scanner, "concurrently") || take_one_of(scanner, many)) {
        return true;
    }
    return take_one_of(scanner, one) && take_word(scanner, "concurrently");
}

/* CLUSTER [VERBOSE | (options)] without a table goes over all of them. */
static bool cluster_needs_autocommit(struct scanner *scanner)
{
    struct token name;
    (void)(take_parentheses(scanner) || take_word(scanner, "verbose"));
    return !take_name(scanner, &name);
}

static const struct {
    const char *word;
    bool (*needs)(struct scanner *scanner);
} first_words[] = {
    {"create", create_needs_autocommit},   {"drop", drop_needs_autocommit},
    {"alter", alter_needs_autocommit},     {"reindex", reindex_needs_autocommit},
    {"cluster", cluster_needs_autocommit},
};

static bool sqlite_needs_autocommit(struct scanner *scanner)
{
    static const char *const always[] = {"vacuum", "attach", "detach", NULL};
    static const char *const settings[] = {"foreign_keys", "journal_mode", "synchronous",
                                           "temp_store", NULL};
    if (take_one_of(scanner, always)) {
        return true;
    }
    if (!take_word(scanner, "pragma")) {
        return false;
    }
    struct scanner schema = *scanner;
    struct token name = scan_token(&schema);
    if ((name.kind == TOKEN_WORD || name.kind == TOKEN_NAME) && take(&schema, '.')) {
        *scanner = schema;
    }
    return take_one_of(scanner, settings) && (take(scanner, '=') || take(scanner, '('));
}

bool sql_needs_autocommit(const char *sql, size_t length, enum sql_dialect dialect)
{
    struct scanner scanner = begin(sql, length, dialect);
    if (dialect == SQL_SQLITE) {
        return sqlite_needs_autocommit(&scanner);
    }
    for (size_t i = 0; i < sizeof first_words / sizeof first_words[0]; i++) {
        if (take_word(&scanner, first_words[i].word)) {
            return first_words[i].needs(&scanner);
        }
    }
    return take_word(&scanner, "vacuum") ||
           (take_word(&scanner, "discard") && take_word(&scanner, "all"));
}

bool sql_may_commit(const char *sql, size_t length, enum sql_dialect dialect)
{
    struct scanner scanner = begin(sql, length, dialect);
    return dialect == SQL_POSTGRESQL &&
           (take_word(&scanner, "call") || take_word(&scanner, "do"));
}

/* --- settings --- */

bool sql_is_setting(const char *sql, size_t length, enum sql_dialect dialect)
{
    struct scanner scanner = begin(sql, length, dialect);
    if (dialect == SQL_SQLITE) {
        return take_word(&scanner, "pragma");
    }
    if (take_word(&scanner, "set")) {
        return !take_word(&scanner, "transaction") && !take_word(&scanner, "constraints");
    }
    if (take_word(&scanner, "reset")) {
        return true;
    }
    if (!take_word(&scanner, "select")) {
        return false;
    }
    if (take_word(&scanner, "pg_catalog")) {
        take(&scanner, '.');
    }
    return take_word(&scanner, "set_config");
}

bool sql_sets_role(const char *sql, size_t length)
{
    struct scanner scanner = begin(sql, length, SQL_POSTGRESQL);
    if (take_word(&scanner, "set")) {
        take_word(&scanner, "session");
        return take_word(&scanner, "role");
    }
    return take_word(&scanner, "reset") && take_word(&scanner, "role");
}

/* --- COPY and indexes --- */

bool sql_is_copy_out(const char *sql, size_t length)
{
    struct scanner scanner = begin(sql, length, SQL_POSTGRESQL);
    if (!take_word(&scanner, "copy")) {
        return false;
    }
    struct token name;
    if (!take_parentheses(&scanner)) { /* COPY (query) TO; else COPY [BINARY] table [(..)] TO */
        struct scanner ahead = scanner;
        if (take_word(&ahead, "binary") && take_name(&ahead, &name)) {
            scanner = ahead;
        } else if (!take_name(&scanner, &name)) {
            return false;
        }
        take_parentheses(&scanner);
    }
    return take_word(&scanner, "to") &&
           (take_word(&scanner, "stdout") || take_word(&scanner, "stdin"));
}

static void take_index_name(struct scanner *scanner, struct sql_concurrent_index *index)
{
    struct token name;
    if (take_name(scanner, &name)) {
        index->name = scanner->text + name.start;
        index->name_length = name.end - name.start;
    }
}

static void take_created_index(struct scanner *scanner, struct sql_concurrent_index *index)
{
    if (!take_word(scanner, "concurrently")) {
        return;
    }
    index->what = SQL_CREATE_INDEX;
    if (take_word(scanner, "if")) {
        (void)(take_word(scanner, "not") && take_word(scanner, "exists"));
    }
    if (!take_word(scanner, "on")) {
        take_index_name(scanner, index);
        take_word(scanner, "on");
    }
    take_word(scanner, "only");
    struct token table;
    if (take_name(scanner, &table)) {
        index->table = scanner->text + table.start;
        index->table_length = table.end - table.start;
    }
}

static void take_detached(struct scanner *scanner, struct sql_concurrent_index *index)
{
    struct token table;
    if (take_word(scanner, "if")) {
        take_word(scanner, "exists");
    }
    take_word(scanner, "only");
    if (!take_name(scanner, &table)) {
        return;
    }
    take(scanner, '*');
    struct sql_concurrent_index found = {.name = "",
                                         .table = scanner->text + table.start,
                                         .table_length = table.end - table.start};
    if (take_word(scanner, "detach") && take_word(scanner, "partition")) {
        take_index_name(scanner, &found);
        if (found.name_length > 0 && take_word(scanner, "concurrently")) {
            found.what = SQL_DETACH_PARTITION;
            *index = found;
        }
    }
}

struct sql_concurrent_index sql_concurrent_index(const char *sql, size_t length)
{
    struct sql_concurrent_index index = {.what = SQL_NOT_CONCURRENT, .name = "", .table = ""};
    struct scanner scanner = begin(sql, length, SQL_POSTGRESQL);
    if (take_word(&scanner, "create")) {
        take_word(&scanner, "unique");
        if (take_word(&scanner, "index")) {
            take_created_index(&scanner, &index);
        }
    } else if (take_word(&scanner, "drop")) {
        if (take_word(&scanner, "index") && take_word(&scanner, "concurrently")) {
            index.what = SQL_DROP_INDEX;
            (void)(take_word(&scanner, "if") && take_word(&scanner, "exists"));
            take_index_name(&scanner, &index);
        }
    } else if (take_word(&scanner, "alter")) {
        if (take_word(&scanner, "table")) {
            take_detached(&scanner, &index);
        }
    } else if (take_word(&scanner, "reindex")) {
        bool concurrently = take_options(&scanner, "concurrently");
        if (take_word(&scanner, "index") &&
            (take_word(&scanner, "concurrently") || concurrently)) {
            index.what = SQL_REINDEX;
            take_index_name(&scanner, &index);
        }
    }
    return index;
}
