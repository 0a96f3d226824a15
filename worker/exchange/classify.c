#include "exchange/classify.h"

#include "exchange/flex_rule.h"
#include "exchange/status_rule.h"
#include "ration/own_code.h"

#include <stddef.h>
#include <string.h>

// Of answers that came whole, were paid for, and are none. An empty one is more often an accident.
#define MOST_PAID 2U
#define MOST_EMPTY 3U

static struct outcome make(enum outcome_class kind, const char *code, const char *message) {
    return (struct outcome){.kind = kind, .code = code, .message = message};
}

static struct outcome of_status(const struct outcome_facts *facts) {
    if (facts->flex && flex_rule_refused(facts->status, facts->answer)) {
        struct outcome full = make(OUTCOME_NO_CAPACITY, NULL, "the tier has no capacity now");
        full.of_answer = true; // others of another tier are answered
        return full;
    }
    const struct status_class rule = status_rule_of(facts->status, facts->answer, facts->hint);
    bool redirect = facts->status >= 300 && facts->status < 400;
    struct outcome outcome = make(rule.kind, redirect ? own_code_name(OWN_CODE_REDIRECT) : NULL,
                                  status_rule_words(&rule, facts->status));
    outcome.blame = rule.blame;
    outcome.most = rule.most;
    outcome.never = rule.never;
    outcome.elsewhere = facts->status == 421;
    return outcome;
}

// ---- a whole body under a 2xx ----

// A fault of the answer, in our own words or those that reading it left.
static struct outcome of_answer(const struct answer *answer, const char *code, const char *message) {
    struct outcome outcome =
        make(OUTCOME_SERVER_FAULT, code, answer->complaint != NULL ? answer->complaint : message);
    outcome.of_answer = true;
    return outcome;
}

// Likewise of one that came whole and was paid for: the same comes again, mostly.
static struct outcome of_paid(const struct answer *answer, const char *code, const char *message) {
    struct outcome outcome = of_answer(answer, code, message);
    outcome.most_such = MOST_PAID;
    return outcome;
}

static struct outcome of_cut(const char *message) {
    struct outcome cut = make(OUTCOME_SERVER_FAULT, own_code_name(OWN_CODE_TRUNCATED), message);
    cut.of_answer = true;
    cut.truncated = true;
    return cut;
}

// It is no answer by the way in which it ended.
static struct outcome of_ending(const struct answer *answer) {
    struct outcome empty = of_paid(answer, own_code_name(OWN_CODE_EMPTY), "the answer has no text");
    switch (answer_ended(answer)) {
    case ANSWER_WHOLE:
        empty.most_such = MOST_EMPTY;
        return empty;
    case ANSWER_ABORTED: // the server may do better the next time
        return of_answer(answer, own_code_name(OWN_CODE_INCOMPLETE), "the answer is not complete");
    default:
        return of_paid(answer, own_code_name(OWN_CODE_INCOMPLETE), "the answer is not complete");
    }
}

static struct outcome of_textless(const struct outcome_facts *facts) {
    const struct answer *answer = facts->answer;
    if (!answer->parsed) {
        return of_answer(answer, own_code_name(OWN_CODE_UNPARSABLE), "the body is not one JSON object");
    }
    if (answer->other_shape) {
        return of_paid(answer, own_code_name(OWN_CODE_OTHER_SHAPE),
                       "the answer has the shape of another API");
    }
    if (answer->refusal != NULL) {
        return make(OUTCOME_REFUSED, own_code_name(OWN_CODE_MODEL_REFUSAL), answer->refusal);
    }
    if (answer_ended(answer) == ANSWER_WITHHELD) {
        return make(OUTCOME_REFUSED, own_code_name(OWN_CODE_CONTENT_FILTER),
                    "the answer was withheld by a content filter");
    }
    if (answer_truncated(answer)) {
        struct outcome cut = of_cut("the token limit was reached before any text; raise --max-output-tokens");
        cut.final = facts->on_truncated != SETTINGS_TRUNCATED_RETRY;
        return cut;
    }
    return of_ending(answer);
}

// An error is what the status would be that it stands for; one that does not say is a fault of the server.
static struct outcome of_error(const struct outcome_facts *facts) {
    struct outcome_facts stands_for = *facts;
    stands_for.status = facts->answer->error_status != 0 ? facts->answer->error_status : 500;
    return of_status(&stands_for);
}

static bool is_invalid(const struct outcome_facts *facts) {
    return facts->invalid != NULL && facts->invalid->code != NULL &&
           facts->on_invalid != SETTINGS_INVALID_KEEP;
}

// It came whole, and the session works: it is only not what was asked for. One that was cut is not, for that
// reason.
static struct outcome of_invalid(const struct outcome_facts *facts) {
    if (answer_truncated(facts->answer)) {
        struct outcome cut =
            of_cut("the answer was cut by the token limit, and is no valid one; raise --max-output-tokens");
        cut.final = facts->on_truncated != SETTINGS_TRUNCATED_RETRY;
        return cut;
    }
    struct outcome outcome = make(OUTCOME_INVALID_ANSWER, facts->invalid->code, facts->invalid->words);
    outcome.of_answer = true;
    outcome.final = facts->on_invalid == SETTINGS_INVALID_FAIL;
    return outcome;
}

static struct outcome of_success(const struct outcome_facts *facts) {
    if (facts->answer->failed) {
        return of_error(facts);
    }
    if (!facts->answer->complete) {
        return of_textless(facts);
    }
    if (answer_truncated(facts->answer) && facts->on_truncated != SETTINGS_TRUNCATED_KEEP) {
        struct outcome cut = of_cut("the answer was cut by the token limit");
        cut.final = facts->on_truncated == SETTINGS_TRUNCATED_FAIL;
        return cut;
    }
    return is_invalid(facts) ? of_invalid(facts) : make(OUTCOME_DONE, NULL, "");
}

bool outcome_answers(long status) {
    return status >= 200 && status < 300 && status != 204 && status != 205 && status != 206;
}

// What broke off can still tell that we are to slow down; nothing else in it is believed.
static struct outcome of_fault(const struct outcome_facts *facts) {
    static const enum own_code code[] = {
        [EXCHANGE_BROKEN] = OWN_CODE_CONNECTION, [EXCHANGE_TIMED_OUT] = OWN_CODE_TIMEOUT};
    static const char *const message[] = {[EXCHANGE_BROKEN] = "the connection failed or broke",
                                          [EXCHANGE_TIMED_OUT] = "no whole response within --timeout"};
    if (facts->status == 429 || facts->status == 503 || facts->status == 529) {
        return of_status(facts);
    }
    return make(OUTCOME_NETWORK_FAULT, own_code_name(code[facts->fault]), message[facts->fault]);
}

// Of a whole 2xx: what is wrong with it is wrong with the answer. Unless it is no answer of an API at all:
// that may be anybody's fault.
static void blame_answer(const struct outcome_facts *facts, struct outcome *outcome) {
    const struct answer *answer = facts->answer;
    if (outcome->blame != BLAME_NOTHING) {
        return;
    }
    if (outcome->kind == OUTCOME_DONE || outcome->kind == OUTCOME_INVALID_ANSWER) {
        outcome->blame = BLAME_WORKS;
    } else if (outcome->kind == OUTCOME_REFUSED) {
        outcome->blame = BLAME_ROW;
        outcome->withheld = true;
    } else if (outcome->kind == OUTCOME_RATE_LIMITED || outcome->kind == OUTCOME_OVERLOADED ||
               outcome->kind == OUTCOME_QUOTA_EXHAUSTED) {
        outcome->blame = BLAME_LIMITED;
    } else if (outcome->kind == OUTCOME_SERVER_FAULT && !answer->failed) {
        outcome->of_answer = true;
        outcome->blame = answer->parsed && !answer->other_shape ? BLAME_NOTHING : BLAME_REFUSED;
    }
}

struct outcome outcome_of(const struct outcome_facts *facts) {
    struct outcome outcome;
    if (facts->fault == EXCHANGE_TOO_LARGE && outcome_answers(facts->status)) {
        outcome = make(OUTCOME_SERVER_FAULT, own_code_name(OWN_CODE_ANSWER_TOO_LARGE),
                       "the response is larger than is accepted");
        outcome.of_answer = true;
        return outcome;
    }
    if (facts->fault == EXCHANGE_ENCODED && facts->status >= 200 && facts->status < 300) {
        outcome = make(OUTCOME_SERVER_FAULT, own_code_name(OWN_CODE_CONTENT_ENCODING),
                       "the body comes in an encoding that was not asked for");
        outcome.of_answer = true;
        outcome.blame = BLAME_REFUSED;
        outcome.most = 0;
        return outcome;
    }
    if (facts->fault == EXCHANGE_BROKEN || facts->fault == EXCHANGE_TIMED_OUT) {
        outcome = of_fault(facts);
    } else if (outcome_answers(facts->status)) {
        outcome = of_success(facts);
        blame_answer(facts, &outcome);
    } else {
        outcome = of_status(facts);
    }
    if (outcome.code == NULL && outcome.kind != OUTCOME_DONE) {
        const struct answer *answer = facts->answer;
        outcome.code = answer->error_code != NULL ? answer->error_code : answer->error_type;
        outcome.message = answer->error_message != NULL ? answer->error_message : outcome.message;
    }
    return outcome;
}
