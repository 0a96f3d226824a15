#include "member/member_ids.h"

#include "input/id_hash.h"

#include <stdlib.h>

#define FIRST 1024U

static size_t find(const struct member_ids *ids, struct id_hash hash) {
    size_t at = (size_t)hash.high & (ids->places - 1);
    while (ids->place[at].artist != 0 &&
           (ids->place[at].high != hash.high || ids->place[at].low != hash.low)) {
        at = (at + 1) & (ids->places - 1);
    }
    return at;
}

static bool grow(struct member_ids *ids) {
    struct member_ids larger = {.places = ids->places > 0 ? ids->places * 2 : FIRST, .used = ids->used};
    larger.place = calloc(larger.places, sizeof(*larger.place));
    if (larger.place == NULL) {
        return false;
    }
    for (size_t i = 0; i < ids->places; i++) {
        if (ids->place[i].artist != 0) {
            size_t at = find(&larger, (struct id_hash){ids->place[i].high, ids->place[i].low});
            larger.place[at].high = ids->place[i].high;
            larger.place[at].low = ids->place[i].low;
            larger.place[at].artist = ids->place[i].artist;
        }
    }
    free(ids->place);
    *ids = larger;
    return true;
}

bool member_ids_add(struct member_ids *ids, const char *id, size_t length, uint32_t artist) {
    if (ids->used * 2 >= ids->places && !grow(ids)) {
        return false;
    }
    struct id_hash hash = id_hash(id, length);
    size_t at = find(ids, hash);
    if (ids->place[at].artist == 0) {
        ids->place[at].high = hash.high;
        ids->place[at].low = hash.low;
        ids->place[at].artist = artist + 1;
        ids->used++;
    }
    return true;
}

bool member_ids_find(const struct member_ids *ids, const char *id, size_t length, uint32_t *artist) {
    if (ids->places == 0) {
        return false;
    }
    size_t at = find(ids, id_hash(id, length));
    *artist = ids->place[at].artist - 1;
    return ids->place[at].artist != 0;
}

void member_ids_free(struct member_ids *ids) {
    free(ids->place);
    *ids = (struct member_ids){0};
}
