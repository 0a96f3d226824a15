#include "exchange/outcome.h"

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

// No money, or a spending cap: waiting a minute will not help.
static bool says_quota(const struct answer *answer) {
    static const char *const quota[] = {
        "insufficient_quota",
        "credit_balance_exhausted",
        "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
        "enforced_spend_limit_reached",
        "billing_hard_limit_reached",
        "billing_not_active",
        "billing_error",
    };
    return ONE_OF(answer->error_code, quota) || ONE_OF(answer->error_type, quota) ||
           ONE_OF(answer->error_detail, quota);
}

static bool says_rate_limit(const struct answer *answer) {
    static const char *const rate[] = {"rate_limit_exceeded", "rate_limit_error", "slow_down"};
    return ONE_OF(answer->error_code, rate) || ONE_OF(answer->error_type, rate);
}

static bool says_overloaded(const struct answer *answer) {
    return answer->error_type != NULL && strcmp(answer->error_type, "overloaded_error") == 0;
}

static bool says_invalid(const struct answer *answer) {
    static const char *const invalid[] = {"invalid_prompt", "invalid_request_error", "content_filter",
                                          "content_policy_violation"};
    return ONE_OF(answer->error_code, invalid) || ONE_OF(answer->error_type, invalid);
}

static struct outcome make(enum slot_outcome kind, const char *code, const char *message) {
    return (struct outcome){.kind = kind, .code = code, .message = message};
}

// A whole body under status 200 that gives no text.
static struct outcome of_textless(const struct outcome_facts *facts) {
    const struct answer *answer = facts->answer;
    if (!answer->parsed) {
        return make(SLOT_SERVER_FAULT, "unparsable_answer", "the body is not one valid JSON object in UTF-8");
    }
    if (answer->failed) {
        if (says_quota(answer)) {
            return make(SLOT_QUOTA_EXHAUSTED, NULL, "the response failed: quota exhausted");
        }
        if (says_rate_limit(answer)) {
            return make(SLOT_RATE_LIMITED, NULL, "the response failed: rate limit");
        }
        if (says_overloaded(answer)) {
            return make(SLOT_OVERLOADED, NULL, "the response failed: overloaded");
        }
        return make(says_invalid(answer) ? SLOT_REFUSED : SLOT_SERVER_FAULT, NULL, "the response failed");
    }
    if (answer->refusal != NULL) {
        return make(SLOT_REFUSED, "model_refusal", answer->refusal);
    }
    if (answer->finish_reason != NULL && strcmp(answer->finish_reason, "content_filter") == 0) {
        return make(SLOT_REFUSED, "content_filter", "the answer was withheld by a content filter");
    }
    if (answer_truncated(answer)) {
        struct outcome cut = make(SLOT_SERVER_FAULT, "truncated",
                                  "the token limit was reached before any text; raise --max-output-tokens");
        cut.truncated = true;
        cut.final = facts->on_truncated != SETTINGS_TRUNCATED_RETRY;
        return cut;
    }
    if (answer->finish_reason != NULL && strcmp(answer->finish_reason, "stop") == 0) {
        return make(SLOT_SERVER_FAULT, "empty_answer", "the answer has no text");
    }
    return make(SLOT_SERVER_FAULT, "incomplete_answer", "the answer is not complete");
}

static struct outcome of_success(const struct outcome_facts *facts) {
    if (!facts->answer->complete) {
        return of_textless(facts);
    }
    if (answer_truncated(facts->answer) && facts->on_truncated != SETTINGS_TRUNCATED_KEEP) {
        struct outcome cut = make(SLOT_SERVER_FAULT, "truncated", "the answer was cut by the token limit");
        cut.truncated = true;
        cut.final = facts->on_truncated == SETTINGS_TRUNCATED_FAIL;
        return cut;
    }
    return make(SLOT_DONE, NULL, "");
}

static struct outcome of_status(const struct outcome_facts *facts) {
    long status = facts->status;
    if (says_quota(facts->answer) || status == 402) {
        return make(SLOT_QUOTA_EXHAUSTED, NULL, "quota exhausted");
    }
    if (status == 429) {
        return make(SLOT_RATE_LIMITED, NULL, "rate limit reached");
    }
    if (status == 503 || status == 529 || (status >= 500 && says_overloaded(facts->answer))) {
        return make(SLOT_OVERLOADED, NULL, "overloaded");
    }
    if (status == 401 || status == 403) {
        return make(SLOT_UNAUTHORISED, NULL, "the API refused the key");
    }
    if (status >= 300 && status < 400) {
        return make(SLOT_REFUSED, "redirect",
                    "the API answered with a redirect, which is not followed; correct --base-url");
    }
    bool retried = status >= 500 || status == 408 || status == 409 || status < 300;
    if (facts->hint != OUTCOME_NO_HINT) {
        retried = facts->hint == OUTCOME_SHOULD_RETRY;
    }
    return make(retried ? SLOT_SERVER_FAULT : SLOT_REFUSED, NULL,
                retried ? "server fault" : "request refused");
}

// What broke off can still tell that we are to slow down; nothing else in it is believed.
static struct outcome of_fault(const struct outcome_facts *facts) {
    static const char *const code[] = {[OUTCOME_BROKEN] = "connection", [OUTCOME_TIMED_OUT] = "timeout"};
    static const char *const message[] = {[OUTCOME_BROKEN] = "the connection failed or broke",
                                          [OUTCOME_TIMED_OUT] = "no whole response within --timeout"};
    if (facts->status == 429 || facts->status == 503 || facts->status == 529) {
        return of_status(facts);
    }
    return make(SLOT_NETWORK_FAULT, code[facts->fault], message[facts->fault]);
}

struct outcome outcome_of(const struct outcome_facts *facts) {
    struct outcome outcome;
    if (facts->fault == OUTCOME_TOO_LARGE && facts->status == 200) {
        return make(SLOT_SERVER_FAULT, "answer_too_large", "the response is larger than is accepted");
    }
    if (facts->fault == OUTCOME_ENCODED && facts->status >= 200 && facts->status < 300) {
        return make(SLOT_SERVER_FAULT, "content_encoding",
                    "the body comes in an encoding that was not asked for");
    }
    if (facts->fault == OUTCOME_BROKEN || facts->fault == OUTCOME_TIMED_OUT) {
        outcome = of_fault(facts);
    } else if (facts->status == 200) {
        outcome = of_success(facts);
    } else {
        outcome = of_status(facts);
    }
    if (outcome.code == NULL && outcome.kind != SLOT_DONE) {
        const struct answer *answer = facts->answer;
        outcome.code = answer->error_code != NULL ? answer->error_code : answer->error_type;
        outcome.message = answer->error_message != NULL ? answer->error_message : outcome.message;
    }
    return outcome;
}
