// A tree as cJSON would make it, of JSON that is as APIs write it, and several times as fast: strings are
// looked at many bytes at once, whole numbers are not read by strtod(). What is unusual is left to cJSON, so
// that it alone says what is no JSON. Pure.
#ifndef RATION_JSON_TREE_H
#define RATION_JSON_TREE_H

#include <cjson/cJSON.h>
#include <stddef.h>

// Parses the object or list at the beginning of `json`; what stands behind it is left alone. All memory is
// taken with `take`, and is the caller's. NULL: it is unusual (deep, odd blanks, odd escapes, a byte order
// mark), or no JSON, or there is no memory; cJSON may know better.
cJSON *json_tree_parse(const char *json, size_t length, void *(*take)(size_t size));

#endif
