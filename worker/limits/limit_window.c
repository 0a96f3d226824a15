#include "limits/limit_window.h"

#include "limits/limit_report.h"

#include "ration/clock.h"

#include <stddef.h>

// A result this near to a round window is taken for it: more when the reset was told coarsely.
#define TOLERANCE_LEAST 0.05
#define TOLERANCE_MOST 0.25
// Bounds further apart than this (as a factor) prove nothing, even when they hold only one round window.
#define SPREAD_MOST 2.1
// With nothing left more than the limit may have been taken, up to this many times of it.
#define OVERDRAWN_MOST 4

static const uint64_t round_windows[] = {CLOCK_SECOND, CLOCK_MINUTE, CLOCK_HOUR, CLOCK_DAY};
#define ROUND_WINDOWS (sizeof(round_windows) / sizeof(round_windows[0]))

static uint64_t nanoseconds(double value) {
    return value <= 0 ? 0 : value >= 1.8e19 ? UINT64_MAX : (uint64_t)value;
}

// The one within `slack` (a fraction) of [low, high]; 0: none. They are too far apart for two.
static uint64_t within(double low, double high, double slack) {
    for (size_t i = 0; i < ROUND_WINDOWS; i++) {
        double window = (double)round_windows[i];
        if (window >= low * (1 - slack) && window <= high * (1 + slack)) {
            return round_windows[i];
        }
    }
    return 0;
}

struct limit_window limit_window_infer(const struct limit_sample *sample) {
    struct limit_window found = {0, 0, UINT64_MAX};
    if (sample->remaining >= sample->limit || sample->reset == 0) {
        return found;
    }
    double limit = (double)sample->limit;
    double reset = (double)sample->reset, step = (double)sample->step;
    double consumed = (double)(sample->limit - sample->remaining);
    double more = sample->rounding > 1 ? (double)sample->rounding / 2 : 0;
    double less = sample->rounding > 1 ? (double)sample->rounding / 2 : 1;
    double low = (reset - step) * limit / (consumed + more);
    double high = consumed > less ? (reset + step) * limit / (consumed - less) : 1.8e19;
    if (sample->remaining == 0) {
        low /= OVERDRAWN_MOST;
    }
    double best = reset * limit / consumed;
    found.least = nanoseconds(low);
    found.most = nanoseconds(high);
    double slack = step / reset > TOLERANCE_MOST ? TOLERANCE_MOST : step / reset;
    if (sample->rounding == 1) {
        found.window = within(best, best, slack > TOLERANCE_LEAST ? slack : TOLERANCE_LEAST);
    }
    if (found.window == 0 && low > 0 && high <= low * SPREAD_MOST) {
        found.window = within(low, high, 0.01);
    }
    return found;
}
