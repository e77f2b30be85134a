#include "base/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void list_give(struct list *list, char *string)
{
    list->items = mem_grow(list->items, list->count, &list->capacity, sizeof *list->items);
    list->items[list->count++] = string;
}

void list_add_bytes(struct list *list, const char *bytes, size_t length)
{
    list_give(list, mem_copy(bytes, length));
}

void list_add(struct list *list, const char *string)
{
    list_add_bytes(list, string, strlen(string));
}

bool list_has(const struct list *list, const char *string)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i], string) == 0) {
            return true;
        }
    }
    return false;
}

bool list_remove(struct list *list, const char *string)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i], string) == 0) {
            mem_free(list->items[i]);
            list->count--;
            memmove(list->items + i, list->items + i + 1,
                    (list->count - i) * sizeof *list->items);
            return true;
        }
    }
    return false;
}

void list_copy(struct list *to, const struct list *from)
{
    for (size_t i = 0; i < from->count; i++) {
        list_add(to, from->items[i]);
    }
}

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void list_sort(struct list *list)
{
    if (list->count > 1) {
        qsort(list->items, list->count, sizeof *list->items, compare_strings);
    }
}

void list_join(const struct list *list, const char *separator, struct text *text)
{
    for (size_t i = 0; i < list->count; i++) {
        text_add(text, i == 0 ? "" : separator);
        text_add(text, list->items[i]);
    }
}

void list_clear(struct list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        mem_free(list->items[i]);
    }
    list->count = 0;
}

void list_free(struct list *list)
{
    list_clear(list);
    mem_free(list->items);
    *list = (struct list){0};
}
