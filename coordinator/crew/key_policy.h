// When a key that a command prints is asked for again. Pure.
#ifndef RATION_KEY_POLICY_H
#define RATION_KEY_POLICY_H

#include <stdbool.h>
#include <stdint.h>

// What is remembered of a session's key; of the first one only when it came. Times are monotonic nanoseconds.
struct key_policy {
    uint64_t got_at;
    uint64_t late_until; // up to then the key before is refused, for all we know
    uint64_t refused;    // requests that were refused for the key, up to then
    uint64_t worked;     // likewise, that were answered
    bool for_refusal;    // it was asked for because the one before was refused
    uint64_t not_before;
    uint32_t failures; // of the command, in a row
};

struct key_policy_facts {
    uint64_t now;
    uint64_t ttl;     // how long a key is good; 0: until it is refused
    uint64_t refused; // requests so far
    uint64_t worked;
};

// It is. Some time before it is too old; and once when it is refused: a key that was asked for because
// another one was refused, and has never worked, is refused for a reason that no key mends.
bool key_policy_due(const struct key_policy *policy, const struct key_policy_facts *facts);

// It came, and has reached the workers. Requests with the one before may still come back refused for a while.
void key_policy_got(struct key_policy *policy, const struct key_policy_facts *facts, bool for_refusal);
void key_policy_failed(struct key_policy *policy, uint64_t now);
// In each look: forgets such refusals.
void key_policy_look(struct key_policy *policy, const struct key_policy_facts *facts);

// It is refused, and another one may yet come.
bool key_policy_hopes(const struct key_policy *policy, const struct key_policy_facts *facts);

#endif
