// What a worker tells people of its artists, without flooding them.
#ifndef WORKER_TELL_H
#define WORKER_TELL_H

#include "retry_policy.h"
#include "worker.h"

// An attempt that failed, and what follows from it. The texts hold no secret.
struct tell_fault {
    enum slot_outcome kind;
    long status;
    const char *code; // "" when there is none
    const char *message;
};
void tell_fault(struct worker *worker, const struct tell_fault *fault,
                const struct retry_policy_decision *decision, uint64_t now);

// Each of the first artists, then one now and then; only in the log file where a bar is on the terminal.
void tell_processed(struct worker *worker, const struct artist *artist, uint64_t now);

#endif
