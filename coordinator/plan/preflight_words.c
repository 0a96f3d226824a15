#include "plan/preflight_words.h"

#include "ration/utf8.h"

#include <bsd/string.h>
#include <cjson/cJSON.h>
#include <string.h>

#define KEY_PART 6U // as much of a key is told by those that hide the rest of it

static bool holds_key(const char *words, const char *key) {
    size_t length = strlen(key), part = length < KEY_PART ? length : KEY_PART, size = strlen(words);
    for (size_t i = 0; part > 0 && i + part <= length; i++) {
        if (memmem(words, size, key + i, part) != NULL) {
            return true;
        }
    }
    return false;
}

void preflight_words(const struct text *body, const char *key, char out[PREFLIGHT_WORDS]) {
    static const char *const names[] = {"message", "error", "detail"};
    out[0] = '\0';
    cJSON *root = body->length > 0 ? cJSON_ParseWithLength(body->bytes, body->length) : NULL;
    const cJSON *error = cJSON_GetObjectItemCaseSensitive(root, "error");
    const cJSON *place = cJSON_IsObject(error) ? error : root;
    const char *words = NULL;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && words == NULL; i++) {
        words = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(place, names[i]));
    }
    if (words != NULL && !holds_key(words, key)) {
        (void)strlcpy(out, words, PREFLIGHT_WORDS);
        out[utf8_whole(out, strlen(out))] = '\0';
    }
    cJSON_Delete(root);
}
