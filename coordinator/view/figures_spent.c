#include "view/figures_spent.h"

#include "ration/clock.h"
#include "view/statistics.h"

#include <math.h>
#include <stdio.h>

#define AT(path) .word = FIGURES_WORD(struct run_status, path)
#define OVER(path) .over = FIGURES_WORD(struct run_status, path)
#define IF(path) .only_if = FIGURES_WORD(struct run_status, path)
#define NO_METRIC NULL, NULL, NULL
#define NO_LABEL NULL, NULL

// Rows of one metric share these.
#define TOKENS "counter", "tokens", "Tokens of the answers, as reported or estimated."
#define KINDS            \
    "counter", "tokens", \
        "Parts of these: of input, given by a cache and written to one; of output, thought and not said."
#define LATENCY \
    "histogram", "seconds", "Time from the departure of a request to its answer, of those that were answered."

// Until a moment; not known where there is none.
static double seconds_until(const struct figures_at *at, uint64_t until) {
    uint64_t now = at->status->now.at;
    return until == 0 || until == CLOCK_NEVER ? NAN
           : until > now                      ? (double)(until - now) / (double)CLOCK_SECOND
                                              : 0;
}

static double quota_pauses(const struct figures_at *at) {
    return at->status->now.gossip.quota_until != 0;
}

static double cost_in_the_end(const struct figures_at *at) {
    const struct snapshot_gossip *gossip = &at->status->now.gossip;
    bool known = gossip->priced != 0 && gossip->forecast.cost != SNAPSHOT_UNKNOWN;
    return known ? (double)(gossip->cost + gossip->forecast.cost) / 1e9 : NAN;
}

static double cost_of_all(const struct figures_at *at) {
    const struct snapshot *now = &at->status->now;
    return now->gossip.priced != 0 ? (double)(now->cost.before.spent + now->gossip.cost) / 1e9 : NAN;
}

static double doubt_of_all(const struct figures_at *at) {
    const struct snapshot *now = &at->status->now;
    return now->gossip.priced != 0 ? (double)(now->cost.before.doubt + now->cost.run.doubt) / 1e9 : NAN;
}

static double priced(const struct figures_at *at) {
    return at->status->now.gossip.priced != 0;
}

static double use_percent(const struct figures_at *at) {
    uint64_t use = at->status->now.gossip.use;
    return use != SNAPSHOT_UNKNOWN ? run_status_percent(use) : NAN;
}

static double retry_in(const struct figures_at *at) {
    const struct snapshot_gossip *gossip = &at->status->now.gossip;
    return gossip->use_state == SNAPSHOT_THROTTLED ? seconds_until(at, gossip->use_until) : NAN;
}

static double success(const struct figures_at *at) {
    double percent = statistics_success(at->status->sums.outcome);
    return percent >= 0 ? percent : NAN;
}

static double quantile(const struct figures_at *at, double share) {
    const struct snapshot_sums *sums = &at->status->sums;
    return sums->answers > 0 ? statistics_quantile(sums, share) : NAN;
}

static double half_below(const struct figures_at *at) {
    return quantile(at, 0.5);
}

static double nine_of_ten_below(const struct figures_at *at) {
    return quantile(at, 0.9);
}

static double almost_all_below(const struct figures_at *at) {
    return quantile(at, 0.99);
}

// Of this bucket and those before it.
static double answered_within(const struct figures_at *at) {
    uint64_t below = 0;
    for (uint32_t i = 0; i <= at->which; i++) {
        below += at->status->sums.latency[i];
    }
    return (double)below;
}

static double answered(const struct figures_at *at) {
    return answered_within(&(struct figures_at){at->status, at->item, SLOT_LATENCY_BUCKETS - 1});
}

static void name_outcome(uint32_t which, char out[FIGURES_NAME]) {
    (void)snprintf(out, FIGURES_NAME, "%s", outcome_name((enum outcome_class)which));
}

static void name_bucket(uint32_t which, char out[FIGURES_NAME]) {
    if (which + 1 == SLOT_LATENCY_BUCKETS) {
        (void)snprintf(out, FIGURES_NAME, "+Inf");
    } else {
        (void)snprintf(out, FIGURES_NAME, "%.3f", (double)(1ULL << which) / 1000);
    }
}

static const struct figures_each each_outcome = {"outcome", OUTCOME_OF_ATTEMPT, name_outcome};
static const struct figures_each each_bucket = {"le", SLOT_LATENCY_BUCKETS, name_bucket};

static const struct figures_row rows[] = {
    {"ration_retries_total", NO_LABEL, "requests.retries", "counter", "attempts",
     "Attempts after a failed one.", AT(sums.retries)},
    {"ration_requests_in_flight", NO_LABEL, "requests.in_flight", "gauge", "requests",
     "Requests on the wire.", AT(sums.in_flight)},
    {NO_METRIC, "requests.ended", "counter", "requests", "Requests that ended.", AT(sums.ended)},
    {NO_METRIC, "requests.booked", "gauge", "requests", "Requests that are booked and have not ended.",
     AT(sums.booked_requests)},
    {NO_METRIC, "requests.success_percent", "gauge", "percent",
     "Requests that were answered; rate limits are no failures.", .value = success},
    {NO_METRIC, "requests.outcomes", "counter", "requests", "Requests that ended, by their outcome.",
     AT(sums.outcome[0]), .each = &each_outcome},
    {"ration_request_duration_seconds_bucket", NO_LABEL, NULL, LATENCY, answered_within,
     .each = &each_bucket},
    {"ration_request_duration_seconds_sum", NO_LABEL, "latency.sum_seconds", LATENCY, AT(sums.latency_ms),
     .per = 1000},
    {"ration_request_duration_seconds_count", NO_LABEL, NULL, LATENCY, .value = answered},
    {NO_METRIC, "latency.count", "counter", "answers", "Answers.", AT(sums.answers)},
    {NO_METRIC, "latency.mean_ms", "gauge", "milliseconds", "Mean time to an answer.", AT(sums.latency_ms),
     OVER(sums.answers)},
    {NO_METRIC, "latency.p50_ms", "gauge", "milliseconds", "Half of the answers took no longer.",
     .value = half_below},
    {NO_METRIC, "latency.p90_ms", "gauge", "milliseconds", "Nine of ten answers took no longer.",
     .value = nine_of_ten_below},
    {NO_METRIC, "latency.p99_ms", "gauge", "milliseconds", "99 of 100 answers took no longer.",
     .value = almost_all_below},
    {"ration_tokens_total", "direction", "input", "tokens.input", TOKENS, AT(sums.tokens.input)},
    {"ration_tokens_total", "direction", "output", "tokens.output", TOKENS, AT(sums.tokens.output)},
    {"ration_tokens_kind_total", "kind", "cached", "tokens.cached", KINDS, AT(sums.tokens.cached)},
    {"ration_tokens_kind_total", "kind", "cache_write", "tokens.cache_write", KINDS, AT(sums.tokens.written)},
    {"ration_tokens_kind_total", "kind", "cache_write_1h", "tokens.cache_write_1h", KINDS,
     AT(sums.tokens.written_hour)},
    {"ration_tokens_kind_total", "kind", "reasoning", "tokens.reasoning", KINDS, AT(sums.tokens.reasoning)},
    {NO_METRIC, "tokens.input_mean", "gauge", "tokens", "Tokens of a prompt.", AT(sums.tokens.input),
     OVER(sums.answers)},
    {NO_METRIC, "tokens.output_mean", "gauge", "tokens", "Tokens of an answer.", AT(sums.tokens.output),
     OVER(sums.answers)},
    {NO_METRIC, "cost.priced", "gauge", "flag", "1 where prices are known.", .value = priced},
    {"ration_cost_dollars", NO_LABEL, "cost.dollars", "gauge", "dollars",
     "What the answers of this run cost.", AT(now.gossip.cost), IF(now.gossip.priced), .per = 1e9},
    {"ration_cost_doubt_dollars", NO_LABEL, "cost.doubt_dollars", "gauge", "dollars",
     "What this run may have been billed besides, at most.", AT(now.cost.run.doubt), IF(now.gossip.priced),
     .per = 1e9},
    {"ration_cost_all_dollars", NO_LABEL, "cost.all_dollars", "gauge", "dollars",
     "What the answers of all runs of the output cost.", .value = cost_of_all},
    {"ration_cost_all_doubt_dollars", NO_LABEL, "cost.all_doubt_dollars", "gauge", "dollars",
     "What all runs of the output may have been billed besides, at most.", .value = doubt_of_all},
    {"ration_cost_limit_dollars", NO_LABEL, "cost.most_dollars", "gauge", "dollars",
     "What all runs of the output may cost.", AT(now.gossip.cost_most), IF(now.gossip.cost_most), .per = 1e9},
    {"ration_cost_run_limit_dollars", NO_LABEL, "cost.run_most_dollars", "gauge", "dollars",
     "What this run may cost.", AT(now.cost.run_most), IF(now.cost.run_most), .per = 1e9},
    {NO_METRIC, "cost.in_flight_dollars", "gauge", "dollars", "What requests on the wire may cost.",
     AT(now.gossip.cost_in_flight), IF(now.gossip.priced), .per = 1e9},
    {NO_METRIC, "cost.forecast_dollars", "gauge", "dollars", "What the whole run may have cost in the end.",
     .value = cost_in_the_end},
    {NO_METRIC, "utilisation.percent", "gauge", "percent", "Use of the limit that is used most.",
     .value = use_percent},
    {NO_METRIC, "utilisation.retry_seconds", "gauge", "seconds",
     "Time until the first session may send, when limits or quotas hold all of them.", .value = retry_in},
    {NO_METRIC, "quota.daily_limit", "gauge", "requests", "The daily quota.", AT(now.gossip.daily_limit),
     IF(now.gossip.daily_limit)},
    {NO_METRIC, "quota.allowed", "gauge", "requests", "Requests that may leave in this period.",
     AT(now.quota.allowed), IF(now.quota.allowed)},
    {NO_METRIC, "quota.used", "gauge", "requests", "Requests of this period that have left.",
     AT(now.quota.used), IF(now.quota.allowed)},
    {NO_METRIC, "quota.percent", "gauge", "percent",
     "Share of the requests that may leave in this period that have left.", AT(now.quota.used),
     OVER(now.quota.allowed), .per = 0.01},
    {"ration_daily_quota_used_ratio", NO_LABEL, NULL, "gauge", "share",
     "Share of the requests that may leave in this period that have left.", AT(now.quota.used),
     OVER(now.quota.allowed)},
    {NO_METRIC, "quota.paused", "gauge", "flag", "1 while the daily quota pauses the run.",
     .value = quota_pauses},
};

const struct figures_list figures_spent = {.row = rows, .rows = sizeof(rows) / sizeof(rows[0])};
