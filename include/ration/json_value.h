// A JSON text as a tree that keeps what cJSON gives up: the digits of numbers, texts with U+0000, members by
// name in order, and where in the text each value stands. Pure.
#ifndef RATION_JSON_VALUE_H
#define RATION_JSON_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum json_value_kind {
    JSON_VALUE_NULL,
    JSON_VALUE_FALSE,
    JSON_VALUE_TRUE,
    JSON_VALUE_NUMBER,
    JSON_VALUE_STRING,
    JSON_VALUE_ARRAY,
    JSON_VALUE_OBJECT
};

struct json_value {
    enum json_value_kind kind;
    uint32_t index; // among the children of its parent, in the order of the text
    uint32_t depth; // 0: the root
    uint32_t count; // children
    size_t begin;   // in the text that was read,
    size_t end;     // and behind its last byte
    const char
        *text; // a string's characters, without escapes; a number's as they are written; not terminated
    size_t length;
    const char *name; // of a member; NULL: it is none
    size_t name_length;
    const struct json_value *parent;
    struct json_value *next;   // the next child of its parent, in the order of the text
    struct json_value **child; // an array's in their order; an object's by name, see json_value_find()
    void *mark;                // the caller's
};

// The values of one text, given back at once. All zero: empty.
struct json_document {
    struct json_value *root;
    struct json_document_block *blocks;
    size_t taken; // bytes of all blocks
};

// Room for `size` bytes, that live as long as the document. NULL: no memory.
void *json_value_room(struct json_document *document, size_t size);
void json_value_free(struct json_document *document);

// A total order: equal as JSON Schema has it (1 is 1.0, members in whatever order) is 0. Takes time in
// proportion to the smaller.
int json_value_compare(const struct json_value *left, const struct json_value *right);

int json_value_compare_names(const char *left, size_t left_length, const char *right, size_t right_length);

// The member of that name; NULL: there is none, or it is no object.
struct json_value *json_value_find(const struct json_value *object, const char *name, size_t length);

bool json_value_says(const struct json_value *value, const char *word); // a string with these characters

// Sorts pointers to values, as qsort() with a context would; bounded time whatever `compare` says. `spare`
// has as much room.
void json_value_sort(struct json_value **value, struct json_value **spare, size_t count,
                     int (*compare)(const struct json_value *left, const struct json_value *right));

// Its JSON pointer into `out`, cut at the front when it is too long. "" is the root. Returns `out`.
const char *json_value_path(const struct json_value *value, char *out, size_t size);

#endif
