/* complete.c - SQLite's own opinion on where statements end, for oracle_spec.lua.
 *
 * Reads texts from files named on standard input, one per line; prints for each a line with the
 * offsets after its semicolons that end a statement.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    char path[4096];
    while (fgets(path, sizeof path, stdin) != NULL) {
        path[strcspn(path, "\n")] = '\0';
        FILE *file = fopen(path, "rb");
        if (file == NULL) {
            return 1;
        }
        char text[65536];
        size_t length = fread(text, 1, sizeof text - 1, file);
        fclose(file);
        text[length] = '\0';
        char *start = text;
        for (size_t i = 0; i < length; i++) {
            if (text[i] == ';') {
                char after = text[i + 1];
                text[i + 1] = '\0';
                if (sqlite3_complete(start)) {
                    printf("%zu ", i + 1);
                    start = text + i + 1;
                }
                text[i + 1] = after;
            }
        }
        printf("\n");
    }
    return 0;
}
