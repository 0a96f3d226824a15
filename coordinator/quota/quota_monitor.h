// Watches the daily quota while a run is at work: pauses and resumes, tells people, keeps the state file.
// The ledger sees to it that the quota is never exceeded. While it gives out nothing more, the run is said to
// pause; a new period in the ledger ends that.
#ifndef RATION_QUOTA_MONITOR_H
#define RATION_QUOTA_MONITOR_H

#include "config/options.h"
#include "quota/quota_clock.h"
#include "quota/quota_policy.h"
#include "quota/quota_report.h"
#include "quota/quota_state.h"
#include "ration/snapshot.h"

#include <stdbool.h>
#include <stdint.h>

struct quota_monitor {
    bool monitoring;
    uint64_t limit;                // requests of a period; 0: only the provider's own, if any
    uint64_t share;                // of it that may be used, in millionths
    uint64_t allowed, low_allowed; // of artists of low priority
    uint64_t pause;                // longest duration
    struct quota_policy policy;
    struct quota_report report;
    bool resume;          // somebody asked
    uint64_t spent_until; // no session may send before, because of the provider's day; 0: some may
    bool has_low, low_told;
    struct quota_clock clock;
    uint64_t began;       // since 1970, by the wall clock as it stands: the period,
    uint64_t paused_wall; // and the end of the pause; 0: none
    struct quota_state state;
    struct quota_record record; // as it is in the file
    bool known;                 // there was one
    uint64_t written;           // monotonic
    bool write_failed;
};

#define QUOTA_MONITOR_NOTHING \
    { .state = QUOTA_STATE_CLOSED }

// What the loop is to do.
struct quota_wish {
    bool renew; // begin a new period: ledger_quota_renew(), and once that is done quota_monitor_renewed()
    bool ring;  // the workers: there may be something for them
};

// Each tick of the supervising loop. Of `arena` only the board is asked, and seldom: whether artists of some
// priority are left.
struct quota_wish quota_monitor_tick(struct quota_monitor *monitor, const struct arena *arena,
                                     const struct snapshot *look, bool stopping);

// The ledger has begun a new period; look->quota is that of now. The workers are then to be rung.
void quota_monitor_renewed(struct quota_monitor *monitor, const struct snapshot *look);

// When the pause for a daily quota that holds at `now` ends, monotonic; 0: there is none, or no monitor
// (NULL).
uint64_t quota_monitor_paused_until(const struct quota_monitor *monitor, uint64_t now);

// When the period of --daily-limit ends, as far as is known, monotonic; 0: there is none.
uint64_t quota_monitor_turns(const struct quota_monitor *monitor, uint64_t now);

// When no process of the run is left, and its arena still stands: tells the last of it, and saves what the
// next run must know.
void quota_monitor_end(struct quota_monitor *monitor, const struct arena *arena, uint64_t now);

// Somebody asked: a new period begins with the next tick. False: the run is not paused for --daily-limit.
bool quota_monitor_resume(struct quota_monitor *monitor);

#endif
