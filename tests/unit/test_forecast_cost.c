#include "plan/forecast_cost.h"

#include "ration/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

// 1000 tokens of input at $1 a million, 100 of output at $5: $0.0015 a request, 1500000 nano-dollars.
static const struct {
    const char *what;
    double requests, kept, missed, paid;
    bool charged;
    uint64_t cost;
} rows[] = {
    {"by tokens alone", 10, 0, 0, 0, false, 15000000},
    {"nothing to ask", 0, 800, 5, 1.5, true, 0},
    {"all read it", 10, 800, 0, 0, true, 10 * (200000 + 80000 + 500000)},
    {"the first two write it", 10, 800, 2, 0, true, 10 * 700000 + 8 * 80000 + 2 * 1000000},
    {"or pay as usual", 10, 800, 2, 0, false, 10 * 700000 + 8 * 80000 + 2 * 800000},
    {"fewer than would write it", 1, 800, 16, 0, true, 700000 + 1000000},
    {"no more is kept than is sent", 10, 5000, 0, 0, true, 10 * (100000 + 500000)},
    {"failed attempts are paid as well", 10, 0, 0, 1.1, false, 16500000},
    {"a cache, and failed attempts", 10, 800, 0, 1.5, true, 15 * (200000 + 80000 + 500000)},
    {"more than a word holds", 1e30, 0, 0, 2, false, UINT64_MAX},
};

static void requests_cost_what_their_tokens_do(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct forecast_facts facts = {
            .price = {1000000, 5000000},
            .input_tokens = 1000,
            .output_tokens = 100,
            .paid = rows[i].paid,
            .kept = {.tokens = rows[i].kept,
                     .missed = rows[i].missed,
                     .charged = rows[i].charged,
                     .rates = {.input = 1000000, .cached = 100000, .written = 1250000, .output = 5000000}},
        };
        uint64_t cost = forecast_cost_of(&facts, rows[i].requests);
        if (cost != rows[i].cost) {
            fail_msg("%s: %llu", rows[i].what, (unsigned long long)cost);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(requests_cost_what_their_tokens_do)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
