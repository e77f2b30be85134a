/* change_reader.h - what the files that read CREATE, ALTER and DROP share. Not for others.
 *
 * changes.c looks at the first word, change_create.c and change_alter.c read their statements,
 * change_names.c knows the kinds and writes names, change_words.c reads and writes words.
 */
#ifndef NEAP_SQL_CHANGE_READER_H
#define NEAP_SQL_CHANGE_READER_H

#include "sql/changes.h"
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

/* What ALTER, DROP, COMMENT and GRANT name. */
struct altered {
    const struct kind *kind;
    struct token name;
    struct token table; /* with OF_TABLE */
    bool owned;
    size_t arguments, arguments_end; /* with CALLABLE */
};

/* --- change_names.c: kinds, and lines with their names --- */
const struct kind *take_kind(struct scanner *scanner);
/* A part of a name, as the catalog has it: without its quotes, or folded. */
void add_part(const struct reader *reader, struct token token);
/* A name with its qualifiers, at most the last `parts` of them. */
void add_name(const struct reader *reader, struct token name, int parts);
/* table.name, or the name alone where the statement does not say the table. */
void add_owned(const struct reader *reader, struct token name, bool owned, struct token table);
void begin_line(const struct reader *reader, const char *verb, const char *kind);
void end_line(const struct reader *reader);
void add_flag(const struct reader *reader, bool set, const char *name);
void add_field(const struct reader *reader, const char *key, struct token name);
/* Blanks of any length become one, so that the same arguments are written the same way. */
void add_squeezed(const struct reader *reader, size_t start, size_t end);
/* The arguments that come next in parentheses. */
void add_arguments(struct reader *reader);
/* The name of what is altered or dropped, with its table or its arguments. */
bool take_object(struct reader *reader, struct altered *object);
void begin_altered(const struct reader *reader, const char *verb, const struct altered *object);

/* --- change_words.c: the statement's words --- */
bool take_words(struct scanner *scanner, const char *first, const char *second,
                const char *third);
bool take_if_exists(struct scanner *scanner);
bool take_if_not_exists(struct scanner *scanner);
bool at_end(struct token token);
/* Moves behind the next such word that stands outside parentheses. */
bool find_word(struct scanner *scanner, const char *word);
/* Behind the bracket that closes the one before. */
void skip_parentheses(struct scanner *scanner);
/* Moves behind the next comma outside parentheses, or before the bracket that closes them. */
bool next_item(struct scanner *scanner);
/* Does an element of CREATE TABLE, or what ADD adds, begin a constraint? */
bool is_constraint(const struct scanner *scanner);
/* In the element that comes next: the next named constraint. Moves to where the element ends.
 */
bool find_constraint(struct scanner *scanner, struct token *name);

/* --- change_create.c, change_alter.c: behind their first word --- */
void read_create(struct reader *reader);
void read_alter(struct reader *reader);

#endif
