/* objects.c - see objects.h. */
#include "sql/objects.h"

#include <string.h>

#include "sql/token.h"

/* --- what is created --- */

static const char *const kinds[] = {
    "function", "procedure", "aggregate", "view",  "trigger", "type",      "domain",
    "table",    "sequence",  "schema",    "index", "policy",  "extension", "rule",
};

/* Between CREATE and the kind. "procedural", "event" and others begin what is not told apart.
 */
static const char *const modifiers[] = {"temp",       "temporary", "global",
                                        "local",      "unlogged",  "recursive",
                                        "constraint", "unique",    NULL};

static void skip_modifiers(struct scanner *scanner, struct sql_object *object)
{
    if (take_word(scanner, "or") && take_word(scanner, "replace")) {
        object->replace = true;
    }
    while (take_one_of(scanner, modifiers)) {
    }
}

static const char *take_kind(struct scanner *scanner)
{
    bool materialized = take_word(scanner, "materialized");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (take_word(scanner, kinds[i])) {
            return materialized ? "materialized view" : kinds[i];
        }
    }
    return NULL;
}

static bool is_one_of(const char *kind, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strcmp(kind, *list) == 0) {
            return true;
        }
    }
    return false;
}

static struct sql_name name_of(struct token token)
{
    return (struct sql_name){token.start, token.end};
}

/* The name after the first of these words that stands outside parentheses. */
static struct sql_name name_after(struct scanner scanner, const char *word, const char *other)
{
    struct token token = {0};
    do {
        while (take_parentheses(&scanner)) {
        }
        token = scan_token(&scanner);
        if (token_is_word(&scanner, token, word) ||
            (other != NULL && token_is_word(&scanner, token, other))) {
            struct token name = {0};
            (void)take_word(&scanner, "only");
            return take_name(&scanner, &name) ? name_of(name) : (struct sql_name){0};
        }
    } while (token.kind != TOKEN_END && token.kind != TOKEN_UNCLOSED);
    return (struct sql_name){0};
}

/* The token after LANGUAGE: a word or a string. */
static struct sql_name language_of(struct scanner scanner)
{
    for (;;) {
        struct token token = scan_token(&scanner);
        if (token.kind == TOKEN_END || token.kind == TOKEN_UNCLOSED) {
            return (struct sql_name){0};
        }
        if (token_is_word(&scanner, token, "language")) {
            return name_of(scan_token(&scanner));
        }
    }
}

bool sql_object(const char *sql, size_t length, enum sql_dialect dialect,
                struct sql_object *object)
{
    static const char *const on_tables[] = {"trigger", "policy", "index", NULL};
    static const char *const routines[] = {"function", "procedure", NULL};
    struct scanner scanner = {.text = sql, .length = length, .dialect = dialect};
    *object = (struct sql_object){0};
    object->drop = take_word(&scanner, "drop");
    if (!object->drop && !take_word(&scanner, "create")) {
        return false;
    }
    if (!object->drop) {
        skip_modifiers(&scanner, object);
    }
    object->kind = take_kind(&scanner);
    if (object->kind == NULL) {
        return false;
    }
    if (take_word(&scanner, "if")) {
        (void)take_word(&scanner, "not");
        (void)take_word(&scanner, "exists");
    }
    struct token name = {0};
    if (!take_name(&scanner, &name)) {
        return false;
    }
    object->name = name_of(name);
    if (is_one_of(object->kind, on_tables)) {
        object->on = name_after(scanner, "on", NULL);
    } else if (strcmp(object->kind, "rule") == 0) {
        object->on =
            object->drop ? name_after(scanner, "on", NULL) : name_after(scanner, "to", NULL);
    } else if (is_one_of(object->kind, routines) && !object->drop) {
        object->language = language_of(scanner);
    }
    return true;
}

/* --- what is used --- */

struct finder {
    const struct sql_use_finder *out;
    enum sql_dialect dialect;
    const char *text; /* of the whole statement: offsets are into it */
};

/* A relation or a type stands after these. */
static const char *const before_relations[] = {
    "from",  "join",    "into",       "update", "only",     "table",    "view",   "on", "using",
    "setof", "returns", "references", "like",   "truncate", "inherits", "delete", NULL};

static bool precedes_relation(const struct scanner *scanner, struct token token)
{
    for (size_t i = 0; before_relations[i] != NULL; i++) {
        if (token_is_word(scanner, token, before_relations[i])) {
            return true;
        }
    }
    /* x::name */
    return token_is(scanner, token, ':') && token.start > 0 &&
           scanner->text[token.start - 1] == ':';
}

/* How a name is used, by the tokens around it. */
static unsigned use_of(const struct scanner *scanner, struct token before, struct token next)
{
    bool relation = precedes_relation(scanner, before);
    if (token_is(scanner, next, '(')) { /* INSERT INTO t (a): both */
        return relation ? SQL_USE_CALL | SQL_USE_RELATION : SQL_USE_CALL;
    }
    return relation || token_is(scanner, next, '%') ? SQL_USE_RELATION : SQL_USE_MENTION;
}

static bool is_name(struct token token)
{
    return token.kind == TOKEN_WORD || token.kind == TOKEN_NAME;
}

/* The names among the tokens of [start, end); strings are left to the caller, one by one. Each
 * token is scanned once. */
static void find_uses(const struct finder *finder, size_t start, size_t end, unsigned late,
                      void (*string)(const struct finder *finder, struct token token))
{
    struct scanner scanner = {
        .text = finder->text, .length = end, .at = start, .dialect = finder->dialect};
    struct token before = {0};
    struct token token = scan_token(&scanner);
    while (token.kind != TOKEN_END && token.kind != TOKEN_UNCLOSED) {
        struct token next = scan_token(&scanner);
        if (is_name(token)) {
            struct token last = token;
            while (token_is(&scanner, next, '.')) {
                next = scan_token(&scanner);
                if (!is_name(next)) {
                    break;
                }
                token.end = next.end;
                last = next;
                next = scan_token(&scanner);
            }
            if (finder->out->wanted(finder->out->data, name_of(token))) {
                finder->out->use(finder->out->data, name_of(token),
                                 use_of(&scanner, before, next) | late);
            }
            token = last;
        } else if (token.kind == TOKEN_STRING && string != NULL) {
            string(finder, token);
        }
        before = token;
        token = next;
    }
}

/* What is within the quotes of a literal. */
static struct sql_name inside(const char *text, struct token token)
{
    const char *quote = memchr(text + token.start, '\'', token.end - token.start);
    if (text[token.start] == '$') {
        const char *tag = memchr(text + token.start + 1, '$', token.end - token.start - 1);
        size_t length = tag == NULL ? 0 : (size_t)(tag - (text + token.start)) + 1;
        return 2 * length <= token.end - token.start
                   ? (struct sql_name){token.start + length, token.end - length}
                   : (struct sql_name){0};
    }
    return quote == NULL ? (struct sql_name){0}
                         : (struct sql_name){(size_t)(quote - text) + 1, token.end - 1};
}

static void late_string(const struct finder *finder, struct token token)
{
    struct sql_name body = inside(finder->text, token);
    find_uses(finder, body.start, body.end, SQL_USE_LATE, NULL);
}

/* A body that is looked at when the function is created; strings in it are not. */
static void body_string(const struct finder *finder, struct token token)
{
    struct sql_name body = inside(finder->text, token);
    find_uses(finder, body.start, body.end, 0, late_string);
}

static bool is_sql(const char *sql, struct sql_name language)
{
    size_t length = language.end - language.start;
    const char *word = sql + language.start;
    if (length == 5 && word[0] == '\'') {
        word++;
        length -= 2;
    }
    return language.end == 0 || (length == 3 && sql_lower(word[0]) == 's' &&
                                 sql_lower(word[1]) == 'q' && sql_lower(word[2]) == 'l');
}

void sql_uses(const char *sql, size_t length, enum sql_dialect dialect,
              const struct sql_use_finder *out)
{
    struct finder finder = {.out = out, .dialect = dialect, .text = sql};
    struct scanner scanner = {.text = sql, .length = length, .dialect = dialect};
    struct sql_object object = {0};
    bool routine =
        sql_object(sql, length, dialect, &object) && !object.drop &&
        (strcmp(object.kind, "function") == 0 || strcmp(object.kind, "procedure") == 0);
    /* DO runs at once. */
    bool now = routine ? is_sql(sql, object.language) : take_word(&scanner, "do");
    find_uses(&finder, 0, length, 0, now ? body_string : late_string);
}
