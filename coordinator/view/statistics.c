#include "view/statistics.h"

#include <stdbool.h>

double statistics_success(const uint64_t outcome[OUTCOME_OF_ATTEMPT]) {
    uint64_t all = 0;
    for (int i = 0; i < OUTCOME_OF_ATTEMPT; i++) {
        bool waits = i == OUTCOME_RATE_LIMITED || i == OUTCOME_QUOTA_EXHAUSTED || i == OUTCOME_NO_CAPACITY;
        all += waits ? 0 : outcome[i];
    }
    return all > 0 ? 100 * (double)outcome[OUTCOME_DONE] / (double)all : -1;
}

double statistics_quantile(const struct snapshot_sums *sums, double share) {
    uint64_t all = 0, below = 0;
    for (uint32_t i = 0; i < SLOT_LATENCY_BUCKETS; i++) {
        all += sums->latency[i];
    }
    for (uint32_t i = 0; i < SLOT_LATENCY_BUCKETS && all > 0; i++) {
        double low = i == 0 ? 0 : (double)(1ULL << (i - 1)), wanted = share * (double)all - (double)below;
        below += sums->latency[i];
        if (sums->latency[i] > 0 && wanted <= (double)sums->latency[i]) {
            bool open = i + 1 == SLOT_LATENCY_BUCKETS;
            double within = wanted > 0 ? wanted / (double)sums->latency[i] : 0;
            return open ? low : low + ((double)(1ULL << i) - low) * within;
        }
    }
    return 0;
}
