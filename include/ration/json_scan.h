// Whether a part of a text is JSON, without a NUL at its end and without a tree, so that each number and each
// text keeps its bytes; and its values as parts of the text, which json_walk finds. Pure.
#ifndef RATION_JSON_SCAN_H
#define RATION_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#define JSON_SCAN_DEPTH 1024U // arrays and objects in each other

struct json_piece {
    const char *text; // not NUL-terminated
    size_t length;
};

// The length of the value that begins at the first byte, or 0: there is none that RFC 8259 knows, or it is
// nested too deep. Whether its strings are UTF-8 is not looked at.
size_t json_scan_value(const char *text, size_t length);
// Four hexadecimal digits, as behind \u; -1: they are not.
long json_scan_hex(const char *digits);
// Without the blanks around it, one value to its last byte. False: it is none.
bool json_scan_whole(const char *text, size_t length, struct json_piece *value);

// The members of an object, and the items of an array, which json_scan_value() took: set `at` to 0 for the
// first. False: there is no other. The key has its quotes.
bool json_scan_member(const struct json_piece *object, size_t *at, struct json_piece *key,
                      struct json_piece *value);
bool json_scan_item(const struct json_piece *array, size_t *at, struct json_piece *value);
// The first member of that name. False: there is none, and *value is as it was.
bool json_scan_find(const struct json_piece *object, const char *name, struct json_piece *value);

#endif
