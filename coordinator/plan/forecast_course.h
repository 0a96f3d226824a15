// The course of a run from now to its end: at the pace of the limits, until stocks such as daily quotas are
// used up, then waiting for them. Pure; part of the forecast.
#ifndef RATION_FORECAST_COURSE_H
#define RATION_FORECAST_COURSE_H

#include "plan/forecast.h"

struct forecast_course {
    double seconds;   // from now to the end; INFINITY: it never ends, or only in thousands of periods
    double waits;     // of them: nothing was sent
    uint64_t periods; // of the longest stock, the present one included; 0: there is none
    uint32_t session; // whose stock was waited for last; FORECAST_ALL: the quota of the whole run
    struct forecast_limit waited_for;
};

// No more than `most` artists a second, after a first wave: so many artists leave at once, as far as the
// stocks allow it.
void forecast_course_run(const struct forecast_facts *facts, double most, double wave,
                         struct forecast_course *course);

#endif
