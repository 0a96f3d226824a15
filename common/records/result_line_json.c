#include "records/result_line_json.h"

#include <string.h>

#define TRIES 16 // places that may be it: a hostile body has many

bool result_line_json_keep(const char *text, size_t length, cJSON *tree, struct result_text *value) {
    char *bytes = cJSON_malloc(length + 1);
    cJSON *keeper = NULL;
    if (bytes != NULL) {
        memcpy(bytes, text, length);
        bytes[length] = '\0';
        keeper = cJSON_CreateString(bytes);
        cJSON_free(bytes);
    }
    bool kept = keeper != NULL && (cJSON_IsArray(tree) ? cJSON_AddItemToArray(tree, keeper)
                                                       : cJSON_AddItemToObject(tree, "", keeper));
    if (!kept) {
        cJSON_Delete(keeper);
        return false;
    }
    *value = (struct result_text){keeper->valuestring, length};
    return true;
}

// Where the value stands, to *end. What comes before it, or is in it, may have the same key. NULL: it was
// written in another way.
static const char *find(const struct result_field *field, const char *text, size_t size, const cJSON *item,
                        const char **end) {
    size_t length = strlen(field->written);
    const char *at = text;
    for (int i = 0; i < TRIES && at != NULL; i++) {
        at = memmem(at, size - (size_t)(at - text), field->written, length);
        if (at == NULL) {
            break;
        }
        at += length;
        cJSON *same = cJSON_ParseWithLengthOpts(at, size - (size_t)(at - text), end, 0);
        bool is = same != NULL && cJSON_Compare(same, item, true);
        cJSON_Delete(same);
        if (is) {
            return at;
        }
    }
    return NULL;
}

bool result_line_json_take(const struct result_field *field, const char *text, size_t size, cJSON *tree,
                           const cJSON *item, struct result_text *value) {
    const char *end = NULL;
    const char *at = find(field, text, size, item, &end);
    if (at != NULL) {
        return result_line_json_keep(at, (size_t)(end - at), tree, value);
    }
    char *printed = cJSON_PrintUnformatted(item);
    bool kept = printed != NULL && result_line_json_keep(printed, strlen(printed), tree, value);
    cJSON_free(printed);
    return kept;
}
