#include "view/status_json.h"

#include "ration/clock.h"
#include "view/figures_run.h"
#include "view/figures_spent.h"
#include "view/json_fields.h"
#include "view/status_json_lists.h"
#include "view/view_words.h"

static double seconds(uint64_t nanoseconds) {
    return (double)nanoseconds / (double)CLOCK_SECOND;
}

static void add_run(cJSON *root, const struct run_status *status) {
    const struct run_info *info = &status->info;
    cJSON *run = json_fields_object(root, "run");
    json_fields_text(run, "id", info->run_id);
    json_fields_text(run, "name", run_status_name(status));
    json_fields_count(run, "pid", (uint64_t)info->pid);
    json_fields_text(run, "input", info->input);
    json_fields_text(run, "output", info->output);
    json_fields_text(run, "state", run_status_stage_name(status->stage));
    json_fields_text(run, "reason", status->reason);
    json_fields_text(run, "started", info->started);
}

static void add_forecast(cJSON *root, const struct run_status *status) {
    const struct snapshot_gossip *gossip = &status->now.gossip;
    uint64_t ends, left;
    (void)run_status_ends(status, &ends, &left);
    bool waits = status->wait.kind != RUN_WAIT_NOTHING;
    cJSON *forecast = json_fields_object(root, "forecast");
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

static void add_use(cJSON *root, const struct run_status *status) {
    const struct snapshot_gossip *gossip = &status->now.gossip;
    cJSON *use = json_fields_object(root, "utilisation");
    json_fields_text(use, "state", run_status_use_name((enum snapshot_use)gossip->use_state));
    json_fields_text(use, "text", gossip->use_text);
}

// Nanoseconds since 1970; 0: not known.
static uint64_t wall(const struct run_status *status, uint64_t until) {
    return until != 0 && until != CLOCK_NEVER ? run_status_wall(status, until) : 0;
}

static void add_ends_of_pauses(cJSON *root, const struct run_status *status) {
    cJSON *queue = json_fields_object(root, "queue");
    cJSON *quota = json_fields_object(root, "quota");
    json_fields_time(queue, "paused_until", wall(status, status->now.paused_until));
    json_fields_time(quota, "resumes_at", wall(status, status->now.gossip.quota_until));
}

cJSON *status_json_object(const struct run_status *status) {
    cJSON *root = cJSON_CreateObject();
    json_fields_count(root, "schema", STATUS_JSON_SCHEMA);
    json_fields_text(root, "version", RATION_VERSION);
    json_fields_time(root, "time", status->now.wall);
    add_run(root, status);
    figures_json(root, &figures_run, status, 0);
    figures_json(root, &figures_spent, status, 0);
    add_forecast(root, status);
    add_waits(root, status);
    add_use(root, status);
    add_ends_of_pauses(root, status);
    status_json_lists_add(root, status);
    return root;
}

char *status_json(const struct run_status *status) {
    return json_fields_print(status_json_object(status));
}
