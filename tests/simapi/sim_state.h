/* The whole state of the simulator; one for the process. */
#ifndef SIMAPI_STATE_H
#define SIMAPI_STATE_H

#include "sim_audit.h"
#include "sim_batches.h"
#include "sim_beat.h"
#include "sim_exchange.h"
#include "sim_keys.h"
#include "sim_options.h"
#include "sim_timers.h"

#include <signal.h>

struct tally {
    uint64_t requests, admitted, answered, refused, faults;
};

/* What a signal has asked for. */
enum pace {
    PACE_TIMED, /* answers leave at their times */
    PACE_HOLD,  /* SIGUSR2: none leaves, until the next one */
    PACE_HURRY  /* SIGUSR1: all leave at once */
};

struct simulator {
    const struct options *options;
    struct keys keys; /* with their accounts */
    struct audit audit;
    struct cache cache;
    struct timers timers; /* of suspended exchanges */
    struct beat beat;
    enum pace pace, told;
    volatile sig_atomic_t *asked; /* the pace that is asked for: by a signal, or by --hold-after */
    struct exchange_pool pool;
    struct tally tally;
    uint64_t busy;           /* requests that have a place, see sim_front.h */
    struct batches *batches; /* NULL: there are no such APIs */
    uint64_t zero_ns;        /* time zero, monotonic; 0: not yet */
    bool stopping;
};

#endif
