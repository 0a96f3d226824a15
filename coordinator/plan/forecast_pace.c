#include "plan/forecast_pace.h"

#include "ration/clock.h"

#include <math.h>

static double counted(const struct forecast_facts *facts) {
    return facts->input_tokens > facts->uncounted_tokens ? facts->input_tokens - facts->uncounted_tokens : 0;
}

double forecast_pace_units(const struct forecast_facts *facts, enum dimension_unit unit) {
    switch (unit) {
    case DIMENSION_REQUESTS:
        return facts->requests;
    case DIMENSION_INPUT_TOKENS:
        return facts->requests * counted(facts);
    case DIMENSION_OUTPUT_TOKENS:
        return facts->requests * facts->output_tokens;
    case DIMENSION_TOKENS:
    case DIMENSION_PROJECT_TOKENS:
        return facts->requests * (counted(facts) + facts->output_tokens);
    case DIMENSION_NONE:
    case DIMENSION_UNITS:
    default:
        return 0;
    }
}

static bool in_use(const struct forecast_limit *limit) {
    return limit->unit != DIMENSION_NONE && limit->limit > 0 && limit->window > 0;
}

bool forecast_pace_is_stock(const struct forecast_limit *limit) {
    return in_use(limit) && limit->window > DIMENSION_PACED_MOST;
}

double forecast_pace_of(const struct forecast_facts *facts, const struct forecast_session *session,
                        uint32_t *tightest) {
    double least = INFINITY;
    *tightest = FORECAST_ALL;
    for (uint32_t i = 0; i < FORECAST_LIMITS_MOST; i++) {
        const struct forecast_limit *limit = &session->limit[i];
        double units = forecast_pace_units(facts, limit->unit);
        if (!in_use(limit) || forecast_pace_is_stock(limit) || units <= 0) {
            continue;
        }
        double pace = (double)limit->limit / units / ((double)limit->window / (double)CLOCK_SECOND);
        if (pace < least) {
            least = pace;
            *tightest = i;
        }
    }
    return least;
}

double forecast_pace_in_flight(const struct forecast_facts *facts) {
    if (facts->in_flight == 0 || facts->latency == 0) {
        return INFINITY;
    }
    return (double)facts->in_flight / ((double)facts->latency / (double)CLOCK_SECOND) / facts->requests;
}
