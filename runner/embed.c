/* embed.c - build tool: Lua files as a C array on stdout, in the order given.
 *
 * lua/X.lua is module neap.X, helpers/X.lua is module X; X/init.lua is module X. The text is
 * kept byte for byte, so line numbers in errors stay right. See host/embedded.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void stop(const char *path, const char *why)
{
    (void)fprintf(stderr, "embed: %s: %s\n", path, why);
    exit(1);
}

/* A character constant has the right type and value whether char is signed or not; a string
 * literal of this length would not be standard C. */
static size_t print_text(const char *path, int number)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        stop(path, strerror(errno));
    }
    printf("static const char text_%d[] = {", number);
    size_t length = 0;
    for (int c = getc(file); c != EOF; c = getc(file)) {
        printf("%s'\\x%02x',", length % 12 == 0 ? "\n    " : " ", (unsigned)c);
        length++;
    }
    if (ferror(file) != 0) {
        stop(path, "cannot be read");
    }
    (void)fclose(file);
    printf("\n    '\\0'};\n\n");
    return length;
}

/* The path below lua/ or helpers/. */
static const char *below_root(const char *path, const char **prefix)
{
    if (strncmp(path, "lua/", 4) == 0) {
        *prefix = "neap.";
        return path + 4;
    }
    if (strncmp(path, "helpers/", 8) == 0) {
        *prefix = "";
        return path + 8;
    }
    stop(path, "expected lua/... or helpers/...");
}

static void print_name(const char *path)
{
    const char *prefix = "";
    const char *below = below_root(path, &prefix);
    size_t length = strlen(below);
    if (length < 5 || strcmp(below + length - 4, ".lua") != 0) {
        stop(path, "expected a .lua file");
    }
    length -= 4;
    if (length > 5 && strncmp(below + length - 5, "/init", 5) == 0) {
        length -= 5;
    }
    printf("    {\"%s", prefix);
    for (size_t i = 0; i < length; i++) {
        putchar(below[i] == '/' ? '.' : below[i]);
    }
    printf("\", \"@neap:%s\", ", *prefix == '\0' ? path : below);
}

int main(int argc, char **argv)
{
    size_t *lengths = calloc((size_t)argc + 1, sizeof *lengths);
    if (lengths == NULL) {
        stop("memory", strerror(errno));
    }
    printf("/* Made by runner/embed.c. */\n#include \"host/embedded.h\"\n\n");
    for (int i = 1; i < argc; i++) {
        lengths[i] = print_text(argv[i], i);
    }
    printf("const struct embedded_module embedded_modules[] = {\n");
    for (int i = 1; i < argc; i++) {
        print_name(argv[i]);
        printf("text_%d, %zu},\n", i, lengths[i]);
    }
    printf("    {0},\n};\n\nconst size_t embedded_module_count = %d;\n", argc - 1);
    free(lengths);
    return ferror(stdout) != 0 || fflush(stdout) != 0 ? 1 : 0;
}
