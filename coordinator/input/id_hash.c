// Two independent lanes of multiply-and-fold over eight bytes at a time, each ended by the splitmix64
// finaliser.
#include "input/id_hash.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static uint64_t seed[2] = {0x243f6a8885a308d3ULL, 0x13198a2e03707344ULL};
static bool seeded;

// The fixed seed serves as well when there is no randomness: a collision costs time or a second look, never a
// record.
static void make_seed(void) {
    uint64_t fresh[2];
    seeded = true;
    if (getrandom(fresh, sizeof(fresh), GRND_NONBLOCK) == (ssize_t)sizeof(fresh)) {
        memcpy(seed, fresh, sizeof(seed));
    }
}

static uint64_t finalise(uint64_t x) {
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9ULL;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

// An odd multiplier and a shift are invertible, so that no lane ever forgets what it holds.
static void mix(uint64_t lane[2], uint64_t word) {
    lane[0] = (lane[0] ^ word) * 0x9e3779b97f4a7c15ULL;
    lane[0] ^= lane[0] >> 29;
    lane[1] = (lane[1] + word) * 0xd6e8feb86659fd93ULL;
    lane[1] ^= lane[1] >> 32;
}

struct id_hash id_hash(const char *id, size_t length) {
    if (!seeded) {
        make_seed();
    }
    uint64_t lane[2] = {seed[0], seed[1]};
    size_t whole = length;
    uint64_t word;
    for (; length >= sizeof(word); length -= sizeof(word), id += sizeof(word)) {
        memcpy(&word, id, sizeof(word));
        mix(lane, word);
    }
    word = 0;
    memcpy(&word, id, length);
    mix(lane, word);
    // Last, so that a difference in length cannot cancel one in the first word.
    mix(lane, whole);
    return (struct id_hash){.high = finalise(lane[0]), .low = (uint32_t)finalise(lane[1])};
}
