/* pairs.c - runs two commands in turn (ours, base, ours, base ...) and compares their medians.
 *
 *   pairs [options] -- OURS... -- BASE...
 *
 *   -c NAME      what the row is called
 *   -n PAIRS     how often each command runs (default 5); -w WARMUPS before that, not counted
 *   -p COMMAND   shell command before each run of ours, not timed; -q COMMAND: of base
 *   -I FILE      standard input of base
 *   -t TARGET    ratio that is allowed; without it the row has no verdict
 *   -m METRIC    wall (default) or cpu: what the ratio is about
 *   -l MB        another row: peak memory of ours, at most so many MB
 *   -r MS:COUNT  instead of a ratio: round trips, (ours - base) / MS / COUNT. Base is the same
 *                command without delay
 *   -H           print the head of the table and stop
 *
 * Exit status: 0, also when a target is missed (the row says so); 1 a command failed; 2 usage.
 *
 * Times are milliseconds from before fork to after wait4; CPU is user + system of the process
 * and its children that were waited for; memory is the peak resident set. The ratio is one of
 * medians: a burst of somebody else's work on the machine hits single runs of both sides.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_RUNS = 1000 };

struct side {
    char **command;
    char *prepare;     /* shell, or NULL */
    const char *input; /* file, or NULL for /dev/null */
    double wall_ms[MAX_RUNS];
    double cpu_ms[MAX_RUNS];
    double peak_mb[MAX_RUNS];
};

struct options {
    const char *name;
    size_t pairs;
    size_t warmups;
    double target; /* 0: none */
    bool cpu;
    double memory_mb; /* 0: no row */
    double trip_ms;   /* 0: a ratio */
    double trip_count;
};

static double seconds_to_ms(struct timeval time)
{
    return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
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

/* Sorts the values on the way. */
static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare_doubles);
    if (count % 2 == 1) {
        return values[count / 2];
    }
    return (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* The command's stdout and stderr, to be shown when it fails. */
static int open_log(void)
{
    FILE *file = tmpfile();
    if (file == NULL) {
        perror("pairs: tmpfile");
        exit(1);
    }
    return fileno(file);
}

static void show_failure(char *const *command, int status, int log)
{
    (void)fflush(stdout);
    (void)fprintf(stderr, "pairs: failed (%s %d):", WIFEXITED(status) ? "exit" : "signal",
                  WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    for (char *const *word = command; *word != NULL; word++) {
        (void)fprintf(stderr, " %s", *word);
    }
    (void)fputc('\n', stderr);
    char buffer[4096];
    ssize_t got = pread(log, buffer, sizeof buffer, 0);
    if (got > 0) {
        (void)fwrite(buffer, 1, (size_t)got, stderr);
    }
}

/* Runs until it ends. */
static int spawn(char *const *command, const char *input, int log, struct rusage *usage)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, input == NULL ? "/dev/null" : input, O_RDONLY,
                                     0);
    posix_spawn_file_actions_adddup2(&actions, log, 1);
    posix_spawn_file_actions_adddup2(&actions, log, 2);
    pid_t pid = -1;
    int failure = posix_spawnp(&pid, command[0], &actions, NULL, command, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) {
        (void)fprintf(stderr, "pairs: %s: %s\n", command[0], strerror(failure));
        exit(1);
    }
    int status = 0;
    while (wait4(pid, &status, 0, usage) < 0) {
        if (errno != EINTR) {
            perror("pairs: wait4");
            exit(1);
        }
    }
    return status;
}

static void require_success(char *const *command, int status, int log)
{
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        show_failure(command, status, log);
        exit(1);
    }
}

static void empty(int log)
{
    if (ftruncate(log, 0) != 0 || lseek(log, 0, SEEK_SET) != 0) {
        perror("pairs: log");
        exit(1);
    }
}

static void run(struct side *side, size_t number, int log)
{
    struct rusage usage;
    empty(log);
    if (side->prepare != NULL) {
        char *const shell[] = {"sh", "-c", side->prepare, NULL};
        require_success(shell, spawn(shell, NULL, log, &usage), log);
        empty(log);
    }
    double began = now_ms();
    int status = spawn(side->command, side->input, log, &usage);
    side->wall_ms[number] = now_ms() - began;
    side->cpu_ms[number] = seconds_to_ms(usage.ru_utime) + seconds_to_ms(usage.ru_stime);
    side->peak_mb[number] = (double)usage.ru_maxrss / 1024;
    require_success(side->command, status, log);
}

static void print_head(void)
{
    printf("%-52s %9s %9s %7s %7s %-6s %9s %9s %7s %7s\n", "case", "ours ms", "base ms",
           "ratio", "target", "", "our CPU", "base CPU", "our MB", "base MB");
}

static const char *verdict(double value, double target)
{
    if (target <= 0) {
        return "";
    }
    return value <= target ? "ok" : "missed";
}

/* A blank for "no target", so that the columns stay. */
static const char *target_text(double target, char buffer[32])
{
    if (target <= 0) {
        return "-";
    }
    (void)snprintf(buffer, 32, "%.3g", target);
    return buffer;
}

static void report(const struct options *options, struct side *ours, struct side *base)
{
    size_t count = options->pairs;
    double our_wall = median(ours->wall_ms, count);
    double base_wall = median(base->wall_ms, count);
    double our_cpu = median(ours->cpu_ms, count);
    double base_cpu = median(base->cpu_ms, count);
    double our_peak = median(ours->peak_mb, count);
    double value = options->cpu ? our_cpu / base_cpu : our_wall / base_wall;
    if (options->trip_ms > 0) {
        value = (our_wall - base_wall) / options->trip_ms / options->trip_count;
    }
    char buffer[32];
    printf("%-52s %9.1f %9.1f %7.3f %7s %-6s %9.1f %9.1f %7.1f %7.1f\n", options->name,
           our_wall, base_wall, value, target_text(options->target, buffer),
           verdict(value, options->target), our_cpu, base_cpu, our_peak,
           median(base->peak_mb, count));
    if (options->memory_mb > 0) {
        /* The worst run, not the median: a limit is a limit. The values are sorted now. */
        double worst = ours->peak_mb[count - 1];
        printf("%-52s %9s %9s %7.1f %7s %-6s\n", "  peak memory, MB", "", "", worst,
               target_text(options->memory_mb, buffer), verdict(worst, options->memory_mb));
    }
}

/* Ends the words at the next "--" and returns what follows it. */
static char **cut_command(char **words)
{
    while (*words != NULL && strcmp(*words, "--") != 0) {
        words++;
    }
    if (*words == NULL) {
        return words;
    }
    *words = NULL;
    return words + 1;
}

static int usage(void)
{
    (void)fputs(
        "usage: pairs [-c name] [-n pairs] [-w warmups] [-t target] [-m wall|cpu] [-l MB]"
        " [-r ms:count] [-p command] [-q command] [-I file] -- ours... -- base...\n",
        stderr);
    return 2;
}

int main(int argc, char **argv)
{
    static struct side ours;
    static struct side base;
    struct options options = {.name = "", .pairs = 5, .warmups = 1};
    int letter;
    char *rest = NULL;
    while ((letter = getopt(argc, argv, "+c:n:w:p:q:I:t:m:l:r:H")) != -1) {
        switch (letter) {
        case 'c':
            options.name = optarg;
            break;
        case 'n':
            options.pairs = strtoul(optarg, NULL, 10);
            break;
        case 'w':
            options.warmups = strtoul(optarg, NULL, 10);
            break;
        case 'p':
            ours.prepare = optarg;
            break;
        case 'q':
            base.prepare = optarg;
            break;
        case 'I':
            base.input = optarg;
            break;
        case 't':
            options.target = strtod(optarg, NULL);
            break;
        case 'm':
            options.cpu = strcmp(optarg, "cpu") == 0;
            break;
        case 'l':
            options.memory_mb = strtod(optarg, NULL);
            break;
        case 'r':
            options.trip_ms = strtod(optarg, &rest);
            options.trip_count = *rest == ':' ? strtod(rest + 1, NULL) : 0;
            if (options.trip_count <= 0) {
                return usage();
            }
            break;
        case 'H':
            print_head();
            return 0;
        default:
            return usage();
        }
    }
    ours.command = argv + optind;
    base.command = cut_command(ours.command);
    if (*ours.command == NULL || *base.command == NULL || options.pairs < 1 ||
        options.pairs + options.warmups > MAX_RUNS) {
        return usage();
    }
    int log = open_log();
    for (size_t i = 0; i < options.warmups; i++) {
        run(&ours, 0, log);
        run(&base, 0, log);
    }
    for (size_t i = 0; i < options.pairs; i++) {
        run(&ours, i, log);
        run(&base, i, log);
    }
    report(&options, &ours, &base);
    return 0;
}
