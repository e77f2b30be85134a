/* body.c - what the rest of a revision file defines and uses, found without running it. */
#include "revisions/header.h"

/* Names before an assignment's "=", as bits: one for each header name, and two more. */
enum { BIT_UPGRADE = 1 << HEADER_NAMES, BIT_DOWNGRADE = 2 << HEADER_NAMES };

enum { MOST_BLOCKS = 256 }; /* Lua itself stops at 200 levels (LUAI_MAXCCALLS) */

struct scanner {
    struct revision *revision;
    struct lexer *lexer;
    struct error *error;
    bool is_function[MOST_BLOCKS]; /* for each open block: is it a function's? */
    int blocks, functions, brackets;
    struct token previous;
    unsigned listed;    /* bits of the names in the list being read */
    bool listed_locals; /* the list follows local or for */
    int listed_line;
};

static void open_block(struct scanner *scanner, bool function)
{
    if (scanner->blocks < MOST_BLOCKS) {
        scanner->is_function[scanner->blocks] = function;
        scanner->functions += function;
    }
    scanner->blocks++;
}

static void close_block(struct scanner *scanner)
{
    if (scanner->blocks == 0) {
        return;
    }
    scanner->blocks--;
    if (scanner->blocks < MOST_BLOCKS && scanner->is_function[scanner->blocks]) {
        scanner->functions--;
    }
}

static bool is_symbol(const struct token *token, int symbol)
{
    return token->kind == TOKEN_SYMBOL && token->symbol == symbol;
}

/* A false or nil right after "=" switches an option off. */
static bool option_is_on(struct lexer ahead)
{
    struct token equals = lexer_next(&ahead);
    if (!is_symbol(&equals, '=')) {
        return false;
    }
    struct token value = lexer_next(&ahead);
    return !token_is(&value, "false") && !token_is(&value, "nil");
}

static bool is_stepwise_call(struct lexer ahead)
{
    struct token dot = lexer_next(&ahead);
    struct token name = lexer_next(&ahead);
    return is_symbol(&dot, '.') &&
           (token_is(&name, "commit") || token_is(&name, "autocommit") ||
            token_is(&name, "backfill"));
}

/* op.commit, op.autocommit, op.backfill; concurrently = ..., online = ... */
static bool makes_stepwise(const struct scanner *scanner, const struct token *token)
{
    switch (token->length) {
    case 2:
        return token_is(token, "op") && is_stepwise_call(*scanner->lexer);
    case 6:
        return token_is(token, "online") && !token_is(&scanner->previous, "local") &&
               option_is_on(*scanner->lexer);
    case 12:
        return token_is(token, "concurrently") && !token_is(&scanner->previous, "local") &&
               option_is_on(*scanner->lexer);
    default:
        return false;
    }
}

static unsigned bit_of(const struct token *token)
{
    if (token_is(token, "upgrade")) {
        return BIT_UPGRADE;
    }
    if (token_is(token, "downgrade")) {
        return BIT_DOWNGRADE;
    }
    enum header_name name = header_name_of(token);
    return name == HEADER_NAMES ? 0 : 1U << name;
}

/* Globals that get their value here. */
static bool define(struct scanner *scanner, unsigned bits, int line)
{
    scanner->revision->has_upgrade |= (bits & BIT_UPGRADE) != 0;
    scanner->revision->has_downgrade |= (bits & BIT_DOWNGRADE) != 0;
    for (int name = 0; name < HEADER_NAMES && scanner->blocks == 0; name++) {
        if ((bits & (1U << name)) != 0) {
            (void)error_set_at(scanner->error, ERROR_USAGE, scanner->revision->path, line,
                               "%s is assigned after the header",
                               header_name_text((enum header_name)name));
            return error_advise(scanner->error,
                                "The header ends at the first other statement; move the "
                                "assignment above it.");
        }
    }
    return true;
}

/* At the word function: `function upgrade(` defines a global, `function t.upgrade(` does not.
 */
static bool take_function(struct scanner *scanner)
{
    bool good = true;
    if (scanner->functions == 0 && !token_is(&scanner->previous, "local")) {
        struct lexer ahead = *scanner->lexer;
        struct token name = lexer_next(&ahead);
        struct token next = lexer_next(&ahead);
        if (name.kind == TOKEN_NAME && is_symbol(&next, '(')) {
            good = define(scanner, bit_of(&name), name.line);
        }
    }
    open_block(scanner, true);
    return good;
}

/* Outside functions and brackets a name may stand on the left side of an assignment. */
static void take_listed(struct scanner *scanner, const struct token *token)
{
    const struct token *previous = &scanner->previous;
    if (!is_symbol(previous, ',')) {
        scanner->listed = 0;
        scanner->listed_locals = token_is(previous, "local") || token_is(previous, "for");
    }
    if (scanner->listed_locals || is_symbol(previous, '.') || is_symbol(previous, ':')) {
        return;
    }
    unsigned bit = bit_of(token);
    if (bit != 0) {
        scanner->listed |= bit;
        scanner->listed_line = token->line;
    }
}

/* do, if, repeat, end, until; function has its own. */
static void take_block_word(struct scanner *scanner, const struct token *token)
{
    switch (token->start[0]) {
    case 'd':
        if (token_is(token, "do")) {
            open_block(scanner, false);
        }
        break;
    case 'e':
        if (token_is(token, "end")) {
            close_block(scanner);
        }
        break;
    case 'i':
        if (token_is(token, "if")) {
            open_block(scanner, false);
        }
        break;
    case 'r':
        if (token_is(token, "repeat")) {
            open_block(scanner, false);
        }
        break;
    case 'u':
        if (token_is(token, "until")) {
            close_block(scanner);
        }
        break;
    default:
        break;
    }
}

static bool take_name(struct scanner *scanner, const struct token *token)
{
    if (token_is(token, "function")) {
        scanner->listed = 0;
        return take_function(scanner);
    }
    take_block_word(scanner, token);
    if (!scanner->revision->stepwise && makes_stepwise(scanner, token)) {
        scanner->revision->stepwise = true;
    }
    if (scanner->functions == 0 && scanner->brackets == 0) {
        take_listed(scanner, token);
    }
    return true;
}

static bool take_symbol(struct scanner *scanner, const struct token *token)
{
    bool good = true;
    switch (token->symbol) {
    case '(':
    case '[':
    case '{':
        scanner->brackets++;
        break;
    case ')':
    case ']':
    case '}':
        scanner->brackets -= scanner->brackets > 0;
        break;
    case '=':
        if (scanner->listed != 0) {
            good = define(scanner, scanner->listed, scanner->listed_line);
        }
        break;
    default:
        break;
    }
    if (token->symbol != ',') {
        scanner->listed = 0;
    }
    return good;
}

bool body_scan(struct revision *revision, struct lexer *lexer, struct error *error)
{
    struct scanner scanner = {.revision = revision, .lexer = lexer, .error = error};
    revision->stepwise = !revision->transaction;
    bool good = true;
    while (good) {
        struct token token;
        if (scanner.functions > 0) {
            /* Inside a function nothing but names matters, and most of a file is there. */
            if (!lexer_next_name(lexer, &token)) {
                break;
            }
        } else {
            token = lexer_next(lexer);
        }
        /* Lua itself says what is wrong with a broken file, when it is run. */
        if (token.kind == TOKEN_END || token.kind == TOKEN_BROKEN) {
            break;
        }
        if (token.kind == TOKEN_NAME) {
            good = take_name(&scanner, &token);
        } else if (token.kind == TOKEN_SYMBOL) {
            good = take_symbol(&scanner, &token);
        }
        scanner.previous = token;
    }
    return good;
}
