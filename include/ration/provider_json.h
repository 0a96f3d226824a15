// A row of provider.h as JSON: how a file adds one, and how one gets to a worker.
//   {"name": "mine", "like": "azure", "base_url": "https://…", "shape": "chat", "path": "/chat/completions",
//    "auth": "bearer", "query": {"api-version": "2024-10-21"}, "headers": {"X-Team": "batch"}, …}
// Pure but for memory, and for the environment that a header may name.
#ifndef RATION_PROVIDER_JSON_H
#define RATION_PROVIDER_JSON_H

#include "ration/provider_row.h"

#include <cjson/cJSON.h>

// Finds the row that "like" names; NULL: there is none of that name.
typedef const struct provider *provider_json_find(const void *context, const char *name);

// Fills *row, which is to be freed in any case. Without "like" it is as OpenAI's chat completions. 0, or -1
// with which member is wrong, and what it must be, in `problem`, which repeats no value of a header.
int provider_json_read(const cJSON *object, provider_json_find *find, const void *context,
                       struct provider_row *row, char problem[PROVIDER_ROW_PROBLEM_SIZE]);

// For provider_json_decode(); malloc'ed, NULL when out of memory. May hold what is secret in a header.
char *provider_json_encode(const struct provider *provider);
// 0, or -1.
int provider_json_decode(const char *json, struct provider_row *row);

#endif
