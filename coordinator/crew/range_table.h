// The coordinator's own list of ranges that no worker holds, one for each priority, in input order. What is
// finished inside a range is the board's business, not the table's.
#ifndef RATION_RANGE_TABLE_H
#define RATION_RANGE_TABLE_H

#include "ration/range.h"

#include <stdbool.h>
#include <stddef.h>

// A growable list; {0} is empty.
struct range_table {
    struct range *range; // sorted, not overlapping, not touching, none empty
    size_t count;
    size_t space;
};

void range_table_free(struct range_table *table);

// Adds a range that does not overlap the table, joining it to its neighbours. false: out of memory.
bool range_table_add(struct range_table *table, struct range range);

// Takes a range that lies inside of one range of the table out of it. false: out of memory; panics when it is
// not there.
bool range_table_remove(struct range_table *table, struct range range);

// Moves what `from` has of `range` to `to`, which has none of it. false: out of memory.
bool range_table_move(struct range_table *from, struct range range, struct range_table *to);

// Artists in all ranges.
uint32_t range_table_size(const struct range_table *table);

#endif
