/* clock.h - time. Durations come from the monotonic clock, dates from the real one. */
#ifndef NEAP_BASE_CLOCK_H
#define NEAP_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

int64_t clock_ms(void); /* monotonic, milliseconds */
/* The real time as "2026-11-22T06:50:00.123456Z" (UTC); buffer of CLOCK_STAMP bytes. */
enum { CLOCK_STAMP = 32 };
void clock_stamp(char buffer[CLOCK_STAMP]);
/* Sleeps; returns early, false, when a signal asks to stop. */
bool clock_sleep_ms(int64_t ms);
/* "250ms", "2s", "1m", "1h", or a number of seconds ("2", "0.5") -> milliseconds; -1:
 * malformed. */
int64_t duration_parse_ms(const char *string);

#endif
