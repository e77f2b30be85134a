/* sqlite_current.c - the least that `current` can be on SQLite: open, select the version row.
 *
 *   sqlite_current FILE TABLE
 */
#include <sqlite3.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    if (argc != 3) {
        (void)fputs("usage: sqlite_current FILE TABLE\n", stderr);
        return 2;
    }
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;
    char sql[256];
    (void)snprintf(sql, sizeof sql, "SELECT version_num FROM %s", argv[2]);
    if (sqlite3_open_v2(argv[1], &database, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK) {
        (void)fprintf(stderr, "sqlite_current: %s\n", sqlite3_errmsg(database));
        return 1;
    }
    int rows = 0;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        puts((const char *)sqlite3_column_text(statement, 0));
        rows++;
    }
    sqlite3_finalize(statement);
    sqlite3_close(database);
    if (rows == 0) {
        (void)fputs("sqlite_current: no version row\n", stderr);
        return 1;
    }
    return 0;
}
