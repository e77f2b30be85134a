/* error.h - a struct error, printed: text for people, one JSON object with --format json. */
#ifndef NEAP_CLI_ERROR_H
#define NEAP_CLI_ERROR_H

#include "base/error.h"
#include "cli/output.h"

/* The exit status of an error's kind (contract, section 3); of a signal for ERROR_INTERRUPTED.
 */
int error_status(const struct error *error);
/* To stderr. */
void error_print(const struct output *output, const struct error *error);
/* The text alone, as error_print writes it. */
void error_describe(const struct error *error, bool color, struct text *text);

#endif
