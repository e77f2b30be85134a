/* list.h - lists of owned strings. Starts as {0}; list_free frees the strings too. */
#ifndef NEAP_BASE_LIST_H
#define NEAP_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct list {
    char **items;
    size_t count;
    size_t capacity;
};

void list_add(struct list *list, const char *string);
void list_add_bytes(struct list *list, const char *bytes, size_t length);
void list_give(struct list *list, char *string); /* takes ownership of string */
bool list_has(const struct list *list, const char *string);
bool list_remove(struct list *list, const char *string);  /* the first one; keeps the order */
void list_copy(struct list *to, const struct list *from); /* appends */
void list_sort(struct list *list);                        /* bytewise */
void list_join(const struct list *list, const char *separator, struct text *text); /* appends */
void list_clear(struct list *list);
void list_free(struct list *list);

#endif
