// What a run costs, from the reported tokens and the prices of its tier. Pure but for the watch's own memory.
#ifndef RATION_COST_H
#define RATION_COST_H

#include "ration/price.h"
#include "ration/snapshot.h"
#include "ration/tier.h"

#include <stdint.h>

struct cost_watch {
    struct tier_price price;  // all 0: not known, or `free`
    struct price_rates rates; // likewise, of each kind
    bool free;                // nothing costs anything
    uint64_t most;            // nano-dollars of all runs of the output; 0: no limit
};

// What a run has cost so far, and the output over all its runs, in nano-dollars; 0 where no prices are known.
struct cost_spent {
    bool priced;        // the prices are known
    uint64_t spent;     // by this run
    uint64_t doubt;     // likewise, that may have been billed, at most; not in `spent`
    uint64_t all;       // of all runs: spent,
    uint64_t all_doubt; // and in doubt
    uint64_t booked;    // reserved for the requests in flight, at most
    uint64_t in_flight; // that they will add, as estimated
};
struct cost_spent cost_look(const struct cost_watch *watch, const struct snapshot *now);

// What filling a cache of prompts cost more than reading it would have, in nano-dollars: by those that wrote
// it, or by the first request, which did not find it.
double cost_filled(const struct tokens *tokens, uint64_t answers, const struct price_rates *rates);

// What so many times as many artists would cost as were asked for `spent`, in nano-dollars: what a cache
// keeps is filled once, and read by all others.
uint64_t cost_of_whole(uint64_t spent, const struct tokens *tokens, uint64_t answers,
                       const struct price_rates *rates, double times);

// "$0.5000", and what is in doubt, and what all runs have spent, where there is more to tell.
#define COST_TEXT_SIZE 192
void cost_describe(const struct cost_spent *cost, char out[COST_TEXT_SIZE]);

// Of what an output has cost by earlier runs, all that is known at the start of a run.
struct cost_past {
    bool arena; // the last run's arena is there,
    char arena_run[ARENA_RUN_ID_SIZE];
    struct ledger_paid left; // with so much in it, see ledger_cost_left()
    bool record;             // the record beside the output is there,
    char record_run[ARENA_RUN_ID_SIZE];
    struct ledger_paid told; // with so much in it, of all runs up to its own,
    uint64_t booked;         // and what was then in flight, at most
    uint64_t lines;          // what the lines in both files say, together
};
// An arena knows it exactly, whenever its run was killed. Without it (the machine was down) the record may be
// as old as its last writing, and the lines are newer: what was in flight counts as in doubt. Never less than
// the lines say.
struct ledger_paid cost_paid(const struct cost_past *past);

#endif
