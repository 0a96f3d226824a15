/* Decides a request: refused or admitted, its fault, its time and the whole of its answer. */
#ifndef SIMAPI_DECIDE_H
#define SIMAPI_DECIDE_H

#include "sim_state.h"

struct decide_request {
    const char *method, *path;
    /* Headers; NULL: not sent. api_key: x-api-key or Azure's api-key. */
    const char *authorization, *api_key, *anthropic_version;
    uint64_t now_ns, clock_ns; /* monotonic; CLOCK_REALTIME */
};

/* Time zero: buckets are full, the first day begins, and from now on the times of options count. */
void sim_decide_begin(struct simulator *s, uint64_t now_ns);
/*
 * x holds the body and the tag; afterwards its record, fault, due time and answer. Neither sends nor waits.
 * The first request is time zero, if that was not before.
 */
void sim_decide(struct simulator *s, struct exchange *x, const struct decide_request *r);
/* Whether the account has money left; false when that refused the request. */
bool sim_decide_money(struct simulator *s, struct exchange *x);
/* Corrects the token charge to what was used; call it when the answer is sent. */
void sim_decide_settle(struct simulator *s, struct exchange *x, uint64_t now_ns);

#endif
