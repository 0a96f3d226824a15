#include "config/retry_errors.h"

#include "config/suggest.h"
#include "ration/log.h"

#include <stdio.h>
#include <string.h>

static void tell_class(const char *text, size_t length) {
    char word[SUGGEST_LONGEST];
    struct suggest suggest;
    (void)snprintf(word, sizeof(word), "%.*s", (int)length, text);
    suggest_begin(&suggest, word);
    suggest_offer(&suggest, "all");
    suggest_offer(&suggest, "none");
    for (int i = OUTCOME_DONE + 1; i < OUTCOME_CLASSES; i++) {
        suggest_offer(&suggest, outcome_name((enum outcome_class)i));
    }
    const char *near = suggest_best(&suggest);
    log_fatal("config",
              "--retry-errors: \"%.*s\" is not all, none, or a class of failure such as server_fault%s%s%s",
              (int)length, text, near != NULL ? "; did you mean " : "", near != NULL ? near : "",
              near != NULL ? "?" : "");
}

int retry_errors_parse(const char *text, struct outcome_retry *retry) {
    *retry = (struct outcome_retry){.which = OUTCOME_AGAIN_USUAL};
    if (text == NULL) {
        return 0;
    }
    if (strcmp(text, "all") == 0 || strcmp(text, "none") == 0) {
        retry->which = *text == 'a' ? OUTCOME_AGAIN_ALL : OUTCOME_AGAIN_NONE;
        return 0;
    }
    retry->which = OUTCOME_AGAIN_LISTED;
    while (*text != '\0') {
        size_t length = strcspn(text, ",");
        enum outcome_class class = outcome_find(text, length);
        if (class == OUTCOME_CLASSES) {
            tell_class(text, length);
            return -1;
        }
        retry->listed |= 1U << class;
        text += length + (text[length] == ',');
    }
    return 0;
}
