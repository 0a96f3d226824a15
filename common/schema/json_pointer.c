#include "schema/json_pointer.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>

size_t json_pointer_decode(const char *text, size_t length, char *out) {
    size_t size = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '%' && length - i > 2 && isxdigit((unsigned char)text[i + 1]) &&
            isxdigit((unsigned char)text[i + 2])) {
            const char digits[3] = {text[i + 1], text[i + 2], '\0'};
            out[size++] = (char)strtoul(digits, NULL, 16);
            i += 2;
        } else {
            out[size++] = text[i];
        }
    }
    return size;
}

// ~1 is /, ~0 is ~; in place.
static size_t decode_tilde(char *text, size_t length) {
    size_t size = 0;
    for (size_t i = 0; i < length; i++) {
        bool escape = text[i] == '~' && i + 1 < length && (text[i + 1] == '0' || text[i + 1] == '1');
        text[size++] = !escape ? text[i] : text[i + 1] == '1' ? '/' : '~';
        i += escape;
    }
    return size;
}

static const struct json_value *item_at(const struct json_value *array, const char *text, size_t length) {
    uint32_t index = 0;
    if (length == 0 || length > 7 || (text[0] == '0' && length > 1)) {
        return NULL;
    }
    for (size_t i = 0; i < length; i++) {
        if (!isdigit((unsigned char)text[i])) {
            return NULL;
        }
        index = index * 10 + (uint32_t)(text[i] - '0');
    }
    return index < array->count ? array->child[index] : NULL;
}

const struct json_value *json_pointer_walk(const struct json_value *value, char *pointer, size_t length) {
    while (length > 0 && value != NULL) {
        char *step = pointer + 1;
        size_t size = 0;
        while (size + 1 < length && step[size] != '/') {
            size++;
        }
        pointer += size + 1;
        length -= size + 1;
        size_t decoded = decode_tilde(step, size);
        value = value->kind == JSON_VALUE_ARRAY ? item_at(value, step, decoded)
                                                : json_value_find(value, step, decoded);
    }
    return value;
}
