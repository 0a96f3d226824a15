#include "run/conditions.h"

#include "plan/cost.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "ration/money.h"

#include <bsd/string.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define UNREACHABLE_TIMES 3U
#define PATIENCE (10 * CLOCK_MINUTE)
#define NAME_PATIENCE (20 * CLOCK_SECOND) // a name may be found again
#define PROBES 2U // from elsewhere in the input: those that were refused may have stood beside each other
#define RESUME_PATIENCE (20 * CLOCK_SECOND) // what has answered earlier runs may be in trouble for a moment

// What stands in the way of all sessions that are not disabled.
struct standstill {
    uint32_t sessions;
    uint32_t held;      // for refusals,
    uint64_t since;     // the last of them since then
    uint64_t probes;    // of each of them at least, that were refused since
    uint32_t refused;   // of those, by a key that is refused,
    uint32_t unpaid;    // or for want of money
    uint32_t untrusted; // never reached: no connection can be trusted,
    uint32_t nameless;  // or the host's name is not found,
    uint64_t nameless_since;
    bool worked; // one of all has answered
};

static void look_at_sessions(const struct snapshot *look, struct standstill *all) {
    *all = (struct standstill){.probes = UINT64_MAX};
    for (uint32_t session = 0; session < look->sessions; session++) {
        const struct ledger_blame *blame = &look->blame[session];
        all->worked = all->worked || blame->blame.worked > 0;
        if (blame->disabled) {
            continue;
        }
        bool never = blame->blame.heard == 0;
        all->sessions++;
        all->held += blame->held;
        all->probes = blame->held && blame->probes < all->probes ? blame->probes : all->probes;
        all->since = blame->held && blame->held_since > all->since ? blame->held_since : all->since;
        all->refused += blame->held && (blame->blame.status == 401 || blame->blame.status == 403);
        all->unpaid += blame->held && blame->blame.status == 402;
        all->untrusted +=
            never && blame->unreachable == LEDGER_NO_TRUST && blame->unreachable_times >= UNREACHABLE_TIMES;
        all->nameless += never && blame->unreachable == LEDGER_NO_NAME;
        all->nameless_since =
            blame->unreachable_since > all->nameless_since ? blame->unreachable_since : all->nameless_since;
    }
}

// The words of the first session that said something; "" without any.
static const char *said(const struct snapshot *look) {
    for (uint32_t session = 0; session < look->sessions; session++) {
        if (look->said[session][0] != '\0') {
            return look->said[session];
        }
    }
    return "";
}

static void end_run(struct conditions_wish *wish, enum stop_end end) {
    wish->stop = true;
    wish->end = end;
}

static void look_at_keys(const struct snapshot *look, struct conditions_wish *wish) {
    if (look->sums.sessions_open == 0) {
        log_fatal("quota", "the API refuses the key; check it, then go on with --resume; %s", said(look));
        end_run(wish, STOP_CANNOT);
    }
}

// How many are left, if all of them were refused before: their workers have nothing else to compare them
// with.
static uint32_t left_to_compare(const struct snapshot *look, uint32_t left_out) {
    uint32_t ended = look->done + look->failed + left_out;
    uint32_t left = look->artists > ended ? look->artists - ended : 0;
    return look->sums.suspects >= left ? left : 0;
}

// One wrong name in the configuration must not fail a whole batch.
static void look_at_refusals(const struct snapshot *look, struct conditions_wish *wish) {
    struct standstill all;
    uint64_t now = look->at;
    look_at_sessions(look, &all);
    if (all.sessions == 0) {
        return;
    }
    bool tried_enough =
        (look->done == 0 || now - all.since > RESUME_PATIENCE) && (all.probes >= PROBES || wish->left > 0);
    if (all.held == all.sessions && !all.worked && look->sums.in_flight == 0 && tried_enough) {
        log_fatal("request",
                  "every artist that was tried was refused; "
                  "check --prompt-id, --prompt-variables, --model and --base-url, "
                  "then go on with --resume: no artist is failed for it; %s",
                  said(look));
        end_run(wish, STOP_CANNOT);
    } else if (all.held == all.sessions && all.unpaid == 0 && now - all.since > PATIENCE &&
               (wish->left > 0 || all.refused == all.sessions)) {
        log_fatal("request",
                  "nothing but refusals came for %u minutes; "
                  "mend it, then go on with --resume: no artist is failed for it; %s",
                  (unsigned)(PATIENCE / CLOCK_MINUTE), said(look));
        end_run(wish, STOP_CANNOT);
    } else if (all.untrusted == all.sessions) {
        log_fatal(
            "request",
            "no connection to the API can be trusted; check the certificates, SSL_CERT_FILE and --base-url, "
            "then go on with --resume; %s",
            said(look));
        end_run(wish, STOP_CANNOT);
    } else if (all.nameless == all.sessions && now - all.nameless_since > NAME_PATIENCE) {
        log_fatal(
            "request",
            "the API's host was not found; check --base-url and the network, then go on with --resume; %s",
            said(look));
        end_run(wish, STOP_CANNOT);
    }
}

static uint64_t paid(const struct ledger_paid *paid) {
    return paid->spent + paid->doubt;
}

static bool reached(uint64_t most, uint64_t spent, const struct ledger_cost *cost) {
    return most > 0 && spent + cost->refused > most;
}

// Of what is spent: how much nobody has seen in this run, or for certain.
static void describe_rest(uint64_t before, uint64_t doubt, char *out, size_t size) {
    char amount[MONEY_TEXT_SIZE];
    out[0] = '\0';
    if (before > 0) {
        money_print(before, amount);
        (void)snprintf(out, size, " (%s by earlier runs", amount);
    }
    if (doubt > 0) {
        size_t length = strlen(out);
        money_print(doubt, amount);
        (void)snprintf(out + length, size - length, "%s%s in doubt", before > 0 ? ", " : " (", amount);
    }
    if (out[0] != '\0') {
        (void)strlcat(out, ")", size);
    }
}

static void tell_cost(const char *option, uint64_t most, uint64_t spent, const char *rest, const char *how) {
    char all[MONEY_TEXT_SIZE], limit[MONEY_TEXT_SIZE];
    money_print(spent, all);
    money_print(most, limit);
    log_warn("cost", "%s of %s %s is spent%s, and one more request might pass it; %s", all, option, limit,
             rest, how);
}

// A fleet's money is out when not even what other machines hold would suffice, if all of it came back.
static bool look_at_shared_cost(const struct ledger_cost *cost, struct conditions_wish *wish) {
    if (cost->most > 0 && cost->shared && cost->left < cost->refused) {
        tell_cost(
            "--max-cost", cost->most, cost->most - cost->left, "",
            "it counts all machines of the fleet, and all their runs; go on with --resume and more money");
    } else if (cost->run_most > 0 && cost->run_shared && cost->run_left < cost->refused) {
        tell_cost("--max-cost-run", cost->run_most, cost->run_most - cost->run_left, "",
                  "it counts all machines of the fleet; go on with --resume once all have ended");
    } else {
        return cost->shared || cost->run_shared;
    }
    end_run(wish, STOP_ASKED);
    return true;
}

// The ledger books nothing that might pass a limit; with nothing in flight any more, nothing will make room.
static void look_at_cost(const struct ledger_cost *cost, struct conditions_wish *wish) {
    uint64_t run = paid(&cost->run);
    uint64_t before = paid(&cost->before);
    char rest[3 * MONEY_TEXT_SIZE];
    if (cost->refused == 0 || cost->booked > 0 || look_at_shared_cost(cost, wish)) {
        return;
    }
    if (reached(cost->most, before + run, cost)) {
        describe_rest(before, cost->before.doubt + cost->run.doubt, rest, sizeof(rest));
        tell_cost("--max-cost", cost->most, before + run, rest,
                  "go on with --resume and more money: it counts all runs of this output");
    } else if (reached(cost->run_most, run, cost)) {
        describe_rest(0, cost->run.doubt, rest, sizeof(rest));
        tell_cost("--max-cost-run", cost->run_most, run, rest, "go on with --resume");
    } else {
        return;
    }
    end_run(wish, STOP_ASKED);
}

bool conditions_synced(int sync_error) {
    if (sync_error != 0) {
        log_fatal("disk",
                  "the output cannot be synced: %s; its last lines may be lost; "
                  "mend the disk, then go on with --resume",
                  strerror(sync_error));
    }
    return sync_error == 0;
}

static void look_at_sync(const struct snapshot *look, struct conditions_wish *wish) {
    if (!conditions_synced(look->sync_error)) {
        end_run(wish, STOP_CANNOT);
    }
}

static void tell_disk(struct conditions *conditions, const struct snapshot *look) {
    bool waits = look->sums.disk_wait > 0;
    if (waits && !conditions->disk_told) {
        log_warn("disk",
                 "the output cannot be written; the run waits and goes on by itself when there is room");
    } else if (!waits && conditions->disk_told) {
        log_info("disk", "the output can be written again; the run goes on");
    }
    conditions->disk_told = waits;
}

struct conditions_wish conditions_tick(struct conditions *conditions, const struct snapshot *look,
                                       const struct crew_look *crew) {
    struct conditions_wish wish = {.left = left_to_compare(look, crew->left_out)};
    // One cause is told, the first that holds.
    if (!crew->stopping) {
        look_at_cost(&look->cost, &wish);
    }
    bool refusable = !crew->finished && !crew->keys_pending;
    if (!crew->stopping && !wish.stop && refusable) {
        look_at_refusals(look, &wish);
    }
    if (!crew->stopping && !wish.stop && refusable) {
        look_at_keys(look, &wish);
    }
    if (!crew->stopping && !wish.stop) {
        look_at_sync(look, &wish);
    }
    tell_disk(conditions, look);
    return wish;
}
