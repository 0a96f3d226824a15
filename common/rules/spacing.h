// How departures that were booked for moments of their own follow each other when processes wake late. What a
// server refills while its bucket is full is lost, and two that leave together because one is late are
// refused. So departures keep their distance, and what was lost shifts all that come later. Pure. Private to
// common/. Times are monotonic nanoseconds.
#ifndef RATION_SPACING_H
#define RATION_SPACING_H

#include <stdbool.h>
#include <stdint.h>

struct spacing {
    bool leaves;      // it may leave now
    uint64_t again;   // else: not before that
    uint64_t full_at; // when the server's bucket is full again, as far as our departures tell
    uint64_t lost;    // for so long it was full before this one left
};

// One that would leave at `now`. Departures follow each other after `gap`; who is late by up to `slack` is
// made good.
struct spacing spacing_leave(uint64_t full_at, uint64_t gap, uint64_t slack, uint64_t now);

// A request was refused at `now`: nothing is in the bucket. The new full_at.
uint64_t spacing_emptied(uint64_t full_at, uint64_t slack, uint64_t now);

// By how much later departures shift when one leaves at `now` that was booked for `departs`: all together,
// where those at its booking had shifted by `shifted`, and so much was lost since then.
uint64_t spacing_shift(uint64_t shifted, uint64_t lost, uint64_t departs, uint64_t now);

#endif
