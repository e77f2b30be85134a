/* pg_strings.c - the fastest plain way to run revisions on PostgreSQL: each as one string.
 *
 *   pg_strings URL FILE
 *
 * FILE is what project.c wrote: a line "-- revision ..." begins each string. One PQexec, and so
 * one round trip, for BEGIN; CREATE TABLE; CREATE INDEX; UPDATE of the version row; COMMIT.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MARK[] = "-- revision ";

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

static void send_string(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        (void)fprintf(stderr, "pg_strings: %s", PQerrorMessage(connection));
        exit(1);
    }
    PQclear(result);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        (void)fputs("usage: pg_strings URL FILE\n", stderr);
        return 2;
    }
    char *text = read_file(argv[2]);
    PGconn *connection = PQconnectdb(argv[1]);
    if (PQstatus(connection) != CONNECTION_OK) {
        (void)fputs(PQerrorMessage(connection), stderr);
        return 1;
    }
    int sent = 0;
    for (char *at = strstr(text, MARK); at != NULL; sent++) {
        char *next = strstr(at + strlen(MARK), MARK);
        if (next != NULL) {
            next[-1] = '\0'; /* the newline before the mark */
        }
        send_string(connection, at);
        at = next;
    }
    PQfinish(connection);
    free(text);
    if (sent == 0) {
        (void)fputs("pg_strings: the file holds no revision\n", stderr);
        return 1;
    }
    return 0;
}
