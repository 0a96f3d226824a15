// Money: whole nano-dollars. What tokens cost, and how an amount is read and shown. Pure.
#ifndef RATION_MONEY_H
#define RATION_MONEY_H

#include "ration/tier.h"

#include <stdbool.h>
#include <stdint.h>

#define MONEY_DOLLAR 1000000000ULL // nano-dollars
#define MONEY_MOST_DOLLARS 1000000000ULL
#define MONEY_TEXT_SIZE 32

// Of so many tokens: rounded up, UINT64_MAX when it is more than that holds.
uint64_t money_of(const struct tier_price *price, uint64_t input_tokens, uint64_t output_tokens);

// "12.50": dollars above 0, at most MONEY_MOST_DOLLARS, at most nine decimals. 0, or -1.
int money_parse(const char *text, uint64_t *nano_dollars);

// "$12.50"; below a dollar "$0.0123". Rounded to the nearest.
void money_print(uint64_t nano_dollars, char out[MONEY_TEXT_SIZE]);

// "0.00000125": dollars to the billionth, as JSON has numbers, without an exponent or zeros at the end.
void money_decimal(uint64_t nano_dollars, char out[MONEY_TEXT_SIZE]);
// What a number of dollars read from JSON is in nano-dollars, to the nearest; exact below four million
// dollars. False: no amount, or more than MONEY_MOST_DOLLARS.
bool money_read(double dollars, uint64_t *nano_dollars);

#endif
