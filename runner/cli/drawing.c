#include "cli/drawing.h"

#include <string.h>

#include "base/memory.h"

/* Columns stand two characters apart. Each waits for the revision that its line leads down to;
 * no two wait for the same one, except while a drawing row is being made. */
struct drawing {
    const struct describer *describer;
    bool *selected; /* by graph index */
    size_t *columns;
    size_t count, capacity;
    struct text text;
};

static void insert_column(struct drawing *drawing, size_t at, size_t waits_for)
{
    drawing->columns = mem_grow(drawing->columns, drawing->count, &drawing->capacity,
                                sizeof *drawing->columns);
    memmove(&drawing->columns[at + 1], &drawing->columns[at],
            (drawing->count - at) * sizeof *drawing->columns);
    drawing->columns[at] = waits_for;
    drawing->count++;
}

static void remove_column(struct drawing *drawing, size_t at)
{
    drawing->count--;
    memmove(&drawing->columns[at], &drawing->columns[at + 1],
            (drawing->count - at) * sizeof *drawing->columns);
}

static size_t find_column(const struct drawing *drawing, size_t index)
{
    size_t at = 0;
    while (at < drawing->count && drawing->columns[at] != index) {
        at++;
    }
    return at;
}

/* --- rows between revisions --- */

static void add_repeated(struct drawing *drawing, const char *string, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text_add(&drawing->text, string);
    }
}

static void end_row(struct drawing *drawing)
{
    struct text *text = &drawing->text;
    while (text->length > 0 && text->data[text->length - 1] == ' ') {
        text->length--;
    }
    text->data[text->length] = '\0';
    text_add_char(text, '\n');
}

/* "|\ \": a new column to the right of at; those further right move over. */
static void row_fork(struct drawing *drawing, size_t at)
{
    add_repeated(drawing, "| ", at);
    text_add(&drawing->text, "|\\");
    add_repeated(drawing, " \\", drawing->count - at - 1);
    end_row(drawing);
}

/* "|_|/": the column from runs into to, left of it; those right of from move over. */
static void row_join(struct drawing *drawing, size_t to, size_t from)
{
    add_repeated(drawing, "| ", to);
    text_add(&drawing->text, "|");
    add_repeated(drawing, "_|", from - to - 1);
    text_add(&drawing->text, "/");
    add_repeated(drawing, " /", drawing->count - from - 1);
    end_row(drawing);
}

/* "| /": the column at ended; those right of it move over. */
static void row_end(struct drawing *drawing, size_t at)
{
    size_t right = drawing->count - at - 1;
    if (right > 0) {
        add_repeated(drawing, "| ", at);
        text_add(&drawing->text, " ");
        add_repeated(drawing, "/ ", right);
        end_row(drawing);
    }
}

/* "|\|": a merge's other parent is what the next column waits for. */
static void row_touch(struct drawing *drawing, size_t at)
{
    add_repeated(drawing, "| ", at);
    text_add(&drawing->text, "|\\");
    add_repeated(drawing, "| ", drawing->count - at - 1);
    end_row(drawing);
}

/* --- revisions --- */

static void draw_revision(struct drawing *drawing, size_t at, const struct revision *revision)
{
    struct text *text = &drawing->text;
    add_repeated(drawing, "| ", at);
    text_add_colored(text, drawing->describer->color, COLOR_MARK, "*");
    text_add(text, " ");
    add_repeated(drawing, "| ", drawing->count - at - 1);
    describe_revision(drawing->describer, revision, text);
    text_add_char(text, '\n');
}

/* The columns that wait for the same revision become one, the left one. */
static void join_twins(struct drawing *drawing)
{
    for (size_t to = 0; to < drawing->count; to++) {
        for (size_t from = to + 1; from < drawing->count; from++) {
            if (drawing->columns[to] == drawing->columns[from]) {
                row_join(drawing, to, from);
                remove_column(drawing, from);
                from--;
            }
        }
    }
}

/* The lines from a revision down to its parents. */
static void lead_down(struct drawing *drawing, size_t at, const struct revision *revision)
{
    size_t drawn = 0;
    for (size_t i = 0; i < revision->down_count; i++) {
        size_t parent = revision->down_index[i];
        if (!drawing->selected[parent]) {
            continue;
        }
        if (drawn == 0) {
            drawing->columns[at] = parent;
        } else if (at + 1 < drawing->count && drawing->columns[at + 1] == parent) {
            row_touch(drawing, at);
        } else {
            row_fork(drawing, at);
            insert_column(drawing, at + 1, parent);
        }
        drawn++;
    }
    if (drawn == 0) {
        row_end(drawing, at);
        remove_column(drawing, at);
    }
    join_twins(drawing);
}

void drawing_print(const struct describer *describer, const struct selection *selection)
{
    const struct graph *graph = describer->graph;
    struct drawing drawing = {.describer = describer, .selected = mem_alloc(graph->count + 1)};
    for (size_t i = 0; i < selection->count; i++) {
        drawing.selected[selection->indexes[i]] = true;
    }
    for (size_t i = 0; i < selection->count; i++) {
        const struct revision *revision = &graph->revisions[selection->indexes[i]];
        size_t at = find_column(&drawing, revision->index);
        if (at == drawing.count) {
            insert_column(&drawing, at, revision->index);
        }
        draw_revision(&drawing, at, revision);
        lead_down(&drawing, at, revision);
        output_text(&drawing.text);
        text_clear(&drawing.text);
    }
    text_free(&drawing.text);
    mem_free(drawing.selected);
    mem_free(drawing.columns);
}
