#include "plan/plan_money.h"

#include "plan/forecast_cost.h"
#include "plan/forecast_pace.h"
#include "ration/clock.h"

#include <math.h>

#define BURST_SECONDS 0.1 // worth so much of the limit may leave at once, where no burst is told

struct mix {
    double share[BOUNDS_SESSIONS]; // of the artists that each session answers
};

static bool priced(const struct price_rates *rates) {
    return tier_priced(&(struct tier_price){rates->input, rates->output});
}

static double pace_of(const struct forecast_facts *facts, uint32_t session) {
    uint32_t tightest;
    return forecast_pace_of(facts, &facts->session[session], &tightest);
}

// Each answers as its limits let it; alike, where one has none that is known. Fallbacks answer nothing, and
// who has no price that is known is taken to be like the others.
static struct mix mix_of(const struct config *config, const struct price_rates rates[],
                         const struct forecast_facts *facts) {
    struct mix mix = {0};
    bool paced = true;
    double sum = 0;
    for (uint32_t i = 0; i < facts->sessions; i++) {
        paced = paced && (config->sessions.one[i].limits.fallback || pace_of(facts, i) < INFINITY);
    }
    for (uint32_t i = 0; i < facts->sessions; i++) {
        bool counts = !config->sessions.one[i].limits.fallback && priced(&rates[i]);
        mix.share[i] = !counts ? 0 : paced ? pace_of(facts, i) : 1;
        sum += mix.share[i];
    }
    for (uint32_t i = 0; i < facts->sessions; i++) {
        mix.share[i] = sum > 0 ? mix.share[i] / sum : 0;
    }
    return mix;
}

static void set_price(const struct config *config, const struct price_rates all[], const struct mix *mix,
                      struct forecast_facts *facts) {
    double input = 0, output = 0, cached = 0, written = 0, hour = 0;
    for (uint32_t i = 0; i < facts->sessions; i++) {
        const struct price_rates *rates = &all[i];
        input += mix->share[i] * (double)rates->input;
        output += mix->share[i] * (double)rates->output;
        cached += mix->share[i] * (double)rates->cached;
        written += mix->share[i] * (double)rates->written;
        hour += mix->share[i] * (double)rates->written_hour;
    }
    facts->price = config->price;
    if (input + output > 0) {
        facts->price = (struct tier_price){(uint64_t)(input + 0.5), (uint64_t)(output + 0.5)};
        facts->kept.rates = (struct price_rates){.input = facts->price.input,
                                                 .output = facts->price.output,
                                                 .cached = (uint64_t)(cached + 0.5),
                                                 .written = (uint64_t)(written + 0.5),
                                                 .written_hour = (uint64_t)(hour + 0.5)};
    }
}

// How many requests of a session leave before the first of them is answered, and so find nothing kept: one
// alone where its limits are yet to be told or costs are bounded; else what leaves until an answer begins.
static double missed_by(const struct config *config, const struct forecast_facts *facts, uint32_t session) {
    const struct ledger_limits *limits = &config->sessions.one[session].limits;
    double pace = pace_of(facts, session);
    double first = (double)PLAN_ESTIMATE_FIRST_TOKEN / 1000;
    double in_flight = (double)facts->in_flight / facts->sessions;
    bool alone = limits->ramps && limits->told.of[LIMITS_REQUESTS_MINUTE] == 0;
    if (alone || config->max_cost > 0 || config->max_cost_run > 0) {
        return 1;
    }
    double burst = limits->burst > 0 ? (double)limits->burst : fmax(1, pace * BURST_SECONDS);
    return fmin(in_flight, pace < INFINITY ? burst + pace * first : INFINITY);
}

static void set_kept(const struct config *config, const struct plan_estimate *estimate, const struct mix *mix,
                     struct forecast_facts *facts) {
    struct forecast_kept *kept = &facts->kept;
    for (uint32_t i = 0; i < facts->sessions; i++) {
        kept->missed += mix->share[i] > 0 ? missed_by(config, facts, i) : 0;
    }
    kept->charged = config->provider != NULL && config->provider->caching == PROVIDER_CACHES_MARKED;
    kept->tokens = estimate->kept_tokens;
    if (estimate->past.artists > 0) {
        kept->tokens = plan_past_kept(&estimate->past, kept->missed);
    }
}

// The earlier run's answers, by the same price and with what its cache gave them.
static double price_of_past(const struct plan_past *past, const struct forecast_facts *facts) {
    const struct price_rates *rates = &facts->kept.rates;
    struct forecast_facts plain = {.price = facts->price,
                                   .input_tokens = (double)past->tokens.input,
                                   .output_tokens = (double)past->tokens.output};
    double input = (double)facts->price.input;
    double kept = (double)past->tokens.cached * ((double)rates->cached - input) +
                  (double)past->tokens.written * ((double)rates->written - input) +
                  (double)past->tokens.written_hour * ((double)rates->written_hour - input);
    return (double)forecast_cost_of(&plain, 1) + kept / 1000;
}

void plan_money_fill(const struct config *config, const struct price_rates rates[],
                     const struct plan_estimate *estimate, struct forecast_facts *facts) {
    struct mix mix = mix_of(config, rates, facts);
    facts->kept = (struct forecast_kept){0};
    set_price(config, rates, &mix, facts);
    set_kept(config, estimate, &mix, facts);
    double by_tokens = price_of_past(&estimate->past, facts);
    if (estimate->past.cost > 0 && by_tokens > 0) {
        facts->paid = (double)estimate->past.cost / by_tokens;
    }
}
