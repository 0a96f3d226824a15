// The daily quota: how many requests a period allows, when a run pauses for it, and when a new period begins.
// Pure: times come in as parameters. Inside they are monotonic nanoseconds; what outlives a run is
// nanoseconds since 1970.
#ifndef RATION_QUOTA_POLICY_H
#define RATION_QUOTA_POLICY_H

#include "ration/clock.h"

#include <stdbool.h>
#include <stdint.h>

#define QUOTA_POLICY_PAUSE_MOST (7 * CLOCK_DAY)
#define QUOTA_POLICY_WHOLE 1000000U // a share of 1

// `share` millionths of `limit`, rounded down.
uint64_t quota_policy_share(uint64_t limit, uint64_t share);

// How much must be used to reach that many percent of the limit.
uint64_t quota_policy_mark(uint64_t limit, uint32_t percent);

// ---- while a run is at work ----
enum quota_policy_verdict {
    QUOTA_POLICY_STAYS,
    QUOTA_POLICY_PAUSES,     // paused_until was set
    QUOTA_POLICY_SOONER,     // the pause ends before the moment that was told: paused_until was changed
    QUOTA_POLICY_NEW_PERIOD, // one is to begin now; said again until quota_policy_renewed()
};
enum quota_policy_reason { QUOTA_POLICY_BY_RESET, QUOTA_POLICY_BY_TIME, QUOTA_POLICY_BY_COMMAND };

// What is remembered from one step to the next.
struct quota_policy {
    uint64_t turns; // the period ends then, whatever was used
    uint64_t paused_at;
    uint64_t paused_until; // 0: not paused
    uint64_t reset;        // when the provider's day ends, as last heard; 0: not known
    uint64_t deaf_until;   // ends of days before it are those of other sessions
    bool due;              // a new period, for this reason:
    enum quota_policy_reason reason;
};

struct quota_policy_facts {
    uint64_t now;
    uint64_t allowed; // of this period; 0: no quota
    uint64_t used;
    bool waiting;         // there is something that could be sent; without it nothing pauses
    bool only_low;        // and it is of low priority alone, and waits for the quota
    bool resume;          // somebody asked for it
    uint64_t reset;       // the earliest end of a provider's day after now; 0: not known
    uint64_t reset_apart; // after such an end, that of other sessions is not listened to for so long
    uint64_t pause;       // its longest duration
};

// `paused_until` is 0 when the run does not begin paused; `age` of the period, less than a day.
void quota_policy_begin(struct quota_policy *policy, uint64_t now, uint64_t age, uint64_t paused_until);
enum quota_policy_verdict quota_policy_step(struct quota_policy *policy,
                                            const struct quota_policy_facts *facts);
// The new period has begun.
void quota_policy_renewed(struct quota_policy *policy, uint64_t now);

// ---- from one run to the next ----
// A moment by two clocks. The wall clock can be set; what has passed since a boot cannot, but it counts only
// within that boot.
#define QUOTA_POLICY_BOOT_SIZE 40
struct quota_policy_moment {
    uint64_t wall;                     // since 1970
    char boot[QUOTA_POLICY_BOOT_SIZE]; // which boot of the machine; empty: not known
    uint64_t since_boot;
};

// What is known of the days before. Times since 1970, by the clock of the moment at which it was written.
struct quota_policy_past {
    bool known; // the next four, of the state file
    uint64_t began, used, paused_until;
    struct quota_policy_moment written;
    bool dead;       // a run that was killed left its count behind,
    bool dead_later; // of a later period than the file's
    uint64_t dead_used;
};
enum quota_policy_past_verdict {
    QUOTA_POLICY_NOTHING, // nothing was known
    QUOTA_POLICY_KEPT,
    QUOTA_POLICY_OVER,      // that period is over
    QUOTA_POLICY_CLOCK_BACK // kept, but nobody can tell how much time has passed: the period counts from now
};
struct quota_policy_present {
    enum quota_policy_past_verdict verdict;
    uint64_t used;
    uint64_t age;  // of the period
    uint64_t rest; // of the pause; 0: not paused
    // so far was the wall clock put forward (or back, < 0) since the file was written, as far as can be told
    int64_t moved;
};
// `pause` is what begins where the quota was used up and no pause is in the file. Within one boot the wall
// clock has no say. After another one it is all there is: when it stands before the file's moment, nothing
// has passed.
struct quota_policy_present quota_policy_take(const struct quota_policy_past *past, uint64_t allowed,
                                              uint64_t pause, const struct quota_policy_moment *now);

#endif
