#include "ration/outcome.h"

#include <bsd/string.h>
#include <string.h>

// One row a class: all that follows from the class alone.
static const struct {
    const char *name;
    bool kept; // not asked again, unless the user says so
    const char *means, *advice;
} rows[] = {
    [OUTCOME_DONE] = {.name = "done",
                      .means = "an answer came, and is what was asked for",
                      .advice = "nothing"},
    [OUTCOME_RATE_LIMITED] =
        {.name = "rate_limited",
         .means = "the API refused the request for its rate (429)",
         .advice = "nothing: the session rests as long as the API says, and no attempt is lost. If it goes "
                   "on: is a limit set too high, does somebody else use the key?"},
    [OUTCOME_QUOTA_EXHAUSTED] =
        {.name = "quota_exhausted",
         .means = "a limit of spending is reached, or the balance is empty (402, or the API's words)",
         .advice = "raise the limit or add credit, then ration resume; by itself it is tried again when the "
                   "API says, else after 300 s, then less often"},
    [OUTCOME_OVERLOADED] = {.name = "overloaded",
                            .means = "the API has no room (503, 529); all requests to that server wait",
                            .advice = "--resume: they are asked again"},
    [OUTCOME_SERVER_FAULT] = {.name = "server_fault",
                              .means = "the API failed (5xx, 408, 409 and the like), or its answer is broken "
                                       "off, no JSON, or without a text",
                              .advice = "--resume: they are asked again"},
    [OUTCOME_NETWORK_FAULT] = {.name = "network_fault",
                               .means = "no connection, a broken one, or no answer in time (--timeout)",
                               .advice = "--resume: they are asked again"},
    [OUTCOME_REFUSED] =
        {.name = "refused",
         .kept = true,
         .means =
             "the API refuses this request and answers others (400 and the like), or withheld the answer",
         .advice = "the input or the prompt is wrong for the API, or it withheld the answer; mend it, then "
                   "--resume --retry-errors refused"},
    [OUTCOME_UNAUTHORISED] = {.name = "unauthorised",
                              .means = "the API refuses the key (401, 403)",
                              .advice =
                                  "replace the key; is it the right provider and project, may it use the "
                                  "model? When no key is left the run stops with exit 4: then --resume"},
    [OUTCOME_INVALID_ANSWER] =
        {.name = "invalid_answer",
         .means = "the answer came whole, and is not what --schema, --min-chars or --must-match asks for",
         .advice = "the code and the message say what the model does wrong each time. Say it in the prompt "
                   "or mend the schema, then --resume --retry-errors invalid_answer; an answer of use all "
                   "the same is kept with --on-invalid keep"},
    [OUTCOME_NO_CAPACITY] = {.name = "no_capacity",
                             .means = "the service tier that was asked for, flex say, has no room",
                             .advice = "nothing: the artist waits, at no cost to anybody; --flex-patience "
                                       "falls back to the usual tier"},
    [OUTCOME_TRUNCATED] = {.name = "truncated",
                           .means = "the token limit has cut the answer, each time (--on-truncated)",
                           .advice = "raise --max-output-tokens, then --resume --retry-errors truncated"},
    [OUTCOME_WORKER_CRASH] = {.name = "worker_crash",
                              .means = "its worker died three times while it was in flight",
                              .advice = "a bug. Keep the row and the log, and report it"},
    [OUTCOME_IN_DOUBT] = {.name = "in_doubt",
                          .kept = true,
                          .means = "it was asked, perhaps billed, and a process died before the answer was "
                                   "recorded (--in-doubt fail)",
                          .advice = "look whether they were billed, then --resume --retry-errors in_doubt"},
};
_Static_assert(sizeof(rows) / sizeof(rows[0]) == OUTCOME_CLASSES, "a row for each class");
_Static_assert(OUTCOME_CLASSES <= 32, "a set of them is a word of 32 bits");

const char *outcome_name(enum outcome_class class) {
    return rows[class].name;
}

const char *outcome_means(enum outcome_class class) {
    return rows[class].means;
}

const char *outcome_advice(enum outcome_class class) {
    return rows[class].advice;
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
