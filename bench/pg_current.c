/* pg_current.c - the least that `current` can be on PostgreSQL: connect, select the version
 * row.
 *
 *   pg_current URL TABLE
 */
#include <libpq-fe.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    if (argc != 3) {
        (void)fputs("usage: pg_current URL TABLE\n", stderr);
        return 2;
    }
    PGconn *connection = PQconnectdb(argv[1]);
    if (PQstatus(connection) != CONNECTION_OK) {
        (void)fputs(PQerrorMessage(connection), stderr);
        return 1;
    }
    char sql[256];
    (void)snprintf(sql, sizeof sql, "SELECT version_num FROM %s", argv[2]);
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) == 0) {
        (void)fprintf(stderr, "pg_current: no version row %s", PQerrorMessage(connection));
        return 1;
    }
    for (int row = 0; row < PQntuples(result); row++) {
        puts(PQgetvalue(result, row, 0));
    }
    PQclear(result);
    PQfinish(connection);
    return 0;
}
