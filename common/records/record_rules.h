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

// The column of that name: exactly, else but for its case. RECORD_RULES_MISSING: there is none.
size_t record_rules_column(const char *wanted, size_t columns, const char *const *names);

// No column is called exactly so, and several are but for their case: which one is meant does not show.
bool record_rules_ambiguous(const char *wanted, size_t columns, const char *const *names);

// The index of each role's column, or RECORD_RULES_MISSING.
void record_rules_find(size_t role[RECORD_ROLES], const struct record_shape *shape, size_t columns,
                       const char *const *names);

// How the column of a role is called, whether it is there or not.
const char *record_rules_name(const struct record_shape *shape, enum record_role role);

// Notes what is wrong with a CSV header, which has at least one column.
void record_rules_header(struct problem *problem, uint64_t line, const struct record_shape *shape,
                         const size_t role[RECORD_ROLES], size_t columns, const char *const *names);

// Notes a key that is missing, and an id that is neither a string nor an integer.
void record_rules_members(struct problem *problem, const struct record_shape *shape,
                          const size_t role[RECORD_ROLES], const struct jsonl_record *found);

// Sets id (but for RECORD_SHAPE_LINE), name, data and priority from the record's fields, and notes what is
// wrong with them.
void record_rules_apply(struct problem *problem, const struct record_shape *shape,
                        const size_t role[RECORD_ROLES], struct record *record);

#endif
