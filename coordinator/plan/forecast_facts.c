#include "plan/forecast_facts.h"

#include "ration/arithmetic.h"
#include "ration/clock.h"
#include "ration/ledger.h"

#define ENOUGH 20U // answers that the repetitions can be told from
#define REPEATED_MOST 8.0

// What is booked of a stock is gone from what is left of it, but it is for artists that are still to be done:
// they need no more.
static uint64_t with_booked(uint64_t left, uint64_t booked, uint64_t limit) {
    return booked < limit && left < limit - booked ? left + booked : limit;
}

static uint64_t booked_of(const struct ledger_state *state, enum dimension_unit unit) {
    return unit == DIMENSION_REQUESTS ? state->booked_requests
           : unit == DIMENSION_TOKENS ? state->booked_tokens
                                      : 0;
}

static void take_session(const struct ledger_state *state, uint64_t now, struct forecast_session *session) {
    session->disabled = state->disabled;
    session->not_before = state->not_before > now ? state->not_before : 0;
    if (state->breaker.state == BREAKER_OPEN && state->breaker.until > session->not_before) {
        session->not_before = state->breaker.until;
    }
    for (uint32_t k = 0; k < LEDGER_DIMENSIONS && k < FORECAST_LIMITS_MOST; k++) {
        const struct ledger_dimension *dimension = &state->dimension[k];
        session->limit[k] = (struct forecast_limit){
            .unit = dimension->unit,
            .window = dimension->window,
            .limit = dimension->limit,
            .left = with_booked(dimension->remaining, booked_of(state, dimension->unit), dimension->limit),
            .resets = dimension->fixed && dimension->resets > now ? dimension->resets : 0,
        };
    }
}

// Of the answered requests.
static void take_means(const struct snapshot_sums *sums, struct forecast_facts *facts) {
    double answers = (double)sums->answers;
    uint64_t charged = sums->ended - sums->outcome[OUTCOME_RATE_LIMITED] - sums->outcome[OUTCOME_NO_CAPACITY];
    facts->requests = 1;
    if (sums->answers == 0) {
        return;
    }
    if (sums->answers >= ENOUGH) {
        double requests = (double)charged / answers;
        facts->requests = requests < 1 ? 1 : requests < REPEATED_MOST ? requests : REPEATED_MOST;
    }
    facts->input_tokens = (double)sums->tokens.input / answers;
    facts->output_tokens = (double)sums->tokens.output / answers;
    facts->latency = (uint64_t)((double)sums->latency_ms / answers * (double)CLOCK_MS);
}

// What artists cost so far: whatever the tokens were of, and however many attempts it took. Those that get
// what another one got cost nothing, and are not among those that are left.
static double artist_cost(const struct forecast_source *source) {
    const struct snapshot *look = source->look;
    uint64_t ended = (uint64_t)look->done + look->failed;
    if (source->lately > 0) {
        return source->lately;
    }
    ended = ended > source->before ? ended - source->before : 0;
    ended = arithmetic_least(ended, look->sums.answers + look->failed);
    return look->sums.answers > 0 && ended > 0 ? (double)look->cost.run.spent / (double)ended : 0;
}

static void take_quota(const struct forecast_source *source, struct forecast_limit *quota) {
    const struct ledger_quota *state = &source->look->quota;
    *quota = (struct forecast_limit){
        .unit = DIMENSION_REQUESTS,
        .window = CLOCK_DAY,
        .limit = state->allowed,
        .left = with_booked(state->used < state->allowed ? state->allowed - state->used : 0,
                            source->look->sums.booked_requests, state->allowed),
        .resets = source->quota_resets,
        .rests = source->quota_pause > CLOCK_SECOND ? source->quota_pause : CLOCK_SECOND,
    };
}

void forecast_facts_take(const struct forecast_source *source, struct forecast_facts *facts) {
    const struct snapshot *look = source->look;
    uint64_t ended = (uint64_t)look->done + look->failed + source->left_out;
    *facts = (struct forecast_facts){
        .now = look->at,
        .wall = look->wall,
        .artists_left = look->artists > ended ? look->artists - ended : 0,
        .in_flight = source->in_flight * look->wanted,
        .observed = source->observed,
        .paused_until = look->paused_until,
        .price = source->price,
        .free = source->free,
        .artist_cost = artist_cost(source),
        .sessions = look->sessions,
    };
    take_means(&look->sums, facts);
    take_quota(source, &facts->quota);
    for (uint32_t i = 0; i < facts->sessions; i++) {
        double uncounted = (double)look->session[i].uncounted;
        facts->uncounted_tokens =
            i == 0 || uncounted < facts->uncounted_tokens ? uncounted : facts->uncounted_tokens;
        facts->session[i].name = look->session_name[i];
        take_session(&look->session[i], look->at, &facts->session[i]);
    }
}
