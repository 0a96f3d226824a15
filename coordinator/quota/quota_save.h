// When the state file of the daily quota is written. A failure is told once, and the run goes on.
#ifndef RATION_QUOTA_SAVE_H
#define RATION_QUOTA_SAVE_H

#include "quota/quota_monitor.h"

// `quota` as it is now.
void quota_save(struct quota_monitor *monitor, const char *run_id, const struct ledger_quota *quota,
                uint64_t now);

// At once; else if it has changed, and was not written within the last second.
void quota_save_if_due(struct quota_monitor *monitor, const char *run_id, const struct ledger_quota *quota,
                       bool at_once, uint64_t now);

// Periods and pauses last as long as they last, whatever the wall clock says: when somebody has set it, what
// is told and written follows.
void quota_save_if_clock_moved(struct quota_monitor *monitor, const char *run_id,
                               const struct ledger_quota *quota, uint64_t now);

#endif
