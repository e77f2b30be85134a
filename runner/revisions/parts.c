/* parts.c - taking identifiers and ranges apart. */
#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "revisions/identifier.h"
#include "revisions/position.h"
#include "revisions/target.h"

enum { MOST_DIGITS = 9 };

static bool refuse(const char *target, const char *why, struct error *error)
{
    struct text shown = {0};
    text_add_escaped(&shown, target, strlen(target), true);
    (void)error_set(error, ERROR_USAGE, "\"%s\" is not a revision identifier: %s",
                    text_string(&shown), why);
    text_free(&shown);
    (void)error_advise(error, "Identifiers are: an id or its beginning, head, heads, base, a "
                              "LABEL, ID+2, ID-1, LABEL@head, LABEL@base, LABEL@ID.");
    return false;
}

/* "+2": digits to the end. Too many steps for a number are still too many steps. */
static bool read_steps(const char *at, struct parts *parts)
{
    parts->relative = true;
    parts->down = *at++ == '-';
    size_t digits = strspn(at, "0123456789");
    if (digits == 0 || at[digits] != '\0') {
        return false;
    }
    for (size_t i = 0; i < digits; i++) {
        parts->steps =
            i < MOST_DIGITS ? parts->steps * 10 + (size_t)(at[i] - '0') : SIZE_MAX / 2;
    }
    return true;
}

static bool read_all(const char *target, struct parts *parts, const char **why)
{
    if (*target == '\0') {
        *why = "it is empty";
        return false;
    }
    if (strchr(target, ':') != NULL) {
        *why = "a range has one colon, and is for history and --sql";
        return false;
    }
    const char *at = strchr(target, '@');
    const char *rest = at == NULL ? target : at + 1;
    if (at != NULL) {
        parts->left = mem_copy(target, (size_t)(at - target));
        if (!identifier_valid(parts->left, why)) {
            return false;
        }
    }
    size_t length = strcspn(rest, "+-");
    if (length > 0) {
        parts->symbol = mem_copy(rest, length);
        if (!identifier_valid(parts->symbol, why)) {
            return false;
        }
    }
    if (rest[length] != '\0' && !read_steps(rest + length, parts)) {
        *why = "+ and - are followed by a number of steps and nothing else";
        return false;
    }
    if (parts->symbol == NULL && !parts->relative) {
        *why = "nothing follows the @";
        return false;
    }
    return true;
}

bool parts_read(const char *target, struct parts *parts, struct error *error)
{
    const char *why = NULL;
    *parts = (struct parts){0};
    if (!read_all(target, parts, &why)) {
        parts_free(parts);
        return refuse(target, why, error);
    }
    return true;
}

void parts_free(struct parts *parts)
{
    mem_free(parts->left);
    mem_free(parts->symbol);
    *parts = (struct parts){0};
}

bool range_read(const char *text, struct range *range, struct error *error)
{
    *range = (struct range){0};
    const char *colon = strchr(text, ':');
    if (colon != NULL && strchr(colon + 1, ':') != NULL) {
        return refuse(text, "a range has one colon", error);
    }
    if (colon != NULL) {
        range->from = mem_copy(text, (size_t)(colon - text));
    }
    range->to = mem_copy_string(colon == NULL ? text : colon + 1);
    return true;
}

void range_free(struct range *range)
{
    mem_free(range->from);
    mem_free(range->to);
    *range = (struct range){0};
}

static bool side_needs_rows(const char *side)
{
    struct parts parts;
    struct error ignored = {0};
    bool needs = false;
    if (*side != '\0' && parts_read(side, &parts, &ignored)) {
        needs = parts.symbol == NULL || strcmp(parts.symbol, "current") == 0;
        parts_free(&parts);
    }
    error_free(&ignored);
    return needs;
}

bool target_needs_rows(const char *target_or_range)
{
    struct range range;
    struct error ignored = {0};
    bool needs = false;
    if (target_or_range != NULL && range_read(target_or_range, &range, &ignored)) {
        needs =
            side_needs_rows(range.to) || (range.from != NULL && side_needs_rows(range.from));
        range_free(&range);
    }
    error_free(&ignored);
    return needs;
}

bool target_is_relative(const char *target)
{
    const char *at = strchr(target, '@');
    return strpbrk(at == NULL ? target : at + 1, "+-") != NULL;
}
