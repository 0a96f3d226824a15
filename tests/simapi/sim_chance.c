#include "sim_chance.h"

#include <math.h>

const char *sim_chance_fault_name(enum fault f) {
    static const char *const names[] = {
#define CHANCE_NAME(id, name, help) name,
        CHANCE_FAULTS(CHANCE_NAME)
#undef CHANCE_NAME
            "-"};

    return names[f];
}

static uint64_t mix(uint64_t x) {
    x += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

uint64_t sim_chance_hash(const void *bytes, size_t len) {
    const unsigned char *at = bytes;
    uint64_t hash = UINT64_C(0xCBF29CE484222325);

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ at[i]) * UINT64_C(0x100000001B3);
    return mix(hash);
}

uint64_t sim_chance_key(uint64_t seed, const char *artist_id, size_t len, uint64_t attempt) {
    return mix(mix(sim_chance_hash(artist_id, len) ^ mix(seed)) + attempt);
}

double sim_chance_draw(uint64_t key, enum chance_use use) {
    return (double)(mix(key + (uint64_t)use) >> 11) * 0x1p-53;
}

enum fault sim_chance_fault(uint64_t key, const double shares[CHANCE_FAULT_COUNT]) {
    double draw = sim_chance_draw(key, CHANCE_OF_FAULT);

    for (size_t f = 0; f < CHANCE_FAULT_COUNT; f++) {
        if (draw < shares[f])
            return (enum fault)f;
        draw -= shares[f];
    }
    return FAULT_NONE;
}

uint64_t sim_chance_lognormal_ns(uint64_t key, double median_ms, double sigma) {
    const double hour_ns = 3600e9;
    double u = 1.0 - sim_chance_draw(key, CHANCE_OF_LATENCY);
    double v = sim_chance_draw(key, CHANCE_OF_LATENCY_TOO);
    double normal = sqrt(-2.0 * log(u)) * cos(2.0 * M_PI * v);
    double ns = median_ms * 1e6 * exp(sigma * normal);

    return (uint64_t)(ns < hour_ns ? ns : hour_ns);
}
