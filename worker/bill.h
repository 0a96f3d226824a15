// What one attempt cost: the only place where that is computed. The ledger's settlement and the line are
// given the same figure. Pure.
#ifndef RATION_BILL_H
#define RATION_BILL_H

#include "ration/price.h"
#include "ration/tokens.h"

#include <stdbool.h>
#include <stdint.h>

struct bill_attempt {
    const struct price *price; // of the model that answered; NULL: not known
    enum price_way way;
    struct tokens tokens; // as reported, or estimated from the answer's text; all 0: nothing was told
    bool believed;        // ledger_believes() them
    bool unsent;          // it never reached the wire
    bool refused;         // for the rate, the quota or the key: nobody bills that, unless tokens are told
};

struct bill {
    bool known;
    uint64_t cost; // nano-dollars; 0 where it is not known
};

struct bill bill_of(const struct bill_attempt *attempt);

#endif
