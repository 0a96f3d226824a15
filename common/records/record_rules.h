// What an artist must have, whatever the format: which columns have a meaning, and what they may hold. Pure.
#ifndef RATION_RECORD_RULES_H
#define RATION_RECORD_RULES_H

#include "ration/record_reader.h"
#include "records/jsonl_reader.h"
#include "records/problem.h"

#include <stddef.h>
#include <stdint.h>

#define RECORD_RULES_MISSING SIZE_MAX

enum record_role { RECORD_ROLE_ID, RECORD_ROLE_NAME, RECORD_ROLE_DATA, RECORD_ROLE_PRIORITY, RECORD_ROLES };

// The index of each role's column, or RECORD_RULES_MISSING.
void record_rules_find(size_t role[RECORD_ROLES], size_t columns, const char *const *names);

// Notes what is wrong with a CSV header, which has at least one column.
void record_rules_header(struct problem *problem, uint64_t line, const size_t role[RECORD_ROLES],
                         size_t columns, const char *const *names);

// Notes a key that is missing, and an artist_id that is neither a string nor an integer.
void record_rules_members(struct problem *problem, const size_t role[RECORD_ROLES],
                          const struct jsonl_record *found);

// Sets id, name, data and priority from the record's fields, and notes what is wrong with them. artist_id,
// name and data have their columns.
void record_rules_apply(struct problem *problem, const size_t role[RECORD_ROLES], struct record *record);

#endif
