// Breakers over a fleet; see member_breaker.h.
#include "member/member_breaker.h"

#include "member/member_state.h"
#include "ration/clock.h"
#include "ration/ledger_breaker.h"
#include "ration/log.h"

#include <stdio.h>
#include <stdlib.h>

#define GATE CLOCK_SECOND           // so far ahead a probe that is not ours is kept back,
#define GATE_SOON (GATE / 2)        // anew when it is as near as that
#define GIVES_UP (3 * CLOCK_SECOND) // who may probe and sends nothing lets another one
#define ASK_AGAIN (CLOCK_SECOND / 4)
#define LONGEST 604800.0 // seconds

enum member_breaker_do member_breaker_next(const struct member_breaker *known,
                                           const struct member_breaker_facts *facts) {
    const struct breaker *local = &facts->local;
    if (known->tells != MEMBER_BREAKER_NOTHING) {
        return MEMBER_BREAKER_NOTHING;
    }
    if (!known->known) {
        bool told = !known->alone || facts->answers != known->answers;
        return told && local->state == BREAKER_OPEN && facts->faults ? MEMBER_BREAKER_OPENED
                                                                     : MEMBER_BREAKER_NOTHING;
    }
    if (local->state == BREAKER_CLOSED) {
        return MEMBER_BREAKER_OVER;
    }
    if (local->state != BREAKER_OPEN) {
        return MEMBER_BREAKER_NOTHING; // the probe is under way
    }
    if (known->ours) { // it came back, or it does not leave
        bool ended = local->until != known->free_at || facts->now >= known->free_at + GIVES_UP;
        return ended ? MEMBER_BREAKER_OPENED : MEMBER_BREAKER_NOTHING;
    }
    return facts->works && facts->now >= known->ask_at ? MEMBER_BREAKER_ASK : MEMBER_BREAKER_NOTHING;
}

bool member_breaker_waits(const struct member_breaker *known, const struct member_breaker_facts *facts) {
    return known->known && !known->ours && facts->local.state == BREAKER_OPEN &&
           facts->local.until < facts->now + GATE_SOON;
}

void member_breaker_contradicted(struct member_breaker *known, const struct member_breaker_facts *facts) {
    *known = (struct member_breaker){.alone = known->begun, .answers = facts->answers};
}

// ---- what is asked ----

static struct member_breaker_facts look(const struct member *member, uint32_t session, uint64_t now) {
    struct ledger_state state;
    ledger_look(member->crew->arena, session, now, &state);
    return (struct member_breaker_facts){
        .local = state.breaker,
        .faults = !state.disabled && state.breaker.cause == BREAKER_FAULTS &&
                  state.last_error == OUTCOME_SERVER_FAULT,
        .works = !state.disabled && state.not_before <= now && member_lease_works(member) &&
                 ledger_paused_until(member->crew->arena, now) == 0,
        .answers = state.outcome[OUTCOME_DONE] + state.outcome[OUTCOME_INVALID_ANSWER] +
                   state.outcome[OUTCOME_REFUSED],
        .now = now,
    };
}

static void tell(struct member *member, uint32_t session, enum member_breaker_do what,
                 const struct member_breaker_facts *facts) {
    struct member_breaker *known = &member->breaker[session];
    char seconds[32];
    struct member_values values;
    uint64_t until = facts->local.until > facts->now ? facts->local.until : facts->now + 1;
    if (known->ours && facts->local.until == known->free_at) { // it goes back
        if (!ledger_breaker_hold(member->crew->arena, session, facts->now + GATE, facts->now)) {
            return; // with the next round
        }
        known->ask_at = facts->now + GIVES_UP;
        until = facts->now + 1;
    } else {
        known->ask_at = until;
    }
    (void)snprintf(
        seconds, sizeof(seconds), "%.6f",
        what == MEMBER_BREAKER_OPENED ? (double)(until - facts->now + CLOCK_MS) / (double)CLOCK_SECOND : 0);
    known->begun = known->begun || (what == MEMBER_BREAKER_OPENED && !known->known);
    known->tells = what;
    member->breaker_asked = session;
    member_values_begin(&values);
    member_values_text(&values, member->id);
    member_values_text(&values, ledger_name(member->crew->arena, session));
    member_values_text(&values, seconds);
    member_values_text(&values, member->host);
    member_values_ask(&values, member, LINK_BREAKER, facts->now);
}

static void ask(struct member *member, uint32_t session, uint64_t now) {
    struct member_values values;
    member->breaker_asked = session;
    member->breaker[session].ask_at = now + ASK_AGAIN;
    member_values_begin(&values);
    member_values_text(&values, member->id);
    member_values_text(&values, ledger_name(member->crew->arena, session));
    member_values_ask(&values, member, LINK_PROBE, now);
}

bool member_breaker_step(struct member *member, uint64_t now) {
    for (uint32_t i = 0; i < arena_sessions(member->crew->arena); i++) {
        struct member_breaker *known = &member->breaker[i];
        struct member_breaker_facts facts = look(member, i, now);
        enum member_breaker_do next = member_breaker_next(known, &facts);
        if (next == MEMBER_BREAKER_OPENED || next == MEMBER_BREAKER_OVER) {
            tell(member, i, next, &facts);
            return true;
        }
        if (member_breaker_waits(known, &facts)) {
            (void)ledger_breaker_hold(member->crew->arena, i, now + GATE, now); // or with the next round
        }
        if (next == MEMBER_BREAKER_ASK) {
            ask(member, i, now);
            return true;
        }
    }
    return false;
}

// ---- what is answered ----

void member_breaker_told(struct member *member, bool lost) {
    struct member_breaker *known = &member->breaker[member->breaker_asked];
    if (!lost && known->tells == MEMBER_BREAKER_OPENED) {
        known->known = true;
        known->ours = false;
    } else if (!lost) {
        *known = (struct member_breaker){0};
    }
    known->tells = MEMBER_BREAKER_NOTHING;
}

void member_breaker_probe(struct member *member, const struct link_field *field, uint32_t count) {
    struct member_breaker *known = &member->breaker[member->breaker_asked];
    uint64_t now = clock_now();
    char mine[8] = "", left[32] = "";
    if (count < 2 || !known->known) {
        return;
    }
    member_field_text(&field[0], mine, sizeof(mine));
    member_field_text(&field[1], left, sizeof(left));
    double seconds = strtod(left, NULL);
    if (mine[0] == 't') {
        if (ledger_breaker_free(member->crew->arena, member->breaker_asked, now)) { // else it asks again
            known->ours = true;
            known->free_at = now;
            log_info("fleet", "session %s: this machine looks whether the API is well again, for all",
                     ledger_name(member->crew->arena, member->breaker_asked));
            crew_ring_all(member->crew);
        }
        return;
    }
    if (seconds < 0) {
        member->news_heard = -1; // it is over: which ones there are is asked anew
        return;
    }
    uint64_t wait = seconds < LONGEST ? (uint64_t)(seconds * (double)CLOCK_SECOND) : 0;
    known->ask_at = now + (wait > ASK_AGAIN ? wait : ASK_AGAIN);
}

void member_breaker_list(struct member *member) {
    for (uint32_t i = 0; i < BOUNDS_SESSIONS; i++) {
        member->breaker[i].listed = false;
    }
}

bool member_breaker_hear(struct member *member, uint32_t session, double seconds, uint64_t now) {
    struct member_breaker *known = &member->breaker[session];
    known->listed = true;
    if (known->known) {
        return true;
    }
    if (!ledger_breaker_hold(member->crew->arena, session, now + GATE, now)) {
        return false;
    }
    known->known = true;
    known->ask_at = now + (seconds > 0 && seconds < LONGEST ? (uint64_t)(seconds * (double)CLOCK_SECOND) : 0);
    log_info("fleet", "session %s rests: the API fails, as another machine was told (breaker)",
             ledger_name(member->crew->arena, session));
    return true;
}

bool member_breaker_listed(struct member *member, uint64_t now) {
    bool rings = false;
    for (uint32_t i = 0; i < arena_sessions(member->crew->arena); i++) {
        struct member_breaker *known = &member->breaker[i];
        if (!known->known || known->listed || known->tells != MEMBER_BREAKER_NOTHING) {
            continue;
        }
        struct member_breaker_facts facts = look(member, i, now);
        if (facts.local.cause == BREAKER_FAULTS && !ledger_breaker_over(member->crew->arena, i)) {
            return false;
        }
        member_breaker_contradicted(known, &facts);
        log_info("fleet", "session %s goes on: the API answered another machine",
                 ledger_name(member->crew->arena, i));
        rings = true;
    }
    if (rings) {
        crew_ring_all(member->crew);
    }
    return true;
}

void member_breaker_restart(struct member *member) {
    for (uint32_t i = 0; i < BOUNDS_SESSIONS; i++) {
        struct member_breaker *known = &member->breaker[i];
        known->ours = false;
        known->tells = MEMBER_BREAKER_NOTHING;
    }
}
