// Memory for one parsed JSON document: bounded, taken from one block after another and given back at once. A
// hostile body cannot make cJSON take many times its size, and parsing costs no malloc for each value.
#ifndef RATION_JSON_MEMORY_H
#define RATION_JSON_MEMORY_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

// Parses the JSON at the beginning of `json`; what stands behind it is left alone. NULL when it is not JSON
// or needs more than `limit` bytes. The document lives until the next call or json_memory_release(); never
// cJSON_Delete() it.
cJSON *json_memory_parse(const char *json, size_t length, size_t limit);

// Room for `size` bytes that live as long as the document, or until the next one if there is none; NULL: no
// memory. They do not count towards the document's limit.
char *json_memory_room(size_t size);

// Whether the last one failed because the process has no memory.
bool json_memory_starved(void);

// Ends the document; keeps a little memory for the next.
void json_memory_release(void);

// Gives all memory back.
void json_memory_free(void);

#endif
