#include "rules/silent_rate.h"

#include "ration/arithmetic.h"

#include <math.h>

#define SECOND ((double)CLOCK_SECOND)
#define GAP_MOST (10 * CLOCK_SECOND)
#define GAP_LEAST UINT64_C(10000) // 100,000 a second
#define SEARCH_TIME 6.0           // seconds
#define SEARCH_REQUESTS 20.0      // likewise, as long as so many departures take at the end
#define QUIET_LEAST UINT64_C(100) // departures; at one refusal in so many we may be wrong
#define QUIET_MOST UINT64_C(150)
#define QUIET_WAITS 30U // and so many times the wait that a refusal costs: three in a hundred
#define DOUBT_SHARE 5   // so much of the doubt is left out: as often it is to the other side

double silent_rate_of(uint64_t gap) {
    return gap > 0 ? SECOND / (double)gap : 0;
}

uint64_t silent_rate_gap(double rate) {
    double gap = rate > 0 ? SECOND / rate : (double)GAP_MOST;
    return gap >= (double)GAP_MOST ? GAP_MOST : gap <= (double)GAP_LEAST ? GAP_LEAST : (uint64_t)gap;
}

double silent_rate_lately(const struct silent *silent, const struct silent_refusal *refusal) {
    uint64_t from = silent->step[0], mark = silent->step_mark[0];
    if (refusal->departed < from + SILENT_RATE_STEP) { // it came back late: others have left since
        from = silent->begun;
        mark = silent->begun_mark;
    }
    double time = silent_rate_seconds(from, refusal->departed);
    return time > 0 ? (double)silent_rate_count(mark, refusal->mark) / time : 0;
}

double silent_rate_then(const struct silent *silent, const struct silent_refusal *refusal) {
    double grown = silent_rate_share(silent->growth) * silent_rate_seconds(refusal->departed, refusal->now);
    return fmax(silent_rate_of(silent->gap) / (1 + grown), silent_rate_of(silent->begun_gap));
}

void silent_rate_quiet(struct silent *silent, const struct silent_refusal *refusal, uint64_t requests) {
    silent->quiet_until = arithmetic_sum(refusal->now, QUIET_WAITS * silent->wait);
    silent->quiet_mark = refusal->mark + requests;
    silent->growth = 0;
}

void silent_rate_search(struct silent *silent, double from, double to) {
    double time = to > 0 && SEARCH_REQUESTS / to > SEARCH_TIME ? SEARCH_REQUESTS / to : SEARCH_TIME;
    silent->form = SILENT_RATE;
    silent->searching = 1;
    silent->gap = silent_rate_gap(from);
    silent->top = to > from ? silent_rate_gap(to) : 0;
    silent->growth = silent_rate_words(to > from ? log(to / from) / time : SILENT_RATE_FAST) + 1;
}

void silent_rate_settle(struct silent *silent, double limit, double doubt,
                        const struct silent_refusal *refusal) {
    uint64_t accepted = silent_rate_count(silent->begun_mark, refusal->mark);
    double margin = silent_rate_share(silent->margin);
    silent->form = SILENT_RATE;
    silent->searching = 0;
    silent->top = 0;
    silent->found = silent_rate_gap(limit);
    silent->gap = silent_rate_gap(limit * (1 - fmax(margin, doubt / DOUBT_SHARE)));
    silent_rate_quiet(silent, refusal,
                      arithmetic_most(QUIET_LEAST, arithmetic_least(2 * accepted, QUIET_MOST)));
}
