#include "failure.h"

#include "limits/reset_text.h"
#include "limits/retry_after.h"
#include "limits/retry_text.h"
#include "ration/clock.h"
#include "refusal.h"
#include "tell_limits.h"

#include <bsd/stdlib.h>

#define OUTAGE_LONG (600 * CLOCK_SECOND)

// A probe that reached the API may have failed because of its artist: else one that always fails would wait
// for ever. But an API that has worked is more likely to be away for a while.
static bool probe_counts(const struct worker *worker, const struct ended *ended) {
    struct ledger_blame look;
    ledger_blame_look(worker->arena, ended->artist->booking.session, ended->now, &look);
    return look.blame.worked == 0 || ended->now - look.held_since > OUTAGE_LONG;
}

// By whichever session: the prompt is the same.
static bool answered(const struct worker *worker, uint64_t now) {
    for (uint32_t session = 0; session < arena_sessions(worker->arena); session++) {
        struct ledger_blame look;
        ledger_blame_look(worker->arena, session, now, &look);
        if (look.blame.worked > 0) {
            return true;
        }
    }
    return false;
}

// What the server wants us to wait: as it says in so many words, else, when it refused for the rate, until
// the limit has come back, else as it tells people.
static void read_wait(struct worker *worker, struct ended *ended) {
    const struct response_headers *headers = ended->result->headers;
    struct retry_after_headers waits = {.retry_after_ms = headers->retry_after_ms,
                                        .retry_after = headers->retry_after,
                                        .date = headers->date};
    struct retry_after told = retry_after_read(&waits, clock_wall());
    tell_limits_wait(worker, ended->artist, headers, &told);
    ended->server_waits = told.told;
    ended->server_wait = told.wait;
    if (!told.told && ended->outcome.kind == OUTCOME_RATE_LIMITED &&
        !worker->settings->ignore_limit_headers) {
        struct limit_report report;
        limit_headers_report(&ended->artist->limits, clock_wall(), &report);
        ended->server_waits = limit_report_wait(&report, &ended->server_wait);
    }
    if (!ended->server_waits && ended->outcome.kind == OUTCOME_RATE_LIMITED) {
        ended->server_waits = retry_text_read(ended->answer.error_message, &ended->server_wait);
    }
    if (!ended->server_waits && ended->outcome.kind == OUTCOME_RATE_LIMITED) {
        ended->server_waits =
            reset_fields_wait(&ended->answer.error_resets, clock_wall(), &ended->server_wait);
    }
    if (ended->outcome.kind == OUTCOME_QUOTA_EXHAUSTED &&
        !reset_fields_wait(&ended->answer.error_resets, clock_wall(), &ended->reset_wait) &&
        !reset_text_read(ended->answer.error_message, clock_wall(), &ended->reset_wait)) {
        ended->reset_wait = 0;
    }
}

void failure_weigh(struct worker *worker, struct ended *ended) {
    read_wait(worker, ended);
    struct outcome *outcome = &ended->outcome;
    if (outcome->blame == BLAME_ROW && !outcome->withheld) {
        outcome->blame = blame_weighed(outcome->blame, answered(worker, ended->now));
    }
}

// A wait that is chosen for refusals that name none is one that was named.
static bool waits(const struct worker *worker, const struct ended *ended, uint64_t *wait) {
    *wait = ended->server_waits ? ended->server_wait : worker->settings->rate_limit_cooldown;
    return ended->server_waits || worker->settings->cooldown_chosen;
}

bool failure_settle(struct worker *worker, struct ended *ended) {
    struct artist *artist = ended->artist;
    struct ledger_usage usage = {.outcome = ended->outcome.kind,
                                 .blame = ended->outcome.blame,
                                 .row = &artist->row,
                                 .artist = artist->index,
                                 .status = ended->result->status,
                                 .least = refusal_least(&ended->outcome),
                                 .answer = ended->outcome.of_answer,
                                 .unsent = !ended->result->sent,
                                 .cost_known = ended->bill.known,
                                 .cost = ended->bill.cost,
                                 .again = artist->counted > 1,
                                 .unreachable = ended->result->unreachable,
                                 .news = &artist->news,
                                 .lowered = &artist->lowered,
                                 .rest = &ended->rest,
                                 // also of one that failed, where it tells them
                                 .tokens = ended->answer.tokens};
    if (worker->orphaned) {
        return true;
    }
    usage.wait_told = waits(worker, ended, &usage.wait);
    bool suspect = artist->row.suspect;
    bool its_own = ledger_settle(worker->arena, worker->slot, &artist->booking, &usage, ended->now);
    tell_limits_lowered(worker, artist);
    worker->suspects += !suspect && artist->row.suspect;
    worker->suspects -= suspect && !artist->row.suspect;
    return its_own || (artist->booking.probe && ended->result->sent && probe_counts(worker, ended));
}

struct retry_policy_decision failure_decide(struct worker *worker, struct ended *ended, bool at_fault) {
    struct artist *artist = ended->artist;
    struct retry_policy_facts facts = {
        .kind = ended->outcome.kind,
        .final = ended->outcome.final,
        .most_such = ended->outcome.most_such,
        .such = artist->textless,
        .session_at_fault = at_fault,
        .attempts = artist->counted,
        .random = arc4random(),
        .blame = ended->outcome.blame,
        .mass = artist->row.mass,
        .isolated = artist->row.isolated,
        .alone = artist->row.alone,
        .tries = artist->row.tries,
        .left = arena_left(worker->arena),
        .server_waits = ended->server_waits,
        .server_wait = ended->server_wait,
        .reset_wait = ended->reset_wait,
        .silent = ended->rest.found,
        .rest = ended->rest.time,
    };
    if (facts.kind == OUTCOME_NO_CAPACITY) {
        artist->full_since = artist->full == 0 ? ended->now : artist->full_since;
        facts.full = artist->full++;
        facts.full_for = ended->now - artist->full_since;
    }
    enum ledger_hold hold;
    struct ledger_blame look;
    ledger_blame_look(worker->arena, artist->booking.session, ended->now, &look);
    facts.worked = look.blame.worked > 0;
    facts.proven = blame_proven(&look.blame, artist->row.alone);
    facts.unreachable = ended->result->unreachable != LEDGER_REACHABLE && look.blame.heard == 0;
    if (retry_policy_hold(ended->outcome.kind, &hold)) {
        facts.strikes = ledger_strikes(worker->arena, artist->booking.session, hold);
        // Requests that left before the present hold began are part of the same strike.
        if (facts.strikes > 0 && !ledger_valid(worker->arena, &artist->booking)) {
            facts.strikes--;
        }
    }
    return retry_policy_decide(worker->settings, &facts);
}
