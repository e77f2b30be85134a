/* terminal - runs a command on a terminal of its own and types when it is asked.
 *
 *     build/spec/terminal 'mail? [y/N]' y 'nick? [y/N]' ^C -- neap revision ...
 *
 * Pairs: what has to appear, and the line that is typed then. ^C and ^D are those keys alone.
 * What appears on the terminal goes to the standard output; the status is the command's (a
 * signal: 128 and its number), or 99 when a question did not come within twenty seconds.
 */
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char shown[1 << 20];
static size_t length;

/* Reads on; false at the end, and when nothing comes any more. */
static int more(int terminal)
{
    struct pollfd one = {.fd = terminal, .events = POLLIN};
    if (poll(&one, 1, 20000) != 1 || length + 1 >= sizeof shown) {
        return 0;
    }
    ssize_t got = read(terminal, shown + length, sizeof shown - 1 - length);
    if (got <= 0) {
        return 0;
    }
    length += (size_t)got;
    shown[length] = '\0';
    return 1;
}

static void type(int terminal, const char *line)
{
    char keys[256];
    if (strcmp(line, "^C") == 0) {
        strcpy(keys, "\003");
    } else if (strcmp(line, "^D") == 0) {
        strcpy(keys, "\004");
    } else {
        snprintf(keys, sizeof keys, "%s\n", line);
    }
    if (write(terminal, keys, strlen(keys)) < 0) {
        perror("terminal");
    }
}

int main(int argc, char **argv)
{
    int command = 1;
    while (command < argc && strcmp(argv[command], "--") != 0) {
        command++;
    }
    if (command + 1 >= argc || command % 2 != 1) {
        fprintf(stderr, "terminal [QUESTION LINE]... -- COMMAND...\n");
        return 2;
    }
    int terminal = -1;
    pid_t child = forkpty(&terminal, NULL, NULL, NULL);
    if (child < 0) {
        perror("terminal");
        return 2;
    }
    if (child == 0) {
        execvp(argv[command + 1], argv + command + 1);
        perror(argv[command + 1]);
        _exit(127);
    }
    size_t seen = 0;
    int asked = 1;
    for (int i = 1; asked && i < command; i += 2) {
        const char *found = NULL;
        while ((found = strstr(shown + seen, argv[i])) == NULL && more(terminal)) {
        }
        asked = found != NULL;
        if (asked) {
            seen = (size_t)(found - shown) + strlen(argv[i]);
            type(terminal, argv[i + 1]);
        }
    }
    while (asked && more(terminal)) {
    }
    close(terminal); /* a command that still waits gets SIGHUP */
    int status = 0;
    waitpid(child, &status, 0);
    fwrite(shown, 1, length, stdout);
    if (!asked) {
        return 99;
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
