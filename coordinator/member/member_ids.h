// Which artist a line of this machine's output is of: the ids of all that it was leased, until it ends. A
// place has 16 bytes, and a quarter to a half of them are filled: 32 to 64 bytes for each artist that was
// leased, and 96 for the moment at which it grows.
#ifndef RATION_MEMBER_IDS_H
#define RATION_MEMBER_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct member_ids {
    struct {
        uint64_t high;
        uint32_t low;
        uint32_t artist; // + 1; 0: empty
    } * place;
    size_t places, used;
};

// false: out of memory. One that is there already stays as it is.
bool member_ids_add(struct member_ids *ids, const char *id, size_t length, uint32_t artist);
// false: it is not there.
bool member_ids_find(const struct member_ids *ids, const char *id, size_t length, uint32_t *artist);
void member_ids_free(struct member_ids *ids);

#endif
