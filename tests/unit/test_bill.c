// What one attempt cost, or that nobody knows.
#include "bill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void costs_what_is_known(void **state) {
    (void)state;
    struct price price = price_plain(2000, 10000);
    price.rates[PRICE_DEFAULT].cached = 500;
    price.rates[PRICE_FLEX] = (struct price_rates){1000, 1000, 1000, 1000, 5000, 5000};
    static const struct tokens tokens = {.input = 100, .output = 10};
    static const struct tokens cached = {.input = 100, .cached = 40, .output = 10};
    const struct {
        const char *what;
        struct bill_attempt attempt;
        bool known;
        uint64_t cost;
    } cases[] = {
        {"an answer", {&price, PRICE_DEFAULT, tokens, .believed = true}, true, 300},
        {"of which a part came from a cache", {&price, PRICE_DEFAULT, cached, .believed = true}, true, 240},
        {"that was served as flex", {&price, PRICE_FLEX, tokens, .believed = true}, true, 150},
        {"no price is known", {NULL, PRICE_DEFAULT, tokens, .believed = true}, false, 0},
        {"it never left", {&price, PRICE_DEFAULT, .unsent = true}, true, 0},
        {"it never left, and has no price", {NULL, PRICE_DEFAULT, .unsent = true}, false, 0},
        {"nothing was told", {&price, PRICE_DEFAULT, .believed = false}, false, 0},
        {"refused for the rate", {&price, PRICE_DEFAULT, .refused = true}, true, 0},
        {"refused, and told all the same", {&price, PRICE_DEFAULT, tokens, true, false, true}, true, 300},
        {"absurd", {&price, PRICE_DEFAULT, tokens, .believed = false}, false, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct bill bill = bill_of(&cases[i].attempt);
        if (bill.known != cases[i].known || bill.cost != cases[i].cost) {
            fail_msg("%s: %d, %u", cases[i].what, bill.known, (unsigned)bill.cost);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(costs_what_is_known)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
