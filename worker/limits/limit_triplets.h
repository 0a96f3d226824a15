// Puts the values of headers into the triplets of limit_headers: limit, remaining and reset of one row of the
// table of dialects. What is malformed, contradicts itself or finds no place is counted. Pure.
#ifndef RATION_LIMIT_TRIPLETS_H
#define RATION_LIMIT_TRIPLETS_H

#include "limits/limit_headers.h"
#include "limits/limit_text.h"

// One header's value: a number, a time, or a list of them.
void limit_triplets_read(struct limit_headers *headers, int row, enum limit_part part,
                         struct limit_span value);
// What the IETF's lists had of the older form.
void limit_triplets_put(struct limit_headers *headers, const struct limit_triple *triple);

#endif
