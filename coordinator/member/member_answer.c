// What the database says to what a member asked, and what follows.
#include "member/member_state.h"
#include "ration/clock.h"
#include "ration/database_fault.h"
#include "ration/log.h"
#include "ration/snapshot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void joined(struct member *member) {
    struct ledger_meter meter;
    for (uint32_t i = 0; i < member->buckets; i++) {
        struct member_bucket *bucket = &member->bucket[i];
        if (!ledger_meter_look(member->crew->arena, bucket->session, bucket->unit, bucket->window, false,
                               &meter)) {
            return; // it joins again, which is the same
        }
        bucket->base = bucket->taken = meter.taken;
    }
    if (!member_budget_base(member)) {
        return;
    }
    member_tick_restart(member);
    member->former[0] = '\0';
    member_doubt_told(member);
    member->own_from = member->acked = member->spool[OUTPUT_ANSWERS].shipped;
    member->leased = crew_verdicts(member->crew) - member->before;
    member->crew->withheld = false;
    member->phase = MEMBER_LIVE;
    member->lost_claim = false;
    member_judge_forget(&member->judge);
    log_info("fleet", "member %.8s of %s has joined", member->id, member->name);
}

static void buried(struct member *member) {
    if (member->phase != MEMBER_LIVE) {
        return;
    }
    log_warn("fleet",
             "the others have given this machine up: it begins nothing of what it was leased, hands in "
             "what it has, and joins again");
    member->look.buried++;
    member->phase = MEMBER_BURIED;
    member_lease_drop(member);
}

static void bury(struct member *member, const struct member_seen *seen, uint64_t now) {
    struct member_values values;
    member_values_begin(&values);
    member_values_text(&values, seen->id);
    member_values_number(&values, seen->beat);
    log_warn("fleet", "machine %.8s has given no sign of life for %.0f s: what it was leased goes to others",
             seen->id, (double)(now - seen->since) / (double)CLOCK_SECOND);
    member_values_ask(&values, member, LINK_BURY, now);
    member->fleet_at = 0; // it is seen at once
}

// A database whose disk is full answers all that is asked, and takes no line: it is away, too.
static void note_lines(struct member *member, enum link_call call, bool answered) {
    if (call == LINK_COMMIT || call == LINK_FAIL) {
        member->lines_lost = !answered;
    } else if (answered && !member->in_hand && !member->lost_ship) {
        member->lines_lost = false; // it had them after all
    }
}

static void heard(struct member *member, bool answered, const char *why, uint64_t now) {
    if (answered && member->lines_lost) {
        return;
    }
    if (answered) {
        if (member->away_told) {
            log_info("fleet", "the database answers again, after %.1f s",
                     (double)(now - member->away_since) / (double)CLOCK_SECOND);
        }
        member->away_since = 0;
        member->away_told = false;
        return;
    }
    member->away_since = member->away_since != 0 ? member->away_since : now;
    if (!member->away_told && now - member->away_since >= SNAPSHOT_AWAY) {
        log_warn("fleet",
                 "the database cannot be reached: %s; what was granted is used up, lines are kept, "
                 "and all goes on when it is back",
                 why);
        member->away_told = true;
    }
}

static void lost(struct member *member, enum link_call call) {
    member->lost_claim = member->lost_claim || call == LINK_CLAIM;
    member->lost_ship = member->lost_ship || call == LINK_COMMIT || call == LINK_FAIL;
    for (uint32_t i = 0; call == LINK_LIMIT && i < member->buckets; i++) {
        member->bucket[i].heard_told = 0; // told again
        member->bucket[i].refills_told = false;
    }
    if (call == LINK_HOLD) {
        member->hold_until[member->hold_told] = 0;
    }
    if (call == LINK_BEGUN) {
        member_begun_lost(member);
    }
    if (call == LINK_BREAKER) {
        member_breaker_told(member, true);
    }
    if (call == LINK_REST) {
        member->day_rests_told = 0;
    }
    if (call == LINK_JUDGE) {
        member_judge_forget(&member->judge);
    }
}

// Codes of the schema: RA001 it does not know this member, RA002 it is buried, RA003 this beat was told
// before, so that a copy of this machine is at work.
static void refused(struct member *member, enum link_call call, const struct link_field *field,
                    uint32_t count) {
    char state[8] = "", words[256] = "", hint[160] = "";
    if (count >= 3) {
        member_field_text(&field[0], state, sizeof(state));
        member_field_text(&field[1], words, sizeof(words));
        member_field_text(&field[2], hint, sizeof(hint));
    }
    bool unknown = strcmp(state, "RA001") == 0;
    if (call == LINK_BREAKER) {
        member_breaker_told(member, true);
    }
    if (call == LINK_CRASH) {
        member_doubt_crash_refused(member);
    }
    if (call == LINK_DOUBT) { // the former member is not known there any more
        member_doubt_told(member);
        return;
    }
    member->gave_back = member->gave_back || (call == LINK_TICK && member->phase == MEMBER_LEAVES);
    if (unknown && member->phase == MEMBER_LIVE) {
        member->phase = MEMBER_JOINS; // a fail-over has lost it: registering again is the same
        return;
    }
    if (unknown || strcmp(state, "RA002") == 0 || strcmp(state, "RA003") == 0) {
        buried(member);
        return;
    }
    if (call == LINK_LEND || call == LINK_OFFER || call == LINK_PUT) {
        member_lend_refused(member, words);
        return;
    }
    if (call == LINK_TELL || call == LINK_FLEET || call == LINK_JUDGE || call == LINK_BURY ||
        call == LINK_SETTLE_DEAD || call == LINK_LIMIT || call == LINK_HOLD || call == LINK_HOLDS ||
        call == LINK_BREAKER || call == LINK_PROBE || call == LINK_PERIOD || call == LINK_REST ||
        (call == LINK_CRASH && member->phase != MEMBER_LIVE)) { // at work, artists wait for its answer
        return;                                                 // for people, or with the next look
    }
    const char *advice = database_fault_asking(state, words, hint).hint;
    log_fatal("fleet", "the database refuses: %s (%s)%s%s", words, state, advice != NULL ? "; " : "",
              advice != NULL ? advice : "");
    member->broken = true;
}

static void judge(struct member *member, const struct link_frame *frame, const struct link_field *field,
                  uint64_t now) {
    const struct member_seen *seen =
        member_judge_look(&member->judge, field, frame->count / 2, member->id, member->term, now);
    if (seen != NULL && member_link_is_free(&member->link, LINK_BURY)) {
        bury(member, seen, now);
    }
}

static void rows(struct member *member, enum link_call call, const struct link_frame *frame,
                 const struct link_field *field, uint64_t now) {
    switch (call) {
    case LINK_JOIN:
        joined(member);
        break;
    case LINK_TICK:
        member_tick_take(member, field, frame->count);
        member->gave_back = member->phase == MEMBER_LEAVES;
        break;
    case LINK_CLAIM:
        member->broken = !member_lease_take(member, frame, field) || member->broken;
        break;
    case LINK_HELD:
        member->lost_claim = false;
        member->broken = !member_lease_take(member, frame, field) || member->broken;
        break;
    case LINK_BEGUN:
        member->broken = !member_begun_take(member, frame, field) || member->broken;
        break;
    case LINK_COMMIT:
    case LINK_FAIL:
    case LINK_SHIPPED:
        member_shipped_take(member, call, frame, field);
        break;
    case LINK_JUDGE:
        judge(member, frame, field, now);
        break;
    case LINK_OPEN:
        member_people_progress(member, field, frame->count);
        member->fleet_done = member->look.open == 0;
        break;
    case LINK_DOUBT:
        member_doubt_told(member);
        break;
    case LINK_CRASH:
        member_doubt_crashed(member, frame, field);
        break;
    case LINK_BREAKER:
        member_breaker_told(member, false);
        break;
    case LINK_PROBE:
        member_breaker_probe(member, field, frame->count);
        break;
    case LINK_HOLDS:
        member_holds_take(member, frame, field);
        break;
    case LINK_FLEET:
        member_people_take(member, frame, field);
        break;
    case LINK_LEND:
    case LINK_OFFER:
    case LINK_PUT:
        member_lend_take(member, call, field, frame->count);
        break;
    case LINK_SETTLE:
        member->phase = MEMBER_GONE;
        break;
    default:
        break;
    }
}

void member_answer_take(void *context, enum link_call call, const struct link_frame *frame,
                        const struct link_field *field) {
    struct member *member = context;
    uint64_t now = clock_now();
    char why[200] = "";
    if (frame->kind == LINK_LOST && frame->count > 0) {
        member_field_text(field, why, sizeof(why));
    }
    note_lines(member, call, frame->kind != LINK_LOST);
    heard(member, frame->kind != LINK_LOST, why, now);
    if (frame->kind == LINK_LOST) {
        lost(member, call);
    } else if (frame->kind == LINK_REFUSED) {
        refused(member, call, field, frame->count);
    } else {
        rows(member, call, frame, field, now);
    }
}
