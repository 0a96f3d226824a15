#include "ration/outcome.h"

#include <bsd/string.h>
#include <string.h>

// One row a class: all that follows from the class alone.
static const struct {
    const char *name;
    bool kept; // not asked again, unless the user says so
} rows[] = {
    [OUTCOME_DONE] = {.name = "done"},
    [OUTCOME_RATE_LIMITED] = {.name = "rate_limited"},
    [OUTCOME_QUOTA_EXHAUSTED] = {.name = "quota_exhausted"},
    [OUTCOME_OVERLOADED] = {.name = "overloaded"},
    [OUTCOME_SERVER_FAULT] = {.name = "server_fault"},
    [OUTCOME_NETWORK_FAULT] = {.name = "network_fault"},
    [OUTCOME_REFUSED] = {.name = "refused", .kept = true},
    [OUTCOME_UNAUTHORISED] = {.name = "unauthorised"},
    [OUTCOME_INVALID_ANSWER] = {.name = "invalid_answer"},
    [OUTCOME_NO_CAPACITY] = {.name = "no_capacity"},
    [OUTCOME_TRUNCATED] = {.name = "truncated"},
    [OUTCOME_WORKER_CRASH] = {.name = "worker_crash"},
    [OUTCOME_IN_DOUBT] = {.name = "in_doubt", .kept = true},
};
_Static_assert(sizeof(rows) / sizeof(rows[0]) == OUTCOME_CLASSES, "a row for each class");
_Static_assert(OUTCOME_CLASSES <= 32, "a set of them is a word of 32 bits");

const char *outcome_name(enum outcome_class class) {
    return rows[class].name;
}

enum outcome_class outcome_find(const char *name, size_t length) {
    for (int i = OUTCOME_DONE + 1; i < OUTCOME_CLASSES; i++) {
        if (strlen(rows[i].name) == length && memcmp(rows[i].name, name, length) == 0) {
            return (enum outcome_class)i;
        }
    }
    return OUTCOME_CLASSES;
}

bool outcome_asked_again(const struct outcome_retry *retry, const char *name, bool unproven) {
    enum outcome_class class = outcome_find(name, strlen(name));
    switch (retry->which) {
    case OUTCOME_AGAIN_ALL:
        return true;
    case OUTCOME_AGAIN_NONE:
        return false;
    case OUTCOME_AGAIN_LISTED:
        return class != OUTCOME_CLASSES && (retry->listed >> class & 1) != 0;
    case OUTCOME_AGAIN_USUAL:
    default:
        return class == OUTCOME_CLASSES || !rows[class].kept || unproven;
    }
}

void outcome_kept(char out[OUTCOME_KEPT_SIZE]) {
    out[0] = '\0';
    for (int i = 0; i < OUTCOME_CLASSES; i++) {
        if (rows[i].kept) {
            (void)strlcat(out, out[0] != '\0' ? ", " : "", OUTCOME_KEPT_SIZE);
            (void)strlcat(out, rows[i].name, OUTCOME_KEPT_SIZE);
        }
    }
}
