/* pg_functions.c - the fastest plain way to load files of functions: 100 to a string.
 *
 *   pg_functions URL DIRECTORY
 *
 * Every .sql file of the directory in name order, in one transaction.
 */
#include <dirent.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_PER_STRING = 100 };

static char *buffer;
static size_t used, room;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void add_file(const char *directory, const char *name)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        fail(path);
    }
    for (size_t count = 1; count > 0; used += count) {
        if (room - used < 65536) {
            room = 2 * room + 131072;
            buffer = realloc(buffer, room);
            if (buffer == NULL) {
                fail(path);
            }
        }
        count = fread(buffer + used, 1, 65535, file);
    }
    (void)fclose(file);
    buffer[used] = '\0';
}

static void send_string(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        (void)fprintf(stderr, "pg_functions: %s", PQerrorMessage(connection));
        exit(1);
    }
    PQclear(result);
}

static int is_sql(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot != NULL && strcmp(dot, ".sql") == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        (void)fputs("usage: pg_functions URL DIRECTORY\n", stderr);
        return 2;
    }
    PGconn *connection = PQconnectdb(argv[1]);
    if (PQstatus(connection) != CONNECTION_OK) {
        (void)fputs(PQerrorMessage(connection), stderr);
        return 1;
    }
    struct dirent **entries = NULL;
    int count = scandir(argv[2], &entries, is_sql, by_bytes);
    if (count <= 0) {
        fail(argv[2]);
    }
    send_string(connection, "BEGIN");
    for (int i = 0; i < count; i++) {
        add_file(argv[2], entries[i]->d_name);
        free(entries[i]);
        if ((i + 1) % FILES_PER_STRING == 0 || i + 1 == count) {
            send_string(connection, buffer);
            used = 0;
        }
    }
    send_string(connection, "COMMIT");
    PQfinish(connection);
    free((void *)entries);
    free(buffer);
    return 0;
}
