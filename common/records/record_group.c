#include "ration/record_group.h"

#include <string.h>

static uint64_t finalise(uint64_t x) {
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9ULL;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

// An odd multiplier and a shift are invertible: nothing that was mixed in is ever forgotten.
static uint64_t mix(uint64_t sum, uint64_t word) {
    sum = (sum ^ word) * 0x9e3779b97f4a7c15ULL;
    return sum ^ (sum >> 29);
}

static uint64_t mix_text(uint64_t sum, const char *text, size_t length) {
    uint64_t word;
    sum = mix(sum, length);
    for (; length >= sizeof(word); length -= sizeof(word), text += sizeof(word)) {
        memcpy(&word, text, sizeof(word));
        sum = mix(sum, word);
    }
    word = 0;
    memcpy(&word, text, length);
    return mix(sum, word);
}

uint64_t record_group_hash(const struct record *record) {
    uint64_t sum = mix(0x243f6a8885a308d3ULL, record->columns);
    for (size_t i = 0; i < record->columns; i++) {
        sum = mix_text(sum, record->column[i], strlen(record->column[i]));
        sum = mix_text(sum, record->field[i].text, record->field[i].length);
    }
    return finalise(sum);
}

uint64_t record_group_join(uint64_t proof, uint64_t hash) {
    return finalise(mix(proof, hash));
}

enum record_status record_group_read(struct record_reader *reader, struct record_group *group,
                                     uint64_t *proof) {
    struct record record;
    uint64_t offset = 0, line = 0;
    enum record_status status = RECORD_OK;
    *proof = 0;
    group->count = 0;
    while (group->count < RECORD_GROUP && (status = record_reader_next(reader, &record)) == RECORD_OK) {
        if (group->count == 0) {
            offset = record.offset;
            line = record.line;
        }
        group->hash[group->count] = record_group_hash(&record);
        *proof = record_group_join(*proof, group->hash[group->count++]);
    }
    if (group->count == 0 || (status != RECORD_OK && status != RECORD_END)) {
        return status;
    }
    record_reader_seek(reader, offset, line);
    return RECORD_OK;
}

bool record_group_holds(const struct record_group *group, uint32_t at, const struct record *record) {
    return at < group->count && group->hash[at] == record_group_hash(record);
}
