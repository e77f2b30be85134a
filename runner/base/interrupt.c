#include "base/interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

enum { GRACE_SECONDS = 2 };

static volatile sig_atomic_t received;
static volatile sig_atomic_t held;
static volatile sig_atomic_t cleaning;
static void (*volatile cancel_function)(void *);
static void *volatile cancel_data;
static void (*volatile stop_function)(void *);
static void *volatile stop_data;

static _Noreturn void leave(const char *why)
{
    ssize_t ignored = write(STDERR_FILENO, why, strlen(why));
    (void)ignored;
    _exit(128 + (received == 0 ? SIGTERM : (int)received));
}

static void on_alarm(int signal_number)
{
    (void)signal_number;
    leave("\nneap: interrupted; the statement did not stop within 2 s, so the connection is\n"
          "  cut. The database rolls back, unless the commit was under way: `neap current`\n"
          "  tells where it is.\n");
}

static void on_signal(int signal_number)
{
    int saved = errno;
    if (received != 0) {
        leave(
            "\nneap: interrupted twice; the connection is cut and the database rolls back.\n");
    }
    received = signal_number == SIGHUP ? SIGTERM : signal_number;
    if (stop_function != NULL) {
        stop_function(stop_data);
    }
    if (held == 0) {
        alarm(GRACE_SECONDS);
        if (cancel_function != NULL) {
            cancel_function(cancel_data);
        }
    }
    errno = saved;
}

void interrupt_install(void)
{
    struct sigaction action = {0};
    sigemptyset(&action.sa_mask);
    action.sa_handler = on_signal;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    action.sa_handler = on_alarm;
    sigaction(SIGALRM, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
}

bool interrupt_pending(void)
{
    return received != 0 && cleaning == 0;
}

int interrupt_signal(void)
{
    return received;
}

void interrupt_set_cancel(void (*cancel)(void *data), void *data)
{
    cancel_function = NULL;
    cancel_data = data;
    cancel_function = cancel;
}

void interrupt_set_stop(void (*stop)(void *data), void *data)
{
    stop_function = NULL;
    stop_data = data;
    stop_function = stop;
}

void interrupt_hold(bool hold)
{
    held = hold ? 1 : 0;
    if (!hold && received != 0) {
        alarm(GRACE_SECONDS);
    }
}

void interrupt_begin_cleanup(void)
{
    if (received != 0) {
        cleaning = 1;
        alarm(GRACE_SECONDS);
    }
}
