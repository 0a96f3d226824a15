#include "view/publish.h"

#include "watch/alert_watch.h"
#include "plan/forecast_facts.h"
#include "view/history.h"
#include "crew/pause.h"
#include "view/publish_use.h"
#include "quota/quota_monitor.h"
#include "ration/clock.h"
#include "watch/recent_errors.h"

#include <bsd/string.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct publish {
    struct crew *crew;
    struct snapshot_gossip gossip;
    struct rates rates;
    struct history history;
    struct recent_errors errors;
    struct run_status status;
};

struct publish *publish_new(struct crew *crew, const struct run_info *info, uint64_t before,
                            uint64_t daily_limit, uint64_t now) {
    struct publish *publish = calloc(1, sizeof(*publish));
    if (publish == NULL) {
        return NULL;
    }
    struct snapshot_gossip *gossip = &publish->gossip;
    publish->crew = crew;
    gossip->started = now;
    gossip->before = before;
    gossip->daily_limit = daily_limit;
    gossip->artists_rate = gossip->requests_rate = gossip->tokens_rate = SNAPSHOT_UNKNOWN;
    gossip->use = gossip->forecast.takes = gossip->forecast.cost = SNAPSHOT_UNKNOWN;
    recent_errors_begin(&publish->errors, output_length(crew->arena, OUTPUT_ERRORS));
    run_status_begin(&publish->status, info);
    run_status_take(&publish->status, crew->arena);
    struct rates_point point = rates_point(&publish->status.now, &publish->status.sums);
    history_begin(&publish->history, &point);
    rates_add(&publish->rates, &point);
    return publish;
}

void publish_free(struct publish *publish) {
    free(publish);
}

const struct run_status *publish_status(const struct publish *publish) {
    return &publish->status;
}

static uint64_t thousandths(double rate) {
    return rate >= 0 && rate < 1e12 ? (uint64_t)(rate * 1000 + 0.5) : SNAPSHOT_UNKNOWN;
}

static void take_crew(struct publish *publish) {
    const struct crew *crew = publish->crew;
    struct snapshot_gossip *gossip = &publish->gossip;
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        gossip->restarts[slot] = crew->worker[slot].restarts;
    }
    gossip->restarts_all = crew->restarts;
    gossip->in_doubt = crew->in_doubt;
    gossip->skipped = range_table_size(&crew->skipped);
    gossip->redistributed = crew->redistributed;
}

static void take_stage(struct publish *publish, const struct publish_facts *facts) {
    struct snapshot_gossip *gossip = &publish->gossip;
    const char *reason = "";
    gossip->stage = SNAPSHOT_RUNNING;
    gossip->quota_until = facts->quota_until;
    if (facts->stopping) {
        gossip->stage = SNAPSHOT_DRAINING;
        reason = "what is in flight is being finished";
    } else if (facts->totals->disk_wait > 0) {
        reason = "waits for room on the disk";
    } else if (facts->quota_until != 0) {
        gossip->stage = SNAPSHOT_PAUSED;
        reason = "the daily quota is used up";
    } else if (facts->totals->paused_until != 0) {
        gossip->stage = SNAPSHOT_PAUSED;
        reason = run_status_pause(facts->totals->paused_until);
    }
    (void)strlcpy(gossip->reason, reason, sizeof(gossip->reason));
}

static void take_cost(struct publish *publish, const struct publish_facts *facts) {
    struct snapshot_gossip *gossip = &publish->gossip;
    gossip->priced = facts->totals->priced;
    gossip->cost = facts->totals->cost;
    gossip->cost_in_flight = facts->cost_in_flight;
    gossip->cost_most = publish->crew->cost.most;
}

static void take_facts(const struct publish *publish, const struct publish_facts *facts, uint64_t now,
                       struct forecast_facts *out) {
    const struct crew *crew = publish->crew;
    const struct run_status *status = &publish->status;
    const char *name[BOUNDS_SESSIONS];
    bool waits = facts->totals->paused_until != 0 || facts->totals->waits_until != 0;
    uint32_t in_flight = arena_in_flight(crew->arena);
    for (uint32_t i = 0; i < arena_sessions(crew->arena); i++) {
        name[i] = status->now.session_name[i];
    }
    struct forecast_source source = {
        .arena = crew->arena,
        .totals = facts->totals,
        .name = name,
        .price = crew->cost.price,
        .in_flight = in_flight > 0 ? in_flight : crew->settings->in_flight,
        .left_out = range_table_size(&crew->skipped),
        .observed = waits || status->pace.artists < 0 ? 0 : status->pace.artists,
        .quota_resets = facts->quota_resets,
        .quota_pause = crew->quota != NULL ? crew->quota->pause : 0,
    };
    forecast_facts_take(&source, now, clock_wall(), out);
}

static void take_forecast(struct publish *publish, const struct publish_facts *facts, uint64_t now) {
    struct snapshot_forecast *out = &publish->gossip.forecast;
    struct forecast_facts known;
    struct forecast forecast;
    char text[FORECAST_TEXT_SIZE];
    *out = (struct snapshot_forecast){.takes = SNAPSHOT_UNKNOWN, .cost = SNAPSHOT_UNKNOWN};
    if (publish->gossip.stage == SNAPSHOT_ENDED) {
        return;
    }
    take_facts(publish, facts, now, &known);
    forecast_live(&known, &forecast);
    out->cost = forecast.priced ? forecast.cost : SNAPSHOT_UNKNOWN;
    if (publish->gossip.stage != SNAPSHOT_RUNNING || publish->gossip.wait.kind != RUN_WAIT_NOTHING) {
        return; // nothing can be sent: whatever ends a wait, the limits do not
    }
    out->takes = forecast.takes != CLOCK_NEVER ? forecast.takes : SNAPSHOT_UNKNOWN;
    forecast_describe_bound(&known, &forecast, text);
    (void)strlcpy(out->binds, text, sizeof(out->binds));
    forecast_describe(&known, &forecast, text);
    (void)strlcpy(out->text, text, sizeof(out->text));
}

static void take_alerts(struct publish *publish, const struct alert_watch *alerts) {
    struct snapshot_gossip *gossip = &publish->gossip;
    struct alert_watch_raised raised[ALERT_WATCH_RAISED_MOST];
    uint32_t count = alert_watch_raised(alerts, raised);
    uint32_t first = count > SNAPSHOT_ALERTS ? count - SNAPSHOT_ALERTS : 0;
    gossip->alerts = count - first;
    for (uint32_t i = first; i < count; i++) {
        enum alert_kind kind = raised[i].event.kind;
        struct snapshot_alert *alert = &gossip->alert[i - first];
        alert->since = raised[i].since;
        (void)strlcpy(alert->name, alerts_kind_name(kind), sizeof(alert->name));
        (void)strlcpy(alert->level, alerts_about(kind)->level, sizeof(alert->level));
        (void)strlcpy(alert->text, raised[i].event.message, sizeof(alert->text));
    }
}

static void take_pace(struct publish *publish, const struct run_status *status) {
    struct snapshot_gossip *gossip = &publish->gossip;
    struct rates_point point = rates_point(&status->now, &status->sums);
    rates_add(&publish->rates, &point);
    struct rates_pace pace = rates_now(&publish->rates, &point);
    gossip->artists_rate = thousandths(pace.artists);
    gossip->requests_rate = thousandths(pace.requests);
    gossip->tokens_rate = thousandths(pace.tokens);
    history_add(&publish->history, &point, status->now.wall,
                gossip->use == SNAPSHOT_UNKNOWN ? -1 : (double)gossip->use * 100 / SNAPSHOT_WHOLE);
    gossip->history = publish->history.shown;
}

static void take_errors(struct publish *publish, uint64_t wall) {
    struct snapshot_gossip *gossip = &publish->gossip;
    recent_errors_look(&publish->errors, publish->crew->fd.errors,
                       output_length(publish->crew->arena, OUTPUT_ERRORS), wall);
    gossip->errors = publish->errors.count;
    memcpy(gossip->error, publish->errors.error, sizeof(gossip->error));
}

static void publish_now(struct publish *publish, const struct publish_facts *facts, uint64_t now) {
    struct snapshot_gossip *gossip = &publish->gossip;
    struct arena *arena = publish->crew->arena;
    take_crew(publish);
    take_cost(publish, facts);
    gossip->wait = publish->status.wait;
    publish_use_take(gossip, arena, publish->crew->utilisation);
    take_forecast(publish, facts, now);
    take_alerts(publish, publish->crew->alerts);
    take_errors(publish, clock_wall());
    take_pace(publish, &publish->status);
    gossip->published = now;
    snapshot_publish(arena, gossip);
    run_status_take(&publish->status, arena);
}

bool publish_tick(struct publish *publish, const struct publish_facts *facts, uint64_t now) {
    if (now < publish->gossip.published + PUBLISH_INTERVAL) {
        return false;
    }
    take_stage(publish, facts);
    publish_now(publish, facts, now);
    return true;
}

void publish_end(struct publish *publish, const struct publish_facts *facts, const char *how, uint64_t now) {
    struct snapshot_gossip *gossip = &publish->gossip;
    gossip->stage = SNAPSHOT_ENDED;
    gossip->quota_until = 0;
    (void)strlcpy(gossip->reason, how, sizeof(gossip->reason));
    run_status_take(&publish->status, publish->crew->arena);
    publish->status.wait = (struct snapshot_wait){.kind = RUN_WAIT_NOTHING};
    publish_now(publish, facts, now);
}
