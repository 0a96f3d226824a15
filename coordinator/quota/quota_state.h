// The state file of the daily quota: a small JSON object that outlives runs. A lock file beside it keeps it
// to one run at a time.
#ifndef RATION_QUOTA_STATE_H
#define RATION_QUOTA_STATE_H

#include "quota/quota_record.h"

#include <stdbool.h>

struct quota_state {
    char *path, *lock_path, *new_path;
    int lock; // its descriptor, or -1: not open
};

#define QUOTA_STATE_CLOSED \
    { .lock = -1 }

// --quota-state, or OUTPUT with .quota.json instead of .jsonl. malloc'ed; NULL: out of memory.
char *quota_state_path(const char *option, const char *output);

// Locks the file, tries whether it can be written, and reads it. `others`, ended by NULL: files of the run,
// which it must not be. *known: there was one, and it is in *record; one that makes no sense is told, and set
// aside as PATH.corrupt. 0, or -1 after telling; nothing has changed then.
int quota_state_open(struct quota_state *state, const char *path, const char *const *others,
                     struct quota_record *record, bool *known);

// Replaces the file, whole or not at all, synced. 0, or -1 with errno.
int quota_state_write(const struct quota_state *state, const struct quota_record *record);

// Unlocks; the file stays. May be called again.
void quota_state_close(struct quota_state *state);

#endif
