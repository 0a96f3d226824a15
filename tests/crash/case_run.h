// One case of the crash-point test: a small batch in which processes die where they are told to, resumed
// until it ends, and then audited.
#ifndef CRASH_CASE_RUN_H
#define CRASH_CASE_RUN_H

#include "ration/crash_point.h"

#include <stdbool.h>
#include <stdint.h>

#define CASE_ARTISTS 60U
#define CASE_WORKERS 2U
#define CASE_GENRES 8U // of these artists
#define CASE_PATH 512

struct crash_case {
    char words[256]; // RATION_CRASH
    bool overloads;  // the server is, at a few requests: holds and cancellations
    bool identical;  // artists of one genre are asked the same, and once
};

struct case_places {
    const char *programs;  // folder of ration, ration-worker: built with crash points
    const char *simapi;    // path of the simulator
    const char *input;     // path of the artists
    unsigned patience;     // seconds until a run counts as hanging
    const char *directory; // of this case; made, and removed by case_run() if nothing is wrong
};

struct case_result {
    uint64_t struck[CRASH_POINT_SPECS]; // how often each word of the case did
    unsigned coordinator_deaths;
    char wrong[512]; // empty: nothing
};

// Requests that each worker may have in flight. With overloads more, so that a hold finds bookings to cancel.
static inline unsigned case_in_flight(const struct crash_case *the) {
    return the->overloads ? 16 : 4;
}

void case_run(const struct crash_case *the, const struct case_places *places, struct case_result *result);

#endif
