#include "limits/retry_text.h"

#include "limits/limit_values.h"

#include <stddef.h>
#include <string.h>

#define DURATION_MOST 40U // bytes

// What stands before the wait.
static const char *const words[] = {"try again in ", "retry in ", "retry after ", "try again after "};

static bool goes_on(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The longest beginning of `text` that is a duration, and ends with a word.
static bool read_duration(const char *text, uint64_t *wait) {
    for (size_t length = strnlen(text, DURATION_MOST); length > 0; length--) {
        struct limit_time time;
        if (!goes_on(text[length]) && limit_values_go(text, length, &time)) {
            *wait = time.ns < RETRY_TEXT_LONGEST ? time.ns : RETRY_TEXT_LONGEST;
            return true;
        }
    }
    return false;
}

bool retry_text_read(const char *message, uint64_t *wait) {
    for (size_t i = 0; message != NULL && i < sizeof(words) / sizeof(words[0]); i++) {
        const char *found = strcasestr(message, words[i]);
        if (found != NULL && read_duration(found + strlen(words[i]), wait)) {
            return true;
        }
    }
    return false;
}
