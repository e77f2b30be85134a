#include "revisions/header.h"

#include <string.h>

#include "base/memory.h"
#include "revisions/identifier.h"

static const char *const names[HEADER_NAMES] = {
    [HEADER_REVISION] = "revision",       [HEADER_DOWN] = "down_revision",
    [HEADER_LABELS] = "branch_labels",    [HEADER_DEPENDS] = "depends_on",
    [HEADER_TRANSACTION] = "transaction", [HEADER_CREATED] = "created",
    [HEADER_REPLACES] = "replaces",
};

/* The lengths differ, all but two pairs, so that most names are refused by their length. */
enum header_name header_name_of(const struct token *token)
{
    enum header_name candidate = HEADER_NAMES;
    switch (token->length) {
    case 7:
        candidate = HEADER_CREATED;
        break;
    case 8:
        candidate = token->start[2] == 'p' ? HEADER_REPLACES : HEADER_REVISION;
        break;
    case 10:
        candidate = HEADER_DEPENDS;
        break;
    case 11:
        candidate = HEADER_TRANSACTION;
        break;
    case 13:
        candidate = token->start[0] == 'd' ? HEADER_DOWN : HEADER_LABELS;
        break;
    default:
        return HEADER_NAMES;
    }
    return memcmp(names[candidate], token->start, token->length) == 0 ? candidate
                                                                      : HEADER_NAMES;
}

const char *header_name_text(enum header_name name)
{
    return names[name];
}

struct reader {
    struct revision *revision;
    struct lexer *lexer;
    struct error *error;
    bool seen[HEADER_NAMES];
    struct text text; /* of the string being read; reused */
};

__attribute__((format(printf, 3, 4))) static bool refuse(const struct reader *reader, int line,
                                                         const char *format, ...)
{
    struct text message = {0};
    va_list arguments;
    va_start(arguments, format);
    text_vformat(&message, format, arguments);
    va_end(arguments);
    (void)error_set_at(reader->error, ERROR_USAGE, reader->revision->path, line, "%s",
                       text_string(&message));
    text_free(&message);
    return false;
}

/* The token as it is shown in a message: one line, not too long. */
static bool refuse_value(const struct reader *reader, enum header_name name,
                         const struct token *token, const char *expected)
{
    struct text shown = {0};
    size_t length = token->length > 40 ? 40 : token->length;
    text_add_escaped(&shown, token->start, length, true);
    bool done = refuse(reader, token->line, "%s must be %s, not %s: header values are literals",
                       names[name], expected,
                       token->kind == TOKEN_END ? "the end of the file" : text_string(&shown));
    text_free(&shown);
    return done;
}

/* The string of the token, in reader->text. */
static bool read_string(struct reader *reader, enum header_name name, const struct token *token)
{
    const char *why = NULL;
    text_clear(&reader->text);
    if (!token_string(token, &reader->text, &why)) {
        return refuse(reader, token->line, "%s holds %s", names[name], why);
    }
    text_append(&reader->text, "", 0);
    if (memchr(reader->text.data, '\0', reader->text.length) != NULL) {
        return refuse(reader, token->line, "%s holds a NUL byte", names[name]);
    }
    return true;
}

/* What a value stands for: an id, a label, or a reference to one. All obey the same rules. */
static bool check_identifier(const struct reader *reader, enum header_name name,
                             const char *value, int line)
{
    static const char *const kinds[HEADER_NAMES] = {[HEADER_REVISION] = "id",
                                                    [HEADER_DOWN] = "id",
                                                    [HEADER_LABELS] = "label",
                                                    [HEADER_DEPENDS] = "id or label",
                                                    [HEADER_REPLACES] = "id"};
    const char *why = NULL;
    if (!identifier_valid(value, &why)) {
        struct text shown = {0};
        text_add_escaped(&shown, value, strlen(value), true);
        (void)refuse(reader, line, "%s \"%s\" is no %s: %s", names[name], text_string(&shown),
                     kinds[name], why);
        (void)error_advise(reader->error,
                           "Ids and labels have 1 to 64 characters, none of @ + - : and no "
                           "blanks.");
        text_free(&shown);
        return false;
    }
    if (identifier_is_symbol(value)) {
        return refuse(reader, line, "%s \"%s\" is no %s: the word has a meaning of its own",
                      names[name], value, kinds[name]);
    }
    return true;
}

static bool add_item(struct reader *reader, enum header_name name, const struct token *token,
                     const char *expected, struct list *list)
{
    if (token->kind != TOKEN_STRING) {
        return refuse_value(reader, name, token, expected);
    }
    if (!read_string(reader, name, token) ||
        !check_identifier(reader, name, reader->text.data, token->line)) {
        return false;
    }
    if (list_has(list, reader->text.data)) {
        return refuse(reader, token->line, "%s names \"%s\" twice", names[name],
                      reader->text.data);
    }
    list_add_bytes(list, reader->text.data, reader->text.length);
    return true;
}

/* After the opening brace. */
static bool read_items(struct reader *reader, enum header_name name, struct list *list)
{
    for (;;) {
        struct token token = lexer_next(reader->lexer);
        if (token.kind == TOKEN_SYMBOL && token.symbol == '}') {
            return true;
        }
        if (!add_item(reader, name, &token, "a list of strings", list)) {
            return false;
        }
        token = lexer_next(reader->lexer);
        if (token.kind == TOKEN_SYMBOL && token.symbol == '}') {
            return true;
        }
        if (token.kind != TOKEN_SYMBOL || (token.symbol != ',' && token.symbol != ';')) {
            return refuse_value(reader, name, &token, "a list of strings");
        }
    }
}

static bool read_list(struct reader *reader, enum header_name name, const struct token *value,
                      struct list *list)
{
    if (token_is(value, "nil")) {
        return true;
    }
    if (value->kind == TOKEN_SYMBOL && value->symbol == '{') {
        return read_items(reader, name, list);
    }
    return add_item(reader, name, value, "a string, a list of strings or nil", list);
}

static bool read_id(struct reader *reader, const struct token *value)
{
    if (value->kind != TOKEN_STRING) {
        return refuse_value(reader, HEADER_REVISION, value, "a string");
    }
    if (!read_string(reader, HEADER_REVISION, value) ||
        !check_identifier(reader, HEADER_REVISION, reader->text.data, value->line)) {
        return false;
    }
    reader->revision->id = mem_copy(reader->text.data, reader->text.length);
    return true;
}

static bool read_transaction(struct reader *reader, const struct token *value)
{
    if (token_is(value, "false")) {
        reader->revision->transaction = false;
    } else if (!token_is(value, "true") && !token_is(value, "nil")) {
        return refuse_value(reader, HEADER_TRANSACTION, value, "true or false");
    }
    return true;
}

static bool read_created(struct reader *reader, const struct token *value)
{
    if (token_is(value, "nil")) {
        return true;
    }
    if (value->kind != TOKEN_STRING) {
        return refuse_value(reader, HEADER_CREATED, value, "a string");
    }
    if (!read_string(reader, HEADER_CREATED, value)) {
        return false;
    }
    reader->revision->created = mem_copy(reader->text.data, reader->text.length);
    return true;
}

static bool read_value(struct reader *reader, enum header_name name, int line)
{
    struct revision *revision = reader->revision;
    struct token value = lexer_next(reader->lexer);
    switch (name) {
    case HEADER_REVISION:
        revision->id_line = line;
        return read_id(reader, &value);
    case HEADER_DOWN:
        revision->down_line = line;
        return read_list(reader, name, &value, &revision->down);
    case HEADER_LABELS:
        revision->labels_line = line;
        return read_list(reader, name, &value, &revision->labels);
    case HEADER_DEPENDS:
        revision->depends_line = line;
        return read_list(reader, name, &value, &revision->depends);
    case HEADER_REPLACES:
        return read_list(reader, name, &value, &revision->replaces);
    case HEADER_TRANSACTION:
        return read_transaction(reader, &value);
    default:
        return read_created(reader, &value);
    }
}

/* A literal must be all of its statement: `"a" .. b`, `"a", "b"` and `{}.x` are not. */
static bool check_end_of_value(const struct reader *reader, enum header_name name)
{
    struct lexer ahead = *reader->lexer;
    struct token token = lexer_next(&ahead);
    bool ends =
        token.kind == TOKEN_END ||
        (token.kind == TOKEN_NAME && !token_is(&token, "and") && !token_is(&token, "or"));
    if (token.kind == TOKEN_SYMBOL) {
        ends = token.symbol == ';' || token.symbol == '(' || token.symbol == TWO(':', ':');
    }
    if (ends) {
        return true;
    }
    if (token.kind == TOKEN_BROKEN) {
        return refuse(reader, token.line, "the header cannot be read from here on");
    }
    struct text shown = {0};
    text_add_escaped(&shown, token.start, token.length > 40 ? 40 : token.length, true);
    bool done = refuse(reader, token.line,
                       "the value of %s goes on with %s: header values are literals",
                       names[name], text_string(&shown));
    text_free(&shown);
    return done;
}

/* `down_revison = ...`: one or two slips away from a header name, in other letter case, or the
 * beginning of one ("depends"). */
static enum header_name near_miss(const struct token *token)
{
    char lower[64];
    size_t length = token->length < sizeof lower ? token->length : sizeof lower;
    for (size_t i = 0; i < length; i++) {
        char c = token->start[i];
        lower[i] = c;
        if (c >= 'A' && c <= 'Z') {
            lower[i] = (char)(c - 'A' + 'a');
        }
    }
    enum header_name nearest = HEADER_NAMES;
    size_t best = 3;
    for (int name = 0; name < HEADER_NAMES; name++) {
        size_t distance = edit_distance(lower, length, names[name], strlen(names[name]));
        if (length >= 6 && strncmp(names[name], lower, length) == 0) {
            distance = 1;
        }
        if (distance < best) {
            best = distance;
            nearest = (enum header_name)name;
        }
    }
    return nearest;
}

static bool check_near_miss(const struct reader *reader, const struct token *token)
{
    enum header_name name = near_miss(token);
    if (name == HEADER_NAMES) {
        return true;
    }
    return refuse(reader, token->line, "%.*s is not a header name: did you mean %s?",
                  (int)token->length, token->start, names[name]);
}

/* `local revision = "x"` sets nothing that anyone else can see. */
static bool check_local(const struct reader *reader, struct lexer ahead)
{
    struct token name = lexer_next(&ahead);
    enum header_name which = name.kind == TOKEN_NAME ? header_name_of(&name) : HEADER_NAMES;
    if (which == HEADER_NAMES || which == HEADER_TRANSACTION || which == HEADER_CREATED) {
        return true;
    }
    return refuse(reader, name.line, "%s is local: write it without \"local\"", names[which]);
}

/* One assignment to a header name; *done when the statement is another one, which is then the
 * next that the lexer gives. */
static bool read_statement(struct reader *reader, bool *done)
{
    struct lexer start = *reader->lexer;
    struct token token = lexer_next(reader->lexer);
    if (token.kind == TOKEN_SYMBOL && token.symbol == ';') {
        return true;
    }
    if (token.kind == TOKEN_BROKEN) {
        return refuse(reader, token.line, "the header cannot be read from here on");
    }
    struct lexer after_name = *reader->lexer;
    struct token equals = {.kind = TOKEN_END};
    if (token.kind == TOKEN_NAME) {
        equals = lexer_next(reader->lexer);
    }
    bool assignment = equals.kind == TOKEN_SYMBOL && equals.symbol == '=';
    enum header_name name = token.kind == TOKEN_NAME ? header_name_of(&token) : HEADER_NAMES;
    if (name != HEADER_NAMES && equals.kind == TOKEN_SYMBOL && equals.symbol == ',') {
        return refuse(reader, token.line, "%s shares its assignment: one name per statement",
                      names[name]);
    }
    if (name == HEADER_NAMES || !assignment) {
        *reader->lexer = start;
        *done = true;
        return assignment                  ? check_near_miss(reader, &token)
               : token_is(&token, "local") ? check_local(reader, after_name)
                                           : true;
    }
    if (reader->seen[name]) {
        return refuse(reader, token.line, "%s is assigned twice", names[name]);
    }
    reader->seen[name] = true;
    return read_value(reader, name, token.line) && check_end_of_value(reader, name);
}

bool header_read(struct revision *revision, struct lexer *lexer, struct error *error)
{
    struct reader reader = {.revision = revision, .lexer = lexer, .error = error};
    bool done = false;
    bool good = true;
    while (good && !done) {
        good = read_statement(&reader, &done);
        if (good && lexer->at == lexer->end) {
            done = true;
        }
    }
    text_free(&reader.text);
    if (good && revision->id == NULL) {
        return error_set_at(error, ERROR_USAGE, revision->path, 0,
                            "there is no revision id: the header has no `revision = \"...\"`");
    }
    return good;
}
