// Walks over text that is known to be valid JSON, ended by a NUL, without making a tree of it: so numbers and
// blanks stay what they are. Pure. Of a text that is not valid they return something, and never read beyond
// its NUL.
#ifndef RATION_JSON_WALK_H
#define RATION_JSON_WALK_H

#include <stdbool.h>
#include <stddef.h>

// The text, which a NUL ends, is one JSON value as RFC 8259 has it to its last byte, blanks aside: an object,
// or `any`. A
// byte-order mark is none.
bool json_walk_valid(const char *text, size_t length, bool any);

// The first byte that is no blank.
const char *json_walk_blank(const char *at);
// Behind the string whose opening quote is there.
const char *json_walk_string(const char *at);
// Behind the value that begins there.
const char *json_walk_value(const char *at);

// A member of an object, or an item of an array, which has no key.
struct json_member {
    const char *key; // its opening quote; NULL: an item
    const char *key_end;
    const char *value;
    const char *value_end;
};

// The first one of the object or array that begins at `at`. False: it is empty.
bool json_walk_first(const char *at, struct json_member *member);
// The one behind it. False: it was the last.
bool json_walk_next(struct json_member *member);

// Whether that is the member's key, which may have escapes. False for want of memory.
bool json_walk_is(const struct json_member *member, const char *key, size_t length);

// The member of that key of the object at `at`. False: there is none.
bool json_walk_find(const char *at, const char *key, struct json_member *member);

#endif
