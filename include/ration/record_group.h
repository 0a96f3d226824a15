// The proof that a record is the one that was checked at the beginning: artists 0 to 63, 64 to 127 … are a
// group, and one word proves all records of a group with all their columns. So an artist costs one bit.
// Whoever reads a group later compares that word, and keeps the hash of each record, so that even what
// changes between that reading and the next is noticed.
#ifndef RATION_RECORD_GROUP_H
#define RATION_RECORD_GROUP_H

#include "ration/record_reader.h"

#include <stdbool.h>
#include <stdint.h>

#define RECORD_GROUP 64U

struct record_group {
    uint32_t count;
    uint64_t hash[RECORD_GROUP];
};

// Of one record: all columns and their names.
uint64_t record_group_hash(const struct record *record);
// The proof of the records so far (0 at first) and one more.
uint64_t record_group_join(uint64_t proof, uint64_t hash);

// Reads the group at whose first record the reader stands, and goes back there. RECORD_OK; RECORD_END: there
// is no record; else the reader's message tells what is wrong.
enum record_status record_group_read(struct record_reader *reader, struct record_group *group,
                                     uint64_t *proof);

// The record, number `at` of the group, is as it was when the group was read.
bool record_group_holds(const struct record_group *group, uint32_t at, const struct record *record);

#endif
