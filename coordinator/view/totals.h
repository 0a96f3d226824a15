// Sums over all slots and sessions: what progress and summary tell.
#ifndef RATION_TOTALS_H
#define RATION_TOTALS_H

#include "ration/arena.h"
#include "ration/slot.h"

#include <stdbool.h>
#include <stdint.h>

struct totals {
    uint32_t artists, done, failed; // verdicts, those of earlier runs included
    uint32_t in_flight;
    uint32_t disk_wait; // workers that wait for room on the disk
    uint64_t attempts;  // outcomes of this run
    uint64_t outcome[SLOT_OUTCOMES];
    uint64_t input_tokens, output_tokens;
    uint64_t answers, latency_ms;                    // recorded by workers, and the sum of their latencies
    uint32_t suspects;                               // artists that were refused, and not answered since
    uint32_t retrying;                               // artists that wait for another attempt
    uint64_t retries;                                // how often such a wait has ended
    uint64_t spent_requests, spent_tokens;           // settled, or given up with a dead worker
    uint64_t booked_requests, booked_tokens;         // in flight or about to be, as estimated
    bool priced;                                     // the prices are known
    uint64_t cost_settled;                           // nano-dollars, as --max-cost counts them
    uint64_t cost;                                   // nano-dollars; see cost_look()
    uint64_t untold;                                 // answers whose tokens are estimated, as the API did not tell
    uint64_t requests_per_minute, tokens_per_minute; // of all sessions; 0: no limit
    uint32_t sessions_open;                          // not disabled
    uint64_t paused_until; // monotonic, CLOCK_NEVER: until someone resumes; 0: not paused
    bool quota_used_up;    // nothing more is given out in this period of the daily quota
    uint64_t waits_until;  // monotonic: no session may send before; 0: some may
};

void totals_take(const struct arena *arena, uint64_t now, struct totals *totals);

// Share of what the limits allowed in `elapsed` nanoseconds that was spent, of the dimension that was used most. Below 0 when
// there is no limit. Pure.
double totals_quota_share(const struct totals *totals, uint64_t elapsed);

#endif
