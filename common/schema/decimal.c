#include "schema/decimal.h"

#include "ration/arithmetic.h"

#include <string.h>

#define EXPONENT_MOST 1000000000000000 // beyond it a number is not told from its neighbours

static bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

static int64_t exponent_in(const char *text, const char *end) {
    bool negative = text < end && *text == '-';
    int64_t exponent = 0;
    for (text += text < end && (*text == '-' || *text == '+'); text < end; text++) {
        exponent = exponent < EXPONENT_MOST ? exponent * 10 + (*text - '0') : exponent;
    }
    return negative ? -exponent : exponent;
}

struct decimal decimal_of(const char *text, size_t length) {
    struct decimal number = {.negative = length > 0 && text[0] == '-'};
    const char *end = text + length;
    const char *at = text + number.negative;
    const char *last = NULL; // the last digit that is not 0
    int64_t zeros = 0;       // behind it
    bool fraction = false;
    for (; at < end && (is_digit(*at) || *at == '.'); at++) {
        if (*at == '.') {
            fraction = true;
            continue;
        }
        number.exponent -= fraction;
        if (*at != '0') {
            number.at = number.at != NULL ? number.at : at;
            number.digits += last != NULL ? (size_t)zeros + 1 : 1;
            last = at;
            zeros = 0;
        } else {
            zeros++;
        }
    }
    if (last == NULL) {
        return (struct decimal){0};
    }
    number.exponent += zeros;
    number.exponent += at < end ? exponent_in(at + 1, end) : 0;
    return number;
}

// The next digit from `*at` on, which moves behind it.
static int next_digit(const char **at) {
    *at += **at == '.';
    return *(*at)++ - '0';
}

static int compare_sizes(const struct decimal *left, const struct decimal *right) {
    int64_t left_top = left->exponent + (int64_t)left->digits;
    int64_t right_top = right->exponent + (int64_t)right->digits;
    if (left_top != right_top) {
        return left_top < right_top ? -1 : 1;
    }
    const char *a = left->at, *b = right->at;
    for (size_t i = 0; i < left->digits && i < right->digits; i++) {
        int difference = next_digit(&a) - next_digit(&b);
        if (difference != 0) {
            return difference;
        }
    }
    return (left->digits > right->digits) - (left->digits < right->digits);
}

int decimal_compare(const struct decimal *left, const struct decimal *right) {
    if (left->digits == 0 || right->digits == 0) {
        int a = left->digits == 0 ? 0 : left->negative ? -1 : 1;
        int b = right->digits == 0 ? 0 : right->negative ? -1 : 1;
        return a - b;
    }
    if (left->negative != right->negative) {
        return left->negative ? -1 : 1;
    }
    int order = compare_sizes(left, right);
    return left->negative ? -order : order;
}

bool decimal_whole(const struct decimal *number) {
    return number->digits == 0 || number->exponent >= 0;
}

static uint64_t rest_of(const struct decimal *number, uint64_t divisor) {
    const char *at = number->at;
    wide rest = 0;
    for (size_t i = 0; i < number->digits; i++) {
        unsigned digit = (unsigned)next_digit(&at);
        rest = (rest * 10 + digit) % divisor;
    }
    return (uint64_t)rest;
}

static uint64_t power_of_ten(uint64_t exponent, uint64_t divisor) {
    wide result = 1 % divisor, base = 10 % divisor;
    for (; exponent > 0; exponent /= 2) {
        result = exponent % 2 > 0 ? result * base % divisor : result;
        base = base * base % divisor;
    }
    return (uint64_t)result;
}

bool decimal_multiple(const struct decimal *number, const struct decimal *divisor) {
    if (number->digits == 0) {
        return true;
    }
    if (number->exponent < divisor->exponent) {
        return false; // its last digit is not 0
    }
    struct decimal whole = *divisor;
    whole.exponent = 0;
    uint64_t units = decimal_count(&whole);
    if (units == 0) {
        return false; // no such divisor
    }
    uint64_t power = power_of_ten((uint64_t)(number->exponent - divisor->exponent), units);
    return (uint64_t)((wide)rest_of(number, units) * power % units) == 0;
}

uint64_t decimal_count(const struct decimal *number) {
    const char *at = number->at;
    uint64_t count = 0;
    bool fits = number->digits <= 20 && number->exponent <= 20;
    for (size_t i = 0; i < number->digits && fits; i++) {
        fits = !__builtin_mul_overflow(count, 10U, &count) &&
               !__builtin_add_overflow(count, (uint64_t)next_digit(&at), &count);
    }
    for (int64_t i = 0; i < number->exponent && fits; i++) {
        fits = !__builtin_mul_overflow(count, 10U, &count);
    }
    return fits ? count : UINT64_MAX;
}
