/* scram.h - what PostgreSQL stores instead of a password, made on this side of the connection,
 * as psql's \password does: neither the server's log nor a statement that failed ever shows the
 * password.
 *
 * Source: RFC 5802 and 7677 (SCRAM-SHA-256); PostgreSQL, src/common/scram-common.c.
 */
#ifndef NEAP_BASE_SCRAM_H
#define NEAP_BASE_SCRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCRAM_SALT = 16, SCRAM_VERIFIER = 224 };

/* True for a password that is the same after SASLprep: ASCII. Others are prepared by the
 * server. */
bool scram_is_plain(const char *password, size_t length);
/* "SCRAM-SHA-256$4096:SALT$STORED KEY:SERVER KEY", with its NUL. */
void scram_verifier(const char *password, size_t length, const uint8_t salt[SCRAM_SALT],
                    char verifier[SCRAM_VERIFIER]);

#endif
