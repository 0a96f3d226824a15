#include "view/totals.h"

#include "ration/board.h"
#include "ration/clock.h"
#include "ration/ledger.h"

static void add_slot(const struct arena *arena, uint32_t slot, struct totals *totals) {
    struct slot_report report;
    slot_report(arena, slot, &report);
    totals->in_flight += report.in_flight;
    totals->disk_wait += report.state == SLOT_DISK_WAIT;
    totals->input_tokens += report.input_tokens;
    totals->output_tokens += report.output_tokens;
    for (int i = 0; i < SLOT_OUTCOMES; i++) {
        totals->outcome[i] += report.outcome[i];
        totals->attempts += report.outcome[i];
    }
    totals->retrying += report.retrying;
    totals->suspects += report.suspects;
    totals->retries += report.retries;
    totals->answers += report.done;
    totals->latency_ms += report.latency_ms_sum;
}

// A minute; 0: none.
static uint64_t limit_of(const struct ledger_state *state, enum dimension_unit unit) {
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        const struct ledger_dimension *dimension = &state->dimension[i];
        if (dimension->unit == unit && dimension->window == CLOCK_MINUTE) {
            return dimension->limit;
        }
    }
    return 0;
}

void totals_take(const struct arena *arena, uint64_t now, struct totals *totals) {
    *totals = (struct totals){
        .artists = arena_artists(arena),
        .done = board_done(arena),
        .failed = board_failed(arena),
        .paused_until = ledger_paused_until(arena, now),
        .waits_until = CLOCK_NEVER,
    };
    struct ledger_quota quota;
    ledger_quota_look(arena, &quota);
    totals->quota_used_up = quota.allowed > 0 && quota.used >= quota.allowed;
    struct ledger_cost cost;
    ledger_cost_look(arena, &cost);
    totals->cost_settled = cost.spent;
    totals->untold = ledger_untold(arena);
    for (uint32_t slot = 0; slot < arena_slots(arena); slot++) {
        add_slot(arena, slot, totals);
    }
    for (uint32_t session = 0; session < arena_sessions(arena); session++) {
        struct ledger_state state;
        ledger_look(arena, session, now, &state);
        totals->spent_requests += state.spent_requests;
        totals->spent_tokens += state.spent_tokens;
        totals->booked_requests += state.booked_requests;
        totals->booked_tokens += state.booked_tokens;
        totals->requests_per_minute += limit_of(&state, DIMENSION_REQUESTS);
        totals->tokens_per_minute += limit_of(&state, DIMENSION_TOKENS);
        if (!state.disabled) {
            totals->sessions_open++;
            uint64_t until = state.not_before > now ? state.not_before : 0;
            totals->waits_until = until < totals->waits_until ? until : totals->waits_until;
        }
    }
}

double totals_quota_share(const struct totals *totals, uint64_t elapsed) {
    double minutes = (double)elapsed / (60.0 * (double)CLOCK_SECOND);
    double share = -1;
    if (minutes <= 0) {
        return share;
    }
    if (totals->requests_per_minute > 0) {
        share = (double)totals->spent_requests / ((double)totals->requests_per_minute * minutes);
    }
    if (totals->tokens_per_minute > 0) {
        double tokens = (double)totals->spent_tokens / ((double)totals->tokens_per_minute * minutes);
        share = tokens > share ? tokens : share;
    }
    return share;
}
