#include "revisions/plan.h"

#include <string.h>

#include "base/memory.h"
#include "revisions/order.h"

void row_change_free(struct row_change *change)
{
    list_free(&change->before);
    list_free(&change->removed);
    list_free(&change->added);
}

void plan_free(struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        row_change_free(&plan->steps[i].rows);
    }
    mem_free(plan->steps);
    list_free(&plan->start);
    list_free(&plan->end);
    *plan = (struct plan){0};
}

void plan_make(struct plan *plan, struct rows *rows, const bool *set, enum direction direction)
{
    size_t *order = order_of(rows->graph, set, &plan->count);
    plan->direction = direction;
    plan->steps = mem_alloc(plan->count * sizeof *plan->steps);
    list_copy(&plan->start, &rows->now);
    for (size_t i = 0; i < plan->count; i++) {
        size_t place = direction == UPGRADE ? i : plan->count - 1 - i;
        struct plan_step *step = &plan->steps[i];
        step->revision = &rows->graph->revisions[order[place]];
        step->direction = direction;
        if (direction == UPGRADE) {
            rows_up(rows, step->revision, &step->rows);
        } else {
            rows_down(rows, step->revision, &step->rows);
        }
    }
    list_copy(&plan->end, &rows->now);
    mem_free(order);
}

static void mark(bool *set, const size_t *indexes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        set[indexes[i]] = true;
    }
}

bool *position_applied(const struct graph *graph, const struct position *place)
{
    bool *set = set_new(graph);
    mark(set, place->at, place->at_count);
    mark(set, place->under, place->under_count);
    set_add_ancestors(graph, set, DOWN_AND_DEPENDS);
    return set;
}

void position_rows(const struct graph *graph, const struct position *place, struct list *rows)
{
    bool *applied = position_applied(graph, place);
    rows_of_set(graph, applied, rows);
    mem_free(applied);
    if (place->at_count == 0 && place->pruned != NULL) {
        list_add(rows, place->pruned);
    }
}

bool plan_up_to(const struct graph *graph, const struct list *version_rows,
                const struct position *place, struct plan *plan, struct error *error)
{
    struct rows rows;
    *plan = (struct plan){.direction = UPGRADE};
    if (!rows_open(&rows, graph, version_rows, error)) {
        return false;
    }
    bool *set = set_new(graph);
    mark(set, place->at, place->at_count);
    set_add_ancestors(graph, set, DOWN_AND_DEPENDS);
    for (size_t i = 0; i < graph->count; i++) {
        set[i] = set[i] && !rows.applied[i];
    }
    plan_make(plan, &rows, set, UPGRADE);
    mem_free(set);
    rows_free(&rows);
    return true;
}

bool plan_upgrade(const struct graph *graph, const struct list *rows, const char *target,
                  struct plan *plan, struct error *error)
{
    struct position place;
    *plan = (struct plan){0};
    if (!position_find(graph, rows, target, POSITION_BARE | POSITION_UP, &place, error)) {
        return false;
    }
    bool good = plan_up_to(graph, rows, &place, plan, error);
    position_free(&place);
    return good;
}

static bool refuse_unapplied(const struct revision *revision, struct error *error)
{
    (void)error_set(error, ERROR_FAILED, "cannot downgrade to %s: it is not applied",
                    revision->id);
    return error_advise(error, "neap current tells where the database is.");
}

/* What goes down to the place: all above it, and what follows or depends on that, as far as it
 * is applied. NULL: error. */
static bool *undone_by(const struct rows *rows, const struct position *place,
                       struct error *error)
{
    const struct graph *graph = rows->graph;
    for (size_t i = 0; i < place->at_count; i++) {
        if (!rows->applied[place->at[i]]) {
            (void)refuse_unapplied(&graph->revisions[place->at[i]], error);
            return NULL;
        }
    }
    bool *set = set_new(graph);
    mark(set, place->above, place->above_count);
    set_add_descendants(graph, set, DOWN_AND_DEPENDS);
    for (size_t i = 0; i < graph->count; i++) {
        set[i] = (set[i] || place->everything) && rows->applied[i];
    }
    return set;
}

static bool check_reversible(const struct plan *plan, struct error *error)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct revision *revision = plan->steps[i].revision;
        if (!revision->has_downgrade) {
            (void)error_set_at(error, ERROR_FAILED, revision->path, 0,
                               "revision %s (%s) cannot be undone: it has no downgrade()",
                               revision->id, revision->message);
            return error_advise(error, "Nothing was undone.");
        }
    }
    return true;
}

/* Pruned rows have no steps of their own: they come and go with the last one. */
static void finish_pruned(struct plan *plan, struct rows *rows, const struct position *place)
{
    if (plan->count == 0) {
        return;
    }
    struct row_change *last = &plan->steps[plan->count - 1].rows;
    if (place->everything) {
        while (rows->now.count > 0) {
            rows_remove(rows, rows->now.items[0], last);
        }
    } else if (place->pruned != NULL && place->at_count == 0) {
        rows_add(rows, place->pruned, last);
    }
    list_clear(&plan->end);
    list_copy(&plan->end, &rows->now);
}

bool plan_down_to(const struct graph *graph, const struct list *version_rows,
                  const struct position *place, struct plan *plan, struct error *error)
{
    struct rows rows;
    *plan = (struct plan){.direction = DOWNGRADE};
    if (!rows_open(&rows, graph, version_rows, error)) {
        return false;
    }
    bool *set = undone_by(&rows, place, error);
    bool good = set != NULL;
    if (good) {
        plan_make(plan, &rows, set, DOWNGRADE);
        finish_pruned(plan, &rows, place);
        good = check_reversible(plan, error);
        if (!good) {
            plan_free(plan);
        }
    }
    mem_free(set);
    rows_free(&rows);
    return good;
}

bool plan_downgrade(const struct graph *graph, const struct list *rows, const char *target,
                    struct plan *plan, struct error *error)
{
    struct position place;
    *plan = (struct plan){0};
    if (!position_find(graph, rows, target, POSITION_BARE | POSITION_DOWN, &place, error)) {
        return false;
    }
    bool good = plan_down_to(graph, rows, &place, plan, error);
    position_free(&place);
    return good;
}
