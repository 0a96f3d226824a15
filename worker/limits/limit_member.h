// A member of the RateLimit fields with the parameters that mean something there. Pure.
#ifndef RATION_LIMIT_MEMBER_H
#define RATION_LIMIT_MEMBER_H

#include "limits/limit_fields.h"
#include "limits/limit_report.h"

#include <stdbool.h>
#include <stdint.h>

struct limit_member {
    struct limit_fields_item key, item;
    int64_t q, w, r, t;            // quota, window, rest, time; -1: not there
    struct limit_fields_item unit; // of the quota; length 0: not there
    bool overdrawn;                // `r` was below zero
};

// The next one, with all its parameters.
enum limit_fields_found limit_member_next(struct limit_fields *fields, struct limit_member *member);
// Whether it is called by a name, and stands in no dictionary.
bool limit_member_named(const struct limit_member *member);
// The quota unit, else the policy's name, says what is counted; requests unless it speaks of tokens. False:
// it counts what is no concern of ours.
bool limit_member_unit(const struct limit_member *member, enum limit_unit *unit);

bool limit_member_has(const struct limit_fields_item *item, const char *text);
// A number, also as a decimal or in quotes. What is below zero comes out as -1. False: none.
bool limit_member_number(const struct limit_fields_item *value, int64_t *out);

#endif
