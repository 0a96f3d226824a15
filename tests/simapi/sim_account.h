/* What one account may spend: its buckets, and the admission of a request by all of them at once. Pure. */
#ifndef SIMAPI_ACCOUNT_H
#define SIMAPI_ACCOUNT_H

#include "sim_bucket.h"
#include "sim_change.h"
#include "sim_limits.h"

/* Tokens, as charged at admission or as used in truth. */
struct spend {
    uint64_t tokens, input, output;
};

/* Tokens by kind, as a bill has them: the parts within the whole. */
struct billed {
    uint64_t input, cached, written, written_hour, output, reasoning;
};

/* What holds for all accounts. Times are since time zero. */
struct account_rules {
    uint64_t day_ns; /* above 0 */
    bool day_continuous;
    bool count_refused;       /* a refusal still costs a request */
    uint64_t outsider_tokens; /* of each request of the outsider; they are tokens of input */
    uint64_t outsider_from_ns, outsider_until_ns;
    struct changes changes;
};

struct account {
    const struct account_rules *rules;
    struct limits limits;
    struct bucket bucket[DIMENSION_COUNT];
    uint64_t zero_ns;          /* time zero, monotonic */
    uint64_t line;             /* of its key in the keys file; 0: none */
    uint64_t admitted;         /* requests of ours */
    uint64_t outsider_next_ns; /* when the outsider asks next, monotonic */
    uint64_t outside_asked, outside_admitted;
    size_t changed; /* changes that have come */
};

/* What the headers say of one dimension. */
struct limit_view {
    uint64_t limit;     /* a period; 0: no limit, and no headers */
    uint64_t remaining; /* at most the limit, even if the bucket holds more */
    uint64_t reset_ns;
    uint64_t period_ns;
};

struct admission {
    bool admitted;
    enum dimension refused_by;               /* if not admitted */
    uint64_t wait_ns;                        /* if not admitted; BUCKET_NEVER: larger than the bucket */
    uint64_t requested;                      /* items asked of refused_by */
    struct limit_view view[DIMENSION_COUNT]; /* after the decision */
};

/* Full buckets; rules must stay, line is its key's. */
void sim_account_init(struct account *a, const struct account_rules *rules, const struct limits *limits,
                      uint64_t line, uint64_t zero_ns);
/* Lets the outsider spend and the limits change as they did up to now. Admission and settlement do so too. */
void sim_account_advance(struct account *a, uint64_t now_ns);
/* Takes one request and its tokens, or nothing. */
struct admission sim_account_admit(struct account *a, uint64_t now_ns, const struct spend *charge);
/* day: the one in which the request was admitted. A fixed window that has ended is not corrected. */
void sim_account_settle(struct account *a, uint64_t now_ns, const struct spend *charged,
                        const struct spend *used, uint64_t day);
/* The number of the day since time zero, from 1. */
uint64_t sim_account_day(const struct account *a, uint64_t now_ns);

#endif
