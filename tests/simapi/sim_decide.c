#include "sim_decide.h"

#include "sim_answer.h"
#include "sim_limit_headers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void refuse(struct exchange *x, int status, const char *message, const char *type, const char *param,
                   const char *code) {
    x->record.status = status;
    sim_answer_error(&x->answer, message, type, param, code);
}

static void refuse_path(struct exchange *x, const struct decide_request *r) {
    char message[256];
    size_t shown = strlen(r->path) < 120 ? strlen(r->path) : 120;

    for (size_t i = 0; i < shown; i++)
        if (r->path[i] < ' ' || r->path[i] > '~')
            shown = i;
    snprintf(message, sizeof(message), "Unknown request URL: %.20s %.*s. Please check the URL for typos.",
             r->method, (int)shown, r->path);
    refuse(x, 404, message, "invalid_request_error", NULL, "unknown_url");
}

/* What is wrong with a request before its body is looked at; false when it was refused. */
static bool check_request(struct simulator *s, struct exchange *x, const struct decide_request *r) {
    const char *key = sim_keys_of_bearer(r->authorization);

    x->record.key_hash = sim_keys_hash(key);
    if (strcmp(r->method, "POST") != 0)
        refuse(x, 405, "Not allowed to use this method on this URL (HINT: Perhaps you meant to use POST?)",
               "invalid_request_error", NULL, "method_not_supported");
    else if (!sim_keys_accept(&s->keys, key) && !key)
        refuse(x, 401,
               "You didn't provide an API key. You need to provide your API key in an Authorization header "
               "using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
               "invalid_request_error", NULL, NULL);
    else if (!sim_keys_accept(&s->keys, key))
        refuse(x, 401, "Incorrect API key provided. You can find your API key in the account's settings.",
               "invalid_request_error", NULL, "invalid_api_key");
    else if (x->too_large)
        refuse(x, 413, "Request body too large.", "invalid_request_error", NULL, "request_too_large");
    else
        return true;
    return false;
}

static void refuse_limit(struct exchange *x, const struct admission *a, const char *model) {
    static const char *const types[] = {"requests", "tokens"};
    static const char *const units[] = {"requests per min (RPM)", "tokens per min (TPM)"};
    const struct limit_view *view = &a->view[a->refused_by];
    uint64_t used = view->limit > view->remaining ? view->limit - view->remaining : 0;
    char wait[LIMIT_DURATION_SIZE], message[512];

    if (a->wait_ns == BUCKET_NEVER) {
        snprintf(message, sizeof(message),
                 "Request too large for %.100s in organization org-simapi on %s: Limit %" PRIu64
                 ", Requested %" PRIu64 ". The input or output tokens must be reduced in order to run.",
                 model, units[a->refused_by], view->limit, a->requested);
    } else {
        x->wait_ns = a->wait_ns;
        sim_limit_headers_duration(a->wait_ns, wait);
        snprintf(message, sizeof(message),
                 "Rate limit reached for %.100s in organization org-simapi on %s: Limit %" PRIu64
                 ", Used %" PRIu64 ", Requested %" PRIu64 ". Please try again in %s.",
                 model, units[a->refused_by], view->limit, used, a->requested, wait);
    }
    refuse(x, 429, message, types[a->refused_by], NULL, "rate_limit_exceeded");
}

/* Takes the request from the account's limits; false when it was refused. */
static bool admit(struct simulator *s, struct exchange *x, const struct ask *ask, uint64_t now_ns) {
    uint64_t charge = sim_ask_charge(ask, s->options->expected_output);
    struct admission a;

    if (s->tally.admitted >= s->options->quota_after) {
        x->record.fault = "insufficient-quota";
        refuse(x, 429, "You exceeded your current quota, please check your plan and billing details.",
               "insufficient_quota", NULL, "insufficient_quota");
        return false;
    }
    a = sim_account_admit(&s->account, now_ns, charge, s->options->count_refused);
    memcpy(x->record.view, a.view, sizeof(a.view));
    if (!a.admitted) {
        refuse_limit(x, &a, ask->model);
        return false;
    }
    s->tally.admitted++;
    x->record.charged = charge;
    return true;
}

/* What the lot has for this attempt. */
static void draw(const struct options *o, struct exchange *x) {
    const struct tag *tag = &x->record.tag;
    uint64_t key = x->lot = tag->run
                                ? sim_chance_key(o->seed, tag->artist_id, tag->artist_id_len, tag->attempt)
                                : sim_chance_key(o->seed, "", 0, x->number);
    uint64_t latency_ns = o->latency_ms * 1000000;

    if (o->lognormal_median_ms > 0)
        latency_ns = sim_chance_lognormal_ns(key, o->lognormal_median_ms, o->lognormal_sigma);
    x->due_ns = x->arrived_ns + latency_ns;
    if (!tag->run || tag->attempt <= o->fault_attempts)
        x->fault = sim_chance_fault(key, o->fault_share);
}

static void answer(const struct options *o, struct exchange *x, const struct ask *ask, enum api api) {
    struct answer a = {.number = x->number,
                       .created = x->record.arrived_ns / 1000000000,
                       .text_bytes = o->text_bytes,
                       .empty = x->fault == FAULT_EMPTY,
                       .cut = x->fault == FAULT_TRUNCATED};

    x->record.status = 200;
    sim_answer_build(&a, ask, api, &x->answer);
    x->record.used = a.input_tokens + a.output_tokens;
    sim_hostile_spoil(o->hostile, &x->answer);
}

static void answer_or_fault(const struct options *o, struct exchange *x, const struct ask *ask,
                            enum api api) {
    static const char page[] = "<html><head><title>502 Bad Gateway</title></head></html>\n";

    draw(o, x);
    x->record.fault = o->hostile ? sim_hostile_name(o->hostile) : sim_chance_fault_name(x->fault);
    switch (x->fault) {
    case FAULT_500:
        refuse(x, 500, "The server had an error while processing your request. Sorry about that!",
               "server_error", NULL, NULL);
        break;
    case FAULT_503:
        refuse(x, 503, "The engine is currently overloaded, please try again later.", "server_error", NULL,
               "overloaded");
        break;
    case FAULT_UNPARSABLE:
        answer(o, x, ask, api);
        x->record.used = 0;
        x->answer.len /= 2;
        /* Half of them are another server's page, half are cut JSON. */
        if (sim_chance_draw(x->lot, CHANCE_OF_SHAPE) < 0.5) {
            x->answer.len = 0;
            sim_text_add(&x->answer, page, sizeof(page) - 1);
        }
        break;
    case FAULT_DROP:
    case FAULT_CUT:
        answer(o, x, ask, api);
        x->record.used = 0;
        break;
    default:
        answer(o, x, ask, api);
    }
}

static void decide_api(struct simulator *s, struct exchange *x, const struct decide_request *r,
                       enum api api) {
    struct ask ask;

    if (!check_request(s, x, r))
        return;
    if (!sim_ask_parse(&ask, api, x->body.data, x->body.len, s->options->variables_allowed))
        refuse(x, 400, ask.message, "invalid_request_error", ask.param, ask.code);
    else if (admit(s, x, &ask, r->now_ns))
        answer_or_fault(s->options, x, &ask, api);
    sim_ask_free(&ask);
}

void sim_decide(struct simulator *s, struct exchange *x, const struct decide_request *r) {
    x->arrived_ns = x->due_ns = r->now_ns;
    x->fault = FAULT_NONE;
    x->record.arrived_ns = r->clock_ns;
    x->record.fault = sim_chance_fault_name(FAULT_NONE);
    if (x->tag.len)
        sim_tag_parse(&x->record.tag, x->tag.data);

    if (!strcmp(r->path, "/healthz")) {
        x->unaudited = true;
        x->record.status = 200;
        sim_text_puts(&x->answer, "ok\n");
        return;
    }
    x->number = ++s->tally.requests;
    if (!strcmp(r->path, "/v1/responses"))
        decide_api(s, x, r, API_RESPONSES);
    else if (!strcmp(r->path, "/v1/chat/completions"))
        decide_api(s, x, r, API_CHAT);
    else
        refuse_path(x, r);
}

void sim_decide_settle(struct simulator *s, const struct exchange *x, uint64_t now_ns) {
    if (s->options->settle && x->record.used)
        sim_account_settle(&s->account, now_ns, x->record.charged, x->record.used);
}
