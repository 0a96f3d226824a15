#include "view/statistics.h"

double statistics_success(const uint64_t outcome[OUTCOME_OF_ATTEMPT]) {
    uint64_t all = 0;
    for (int i = 0; i < OUTCOME_OF_ATTEMPT; i++) {
        all += i != OUTCOME_RATE_LIMITED && i != OUTCOME_QUOTA_EXHAUSTED ? outcome[i] : 0;
    }
    return all > 0 ? 100 * (double)outcome[OUTCOME_DONE] / (double)all : -1;
}

uint64_t statistics_quantile(const struct snapshot_sums *sums, double share) {
    uint64_t all = 0, below = 0;
    for (uint32_t i = 0; i < SLOT_LATENCY_BUCKETS; i++) {
        all += sums->latency[i];
    }
    for (uint32_t i = 0; i < SLOT_LATENCY_BUCKETS && all > 0; i++) {
        below += sums->latency[i];
        if ((double)below >= share * (double)all) {
            return 1ULL << i;
        }
    }
    return 0;
}
