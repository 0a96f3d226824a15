#include "suspects.h"

#include "intake.h"
#include "ration/board.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "retry_policy.h"
#include "retry_queue.h"
#include "tell.h"

#include <string.h>

#define LOOK (25 * CLOCK_MS)

void suspects_add(struct worker *worker, struct artist *artist, uint64_t wait, uint64_t now) {
    artist->when = now + wait;
    if (worker->aside.count == 0) {
        worker->aside_at = now + LOOK;
    }
    artist_append(&worker->aside, artist);
}

uint64_t suspects_deadline(const struct worker *worker) {
    return worker->aside.count > 0 ? worker->aside_at : CLOCK_NEVER;
}

// ---- refused by a limit ----

// Others were answered since, by whichever session.
static bool others_answered(const struct worker *worker, const struct artist *artist, uint64_t now) {
    for (uint32_t session = 0; session < arena_sessions(worker->arena); session++) {
        struct ledger_blame look;
        ledger_blame_look(worker->arena, session, now, &look);
        if (look.open && look.blame.latest[0] > artist->row.refused_at) {
            return true;
        }
    }
    return false;
}

// ---- refused, and nobody knows why ----

static void fail(struct worker *worker, struct artist *artist, bool unproven) {
    tell_blamed(worker, artist, unproven, clock_now());
    if (recorder_add_kept(&worker->recorder, artist, unproven) != 0) { // there was no memory for it
        worker_starve(worker, artist);
    }
}

static void again(struct worker *worker, struct artist *artist, uint64_t now) {
    const struct settings *settings = worker->settings;
    uint64_t wait = retry_policy_delay(settings->backoff, settings->backoff_initial, settings->backoff_max,
                                       artist->row.alone);
    artist->row.alone++;
    retry_queue_add(worker, artist, wait, "refused", now);
}

static void blame_it(struct worker *worker, struct artist *artist) {
    if (!worker->orphaned) {
        ledger_blame_artist(worker->arena, worker->slot, &artist->row);
    }
}

static void give_up_session(struct worker *worker, const struct artist *artist, bool worked, uint64_t now) {
    if (artist->refused == OUTCOME_UNAUTHORISED && !worked) {
        ledger_hold(worker->arena, worker->slot, artist->row.session, LEDGER_DISABLE, now, now);
    } else {
        ledger_blame_session(worker->arena, worker->slot, artist->row.session, now);
    }
}

// What one look knows.
struct look {
    uint64_t now;
    bool free;    // nobody else is there to be sent
    bool full;    // nor can anybody come before one of those that stand aside has gone
    bool probing; // one was sent as a probe
};

// See struct blame_case. Of those that fill their worker nobody knows more than of the last ones of a run.
static uint32_t left_of(const struct worker *worker, const struct look *look) {
    return look->full ? worker->pool.taken : arena_left(worker->arena);
}

static enum blame_verdict judge(const struct worker *worker, const struct artist *artist,
                                struct ledger_blame *known, const struct look *look) {
    uint32_t session = artist->row.session;
    ledger_blame_look(worker->arena, session, look->now, known);
    struct blame_case facts = {
        .session = &known->blame,
        .row = &artist->row,
        .most = artist->most,
        .never = artist->never || (artist->refused == OUTCOME_UNAUTHORISED && known->blame.worked == 0),
        .held = known->held,
        .answered = board_done(worker->arena) > 0,
        .elsewhere = ledger_elsewhere(worker->arena, session, look->now),
        .left = left_of(worker, look),
        .now = look->now,
    };
    return known->disabled ? BLAME_EXCUSED : blame_judge(&facts);
}

// ---- all of them ----

// False: it stays aside.
static bool look_at(struct worker *worker, struct artist *artist, struct look *look) {
    struct ledger_blame session;
    if (artist->when > look->now) {
        return false;
    }
    if (artist->limited) {
        if (!look->free && !others_answered(worker, artist, look->now)) {
            return false;
        }
        worker_ready(worker, artist, false);
        return true;
    }
    switch (judge(worker, artist, &session, look)) {
    case BLAME_EXCUSED:
        artist->row.excused = artist->row.excused || session.blame.mass >= artist->row.streak;
        worker_ready(worker, artist, false);
        return true;
    case BLAME_AGAIN:
        blame_it(worker, artist);
        again(worker, artist, look->now);
        return true;
    case BLAME_ITS_OWN:
        blame_it(worker, artist);
        fail(worker, artist, false);
        look->full = false; // its place is for one that the others can be compared with
        return true;
    case BLAME_UNPROVEN:
        fail(worker, artist, true);
        look->full = false;
        return true;
    case BLAME_HOPELESS:
        give_up_session(worker, artist, session.blame.worked > 0, look->now);
        return false;
    case BLAME_WAIT:
    default:
        break;
    }
    // Where all that are left are suspects, one of them has to be the probe.
    if (session.held && look->free && !look->probing && left_of(worker, look) > 0 &&
        session.probe_at <= look->now + LOOK) {
        look->probing = true;
        worker_ready(worker, artist, false);
        return true;
    }
    return false;
}

void suspects_run(struct worker *worker, uint64_t now) {
    if (worker->aside.count == 0 || now < worker->aside_at || worker->draining || worker->disk_wait) {
        return;
    }
    struct look look = {.now = now,
                        .free = worker->ready.count == 0 && worker->departures.count == 0,
                        .full = intake_full(worker, now)};
    worker->aside_at = now + LOOK;
    for (uint32_t left = worker->aside.count; left > 0; left--) {
        struct artist *artist = artist_shift(&worker->aside);
        if (!look_at(worker, artist, &look)) {
            artist_append(&worker->aside, artist);
        }
    }
}
