// The IETF's RateLimit-Policy and RateLimit fields: named quotas, and what is left of each. Also the forms
// of older drafts: "100;w=60" for a policy, "limit=100, remaining=50, reset=5" for what is left. Pure.
#ifndef RATION_LIMIT_POLICIES_H
#define RATION_LIMIT_POLICIES_H

#include "limits/limit_report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIMIT_POLICIES_MOST 8

struct limit_policy {
    uint64_t name;        // a hash; 0: it has none
    enum limit_unit unit; // LIMIT_UNITS: counts what is no concern of ours
    uint64_t quota;       // LIMIT_UNKNOWN, or > 0
    uint64_t window;      // nanoseconds; 0: not told
    uint64_t remaining;   // or LIMIT_UNKNOWN
    bool overdrawn;       // it was told as a number below zero
    uint64_t reset;       // nanoseconds, or LIMIT_UNKNOWN
};

// All zero when empty.
struct limit_policies {
    uint32_t count;
    struct limit_policy policy[LIMIT_POLICIES_MOST];
};

// Values of the older form that belong to the triple RateLimit-Limit, -Remaining, -Reset; LIMIT_UNKNOWN
// where absent.
struct limit_triple {
    uint64_t limit, remaining;
    bool overdrawn;
    uint64_t reset; // seconds
};
#define LIMIT_TRIPLE_NONE                                  \
    (struct limit_triple) {                                \
        LIMIT_UNKNOWN, LIMIT_UNKNOWN, false, LIMIT_UNKNOWN \
    }

// RateLimit-Policy. A malformed field is counted and ignored as a whole.
void limit_policies_read(struct limit_policies *policies, const char *text, size_t length,
                         struct limit_counts *ignored);
// RateLimit.
void limit_policies_read_left(struct limit_policies *policies, const char *text, size_t length,
                              struct limit_triple *triple, struct limit_counts *ignored);
// RateLimit-Limit, "100" or "100, 100;w=60": the first is the limit that binds, the others are policies.
void limit_policies_read_limit(struct limit_policies *policies, const char *text, size_t length,
                               struct limit_triple *triple, struct limit_counts *ignored);

// The window of the policy without a name that has this quota; 0: none. That policy is used up.
uint64_t limit_policies_take_window(struct limit_policies *policies, uint64_t quota);

#endif
