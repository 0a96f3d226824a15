#include "config/alerts_thresholds.h"

#include <stdio.h>
#include <string.h>

#define DIGITS "0123456789"
#define WORD_MOST 40 // of what is repeated in a message

// 0: it is none.
static uint32_t percentage(const char *word, size_t length) {
    uint32_t value = 0;
    if (length == 0 || length > 3 || strspn(word, DIGITS) < length) {
        return 0;
    }
    for (size_t i = 0; i < length; i++) {
        value = value * 10 + (uint32_t)(word[i] - '0');
    }
    return value <= 100 ? value : 0;
}

int alerts_thresholds_parse(const char *text, struct alerts_thresholds *thresholds,
                            char problem[ALERTS_THRESHOLDS_PROBLEM]) {
    *thresholds = (struct alerts_thresholds){0};
    for (const char *word = text;;) {
        size_t length = strcspn(word, ",");
        int shown = length < WORD_MOST ? (int)length : WORD_MOST;
        uint32_t value = percentage(word, length);
        uint32_t last = thresholds->count > 0 ? thresholds->percent[thresholds->count - 1] : 0;
        if (value == 0) {
            (void)snprintf(problem, ALERTS_THRESHOLDS_PROBLEM,
                           "\"%.*s\" is not a whole percentage from 1 to 100", shown, word);
            return -1;
        }
        if (value <= last) {
            (void)snprintf(problem, ALERTS_THRESHOLDS_PROBLEM, "%u does not ascend: it comes after %u", value,
                           last);
            return -1;
        }
        if (thresholds->count == ALERTS_THRESHOLDS_MOST) {
            (void)snprintf(problem, ALERTS_THRESHOLDS_PROBLEM, "more than %u percentages",
                           ALERTS_THRESHOLDS_MOST);
            return -1;
        }
        thresholds->percent[thresholds->count++] = value;
        if (word[length] == '\0') {
            return 0;
        }
        word += length + 1;
    }
}
