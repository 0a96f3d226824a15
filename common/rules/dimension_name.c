#include "ration/clock.h"
#include "ration/dimension.h"

#include <stdio.h>

const char *dimension_unit_name(enum dimension_unit unit) {
    static const char *const names[DIMENSION_UNITS] = {
        [DIMENSION_NONE] = "nothing",
        [DIMENSION_REQUESTS] = "requests",
        [DIMENSION_TOKENS] = "tokens",
        [DIMENSION_INPUT_TOKENS] = "input tokens",
        [DIMENSION_OUTPUT_TOKENS] = "output tokens",
        [DIMENSION_PROJECT_TOKENS] = "project tokens",
    };
    return (unsigned)unit < DIMENSION_UNITS ? names[unit] : "nothing";
}

void dimension_name(enum dimension_unit unit, uint64_t window, char out[48]) {
    const char *name = dimension_unit_name(unit);
    if (window == CLOCK_SECOND) {
        (void)snprintf(out, 48, "%s a second", name);
    } else if (window == CLOCK_MINUTE) {
        (void)snprintf(out, 48, "%s a minute", name);
    } else if (window == DIMENSION_PACED_MOST) {
        (void)snprintf(out, 48, "%s an hour", name);
    } else if (window == CLOCK_DAY) {
        (void)snprintf(out, 48, "%s a day", name);
    } else {
        (void)snprintf(out, 48, "%s in %.0f s", name, (double)window / (double)CLOCK_SECOND);
    }
}
