/* change_words.c - the words of statements, and those of the lines that tell of them. */
#include <string.h>

#include "sql/change_reader.h"

/* --- small words --- */

bool take_words(struct scanner *scanner, const char *first, const char *second,
                const char *third)
{
    struct scanner ahead = *scanner;
    if (take_word(&ahead, first) && take_word(&ahead, second) &&
        (third == NULL || take_word(&ahead, third))) {
        *scanner = ahead;
        return true;
    }
    return false;
}

bool take_if_exists(struct scanner *scanner)
{
    return take_words(scanner, "if", "exists", NULL);
}

bool take_if_not_exists(struct scanner *scanner)
{
    return take_words(scanner, "if", "not", "exists");
}

bool at_end(struct token token)
{
    return token.kind == TOKEN_END || token.kind == TOKEN_UNCLOSED;
}

/* Moves behind the next such word that stands outside parentheses. */
bool find_word(struct scanner *scanner, const char *word)
{
    while (!take_word(scanner, word)) {
        if (!take_parentheses(scanner) && at_end(scan_token(scanner))) {
            return false;
        }
    }
    return true;
}

/* Behind the bracket that closes the one before. */
void skip_parentheses(struct scanner *scanner)
{
    for (size_t depth = 1; depth > 0;) {
        struct token token = scan_token(scanner);
        if (at_end(token)) {
            return;
        }
        depth += token_is(scanner, token, '(') ? 1 : 0;
        depth -= token_is(scanner, token, ')') ? 1 : 0;
    }
}

/* Moves behind the next comma outside parentheses, or before the bracket that closes them. */
bool next_item(struct scanner *scanner)
{
    for (;;) {
        struct scanner ahead = *scanner;
        struct token token = scan_token(&ahead);
        if (at_end(token) || token_is(&ahead, token, ')')) {
            return false;
        }
        *scanner = ahead;
        if (token_is(&ahead, token, ',')) {
            return true;
        }
        if (token_is(&ahead, token, '(')) {
            skip_parentheses(scanner);
        }
    }
}

/* Does an element of CREATE TABLE, or what ADD adds, begin a constraint? */
bool is_constraint(const struct scanner *scanner)
{
    static const char *const keys[] = {"primary", "foreign", NULL};
    static const char *const words[] = {"constraint", "check", "like", NULL};
    static const char *const others[] = {"unique", "exclude", NULL};
    struct scanner ahead = *scanner;
    struct token name;
    if (take_one_of(&ahead, keys)) {
        return take_word(&ahead, "key");
    }
    if (take_word(&ahead, "not")) { /* PostgreSQL 18 */
        return take_word(&ahead, "null");
    }
    return take_one_of(&ahead, words) ||
           (take_one_of(&ahead, others) &&
            (take(&ahead, '(') || take_word(&ahead, "using") || take_word(&ahead, "nulls") ||
             !take_name(&ahead, &name)));
}

/* In the element that comes next: the next named constraint. Moves to where the element ends.
 */
bool find_constraint(struct scanner *scanner, struct token *name)
{
    for (;;) {
        struct scanner ahead = *scanner;
        struct token token = scan_token(&ahead);
        if (at_end(token) || token_is(&ahead, token, ',') || token_is(&ahead, token, ')')) {
            return false;
        }
        *scanner = ahead;
        if (token_is_word(&ahead, token, "constraint") && take_name(scanner, name)) {
            return true;
        }
        if (token_is(&ahead, token, '(')) {
            skip_parentheses(scanner);
        }
    }
}

/* --- the words of a line --- */

static bool is_plain(unsigned char byte)
{
    return byte > ' ' && byte != 0x7F && byte != '%' && byte != '.' && byte != ',' &&
           byte != '=' && byte != '@';
}

void sql_add_change_word(struct text *out, const char *bytes, size_t length)
{
    for (size_t from = 0; from < length;) {
        size_t to = from;
        while (to < length && is_plain((unsigned char)bytes[to])) {
            to++;
        }
        text_append(out, bytes + from, to - from);
        if (to < length) {
            text_format(out, "%%%02X", (unsigned char)bytes[to]);
        }
        from = to + 1;
    }
}

static struct sql_change_word next_word(const char **at, const char *end)
{
    const char *start = *at;
    while (*at < end && **at != ' ') {
        (*at)++;
    }
    struct sql_change_word word = {start, (size_t)(*at - start)};
    *at += *at < end ? 1 : 0;
    return word;
}

bool sql_next_change(const char **at, struct sql_change *change)
{
    while (**at != '\0') {
        const char *from = *at;
        const char *end = from + strcspn(from, "\n");
        *at = end + (*end == '\n' ? 1 : 0);
        *change = (struct sql_change){.place = next_word(&from, end),
                                      .verb = next_word(&from, end),
                                      .kind = next_word(&from, end),
                                      .name = next_word(&from, end)};
        change->rest = (struct sql_change_word){from, (size_t)(end - from)};
        if (change->kind.length > 0) {
            return true;
        }
    }
    return false;
}

bool sql_next_change_field(struct sql_change_word *rest, struct sql_change_word *key,
                           struct sql_change_word *value)
{
    const char *at = rest->text;
    const char *end = rest->text + rest->length;
    if (rest->length == 0) {
        return false;
    }
    struct sql_change_word word = next_word(&at, end);
    *rest = (struct sql_change_word){at, (size_t)(end - at)};
    const char *equals = memchr(word.text, '=', word.length);
    size_t length = equals == NULL ? word.length : (size_t)(equals - word.text);
    *key = (struct sql_change_word){word.text, length};
    *value = (struct sql_change_word){equals == NULL ? "" : equals + 1,
                                      equals == NULL ? 0 : word.length - length - 1};
    return true;
}

static int hex_digit(char c)
{
    const char *digits = "0123456789ABCDEF";
    const char *found = c == '\0' ? NULL : strchr(digits, c);
    return found == NULL ? -1 : (int)(found - digits);
}

void sql_add_change_plain(struct text *out, struct sql_change_word word)
{
    for (size_t i = 0; i < word.length; i++) {
        char byte = word.text[i];
        if (byte == '%' && i + 2 < word.length && hex_digit(word.text[i + 1]) >= 0 &&
            hex_digit(word.text[i + 2]) >= 0) {
            byte = (char)(hex_digit(word.text[i + 1]) * 16 + hex_digit(word.text[i + 2]));
            i += 2;
        }
        text_add_char(out, byte);
    }
}
