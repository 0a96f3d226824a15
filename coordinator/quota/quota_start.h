// The daily quota at the start of a run: what the options say, and what was used before.
#ifndef RATION_QUOTA_START_H
#define RATION_QUOTA_START_H

#include "member/member.h"
#include "quota/quota_monitor.h"

// What a run that was killed left behind in its arena.
struct quota_start_dead {
    bool found;
    char run[ARENA_RUN_ID_SIZE];
    struct ledger_quota quota;
};

// Checks the options and opens the state file. `errors`: name of the errors file. 0, or -1 after telling;
// quota_state_close() undoes it.
int quota_start_open(struct quota_monitor *monitor, const struct options *options, const char *errors);

// Before the first spawn, when the board is filled: gives the ledger its quota, with what has been used of
// it. `fleet`: the quota is that of all its machines, which knows better than the file; or NULL.
void quota_start_begin(struct quota_monitor *monitor, struct arena *arena,
                       const struct quota_start_dead *dead, const struct member_day *fleet, uint64_t now);

#endif
