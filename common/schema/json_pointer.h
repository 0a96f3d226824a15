// Places in a JSON text, as RFC 6901 names them in the fragment of a URI. Pure.
#ifndef RATION_JSON_POINTER_H
#define RATION_JSON_POINTER_H

#include "ration/json_value.h"

#define JSON_POINTER_MOST 1024U

// A fragment without its %XX into `out`, which has as much room; how many bytes it has then.
size_t json_pointer_decode(const char *text, size_t length, char *out);

// The value at a pointer that is empty or begins with a slash; it is written over. NULL: there is none.
const struct json_value *json_pointer_walk(const struct json_value *value, char *pointer, size_t length);

#endif
