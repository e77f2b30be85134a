/* change_names.c - the kinds of objects, and lines with their names. */
#include <string.h>

#include "sql/change_reader.h"

/* Longer ones first. */
static const struct kind kinds[] = {
    {{"materialized", "view"}, "materialized_view", PLAIN},
    {{"foreign", "table"}, "table", PLAIN},
    {{"foreign", "data", "wrapper"}, "foreign_data_wrapper", PLAIN},
    {{"event", "trigger"}, "event_trigger", PLAIN},
    {{"text", "search", "configuration"}, "text_search_configuration", PLAIN},
    {{"text", "search", "dictionary"}, "text_search_dictionary", PLAIN},
    {{"text", "search", "parser"}, "text_search_parser", PLAIN},
    {{"text", "search", "template"}, "text_search_template", PLAIN},
    {{"access", "method"}, "access_method", PLAIN},
    {{"user", "mapping"}, NULL, NAMELESS},
    {{"default", "privileges"}, NULL, NAMELESS},
    {{"operator"}, NULL, NAMELESS},
    {{"large", "object"}, NULL, NAMELESS},
    {{"parameter"}, NULL, NAMELESS},
    {{"foreign", "server"}, "server", PLAIN},
    {{"tablespace"}, "tablespace", PLAIN},
    {{"table"}, "table", PLAIN},
    {{"index"}, "index", INDEX},
    {{"view"}, "view", PLAIN},
    {{"sequence"}, "sequence", PLAIN},
    {{"schema"}, "schema", PLAIN},
    {{"extension"}, "extension", PLAIN},
    {{"type"}, "type", PLAIN},
    {{"domain"}, "domain", PLAIN},
    {{"function"}, "function", CALLABLE},
    {{"procedure"}, "procedure", CALLABLE},
    {{"routine"}, "function", CALLABLE},
    {{"aggregate"}, "aggregate", CALLABLE},
    {{"trigger"}, "trigger", OF_TABLE},
    {{"rule"}, "rule", OF_TABLE},
    {{"policy"}, "policy", OF_TABLE},
    {{"constraint"}, "constraint", OF_TABLE},
    {{"column"}, "column", PLAIN},
    {{"role"}, "role", PLAIN},
    {{"user"}, "role", PLAIN},
    {{"group"}, "role", PLAIN},
    {{"statistics"}, "statistics", PLAIN},
    {{"collation"}, "collation", PLAIN},
    {{"conversion"}, "conversion", PLAIN},
    {{"language"}, "language", PLAIN},
    {{"server"}, "server", PLAIN},
    {{"publication"}, "publication", PLAIN},
    {{"subscription"}, "subscription", PLAIN},
    {{"database"}, "database", PLAIN},
};

const struct kind *take_kind(struct scanner *scanner)
{
    struct scanner first = *scanner;
    struct token token = scan_token(&first);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (!token_is_word(&first, token, kinds[i].words[0])) {
            continue;
        }
        struct scanner ahead = first;
        size_t words = 1;
        while (kinds[i].words[words] != NULL && take_word(&ahead, kinds[i].words[words])) {
            words++;
        }
        if (kinds[i].words[words] == NULL) {
            *scanner = ahead;
            return &kinds[i];
        }
    }
    return NULL;
}

/* --- writing --- */

static bool has_upper(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] >= 'A' && text[i] <= 'Z') {
            return true;
        }
    }
    return false;
}

/* A part of a name, as the catalog has it: without its quotes, or folded. */
void add_part(const struct reader *reader, struct token token)
{
    const char *text = reader->scanner.text + token.start;
    size_t length = token.end - token.start;
    bool folds = reader->scanner.dialect == SQL_POSTGRESQL;
    char close = '\0';
    if (token.kind == TOKEN_NAME && length >= 2) {
        close = text[length - 1];
        text++;
        length -= 2;
    }
    if (close != '\0' ? memchr(text, close, length) == NULL
                      : !folds || !has_upper(text, length)) {
        sql_add_change_word(reader->out, text, length);
        return;
    }
    for (size_t i = 0; i < length; i++) {
        char byte = text[i];
        if (close == '\0' && folds) {
            byte = sql_lower(byte);
        }
        sql_add_change_word(reader->out, &byte, 1);
        if (close != '\0' && byte == close && i + 1 < length && text[i + 1] == close) {
            i++; /* "a""b" */
        }
    }
}

/* A name with its qualifiers, at most the last `parts` of them. */
void add_name(const struct reader *reader, struct token name, int parts)
{
    struct scanner inside = reader->scanner;
    int count = 1;
    inside.at = name.start;
    inside.length = name.end;
    if (memchr(inside.text + name.start, '.', name.end - name.start) == NULL) {
        add_part(reader, scan_token(&inside));
        return;
    }
    for (struct token token = scan_token(&inside); token.kind != TOKEN_END;
         token = scan_token(&inside)) {
        count += token_is(&inside, token, '.') ? 1 : 0;
    }
    inside.at = name.start;
    for (struct token token = scan_token(&inside); token.kind != TOKEN_END;
         token = scan_token(&inside)) {
        if (token_is(&inside, token, '.')) {
            count--;
        } else if (count <= parts) {
            add_part(reader, token);
            text_add(reader->out, count > 1 ? "." : "");
        }
    }
}

void begin_line(const struct reader *reader, const char *verb, const char *kind)
{
    text_format(reader->out, "%s %s %s ", reader->place, verb, kind);
}

void end_line(const struct reader *reader)
{
    text_add_char(reader->out, '\n');
}

void add_flag(const struct reader *reader, bool set, const char *name)
{
    if (set) {
        text_format(reader->out, " %s=", name);
    }
}

void add_field(const struct reader *reader, const char *key, struct token name)
{
    text_format(reader->out, " %s=", key);
    add_name(reader, name, 2);
}

/* Blanks of any length become one, so that the same arguments are written the same way. */
void add_squeezed(const struct reader *reader, size_t start, size_t end)
{
    bool blank = false;
    for (size_t i = start; i < end; i++) {
        const char *byte = reader->scanner.text + i;
        if (strchr(" \t\r\n\f\v", *byte) != NULL && *byte != '\0') {
            blank = true;
            continue;
        }
        if (blank) {
            sql_add_change_word(reader->out, " ", 1);
        }
        blank = false;
        sql_add_change_word(reader->out, byte, 1);
    }
}

/* The arguments that come next in parentheses. */
void add_arguments(struct reader *reader)
{
    size_t before = reader->scanner.at;
    if (take_parentheses(&reader->scanner)) {
        while (before < reader->scanner.at && reader->scanner.text[before] != '(') {
            before++;
        }
        text_add(reader->out, " args=");
        add_squeezed(reader, before, reader->scanner.at);
    }
}

/* table.name, or the name alone where the statement does not say the table. */
void add_owned(const struct reader *reader, struct token name, bool owned, struct token table)
{
    if (owned) {
        add_name(reader, table, 2);
        text_add_char(reader->out, '.');
    }
    add_name(reader, name, owned ? 1 : 2);
}

/* The name of what is altered or dropped, with its table or its arguments. */
bool take_object(struct reader *reader, struct altered *object)
{
    struct scanner *scanner = &reader->scanner;
    if (!take_name(scanner, &object->name)) {
        return false;
    }
    if (object->kind->shape == OF_TABLE && take_word(scanner, "on")) {
        (void)(take_word(scanner, "domain"));
        object->owned = take_name(scanner, &object->table);
    } else if (object->kind->shape == CALLABLE) {
        struct scanner ahead = *scanner;
        object->arguments = scan_token(&ahead).start;
        object->arguments_end = take_parentheses(scanner) ? scanner->at : object->arguments;
    }
    return true;
}

void begin_altered(const struct reader *reader, const char *verb, const struct altered *object)
{
    begin_line(reader, verb, object->kind->name);
    add_owned(reader, object->name, object->owned, object->table);
    if (object->arguments_end > object->arguments) {
        text_add(reader->out, " args=");
        add_squeezed(reader, object->arguments, object->arguments_end);
    }
}
