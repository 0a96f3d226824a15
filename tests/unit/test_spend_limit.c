// Refusals for want of money, in the bodies that providers send, and what only looks like one.
#include "exchange/answer.h"
#include "exchange/classify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static struct text joined;

static struct outcome outcome_of_body(enum provider_shape shape, long status, const char *body) {
    static struct answer answer;
    answer_read(shape, body, strlen(body), &joined, &answer);
    const struct outcome_facts facts = {.fault = EXCHANGE_WHOLE, .status = status, .answer = &answer};
    return outcome_of(&facts);
}

struct seen {
    long status;
    const char *body;
};

#define ERROR(message) "{\"error\":{\"message\":\"" message "\"}}"
#define ANTHROPIC(type, message)                                                  \
    "{\"type\":\"error\",\"error\":{\"type\":\"" type "\",\"message\":\"" message \
    "\"},\"request_id\":\"req_1\"}"
#define GOOGLE(code, state, message, details)                                       \
    "{\"error\":{\"code\":" code ",\"message\":\"" message "\",\"status\":\"" state \
    "\",\"details\":[" details "]}}"

// The session is parked at once, whatever the dress, and no artist is to blame.
static void knows_a_limit_of_spending(void **state) {
    (void)state;
    static const struct seen table[] = {
        // Anthropic
        {400, ANTHROPIC("invalid_request_error",
                        "You have reached your specified API usage limits. You will regain "
                        "access on 2026-11-01 at 00:00 UTC.")},
        {400,
         ANTHROPIC("invalid_request_error", "You have reached your specified workspace API usage limits. You "
                                            "will regain access on 2026-11-01 at 00:00 UTC.")},
        {400, ANTHROPIC("invalid_request_error",
                        "Your credit balance is too low to access the Anthropic API. Please "
                        "go to Plans & Billing to upgrade or purchase credits.")},
        {402, ANTHROPIC("billing_error", "Your account has a problem.")},
        {429, "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"m\",\"details\":{"
              "\"error_code\":\"enforced_spend_limit_reached\"}}}"},
        // OpenAI
        {429, "{\"error\":{\"message\":\"You exceeded your current quota, please check your plan and billing "
              "details.\",\"type\":\"insufficient_quota\",\"param\":null,\"code\":\"insufficient_quota\"}}"},
        {429,
         "{\"error\":{\"message\":\"m\",\"type\":\"requests\",\"code\":\"project_spend_limit_exceeded\"}}"},
        {429, "{\"error\":{\"message\":\"m\",\"code\":\"organization_usage_limit_exceeded\"}}"},
        {400, "{\"error\":{\"message\":\"Billing hard limit has been "
              "reached\",\"code\":\"billing_hard_limit_reached\"}}"},
        {400, ERROR("Billing hard limit has been reached")},
        {403, "{\"error\":{\"message\":\"m\",\"type\":\"billing_not_active\"}}"},
        {429, ERROR("Your account is not active, please check your billing details on our website.")},
        {401, ERROR("You exceeded your current quota, please check your plan and billing details.")},
        {429, ERROR("You exceeded your current quota, please check your plan and billing details. Try again "
                    "in 2 days.")},
        // DeepSeek, OpenRouter, Together, Hugging Face, Fireworks, Groq
        {402, "{\"error\":{\"message\":\"Insufficient "
              "Balance\",\"type\":\"unknown_error\",\"param\":null,\"code\":"
              "\"invalid_request_error\"}}"},
        {402, "{\"error\":{\"message\":\"Insufficient credits. Add more using https://openrouter.ai/settings/"
              "credits\",\"code\":402}}"},
        {403, "{\"error\":{\"message\":\"Key limit exceeded (monthly limit). Manage it using "
              "https://openrouter.ai/"
              "settings/keys\",\"code\":403}}"},
        {429, "{\"error\":{\"message\":\"Error from provider: Provider returned "
              "error\",\"code\":429,\"metadata\":{"
              "\"raw\":\"{\\\"error\\\":{\\\"message\\\":\\\"Your account org-4 <ak-f> is suspended due to "
              "insufficient balance, please recharge your account or check your plan and billing "
              "details\\\"}}\"}}}"},
        {402, ERROR("Credit limit exceeded, please navigate to https://api.together.xyz/settings/billing")},
        {402, "{\"error\":\"You have exceeded your monthly included credits for Inference Providers. "
              "Subscribe to PRO "
              "to get 20x more monthly included credits.\"}"},
        {412,
         "{\"error\":{\"message\":\"Account acme is suspended, possibly due to reaching the monthly spending "
         "limit or failure to pay past invoices. Please go to https://fireworks.ai/account/billing for more "
         "information.\",\"param\":null,\"code\":\"PRECONDITION_FAILED\",\"type\":\"error\"}}"},
        {400, "{\"error\":{\"message\":\"m\",\"type\":\"invalid_request_error\",\"code\":\"blocked_api_"
              "access\"}}"},
        // xAI
        {429,
         "{\"code\":\"c\",\"error\":\"Your team 16f2 has either used all available credits or reached its "
         "monthly spending limit. To continue making API requests, please purchase more credits or raise "
         "your "
         "spending limit.\"}"},
        {403, "{\"code\":\"personal-team-blocked:spending-limit\",\"error\":\"Add credits at "
              "https://grok.com/.\"}"},
        {403, "{\"code\":\"c\",\"error\":\"You have run out of credits or need a Grok subscription.\"}"},
        // Google
        {403, GOOGLE("403", "PERMISSION_DENIED",
                     "This API method requires billing to be enabled. Please enable billing on project #1 by "
                     "visiting "
                     "https://console.developers.google.com/billing/enable?project=1 then retry.",
                     "")},
        {403, GOOGLE("403", "PERMISSION_DENIED", "m",
                     "{\"@type\":\"type.googleapis.com/google.rpc.Help\"},{\"@type\":\"type.googleapis.com/"
                     "google.rpc.ErrorInfo\",\"reason\":\"BILLING_DISABLED\"}")},
        {403,
         GOOGLE("403", "PERMISSION_DENIED", "Project p (#1) has billing disabled. Please enable it.", "")},
        {429, GOOGLE("429", "RESOURCE_EXHAUSTED", "Your project has exceeded its monthly spending cap.", "")},
        {429, GOOGLE("429", "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted.", "")},
        // Moonshot, Zhipu, Alibaba, Volcengine, MiniMax, Cohere, gateways
        {403, "{\"error\":{\"message\":\"m\",\"type\":\"exceeded_current_quota_error\"}}"},
        {429, ERROR("Your account org-e <ak-f> is suspended due to insufficient balance, please recharge "
                    "your account")},
        {429, "{\"error\":{\"code\":\"1113\",\"message\":\"您的账户已欠费，请充值后重试。\"}}"},
        {400, "{\"error\":{\"code\":\"Arrearage\",\"param\":null,\"message\":\"m\",\"type\":\"Arrearage\"}}"},
        {400, ERROR("Access denied, please make sure your account is in good standing.")},
        {403, "{\"error\":{\"code\":\"AccountOverdueError\",\"message\":\"m\"}}"},
        {403, ERROR("The request failed because your account has an overdue balance.")},
        {403, "{\"code\":30001,\"message\":\"Sorry, your account balance is insufficient\",\"data\":null}"},
        {500, "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"insufficient balance "
              "(1008)\"}}"},
        {200, "{\"id\":\"x\",\"choices\":null,\"base_resp\":{\"status_code\":1008,\"status_msg\":"
              "\"insufficient balance\"}}"},
        {429, "{\"message\":\"You are using a Trial key, which is limited to 1000 API calls / month. You can "
              "continue to "
              "use the Trial key for free or upgrade to a Production key.\"}"},
        {400, "{\"error\":{\"message\":\"Budget has been exceeded! Current cost: 14.1, Max budget: "
              "10.0\",\"type\":null,"
              "\"param\":null,\"code\":\"400\"}}"},
        {429, "{\"error\":{\"message\":\"m\",\"type\":\"budget_exceeded\",\"param\":null,\"code\":\"429\"}}"},
        {403, "{\"error\":{\"message\":\"m\",\"type\":\"api_error\",\"param\":\"\",\"code\":\"insufficient_"
              "user_quota\"}}"},
        {403, "{\"message\":\"Model access is denied due to INVALID_PAYMENT_INSTRUMENT: A valid payment "
              "instrument must "
              "be provided.\"}"},
        {429, ANTHROPIC("rate_limit_error",
                        "usage limit exceeded, 5-hour usage limit reached for Token Plan Starter "
                        "(0/0 used), resets at 2026-05-15T15:00:00Z (2056)")},
        {402, ERROR("You have insufficient credit to run this model.")},
        {403, ERROR("User is locked. Reason: Exhausted balance.")},
        {403, "{\"error\":{\"message\":\"m\",\"code\":\"NOT_ENOUGH_BALANCE\"}}"},
        {403, ERROR("The free tier of the model has been exhausted.")},
        {402, ERROR("You have no remaining credits")},
        {400, "YOUR CREDIT BALANCE IS TOO LOW TO ACCESS THE API."},
        {429, ERROR("You've hit your org's monthly usage limit")},
        {429, "{\"error\":{\"message\":\"m\",\"code\":\"SPEND_LIMIT_EXCEEDED\"}}"},
        {401, "{\"type\":\"error\",\"error\":{\"type\":\"CreditsError\",\"message\":\"m\"}}"},
        // in a body that comes with 200, and in a stream
        {200, ERROR("Insufficient Balance")},
        {200,
         ANTHROPIC("invalid_request_error", "Your credit balance is too low to access the Anthropic API.")},
        {200, "{\"error\":{\"message\":\"You exceeded your current quota, please check your plan and billing "
              "details.\","
              "\"type\":\"insufficient_quota\"}}"},
        {200, "event: error\ndata: "
              "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"You "
              "have reached your specified API usage limits.\"}}\n\n"},
        {200, "data: {\"choices\":[{\"delta\":{\"content\":\"One \"}}]}\n\ndata: "
              "{\"error\":{\"code\":402,\"message\":"
              "\"Insufficient credits\"}}\n\n"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct outcome outcome = outcome_of_body(PROVIDER_CHAT, table[i].status, table[i].body);
        if (outcome.kind != OUTCOME_QUOTA_EXHAUSTED || outcome.blame != BLAME_LIMITED) {
            fail_msg("%ld %s: %s, %d", table[i].status, table[i].body, outcome_name(outcome.kind),
                     outcome.blame);
        }
    }
}

// What is one artist's, or a limit of a minute, or nobody's yet.
static void takes_nothing_else_for_one(void **state) {
    (void)state;
    static const struct {
        long status;
        const char *body;
        enum outcome_class kind;
        enum blame_class blame;
    } table[] = {
        {400, ERROR("The prompt mentions a credit card, and is longer than the limit of 4096 tokens."),
         OUTCOME_REFUSED, BLAME_REFUSED},
        {400, ERROR("Invalid value: 'He reached his spending limit and ran out of credits'."),
         OUTCOME_REFUSED, BLAME_REFUSED},
        {400, ERROR("Invalid value: \\\"his credit balance is too low\\\" is no name."), OUTCOME_REFUSED,
         BLAME_REFUSED},
        {400, ERROR("The thinking budget of 50000 exceeds the limit of 32768."), OUTCOME_REFUSED,
         BLAME_REFUSED},
        {400, ERROR("Out of range float values in balance."), OUTCOME_REFUSED, BLAME_REFUSED},
        {400, ERROR("This model's maximum context length is 4096 tokens. Give credit where it is due."),
         OUTCOME_REFUSED, BLAME_REFUSED},
        {400,
         "{\"error\":{\"message\":\"No such thing: insufficient balance of credits\",\"type\":"
         "\"invalid_request_error\",\"param\":\"input\",\"code\":\"invalid_value\"}}",
         OUTCOME_REFUSED, BLAME_ROW},
        {400,
         "{\"error\":{\"message\":\"the words \\\"out of credits\\\" are "
         "filtered\",\"code\":\"content_filter\"}}",
         OUTCOME_REFUSED, BLAME_ROW},
        {400, "{\"error\":{\"message\":\"m\",\"code\":\"context_hard_limit\"}}", OUTCOME_REFUSED,
         BLAME_REFUSED},
        {400, "{\"error\":{\"message\":\"m\",\"code\":\"accredited_billings\"}}", OUTCOME_REFUSED,
         BLAME_REFUSED},
        {422, ERROR("Field organization: unknown project"), OUTCOME_REFUSED, BLAME_REFUSED},
        // It may be that one artist asks for too much: what happens to others tells.
        {402,
         "{\"error\":{\"message\":\"This request requires more credits, or fewer max_tokens. You requested "
         "up to "
         "65536 tokens, but can only afford 3919. To increase, visit https://openrouter.ai/settings/credits "
         "and "
         "upgrade to a paid account\",\"code\":402,\"metadata\":{\"provider_name\":null}}}",
         OUTCOME_QUOTA_EXHAUSTED, BLAME_REFUSED},
        {402, "{\"error\":{\"message\":\"Payment required\"}}", OUTCOME_QUOTA_EXHAUSTED, BLAME_REFUSED},
        // of a minute
        {429,
         GOOGLE("429", "RESOURCE_EXHAUSTED",
                "You exceeded your current quota, please check your plan and billing details.", ""),
         OUTCOME_RATE_LIMITED, BLAME_LIMITED},
        {429,
         ERROR("You exceeded your current quota, please check your plan and billing details. Please retry in "
               "33.4s."),
         OUTCOME_RATE_LIMITED, BLAME_LIMITED},
        {429, "{\"message\":\"You are using a Trial key, which is limited to 40 API calls / minute.\"}",
         OUTCOME_RATE_LIMITED, BLAME_LIMITED},
        {429,
         ERROR("Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests "
               "per day"),
         OUTCOME_RATE_LIMITED, BLAME_LIMITED},
        {429,
         ERROR(
             "Limit: 3 / min. You can increase your rate limit by adding a payment method to your account at "
             "https://platform.openai.com/account/billing."),
         OUTCOME_RATE_LIMITED, BLAME_LIMITED},
        {429,
         ERROR("Requests have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry "
               "after "
               "6 seconds. For Free Account customers, upgrade to Pay as you Go"),
         OUTCOME_RATE_LIMITED, BLAME_LIMITED},
        {429,
         ANTHROPIC("rate_limit_error",
                   "This request would exceed your organization's rate limit of 50,000 input "
                   "tokens per minute."),
         OUTCOME_RATE_LIMITED, BLAME_LIMITED},
        {413,
         ERROR("Request too large for m in organization o on tokens per minute (TPM): Limit 6000, Requested "
               "8000. "
               "Need more tokens? Upgrade today at https://console.groq.com/settings/billing"),
         OUTCOME_REFUSED, BLAME_REFUSED},
        {429,
         ERROR("Quota exceeded for generate_content_free_tier_requests, limit: 15. Please retry in 40s."),
         OUTCOME_RATE_LIMITED, BLAME_LIMITED},
        {429, ERROR("Rate limit reached for m in organization o on tokens per min (TPM): Limit 1, Used 1."),
         OUTCOME_RATE_LIMITED, BLAME_LIMITED},
        {429, ERROR("Service tier capacity exceeded for this model."), OUTCOME_RATE_LIMITED, BLAME_LIMITED},
        {503, ERROR("The engine is overloaded; its balance of requests is being restored"),
         OUTCOME_OVERLOADED, BLAME_LIMITED},
        {500, ERROR("internal error"), OUTCOME_SERVER_FAULT, BLAME_NOTHING},
        {200,
         "{\"id\":\"x\",\"choices\":null,\"base_resp\":{\"status_code\":0,\"status_msg\":\"insufficient "
         "balance\"}}",
         OUTCOME_SERVER_FAULT, BLAME_NOTHING},
        // an error without words, behind an answer that has them
        {200,
         "data: {\"choices\":[{\"delta\":{\"content\":\"He ran out of credits, reached his spending "
         "limit.\"}}]}\n\n"
         "data: {\"error\":{\"code\":500}}\n\n",
         OUTCOME_SERVER_FAULT, BLAME_NOTHING},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct outcome outcome = outcome_of_body(PROVIDER_CHAT, table[i].status, table[i].body);
        if (outcome.kind != table[i].kind || outcome.blame != table[i].blame) {
            fail_msg("%ld %s: %s, %d", table[i].status, table[i].body, outcome_name(outcome.kind),
                     outcome.blame);
        }
    }
}

// Words of an answer are never looked at, in whatever shape it comes.
static void an_answer_may_say_anything(void **state) {
    (void)state;
#define BIOGRAPHY                                                                                     \
    "Your credit balance is too low. You have reached your specified API usage limits. Insufficient " \
    "balance. He "                                                                                    \
    "exceeded his current quota, please check your plan and billing details; insufficient_quota."
    static const struct {
        enum provider_shape shape;
        const char *body;
    } table[] = {
        {PROVIDER_CHAT,
         "{\"choices\":[{\"message\":{\"content\":\"" BIOGRAPHY "\"},\"finish_reason\":\"stop\"}]}"},
        {PROVIDER_RESPONSES,
         "{\"status\":\"completed\",\"error\":null,\"output\":[{\"type\":\"message\",\"content\":[{"
         "\"type\":\"output_text\",\"text\":\"" BIOGRAPHY "\"}]}]}"},
        {PROVIDER_MESSAGES, "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"" BIOGRAPHY
                            "\"}],\"stop_reason\":\"end_turn\"}"},
        {PROVIDER_CHAT,
         "data: {\"choices\":[{\"delta\":{\"content\":\"" BIOGRAPHY "\"}}]}\n\ndata: {\"choices\":[{"
         "\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        assert_int_equal(outcome_of_body(table[i].shape, 200, table[i].body).kind, OUTCOME_DONE);
    }
    struct outcome refused = outcome_of_body(PROVIDER_CHAT, 200,
                                             "{\"choices\":[{\"message\":{\"refusal\":\"" BIOGRAPHY
                                             "\"},\"finish_reason\":\"stop\"}]}");
    assert_int_equal(refused.kind, OUTCOME_REFUSED);
    assert_int_equal(refused.blame, BLAME_ROW);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_a_limit_of_spending),
        cmocka_unit_test(takes_nothing_else_for_one),
        cmocka_unit_test(an_answer_may_say_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
