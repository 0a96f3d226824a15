// Which price an answer is charged by: that of the model that answered, from the run's book of prices.
#ifndef RATION_CHARGE_H
#define RATION_CHARGE_H

#include "exchange/answer.h"
#include "ration/price_book.h"

#include <stdint.h>

struct worker;

#define CHARGE_MODELS 4U // of each session, that need not be looked up again

// What was found for a model.
struct charge_found {
    char model[PRICE_NAME_SIZE]; // "": none yet
    struct price_found what;
};
struct charge {
    const struct price_book *book;
    size_t length; // of the mapped bytes
    struct charge_found found[BOUNDS_SESSIONS][CHARGE_MODELS];
    uint32_t next[BOUNDS_SESSIONS];
};

// Maps the book that the worker inherits. 0, or -1: it is none, or cannot be mapped; errno tells.
int charge_open(struct charge *charge, int fd);
void charge_close(struct charge *charge);

// The price of an answer of that session, which was served that way; NULL: none is known. Tells once a run
// and session that the model that answered costs otherwise than the one that was asked, or that no list has
// it, or not that way.
const struct price *charge_price(struct worker *worker, uint32_t session, const struct answer *answer,
                                 enum price_way way);

#endif
