// When a worker that found no departure asks the ledger again, so that all get the same share of a limit.
// Pure.
#ifndef RATION_TURN_H
#define RATION_TURN_H

#include <stdint.h>

// Of one worker; begins as {0}.
struct turn {
    uint64_t since; // when the count below began, monotonic
    uint64_t all;   // bookings of all workers then
    uint64_t own;   // bookings of this one since then
};

// This worker has booked one.
void turn_booked(struct turn *turn);

// It was told to ask again at `told` (see LEDGER_LATER), with `all` bookings so far of `workers` workers.
// `random` is uniform over 32 bits. A worker that has less than its share asks before the others.
uint64_t turn_ask_again(struct turn *turn, uint64_t told, uint64_t all, uint32_t workers, uint64_t now,
                        uint32_t random);

#endif
