#include "ration/status_class.h"

#include <stddef.h>

// Others: 3xx and 4xx are refusals, 5xx are server faults.
static const struct {
    short status;
    struct status_class of;
} rules[] = {
    {400, {OUTCOME_REFUSED, BLAME_REFUSED, STATUS_CLASS_PLAIN, false}},
    {401, {OUTCOME_UNAUTHORISED, BLAME_REFUSED, STATUS_CLASS_ACCOUNT, false}},
    {402, {OUTCOME_QUOTA_EXHAUSTED, BLAME_REFUSED, STATUS_CLASS_ACCOUNT, false}},
    {403, {OUTCOME_UNAUTHORISED, BLAME_REFUSED, STATUS_CLASS_ACCOUNT, false}},
    {404, {OUTCOME_REFUSED, BLAME_REFUSED, STATUS_CLASS_ACCOUNT, false}},
    {405, {OUTCOME_REFUSED, BLAME_REFUSED, STATUS_CLASS_ACCOUNT, true}},
    {407, {OUTCOME_REFUSED, BLAME_REFUSED, STATUS_CLASS_ACCOUNT, true}},
    {408, {OUTCOME_SERVER_FAULT, BLAME_NOTHING, 0, false}},
    {409, {OUTCOME_SERVER_FAULT, BLAME_NOTHING, 0, false}},
    {410, {OUTCOME_REFUSED, BLAME_REFUSED, STATUS_CLASS_ACCOUNT, true}},
    {411, {OUTCOME_REFUSED, BLAME_REFUSED, STATUS_CLASS_ACCOUNT, true}},
    {413, {OUTCOME_REFUSED, BLAME_REFUSED, STATUS_CLASS_EXPLAINED, false}},
    {414, {OUTCOME_REFUSED, BLAME_REFUSED, STATUS_CLASS_EXPLAINED, false}},
    {421, {OUTCOME_SERVER_FAULT, BLAME_NOTHING, 0, false}},
    {422, {OUTCOME_REFUSED, BLAME_REFUSED, STATUS_CLASS_PLAIN, false}},
    {423, {OUTCOME_SERVER_FAULT, BLAME_NOTHING, 0, false}},
    {424, {OUTCOME_SERVER_FAULT, BLAME_NOTHING, 0, false}},
    {425, {OUTCOME_SERVER_FAULT, BLAME_NOTHING, 0, false}},
    {426, {OUTCOME_REFUSED, BLAME_REFUSED, STATUS_CLASS_ACCOUNT, true}},
    {429, {OUTCOME_RATE_LIMITED, BLAME_LIMITED, 0, false}},
    {451, {OUTCOME_REFUSED, BLAME_REFUSED, STATUS_CLASS_ACCOUNT, true}},
    {460, {OUTCOME_SERVER_FAULT, BLAME_NOTHING, 0, false}}, // a balancer's: the client went away
    {498, {OUTCOME_SERVER_FAULT, BLAME_NOTHING, 0, false}}, // Groq's: capacity
    {499, {OUTCOME_SERVER_FAULT, BLAME_NOTHING, 0, false}}, // nginx': the client went away
    {503, {OUTCOME_OVERLOADED, BLAME_LIMITED, 0, false}},
    {511, {OUTCOME_REFUSED, BLAME_REFUSED, STATUS_CLASS_ACCOUNT, true}}, // a network that wants a login first
    {529, {OUTCOME_OVERLOADED, BLAME_LIMITED, 0, false}},
};

struct status_class status_class_of(long status) {
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (rules[i].status == status) {
            return rules[i].of;
        }
    }
    if (status >= 500 || status < 300) {
        return (struct status_class){.kind = OUTCOME_SERVER_FAULT};
    }
    return (struct status_class){
        .kind = OUTCOME_REFUSED, .blame = BLAME_REFUSED, .most = STATUS_CLASS_ACCOUNT, .never = status < 400};
}
