#include "sim_refuse.h"

#include "sim_answer.h"
#include "sim_state.h"
#include "sim_time_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *anthropic_type(int status) {
    static const struct {
        int status;
        const char *type;
    } rows[] = {{401, "authentication_error"}, {402, "billing_error"},     {403, "permission_error"},
                {404, "not_found_error"},      {413, "request_too_large"}, {429, "rate_limit_error"},
                {504, "timeout_error"},        {529, "overloaded_error"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].status == status)
            return rows[i].type;
    return status < 500 ? "invalid_request_error" : "api_error";
}

static void refuse_anthropic(struct exchange *x, int status, const char *message, const char *error_code) {
    char id[ANSWER_REQUEST_ID];

    x->record.status = status;
    sim_answer_request_id(id, x->record.arrived_ns, x->number);
    sim_answer_error_anthropic(&x->answer, anthropic_type(status), message, error_code, id);
}

void sim_refuse(struct exchange *x, int status, const char *message, const char *type, const char *param,
                const char *code) {
    if (x->api == API_MESSAGES) {
        refuse_anthropic(x, status, message, NULL);
        return;
    }
    x->record.status = status;
    sim_answer_error(&x->answer, message, type, param, code);
}

void sim_refuse_path(struct exchange *x, const char *method, const char *path) {
    char message[256];
    size_t shown = strlen(path) < 120 ? strlen(path) : 120;

    for (size_t i = 0; i < shown; i++)
        if (path[i] < ' ' || path[i] > '~')
            shown = i;
    snprintf(message, sizeof(message), "Unknown request URL: %.20s %.*s. Please check the URL for typos.",
             method, (int)shown, path);
    sim_refuse(x, 404, message, "invalid_request_error", NULL, "unknown_url");
}

void sim_refuse_key(struct exchange *x, const char *key) {
    if (x->api == API_MESSAGES)
        refuse_anthropic(x, 401, key ? "invalid x-api-key" : "x-api-key header is required", NULL);
    else if (key)
        sim_refuse(x, 401, "Incorrect API key provided. You can find your API key in the account's settings.",
                   "invalid_request_error", NULL, "invalid_api_key");
    else
        sim_refuse(x, 401,
                   "You didn't provide an API key. You need to provide your API key in an Authorization "
                   "header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
                   "invalid_request_error", NULL, NULL);
}

/* How a message calls a limit; OpenAI's and Anthropic's words. */
static const char *const units[DIMENSION_COUNT][2] = {
    [DIMENSION_REQUESTS] = {"requests per min (RPM)", "requests per minute"},
    [DIMENSION_TOKENS] = {"tokens per min (TPM)", "tokens per minute"},
    [DIMENSION_INPUT] = {"input tokens per min (ITPM)", "input tokens per minute"},
    [DIMENSION_OUTPUT] = {"output tokens per min (OTPM)", "output tokens per minute"},
    [DIMENSION_REQUESTS_DAY] = {"requests per day (RPD)", "requests per day"},
    [DIMENSION_TOKENS_DAY] = {"tokens per day (TPD)", "tokens per day"},
    [DIMENSION_PROJECT] = {"project tokens per min (TPM)", "project tokens per minute"}};

/* Where no header names a time, neither do the words. */
static bool names_time(const struct exchange *x) {
    enum retry_after form = x->simulator->options->retry_after;
    return form != RETRY_AFTER_NONE && form != RETRY_AFTER_GARBAGE;
}

static void limit_message(char *out, size_t size, const struct admission *a, const char *model, bool named) {
    const struct limit_view *view = &a->view[a->refused_by];
    const char *unit = units[a->refused_by][0];
    char wait[TIME_TEXT_SIZE];

    if (a->wait_ns == BUCKET_NEVER) {
        snprintf(out, size,
                 "Request too large for %.100s in organization org-simapi on %s: Limit %" PRIu64
                 ", Requested %" PRIu64 ". The input or output tokens must be reduced in order to run.",
                 model, unit, view->limit, a->requested);
        return;
    }
    sim_time_text_duration(a->wait_ns, wait);
    snprintf(out, size,
             "Rate limit reached for %.100s in organization org-simapi on %s: Limit %" PRIu64
             ", Used %" PRIu64 ", Requested %" PRIu64 ".%s%s%s",
             model, unit, view->limit, view->limit - view->remaining, a->requested,
             named ? " Please try again in " : "", named ? wait : "", named ? "." : "");
}

void sim_refuse_limit(struct exchange *x, const struct admission *a, const char *model,
                      enum dialect dialect) {
    bool requests = a->refused_by == DIMENSION_REQUESTS || a->refused_by == DIMENSION_REQUESTS_DAY;
    char message[512];

    x->record.limit = sim_limits_dimension_name(a->refused_by);
    x->wait_ns = a->wait_ns == BUCKET_NEVER ? 0 : a->wait_ns;
    if (x->api == API_MESSAGES) {
        snprintf(message, sizeof(message),
                 "This request would exceed your organization's rate limit of %" PRIu64
                 " %s (org: org-simapi, model: %.100s).",
                 a->view[a->refused_by].limit, units[a->refused_by][1], model);
        refuse_anthropic(x, 429, message, NULL);
        return;
    }
    limit_message(message, sizeof(message), a, model, names_time(x));
    if (dialect == DIALECT_AZURE)
        sim_refuse(x, 429, message, NULL, NULL, "429");
    else
        sim_refuse(x, 429, message, requests ? "requests" : "tokens", NULL, "rate_limit_exceeded");
}

void sim_refuse_full(struct exchange *x, enum tier_full form) {
    bool groq = form == TIER_FULL_GROQ;

    x->record.fault = "flex-full";
    sim_refuse(x, groq ? 498 : 429,
               groq ? "The flex tier has no capacity for this request."
                    : "Resource unavailable: there is no room for requests of this service tier at present.",
               form == TIER_FULL_WORDS_ALONE ? NULL : "resource_unavailable", NULL,
               form == TIER_FULL_WORDS_ALONE ? NULL : "resource_unavailable");
}

void sim_refuse_quota(struct exchange *x) {
    x->record.fault = "insufficient-quota";
    x->record.limit = "quota";
    if (x->api == API_MESSAGES)
        refuse_anthropic(
            x, 402, "Your credit balance is too low to access the API. Please go to Plans & Billing.", NULL);
    else
        sim_refuse(x, 429, "You exceeded your current quota, please check your plan and billing details.",
                   "insufficient_quota", NULL, "insufficient_quota");
}

void sim_refuse_spend_cap(struct exchange *x, enum spend_cap cap) {
    if (cap == SPEND_CAP_OPENAI) {
        x->record.status = 429;
        sim_answer_error(&x->answer,
                         "You exceeded your current quota, please check your plan and billing details.",
                         "insufficient_quota", NULL, "insufficient_quota");
    } else if (cap == SPEND_CAP_ANTHROPIC) {
        refuse_anthropic(x, 429, "Your organization has reached its enforced spend limit.",
                         "enforced_spend_limit_reached");
    } else {
        refuse_anthropic(x, 400,
                         "You have reached your specified API usage limits. You will regain access at the "
                         "beginning of the next month.",
                         NULL);
    }
    x->record.fault = x->record.limit = "spend-cap";
}

void sim_refuse_status(struct exchange *x, int status) {
    bool messages = x->api == API_MESSAGES;

    if (status == 401)
        sim_refuse_key(x, "");
    else if (status == 529)
        sim_refuse(x, 529,
                   messages ? "Overloaded" : "The engine is currently overloaded, please try again later.",
                   "server_error", NULL, "overloaded");
    else if (status == 503)
        sim_refuse(x, 503, "The engine is currently overloaded, please try again later.", "server_error",
                   NULL, "overloaded");
    else if (status >= 500)
        sim_refuse(x, status, "The server had an error while processing your request. Sorry about that!",
                   "server_error", NULL, NULL);
    else
        sim_refuse(x, status, "This key may not do that.", "invalid_request_error", NULL, NULL);
}
