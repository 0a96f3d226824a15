/* One request and its answer. They are recycled with their buffers, so that a request costs few allocations.
 */
#ifndef SIMAPI_EXCHANGE_H
#define SIMAPI_EXCHANGE_H

#include "sim_ask.h"
#include "sim_audit.h"
#include "sim_cache.h"
#include "sim_chance.h"
#include "sim_text.h"

struct MHD_Connection;
struct simulator;
struct account;
struct batch_exchange;

enum exchange_stage {
    EXCHANGE_READING,   /* the body comes in */
    EXCHANGE_DECIDED,   /* the answer is made, and waits for its time */
    EXCHANGE_DELIVERING /* handed to the HTTP library */
};

struct exchange {
    struct exchange *next; /* in the list of free ones */
    struct simulator *simulator;
    struct MHD_Connection *connection;
    enum exchange_stage stage;
    enum api api;                 /* by its path */
    struct account *account;      /* that was charged; NULL: none */
    struct batch_exchange *batch; /* of a call of files and batches; NULL: it is none */
    bool of_batch;                /* it is a row of one */
    bool unaudited;               /* a health check */
    bool inside;                  /* it has a place, see sim_front.h */
    bool page;                    /* its answer is a web page */
    bool too_large;               /* the body exceeded the limit and was thrown away */
    struct text body, answer, tag;
    struct cached cached;       /* of its input */
    struct audit_record record; /* its tag points into the text of that name */
    enum fault fault;
    uint64_t lot;                /* key of this attempt's draws */
    uint64_t number;             /* counts requests from 1 */
    uint64_t arrived_ns, due_ns; /* monotonic */
    uint64_t wait_ns;            /* a refusal's Retry-After; 0: none */
    size_t given;                /* bytes of a piecewise body that were handed over */
    uint64_t next_piece_ns;      /* of a trickled body, monotonic */
};

struct exchange_pool {
    struct exchange *free;
};

/* Zeroed except for its buffers, which are empty. Running out of memory ends the program (fatal). */
struct exchange *sim_exchange_new(struct exchange_pool *pool);
void sim_exchange_release(struct exchange_pool *pool, struct exchange *x);
void sim_exchange_free_pool(struct exchange_pool *pool);

#endif
