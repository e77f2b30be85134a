/* sha256.h - content hashes, SHA-256 as 64 lower-case hexadecimal digits.
 *
 * libmd's, until a library is at hand that uses the processor's own instructions.
 */
#ifndef NEAP_BASE_SHA256_H
#define NEAP_BASE_SHA256_H

#include <stddef.h>

enum { SHA256_HEX = 65 }; /* with the NUL */

void sha256_hex(const void *bytes, size_t length, char hex[SHA256_HEX]);
/* Over the text as an editor sees it: without a UTF-8 byte order mark, CRLF and CR as LF; so a
 * checkout with other line endings has the same hash. */
void sha256_text_hex(const char *text, size_t length, char hex[SHA256_HEX]);

/* From now on OpenSSL's functions, when `library` (from dlopen) or what it needs has them. */
void sha256_use_library(void *library);

#endif
