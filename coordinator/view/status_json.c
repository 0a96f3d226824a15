#include "view/status_json.h"

#include "ration/clock.h"
#include "view/figures.h"
#include "view/json_fields.h"
#include "view/status_json_lists.h"
#include "view/view_words.h"

static double seconds(uint64_t nanoseconds) {
    return (double)nanoseconds / (double)CLOCK_SECOND;
}

static double dollars(uint64_t nano) {
    return (double)nano / 1e9;
}

static void add_run(cJSON *root, const struct run_status *status) {
    const struct run_info *info = &status->info;
    uint64_t started = status->now.gossip.started;
    cJSON *run = json_fields_object(root, "run");
    json_fields_text(run, "id", info->run_id);
    json_fields_text(run, "name", run_status_name(status));
    json_fields_count(run, "pid", (uint64_t)info->pid);
    json_fields_text(run, "input", info->input);
    json_fields_text(run, "output", info->output);
    json_fields_text(run, "state", run_status_stage_name(status->stage));
    json_fields_text(run, "reason", status->reason);
    json_fields_text(run, "started", info->started);
    json_fields_number(run, "elapsed_seconds", seconds(status->now.at - started), started != 0);
    json_fields_number(run, "silent_seconds", seconds(status->silent), status->silent != CLOCK_NEVER);
}

static void add_artists(cJSON *root, const struct run_status *status) {
    figures_json(json_fields_object(root, "artists"), "artists", status);
}

static void add_pace(cJSON *root, const struct run_status *status) {
    cJSON *rate = json_fields_object(root, "rate");
    json_fields_number(rate, "artists_per_second", status->pace.artists, status->pace.artists >= 0);
    json_fields_number(rate, "artists_per_second_mean", status->pace_mean, status->pace_mean >= 0);
    json_fields_number(rate, "requests_per_second", status->pace.requests, status->pace.requests >= 0);
    json_fields_number(rate, "tokens_per_second", status->pace.tokens, status->pace.tokens >= 0);
}

static void add_forecast(cJSON *root, const struct run_status *status) {
    const struct snapshot_gossip *gossip = &status->now.gossip;
    uint64_t ends, left;
    bool known = run_status_ends(status, &ends, &left);
    bool waits = status->wait.kind != RUN_WAIT_NOTHING;
    cJSON *forecast = json_fields_object(root, "forecast");
    json_fields_number(forecast, "seconds_left", seconds(left), known);
    json_fields_time(forecast, "ends_at", ends);
    json_fields_text(forecast, "binds", waits ? "" : gossip->forecast.binds);
    json_fields_text(forecast, "text", waits ? "" : gossip->forecast.text);
}

// null while something can be sent.
static void add_waits(cJSON *root, const struct run_status *status) {
    const struct snapshot_wait *wait = &status->wait;
    enum run_wait_kind kind = (enum run_wait_kind)wait->kind;
    char text[VIEW_WORDS_WAIT], cause[VIEW_WORDS_WAIT];
    if (kind == RUN_WAIT_NOTHING) {
        json_fields_text(root, "waits", NULL);
        return;
    }
    bool known = wait->until != CLOCK_NEVER;
    view_words_wait(status, text, sizeof(text));
    view_words_cause(status, cause, sizeof(cause));
    cJSON *waits = json_fields_object(root, "waits");
    json_fields_text(waits, "reason", run_wait_name(kind));
    json_fields_text(waits, "for", run_wait_for(kind, wait->until));
    json_fields_time(waits, "since", run_status_wall(status, wait->since));
    json_fields_time(waits, "until", known ? run_status_wall(status, wait->until) : 0);
    json_fields_number(waits, "seconds",
                       known && wait->until > status->now.at ? seconds(wait->until - status->now.at) : 0,
                       known);
    json_fields_text(waits, "cause", cause);
    json_fields_text(waits, "text", text);
}

static void add_tokens(cJSON *root, const struct run_status *status) {
    const struct snapshot_sums *sums = &status->sums;
    double answers = (double)sums->answers;
    cJSON *tokens = json_fields_object(root, "tokens");
    figures_json(tokens, "tokens", status);
    json_fields_number(tokens, "input_mean", (double)sums->input_tokens / answers, sums->answers > 0);
    json_fields_number(tokens, "output_mean", (double)sums->output_tokens / answers, sums->answers > 0);
}

static void add_dollars(cJSON *object, const char *name, uint64_t nano, bool known) {
    if (known) {
        (void)cJSON_AddNumberToObject(object, name, dollars(nano));
    } else {
        (void)cJSON_AddNullToObject(object, name);
    }
}

static void add_cost(cJSON *root, const struct run_status *status) {
    const struct snapshot_gossip *gossip = &status->now.gossip;
    bool priced = gossip->priced != 0;
    cJSON *cost = json_fields_object(root, "cost");
    json_fields_bool(cost, "priced", priced);
    add_dollars(cost, "dollars", gossip->cost, priced);
    add_dollars(cost, "in_flight_dollars", gossip->cost_in_flight, priced);
    add_dollars(cost, "most_dollars", gossip->cost_most, gossip->cost_most > 0);
    add_dollars(cost, "forecast_dollars", gossip->cost + gossip->forecast.cost,
                priced && gossip->forecast.cost != SNAPSHOT_UNKNOWN);
}

static void add_use(cJSON *root, const struct run_status *status) {
    const struct snapshot_gossip *gossip = &status->now.gossip;
    uint64_t until = gossip->use_until;
    cJSON *use = json_fields_object(root, "utilisation");
    json_fields_text(use, "state", run_status_use_name((enum snapshot_use)gossip->use_state));
    json_fields_number(use, "percent", run_status_percent(gossip->use), gossip->use != SNAPSHOT_UNKNOWN);
    json_fields_number(use, "retry_seconds", until > status->now.at ? seconds(until - status->now.at) : 0,
                       gossip->use_state == SNAPSHOT_THROTTLED && until != 0 && until != CLOCK_NEVER);
    json_fields_text(use, "text", gossip->use_text);
}

static void add_requests(cJSON *root, const struct run_status *status) {
    const struct snapshot_sums *sums = &status->sums;
    double success = status_json_lists_success(sums->outcome);
    cJSON *requests = json_fields_object(root, "requests");
    figures_json(requests, "requests", status);
    json_fields_number(requests, "success_percent", success, success >= 0);
    status_json_lists_outcomes(json_fields_object(requests, "outcomes"), sums->outcome);
}

static void add_queue(cJSON *root, const struct run_status *status) {
    const struct snapshot *now = &status->now;
    uint64_t held = (uint64_t)now->done + now->failed + status->sums.in_flight + status->sums.retrying;
    bool until = now->paused_until != 0 && now->paused_until != CLOCK_NEVER;
    cJSON *queue = json_fields_object(root, "queue");
    json_fields_count(queue, "waiting", now->artists > held ? now->artists - held : 0);
    json_fields_count(queue, "in_flight", status->sums.in_flight);
    json_fields_count(queue, "retrying", status->sums.retrying);
    json_fields_count(queue, "workers_wanted", now->wanted);
    json_fields_count(queue, "disk_waits", status->sums.disk_wait);
    json_fields_bool(queue, "paused", now->paused_until != 0);
    json_fields_time(queue, "paused_until", until ? run_status_wall(status, now->paused_until) : 0);
    json_fields_number(queue, "paused_seconds", until ? seconds(now->paused_until - now->at) : 0, until);
}

static void add_quota(cJSON *root, const struct run_status *status) {
    const struct snapshot *now = &status->now;
    bool any = now->quota.allowed > 0;
    uint64_t until = now->gossip.quota_until;
    cJSON *quota = json_fields_object(root, "quota");
    json_fields_number(quota, "daily_limit", (double)now->gossip.daily_limit, now->gossip.daily_limit > 0);
    json_fields_number(quota, "allowed", (double)now->quota.allowed, any);
    json_fields_number(quota, "used", (double)now->quota.used, any);
    json_fields_number(quota, "percent", 100 * (double)now->quota.used / (double)now->quota.allowed, any);
    json_fields_bool(quota, "paused", until != 0);
    json_fields_time(quota, "resumes_at",
                     until != 0 && until != CLOCK_NEVER ? run_status_wall(status, until) : 0);
}

// NULL when out of memory.
static cJSON *object(const struct run_status *status) {
    cJSON *root = cJSON_CreateObject();
    json_fields_count(root, "schema", STATUS_JSON_SCHEMA);
    json_fields_text(root, "version", RATION_VERSION);
    json_fields_time(root, "time", status->now.wall);
    add_run(root, status);
    add_artists(root, status);
    add_pace(root, status);
    add_forecast(root, status);
    add_waits(root, status);
    add_tokens(root, status);
    add_cost(root, status);
    add_use(root, status);
    add_requests(root, status);
    add_queue(root, status);
    add_quota(root, status);
    json_fields_count(root, "restarts", status->now.gossip.restarts_all);
    status_json_lists_add(root, status);
    return root;
}

char *status_json(const struct run_status *status) {
    return json_fields_print(object(status));
}
