#include "watch/error_rate.h"

#include "ration/clock.h"

// A sample each second that had at least two outcomes: the ring then reaches back over the minute and the
// hundred alike.
#define SAMPLE_INTERVAL CLOCK_SECOND
#define SAMPLE_OUTCOMES 2U
#define WINDOW (CLOCK_MINUTE)
#define WINDOW_OUTCOMES 100U

void error_rate_add(struct error_rate *rate, uint64_t good, uint64_t bad, uint64_t now) {
    const struct error_rate_sample *last = &rate->sample[(rate->samples - 1) % ERROR_RATE_SAMPLES];
    if (rate->samples > 0 &&
        (now - last->at < SAMPLE_INTERVAL || good + bad - last->good - last->bad < SAMPLE_OUTCOMES)) {
        return;
    }
    rate->sample[rate->samples++ % ERROR_RATE_SAMPLES] = (struct error_rate_sample){now, good, bad};
}

// The last sample before the window, or the oldest that is kept.
static struct error_rate_sample base(const struct error_rate *rate, uint64_t outcomes, uint64_t now) {
    uint64_t kept = rate->samples < ERROR_RATE_SAMPLES ? rate->samples : ERROR_RATE_SAMPLES;
    struct error_rate_sample sample = {0};
    for (uint64_t back = 1; back <= kept; back++) {
        sample = rate->sample[(rate->samples - back) % ERROR_RATE_SAMPLES];
        if (now - sample.at >= WINDOW && outcomes - sample.good - sample.bad >= WINDOW_OUTCOMES) {
            break;
        }
    }
    return sample;
}

uint32_t error_rate_share(const struct error_rate *rate, uint64_t good, uint64_t bad, uint64_t now,
                          uint64_t *of) {
    struct error_rate_sample from = base(rate, good + bad, now);
    *of = good + bad - from.good - from.bad;
    return *of > 0 ? (uint32_t)((bad - from.bad) * ERROR_RATE_WHOLE / *of) : 0;
}
