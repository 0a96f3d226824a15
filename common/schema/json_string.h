// A string in the text of JSON, without its escapes. Pure.
#ifndef RATION_JSON_STRING_H
#define RATION_JSON_STRING_H

#include "ration/json_value.h"

// From `at` of the text on, where its quote stands; `at` moves behind it, or to where it is wrong.
struct json_string {
    const char *text;
    size_t length, at;
    struct json_document *document; // has the characters where there are escapes
    const char *words;              // what is wrong; NULL: nothing
    bool starved;
};

// The characters in *out, which live as long as text and document. False: see words and starved.
bool json_string_read(struct json_string *string, const char **out, size_t *length);

#endif
