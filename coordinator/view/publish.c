#include "view/publish.h"

#include "plan/forecast_facts.h"
#include "plan/forecast_spend.h"
#include "ration/clock.h"
#include "view/history.h"
#include "view/publish_use.h"
#include "watch/alert_watch.h"
#include "watch/last_words.h"
#include "watch/recent_errors.h"

#include <bsd/string.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct publish {
    struct publish_begin begin;
    struct snapshot_gossip gossip;
    struct rates rates;
    struct history history;
    struct forecast_spend spend;
    struct recent_errors errors;
    struct run_status status;
};

struct publish *publish_new(const struct publish_begin *begin, uint64_t now) {
    struct publish *publish = calloc(1, sizeof(*publish));
    if (publish == NULL) {
        return NULL;
    }
    struct snapshot_gossip *gossip = &publish->gossip;
    publish->begin = *begin;
    gossip->started = now;
    gossip->before = begin->before;
    gossip->daily_limit = begin->daily_limit;
    gossip->artists_rate = gossip->requests_rate = gossip->tokens_rate = SNAPSHOT_UNKNOWN;
    gossip->use = gossip->forecast.takes = gossip->forecast.cost = SNAPSHOT_UNKNOWN;
    recent_errors_begin(&publish->errors, begin->format, output_length(begin->arena, OUTPUT_ERRORS));
    run_status_begin(&publish->status, begin->info);
    run_status_take(&publish->status, begin->arena);
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

static void take_crew(struct snapshot_gossip *gossip, const struct crew_look *crew) {
    memcpy(gossip->restarts, crew->worker_restarts, sizeof(gossip->restarts));
    gossip->restarts_all = crew->restarts;
    gossip->in_doubt = crew->in_doubt;
    gossip->skipped = crew->left_out;
    gossip->redistributed = crew->redistributed;
    gossip->identical = crew->identical;
}

static void take_stage(struct publish *publish, const struct publish_facts *facts) {
    struct snapshot_gossip *gossip = &publish->gossip;
    const char *reason = "";
    char words[BATCH_LIST_WORDS];
    gossip->stage = SNAPSHOT_RUNNING;
    gossip->quota_until = facts->quota_until;
    if (facts->crew->stopping) {
        gossip->stage = SNAPSHOT_DRAINING;
        reason = "what is in flight is being finished";
    } else if (facts->look->sums.disk_wait > 0) {
        reason = "waits for room on the disk";
    } else if (facts->quota_until != 0) {
        gossip->stage = SNAPSHOT_PAUSED;
        reason = "the daily quota is used up";
    } else if (facts->look->paused_until != 0) {
        gossip->stage = SNAPSHOT_PAUSED;
        reason = run_status_pause(facts->look->paused_until);
    } else if (facts->fleet != NULL && facts->fleet->away > 0) {
        reason = "the fleet's database does not answer";
    } else if (facts->batches != NULL) {
        reason = batch_list_words(facts->batches, words);
    }
    (void)strlcpy(gossip->reason, reason, sizeof(gossip->reason));
}

static void take_cost(struct publish *publish, const struct publish_facts *facts) {
    struct snapshot_gossip *gossip = &publish->gossip;
    gossip->priced = facts->cost.priced;
    gossip->cost = facts->cost.spent;
    gossip->cost_in_flight = facts->cost.in_flight;
    gossip->cost_most = publish->begin.cost.most;
}

// What was copied to followers was asked for no money.
static void take_spend(struct publish *publish, const struct publish_facts *facts) {
    const struct snapshot *look = facts->look;
    uint64_t free_of_charge = publish->begin.before + facts->crew->identical;
    uint64_t verdicts = (uint64_t)look->done + look->failed;
    struct forecast_spend_point now = {verdicts > free_of_charge ? verdicts - free_of_charge : 0,
                                       facts->cost.spent};
    forecast_spend_add(&publish->spend, now);
}

static void take_facts(const struct publish *publish, const struct publish_facts *facts,
                       struct forecast_facts *out) {
    const struct publish_begin *begin = &publish->begin;
    const struct snapshot *look = facts->look;
    double pace = publish->status.pace.artists;
    bool waits = look->paused_until != 0 || look->sums.waits_until != 0;
    bool kept = look->sums.tokens.cached > 0;
    double filled = cost_filled(&look->sums.tokens, look->sums.answers, &begin->cost.rates);
    struct forecast_source source = {
        .look = look,
        .price = begin->cost.price,
        .free = begin->cost.free,
        .before = begin->before,
        .lately = kept ? forecast_spend_lately(&publish->spend, filled) : 0,
        .in_flight = look->in_flight_each > 0 ? look->in_flight_each : begin->in_flight,
        .left_out = facts->crew->left_out,
        .observed = waits || pace < 0 ? 0 : pace,
        .quota_resets = facts->quota_resets,
        .quota_pause = begin->quota_pause,
    };
    const struct snapshot_fleet *fleet = &look->gossip.fleet;
    if (fleet->run[0] != '\0') { // its end is that of all machines together, under the same limits
        source.left_out = fleet->others;
        source.observed = waits ? 0 : (double)fleet->rate / 1000;
        source.in_flight = 0;
    }
    forecast_facts_take(&source, out);
}

static void take_forecast(struct publish *publish, const struct publish_facts *facts) {
    struct snapshot_forecast *out = &publish->gossip.forecast;
    struct forecast_facts known;
    struct forecast forecast;
    char text[FORECAST_TEXT_SIZE];
    *out = (struct snapshot_forecast){.takes = SNAPSHOT_UNKNOWN, .cost = SNAPSHOT_UNKNOWN};
    if (publish->gossip.stage == SNAPSHOT_ENDED) {
        return;
    }
    take_spend(publish, facts);
    take_facts(publish, facts, &known);
    forecast_live(&known, &forecast);
    bool member = facts->look->gossip.fleet.run[0] != '\0', soon = member && known.observed <= 0;
    out->cost = forecast.priced && !member ? forecast.cost : SNAPSHOT_UNKNOWN;
    if (publish->gossip.stage != SNAPSHOT_RUNNING || publish->gossip.wait.kind != RUN_WAIT_NOTHING || soon) {
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

static void take_pace(struct publish *publish, const struct snapshot *look) {
    struct snapshot_gossip *gossip = &publish->gossip;
    struct rates_point point = rates_point(look, &look->sums);
    rates_add(&publish->rates, &point);
    struct rates_pace pace = rates_now(&publish->rates, &point);
    gossip->artists_rate = thousandths(pace.artists);
    gossip->requests_rate = thousandths(pace.requests);
    gossip->tokens_rate = thousandths(pace.tokens);
    history_add(&publish->history, &point, look->wall,
                gossip->use == SNAPSHOT_UNKNOWN ? -1 : (double)gossip->use * 100 / SNAPSHOT_WHOLE);
    gossip->history = publish->history.shown;
}

static void take_errors(struct publish *publish, const struct snapshot *look) {
    struct snapshot_gossip *gossip = &publish->gossip;
    recent_errors_look(&publish->errors, publish->begin.errors_fd, look->length[OUTPUT_ERRORS], look->wall);
    gossip->errors = publish->errors.count;
    memcpy(gossip->error, publish->errors.error, sizeof(gossip->error));
    last_words_look(gossip->last, look);
}

// Whoever attaches reads it in the arena; the own display is drawn from what is in hand.
static void publish_now(struct publish *publish, const struct publish_facts *facts) {
    struct snapshot_gossip *gossip = &publish->gossip;
    const struct snapshot *look = facts->look;
    take_crew(gossip, facts->crew);
    take_cost(publish, facts);
    gossip->wait = publish->status.wait;
    publish_use_take(gossip, look->sessions, facts->utilisation);
    take_forecast(publish, facts);
    take_alerts(publish, facts->alerts);
    take_errors(publish, look);
    take_pace(publish, look);
    if (facts->batches != NULL) {
        publish->status.batches = *facts->batches;
    }
    if (facts->fleet != NULL) {
        gossip->fleet = *facts->fleet;
    }
    gossip->published = look->at;
    snapshot_publish(publish->begin.arena, gossip);
    run_status_of(&publish->status, look, gossip);
}

bool publish_tick(struct publish *publish, const struct publish_facts *facts) {
    if (facts->look->at < publish->gossip.published + PUBLISH_INTERVAL) {
        return false;
    }
    take_stage(publish, facts);
    publish_now(publish, facts);
    return true;
}

void publish_end(struct publish *publish, const struct publish_facts *facts, const char *how) {
    struct snapshot_gossip *gossip = &publish->gossip;
    gossip->stage = SNAPSHOT_ENDED;
    gossip->quota_until = 0;
    (void)strlcpy(gossip->reason, how, sizeof(gossip->reason));
    publish->status.wait = (struct snapshot_wait){.kind = RUN_WAIT_NOTHING};
    publish_now(publish, facts);
}
