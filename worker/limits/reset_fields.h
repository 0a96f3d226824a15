// When an account may go on, where an error says so in a member of its own, as a number or a time. Pure.
#ifndef RATION_RESET_FIELDS_H
#define RATION_RESET_FIELDS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

// What the members of an error say: {"resets_at":1793836800,"resets_in_seconds":3600}. 0: nothing.
struct reset_fields {
    uint64_t at; // nanoseconds since 1970
    uint64_t in; // nanoseconds from when it came
};
// `error` may be anything. A number of a moment may be of milliseconds; text is a number, or RFC 3339.
struct reset_fields reset_fields_read(const cJSON *error);

// Nanoseconds to wait. `wall_ns`: now, nanoseconds since 1970. False: it names none that is ahead, and no
// farther than RESET_TEXT_LONGEST.
bool reset_fields_wait(const struct reset_fields *fields, uint64_t wall_ns, uint64_t *wait);

#endif
