#include "sim_decide.h"

#include "sim_batch_exchange.h"
#include "sim_batch_serve.h"
#include "sim_charge.h"
#include "sim_front.h"
#include "sim_models.h"
#include "sim_refuse.h"
#include "sim_reply.h"

#include <string.h>

void sim_decide_begin(struct simulator *s, uint64_t now_ns) {
    s->zero_ns = now_ns;
    s->cache.least_tokens = s->options->cache_least;
    s->cache.life_ns = s->options->cache_life_ns;
    sim_keys_begin(&s->keys, &s->options->rules, now_ns);
}

static bool within(uint64_t ns, uint64_t from_ns, uint64_t until_ns) {
    return ns >= from_ns && ns < until_ns;
}

/* The key as this path wants it. */
static const char *key_of(const struct exchange *x, const struct decide_request *r) {
    const char *bearer = sim_keys_of_bearer(r->authorization);

    if (x->api == API_MESSAGES || !bearer)
        return r->api_key && *r->api_key ? r->api_key : NULL;
    return bearer;
}

static void note_account(struct exchange *x, struct account *a, uint64_t now_ns) {
    x->account = a;
    if (!a)
        return;
    sim_account_advance(a, now_ns);
    x->record.key_line = a->line;
    x->record.changes = a->changed;
    x->record.outsider = a->outside_admitted;
}

/* Whose it is; false when the key was refused. */
static bool check_key(struct simulator *s, struct exchange *x, const struct decide_request *r) {
    const char *key = key_of(x, r);

    x->record.key_hash = sim_keys_hash(key);
    note_account(x, sim_keys_account(&s->keys, key), r->now_ns);
    if (!x->account)
        sim_refuse_key(x, key);
    return x->account;
}

/* What is wrong with a request before its body is looked at; false when it was refused. */
static bool check_request(struct simulator *s, struct exchange *x, const struct decide_request *r) {
    const char *key = key_of(x, r);

    x->record.key_hash = sim_keys_hash(key);
    note_account(x, sim_keys_account(&s->keys, key), r->now_ns);
    if (strcmp(r->method, "POST") != 0 && !x->batch)
        sim_refuse(x, 405,
                   "Not allowed to use this method on this URL (HINT: Perhaps you meant to use POST?)",
                   "invalid_request_error", NULL, "method_not_supported");
    else if (!x->account || (!key && x->api == API_MESSAGES))
        sim_refuse_key(x, key);
    else if (!r->anthropic_version && x->api == API_MESSAGES)
        sim_refuse(x, 400, "anthropic-version: header is required", NULL, NULL, NULL);
    else if (x->too_large)
        sim_refuse(x, 413, "Request body too large.", "invalid_request_error", NULL, "request_too_large");
    else
        return true;
    return false;
}

/* Whether the endpoint or the account is in order for now; false when that refused the request. */
static bool check_times(const struct simulator *s, struct exchange *x, uint64_t now_ns) {
    const struct options *o = s->options;
    const struct limits *l = &x->account->limits;
    uint64_t since_ns = now_ns - s->zero_ns;

    if (within(since_ns, o->overload_from_ns, o->overload_until_ns)) {
        x->record.fault = "overload";
        sim_refuse_status(x, x->api == API_MESSAGES ? 529 : 503);
        return false;
    }
    if (l->status && within(since_ns / 1000000000, l->status_from, l->status_until)) {
        x->record.fault = "key-status";
        sim_refuse_status(x, (int)l->status);
        return false;
    }
    return true;
}

bool sim_decide_money(struct simulator *s, struct exchange *x) {
    const struct account *account = x->account;

    if (account->admitted >= account->limits.quota_after) {
        sim_refuse_quota(x);
        return false;
    }
    if (account->admitted >= account->limits.spend_cap_after) {
        sim_refuse_spend_cap(x, sim_dialect_spend_cap(s->options->spend_cap, x->api));
        return false;
    }
    return true;
}

/* Takes the request from the account's limits; false when it was refused. */
static bool admit(struct simulator *s, struct exchange *x, const struct ask *ask, uint64_t now_ns) {
    const struct options *o = s->options;
    struct account *account = x->account;
    struct spend charge = sim_charge_of(ask, sim_reply_uncounted(x),
                                        sim_dialect_charge_rule(o->charge, x->api), o->expected_output);
    struct admission a;

    if (!sim_decide_money(s, x) || !sim_front_enter(s, x))
        return false;
    a = sim_account_admit(account, now_ns, &charge);
    memcpy(x->record.view, a.view, sizeof(a.view));
    if (!a.admitted) {
        sim_refuse_limit(x, &a, ask->model, sim_dialect_of(o->dialect, x->api));
        sim_front_leave(s, x);
        sim_front_refuse(s, x);
        return false;
    }
    s->tally.admitted++;
    x->record.charged = charge;
    return true;
}

/* Whether the tier that is asked for has room; false when that refused the request. */
static bool check_tier(const struct simulator *s, struct exchange *x, const struct ask *ask,
                       uint64_t now_ns) {
    const struct options *o = s->options;

    if (!sim_tier_half(ask->tier) || !within(now_ns - s->zero_ns, 0, o->flex_full_until_ns) ||
        sim_chance_draw(x->lot, CHANCE_OF_ROOM) >= o->flex_full)
        return true;
    x->record.tier = "flex";
    sim_refuse_full(x, o->flex_full_form);
    return false;
}

static void decide_api(struct simulator *s, struct exchange *x, const struct decide_request *r) {
    struct ask ask;
    struct cache_marks marks;
    const char *wrong = NULL;

    if (!check_request(s, x, r) || !check_times(s, x, r->now_ns))
        return;
    if (!sim_ask_parse(&ask, x->api, x->body.data, x->body.len, s->options->variables_allowed))
        sim_refuse(x, 400, ask.message, "invalid_request_error", ask.param, ask.code);
    else if (!sim_cache_marks(&s->cache, &ask, x->api, x->record.key_hash, &marks, &wrong))
        sim_refuse(x, 400, wrong, "invalid_request_error", NULL, NULL);
    else {
        if (s->batches)
            x->record.asked = sim_ask_hash(&ask);
        x->cached = sim_cache_look(&s->cache, &marks, x->api, r->now_ns);
        if (check_tier(s, x, &ask, r->now_ns) && admit(s, x, &ask, r->now_ns)) {
            sim_reply(s->options, x, &ask);
            if (x->record.billed.input)
                sim_cache_store(&s->cache, &marks, x->due_ns);
        }
    }
    sim_ask_free(&ask);
}

static void decide_batch(struct simulator *s, struct exchange *x, const struct decide_request *r) {
    if (check_request(s, x, r) && check_times(s, x, r->now_ns))
        sim_batch_serve(s, x, r->now_ns);
}

static void decide_models(struct simulator *s, struct exchange *x, const struct decide_request *r) {
    x->api = r->anthropic_version ? API_MESSAGES : API_CHAT;
    if (!check_key(s, x, r) || !check_times(s, x, r->now_ns))
        return;
    x->record.status = 200;
    sim_models_list(&x->answer);
}

static bool find_api(const char *path, enum api *api) {
    static const char *const paths[] = {[API_RESPONSES] = "/v1/responses",
                                        [API_CHAT] = "/v1/chat/completions",
                                        [API_MESSAGES] = "/v1/messages"};

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        if (strcmp(paths[i], path) != 0)
            continue;
        *api = (enum api)i;
        return true;
    }
    return false;
}

void sim_decide(struct simulator *s, struct exchange *x, const struct decide_request *r) {
    const struct tag *tag = &x->record.tag;

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
    if (x->batch && x->batch->path.call == BATCH_CALL_CLOCK) {
        sim_batch_serve_clock(s, x, r->now_ns);
        return;
    }
    if (!s->zero_ns)
        sim_decide_begin(s, r->now_ns);
    x->record.day = (r->now_ns - s->zero_ns) / s->options->rules.day_ns + 1;
    x->number = ++s->tally.requests;
    x->lot = tag->run ? sim_chance_key(s->options->seed, tag->artist_id, tag->artist_id_len, tag->attempt)
                      : sim_chance_key(s->options->seed, "", 0, x->number);
    if (x->batch)
        decide_batch(s, x, r);
    else if (sim_models_asked(r->method, r->path))
        decide_models(s, x, r);
    else if (find_api(r->path, &x->api))
        decide_api(s, x, r);
    else
        sim_refuse_path(x, r->method, r->path);
}

void sim_decide_settle(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    const struct options *o = s->options;
    enum charge_rule rule = sim_dialect_charge_rule(o->charge, x->api);
    struct spend settled = sim_charge_settled(x->record.charged, x->record.used, rule, o->settle);

    sim_front_leave(s, x);
    if (x->account && x->record.used.tokens)
        sim_account_settle(x->account, now_ns, &x->record.charged, &settled, x->record.day);
}
