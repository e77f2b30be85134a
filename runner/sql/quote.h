/* quote.h - names and literals as SQL text. All append to *out.
 *
 * Names are quoted only when they need it: not lower case, or not [a-z_][a-z0-9_$]*, or a key word
 * that the dialect reserves (as a column or table name). Source: PostgreSQL manual, appendix C, the
 * reserved and "(cannot be function or type)" and col_name words that quote_ident quotes;
 * sqlite.org/lang_keywords.html.
 */
#ifndef NEAP_SQL_QUOTE_H
#define NEAP_SQL_QUOTE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "sql/lexer.h"

void sql_quote_name(struct text *out, const char *name, size_t length, enum sql_dialect dialect);
/* A string literal: '...' with quotes doubled; on PostgreSQL E'...' when it holds a backslash, so it means the
 * same whatever standard_conforming_strings is. */
void sql_quote_string(struct text *out, const char *bytes, size_t length, enum sql_dialect dialect);
/* '\x0aff' on PostgreSQL, x'0aff' on SQLite. */
void sql_quote_bytes(struct text *out, const char *bytes, size_t length, enum sql_dialect dialect);
bool sql_is_reserved(const char *word, size_t length, enum sql_dialect dialect);

#endif
