// JSON that holds secrets: told with line numbers, and wiped from memory at its end.
#ifndef RATION_SESSIONS_JSON_H
#define RATION_SESSIONS_JSON_H

#include <cjson/cJSON.h>
#include <stddef.h>

// The whole of the text, to be freed with sessions_json_free() alone. NULL, with the line of the trouble,
// when it is no JSON, no UTF-8, or holds an escaped NUL.
cJSON *sessions_json_parse(const char *text, size_t length, size_t *line);
void sessions_json_free(cJSON *root);

// The line, from 1, on which element `index` of the one array of objects begins that a JSON object holds:
// {"…": [{…}, {…}]}. For a text that was parsed.
size_t sessions_json_line(const char *text, size_t length, size_t index);

#endif
