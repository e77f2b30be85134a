/* error.h - what went wrong, told once where most is known, printed once by cli/.
 *
 * A struct error starts as {0} and is freed with error_free. The first error wins: the
 * functions below do nothing when one is already there, so clean-up code cannot bury it.
 */
#ifndef NEAP_BASE_ERROR_H
#define NEAP_BASE_ERROR_H

#include <stdbool.h>

#include "base/text.h"

/* What can be done about it; main.c maps each to an exit status (contract, section 3). */
enum error_kind {
    ERROR_NONE,
    ERROR_FAILED,      /* 1: a revision failed, or the database's state forbids it */
    ERROR_USAGE,       /* 2: command line, configuration, files, targets */
    ERROR_PENDING,     /* 3: there is something to do (status, current --check-heads) */
    ERROR_LOCKED,      /* 4: the runner lock or a lock timeout was not got */
    ERROR_UNREACHABLE, /* 5: the database cannot be reached, or the line was lost */
    ERROR_MISMATCH,    /* 6: database and checkout disagree */
    ERROR_INTERRUPTED, /* 130 or 143: interrupt_signal() tells which */
};

struct error {
    enum error_kind kind;
    struct text message; /* one sentence, without a full stop */
    struct text at;      /* "file:line" of the revision, or of the bad file; may be empty */
    struct text via;     /* "file:line" of helpers, outermost first, one per line */
    struct text sql;     /* the statement that failed */
    char sqlstate[6];    /* "" when there is none; SQLite: "" */
    long position;       /* 1-based character in sql, 0 when unknown */
    long indent;         /* characters in front of sql on its line in the file */
    struct text detail;  /* the database's DETAIL, HINT, CONTEXT: "DETAIL: ..." lines */
    struct text advice;  /* what to do, one sentence per line */
    struct text outcome; /* "Rolled back. The database is at 0a1b." */
    bool retryable;      /* 55P03, 40P01, 40001: the whole transaction may be run again */
    bool statement_ended_transaction; /* SQLite rolled back by itself */
};

/* Both return false, so that `return error_set(...)` reads well. */
__attribute__((format(printf, 3, 4))) bool error_set(struct error *error, enum error_kind kind,
                                                     const char *format, ...);
/* The same with the place: at file:line (line 0: the file as a whole). */
__attribute__((format(printf, 5, 6))) bool error_set_at(struct error *error,
                                                        enum error_kind kind, const char *file,
                                                        int line, const char *format, ...);
/* Appends one line of advice; for the error just made. Always returns false. */
__attribute__((format(printf, 2, 3))) bool error_advise(struct error *error, const char *format,
                                                        ...);
/* Moves from into to when to has none; frees from otherwise. */
void error_move(struct error *to, struct error *from);
/* Appends from's facts to an empty to; from stays. */
void error_copy(struct error *to, const struct error *from);
void error_free(struct error *error); /* back to {0} */

#endif
