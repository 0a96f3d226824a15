#include "ration/json_text.h"

#include "ration/utf8.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define ESCAPE_LENGTH 6U // \uNNNN; nothing that steers lies above U+FFFF

// In the text of JSON such a character can stand in a string only. How many there are.
static size_t count(const char *text, size_t length) {
    size_t found = 0, step;
    uint32_t character;
    for (size_t i = 0; i < length; i += step) {
        found += utf8_look(text + i, length - i, &step, &character) == UTF8_STEERS;
    }
    return found;
}

static void escape(const char *text, size_t length, char *out) {
    size_t step;
    uint32_t character;
    for (size_t i = 0; i < length; i += step) {
        if (utf8_look(text + i, length - i, &step, &character) == UTF8_STEERS) {
            (void)snprintf(out, ESCAPE_LENGTH + 1, "\\u%04x", (unsigned)character & 0xffffU);
            out += ESCAPE_LENGTH;
        } else {
            memcpy(out, text + i, step);
            out += step;
        }
    }
    *out = '\0';
}

char *json_text(const cJSON *item) {
    char *text = cJSON_PrintUnformatted(item);
    size_t length = text != NULL ? strlen(text) : 0;
    size_t steering = text != NULL ? count(text, length) : 0;
    if (steering == 0) {
        return text;
    }
    char *escaped = cJSON_malloc(length + steering * ESCAPE_LENGTH + 1);
    if (escaped != NULL) {
        escape(text, length, escaped);
    }
    cJSON_free(text);
    return escaped;
}
