#include "ration/clock.h"
#include "ration/silent.h"

#include <inttypes.h>
#include <stdio.h>

// A rate as people say it: two digits below ten, else whole.
static void say_rate(double rate, char *out, size_t size) {
    if (rate < 0.1) {
        (void)snprintf(out, size, "%.1f a minute", rate * 60);
    } else {
        (void)snprintf(out, size, "%.*f a second", rate < 10 ? 1 : 0, rate);
    }
}

double silent_rate_found(const struct silent_known *known) {
    return known->form == SILENT_RATE && known->gap > 0 ? (double)CLOCK_SECOND / (double)known->gap : 0;
}

void silent_words(const struct silent_known *known, char out[SILENT_WORDS]) {
    char rate[32];
    switch (known->form) {
    case SILENT_RATE:
        say_rate(silent_rate_found(known), rate, sizeof(rate));
        (void)snprintf(out, SILENT_WORDS, "finds out the limit: about %s", rate);
        break;
    case SILENT_PLACES:
        (void)snprintf(out, SILENT_WORDS, "finds out the limit: about %" PRIu64 " at once", known->places);
        break;
    case SILENT_NONE:
    default:
        (void)snprintf(out, SILENT_WORDS, "finds out the limit");
    }
}
