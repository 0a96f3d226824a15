// When an account may go on, where a server says so to people alone: known words of error messages, and the
// moment or the span behind them. Pure.
#ifndef RATION_RESET_TEXT_H
#define RATION_RESET_TEXT_H

#include <stdbool.h>
#include <stdint.h>

// Nanoseconds. What is farther away is not believed: limits of spending begin anew each month.
#define RESET_TEXT_LONGEST (62 * 86400000000000ULL)

// "You will regain access on 2026-11-01 at 00:00 UTC.", "resets at 2026-05-15T15:00:00Z", "Resets on 1 Jan
// 2026", "Try again in 1 day and 3 hours". A date begins at midnight UTC; a time of another zone than UTC
// that is named by letters is none; a date without a year is the next of its name. `wall_ns`: now,
// nanoseconds since 1970. `message` may be NULL. False: it names no moment that is ahead and near enough.
bool reset_text_read(const char *message, uint64_t wall_ns, uint64_t *wait);

#endif
