#include "view/statistics.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

// Buckets that double hold too much to tell their bound: of a hundred answers between 2.1 and 4.1 s none took
// longer than 4.1 s, and half of them much less.
static void quantiles_lie_within_their_bucket(void **state) {
    (void)state;
    static const struct {
        uint64_t count[SLOT_LATENCY_BUCKETS];
        double share, milliseconds;
    } rows[] = {
        {{0}, 0.5, 0},
        {{[0] = 10}, 0.5, 0.5},
        {{[1] = 10}, 1, 2},
        {{[12] = 100}, 0.5, 3072},
        {{[12] = 100}, 0.9, 3891.2},
        {{[12] = 100}, 1, 4096},
        {{[7] = 90, [12] = 10}, 0.9, 128}, // the bound between two
        {{[7] = 90, [12] = 10}, 0.95, 3072},
        {{[7] = 90, [12] = 10}, 0.45, 96},
        {{[SLOT_LATENCY_BUCKETS - 1] = 3}, 0.5, 1 << (SLOT_LATENCY_BUCKETS - 2)}, // that one has no end
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct snapshot_sums sums = {0};
        for (uint32_t k = 0; k < SLOT_LATENCY_BUCKETS; k++) {
            sums.latency[k] = rows[i].count[k];
        }
        double got = statistics_quantile(&sums, rows[i].share);
        if (fabs(got - rows[i].milliseconds) > 0.001) {
            fail_msg("%zu: %g, not %g", i, got, rows[i].milliseconds);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_lie_within_their_bucket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
