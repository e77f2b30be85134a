#include "revisions/walk.h"

#include <string.h>

#include "base/memory.h"
#include "revisions/link.h"
#include "revisions/order.h"
#include "revisions/target.h"

enum { MOST_SHOWN = 8 };

static bool refuse_beyond(const struct query *query, size_t possible, const char *from)
{
    return error_set(query->error, ERROR_USAGE,
                     "\"%s\" goes beyond the end: there %s %zu revision%s %s%s", query->target,
                     possible == 1 ? "is" : "are", possible, possible == 1 ? "" : "s",
                     query->parts.down ? "down from " : "after ", from);
}

static bool refuse_choice(const struct query *query, const char *what, const char *where,
                          const size_t *choices, size_t count)
{
    struct text names = {0};
    describe_revisions(query->graph, choices, MOST_SHOWN, count, &names);
    (void)error_set(query->error, ERROR_USAGE, "\"%s\" meets a %s at %s: %s", query->target,
                    what, where, text_string(&names));
    text_free(&names);
    return error_advise(query->error, "Name one of them, or say LABEL@%s.",
                        query->parts.down ? "-1" : "+1");
}

static const char *name_of(const struct query *query, const struct position *place)
{
    return place->at_count > 0     ? query->graph->revisions[place->at[0]].id
           : place->pruned != NULL ? place->pruned
                                   : "base";
}

/* Keeps of choices what lies within. Returns how many. */
static size_t keep_within(const bool *within, const size_t *choices, size_t count, size_t *kept)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (within == NULL || within[choices[i]]) {
            kept[found++] = choices[i];
        }
    }
    return found;
}

/* Starts where *place is; of what is above it, one revision is taken at each step. */
static bool walk_up(const struct query *query, const bool *within, struct position *place)
{
    const struct graph *graph = query->graph;
    const size_t *choices = place->above;
    size_t choice_count = place->above_count;
    size_t *kept = mem_alloc((graph->count + 1) * sizeof *kept);
    size_t at = 0;
    bool good = true;
    for (size_t taken = 0; good && taken < query->parts.steps; taken++) {
        const char *where = taken == 0 ? name_of(query, place) : graph->revisions[at].id;
        size_t count = keep_within(within, choices, choice_count, kept);
        if (count == 0) {
            good = refuse_beyond(query, taken, name_of(query, place));
        } else if (count > 1) {
            good = refuse_choice(query, "fork", where, kept, count);
        } else {
            at = kept[0];
            choices = graph->revisions[at].next_index;
            choice_count = graph->revisions[at].next_count;
        }
    }
    mem_free(kept);
    if (good) {
        position_free(place);
        indexes_add(&place->at, &place->at_count, at);
        for (size_t i = 0; i < choice_count; i++) {
            indexes_add(&place->above, &place->above_count, choices[i]);
        }
    }
    return good;
}

/* Under child: at one of its down revisions (or before it, when at is NULL), where going down
 * means to undo child, and not what else stands on the same revision. */
static void put_under(const struct query *query, const struct revision *child,
                      const struct revision *at, struct position *place)
{
    position_free(place);
    indexes_add(&place->above, &place->above_count, child->index);
    if (at != NULL) {
        indexes_add(&place->at, &place->at_count, at->index);
        return;
    }
    for (size_t i = 0; query->within != NULL && i < child->down_count; i++) {
        indexes_add(&place->under, &place->under_count, child->down_index[i]);
    }
}

static bool walk_down(const struct query *query, struct position *place)
{
    const struct graph *graph = query->graph;
    if (place->at_count == 0) {
        return refuse_beyond(query, 0, name_of(query, place));
    }
    const struct revision *start = &graph->revisions[place->at[0]];
    const struct revision *at = start;
    const struct revision *child = start;
    bool before = false; /* nothing is under child */
    size_t *kept = mem_alloc((graph->count + 1) * sizeof *kept);
    bool good = true;
    for (size_t taken = 0; good && taken < query->parts.steps; taken++) {
        size_t count = keep_within(query->within, at->down_index, at->down_count, kept);
        if (count > 1) {
            good = refuse_choice(query, "merge", at->id, kept, count);
        } else if (count == 0 && taken + 1 < query->parts.steps) {
            good = refuse_beyond(query, taken + 1, start->id);
        }
        child = at;
        if (count == 0) {
            before = true;
            break;
        }
        at = &graph->revisions[kept[0]];
    }
    mem_free(kept);
    if (good) {
        put_under(query, child, before ? NULL : at, place);
    }
    return good;
}

/* A lineage with all that it stands on: where a walk up to it may begin. */
static bool *lineage_and_trunk(const struct query *query)
{
    const struct graph *graph = query->graph;
    bool *set = set_new(graph);
    set[query->bottom] = true;
    set_add_ancestors(graph, set, DOWN_ONLY);
    for (size_t i = 0; i < graph->count; i++) {
        set[i] = set[i] || query->within[i];
    }
    return set;
}

bool walk(const struct query *query, struct position *place)
{
    if (place->at_count > 1) {
        return error_set(query->error, ERROR_USAGE, "\"%s\" starts at %zu revisions at once",
                         query->target, place->at_count);
    }
    return query->parts.down ? walk_down(query, place) : walk_up(query, query->within, place);
}

/* With a label: the topmost applied revisions of its lineage; going up, of the trunk too. */
static void find_start_within(const struct query *query, const bool *within,
                              struct position *place)
{
    const struct graph *graph = query->graph;
    bool *applied = graph_applied(graph, query->rows);
    for (size_t i = 0; i < graph->count; i++) {
        applied[i] = applied[i] && within[i];
    }
    set_tops(graph, applied, false, &place->at, &place->at_count);
    mem_free(applied);
}

/* Without: the version rows that no other row implies. A pruned one counts as a base. */
static void find_start(const struct query *query, struct position *place, size_t *pruned_count)
{
    const struct graph *graph = query->graph;
    bool *applied = graph_applied(graph, query->rows);
    set_tops(graph, applied, true, &place->at, &place->at_count);
    for (size_t i = 0; i < query->rows->count; i++) {
        const char *row = query->rows->items[i];
        if (!graph_is_pruned(graph, row)) {
            continue;
        }
        size_t *followers = NULL;
        size_t count = 0;
        bool implied = false;
        pruned_followers(graph, row, &followers, &count);
        for (size_t j = 0; j < count; j++) {
            implied = implied || applied[followers[j]];
        }
        mem_free(followers);
        if (!implied) {
            ++*pruned_count;
            place->pruned = row;
        }
    }
    mem_free(applied);
}

static bool refuse_several(const struct query *query, const struct position *start)
{
    struct text names = {0};
    if (query->within != NULL) {
        describe_revisions(query->graph, start->at, MOST_SHOWN, start->at_count, &names);
    } else {
        list_join(query->rows, ", ", &names);
    }
    (void)error_set(query->error, ERROR_USAGE,
                    "\"%s\" is relative to the current revision, and there are several%s%s: %s",
                    query->target, query->within == NULL ? "" : " in the lineage of ",
                    query->within == NULL ? "" : query->parts.left, text_string(&names));
    text_free(&names);
    return query->within == NULL
               ? error_advise(query->error,
                              "Say which: LABEL@%s, or from a revision, as in ID%s.",
                              query->target, query->target)
               : error_advise(query->error, "Say from which, as in ID%s.",
                              strchr(query->target, '@') + 1);
}

/* What is above the place that a walk up from the rows begins at. */
static void find_above(const struct graph *graph, struct position *start)
{
    if (start->at_count == 1) {
        const struct revision *revision = &graph->revisions[start->at[0]];
        for (size_t i = 0; i < revision->next_count; i++) {
            indexes_add(&start->above, &start->above_count, revision->next_index[i]);
        }
        return;
    }
    if (start->pruned != NULL) {
        pruned_followers(graph, start->pruned, &start->above, &start->above_count);
    }
    if (start->above_count == 0) {
        bases_add(graph, &start->above, &start->above_count);
    }
}

bool walk_from_rows(const struct query *query, struct position *place)
{
    size_t pruned_count = 0;
    bool *trunk = NULL;
    if (query->within == NULL) {
        find_start(query, place, &pruned_count);
    } else {
        trunk = query->parts.down ? NULL : lineage_and_trunk(query);
        find_start_within(query, trunk == NULL ? query->within : trunk, place);
    }
    bool good = place->at_count + pruned_count <= 1 || refuse_several(query, place);
    if (good) {
        find_above(query->graph, place);
        if (query->parts.steps > 0) {
            good = query->parts.down ? walk_down(query, place) : walk_up(query, trunk, place);
        }
    }
    mem_free(trunk);
    return good;
}
