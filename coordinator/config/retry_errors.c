#include "config/retry_errors.h"

#include "ration/log.h"
#include "ration/slot.h"
#include "config/suggest.h"

#include <stdio.h>
#include <string.h>

static const char *const other_classes[] = {"truncated", "worker_crash", "in_doubt"};

// The constant that is spelled like `text`, or NULL.
static const char *find_class(const char *text, size_t length) {
    for (int i = SLOT_RATE_LIMITED; i < SLOT_OUTCOMES; i++) {
        const char *name = slot_outcome_name((enum slot_outcome)i);
        if (strlen(name) == length && memcmp(name, text, length) == 0) {
            return name;
        }
    }
    for (size_t i = 0; i < sizeof(other_classes) / sizeof(other_classes[0]); i++) {
        if (strlen(other_classes[i]) == length && memcmp(other_classes[i], text, length) == 0) {
            return other_classes[i];
        }
    }
    return NULL;
}

static void tell_class(const char *text, size_t length) {
    char word[SUGGEST_LONGEST];
    struct suggest suggest;
    (void)snprintf(word, sizeof(word), "%.*s", (int)length, text);
    suggest_begin(&suggest, word);
    suggest_offer(&suggest, "all");
    suggest_offer(&suggest, "none");
    for (int i = SLOT_RATE_LIMITED; i < SLOT_OUTCOMES; i++) {
        suggest_offer(&suggest, slot_outcome_name((enum slot_outcome)i));
    }
    for (size_t i = 0; i < sizeof(other_classes) / sizeof(other_classes[0]); i++) {
        suggest_offer(&suggest, other_classes[i]);
    }
    const char *near = suggest_best(&suggest);
    log_fatal("config",
              "--retry-errors: \"%.*s\" is not all, none, or a class of failure such as server_fault%s%s%s",
              (int)length, text, near != NULL ? "; did you mean " : "", near != NULL ? near : "",
              near != NULL ? "?" : "");
}

int retry_errors_parse(const char *text, struct retry_errors *retry) {
    *retry = (struct retry_errors){.which = RESUME_RETRY_USUAL};
    if (text == NULL) {
        return 0;
    }
    if (strcmp(text, "all") == 0 || strcmp(text, "none") == 0) {
        retry->which = *text == 'a' ? RESUME_RETRY_ALL : RESUME_RETRY_NONE;
        return 0;
    }
    retry->which = RESUME_RETRY_LISTED;
    while (*text != '\0') {
        size_t length = strcspn(text, ",");
        const char *name = find_class(text, length);
        if (name == NULL || retry->count == RETRY_ERRORS_MAX) {
            tell_class(text, length);
            return -1;
        }
        retry->class[retry->count++] = name;
        text += length + (text[length] == ',');
    }
    return 0;
}
