/* quote.h - names and literals as SQL text. All append to *out.
 *
 * Names are quoted only when they need it. PostgreSQL: when quote_ident would: not
 * [a-z_][a-z0-9_]*, or a key word that is not unreserved (manual, appendix C). SQLite keeps the
 * case of a bare name, so there it is not [A-Za-z_][A-Za-z0-9_]*, or a key word
 * (sqlite.org/lang_keywords.html). Neither database takes a NUL byte in a name or a string
 * literal: it is the caller's mistake to pass one, and is copied as it is.
 */
#ifndef NEAP_SQL_QUOTE_H
#define NEAP_SQL_QUOTE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "sql/lexer.h"

void sql_quote_name(struct text *out, const char *name, size_t length,
                    enum sql_dialect dialect);
/* A string literal: '...' with quotes doubled; on PostgreSQL E'...' when it holds a backslash,
 * so it means the same whatever standard_conforming_strings is. */
void sql_quote_string(struct text *out, const char *bytes, size_t length,
                      enum sql_dialect dialect);
/* E'\\x0aff' on PostgreSQL, where its type is the context's; x'0aff' on SQLite. */
void sql_quote_bytes(struct text *out, const char *bytes, size_t length,
                     enum sql_dialect dialect);
/* The shortest digits that are read back as the same number ("0.1", "-1e+300", "2"); NaN,
 * Infinity and -Infinity as PostgreSQL writes them. */
void sql_add_real(struct text *out, double real);
/* True for a word, in any case, that is quoted as a name. */
bool sql_is_reserved(const char *word, size_t length, enum sql_dialect dialect);

#endif
