#include "arena/ledger_words.h"
#include "ration/arithmetic.h"
#include "ration/clock.h"

static void look_at(const struct layout_session *session, uint32_t index, uint64_t day_share, uint64_t now,
                    struct ledger_dimension *out) {
    struct dimension dimension;
    ledger_words_load(session, index, &dimension);
    if (dimension.unit >= DIMENSION_UNITS || dimension.window == 0) {
        return; // it is just being made
    }
    *out = (struct ledger_dimension){
        .unit = (enum dimension_unit)dimension.unit,
        .window = dimension.window,
        .limit = dimension_limit(&dimension),
        .heard = dimension.heard != 0,
        .level = dimension_level(&dimension, now),
        .remaining = dimension_remaining(&dimension, now),
        .fixed = dimension.mirror == DIMENSION_FIXED,
        .taken = dimension.taken,
        .others_pace = dimension.others_pace,
        .others_total = dimension.others_total,
        .free_at = dimension_earliest(&dimension, 1, day_share, now),
    };
    if (dimension.mirror == DIMENSION_FIXED) {
        out->resets = dimension.ends > now ? dimension.ends : 0;
    } else if (dimension.mirror == DIMENSION_REFILL) {
        out->resets = dimension.full > now ? dimension.full : 0;
    }
}

void ledger_look(const struct arena *arena, uint32_t index, uint64_t now, struct ledger_state *state) {
    const struct layout_session *session = layout_session(arena, index);
    *state = (struct ledger_state){
        .disabled = guarded_get(&session->disabled) != 0,
        .not_before = guarded_get(&session->not_before),
        .hold = (enum ledger_hold)arithmetic_least(guarded_get(&session->hold), LEDGER_DISABLE),
        .spent_requests = guarded_get(&session->spent_requests),
        .spent_tokens = guarded_get(&session->spent_tokens),
        .uncounted = guarded_get(&session->cached_mean) / 16,
        .last_used = guarded_get(&session->last_used),
        .last_error =
            (enum outcome_class)arithmetic_least(guarded_get(&session->last_error), OUTCOME_OF_ATTEMPT - 1),
        .last_error_at = guarded_get(&session->last_error_at),
        .health = guarded_get(&session->health),
        .skipped = atomic_load_explicit(&session->skipped, memory_order_relaxed),
    };
    ledger_words_load_breaker(session, &state->breaker);
    if (ledger_words_is_silent(session)) {
        struct silent silent;
        ledger_words_load_silent(session, &silent);
        state->silent_refused = true;
        state->silent = silent_known(&silent);
    }
    for (int i = 0; i < OUTCOME_OF_ATTEMPT; i++) {
        state->outcome[i] = guarded_get(&session->outcome[i]);
    }
    for (uint32_t slot = 0; slot < arena->header->slots; slot++) {
        state->booked_requests += guarded_get(&session->booked_requests[slot]);
        state->booked_tokens += guarded_get(&session->booked_tokens[slot]);
    }
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        if (ledger_words_used(session, i)) {
            look_at(session, i, layout_ledger(arena)->day_share, now, &state->dimension[i]);
        }
    }
}
