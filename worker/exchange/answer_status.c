#include "exchange/answer_status.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LEAST 400
#define MOST 599

struct word {
    const char *word;
    long status;
};

// Types and codes of OpenAI, Anthropic, Google, Mistral, OpenRouter, Groq, DeepSeek, Cohere and AWS. What is
// refused for want of money is among the words of worker/exchange/spend_limit.c as well.
static const struct word words[] = {
    {"rate_limit_exceeded", 429},
    {"rate_limit_error", 429},
    {"rate_limit_reached", 429},
    {"rate_limited", 429},
    {"rate_limit", 429},
    {"ratelimited", 429},
    {"RateLimitReached", 429},
    {"RateLimitError", 429},
    {"too_many_requests", 429},
    {"TooManyRequests", 429},
    {"TooManyRequestsException", 429},
    {"ThrottlingException", 429},
    {"throttled", 429},
    {"slow_down", 429},
    {"RESOURCE_EXHAUSTED", 429},
    {"tokens", 429},
    {"requests", 429},
    {"insufficient_quota", 402},
    {"insufficient_balance", 402},
    {"insufficient_credits", 402},
    {"insufficient_funds", 402},
    {"credit_balance_exhausted", 402},
    {"quota_exceeded", 402},
    {"payment_required", 402},
    {"billing_error", 402},
    {"billing_not_active", 402},
    {"billing_hard_limit_reached", 402},
    {"organization_spend_limit_exceeded", 402},
    {"project_spend_limit_exceeded", 402},
    {"organization_usage_limit_exceeded", 402},
    {"enforced_spend_limit_reached", 402},
    {"authentication_error", 401},
    {"AuthenticationError", 401},
    {"invalid_api_key", 401},
    {"invalid_authentication", 401},
    {"UNAUTHENTICATED", 401},
    {"unauthorized", 401},
    {"permission_error", 403},
    {"permission_denied", 403},
    {"PermissionDeniedError", 403},
    {"AccessDeniedException", 403},
    {"forbidden", 403},
    {"not_found_error", 404},
    {"NotFoundError", 404},
    {"not_found", 404},
    {"model_not_found", 404},
    {"timeout_error", 504},
    {"deadline_exceeded", 504},
    {"timeout", 504},
    {"gateway_timeout", 504},
    {"request_too_large", 413},
    {"invalid_request_error", 400},
    {"invalid_request", 400},
    {"invalid_prompt", 400},
    {"invalid_argument", 400},
    {"FAILED_PRECONDITION", 400},
    {"bad_request", 400},
    {"BadRequestError", 400},
    {"ValidationException", 400},
    {"context_length_exceeded", 400},
    {"string_above_max_length", 400},
    {"content_filter", 400},
    {"content_policy_violation", 400},
    {"moderation", 400},
    {"unprocessable_entity", 422},
    {"overloaded_error", 529},
    {"overloaded", 529},
    {"engine_overloaded", 503},
    {"engine_overloaded_error", 503},
    {"service_unavailable", 503},
    {"ServiceUnavailableException", 503},
    {"unavailable", 503},
    {"no_available_channel", 503},
    {"server_error", 500},
    {"internal_server_error", 500},
    {"InternalServerError", 500},
    {"api_error", 500},
    {"internal", 500},
    {"bad_gateway", 502},
    {"provider_error", 502},
    {"upstream_error", 502},
};

long answer_status_number(double number) {
    return number >= LEAST && number <= MOST ? (long)number : 0;
}

long answer_status_of(const char *word) {
    if (word == NULL) {
        return 0;
    }
    size_t digits = strspn(word, "0123456789");
    if (digits == 3 && (word[digits] == '\0' || word[digits] == ' ')) { // "429", "429 Too Many Requests"
        return answer_status_number(strtod(word, NULL));
    }
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp(word, words[i].word) == 0) {
            return words[i].status;
        }
    }
    return 0;
}
