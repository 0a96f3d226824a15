// The lines that people read of the daily quota, at --quota-log-interval and at the thresholds. Level info,
// but for the thresholds.
#ifndef RATION_QUOTA_REPORT_H
#define RATION_QUOTA_REPORT_H

#include "config/alerts_thresholds.h"
#include "quota/quota_policy.h"
#include "quota/quota_provider.h"

#include <stdbool.h>
#include <stdint.h>

// A run that is fast must not flood the log: of each kind the first QUOTA_REPORT_FIRST lines are told, then
// at most one a minute.
#define QUOTA_REPORT_FIRST 10U
struct quota_report_cadence {
    uint32_t told;
    uint64_t next; // monotonic: not before, once the first ones are told
};

// Begin it zeroed but for the first two.
struct quota_report {
    struct alerts_thresholds thresholds;
    uint64_t interval; // requests between two lines
    uint64_t limit;    // that was counted against last
    uint64_t used;     // told so far: of the metrics,
    uint32_t marks;    // of the thresholds
    uint64_t parsed;   // requests of the run when the provider's status was told last,
    bool heard;        // if it was
    struct quota_report_cadence metrics, status;
};

// `share` of it in millionths; a limit of 0: none.
void quota_report_initialized(bool monitoring, uint64_t limit, uint64_t share);
// `until` since 1970. `note` follows: "", or "; …".
void quota_report_paused(uint64_t used, uint64_t limit, uint64_t until, const char *note);
void quota_report_renewed(enum quota_policy_reason reason, bool was_paused, uint64_t period, uint64_t limit,
                          uint64_t allowed);

// Somebody has set the wall clock: by so many nanoseconds, < 0 back; `when`; `paused_until` since 1970, 0:
// not paused.
void quota_report_clock(int64_t moved, const char *when, uint64_t paused_until);

// A new period, or a run that begins with `used`: what was passed before is not told again.
void quota_report_begin(struct quota_report *report, uint64_t used, uint64_t limit);
// `used` of `limit` (0: not known) so far. `now` is monotonic.
void quota_report_use(struct quota_report *report, uint64_t used, uint64_t limit, uint64_t now);
// What the answers said; `requests` of the run so far.
void quota_report_status(struct quota_report *report, const struct quota_provider *provider,
                         uint64_t requests, uint64_t now);

#endif
