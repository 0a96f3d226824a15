#include "ration/answer_tree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_NUMBER 20U

// Most names differ in their first bytes: a call of strcmp() would cost more.
static inline bool same(const char *a, const char *b) {
    while (*a == *b && *a != '\0') {
        a++;
        b++;
    }
    return *a == *b;
}

const cJSON *answer_tree_member(const cJSON *object, const char *key) {
    if (!cJSON_IsObject(object)) {
        return NULL;
    }
    const cJSON *item = object->child;
    while (item != NULL && !same(item->string, key)) {
        item = item->next;
    }
    return item;
}

const char *answer_tree_text(const cJSON *item) {
    return cJSON_IsString(item) && item->valuestring[0] != '\0' ? item->valuestring : NULL;
}

const char *answer_tree_string(const cJSON *object, const char *key) {
    return answer_tree_text(answer_tree_member(object, key));
}

static bool number_in(const char *text, double *number) {
    size_t digits = strspn(text, "0123456789");
    size_t rest = digits + strspn(text + digits, ".");
    rest += strspn(text + rest, "0123456789");
    if (digits == 0 || text[rest] != '\0' || rest > LONGEST_NUMBER) {
        return false;
    }
    *number = strtod(text, NULL);
    return true;
}

bool answer_tree_number(const cJSON *item, double *number) {
    const char *text = answer_tree_text(item);
    if (text != NULL) {
        return number_in(text, number);
    }
    if (!cJSON_IsNumber(item) || !isfinite(item->valuedouble) || item->valuedouble < 0) {
        return false;
    }
    *number = item->valuedouble;
    return true;
}

bool answer_tree_is(const cJSON *object, const char *key, const char *word) {
    const char *string = answer_tree_string(object, key);
    return string != NULL && strcmp(string, word) == 0;
}
