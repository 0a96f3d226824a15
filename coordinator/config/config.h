// From options to what a run works with: settings for the workers, the sessions, the names of its files.
// Checks all that can be checked without the input.
#ifndef RATION_CONFIG_H
#define RATION_CONFIG_H

#include "config/config_provider.h"
#include "config/config_sessions.h"
#include "config/options.h"
#include "ration/ledger.h"
#include "ration/price_book.h"
#include "ration/result_format.h"
#include "ration/settings.h"
#include "ration/tier.h"

// Requests at once of one worker, where the quota decides: the most, and what a run begins with.
#define CONFIG_IN_FLIGHT_MOST 1024U
#define CONFIG_IN_FLIGHT_FIRST 64U
// Descriptors of a worker that are none of a request.
#define CONFIG_DESCRIPTORS_SPARE 80U

struct config {
    struct settings settings; // format and columns are filled in once the input is known
    struct config_provider *providers;
    const struct provider *provider; // the run's own, of these
    struct config_sessions sessions;
    struct result_format *format; // of the lines in both files; NULL until the input is known
    char *errors;                 // path of the errors file
    struct ledger_limits limits;  // of sessions that have none of their own
    uint64_t least_charge;        // tokens that the provider takes for a request at admission at least
    struct tier tier;             // all 0 without --tier
    struct price_book *prices;    // of all models that are known, and of each session
    struct tier_price price;      // of input and output, as the run asks; all 0: not known, or `free`
    bool free;                    // what is asked costs nothing, which is known
    struct price_rates rates[BOUNDS_SESSIONS]; // of each session, likewise
    uint64_t max_cost;                         // nano-dollars; 0: no limit
    uint64_t max_cost_run;                     // likewise
};

// 0, or -1 after telling what is wrong. *config is then to be freed as well.
int config_make(const struct options *options, struct config *config);

void config_free(struct config *config);

// The errors file of an --output, which is given: that of --errors, or the usual one. malloc'ed; NULL: out of
// memory.
char *config_errors(const struct options *options);

#endif
