/* panic.h - the two ways out when nothing else can be done. Both end the process. */
#ifndef NEAP_BASE_PANIC_H
#define NEAP_BASE_PANIC_H

_Noreturn void panic_out_of_memory(void); /* status 1 */
/* A broken promise of our own code; status 70. Safe in a signal handler. */
_Noreturn void panic(const char *message);

#endif
