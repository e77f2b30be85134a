#include "cli/ask.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "cli/output.h"

/* False when a signal came first: getline would go on reading after it, and poll does not. */
static bool wait_for_line(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    while (!interrupt_pending() && poll(&input, 1, -1) < 0 && errno == EINTR) {
    }
    return !interrupt_pending();
}

char *ask(const struct text *question)
{
    output_message(question);
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length = wait_for_line() ? getline(&line, &capacity, stdin) : -1;
    char *copy = length < 0 ? NULL : mem_copy(line, strcspn(line, "\r\n"));
    free(line); /* getline's, not ours */
    return copy;
}
