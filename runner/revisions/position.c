#include "revisions/position.h"

#include <string.h>

#include "base/memory.h"
#include "revisions/identifier.h"
#include "revisions/labels.h"
#include "revisions/link.h"
#include "revisions/order.h"
#include "revisions/target.h"
#include "revisions/walk.h"

enum { MOST_SHOWN = 8 };

void position_free(struct position *place)
{
    mem_free(place->at);
    mem_free(place->above);
    mem_free(place->under);
    *place = (struct position){0};
}

/* Doubles at every power of two: the capacity needs no place of its own. */
void indexes_add(size_t **indexes, size_t *count, size_t index)
{
    if ((*count & (*count - 1)) == 0) {
        *indexes = mem_resize(*indexes, (*count == 0 ? 1 : *count * 2) * sizeof **indexes);
    }
    (*indexes)[(*count)++] = index;
}

static bool any_in(const bool *set, const size_t *indexes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (set[indexes[i]]) {
            return true;
        }
    }
    return false;
}

void set_tops(const struct graph *graph, const bool *set, bool with_dependents, size_t **tops,
              size_t *count)
{
    for (size_t i = 0; i < graph->count; i++) {
        const struct revision *revision = &graph->revisions[i];
        if (set[i] && !any_in(set, revision->next_index, revision->next_count) &&
            !(with_dependents &&
              any_in(set, revision->dependent_index, revision->dependent_count))) {
            indexes_add(tops, count, i);
        }
    }
}

void pruned_followers(const struct graph *graph, const char *id, size_t **followers,
                      size_t *count)
{
    for (size_t i = 0; i < graph->count; i++) {
        const struct revision *revision = &graph->revisions[i];
        /* Only pruned ids are missing among the links. */
        if (revision->down.count > revision->down_count && list_has(&revision->down, id)) {
            indexes_add(followers, count, i);
        }
    }
}

void bases_add(const struct graph *graph, size_t **indexes, size_t *count)
{
    for (size_t i = 0; i < graph->count; i++) {
        if (graph->revisions[i].down_count == 0) {
            indexes_add(indexes, count, i);
        }
    }
}

/* At one revision; going down to it undoes what follows it. */
static void position_at(struct position *place, const struct revision *revision)
{
    indexes_add(&place->at, &place->at_count, revision->index);
    for (size_t i = 0; i < revision->next_count; i++) {
        indexes_add(&place->above, &place->above_count, revision->next_index[i]);
    }
}

static bool refuse_unknown(const struct query *query, const char *name)
{
    const char *nearest = graph_nearest(query->graph, name);
    if (nearest == NULL) {
        (void)error_set(query->error, ERROR_USAGE,
                        "there is no revision or label \"%s\": there are no revisions at all",
                        name);
        return false;
    }
    (void)error_set(query->error, ERROR_USAGE,
                    "there is no revision or label \"%s\"; the nearest is %s", name, nearest);
    return false;
}

static bool refuse_ambiguous(const struct query *query, const char *name, const size_t *indexes,
                             size_t count)
{
    struct text candidates = {0};
    describe_revisions(query->graph, indexes, MOST_SHOWN, count, &candidates);
    (void)error_set(query->error, ERROR_USAGE, "\"%s\" is the beginning of %zu ids: %s", name,
                    count, text_string(&candidates));
    text_free(&candidates);
    return false;
}

static bool refuse_outside(const struct query *query, const char *name)
{
    (void)error_set(query->error, ERROR_USAGE, "\"%s\": %s is not in the lineage of %s",
                    query->target, name, query->parts.left);
    (void)error_advise(query->error,
                       "A lineage goes up from its revision, and down to the fork; %s@base is "
                       "the place under it.",
                       query->parts.left);
    return false;
}

/* Id, then label, then the beginning of an id; of the lineage when there is one. A pruned id
 * gives *found NULL and place->pruned. */
static bool find_revision(const struct query *query, const char *name, const bool *within,
                          const struct revision **found, struct position *place)
{
    const struct graph *graph = query->graph;
    *found = graph_find(graph, name);
    if (*found == NULL) {
        *found = graph_find_label(graph, name);
    }
    if (*found != NULL) {
        return within == NULL || within[(*found)->index] ? true : refuse_outside(query, name);
    }
    for (size_t i = 0; i < graph->pruned.count; i++) {
        if (strcmp(graph->pruned.items[i], name) == 0) {
            place->pruned = graph->pruned.items[i];
            return within == NULL ? true : refuse_outside(query, name);
        }
    }
    size_t indexes[MOST_SHOWN];
    size_t count = find_prefix(graph, name, within, indexes, MOST_SHOWN);
    if (count == 0) {
        count = within == NULL ? 0 : find_prefix(graph, name, NULL, indexes, MOST_SHOWN);
        return count > 0 ? refuse_outside(query, name) : refuse_unknown(query, name);
    }
    if (count > 1) {
        return refuse_ambiguous(query, name, indexes, count);
    }
    *found = &graph->revisions[indexes[0]];
    return true;
}

static bool find_heads(const struct query *query, bool single, struct position *place)
{
    const struct graph *graph = query->graph;
    for (size_t i = 0; i < graph->count; i++) {
        if (graph->revisions[i].next_count == 0 &&
            (query->within == NULL || query->within[i])) {
            indexes_add(&place->at, &place->at_count, i);
        }
    }
    if (!single || place->at_count <= 1) {
        return true;
    }
    struct text heads = {0};
    describe_revisions(graph, place->at, MOST_SHOWN, place->at_count, &heads);
    (void)error_set(query->error, ERROR_USAGE, "\"%s\": there are %zu heads: %s", query->target,
                    place->at_count, text_string(&heads));
    text_free(&heads);
    return query->within == NULL
               ? error_advise(query->error, "Say heads, LABEL@head, or one of them.")
               : error_advise(query->error, "Say %s@heads, or one of them.", query->parts.left);
}

/* Before the lineage: the fork under it stays. */
static void find_lineage_base(const struct query *query, struct position *place)
{
    const struct revision *bottom = &query->graph->revisions[query->bottom];
    indexes_add(&place->above, &place->above_count, query->bottom);
    for (size_t i = 0; i < bottom->down_count; i++) {
        indexes_add(&place->under, &place->under_count, bottom->down_index[i]);
    }
}

static void find_base(const struct query *query, struct position *place)
{
    if (query->within != NULL) {
        find_lineage_base(query, place);
        return;
    }
    place->everything = true;
    bases_add(query->graph, &place->above, &place->above_count);
}

static bool needs_database(const struct query *query)
{
    if (query->rows != NULL) {
        return true;
    }
    (void)error_set(query->error, ERROR_USAGE,
                    "\"%s\" is relative to the database, which is not known here",
                    query->target);
    return error_advise(query->error, "Name a revision instead: an id, a label, head, base.");
}

/* No revision is applied: the place is before everything, or before what follows pruned rows.
 */
static void find_start(const struct query *query, struct position *place)
{
    for (size_t i = 0; i < query->rows->count; i++) {
        pruned_followers(query->graph, query->rows->items[i], &place->above,
                         &place->above_count);
    }
    if (place->above_count == 0) {
        bases_add(query->graph, &place->above, &place->above_count);
    }
}

static bool find_current(const struct query *query, struct position *place)
{
    if ((query->takes & POSITION_CURRENT) == 0) {
        (void)error_set(query->error, ERROR_USAGE, "\"%s\" cannot be a target here",
                        query->target);
        return error_advise(query->error, "current is for ranges, merge, show and edit.");
    }
    if (!needs_database(query)) {
        return false;
    }
    bool *applied = graph_applied(query->graph, query->rows);
    if (query->within != NULL) {
        for (size_t i = 0; i < query->graph->count; i++) {
            applied[i] = applied[i] && query->within[i];
        }
    }
    set_tops(query->graph, applied, query->within == NULL, &place->at, &place->at_count);
    mem_free(applied);
    if (place->at_count == 0 && query->within == NULL) {
        find_start(query, place);
    } else if (place->at_count == 0) {
        find_lineage_base(query, place);
    }
    return true;
}

static bool find_symbol(const struct query *query, struct position *place)
{
    const char *symbol = query->parts.symbol;
    if (strcmp(symbol, "head") == 0 || strcmp(symbol, "heads") == 0) {
        return find_heads(query, symbol[4] == '\0', place);
    }
    if (strcmp(symbol, "current") == 0) {
        return find_current(query, place);
    }
    if (strcmp(symbol, "base") == 0) {
        find_base(query, place);
        return true;
    }
    const struct revision *found = NULL;
    if (!find_revision(query, symbol, query->within, &found, place)) {
        return false;
    }
    if (place->pruned != NULL) {
        pruned_followers(query->graph, place->pruned, &place->above, &place->above_count);
    } else {
        position_at(place, found);
    }
    return true;
}

/* What several revisions have above them, for those that position_at did not make. */
static void fill_above(const struct graph *graph, struct position *place)
{
    if (place->above_count > 0) {
        return;
    }
    for (size_t i = 0; i < place->at_count; i++) {
        const struct revision *revision = &graph->revisions[place->at[i]];
        for (size_t j = 0; j < revision->next_count; j++) {
            indexes_add(&place->above, &place->above_count, revision->next_index[j]);
        }
    }
}

/* "upgrade -1", "downgrade +1", "stamp +1". */
static bool check_direction(const struct query *query)
{
    unsigned direction = query->parts.down ? POSITION_DOWN : POSITION_UP;
    if ((query->takes & direction) == 0) {
        return error_set(query->error, ERROR_USAGE, "\"%s\" goes the wrong way: %s goes %s",
                         query->target, query->parts.down ? "upgrade" : "downgrade",
                         query->parts.down ? "up" : "down");
    }
    if (query->parts.left == NULL && (query->takes & POSITION_BARE) == 0) {
        (void)error_set(query->error, ERROR_USAGE, "\"%s\" cannot be a target here",
                        query->target);
        return error_advise(query->error, "Say from where: ID%s, head%s or LABEL@%s.",
                            query->target, query->target, query->target);
    }
    return needs_database(query);
}

static bool find(struct query *query, struct position *place)
{
    const struct parts *parts = &query->parts;
    if (parts->symbol == NULL) {
        return check_direction(query) && walk_from_rows(query, place);
    }
    if (!find_symbol(query, place)) {
        return false;
    }
    fill_above(query->graph, place);
    return !parts->relative || parts->steps == 0 || walk(query, place);
}

/* What stands before the @: a label or a revision, whose lineage it is. */
static bool find_lineage(struct query *query, struct lineage *lineage)
{
    const struct revision *carrier = NULL;
    struct position pruned = {0};
    if (query->parts.left == NULL) {
        return true;
    }
    if (identifier_is_symbol(query->parts.left)) {
        return error_set(query->error, ERROR_USAGE,
                         "\"%s\": before the @ stands a label or a revision, not %s",
                         query->target, query->parts.left);
    }
    if (!find_revision(query, query->parts.left, NULL, &carrier, &pruned)) {
        return false;
    }
    if (pruned.pruned != NULL) {
        return error_set(query->error, ERROR_USAGE, "\"%s\": %s is pruned and has no lineage",
                         query->target, query->parts.left);
    }
    *lineage = lineage_of(query->graph, carrier->index);
    query->within = lineage->has;
    query->bottom = lineage->bottom;
    return true;
}

bool position_find(const struct graph *graph, const struct list *rows, const char *target,
                   unsigned takes, struct position *place, struct error *error)
{
    struct query query = {
        .graph = graph, .rows = rows, .target = target, .takes = takes, .error = error};
    struct lineage lineage = {0};
    *place = (struct position){0};
    bool good = parts_read(target, &query.parts, error) && find_lineage(&query, &lineage) &&
                find(&query, place);
    if (!good) {
        position_free(place);
    }
    lineage_free(&lineage);
    parts_free(&query.parts);
    return good;
}
