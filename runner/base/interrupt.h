/* interrupt.h - SIGINT and SIGTERM, turned into a flag and a cancelled statement.
 *
 * The first signal sets the flag, calls the cancel function, and starts a grace of two
 * seconds; when it runs out, or at a second signal, the process ends at once and the server
 * rolls back. Loops that wait look at interrupt_pending. SIGPIPE is ignored, SIGHUP is SIGTERM.
 * Idea of the guarded cancel object: PostgreSQL src/fe_utils/cancel.c.
 */
#ifndef NEAP_BASE_INTERRUPT_H
#define NEAP_BASE_INTERRUPT_H

#include <stdbool.h>

void interrupt_install(void);
bool interrupt_pending(void);
int interrupt_signal(void); /* the signal number, 0 when there was none */
/* cancel must be safe in a signal handler. NULL takes it away; take it away before data goes.
 */
void interrupt_set_cancel(void (*cancel)(void *data), void *data);
/* Called once from the handler too; the Lua host sets its instruction hook there. */
void interrupt_set_stop(void (*stop)(void *data), void *data);
/* While true the cancel function is not called and the grace does not run (COMMIT). */
void interrupt_hold(bool hold);
/* Clean-up after an interrupt may talk to the database: interrupt_pending is false from here on
 * (interrupt_signal still tells), and a new grace of two seconds begins. */
void interrupt_begin_cleanup(void);

#endif
