// What the state file of the daily quota holds, and how: one JSON object. Pure.
//   {"version":1,"period_began":"2026-01-31T00:00:00.000Z","used":30,"daily_limit":50,"paused_until":null,
//    "written":"2026-01-31T12:00:00.000Z","run":"20260131T000000-0123ab","period":1,"boot":"…",
//    "since_boot_ms":4711}
// Times may contradict each other: somebody may have set the clock meanwhile. quota_policy_take() makes sense
// of them.
#ifndef RATION_QUOTA_RECORD_H
#define RATION_QUOTA_RECORD_H

#include "quota/quota_policy.h"
#include "ration/arena.h"

#include <stddef.h>
#include <stdint.h>

#define QUOTA_RECORD_MOST 4096U // bytes

// Times are nanoseconds since 1970, written in milliseconds.
struct quota_record {
    uint64_t period_began;
    uint64_t used;
    uint64_t daily_limit;
    uint64_t paused_until; // 0: not paused
    uint64_t written;
    char run[ARENA_RUN_ID_SIZE];       // the run that wrote it, or empty,
    uint64_t period;                   // and the number of the period in that run
    char boot[QUOTA_POLICY_BOOT_SIZE]; // when it was written, once more; empty: not known
    uint64_t since_boot;               // nanoseconds, written in milliseconds
};

// The length, or 0: out of memory.
size_t quota_record_encode(const struct quota_record *record, char out[QUOTA_RECORD_MOST]);

// NULL, or what is wrong; *record is then undefined. Each member is checked, and that they agree.
const char *quota_record_decode(const char *text, size_t length, struct quota_record *record);

#endif
