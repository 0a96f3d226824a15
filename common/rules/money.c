#include "ration/money.h"

#include "ration/arithmetic.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MILLI 1000U // a price of one micro-dollar a million tokens is a thousandth of a nano-dollar a token
#define DECIMALS 9

uint64_t money_of(const struct tier_price *price, uint64_t input_tokens, uint64_t output_tokens) {
    // Prices are bounded (TIER_PRICE_MOST), so that the sum fits.
    wide milli = (wide)price->input * input_tokens + (wide)price->output * output_tokens;
    wide nano = (milli + MILLI - 1) / MILLI;
    return nano < UINT64_MAX ? (uint64_t)nano : UINT64_MAX;
}

int money_parse(const char *text, uint64_t *nano_dollars) {
    size_t digits = strspn(text, "0123456789");
    const char *point = text + digits;
    size_t decimals = *point == '.' ? strspn(point + 1, "0123456789") : 0;
    uint64_t value = 0;
    if (digits == 0 || digits > 10 || decimals > DECIMALS ||
        point[*point == '.' ? 1 + decimals : 0] != '\0' || (*point == '.' && decimals == 0)) {
        return -1;
    }
    for (size_t i = 0; i < digits; i++) {
        value = value * 10 + (uint64_t)(text[i] - '0');
    }
    if (value > MONEY_MOST_DOLLARS) {
        return -1;
    }
    for (size_t i = 0; i < DECIMALS; i++) {
        value = value * 10 + (i < decimals ? (uint64_t)(point[1 + i] - '0') : 0);
    }
    *nano_dollars = value;
    return value > 0 && value <= MONEY_MOST_DOLLARS * MONEY_DOLLAR ? 0 : -1;
}

void money_print(uint64_t nano_dollars, char out[MONEY_TEXT_SIZE]) {
    bool small = nano_dollars < MONEY_DOLLAR;
    uint64_t unit = MONEY_DOLLAR / (small ? 10000 : 100); // of the last digit
    uint64_t units = nano_dollars / unit + (nano_dollars % unit >= unit / 2);
    (void)snprintf(out, MONEY_TEXT_SIZE, small ? "$%" PRIu64 ".%04" PRIu64 : "$%" PRIu64 ".%02" PRIu64,
                   units / (small ? 10000 : 100), units % (small ? 10000 : 100));
}

// Without printf(): each line of the output has one.
void money_decimal(uint64_t nano_dollars, char out[MONEY_TEXT_SIZE]) {
    char digits[MONEY_TEXT_SIZE]; // from the last one on
    size_t length = 0;
    size_t decimals = DECIMALS;
    while (decimals > 0 && nano_dollars % 10 == 0) {
        nano_dollars /= 10;
        decimals--;
    }
    for (size_t i = 0; i < decimals; i++, nano_dollars /= 10) {
        digits[length++] = (char)('0' + nano_dollars % 10);
    }
    if (decimals > 0) {
        digits[length++] = '.';
    }
    do {
        digits[length++] = (char)('0' + nano_dollars % 10);
        nano_dollars /= 10;
    } while (nano_dollars > 0);
    while (length > 0) {
        *out++ = digits[--length];
    }
    *out = '\0';
}

bool money_read(double dollars, uint64_t *nano_dollars) {
    if (!(dollars >= 0) || !(dollars <= (double)MONEY_MOST_DOLLARS)) {
        return false;
    }
    *nano_dollars = (uint64_t)llround(dollars * (double)MONEY_DOLLAR);
    return true;
}
