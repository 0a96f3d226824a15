#include "plan/forecast_cost.h"

#include "ration/money.h"

#include <math.h>

#define MILLI 1000.0 // micro-dollars for a million tokens, times tokens, are thousandths of a nano-dollar

static uint64_t whole(double value) {
    return value >= 1.8e19 ? UINT64_MAX : value > 0 ? (uint64_t)(value + 0.5) : 0;
}

// What the shared beginning costs more, or less, than it would as any other input.
static double kept_more(const struct forecast_facts *facts, double requests) {
    const struct forecast_kept *kept = &facts->kept;
    double tokens = fmin(kept->tokens, facts->input_tokens);
    double missed = fmin(kept->missed, requests);
    double input = (double)facts->price.input;
    double written = kept->charged ? (double)kept->rates.written : input;
    return tokens *
           (missed * (written - input) + (requests - missed) * ((double)kept->rates.cached - input)) / MILLI;
}

uint64_t forecast_cost_of(const struct forecast_facts *facts, double requests) {
    uint64_t plain = money_of(&facts->price, whole(requests * facts->input_tokens),
                              whole(requests * facts->output_tokens));
    if (facts->kept.tokens <= 0 && facts->paid <= 0) {
        return plain;
    }
    double kept = facts->kept.tokens > 0 ? kept_more(facts, requests) : 0;
    return whole(((double)plain + kept) * (facts->paid > 0 ? facts->paid : 1));
}
