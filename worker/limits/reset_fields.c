#include "limits/reset_fields.h"

#include "limits/reset_moment.h"
#include "limits/reset_text.h"
#include "ration/answer_tree.h"
#include "ration/clock.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define MOMENT_LEAST 1e9         // seconds since 1970: less is a span
#define MOMENT_MOST 1e10         // more is of milliseconds
#define SPAN_MOST (100 * 86400.) // seconds
#define TEXT_MOST 40U

static uint64_t moment_of(double number) {
    double seconds = number >= MOMENT_MOST ? number / 1000 : number;
    return seconds >= MOMENT_LEAST && seconds < MOMENT_MOST ? (uint64_t)(seconds * (double)CLOCK_SECOND) : 0;
}

static uint64_t moment_in(const char *text) {
    char small[TEXT_MOST + 1];
    size_t length = strnlen(text, TEXT_MOST);
    int64_t seconds;
    for (size_t i = 0; i < length; i++) {
        small[i] = (char)tolower((unsigned char)text[i]);
    }
    small[length] = '\0';
    // A time of a day alone would need the present one.
    if (strchr(small, '-') == NULL ||
        !reset_moment_read((struct limit_cursor){small, small + length}, 0, &seconds)) {
        return 0;
    }
    return seconds > 0 ? moment_of((double)seconds) : 0;
}

struct reset_fields reset_fields_read(const cJSON *error) {
    static const char *const moments[] = {"resets_at", "reset_at", "resetsAt", "resetAt"};
    static const char *const spans[] = {"resets_in_seconds", "reset_in_seconds",    "resets_in",
                                        "resetsInSeconds",   "retry_after_seconds", "retryAfterSeconds"};
    struct reset_fields fields = {0};
    double number;
    for (size_t i = 0; i < COUNT(moments) && fields.at == 0; i++) {
        const cJSON *item = answer_tree_member(error, moments[i]);
        const char *text = answer_tree_text(item);
        fields.at = answer_tree_number(item, &number) ? moment_of(number)
                    : text != NULL                    ? moment_in(text)
                                                      : 0;
    }
    for (size_t i = 0; i < COUNT(spans) && fields.in == 0; i++) {
        bool good = answer_tree_number(answer_tree_member(error, spans[i]), &number) && number <= SPAN_MOST;
        fields.in = good ? (uint64_t)(number * (double)CLOCK_SECOND) : 0;
    }
    return fields;
}

bool reset_fields_wait(const struct reset_fields *fields, uint64_t wall_ns, uint64_t *wait) {
    *wait = fields->at > wall_ns ? fields->at - wall_ns : fields->in;
    return *wait > 0 && *wait <= RESET_TEXT_LONGEST;
}
