#include "plan/plan_cases.h"

#include "plan/plan_money.h"
#include "plan/plan_ways.h"
#include "ration/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define WHOLE 1000000U  // shares are millionths
#define FAMILY "-tier-" // gpt-4o-tier-1, gpt-4o-tier-2, …

static void add_limit(struct forecast_session *session, const struct limits_kind *kind, uint64_t limit) {
    for (uint32_t i = 0; i < FORECAST_LIMITS_MOST && limit > 0; i++) {
        if (session->limit[i].unit == DIMENSION_NONE) {
            session->limit[i] = (struct forecast_limit){
                .unit = kind->unit, .window = kind->window, .limit = limit, .left = limit};
            return;
        }
    }
}

// The share of a day's limit that may be used.
static uint64_t share_of(uint64_t limit, const struct options *options) {
    if (limit == 0 || !options->quota_monitoring) {
        return limit;
    }
    uint64_t part =
        limit / WHOLE * options->quota_threshold + limit % WHOLE * options->quota_threshold / WHOLE;
    return part > 0 ? part : 1;
}

static void fill_session(const struct options *options, const struct config_session *from,
                         struct forecast_session *session) {
    const struct limits *limits = &from->limits.told;
    bool shared = options->daily_limit == 0; // else the threshold is that limit's
    session->name = from->name;
    for (int row = 0; row < LIMITS_ROWS; row++) {
        const struct limits_kind *kind = limits_kind((enum limits_row)row);
        bool whole = kind->window < CLOCK_DAY || !shared;
        add_limit(session, kind, whole ? limits->of[row] : share_of(limits->of[row], options));
    }
}

// A period lasts a day, or until the pause after the last allowed request is over.
static void fill_quota(const struct options *options, struct forecast_facts *facts) {
    struct forecast forecast;
    uint64_t allowed = share_of(options->daily_limit, options);
    if (allowed == 0) {
        return;
    }
    forecast_make(facts, &forecast);
    double working = forecast.rate > 0 ? (double)allowed / forecast.rate * (double)CLOCK_SECOND : 0;
    uint64_t window = options->pause_duration + (working < (double)CLOCK_DAY ? (uint64_t)working : CLOCK_DAY);
    window = window < CLOCK_DAY ? window : CLOCK_DAY;
    facts->quota = (struct forecast_limit){
        .unit = DIMENSION_REQUESTS,
        .window = window > CLOCK_SECOND ? window : CLOCK_SECOND,
        .limit = allowed,
        .left = allowed,
    };
}

static void set_output(struct forecast_facts *facts, double tokens) {
    facts->output_tokens = tokens;
    facts->latency = plan_estimate_latency(tokens);
}

static struct plan_case *add_case(struct plan_cases *cases) {
    struct plan_case *one = &cases->one[cases->count++];
    *one = cases->one[0];
    return one;
}

static void add_output(struct plan_cases *cases, const char *what, double times) {
    struct plan_case *one = add_case(cases);
    set_output(&one->facts, one->facts.output_tokens * times);
    (void)snprintf(one->what, sizeof(one->what), "%s the output tokens (%.0f)", what,
                   one->facts.output_tokens);
}

static void add_workers(struct plan_cases *cases, const struct options *options) {
    struct plan_case *one = add_case(cases);
    one->facts.in_flight *= 2;
    (void)snprintf(one->what, sizeof(one->what), "twice the workers (%" PRIu64 ")", options->max_workers * 2);
}

static void add_identical(struct plan_cases *cases, const struct plan_estimate *estimate) {
    struct plan_case *one = add_case(cases);
    one->facts.artists_left -= estimate->identical;
    (void)snprintf(one->what, sizeof(one->what), "--identical once (%" PRIu32 " saved)", estimate->identical);
}

void plan_cases_tier(struct forecast_facts *facts, const struct tier *tier) {
    struct forecast_session *session = &facts->session[0];
    memset(session->limit, 0, sizeof(session->limit));
    for (int row = 0; row < LIMITS_ROWS; row++) {
        add_limit(session, limits_kind((enum limits_row)row), tier->limits.of[row]);
    }
}

static void add_tier(struct plan_cases *cases, const struct tier *tier, bool repriced) {
    struct plan_case *one = add_case(cases);
    plan_cases_tier(&one->facts, tier);
    if (repriced) {
        one->facts.price = tier->price;
        one->facts.free = false;
        one->facts.kept.tokens = 0; // a tier tells nothing of what a cache costs
    }
    (void)snprintf(one->what, sizeof(one->what), "tier %s", tier->name);
}

// Length of what the names of its family begin with: "gpt-4o-tier-", "anthropic-".
static size_t family(const char *name) {
    const char *tier = strstr(name, FAMILY);
    return tier != NULL ? (size_t)(tier - name) + strlen(FAMILY) : strcspn(name, "-");
}

// The next ones of a family with steps; of others, the rest of it.
static void add_tiers(struct plan_cases *cases, const struct options *options, const struct config *config,
                      const struct tier_table *tiers) {
    const char *mine = config->tier.name;
    const struct tier *place = tier_table_find(tiers, mine);
    size_t length = family(mine);
    bool steps = strstr(mine, FAMILY) != NULL;
    uint32_t shown = 0;
    for (size_t i = 0; place != NULL && i < tiers->count && shown < PLAN_CASES_TIERS; i++) {
        const struct tier *tier = &tiers->tier[i];
        bool other = steps ? tier > place : tier != place;
        if (other && strncmp(tier->name, mine, length) == 0 && family(tier->name) == length) {
            // Of the same prices, it is of the same model, whose own price stays.
            add_tier(cases, tier,
                     !options->price.given && (tier->price.input != place->price.input ||
                                               tier->price.output != place->price.output));
            shown++;
        }
    }
}

// A batch's rows count towards no limit of requests, and come when the provider has the time.
static void set_window(const struct forecast_facts *facts, struct forecast *forecast) {
    forecast->bound = FORECAST_WINDOW;
    forecast->unpaced = false;
    forecast->rate = 0;
    forecast->waits = forecast->periods = 0;
    forecast->takes = facts->within;
    forecast->ends = facts->within < CLOCK_NEVER ? facts->wall + facts->within : CLOCK_NEVER;
}

// Where no limit holds a session back, requests in flight and an assumed latency are all there is: the
// answers will tell limits, and no rate is promised. Quotas of a day tell the end without it.
void plan_cases_forecast(const struct forecast_facts *facts, struct forecast *forecast) {
    forecast_make(facts, forecast);
    if (facts->within > 0 && facts->artists_left > 0) {
        set_window(facts, forecast);
    }
    if (forecast->unpaced) {
        forecast->rate = 0;
    }
    if (forecast->unpaced && (forecast->bound == FORECAST_NOTHING || forecast->bound == FORECAST_IN_FLIGHT)) {
        forecast->takes = forecast->ends = CLOCK_NEVER;
    }
}

void plan_cases_make(const struct options *options, const struct config *config,
                     const struct tier_table *tiers, const struct plan_estimate *estimate, uint64_t now,
                     uint64_t wall, struct plan_cases *cases) {
    struct plan_case *first = &cases->one[0];
    uint64_t workers = options->max_workers < estimate->artists ? options->max_workers : estimate->artists;
    cases->count = 1;
    *first = (struct plan_case){
        .facts = {.now = now,
                  .wall = wall,
                  .artists_left = plan_estimate_asked(estimate),
                  .requests = 1,
                  .begins = true,
                  .input_tokens = estimate->input_tokens,
                  .in_flight = workers * config->settings.in_flight,
                  .free = config->free,
                  .within = options->batch ? plan_ways_window(options, config->provider) : 0,
                  .sessions = config->sessions.count}};
    set_output(&first->facts, estimate->output_tokens);
    for (uint32_t i = 0; i < config->sessions.count; i++) {
        fill_session(options, &config->sessions.one[i], &first->facts.session[i]);
    }
    fill_quota(options, &first->facts);
    plan_money_fill(config, config->rates, estimate, &first->facts);
    plan_cases_forecast(&first->facts, &first->forecast);
    add_output(cases, "half", 0.5);
    add_output(cases, "twice", 2);
    if (first->forecast.bound == FORECAST_IN_FLIGHT && options->max_workers * 2 <= BOUNDS_SLOTS) {
        add_workers(cases, options);
    }
    if (estimate->identical > 0 && !estimate->once) {
        add_identical(cases, estimate);
    }
    if (options->tier != NULL && options->sessions == NULL) {
        add_tiers(cases, options, config, tiers);
    }
    for (uint32_t i = 1; i < cases->count; i++) {
        plan_cases_forecast(&cases->one[i].facts, &cases->one[i].forecast);
    }
}
