// Money and the daily quota of a batch's parts. What the rows of a part may cost is booked before the part is
// created, and stays so while it is open; each row that ends gives its share back and is settled, see
// ledger_settle_unbooked(). No limit of a minute counts them. When the worker dies, what it had booked is in
// doubt, as that of any other; whoever takes the part up again books it anew from there. Each but the first
// two is one transaction under the ledger guard; the worker's. Costs are nano-dollars.
#ifndef RATION_LEDGER_PART_H
#define RATION_LEDGER_PART_H

#include "ration/ledger.h"

#include <stdbool.h>
#include <stdint.h>

struct ledger_part {
    uint64_t cost; // of all of its rows, at most
    uint64_t rows;
    bool low; // of low priority
};

// What a row of so many bytes may cost at most by whichever session; 0 without prices.
uint64_t ledger_part_row(const struct arena *arena, uint64_t input_bytes);

// Whether the row may be added to what is chosen and not booked yet, `part`. False: it might pass a limit of
// money or the quota; where nothing else is chosen, the ledger notes what it was refused for.
bool ledger_part_fits(struct arena *arena, const struct ledger_part *part, const struct ledger_part *row);

// Books a part that is about to be created; its rows count for the quota of this period (rows 0: they have
// been counted). False: not now.
bool ledger_part_book(struct arena *arena, uint32_t slot, const struct ledger_part *part);

// Books what a worker of before had booked for a part that is open: never refused. It is no longer in doubt.
void ledger_part_reopen(struct arena *arena, uint32_t slot, uint64_t cost);

// So much of what is booked is over. `doubt`: nobody knows whether it was billed; else it was not.
void ledger_part_end(struct arena *arena, uint32_t slot, uint64_t cost, bool doubt);

#endif
