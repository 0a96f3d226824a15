#include "plan/forecast.h"

#include "plan/forecast_cost.h"
#include "plan/forecast_course.h"
#include "plan/forecast_pace.h"
#include "ration/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SHORTFALL 0.75 // slower than this share of what the limits allow: something else binds
#define LONGEST (100.0 * 366 * 86400)

static uint64_t whole(double value) {
    return value >= 1.8e19 ? UINT64_MAX : (uint64_t)(value + 0.5);
}

static bool same_limit(const struct forecast_limit *a, const struct forecast_limit *b) {
    return a->unit == b->unit && a->window == b->window;
}

// The tightest limit of the fastest session, or of all when it is the same for each.
static void find_limit(const struct forecast_facts *facts, struct forecast *forecast) {
    const struct forecast_limit *first = NULL;
    double fastest = 0;
    bool same = true;
    uint32_t tightest, usable = 0;
    for (uint32_t i = 0; i < facts->sessions; i++) {
        const struct forecast_session *session = &facts->session[i];
        double pace = session->disabled ? 0 : forecast_pace_of(facts, session, &tightest);
        if (session->disabled || tightest == FORECAST_ALL) {
            continue;
        }
        usable++;
        same = same && (first == NULL || same_limit(first, &session->limit[tightest]));
        if (pace > fastest) {
            fastest = pace;
            first = &session->limit[tightest];
            forecast->session = i;
        }
    }
    if (first != NULL) {
        forecast->bound = FORECAST_LIMIT;
        forecast->unit = first->unit;
        forecast->window = first->window;
        forecast->session = same && usable > 1 ? FORECAST_ALL : forecast->session;
    }
}

static double pace_of_all(const struct forecast_facts *facts, bool *usable) {
    double sum = 0;
    uint32_t tightest;
    *usable = false;
    for (uint32_t i = 0; i < facts->sessions; i++) {
        if (!facts->session[i].disabled) {
            sum += forecast_pace_of(facts, &facts->session[i], &tightest);
            *usable = true;
        }
    }
    return sum;
}

// Requests in flight bind: more are to be sent than fit.
static bool fills_up(const struct forecast_facts *facts, double limits, double in_flight) {
    return in_flight < limits && facts->in_flight < facts->artists_left;
}

// The pause that holds now takes most of the time.
static bool pause_binds(const struct forecast_facts *facts, const struct forecast_course *course) {
    double pause = facts->paused_until > facts->now
                       ? (double)(facts->paused_until - facts->now) / (double)CLOCK_SECOND
                       : 0;
    return facts->paused_until == CLOCK_NEVER || pause > course->seconds / 2;
}

static void find_bound(const struct forecast_facts *facts, const struct forecast_course *course,
                       double limits, double in_flight, struct forecast *forecast) {
    forecast->bound = FORECAST_NOTHING;
    forecast->session = FORECAST_ALL;
    if (facts->artists_left == 0) {
        return;
    }
    if (pause_binds(facts, course)) {
        bool used_up = facts->quota.limit > 0 && facts->quota.left == 0;
        forecast->bound = used_up && facts->paused_until != CLOCK_NEVER ? FORECAST_QUOTA : FORECAST_PAUSE;
    } else if (course->waited_for.limit > 0 &&
               (course->seconds == INFINITY || course->waits > course->seconds / 2)) {
        forecast->bound = course->session == FORECAST_ALL ? FORECAST_QUOTA : FORECAST_LIMIT;
        forecast->unit = course->waited_for.unit;
        forecast->window = course->waited_for.window;
        forecast->session = course->session;
    } else if (fills_up(facts, limits, in_flight)) {
        forecast->bound = FORECAST_IN_FLIGHT;
    } else {
        find_limit(facts, forecast);
    }
}

static void find_end(const struct forecast_facts *facts, const struct forecast_course *course, double rate,
                     struct forecast *forecast) {
    bool known = (rate < INFINITY || course->waits > 0) && course->seconds < LONGEST;
    forecast->rate = rate < INFINITY ? rate : 0;
    forecast->takes = known ? whole(course->seconds * (double)CLOCK_SECOND) : CLOCK_NEVER;
    forecast->ends = known ? facts->wall + forecast->takes : CLOCK_NEVER;
    forecast->waits = known ? whole(course->waits * (double)CLOCK_SECOND) : 0;
    forecast->periods = course->periods;
}

static void find_cost(const struct forecast_facts *facts, struct forecast *forecast) {
    double requests = (double)facts->artists_left * facts->requests;
    forecast->input_tokens = whole(requests * facts->input_tokens);
    forecast->output_tokens = whole(requests * facts->output_tokens);
    bool known = forecast->input_tokens + forecast->output_tokens > 0 || facts->artists_left == 0;
    forecast->priced = ((tier_priced(&facts->price) || facts->free) && known) || facts->artist_cost > 0;
    forecast->cost = facts->artist_cost > 0 ? whole((double)facts->artists_left * facts->artist_cost)
                                            : forecast_cost_of(facts, requests);
}

// At the beginning as many leave at once as may be in flight, if the limits allow it, and the last answer
// takes its time.
static void run_course(const struct forecast_facts *facts, double rate, bool in_flight_binds,
                       struct forecast_course *course) {
    double wave = facts->begins && in_flight_binds ? (double)facts->in_flight / facts->requests : 0;
    forecast_course_run(facts, rate, wave, course);
    if (facts->begins) {
        course->seconds += (double)facts->latency / (double)CLOCK_SECOND;
    }
}

static void make(const struct forecast_facts *facts, double most, struct forecast *forecast) {
    struct forecast_course course;
    bool usable;
    double limits = pace_of_all(facts, &usable);
    double in_flight = forecast_pace_in_flight(facts);
    double rate = fmin(fmin(limits, in_flight), most);
    *forecast = (struct forecast){0};
    run_course(facts, rate, in_flight < limits, &course);
    find_bound(facts, &course, limits, in_flight, forecast);
    find_end(facts, &course, rate, forecast);
    forecast->unpaced = limits == INFINITY;
    find_cost(facts, forecast);
    if (!usable && facts->artists_left > 0) {
        forecast->bound = FORECAST_SESSIONS;
    }
}

void forecast_make(const struct forecast_facts *facts, struct forecast *forecast) {
    make(facts, INFINITY, forecast);
}

void forecast_live(const struct forecast_facts *facts, struct forecast *forecast) {
    bool usable;
    double allowed = fmin(pace_of_all(facts, &usable), forecast_pace_in_flight(facts));
    make(facts, facts->observed > 0 ? facts->observed : INFINITY, forecast);
    bool stock = forecast->bound == FORECAST_LIMIT && forecast->window > DIMENSION_PACED_MOST;
    if (facts->observed > 0 && facts->observed < SHORTFALL * allowed && !stock &&
        (forecast->bound == FORECAST_LIMIT || forecast->bound == FORECAST_IN_FLIGHT)) {
        forecast->bound = FORECAST_NOTHING;
    }
}

static void describe_limit(const struct forecast_facts *facts, const struct forecast *forecast,
                           char out[FORECAST_TEXT_SIZE]) {
    char name[48];
    dimension_name(forecast->unit, forecast->window, name);
    if (facts->sessions <= 1) {
        (void)snprintf(out, FORECAST_TEXT_SIZE, "%s", name);
    } else if (forecast->session == FORECAST_ALL) {
        (void)snprintf(out, FORECAST_TEXT_SIZE, "%s on each session", name);
    } else {
        (void)snprintf(out, FORECAST_TEXT_SIZE, "%s on session %s", name,
                       facts->session[forecast->session].name);
    }
}

void forecast_describe_bound(const struct forecast_facts *facts, const struct forecast *forecast,
                             char out[FORECAST_TEXT_SIZE]) {
    static const char *const words[] = {
        [FORECAST_NOTHING] = "",
        [FORECAST_LIMIT] = "",
        [FORECAST_QUOTA] = "the daily quota",
        [FORECAST_IN_FLIGHT] = "requests in flight (latency)",
        [FORECAST_PAUSE] = "a pause",
        [FORECAST_SESSIONS] = "no session being left",
        [FORECAST_WINDOW] = "the window of a batch",
    };
    if (forecast->bound == FORECAST_LIMIT) {
        describe_limit(facts, forecast, out);
    } else {
        (void)snprintf(out, FORECAST_TEXT_SIZE, "%s", words[forecast->bound]);
    }
}

void forecast_describe(const struct forecast_facts *facts, const struct forecast *forecast,
                       char out[FORECAST_TEXT_SIZE]) {
    char bound[FORECAST_TEXT_SIZE], today[CLOCK_RFC3339_SIZE], end[CLOCK_RFC3339_SIZE];
    char ends[40] = "";
    forecast_describe_bound(facts, forecast, bound);
    if (forecast->ends != CLOCK_NEVER && facts->artists_left > 0) {
        clock_rfc3339(facts->wall, today);
        clock_rfc3339(forecast->ends, end);
        if (memcmp(today, end, 10) == 0) {
            (void)snprintf(ends, sizeof(ends), "ends %.5sZ", end + 11);
        } else {
            (void)snprintf(ends, sizeof(ends), "ends %.10s %.5sZ", end, end + 11);
        }
    }
    (void)snprintf(out, FORECAST_TEXT_SIZE, "%s%.100s%s%s", bound[0] != '\0' ? "limited by " : "", bound,
                   bound[0] != '\0' && ends[0] != '\0' ? "; " : "", ends);
}
