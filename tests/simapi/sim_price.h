/* What tokens cost, by model and kind, and what an answer is billed. Pure. */
#ifndef SIMAPI_PRICE_H
#define SIMAPI_PRICE_H

#include "sim_account.h"

#include <stdbool.h>
#include <stdint.h>

#define PRICES_MAX 8
#define PRICE_MODEL_SIZE 64
enum price_kind {
    PRICE_OF_INPUT,
    PRICE_OF_CACHED,
    PRICE_OF_WRITTEN,
    PRICE_OF_WRITTEN_HOUR,
    PRICE_OF_OUTPUT,
    PRICE_OF_REASONING,
    PRICE_KINDS
};

struct prices {
    size_t count;
    struct {
        char model[PRICE_MODEL_SIZE]; /* "": every one that no other row names */
        uint64_t micro[PRICE_KINDS];  /* micro-dollars a million tokens */
    } row[PRICES_MAX];
};

/*
 * Adds one written as "MODEL:KIND=DOLLARS,...", dollars a million tokens with at most six decimals. A kind of
 * input that is left out costs as much as input, reasoning as output. False: not of that form, or too many.
 */
bool sim_price_add(struct prices *p, const char *text);
/* Nano-dollars, rounded up once; 0 of a model without a price. half: of a batch or of the tier flex. */
uint64_t sim_price_bill(const struct prices *p, const char *model, const struct billed *billed, bool half);

#endif
