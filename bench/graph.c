/* graph.c - how long revisions/ needs to link and plan what it has read.
 *
 *   graph LIMIT-MS DIRECTORY NAME [DIRECTORY NAME]...
 *
 * For each directory of revisions: reads all headers, links them into a graph and plans an
 * upgrade from base to heads, several times; prints two rows of the table: link and plan
 * against the limit, and the reading, for information. Both are medians.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/memory.h"
#include "revisions/target.h"

enum { ROUNDS = 7 };

/* Files read, not yet linked. */
struct headers {
    struct revision *revisions;
    size_t count;
};

static void require(bool done, const struct error *error)
{
    if (!done) {
        (void)fprintf(stderr, "graph: %s\n", text_string(&error->message));
        exit(1);
    }
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double values[ROUNDS])
{
    qsort(values, ROUNDS, sizeof *values, compare_doubles);
    return values[ROUNDS / 2];
}

static void read_header(struct headers *headers, const char *path)
{
    struct error error = {0};
    struct text text = {0};
    require(file_read(path, &text, &error), &error);
    require(revision_read(&headers->revisions[headers->count++], path, text_string(&text),
                          text.length, &error),
            &error);
    text_free(&text);
}

static struct headers read_headers(const char *directory)
{
    struct list names = {0};
    directory_list(directory, &names);
    struct headers headers = {mem_alloc(names.count * sizeof *headers.revisions), 0};
    for (size_t i = 0; i < names.count; i++) {
        char *path = path_join(directory, names.items[i]);
        read_header(&headers, path);
        mem_free(path);
    }
    list_free(&names);
    return headers;
}

/* Takes the headers over. */
static void link_and_plan(struct headers headers)
{
    struct error error = {0};
    struct graph graph = {0};
    struct list none = {0};
    struct plan plan = {0};
    require(graph_link(&graph, headers.revisions, headers.count, &none, &error), &error);
    require(plan_upgrade(&graph, &none, "heads", &plan, &error), &error);
    if (plan.count != headers.count || plan.count == 0) {
        (void)fprintf(stderr, "graph: %zu revisions, %zu steps\n", headers.count, plan.count);
        exit(1);
    }
    plan_free(&plan);
    graph_free(&graph);
}

/* The columns of pairs.c. */
static void report(const char *name, const char *what, double ms, double limit_ms)
{
    char label[64];
    (void)snprintf(label, sizeof label, "graph, %s: %s", name, what);
    if (limit_ms > 0) {
        printf("%-52s %9.1f %9s %7s %4.3g ms %-6s\n", label, ms, "", "", limit_ms,
               ms <= limit_ms ? "ok" : "missed");
    } else {
        printf("%-52s %9.1f %9s %7s %7s\n", label, ms, "", "", "-");
    }
}

static void measure(const char *directory, const char *name, double limit_ms)
{
    double reading[ROUNDS];
    double planning[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        double began = now_ms();
        struct headers headers = read_headers(directory);
        double have_read = now_ms();
        link_and_plan(headers);
        reading[round] = have_read - began;
        planning[round] = now_ms() - have_read;
    }
    report(name, "link, plan", median(planning), limit_ms);
    report(name, "read headers", median(reading), 0);
}

int main(int argc, char **argv)
{
    if (argc < 4 || argc % 2 != 0) {
        (void)fputs("usage: graph LIMIT-MS DIRECTORY NAME [DIRECTORY NAME]...\n", stderr);
        return 2;
    }
    for (int i = 2; i < argc; i += 2) {
        measure(argv[i], argv[i + 1], strtod(argv[1], NULL));
    }
    return 0;
}
