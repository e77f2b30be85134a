#include "base/panic.h"

#include <string.h>
#include <unistd.h>

static void write_error(const char *message)
{
    ssize_t ignored = write(STDERR_FILENO, message, strlen(message));
    (void)ignored;
}

/* No atexit handlers and no freeing: both could need memory. The servers roll back. */
_Noreturn void panic_out_of_memory(void)
{
    write_error("neap: out of memory\n"
                "  The database rolls back the revision that was running; run neap again.\n");
    _exit(1);
}

_Noreturn void panic(const char *message)
{
    write_error("neap: internal error: ");
    write_error(message);
    write_error("\n");
    _exit(70);
}
