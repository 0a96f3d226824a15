// Holds of an account: after a 429, a quota that is used up, or an overload that one machine was told, all
// rest; breakers are in member_breaker.c. A key that is refused is that machine's own, and is not told.
#include "member/member_state.h"
#include "ration/clock.h"
#include "ration/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEAST (200 * CLOCK_MS) // a shorter one would be over when others hear of it
#define NEWS CLOCK_SECOND      // of one that is known already
#define LONGEST 604800.0       // seconds
// Of an account that is spent, whoever was told so is the first to look whether it may go on. The others do
// so this much later, if they have heard nothing else by then.
#define LOOKS_FIRST (3 * CLOCK_SECOND)

static const char *const kinds[] = {
    [LEDGER_COOL] = "cooldown", [LEDGER_PARK] = "spent", [LEDGER_SLOW] = "overload"};

static bool is_told(enum ledger_hold hold) {
    return hold == LEDGER_COOL || hold == LEDGER_PARK || hold == LEDGER_SLOW;
}

static void tell(struct member *member, uint32_t session, const struct ledger_state *state, uint64_t now) {
    char seconds[32];
    struct member_values values;
    (void)snprintf(seconds, sizeof(seconds), "%.3f",
                   (double)(state->not_before - now) / (double)CLOCK_SECOND);
    member_values_begin(&values);
    member_values_text(&values, member->id);
    member_values_text(&values, ledger_name(member->crew->arena, session));
    member_values_text(&values, kinds[state->hold]);
    member_values_text(&values, seconds);
    member_values_text(&values, member->host);
    member_values_ask(&values, member, LINK_HOLD, now);
}

bool member_holds_step(struct member *member, uint64_t now) {
    if (member_breaker_step(member, now)) {
        return true;
    }
    const struct arena *arena = member->crew->arena;
    for (uint32_t i = 0; i < arena_sessions(arena); i++) {
        struct ledger_state state;
        ledger_look(arena, i, now, &state);
        if (!state.disabled && state.not_before != CLOCK_NEVER && is_told(state.hold) &&
            state.not_before > now + LEAST && state.not_before > member->hold_until[i] + NEWS) {
            member->hold_until[i] = state.not_before;
            member->hold_told = i;
            tell(member, i, &state, now);
            return true;
        }
    }
    if (member->news != member->news_heard) {
        struct member_values values;
        member_values_begin(&values);
        member_values_text(&values, member->id);
        member->news_asked = member->news;
        member_values_ask(&values, member, LINK_HOLDS, now);
        return true;
    }
    return false;
}

static uint32_t session_named(const struct arena *arena, const char *name) {
    uint32_t i = 0;
    while (i < arena_sessions(arena) && strcmp(ledger_name(arena, i), name) != 0) {
        i++;
    }
    return i;
}

// false: the ledger's guard is busy.
static bool hear(struct member *member, const struct link_field *field, uint64_t now) {
    struct arena *arena = member->crew->arena;
    char name[LEDGER_NAME_SIZE], kind[16], left[32], mine[8];
    member_field_text(&field[0], name, sizeof(name));
    member_field_text(&field[1], kind, sizeof(kind));
    member_field_text(&field[2], left, sizeof(left));
    member_field_text(&field[3], mine, sizeof(mine));
    double seconds = strtod(left, NULL);
    uint64_t until =
        seconds > 0 && seconds < LONGEST ? now + (uint64_t)(seconds * (double)CLOCK_SECOND) : now;
    enum ledger_hold hold = strcmp(kind, kinds[LEDGER_PARK]) == 0   ? LEDGER_PARK
                            : strcmp(kind, kinds[LEDGER_SLOW]) == 0 ? LEDGER_SLOW
                                                                    : LEDGER_COOL;
    uint32_t i = session_named(arena, name);
    if (i < arena_sessions(arena) && strcmp(kind, "breaker") == 0) {
        return member_breaker_hear(member, i, seconds, now);
    }
    until += hold == LEDGER_PARK && mine[0] != 't' ? LOOKS_FIRST : 0;
    if (i == arena_sessions(arena) || until <= member->hold_until[i] + LEAST) {
        return true;
    }
    if (!ledger_hold_heard(arena, i, hold, until, now)) {
        return false;
    }
    member->hold_until[i] = until;
    log_info("fleet", "session %s rests for %.1f s: another machine was told so (%s)", name, seconds, kind);
    return true;
}

void member_holds_take(struct member *member, const struct link_frame *frame,
                       const struct link_field *field) {
    uint64_t now = clock_now();
    member_breaker_list(member);
    for (uint32_t row = 0; frame->columns >= 4 && row < frame->count / frame->columns; row++) {
        if (!hear(member, field + (size_t)row * frame->columns, now)) {
            return; // it is asked for again
        }
    }
    if (member_breaker_listed(member, now)) {
        member->news_heard = member->news_asked;
    }
}
