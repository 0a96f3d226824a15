// An arena that looks as if a run were at work, and its state.
#ifndef UNIT_STATUS_H
#define UNIT_STATUS_H

#include "ration/board.h"
#include "ration/clock.h"
#include "unit_arena.h"
#include "view/run_status.h"

#include <math.h>
#include <string.h>

// The look that all of it is about, by both clocks.
#define UNIT_STATUS_NOW (1000 * CLOCK_SECOND)
#define UNIT_STATUS_WALL (1769903999ULL * CLOCK_SECOND) // 2026-01-31T23:59:59Z

static inline void unit_status_answer(struct arena *arena, uint32_t slot, uint32_t session, uint64_t now,
                                      enum outcome_class outcome) {
    struct ledger_booking booking;
    struct ledger_usage usage = {.outcome = outcome, .tokens.input = 100, .tokens.output = 250};
    (void)session;
    if (ledger_admit(arena, slot, &(struct ledger_estimate){.input = 100, .output = 250}, now, 0, &booking) ==
        LEDGER_BOOKED) {
        (void)ledger_settle(arena, slot, &booking, &usage, now);
    }
    slot_count_outcome(arena, slot, outcome);
    if (outcome == OUTCOME_DONE) {
        slot_count_done(arena, slot,
                        &(struct tokens){.input = 100, .cached = 80, .output = 250, .reasoning = 20}, 900);
    }
}

// Two sessions, three workers, 100 artists, of which 20 are done and 2 failed.
static inline struct arena *unit_status_arena(uint64_t now) {
    struct arena *arena = unit_arena(4, 2, 100);
    ledger_configure(arena, &(struct ledger_config){.day_share = 1000000,
                                                    .breaker = {.threshold = 5, .timeout = CLOCK_SECOND}});
    for (uint32_t i = 0; i < 2; i++) {
        ledger_set_limits(arena, i,
                          &(struct ledger_limits){.told.of[LIMITS_REQUESTS_MINUTE] = 60000,
                                                  .told.of[LIMITS_TOKENS_MINUTE] = 10000000,
                                                  .burst = 100},
                          now);
    }
    ledger_set_name(arena, 0, "primary");
    ledger_set_name(arena, 1, "spare \"\\\n\033[31m");
    arena_set_workers(arena, 3);
    for (uint32_t slot = 0; slot < 3; slot++) {
        slot_prepare(arena, slot);
        slot_announce(arena, slot, getpid(), now);
        slot_set_state(arena, slot, SLOT_WORKING);
        slot_heartbeat(arena, slot, now, 4, 5, 1);
    }
    for (uint32_t artist = 0; artist < 20; artist++) {
        board_set(arena, artist, BOARD_DONE);
        unit_status_answer(arena, artist % 3, 0, now, OUTCOME_DONE);
    }
    board_set(arena, 20, BOARD_FAILED);
    board_set(arena, 21, BOARD_FAILED);
    unit_status_answer(arena, 0, 0, now, OUTCOME_REFUSED);
    unit_status_answer(arena, 0, 0, now, OUTCOME_SERVER_FAULT);
    return arena;
}

static inline void unit_status_gossip(struct snapshot_gossip *gossip, uint64_t now) {
    memset(gossip, 0, sizeof(*gossip));
    gossip->published = now;
    gossip->started = now - 10 * CLOCK_SECOND;
    gossip->restarts[1] = 2;
    gossip->restarts_all = 2;
    gossip->in_doubt = 3;
    gossip->artists_rate = 21400;
    gossip->requests_rate = 22000;
    gossip->tokens_rate = 7000000;
    gossip->priced = 1;
    gossip->cost = 3841234000;
    gossip->cost_most = 20ULL * 1000000000;
    gossip->forecast = (struct snapshot_forecast){.takes = 60 * CLOCK_SECOND, .cost = 1000000000};
    (void)snprintf(gossip->forecast.binds, sizeof(gossip->forecast.binds), "tokens a minute on primary");
    (void)snprintf(gossip->forecast.text, sizeof(gossip->forecast.text), "limited by tokens a minute");
    gossip->use = gossip->dimension_use[0][0] = 834000;
    gossip->dimension_use[0][1] = 120000;
    gossip->dimension_use[1][0] = gossip->dimension_use[1][1] = SNAPSHOT_UNKNOWN;
    gossip->use_state = SNAPSHOT_APPROACHING;
    gossip->errors = 1;
    (void)snprintf(gossip->error[0].artist, sizeof(gossip->error[0].artist), "a-\033[2J1");
    (void)snprintf(gossip->error[0].class, sizeof(gossip->error[0].class), "refused");
    (void)snprintf(gossip->error[0].text, sizeof(gossip->error[0].text), "400 no \"such\"\nthing");
    gossip->error[0].at = 1700000000ULL * CLOCK_SECOND;
    gossip->alerts = 1;
    (void)snprintf(gossip->alert[0].name, sizeof(gossip->alert[0].name), "quota_use");
    (void)snprintf(gossip->alert[0].level, sizeof(gossip->alert[0].level), "warning");
    (void)snprintf(gossip->alert[0].text, sizeof(gossip->alert[0].text), "80 %% is used");
    gossip->history = (struct snapshot_history){.interval = CLOCK_SECOND, .count = 3, .latency = {-1}};
}

static inline void unit_status_info(struct run_info *info) {
    *info = (struct run_info){.run_id = "20260131T235959-0123ab", .pid = getpid(), .arena = "/ration-unit"};
    (void)snprintf(info->output, sizeof(info->output), "/srv/out/answers.jsonl");
    (void)snprintf(info->input, sizeof(info->input), "/srv/artists.csv");
    (void)snprintf(info->started, sizeof(info->started), "2026-01-31T23:59:59.000Z");
}

// Looks again.
static inline void unit_status_take(struct run_status *status, const struct arena *arena) {
    static struct snapshot look;
    snapshot_take(arena, UNIT_STATUS_NOW, UNIT_STATUS_WALL, &look);
    run_status_of(status, &look, &look.gossip);
}

// The caller frees it.
static inline struct run_status *unit_status(struct arena *arena) {
    struct run_status *status = malloc(sizeof(*status));
    struct run_info info;
    if (status == NULL) {
        abort();
    }
    unit_status_info(&info);
    run_status_begin(status, &info);
    unit_status_take(status, arena);
    return status;
}

#endif
