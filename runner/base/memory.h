/* memory.h - allocation that cannot return NULL.
 *
 * When the system has no memory left, mem_panic writes one line to stderr and ends the
 * process with status 1: the database rolls the open transaction back, so nothing half-done
 * remains. Memory of the Lua state does not come from here: there an allocation that fails is
 * a Lua error and is reported like any other.
 */
#ifndef NEAP_BASE_MEMORY_H
#define NEAP_BASE_MEMORY_H

#include <stddef.h>

void *mem_alloc(size_t bytes); /* zeroed; free with mem_free */
void *mem_resize(void *memory, size_t bytes);
/* Room for one more item of item_size bytes in an array that doubles; *capacity in items. */
void *mem_grow(void *array, size_t count, size_t *capacity, size_t item_size);
char *mem_copy(const char *bytes, size_t length); /* NUL-terminated copy */
char *mem_copy_string(const char *string);        /* NULL stays NULL */
void mem_free(void *memory);

#endif
