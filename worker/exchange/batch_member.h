// A member of an object of a batch API, whatever it holds: what is not there, or of another kind, is none.
// Pure.
#ifndef RATION_BATCH_MEMBER_H
#define RATION_BATCH_MEMBER_H

#include "ration/json_scan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Whether it is a string, with its quotes.
bool batch_member_is_text(const struct json_piece *value);
// A string without its escapes, for people and as ids: what is not plain becomes a blank. True: it is a
// string that is not empty; it is cut to `size`.
bool batch_member_text(const struct json_piece *object, const char *name, char *out, size_t size);
// A whole number, also as a string of digits; 0: it is none.
uint64_t batch_member_number(const struct json_piece *object, const char *name);
// RFC 3339 of UTC, in seconds since 1970; 0: it is none.
uint64_t batch_member_moment(const struct json_piece *object, const char *name);
// Likewise, or a number of seconds, or of milliseconds.
uint64_t batch_member_time(const struct json_piece *object, const char *name);
// A value that begins so: '{', '[' or '"'. Length 0: there is none.
struct json_piece batch_member_piece(const struct json_piece *object, const char *name, char first);

#endif
