#include "ration/session_choice.h"

#include "ration/clock.h"

// So many choices by health pass it over, one in this number: a session that is not chosen could never show
// that it has recovered.
#define TRY_ONE_IN 64U
#define HEALTH_OUTCOMES 16U

struct field {
    const struct session_candidate *candidate;
    uint32_t count, last;
    uint64_t horizon;
    bool fallback; // it is these that are looked at
};

static bool usable(const struct field *field, uint32_t i) {
    const struct session_candidate *candidate = &field->candidate[i];
    return candidate->fallback == field->fallback && candidate->earliest <= field->horizon &&
           candidate->earliest != CLOCK_NEVER;
}

// To the nearest tenth: one failure long ago does not count for ever.
static uint64_t tenths(uint64_t health) {
    return (health * 10 + SESSION_HEALTH_WHOLE / 2) / SESSION_HEALTH_WHOLE;
}

static uint32_t longest_unused(const struct field *field, bool by_health) {
    uint32_t best = SESSION_NOBODY;
    for (uint32_t i = 0; i < field->count; i++) {
        if (!usable(field, i)) {
            continue;
        }
        if (best == SESSION_NOBODY) {
            best = i;
            continue;
        }
        const struct session_candidate *a = &field->candidate[i], *b = &field->candidate[best];
        uint64_t mine = by_health ? tenths(a->health) : 0, its = by_health ? tenths(b->health) : 0;
        if (mine > its || (mine == its && a->last_used < b->last_used)) {
            best = i;
        }
    }
    return best;
}

static uint32_t next_after_last(const struct field *field) {
    uint32_t first = field->last < field->count ? field->last + 1 : 0;
    for (uint32_t k = 0; k < field->count; k++) {
        uint32_t i = (uint32_t)(((uint64_t)first + k) % field->count);
        if (usable(field, i)) {
            return i;
        }
    }
    return SESSION_NOBODY;
}

static uint32_t any(const struct field *field, uint32_t usable_count, uint32_t random) {
    uint64_t skip = ((uint64_t)random * usable_count) >> 32;
    for (uint32_t i = 0; i < field->count; i++) {
        if (usable(field, i) && skip-- == 0) {
            return i;
        }
    }
    return SESSION_NOBODY;
}

static uint32_t earliest(const struct field *field) {
    uint32_t best = SESSION_NOBODY;
    uint64_t at = CLOCK_NEVER;
    for (uint32_t i = 0; i < field->count; i++) {
        if (field->candidate[i].earliest < at) {
            at = field->candidate[i].earliest;
            best = i;
        }
    }
    return best;
}

static uint32_t count_usable(const struct field *field) {
    uint32_t usable_count = 0;
    for (uint32_t i = 0; i < field->count; i++) {
        usable_count += usable(field, i) ? 1 : 0;
    }
    return usable_count;
}

uint32_t session_choose(enum session_selection selection, const struct session_candidate *candidate,
                        uint32_t count, uint64_t horizon, uint32_t last, uint32_t random) {
    struct field field = {candidate, count, last, horizon, false};
    uint32_t usable_count = count_usable(&field);
    if (usable_count == 0) {
        field.fallback = true;
        usable_count = count_usable(&field);
    }
    if (usable_count == 0) {
        return earliest(&field);
    }
    switch (selection) {
    case SESSION_ROUND_ROBIN:
        return next_after_last(&field);
    case SESSION_LRU:
        return longest_unused(&field, false);
    case SESSION_RANDOM:
        return any(&field, usable_count, random);
    case SESSION_HEALTH:
    default:
        return longest_unused(&field, random < UINT32_MAX - UINT32_MAX / TRY_ONE_IN);
    }
}

uint64_t session_away_since(const struct session_candidate *candidate, uint32_t count, uint64_t since,
                            uint64_t now) {
    uint32_t away = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!candidate[i].fallback && !candidate[i].away) {
            return 0;
        }
        away += candidate[i].fallback ? 0 : 1;
    }
    if (away == 0) {
        return 0;
    }
    return since > 0 ? since : now;
}

// Where all are fallbacks they are as any others.
static bool only_fallbacks(const struct session_candidate *candidate, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (!candidate[i].fallback) {
            return false;
        }
    }
    return true;
}

void session_hold_back(struct session_candidate *candidate, uint32_t count, uint64_t since, uint64_t after,
                       enum session_tried tried, uint64_t now) {
    bool last = since == 0 && tried == SESSION_TRIED_MOST;
    bool free = (since > 0 && now >= since && now - since >= after) || only_fallbacks(candidate, count);
    bool can = false;
    for (uint32_t i = 0; i < count; i++) {
        if (candidate[i].fallback && !free && (!last || candidate[i].away)) {
            candidate[i].earliest = CLOCK_NEVER;
        }
        can = can || (candidate[i].fallback && candidate[i].earliest != CLOCK_NEVER);
    }
    for (uint32_t i = 0; tried != SESSION_TRIED_NOT && can && i < count; i++) {
        if (!candidate[i].fallback) {
            candidate[i].earliest = CLOCK_NEVER;
        }
    }
}

// Rounded towards the outcome, so that it gets to the whole and to nothing.
uint64_t session_health_after(uint64_t health, bool success) {
    if (health > SESSION_HEALTH_WHOLE) {
        health = SESSION_HEALTH_WHOLE;
    }
    return success ? health + (SESSION_HEALTH_WHOLE - health + HEALTH_OUTCOMES - 1) / HEALTH_OUTCOMES
                   : health - (health + HEALTH_OUTCOMES - 1) / HEALTH_OUTCOMES;
}
