// What a worker tells of its artists: people without flooding them, the log file of each artist, with the
// data in members.
#ifndef RATION_TELL_H
#define RATION_TELL_H

#include "retry_policy.h"
#include "worker.h"

// An attempt that failed, and what follows from it. The texts hold no secret.
struct tell_fault {
    enum outcome_class kind;
    long status;
    const char *code; // "" when there is none
    const char *message;
};
// One of a kind now and then.
void tell_fault(struct worker *worker, const struct artist *artist, const struct tell_fault *fault,
                const struct retry_policy_decision *decision, uint64_t now);

// Its last attempt; `class` as in the errors file. People are told of one now and then, the file of each.
void tell_failed(struct worker *worker, const struct artist *artist, const struct tell_fault *fault,
                 const char *class, uint64_t now);

// Likewise of one whose refusals have shown to be its own fault; or nothing was left to compare it with.
void tell_blamed(struct worker *worker, const struct artist *artist, bool unproven, uint64_t now);

// People are told of each of the first artists, then of one now and then; of none where a bar is on the
// terminal. The file is told of each.
void tell_processed(struct worker *worker, const struct artist *artist, uint64_t now);

// The API did not tell all that an answer took: once a run.
void tell_untold(struct worker *worker);

// With --verbose: each attempt.
void tell_attempt(struct worker *worker, const struct artist *artist, enum outcome_class kind, long status);

#endif
