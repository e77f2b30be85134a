/* change_create.c - what CREATE makes. */
#include <string.h>

#include "sql/change_reader.h"

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

void read_create(struct reader *reader)
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
