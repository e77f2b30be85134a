#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/panic.h"

void *mem_alloc(size_t bytes)
{
    void *memory = calloc(1, bytes == 0 ? 1 : bytes);
    if (memory == NULL) {
        panic_out_of_memory();
    }
    return memory;
}

void *mem_resize(void *memory, size_t bytes)
{
    void *resized = realloc(memory, bytes == 0 ? 1 : bytes);
    if (resized == NULL) {
        panic_out_of_memory();
    }
    return resized;
}

void *mem_grow(void *array, size_t count, size_t *capacity, size_t item_size)
{
    if (count < *capacity) {
        return array;
    }
    size_t wanted = *capacity == 0 ? 8 : *capacity * 2;
    if (wanted > SIZE_MAX / item_size) {
        panic_out_of_memory();
    }
    *capacity = wanted;
    return mem_resize(array, wanted * item_size);
}

char *mem_copy(const char *bytes, size_t length)
{
    char *copy = mem_alloc(length + 1);
    if (length > 0) {
        memcpy(copy, bytes, length);
    }
    return copy;
}

char *mem_copy_string(const char *string)
{
    return string == NULL ? NULL : mem_copy(string, strlen(string));
}

void mem_free(void *memory)
{
    free(memory);
}
