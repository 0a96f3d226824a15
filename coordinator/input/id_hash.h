// A 96-bit hash of an id. Seeded once for each process, so that values can be compared within it only.
#ifndef RATION_ID_HASH_H
#define RATION_ID_HASH_H

#include <stddef.h>
#include <stdint.h>

struct id_hash {
    uint64_t high;
    uint32_t low;
};

struct id_hash id_hash(const char *id, size_t length);

#endif
