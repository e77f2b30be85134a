/* changes.c - what CREATE, ALTER and DROP are about. The grammar is followed as far as names
 * go. Sources: PostgreSQL manual, "SQL Commands"; sqlite.org/lang.html
 */
#include "sql/changes.h"

#include <string.h>

#include "sql/token.h"

struct reader {
    struct scanner scanner;
    const char *place;
    struct text *out;
};

enum shape {
    PLAIN,    /* name */
    OF_TABLE, /* name ON table, or what stands before the table's name */
    CALLABLE, /* name(arguments) */
    INDEX,
    NAMELESS /* what has no name of its own */
};

struct kind {
    const char *words[5]; /* ends with NULL */
    const char *name;
    enum shape shape;
};

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

static const struct kind *take_kind(struct scanner *scanner)
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
static void add_part(const struct reader *reader, struct token token)
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
static void add_name(const struct reader *reader, struct token name, int parts)
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

static void begin_line(const struct reader *reader, const char *verb, const char *kind)
{
    text_format(reader->out, "%s %s %s ", reader->place, verb, kind);
}

static void end_line(const struct reader *reader)
{
    text_add_char(reader->out, '\n');
}

static void add_flag(const struct reader *reader, bool set, const char *name)
{
    if (set) {
        text_format(reader->out, " %s=", name);
    }
}

static void add_field(const struct reader *reader, const char *key, struct token name)
{
    text_format(reader->out, " %s=", key);
    add_name(reader, name, 2);
}

/* Blanks of any length become one, so that the same arguments are written the same way. */
static void add_squeezed(const struct reader *reader, size_t start, size_t end)
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
static void add_arguments(struct reader *reader)
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

/* --- small words --- */

static bool take_words(struct scanner *scanner, const char *first, const char *second,
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

static bool take_if_exists(struct scanner *scanner)
{
    return take_words(scanner, "if", "exists", NULL);
}

static bool take_if_not_exists(struct scanner *scanner)
{
    return take_words(scanner, "if", "not", "exists");
}

static bool at_end(struct token token)
{
    return token.kind == TOKEN_END || token.kind == TOKEN_UNCLOSED;
}

/* Moves behind the next such word that stands outside parentheses. */
static bool find_word(struct scanner *scanner, const char *word)
{
    while (!take_word(scanner, word)) {
        if (!take_parentheses(scanner) && at_end(scan_token(scanner))) {
            return false;
        }
    }
    return true;
}

/* Behind the bracket that closes the one before. */
static void skip_parentheses(struct scanner *scanner)
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
static bool next_item(struct scanner *scanner)
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

/* --- CREATE --- */

/* Does an element of CREATE TABLE, or what ADD adds, begin a constraint? */
static bool is_constraint(const struct scanner *scanner)
{
    static const char *const keys[] = {"primary", "foreign", NULL};
    static const char *const words[] = {"constraint", "check", "like", NULL};
    static const char *const others[] = {"unique", "exclude", NULL};
    struct scanner ahead = *scanner;
    struct token name;
    if (take_one_of(&ahead, keys)) {
        return take_word(&ahead, "key");
    }
    return take_one_of(&ahead, words) ||
           (take_one_of(&ahead, others) &&
            (take(&ahead, '(') || take_word(&ahead, "using") || take_word(&ahead, "nulls") ||
             !take_name(&ahead, &name)));
}

/* In the element that comes next: the next named constraint. Moves to where the element ends.
 */
static bool find_constraint(struct scanner *scanner, struct token *name)
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

/* " columns=a,b constraints=c,d" of the elements in parentheses. */
static void add_elements(const struct reader *reader, struct scanner scanner)
{
    struct text names = {0};
    struct reader constraints = *reader;
    const char *before = " columns=";
    constraints.out = &names;
    do {
        struct token name;
        if (!is_constraint(&scanner) && take_name(&scanner, &name)) {
            text_add(reader->out, before);
            add_name(reader, name, 1);
            before = ",";
        }
        while (find_constraint(&scanner, &name)) {
            text_add(&names, names.length == 0 ? " constraints=" : ",");
            add_name(&constraints, name, 1);
        }
    } while (next_item(&scanner));
    text_append(reader->out, text_string(&names), names.length);
    text_free(&names);
}

static void create_table(struct reader *reader)
{
    struct token parent;
    if (take_words(&reader->scanner, "partition", "of", NULL) &&
        take_name(&reader->scanner, &parent)) {
        add_field(reader, "partition_of", parent);
    } else if (take(&reader->scanner, '(')) {
        add_elements(reader, reader->scanner);
    }
}

static void create_index(struct reader *reader, bool exists)
{
    struct token name;
    struct token table;
    bool named = !take_word(&reader->scanner, "on") && take_name(&reader->scanner, &name);
    if (named) {
        take_word(&reader->scanner, "on");
    }
    take_word(&reader->scanner, "only");
    if (!take_name(&reader->scanner, &table)) {
        return;
    }
    if (!named) {
        begin_line(reader, "alter", "table");
        add_name(reader, table, 2);
        text_add(reader->out, " what=index");
    } else {
        begin_line(reader, "create", "index");
        add_name(reader, name, 2);
        add_field(reader, "table", table);
        add_flag(reader, exists, "if_not_exists");
    }
    end_line(reader);
}

/* name ... ON table; a rule says ON event TO table. Takes the table when it is there. */
static bool take_owner(struct reader *reader, const struct kind *kind, struct token *table)
{
    struct scanner ahead = reader->scanner;
    bool found = find_word(&ahead, "on") &&
                 (strcmp(kind->name, "rule") != 0 || find_word(&ahead, "to")) &&
                 take_name(&ahead, table);
    if (found) {
        reader->scanner = ahead;
    }
    return found;
}

/* table.name, or the name alone where the statement does not say the table. */
static void add_owned(const struct reader *reader, struct token name, bool owned,
                      struct token table)
{
    if (owned) {
        add_name(reader, table, 2);
        text_add_char(reader->out, '.');
    }
    add_name(reader, name, owned ? 1 : 2);
}

static void create(struct reader *reader)
{
    static const char *const passed[] = {"global",     "local",     "unlogged",
                                         "unique",     "recursive", "trusted",
                                         "procedural", "virtual",   NULL};
    static const char *const temporary[] = {"temp", "temporary", NULL};
    struct scanner *scanner = &reader->scanner;
    bool replace = take_words(scanner, "or", "replace", NULL);
    bool temp = false;
    while (take_one_of(scanner, passed) || (take_one_of(scanner, temporary) && (temp = true))) {
    }
    (void)take_word(scanner, "constraint"); /* CONSTRAINT TRIGGER */
    const struct kind *kind = take_kind(scanner);
    if (kind == NULL || kind->shape == NAMELESS || temp) {
        return;
    }
    take_word(scanner, "concurrently");
    bool exists = take_if_not_exists(scanner);
    if (kind->shape == INDEX) {
        create_index(reader, exists);
        return;
    }
    struct token name;
    struct token table = {0};
    if (strcmp(kind->name, "schema") == 0) {
        take_word(scanner, "authorization");
    }
    if (!take_name(scanner, &name)) {
        return;
    }
    bool owned = kind->shape == OF_TABLE && take_owner(reader, kind, &table);
    begin_line(reader, "create", kind->name);
    add_owned(reader, name, owned, table);
    if (kind->shape == CALLABLE) {
        add_arguments(reader);
    } else if (strcmp(kind->name, "table") == 0) {
        create_table(reader);
    }
    add_flag(reader, replace, "replace");
    add_flag(reader, exists, "if_not_exists");
    end_line(reader);
}

/* --- ALTER --- */

/* What is altered, in a few words: "type", "set not null", "owner". */
static void add_what(struct reader *reader)
{
    static const char *const goes_on[] = {"set", "drop",   "add",     "rename",
                                          "not", "enable", "disable", "force",
                                          "no",  "row",    "level",   NULL};
    text_add(reader->out, " what=");
    take_words(&reader->scanner, "set", "data", NULL); /* SET DATA TYPE is TYPE */
    bool more = true;
    for (int words = 0; more && words < 4; words++) {
        struct scanner ahead = reader->scanner;
        struct token token = scan_token(&ahead);
        if (token.kind != TOKEN_WORD) {
            return;
        }
        struct scanner again = reader->scanner;
        more = take_one_of(&again, goes_on);
        reader->scanner = ahead;
        text_add(reader->out, words > 0 ? "%20" : "");
        add_part(reader, token);
    }
}

struct altered {
    const struct kind *kind;
    struct token name;
    struct token table; /* with OF_TABLE */
    bool owned;
    size_t arguments, arguments_end; /* with CALLABLE */
};

static void begin_altered(const struct reader *reader, const char *verb,
                          const struct altered *object)
{
    begin_line(reader, verb, object->kind->name);
    add_owned(reader, object->name, object->owned, object->table);
    if (object->arguments_end > object->arguments) {
        text_add(reader->out, " args=");
        add_squeezed(reader, object->arguments, object->arguments_end);
    }
}

/* A line about a part of the table: a column or a constraint. */
static void begin_part(const struct reader *reader, const char *verb, const char *kind,
                       const struct altered *table, struct token name)
{
    begin_line(reader, verb, kind);
    add_name(reader, table->name, 2);
    text_add_char(reader->out, '.');
    add_name(reader, name, 1);
}

/* RENAME has been taken. */
static void rename_what(struct reader *reader, const struct altered *object)
{
    struct scanner *scanner = &reader->scanner;
    struct token old;
    struct token name;
    if (take_word(scanner, "to")) {
        if (take_name(scanner, &name)) {
            begin_altered(reader, "rename", object);
            add_field(reader, "to", name);
            end_line(reader);
        }
        return;
    }
    bool constraint = take_word(scanner, "constraint");
    bool other =
        !constraint && (take_word(scanner, "value") || take_word(scanner, "attribute"));
    (void)(!constraint && !other && take_word(scanner, "column"));
    if (!other && take_name(scanner, &old) && take_word(scanner, "to") &&
        take_name(scanner, &name)) {
        begin_part(reader, "rename", constraint ? "constraint" : "column", object, old);
        add_field(reader, "to", name);
    } else {
        begin_altered(reader, "alter", object);
        text_add(reader->out, " what=rename");
    }
    end_line(reader);
}

static void add_to_table(struct reader *reader, const struct altered *table)
{
    struct scanner *scanner = &reader->scanner;
    struct token name;
    if (is_constraint(scanner)) {
        if (take_word(scanner, "constraint") && take_name(scanner, &name)) {
            begin_part(reader, "create", "constraint", table, name);
        } else {
            begin_altered(reader, "alter", table);
            text_add(reader->out, " what=constraint");
        }
        end_line(reader);
        return;
    }
    take_word(scanner, "column");
    bool exists = take_if_not_exists(scanner);
    if (take_name(scanner, &name)) {
        begin_part(reader, "create", "column", table, name);
        add_flag(reader, exists, "if_not_exists");
        end_line(reader);
        while (find_constraint(scanner, &name)) {
            begin_part(reader, "create", "constraint", table, name);
            end_line(reader);
        }
    }
}

static void drop_from_table(struct reader *reader, const struct altered *table)
{
    struct scanner *scanner = &reader->scanner;
    bool constraint = take_word(scanner, "constraint");
    (void)(!constraint && take_word(scanner, "column"));
    bool exists = take_if_exists(scanner);
    struct token name;
    if (take_name(scanner, &name)) {
        begin_part(reader, "drop", constraint ? "constraint" : "column", table, name);
        add_flag(reader, exists, "if_exists");
        end_line(reader);
    }
}

static void alter_in_table(struct reader *reader, const struct altered *table, bool constraint)
{
    struct token name;
    (void)(!constraint && take_word(&reader->scanner, "column"));
    if (take_name(&reader->scanner, &name)) {
        begin_part(reader, "alter", constraint ? "constraint" : "column", table, name);
        add_what(reader);
        end_line(reader);
    }
}

static bool take_partition(struct scanner *scanner, struct token *name)
{
    struct scanner ahead = *scanner;
    if ((take_word(&ahead, "attach") || take_word(&ahead, "detach")) &&
        take_word(&ahead, "partition") && take_name(&ahead, name)) {
        return true;
    }
    return false;
}

static void alter_table_item(struct reader *reader, const struct altered *table)
{
    struct scanner *scanner = &reader->scanner;
    struct token partition;
    if (take_partition(scanner, &partition)) {
        begin_altered(reader, "alter", table);
        text_add(reader->out, take_word(scanner, "attach") ? " what=attach" : " what=detach");
        add_field(reader, "partition", partition);
        end_line(reader);
    } else if (take_word(scanner, "add")) {
        add_to_table(reader, table);
    } else if (take_word(scanner, "drop")) {
        drop_from_table(reader, table);
    } else if (take_words(scanner, "validate", "constraint", NULL)) {
        struct token name;
        if (take_name(scanner, &name)) {
            begin_part(reader, "alter", "constraint", table, name);
            text_add(reader->out, " what=validate\n");
        }
    } else if (take_word(scanner, "alter")) {
        alter_in_table(reader, table, take_word(scanner, "constraint"));
    } else {
        begin_altered(reader, "alter", table);
        add_what(reader);
        end_line(reader);
    }
}

static bool has_columns(const struct kind *kind)
{
    return strcmp(kind->name, "table") == 0 || strcmp(kind->name, "view") == 0 ||
           strcmp(kind->name, "materialized_view") == 0;
}

static void alter_object(struct reader *reader, const struct altered *object)
{
    struct scanner *scanner = &reader->scanner;
    struct token schema;
    if (take_word(scanner, "rename")) {
        rename_what(reader, object);
    } else if (take_words(scanner, "set", "schema", NULL) && take_name(scanner, &schema)) {
        begin_altered(reader, "rename", object);
        add_field(reader, "schema", schema);
        end_line(reader);
    } else if (has_columns(object->kind)) {
        do {
            alter_table_item(reader, object);
        } while (next_item(scanner));
    } else {
        begin_altered(reader, "alter", object);
        add_what(reader);
        end_line(reader);
    }
}

/* The name of what is altered or dropped, with its table or its arguments. */
static bool take_object(struct reader *reader, struct altered *object)
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

static void alter(struct reader *reader)
{
    struct altered object = {.kind = take_kind(&reader->scanner)};
    if (object.kind == NULL || object.kind->shape == NAMELESS ||
        take_word(&reader->scanner, "all")) {
        return;
    }
    (void)take_if_exists(&reader->scanner);
    (void)take_word(&reader->scanner, "only");
    if (take_object(reader, &object)) {
        take(&reader->scanner, '*');
        alter_object(reader, &object);
    }
}

/* --- DROP, COMMENT, GRANT, the search_path --- */

static void drop(struct reader *reader)
{
    struct scanner *scanner = &reader->scanner;
    const struct kind *kind = take_kind(scanner);
    if (kind == NULL || kind->shape == NAMELESS) {
        return;
    }
    take_word(scanner, "concurrently");
    bool exists = take_if_exists(scanner);
    struct scanner ahead = *scanner;
    bool cascade = find_word(&ahead, "cascade");
    do {
        struct altered object = {.kind = kind};
        if (!take_object(reader, &object)) {
            return;
        }
        begin_altered(reader, "drop", &object);
        add_flag(reader, exists, "if_exists");
        add_flag(reader, cascade, "cascade");
        end_line(reader);
    } while (take(scanner, ','));
}

static void comment(struct reader *reader)
{
    struct altered object = {0};
    if (!take_word(&reader->scanner, "on")) {
        return;
    }
    object.kind = take_kind(&reader->scanner);
    if (object.kind == NULL || object.kind->shape == NAMELESS ||
        !take_object(reader, &object)) {
        return;
    }
    begin_line(reader, "alter", object.kind->name);
    if (strcmp(object.kind->name, "column") == 0) {
        add_name(reader, object.name, 3);
    } else {
        add_owned(reader, object.name, object.owned, object.table);
    }
    if (object.arguments_end > object.arguments) {
        text_add(reader->out, " args=");
        add_squeezed(reader, object.arguments, object.arguments_end);
    }
    text_add(reader->out, " what=comment\n");
}

/* GRANT ... ON [TABLE] name, ...; of a role to a role nothing is told. */
static void grant(struct reader *reader, const char *what)
{
    static const struct kind table = {{NULL}, "table", PLAIN};
    static const struct kind schema = {{NULL}, "schema", PLAIN};
    struct scanner *scanner = &reader->scanner;
    if (!find_word(scanner, "on")) {
        return;
    }
    const struct kind *kind = take_kind(scanner);
    if (kind == NULL && take_word(scanner, "all")) {
        (void)(find_word(scanner, "in") && take_word(scanner, "schema"));
        kind = &schema;
    }
    kind = kind == NULL ? &table : kind;
    if (kind->shape == NAMELESS) {
        return;
    }
    do {
        struct altered object = {.kind = kind};
        if (!take_object(reader, &object)) {
            return;
        }
        begin_altered(reader, "alter", &object);
        text_format(reader->out, " what=%s\n", what);
    } while (take(scanner, ','));
}

static void note_path(struct reader *reader, size_t start, size_t end)
{
    begin_line(reader, "path", "");
    reader->out->length--; /* no kind, and one blank */
    if (start < end) {
        add_squeezed(reader, start, end);
    } else {
        text_add(reader->out, "''"); /* no schema */
    }
    end_line(reader);
}

/* SET [LOCAL | SESSION] search_path TO a, b */
static void set(struct reader *reader)
{
    struct scanner *scanner = &reader->scanner;
    (void)(take_word(scanner, "local") || take_word(scanner, "session"));
    if (take_word(scanner, "search_path") && (take_word(scanner, "to") || take(scanner, '='))) {
        struct scanner ahead = *scanner;
        note_path(reader, scan_token(&ahead).start, scanner->length);
    }
}

/* SELECT [pg_catalog.]set_config('search_path', 'a, b', ...) */
static void set_config(struct reader *reader)
{
    struct scanner *scanner = &reader->scanner;
    if (take_word(scanner, "pg_catalog")) {
        take(scanner, '.');
    }
    if (!take_word(scanner, "set_config") || !take(scanner, '(')) {
        return;
    }
    struct token name = scan_token(scanner);
    if (name.kind != TOKEN_STRING || name.end - name.start != strlen("'search_path'") ||
        strncmp(scanner->text + name.start, "'search_path'", name.end - name.start) != 0 ||
        !take(scanner, ',')) {
        return;
    }
    struct token value = scan_token(scanner);
    if (value.kind == TOKEN_STRING && value.end - value.start >= 2) {
        note_path(reader, value.start + 1, value.end - 1);
    }
}

static void reset(struct reader *reader)
{
    static const char *const words[] = {"search_path", "all", NULL};
    if (take_one_of(&reader->scanner, words)) {
        text_format(reader->out, "%s path default\n", reader->place);
    }
}

void sql_changes(const char *sql, size_t length, enum sql_dialect dialect, const char *place,
                 struct text *lines)
{
    struct reader reader = {.scanner = {.text = sql, .length = length, .dialect = dialect},
                            .place = place,
                            .out = lines};
    struct scanner *scanner = &reader.scanner;
    while (take(scanner, ';')) {
    }
    if (take_word(scanner, "create")) {
        create(&reader);
    } else if (take_word(scanner, "alter")) {
        alter(&reader);
    } else if (take_word(scanner, "drop")) {
        drop(&reader);
    } else if (dialect == SQL_SQLITE) {
        return;
    } else if (take_word(scanner, "comment")) {
        comment(&reader);
    } else if (take_word(scanner, "grant")) {
        grant(&reader, "grant");
    } else if (take_word(scanner, "revoke")) {
        grant(&reader, "revoke");
    } else if (take_word(scanner, "set")) {
        set(&reader);
    } else if (take_word(scanner, "select")) {
        set_config(&reader);
    } else if (take_word(scanner, "reset")) {
        reset(&reader);
    }
}

/* --- reading the lines --- */

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
