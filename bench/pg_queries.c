/* pg_queries.c - the bare queries: sent one after the other, their rows received and dropped.
 *
 *   pg_queries URL FILE
 *
 * FILE is what catalog_queries.lua wrote: a line "-- query" begins each query. All of them in
 * one snapshot, as neap reads the catalog.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MARK[] = "-- query\n";

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(1);
    }
    size_t length = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(length + 1);
    if (text == NULL || fread(text, 1, length, file) != length) {
        perror(path);
        exit(1);
    }
    text[length] = '\0';
    (void)fclose(file);
    return text;
}

static int send_query(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        (void)fprintf(stderr, "pg_queries: %s", PQerrorMessage(connection));
        exit(1);
    }
    int rows = PQntuples(result);
    PQclear(result);
    return rows;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        (void)fputs("usage: pg_queries URL FILE\n", stderr);
        return 2;
    }
    char *text = read_file(argv[2]);
    PGconn *connection = PQconnectdb(argv[1]);
    if (PQstatus(connection) != CONNECTION_OK) {
        (void)fputs(PQerrorMessage(connection), stderr);
        return 1;
    }
    int rows = send_query(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    for (char *at = strstr(text, MARK); at != NULL;) {
        char *next = strstr(at + strlen(MARK), MARK);
        if (next != NULL) {
            *next = '\0';
        }
        rows += send_query(connection, at + strlen(MARK));
        if (next != NULL) {
            *next = '-';
        }
        at = next;
    }
    rows += send_query(connection, "ROLLBACK");
    PQfinish(connection);
    free(text);
    (void)printf("%d rows\n", rows);
    return 0;
}
