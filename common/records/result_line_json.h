// JSON values in lines, read again byte for byte: its part of result_line.h.
#ifndef RATION_RESULT_LINE_JSON_H
#define RATION_RESULT_LINE_JSON_H

#include "ration/result_line.h"

#include <cjson/cJSON.h>

// The value behind that row's key in the line `text`, which was parsed as `tree`: as it stands there, where
// the line is as ration writes it, else as another JSON text of the same value. It lives as long as the tree.
// False: out of memory.
bool result_line_json_take(const struct result_field *field, const char *text, size_t size, cJSON *tree,
                           const cJSON *item, struct result_text *value);

// Keeps that text in the tree. False: out of memory.
bool result_line_json_keep(const char *text, size_t length, cJSON *tree, struct result_text *value);

#endif
