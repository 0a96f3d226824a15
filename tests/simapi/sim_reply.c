#include "sim_reply.h"

#include "sim_answer.h"
#include "sim_refuse.h"
#include "sim_tier.h"

uint64_t sim_reply_uncounted(const struct exchange *x) {
    return x->api == API_MESSAGES ? x->cached.read : 0;
}

/* What the lot has for this attempt. */
static void draw(const struct options *o, struct exchange *x) {
    const struct tag *tag = &x->record.tag;
    uint64_t latency_ns = o->latency_ms * 1000000;

    if (o->lognormal_median_ms > 0)
        latency_ns = sim_chance_lognormal_ns(x->lot, o->lognormal_median_ms, o->lognormal_sigma);
    x->due_ns = x->arrived_ns + latency_ns;
    if (!tag->run || tag->attempt <= o->fault_attempts)
        x->fault = sim_chance_fault(x->lot, o->fault_share);
    /* A row has no connection that could break. */
    if (x->of_batch && (x->fault == FAULT_DROP || x->fault == FAULT_CUT || x->fault == FAULT_UNPARSABLE ||
                        x->fault == FAULT_TRICKLE))
        x->fault = FAULT_NONE;
}

static void answer(const struct options *o, struct exchange *x, const struct ask *ask) {
    struct answer a = {.number = x->number,
                       .created = x->record.arrived_ns / 1000000000,
                       .text_bytes = o->text_bytes,
                       .thinks = o->reasoning_tokens,
                       .cached = x->cached,
                       .batch = x->of_batch,
                       .tier = sim_tier_answers(ask->tier, x->api, x->of_batch),
                       .empty = x->fault == FAULT_EMPTY,
                       .cut = x->fault == FAULT_TRUNCATED};
    uint64_t counted;

    x->record.status = 200;
    x->record.tier = a.tier;
    sim_answer_build(&a, ask, x->api, &x->answer);
    counted = a.input_tokens - sim_reply_uncounted(x);
    x->record.used = (struct spend){counted + a.output_tokens, counted, a.output_tokens};
    x->record.billed = (struct billed){a.input_tokens,        a.cached.read,   a.cached.written,
                                       a.cached.written_hour, a.output_tokens, a.reasoning_tokens};
    x->record.bill =
        sim_price_bill(&o->prices, ask->model, &x->record.billed, x->of_batch || sim_tier_half(ask->tier));
    sim_hostile_spoil(o->hostile, &x->answer);
}

/* It failed after the model had answered, and says what that took. */
static void fail_paid(const struct options *o, struct exchange *x, const struct ask *ask) {
    static const char *const names[][2] = {[API_RESPONSES] = {"input_tokens", "output_tokens"},
                                           [API_CHAT] = {"prompt_tokens", "completion_tokens"},
                                           [API_MESSAGES] = {"input_tokens", "output_tokens"}};

    answer(o, x, ask);
    x->record.billed = (struct billed){.input = x->record.billed.input, .output = x->record.billed.output};
    x->record.bill =
        sim_price_bill(&o->prices, ask->model, &x->record.billed, x->of_batch || sim_tier_half(ask->tier));
    x->answer.len = 0;
    sim_refuse_status(x, 500);
    x->answer.len -= 2; /* its last bracket, and the end of its line */
    sim_text_puts(&x->answer, ",\"usage\":{\"");
    sim_text_puts(&x->answer, names[x->api][0]);
    sim_text_puts(&x->answer, "\":");
    sim_text_number(&x->answer, x->record.billed.input);
    sim_text_puts(&x->answer, ",\"");
    sim_text_puts(&x->answer, names[x->api][1]);
    sim_text_puts(&x->answer, "\":");
    sim_text_number(&x->answer, x->record.billed.output);
    sim_text_puts(&x->answer, "}}");
}

/* It does not reach the client; who pays for it, the options say. */
static void waste(const struct options *o, struct exchange *x) {
    x->record.used = (struct spend){0};
    if (o->bill_lost)
        return;
    x->record.billed = (struct billed){0};
    x->record.bill = 0;
}

void sim_reply(const struct options *o, struct exchange *x, const struct ask *ask) {
    static const char page[] = "<html><head><title>502 Bad Gateway</title></head></html>\n";

    draw(o, x);
    x->record.fault = o->hostile ? sim_hostile_name(o->hostile) : sim_chance_fault_name(x->fault);
    switch (x->fault) {
    case FAULT_500:
        sim_refuse_status(x, 500);
        break;
    case FAULT_503:
        sim_refuse_status(x, 503);
        break;
    case FAULT_529:
        sim_refuse_status(x, 529);
        break;
    case FAULT_PAID:
        fail_paid(o, x, ask);
        break;
    case FAULT_UNPARSABLE:
        answer(o, x, ask);
        waste(o, x);
        x->answer.len /= 2;
        /* Half of them are another server's page, half are cut JSON. */
        if (sim_chance_draw(x->lot, CHANCE_OF_SHAPE) < 0.5) {
            x->answer.len = 0;
            sim_text_add(&x->answer, page, sizeof(page) - 1);
        }
        break;
    case FAULT_DROP:
    case FAULT_CUT:
        answer(o, x, ask);
        waste(o, x);
        break;
    default:
        answer(o, x, ask);
    }
}
