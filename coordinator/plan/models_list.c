#include "plan/models_list.h"

#include "config/suggest.h"

#include <bsd/string.h>
#include <cjson/cJSON.h>
#include <string.h>

static const char *bare(const char *name) {
    static const char before[] = "models/";
    return strncmp(name, before, sizeof(before) - 1) == 0 ? name + sizeof(before) - 1 : name;
}

static bool same(const char *listed, const char *model) {
    const char *a = bare(listed), *b = bare(model);
    size_t length = strcspn(a, ":"), size = strcspn(b, ":");
    if (strcmp(a, b) == 0) {
        return true;
    }
    return length == size && memcmp(a, b, length) == 0 && (a[length] == '\0' || b[size] == '\0');
}

static bool has_alias(const cJSON *one, const char *model) {
    const cJSON *alias;
    cJSON_ArrayForEach(alias, cJSON_GetObjectItemCaseSensitive(one, "aliases")) {
        const char *name = cJSON_GetStringValue(alias);
        if (name != NULL && same(name, model)) {
            return true;
        }
    }
    return false;
}

static void note_shutdown(const cJSON *one, struct models_list *list) {
    static const char *const keys[] = {"shutdown_date", "deprecation_date", "deprecation"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && list->shutdown[0] == '\0'; i++) {
        const char *date = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(one, keys[i]));
        if (date != NULL && strlen(date) >= 10 && strspn(date, "0123456789-") >= 10) {
            (void)strlcpy(list->shutdown, date, 11);
        }
    }
}

void models_list_read(const char *text, size_t length, const char *model, struct models_list *list) {
    struct suggest suggest;
    cJSON *root = cJSON_ParseWithLength(text, length);
    const cJSON *data = cJSON_IsArray(root) ? root : cJSON_GetObjectItemCaseSensitive(root, "data");
    const cJSON *one;
    bool is_list = cJSON_IsArray(data), any = is_list && cJSON_GetArraySize(data) > 0;
    *list = (struct models_list){.readable = any, .foreign = root == NULL, .empty = is_list && !any};
    list->whole = !cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "has_more"));
    suggest_begin(&suggest, model);
    cJSON_ArrayForEach(one, data) {
        const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(one, "id"));
        if (id == NULL) {
            list->readable = false;
            break;
        }
        suggest_offer(&suggest, id);
        if (same(id, model) || has_alias(one, model)) {
            list->found = true;
            note_shutdown(one, list);
            break;
        }
    }
    const char *near = list->found ? NULL : suggest_best(&suggest);
    (void)strlcpy(list->near, near != NULL ? near : "", sizeof(list->near));
    cJSON_Delete(root);
}
