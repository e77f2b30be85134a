/* ask.h - a question to the person at the terminal.
 *
 * The caller makes sure that there is one: isatty of standard input.
 */
#ifndef NEAP_CLI_ASK_H
#define NEAP_CLI_ASK_H

#include "base/text.h"

/* Shows the question; the line that is typed, without its end, is the caller's to free. NULL:
 * no answer, for the input ended or a signal came (interrupt_pending). */
char *ask(const struct text *question);

#endif
