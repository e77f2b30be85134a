/* plan_range.c - plans of offline mode: from a place that is named, not from a database. */
#include <string.h>

#include "base/memory.h"
#include "revisions/order.h"
#include "revisions/plan.h"

/* A range's ends, and the rows that its start stands for. */
struct ends {
    struct position from;
    struct position to;
    struct list rows;
};

static void ends_free(struct ends *ends)
{
    position_free(&ends->from);
    position_free(&ends->to);
    list_free(&ends->rows);
}

/* The start knows no database; the end may be relative to the start. */
static bool ends_find(const struct graph *graph, const char *from, const char *to,
                      unsigned direction, struct ends *ends, struct error *error)
{
    *ends = (struct ends){0};
    if (!position_find(graph, NULL, from, POSITION_BARE | POSITION_UP | POSITION_DOWN,
                       &ends->from, error)) {
        return false;
    }
    position_rows(graph, &ends->from, &ends->rows);
    if (!position_find(graph, &ends->rows, to, POSITION_BARE | direction, &ends->to, error)) {
        ends_free(ends);
        return false;
    }
    return true;
}

static bool includes(const struct graph *graph, const bool *all, const bool *part)
{
    for (size_t i = 0; i < graph->count; i++) {
        if (part[i] && !all[i]) {
            return false;
        }
    }
    return true;
}

/* Does the place `low` come before `high`, in that all of it is part of high, and less? */
static bool is_before(const struct graph *graph, const struct position *low,
                      const struct position *high)
{
    bool *low_set = position_applied(graph, low);
    bool *high_set = position_applied(graph, high);
    bool before = includes(graph, high_set, low_set) && !includes(graph, low_set, high_set);
    mem_free(low_set);
    mem_free(high_set);
    return before;
}

static bool refuse_reversed(const char *range, const char *command, const char *from,
                            const char *to, struct error *error)
{
    (void)error_set(error, ERROR_USAGE, "the range \"%s\" is reversed: %s comes %s %s", range,
                    to, strcmp(command, "upgrade") == 0 ? "before" : "after", from);
    return error_advise(error, "Say %s:%s, or use %s.", to, from,
                        strcmp(command, "upgrade") == 0 ? "downgrade" : "upgrade");
}

bool plan_upgrade_range(const struct graph *graph, const char *range, struct plan *plan,
                        struct error *error)
{
    struct range sides;
    struct ends ends;
    *plan = (struct plan){0};
    if (!range_read(range, &sides, error)) {
        return false;
    }
    const char *from = sides.from == NULL || *sides.from == '\0' ? "base" : sides.from;
    const char *to = sides.from != NULL && *sides.to == '\0' ? "heads" : sides.to;
    bool good = ends_find(graph, from, to, POSITION_UP, &ends, error);
    if (good) {
        good = plan_up_to(graph, &ends.rows, &ends.to, plan, error);
        if (good && plan->count == 0 && is_before(graph, &ends.to, &ends.from)) {
            plan_free(plan);
            good = refuse_reversed(range, "upgrade", from, to, error);
        }
        ends_free(&ends);
    }
    range_free(&sides);
    return good;
}

static bool plan_downgrade_ends(const struct graph *graph, const char *range, const char *from,
                                const char *to, struct plan *plan, struct error *error)
{
    struct ends ends;
    if (!ends_find(graph, from, to, POSITION_DOWN, &ends, error)) {
        return false;
    }
    bool good = is_before(graph, &ends.from, &ends.to)
                    ? refuse_reversed(range, "downgrade", from, to, error)
                    : plan_down_to(graph, &ends.rows, &ends.to, plan, error);
    if (!good && error->kind == ERROR_FAILED && error->at.length == 0) {
        /* Not applied at the range's start: the words on the command line are wrong, not a
         * database. */
        error_free(error);
        (void)error_set(error, ERROR_USAGE,
                        "the range \"%s\" leads nowhere: %s is not applied at %s", range, to,
                        from);
    }
    ends_free(&ends);
    return good;
}

bool plan_downgrade_range(const struct graph *graph, const char *range, struct plan *plan,
                          struct error *error)
{
    struct range sides;
    *plan = (struct plan){0};
    if (!range_read(range, &sides, error)) {
        return false;
    }
    bool good;
    if (sides.from == NULL) {
        (void)error_set(error, ERROR_USAGE, "downgrade --sql needs a range: from where to %s",
                        range);
        good = error_advise(error, "For example: neap downgrade head:%s --sql", range);
    } else {
        good = plan_downgrade_ends(graph, range, *sides.from == '\0' ? "heads" : sides.from,
                                   *sides.to == '\0' ? "base" : sides.to, plan, error);
    }
    range_free(&sides);
    return good;
}
