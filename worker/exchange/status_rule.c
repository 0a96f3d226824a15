#include "exchange/status_rule.h"

#include "exchange/spend_limit.h"

#include <stddef.h>
#include <string.h>

static bool one_of(const char *word, const char *const *list, size_t count) {
    for (size_t i = 0; word != NULL && i < count; i++) {
        if (strcmp(word, list[i]) == 0) {
            return true;
        }
    }
    return false;
}

#define ONE_OF(word, list) one_of(word, list, sizeof(list) / sizeof((list)[0]))

static bool says_overloaded(const struct answer *answer) {
    return answer->error_type != NULL && strcmp(answer->error_type, "overloaded_error") == 0;
}

const char *status_rule_words(const struct status_class *rule, long status) {
    if (status >= 300 && status < 400) {
        return "the API answered with a redirect, which is not followed; correct --base-url";
    }
    switch (rule->kind) {
    case OUTCOME_QUOTA_EXHAUSTED:
        return "quota exhausted";
    case OUTCOME_RATE_LIMITED:
        return "rate limit reached";
    case OUTCOME_OVERLOADED:
        return "overloaded";
    case OUTCOME_UNAUTHORISED:
        return "the API refused the key";
    case OUTCOME_REFUSED:
        return "request refused";
    default:
        return "server fault";
    }
}

// The API says that it is what stands in the request: by a code, or by the parameter that is wrong. The model
// is everybody's.
static bool says_row(const struct answer *answer) {
    static const char *const codes[] = {
        "content_filter",          "content_policy_violation",        "invalid_prompt",
        "context_length_exceeded", "string_above_max_length",         "string_too_long",
        "prompt_variable_unknown", "array_above_max_length",          "moderation_blocked",
        "request_too_large",       "model_max_prompt_tokens_exceeded"};
    if (ONE_OF(answer->error_code, codes) || ONE_OF(answer->error_type, codes)) {
        return true;
    }
    return answer->error_param != NULL && answer->error_param[0] != '\0' &&
           strcmp(answer->error_param, "model") != 0 && answer->error_code != NULL;
}

// A code says so; or words do, where nothing says that it is what stands in the request.
static bool says_no_money(long status, const struct answer *answer, const struct status_class *rule) {
    return spend_limit_code(answer) ||
           (status >= 400 && !says_row(answer) && spend_limit_words(answer, rule->blame == BLAME_LIMITED));
}

// What the body says goes before what the status says.
static void read_body(long status, const struct answer *answer, struct status_class *rule) {
    bool refusal = rule->blame == BLAME_REFUSED;
    if (says_no_money(status, answer, rule)) {
        *rule = (struct status_class){.kind = OUTCOME_QUOTA_EXHAUSTED, .blame = BLAME_LIMITED};
    } else if (status >= 500 && says_overloaded(answer)) {
        *rule = (struct status_class){.kind = OUTCOME_OVERLOADED, .blame = BLAME_LIMITED};
    } else if (status >= 400 && refusal && rule->kind == OUTCOME_REFUSED && says_row(answer)) {
        rule->blame = BLAME_ROW;
        rule->most = STATUS_CLASS_EXPLAINED;
    } else if (rule->most == STATUS_CLASS_PLAIN && answer->error_code != NULL) {
        rule->most = STATUS_CLASS_EXPLAINED;
    }
}

struct status_class status_rule_of(long status, const struct answer *answer, enum outcome_hint hint) {
    struct status_class rule = status_class_of(status);
    read_body(status, answer, &rule);
    if (hint == OUTCOME_SHOULD_RETRY && rule.kind == OUTCOME_REFUSED) {
        return (struct status_class){.kind = OUTCOME_SERVER_FAULT};
    }
    if (hint == OUTCOME_SHOULD_NOT_RETRY && rule.kind == OUTCOME_SERVER_FAULT) {
        return (struct status_class){
            .kind = OUTCOME_REFUSED, .blame = BLAME_REFUSED, .most = STATUS_CLASS_EXPLAINED};
    }
    return rule;
}
