// Keeps log lines of one kind from flooding: the first is told at once, later ones at most every ten
// seconds, with the number of those that were not told. Pure.
#ifndef RATION_NOTICE_H
#define RATION_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

struct notice {
    uint64_t next;   // monotonic: the next one may be told
    uint64_t silent; // not told since the last one
};

// True when this one is to be told; *silent: how many were not.
bool notice_due(struct notice *notice, uint64_t now, uint64_t *silent);

#define NOTICE_MORE_SIZE 64
// " (12 more since the last such line)", or nothing.
const char *notice_more(uint64_t silent, char out[NOTICE_MORE_SIZE]);

#endif
