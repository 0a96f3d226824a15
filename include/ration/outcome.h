// Failure classes: what came of one attempt, and why an artist failed for good. The one list of them; its
// names are what errors lines, logs, metrics and --retry-errors say, its words what `ration explain` prints
// and scripts/check-documents compares the documents with. Pure.
#ifndef RATION_OUTCOME_H
#define RATION_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum outcome_class {
    // What one attempt can come to. Counters are arrays of these.
    OUTCOME_DONE,
    OUTCOME_RATE_LIMITED,
    OUTCOME_QUOTA_EXHAUSTED,
    OUTCOME_OVERLOADED,
    OUTCOME_SERVER_FAULT,
    OUTCOME_NETWORK_FAULT,
    OUTCOME_REFUSED,
    OUTCOME_UNAUTHORISED,
    OUTCOME_INVALID_ANSWER, // it came whole, and is not what was asked for: see answer_check.h
    OUTCOME_NO_CAPACITY,    // the cheaper tier that was asked for has no room now: see flex_rule.h
    OUTCOME_OF_ATTEMPT,     // how many there are
    // What only an artist can come to.
    OUTCOME_TRUNCATED = OUTCOME_OF_ATTEMPT, // its answer was cut by the token limit, each time
    OUTCOME_WORKER_CRASH,                   // its worker died each time it was asked
    OUTCOME_IN_DOUBT,                       // asked, perhaps billed, and lost with a process
    OUTCOME_CLASSES,
};

// "done", "rate_limited", …
const char *outcome_name(enum outcome_class class);
// For people: what it means, and what to do about artists that failed so.
const char *outcome_means(enum outcome_class class);
const char *outcome_advice(enum outcome_class class);
// The class of failure with that name, or OUTCOME_CLASSES: there is none. "done" is no failure.
enum outcome_class outcome_find(const char *name, size_t length);

// Which failed artists are asked again by a later run (--retry-errors).
enum outcome_again {
    // all but "refused", which would be refused again, unless that is unproven, and "in_doubt", which may be
    // billed twice
    OUTCOME_AGAIN_USUAL,
    OUTCOME_AGAIN_ALL,
    OUTCOME_AGAIN_NONE,
    OUTCOME_AGAIN_LISTED,
};
struct outcome_retry {
    enum outcome_again which;
    uint32_t listed; // OUTCOME_AGAIN_LISTED: a bit (1 << class) for each
};
// `name` as it stands in an errors file: one that this program does not know is asked again, unless only some
// are. `unproven`: nobody knows whether it was its own fault.
bool outcome_asked_again(const struct outcome_retry *retry, const char *name, bool unproven);

// Those that OUTCOME_AGAIN_USUAL does not ask again, in words: "refused, in_doubt".
#define OUTCOME_KEPT_SIZE 128U
void outcome_kept(char out[OUTCOME_KEPT_SIZE]);

#endif
