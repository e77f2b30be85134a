/* libpq_load.h - libpq, loaded at the first PostgreSQL URL.
 *
 * Not linked: libpq draws in OpenSSL, Kerberos and LDAP, which cost milliseconds at start-up
 * that a SQLite user need not pay. The table's fields have libpq's own names and types; call
 * pq->PQclear(result). Version 14 or later, for pipelines.
 */
#ifndef NEAP_DB_LIBPQ_LOAD_H
#define NEAP_DB_LIBPQ_LOAD_H

#include <libpq-fe.h>

#include "base/error.h"

#define LIBPQ_FUNCTIONS(X)                                                                     \
    X(PQconninfoParse)                                                                         \
    X(PQconninfo)                                                                              \
    X(PQconninfoFree)                                                                          \
    X(PQfreemem)                                                                               \
    X(PQconnectStartParams)                                                                    \
    X(PQconnectPoll)                                                                           \
    X(PQfinish)                                                                                \
    X(PQstatus)                                                                                \
    X(PQtransactionStatus)                                                                     \
    X(PQparameterStatus)                                                                       \
    X(PQserverVersion)                                                                         \
    X(PQerrorMessage)                                                                          \
    X(PQsocket)                                                                                \
    X(PQbackendPID)                                                                            \
    X(PQuser)                                                                                  \
    X(PQhost)                                                                                  \
    X(PQport)                                                                                  \
    X(PQdb)                                                                                    \
    X(PQsetNoticeReceiver)                                                                     \
    X(PQsetnonblocking)                                                                        \
    X(PQenterPipelineMode)                                                                     \
    X(PQexitPipelineMode)                                                                      \
    X(PQpipelineSync)                                                                          \
    X(PQsendFlushRequest)                                                                      \
    X(PQsendQuery)                                                                             \
    X(PQsendQueryParams)                                                                       \
    X(PQsendPrepare)                                                                           \
    X(PQsendQueryPrepared)                                                                     \
    X(PQsetSingleRowMode)                                                                      \
    X(PQflush)                                                                                 \
    X(PQconsumeInput)                                                                          \
    X(PQisBusy)                                                                                \
    X(PQgetResult)                                                                             \
    X(PQputCopyData)                                                                           \
    X(PQputCopyEnd)                                                                            \
    X(PQgetCopyData)                                                                           \
    X(PQresultStatus)                                                                          \
    X(PQresultErrorField)                                                                      \
    X(PQcmdStatus)                                                                             \
    X(PQcmdTuples)                                                                             \
    X(PQntuples)                                                                               \
    X(PQnfields)                                                                               \
    X(PQfname)                                                                                 \
    X(PQftype)                                                                                 \
    X(PQgetvalue)                                                                              \
    X(PQgetlength)                                                                             \
    X(PQgetisnull)                                                                             \
    X(PQclear)                                                                                 \
    X(PQgetCancel)                                                                             \
    X(PQcancel)                                                                                \
    X(PQfreeCancel)

struct libpq {
#define LIBPQ_FIELD(name) __typeof__(name) *name;
    LIBPQ_FUNCTIONS(LIBPQ_FIELD)
#undef LIBPQ_FIELD
};

/* The loaded library, the same table each time; it is never unloaded (OpenSSL leaves exit
 * handlers behind). NULL: not installed or too old, error says what to install. */
const struct libpq *libpq_load(struct error *error);

#endif
