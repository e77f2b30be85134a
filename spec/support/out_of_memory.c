/* out_of_memory - a library to preload: every allocation fails from the n-th on.
 *
 *     LD_PRELOAD=build/spec/out_of_memory.so NEAP_FAIL_AT=100 NEAP_FAIL_LOG=fired neap upgrade
 * head
 *
 * The file NEAP_FAIL_LOG is created when an allocation has failed; without it the run needed
 * fewer than n. All later ones fail too, because Lua collects garbage and tries a single
 * failure again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t count, size_t bytes);
extern void *__libc_realloc(void *memory, size_t bytes);

static long fail_at = -1;
static const char *log_path;
static long calls;
static bool logged;

__attribute__((constructor)) static void begin(void)
{
    const char *number = getenv("NEAP_FAIL_AT");
    log_path = getenv("NEAP_FAIL_LOG");
    fail_at = number == NULL ? 0 : atol(number);
    calls = 0;
}

static bool fails(void)
{
    if (fail_at <= 0 || __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED) < fail_at) {
        return false;
    }
    if (!logged && log_path != NULL) {
        logged = true;
        close(open(log_path, O_WRONLY | O_CREAT, 0644));
    }
    errno = ENOMEM;
    return true;
}

void *malloc(size_t bytes)
{
    return fails() ? NULL : __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes)
{
    return fails() ? NULL : __libc_calloc(count, bytes);
}

void *realloc(void *memory, size_t bytes)
{
    return fails() ? NULL : __libc_realloc(memory, bytes);
}
