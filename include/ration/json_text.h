// JSON that a person may look at in a terminal: characters that steer one are escaped, so the data stays what
// it is.
#ifndef RATION_JSON_TEXT_H
#define RATION_JSON_TEXT_H

#include <cjson/cJSON.h>

// On one line; the caller's, for cJSON_free(). NULL: out of memory, or `item` is NULL.
char *json_text(const cJSON *item);

#endif
