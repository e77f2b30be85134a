#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/interrupt.h"

int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void clock_stamp(char buffer[CLOCK_STAMP])
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct tm utc;
    gmtime_r(&now.tv_sec, &utc);
    size_t length = strftime(buffer, CLOCK_STAMP, "%Y-%m-%dT%H:%M:%S", &utc);
    (void)snprintf(buffer + length, CLOCK_STAMP - length, ".%06ldZ", now.tv_nsec / 1000);
}

bool clock_sleep_ms(int64_t ms)
{
    int64_t until = clock_ms() + ms;
    for (int64_t left = ms; left > 0; left = until - clock_ms()) {
        if (interrupt_pending()) {
            return false;
        }
        /* In slices: a signal may arrive between the look and the sleep. */
        int64_t slice = left > 50 ? 50 : left;
        struct timespec pause = {.tv_sec = 0, .tv_nsec = (long)(slice * 1000000)};
        nanosleep(&pause, NULL);
    }
    return !interrupt_pending();
}

int64_t duration_parse_ms(const char *string)
{
    static const struct {
        const char *unit;
        double ms;
    } units[] = {{"", 1000},     {"ms", 1},    {"s", 1000},
                 {"min", 60000}, {"m", 60000}, {"h", 3600000}};
    if (string[0] < '0' || string[0] > '9') {
        return -1;
    }
    char *end = NULL;
    double number = strtod(string, &end);
    while (*end == ' ') {
        end++;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(end, units[i].unit) == 0 && number * units[i].ms < 1e15) {
            return (int64_t)(number * units[i].ms);
        }
    }
    return -1;
}
