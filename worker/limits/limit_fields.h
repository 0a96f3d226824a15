// Reads a list of RFC 9651 (structured field values), as far as rate-limit fields need it: items with
// parameters, and the members of a dictionary. No inner lists. Pure, no memory of its own.
#ifndef RATION_LIMIT_FIELDS_H
#define RATION_LIMIT_FIELDS_H

#include <stddef.h>
#include <stdint.h>

enum limit_fields_type {
    LIMIT_FIELDS_INTEGER,
    LIMIT_FIELDS_DECIMAL, // `integer` is its whole part, towards zero
    LIMIT_FIELDS_STRING,  // `text` stands between the quotes, escapes as sent
    LIMIT_FIELDS_TOKEN,
    LIMIT_FIELDS_OTHER, // booleans, bytes, dates, display strings: well-formed, of no use here
};

struct limit_fields_item {
    enum limit_fields_type type;
    int64_t integer;
    const char *text;
    size_t length;
};

struct limit_fields {
    const char *at, *end;
    size_t members; // read so far
};

enum limit_fields_found {
    LIMIT_FIELDS_NONE, // the end of the list, or of the parameters
    LIMIT_FIELDS_ONE,
    LIMIT_FIELDS_MALFORMED, // then the whole field is to be ignored
};

struct limit_fields limit_fields_begin(const char *text, size_t length);

// The next member. Its parameters must be read to their end before the one after it. `key` is the key of a
// dictionary's member, of length 0 in a list.
enum limit_fields_found limit_fields_next(struct limit_fields *fields, struct limit_fields_item *key,
                                          struct limit_fields_item *item);
enum limit_fields_found limit_fields_parameter(struct limit_fields *fields, struct limit_fields_item *key,
                                               struct limit_fields_item *value);

#endif
