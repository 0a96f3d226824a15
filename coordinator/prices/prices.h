// The price lists of a run: the built-in one, and those of --prices.
#ifndef RATION_PRICES_H
#define RATION_PRICES_H

#include "ration/price_book.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PRICES_OLD_DAYS 90U

// Reads them; what a file gives no date has that of the file. Of the same model the later file's row holds.
// malloc'ed; NULL after telling what is wrong.
struct price_book *prices_take(size_t files, const char *const *path);

// How many days ago at `wall` (nanoseconds since 1970) the row's last day was (then *ended), or its date,
// where that is more than PRICES_OLD_DAYS. 0: it is not old, or nobody knows.
uint32_t prices_old(const struct price_entry *entry, uint64_t wall, bool *ended);

#endif
