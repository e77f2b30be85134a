/* dotenv.h - the .env file beside neap.lua: KEY=VALUE lines become environment variables.
 *
 *     # comment
 *     DATABASE_URL=postgresql:///app        # what is not quoted ends before " #"
 *     export NAME="a \"b\"\n"               # double quotes: \n \t \" \\ \$
 *     OTHER='as it is'
 *
 * Nothing is expanded. A variable that the environment has already stays as it is.
 */
#ifndef NEAP_HOST_DOTENV_H
#define NEAP_HOST_DOTENV_H

#include "base/error.h"

/* No such file is fine. A line that is none of the above: ERROR_USAGE at path:line; its text,
 * that may be a secret, is not in the message. */
bool dotenv_load(const char *path, struct error *error);

#endif
