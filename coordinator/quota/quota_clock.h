// What the daily quota knows of clocks: this moment by the wall clock and by the machine's own count since
// its boot, and whether somebody has set the wall clock while a run is at work.
#ifndef RATION_QUOTA_CLOCK_H
#define RATION_QUOTA_CLOCK_H

#include "quota/quota_policy.h"

#include <stdbool.h>
#include <stdint.h>

struct quota_clock {
    char boot[QUOTA_POLICY_BOOT_SIZE]; // read once
    int64_t apart;                     // of the wall clock from the count since the boot, as last followed
};

// *moment is now, by both clocks read together, so that it and what follows fit each other.
void quota_clock_begin(struct quota_clock *clock, struct quota_policy_moment *moment);

// Likewise. Nanoseconds by which the wall clock was put forward (< 0: back) since the last call; 0: less than
// a second, which is how clocks are corrected, and is counted on.
int64_t quota_clock_follow(struct quota_clock *clock, struct quota_policy_moment *moment);

// Whether quota_clock_follow() would return 0.
bool quota_clock_stands(const struct quota_clock *clock);

// True: the two times of day differ by no more than such a correction.
bool quota_clock_near(uint64_t a, uint64_t b);

// Whether people should hear of it: more than a minute.
bool quota_clock_odd(int64_t moved);

#endif
