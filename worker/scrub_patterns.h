// The ways in which a key may stand in a text, made once and kept while the key is in use: making them takes
// longer than searching an answer. They hold the key, so they are wiped with it.
#ifndef RATION_SCRUB_PATTERNS_H
#define RATION_SCRUB_PATTERNS_H

#include "ration/key.h"
#include "scrub_scan.h"

#include <stddef.h>
#include <stdint.h>

#define SCRUB_PATTERNS 5U
#define SCRUB_TEXT ((size_t)9 * KEY_MAX + 8)

// The key itself; its base64 behind 0, 1 and 2 other bytes, without what depends on its neighbours;
// hexadecimal.
struct scrub_patterns {
    // Which of them may have this byte as their first, and as their second, as bits: first[a] & second[b] is
    // 0 where none begins with a and b. The bits behind those of the patterns: one that may go on with any
    // byte.
    uint16_t first[256];
    uint16_t second[256];
    struct scrub_scan scan; // the same, for many bytes at once
    size_t shortest;        // letters of the shortest one
    const char *pattern[SCRUB_PATTERNS];
    char text[SCRUB_TEXT]; // of all of them; of what a shorter key does not use no page is ever touched
};

// Of a key that has SCRUB_SHORT_KEY letters or more. Valid until the next call.
const struct scrub_patterns *scrub_patterns_of(const struct key *key);

// Wipes all that are kept: keys have changed, or it is the end.
void scrub_patterns_wipe(void);

#endif
