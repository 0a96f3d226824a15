#include "run/conditions.h"

#include "plan/cost.h"
#include "ration/clock.h"
#include "ration/ledger.h"
#include "ration/log.h"
#include "ration/output.h"

#include <inttypes.h>
#include <string.h>

#define UNREACHABLE_TIMES 3U
#define PATIENCE (10 * CLOCK_MINUTE)
#define NAME_PATIENCE (20 * CLOCK_SECOND) // a name may be found again

// What stands in the way of all sessions that are not disabled.
struct standstill {
    uint32_t sessions;
    uint32_t held;      // for refusals,
    uint64_t since;     // the last of them since then
    uint32_t refused;   // of those, by a key that is refused
    uint32_t untrusted; // never reached: no connection can be trusted,
    uint32_t nameless;  // or the host's name is not found,
    uint64_t nameless_since;
    bool worked; // one of all has answered
};

static void look_at_sessions(const struct crew *crew, uint64_t now, struct standstill *all) {
    *all = (struct standstill){0};
    for (uint32_t session = 0; session < arena_sessions(crew->arena); session++) {
        struct ledger_blame look;
        ledger_blame_look(crew->arena, session, now, &look);
        all->worked = all->worked || look.blame.worked > 0;
        if (look.disabled) {
            continue;
        }
        bool never = look.blame.heard == 0;
        all->sessions++;
        all->held += look.held;
        all->since = look.held && look.held_since > all->since ? look.held_since : all->since;
        all->refused += look.held && (look.blame.status == 401 || look.blame.status == 403);
        all->untrusted +=
            never && look.unreachable == LEDGER_NO_TRUST && look.unreachable_times >= UNREACHABLE_TIMES;
        all->nameless += never && look.unreachable == LEDGER_NO_NAME;
        all->nameless_since =
            look.unreachable_since > all->nameless_since ? look.unreachable_since : all->nameless_since;
    }
}

// The words of the last session that said something; "" without any.
static const char *said(const struct crew *crew, char text[LEDGER_SAID_SIZE]) {
    text[0] = '\0';
    for (uint32_t session = 0; session < arena_sessions(crew->arena) && text[0] == '\0'; session++) {
        ledger_said(crew->arena, session, text);
    }
    return text;
}

static void look_at_keys(struct crew *crew, const struct totals *totals) {
    char text[LEDGER_SAID_SIZE];
    if (totals->sessions_open == 0 && !stop_begun(crew) && !crew_finished(crew)) {
        log_fatal("quota", "the API refuses the key; check it, then go on with --resume; %s",
                  said(crew, text));
        stop_begin(crew, STOP_CANNOT);
    }
}

// How many are left, if all of them were refused before: their workers have nothing else to compare them with.
static void count_left(struct crew *crew, const struct totals *totals) {
    uint32_t ended = totals->done + totals->failed + range_table_size(&crew->skipped);
    uint32_t left = totals->artists > ended ? totals->artists - ended : 0;
    arena_set_left(crew->arena, totals->suspects >= left ? left : 0);
}

// One wrong name in the configuration must not fail a whole batch.
static void look_at_refusals(struct crew *crew, const struct totals *totals, uint64_t now) {
    struct standstill all;
    char text[LEDGER_SAID_SIZE];
    look_at_sessions(crew, now, &all);
    if (stop_begun(crew) || crew_finished(crew) || all.sessions == 0) {
        return;
    }
    if (all.held == all.sessions && !all.worked && totals->in_flight == 0) {
        log_fatal(
            "request",
            "every artist that was tried was refused; check --prompt-id, --prompt-variables, --model and "
            "--base-url, then go on with --resume --retry-errors all; %s",
            said(crew, text));
        stop_begin(crew, STOP_CANNOT);
    } else if (all.held == all.sessions && now - all.since > PATIENCE &&
               (arena_left(crew->arena) > 0 || all.refused == all.sessions)) {
        log_fatal("request",
                  "nothing but refusals came for %u"
                  " minutes; mend it, then go on with --resume: no artist is failed for it; %s",
                  (unsigned)(PATIENCE / CLOCK_MINUTE), said(crew, text));
        stop_begin(crew, STOP_CANNOT);
    } else if (all.untrusted == all.sessions) {
        log_fatal(
            "request",
            "no connection to the API can be trusted; check the certificates, SSL_CERT_FILE and --base-url, "
            "then go on with --resume; %s",
            said(crew, text));
        stop_begin(crew, STOP_CANNOT);
    } else if (all.nameless == all.sessions && now - all.nameless_since > NAME_PATIENCE) {
        log_fatal(
            "request",
            "the API's host was not found; check --base-url and the network, then go on with --resume; %s",
            said(crew, text));
        stop_begin(crew, STOP_CANNOT);
    }
}

// The ledger books nothing that might pass the limit; with nothing in flight any more, nothing will make room.
static void look_at_cost(struct conditions *conditions, struct crew *crew, struct totals *totals) {
    struct ledger_cost cost;
    char spent[COST_TEXT_SIZE], most[COST_TEXT_SIZE];
    conditions->cost_in_flight = cost_look(&crew->cost, totals);
    ledger_cost_look(crew->arena, &cost);
    if (stop_begun(crew) || cost.refused == 0 || cost.booked > 0 || cost.spent + cost.refused <= cost.most) {
        return;
    }
    cost_print(cost.spent, spent);
    cost_print(cost.most, most);
    log_warn("cost",
             "%s of --max-cost %s is spent, and one more request might pass it; go on with --resume and more "
             "money",
             spent, most);
    stop_begin(crew, STOP_ASKED);
}

static void look_at_disk(struct conditions *conditions, struct crew *crew, const struct totals *totals) {
    int error = output_sync_error(crew->arena);
    if (error != 0 && !stop_begun(crew)) {
        log_fatal("disk",
                  "the output cannot be synced: %s; its last lines may be lost; mend the disk, then go on "
                  "with --resume",
                  strerror(error));
        stop_begin(crew, STOP_CANNOT);
    }
    if (totals->disk_wait > 0 && !conditions->disk_told) {
        log_warn("disk",
                 "the output cannot be written; the run waits and goes on by itself when there is room");
    } else if (totals->disk_wait == 0 && conditions->disk_told) {
        log_info("disk", "the output can be written again; the run goes on");
    }
    conditions->disk_told = totals->disk_wait > 0;
}

void conditions_tick(struct conditions *conditions, struct crew *crew, struct totals *totals) {
    look_at_cost(conditions, crew, totals);
    count_left(crew, totals);
    look_at_refusals(crew, totals, clock_now());
    look_at_keys(crew, totals);
    look_at_disk(conditions, crew, totals);
}
