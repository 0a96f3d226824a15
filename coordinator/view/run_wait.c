#include "view/run_wait.h"

#include "ration/breaker.h"
#include "ration/clock.h"

// One row a kind.
static const struct {
    const char *name, *waits_for, *advice;
} rows[] = {
    [RUN_WAIT_NOTHING] = {"", "", ""},
    [RUN_WAIT_DISK] = {"disk", "room on the disk", "make room; it goes on by itself"},
    [RUN_WAIT_PAUSE] = {"paused", "the end of the pause",
                        "ration resume ends it; a pause with an end goes on by itself"},
    [RUN_WAIT_DAY] = {"daily_quota", "the daily quota",
                      "nothing: the run's own quota, or the provider's, is used up, and it goes on at its "
                      "reset; ration resume begins a new period of the run's own at once"},
    [RUN_WAIT_FLEET] = {"fleet_database", "the fleet's database, which does not answer",
                        "is the server there, and the network? It goes on by itself when it answers again"},
    [RUN_WAIT_RATE] =
        {"rate_limited", "the rate limit",
         "nothing: the API refused requests for it, all sessions cool down, and it goes on by itself"},
    [RUN_WAIT_QUOTA] = {"quota_exhausted", "credit, or a higher spend limit",
                        "raise the limit or add credit, then ration resume; it is tried again by itself"},
    [RUN_WAIT_OVERLOAD] = {"overloaded", "the overloaded API", "nothing: it is tried again by itself"},
    [RUN_WAIT_BREAKER] = {"breaker_open", "the failing API",
                          "look at the cause and the provider's status page: all circuit breakers are open; "
                          "it is tried again by itself"},
    [RUN_WAIT_REFUSALS] = {"refusals", "an API that refuses each request",
                           "the cause has the status and the API's words: it is the account, the key or the "
                           "way there; it is tried again by itself"},
    [RUN_WAIT_KEYS] = {"keys_refused", "a key that works",
                       "each was refused, and the run stops; replace the key, then --resume"},
};
_Static_assert(sizeof(rows) / sizeof(rows[0]) == RUN_WAIT_KINDS, "a row for each kind");

const char *run_wait_name(enum run_wait_kind kind) {
    return rows[kind].name;
}

const char *run_wait_for(enum run_wait_kind kind, uint64_t until) {
    return kind == RUN_WAIT_PAUSE && until == CLOCK_NEVER ? "ration resume (paused)" : rows[kind].waits_for;
}

const char *run_wait_advice(enum run_wait_kind kind) {
    return rows[kind].advice;
}

bool run_wait_caused_by(enum run_wait_kind kind, enum outcome_class outcome) {
    switch (kind) {
    case RUN_WAIT_RATE:
        return outcome == OUTCOME_RATE_LIMITED;
    case RUN_WAIT_QUOTA:
        return outcome == OUTCOME_QUOTA_EXHAUSTED;
    case RUN_WAIT_OVERLOAD:
        return outcome == OUTCOME_OVERLOADED;
    case RUN_WAIT_BREAKER:
        return outcome == OUTCOME_SERVER_FAULT || outcome == OUTCOME_NETWORK_FAULT ||
               outcome == OUTCOME_OVERLOADED;
    case RUN_WAIT_REFUSALS:
        return outcome == OUTCOME_REFUSED || outcome == OUTCOME_UNAUTHORISED ||
               outcome == OUTCOME_QUOTA_EXHAUSTED || outcome == OUTCOME_SERVER_FAULT;
    case RUN_WAIT_KEYS:
        return outcome == OUTCOME_UNAUTHORISED;
    default:
        return false;
    }
}

static enum run_wait_kind kind_of(enum ledger_hold hold) {
    switch (hold) {
    case LEDGER_PARK:
        return RUN_WAIT_QUOTA;
    case LEDGER_SLOW:
        return RUN_WAIT_OVERLOAD;
    case LEDGER_DISABLE:
        return RUN_WAIT_KEYS;
    case LEDGER_COOL:
    default:
        return RUN_WAIT_RATE;
    }
}

// Why this session sends nothing. A breaker whose time has come, or whose probe is under way, sends no more
// than that.
static enum run_wait_kind look_at_session(const struct ledger_state *state, uint64_t now, uint64_t *until) {
    enum run_wait_kind kind = RUN_WAIT_NOTHING;
    enum run_wait_kind broken =
        state->breaker.cause == BREAKER_REFUSALS ? RUN_WAIT_REFUSALS : RUN_WAIT_BREAKER;
    *until = CLOCK_NEVER;
    if (state->disabled) {
        return RUN_WAIT_KEYS;
    }
    *until = 0;
    if (state->not_before > now) {
        kind = kind_of(state->hold);
        *until = state->not_before;
    }
    if (state->breaker.state == BREAKER_OPEN && state->breaker.until > *until) {
        kind = broken;
        *until = state->breaker.until > now ? state->breaker.until : now;
    } else if (state->breaker.state == BREAKER_HALF_OPEN && kind == RUN_WAIT_NOTHING) {
        kind = broken;
        *until = now;
    }
    return kind;
}

// All of them wait: the first that comes back tells for what.
static void look_at_sessions(const struct run_wait_facts *facts, struct snapshot_wait *wait) {
    for (uint32_t i = 0; i < facts->sessions; i++) {
        uint64_t until;
        enum run_wait_kind kind = look_at_session(&facts->session[i], facts->now, &until);
        if (kind == RUN_WAIT_NOTHING) {
            wait->kind = RUN_WAIT_NOTHING;
            return;
        }
        bool first = wait->kind == RUN_WAIT_NOTHING ||
                     (wait->kind == RUN_WAIT_KEYS && kind != RUN_WAIT_KEYS) || until < wait->until;
        if (first) {
            wait->kind = kind;
            wait->until = until;
            wait->session = i;
        }
    }
}

static void find_wait(const struct run_wait_facts *facts, struct snapshot_wait *wait) {
    uint64_t paused = facts->paused_until > facts->now ? facts->paused_until : 0;
    if (facts->over) {
        return;
    }
    if (facts->disk_wait > 0) {
        wait->kind = RUN_WAIT_DISK;
        wait->until = CLOCK_NEVER;
    } else if (facts->day_until > facts->now && facts->day_until >= paused) {
        wait->kind = RUN_WAIT_DAY;
        wait->until = facts->day_until;
    } else if (paused != 0) {
        wait->kind = RUN_WAIT_PAUSE;
        wait->until = paused;
    } else if (facts->away >= SNAPSHOT_AWAY) {
        wait->kind = RUN_WAIT_FLEET;
        wait->until = CLOCK_NEVER;
    } else {
        look_at_sessions(facts, wait);
    }
}

// Of the sessions: it is one trouble, whatever it is called from one moment to the next.
static bool of_sessions(uint64_t kind) {
    return kind >= RUN_WAIT_RATE && kind <= RUN_WAIT_KEYS;
}

// A hold has ended, and nobody knows yet whether what comes next succeeds.
static bool lingers(const struct snapshot_wait *before, const struct run_wait_facts *facts) {
    return of_sessions(before->kind) && !facts->over && facts->answers <= before->answers &&
           facts->now >= before->held && facts->now - before->held < RUN_WAIT_LINGERS;
}

// What was waited for came, and was used up again before anybody looked: another wait. Of sessions that alone
// is no sign, since one trouble holds them again and again; that an answer came between is.
static bool came(const struct snapshot_wait *before, const struct run_wait_facts *facts,
                 const struct snapshot_wait *wait) {
    bool passed = before->until != CLOCK_NEVER && before->until <= facts->now && wait->until > facts->now;
    return passed && (!of_sessions(before->kind) || facts->answers > before->answers);
}

void run_wait_next(const struct snapshot_wait *before, const struct run_wait_facts *facts,
                   struct snapshot_wait *next) {
    struct snapshot_wait was = *before;
    was.kind = was.kind < RUN_WAIT_KINDS ? was.kind : RUN_WAIT_NOTHING;
    struct snapshot_wait wait = {.kind = RUN_WAIT_NOTHING};
    find_wait(facts, &wait);
    if (wait.kind != RUN_WAIT_NOTHING) {
        bool same = was.kind == wait.kind || (of_sessions(was.kind) && of_sessions(wait.kind));
        same = same && !came(&was, facts, &wait);
        uint64_t began =
            wait.kind == RUN_WAIT_FLEET && facts->away <= facts->now ? facts->now - facts->away : facts->now;
        wait.since = same && was.since <= facts->now ? was.since : began;
        wait.held = facts->now;
        wait.answers = facts->answers;
    } else if (lingers(&was, facts)) {
        wait = was;
        wait.until = facts->now;
    }
    *next = wait;
}
