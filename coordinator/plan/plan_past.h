// What an earlier run of the same output tells of one that is planned, a sample for instance: what artists
// took, and what is spent already. But for the reading, pure.
#ifndef RATION_PLAN_PAST_H
#define RATION_PLAN_PAST_H

#include "config/config.h"
#include "config/options.h"
#include "output/last_run.h"
#include "ration/ledger.h"
#include "ration/tier.h"
#include "ration/tokens.h"

#include <stdbool.h>
#include <stdint.h>

#define PLAN_PAST_OTHER_SIZE 512U

struct plan_past {
    bool there;              // there was an earlier run
    struct ledger_paid paid; // by all runs of the output, in nano-dollars
    uint64_t done, failed;   // verdicts that are there
    // What its artists took; artists 0: that tells nothing of this plan.
    uint64_t artists;     // with a verdict, of the latest run
    uint64_t answers;     // of them
    struct tokens tokens; // of all the answers
    uint64_t cost;        // nano-dollars, failed attempts included; 0: not known, or by other prices
    char other[PLAN_PAST_OTHER_SIZE]; // how it asked otherwise: it tells nothing of this plan; "": it did not
};

// From the record of the latest run, and what this one would ask: its provider, model, prompt, schema and
// price.
void plan_past_of(const struct last_run *run, const struct last_run *planned, struct plan_past *past);

// Reads the record beside the output that the options name.
void plan_past_read(const struct options *options, const struct config *config, struct plan_past *past);

// Tokens of each request that were read from a cache once it was filled, where about the first `missed`
// requests did not find it.
double plan_past_kept(const struct plan_past *past, double missed);

// Artists that are still to be asked, of so many: all, without --resume.
uint32_t plan_past_left(const struct plan_past *past, const struct options *options, uint32_t artists);

#endif
