/* change_alter.c - what ALTER changes. */
#include <string.h>

#include "sql/change_reader.h"

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

void read_alter(struct reader *reader)
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
