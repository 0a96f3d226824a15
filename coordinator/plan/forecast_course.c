#include "plan/forecast_course.h"

#include "plan/forecast_pace.h"
#include "ration/clock.h"

#include <math.h>

#define STOCKS_MOST (BOUNDS_SESSIONS * FORECAST_LIMITS_MOST + 1)
#define STEPS_MOST 20000U
#define FASTEST 1e9  // artists a second, where nothing limits them
#define NOTHING 1e-6 // artists: less is none

// What may be used up, and comes back as a whole.
struct stock {
    const struct forecast_limit *limit;
    uint32_t session; // FORECAST_ALL: of the whole run
    double each;      // artists that a window holds
    double left;      // artists
    double window;    // seconds
    double resets;    // seconds from now
    double rests;     // seconds; INFINITY: it comes back at `resets` alone
    uint64_t periods;
};

struct state {
    const struct forecast_facts *facts;
    double most;
    double at; // seconds from now
    double left;
    double from[BOUNDS_SESSIONS]; // seconds from now: when it may send
    double pace[BOUNDS_SESSIONS]; // 0: never
    uint32_t stocks;
    struct stock stock[STOCKS_MOST];
};

static double seconds_until(const struct forecast_facts *facts, uint64_t moment) {
    return moment > facts->now ? (double)(moment - facts->now) / (double)CLOCK_SECOND : 0;
}

static void add_stock(struct state *state, const struct forecast_limit *limit, uint32_t session) {
    double units = forecast_pace_units(state->facts, limit->unit);
    if (limit->limit == 0 || limit->window == 0 || units <= 0) {
        return;
    }
    double window = (double)limit->window / (double)CLOCK_SECOND;
    uint64_t left = limit->left < limit->limit ? limit->left : limit->limit;
    state->stock[state->stocks++] = (struct stock){
        .limit = limit,
        .session = session,
        .each = (double)limit->limit / units,
        .left = (double)left / units,
        .window = window,
        .resets = limit->resets != 0 ? seconds_until(state->facts, limit->resets) : window,
        .rests = limit->rests != 0 ? (double)limit->rests / (double)CLOCK_SECOND : INFINITY,
        .periods = 1,
    };
}

static void begin(struct state *state, const struct forecast_facts *facts, double most) {
    uint32_t tightest;
    *state = (struct state){.facts = facts,
                            .most = most < FASTEST ? most : FASTEST,
                            .at = seconds_until(facts, facts->paused_until),
                            .left = (double)facts->artists_left};
    for (uint32_t i = 0; i < facts->sessions; i++) {
        const struct forecast_session *session = &facts->session[i];
        double pace = session->disabled ? 0 : forecast_pace_of(facts, session, &tightest);
        state->pace[i] = pace < FASTEST ? pace : FASTEST;
        state->from[i] = seconds_until(facts, session->not_before);
        for (uint32_t k = 0; k < FORECAST_LIMITS_MOST && !session->disabled; k++) {
            if (forecast_pace_is_stock(&session->limit[k])) {
                add_stock(state, &session->limit[k], i);
            }
        }
    }
    add_stock(state, &facts->quota, FORECAST_ALL);
}

// Artists that the stocks of that session, or of the whole run (FORECAST_ALL), still hold.
static double room_of(const struct state *state, uint32_t session) {
    double room = INFINITY;
    for (uint32_t i = 0; i < state->stocks; i++) {
        room = state->stock[i].session == session ? fmin(room, state->stock[i].left) : room;
    }
    return room;
}

static void use(struct state *state, uint32_t session, double artists) {
    for (uint32_t i = 0; i < state->stocks; i++) {
        state->stock[i].left -= state->stock[i].session == session ? artists : 0;
    }
}

// What leaves at once is taken from the stocks as all the rest is. The sessions share it; what one has no
// room for is left to the others.
static void send_wave(struct state *state, double wave) {
    double rest = fmin(fmin(wave, state->left), room_of(state, FORECAST_ALL));
    for (uint32_t turn = 0; turn < state->facts->sessions && rest >= NOTHING; turn++) {
        double share = rest / state->facts->sessions;
        for (uint32_t i = 0; i < state->facts->sessions; i++) {
            double part =
                state->pace[i] > 0 ? fmin(fmin(turn == 0 ? share : rest, rest), room_of(state, i)) : 0;
            use(state, i, part);
            use(state, FORECAST_ALL, part);
            state->left -= part;
            rest -= part;
        }
    }
}

static void refill(struct state *state) {
    for (uint32_t i = 0; i < state->stocks; i++) {
        struct stock *stock = &state->stock[i];
        while (stock->resets <= state->at) {
            stock->left = stock->each;
            stock->resets += stock->window;
            stock->periods++;
        }
        if (stock->left < NOTHING) {
            stock->resets = fmin(stock->resets, state->at + stock->rests);
        }
    }
}

// The stock that keeps the session from sending, or the whole run (FORECAST_ALL). NULL: none.
static const struct stock *used_up(const struct state *state, uint32_t session) {
    for (uint32_t i = 0; i < state->stocks; i++) {
        if (state->stock[i].session == session && state->stock[i].left < NOTHING) {
            return &state->stock[i];
        }
    }
    return NULL;
}

// Artists a second of each session now, and of all.
static double rates(const struct state *state, double rate[BOUNDS_SESSIONS]) {
    double sum = 0;
    bool closed = used_up(state, FORECAST_ALL) != NULL;
    for (uint32_t i = 0; i < state->facts->sessions; i++) {
        bool sends = !closed && state->from[i] <= state->at && used_up(state, i) == NULL;
        rate[i] = sends ? state->pace[i] : 0;
        sum += rate[i];
    }
    for (uint32_t i = 0; i < state->facts->sessions && sum > state->most; i++) {
        rate[i] *= state->most / sum;
    }
    return sum < state->most ? sum : state->most;
}

static double rate_from(const struct stock *stock, const double rate[BOUNDS_SESSIONS], double sum) {
    return stock->session == FORECAST_ALL ? sum : rate[stock->session];
}

// Seconds until something changes; INFINITY: nothing ever does.
static double step_of(const struct state *state, const double rate[BOUNDS_SESSIONS], double sum) {
    double step = sum > 0 ? state->left / sum : INFINITY;
    for (uint32_t i = 0; i < state->facts->sessions; i++) {
        if (state->pace[i] > 0 && state->from[i] > state->at) {
            step = fmin(step, state->from[i] - state->at);
        }
    }
    for (uint32_t i = 0; i < state->stocks; i++) {
        const struct stock *stock = &state->stock[i];
        double taking = rate_from(stock, rate, sum);
        step = fmin(step, stock->resets - state->at);
        step = taking > 0 ? fmin(step, stock->left / taking) : step;
    }
    return step;
}

static void take(struct state *state, double step, const double rate[BOUNDS_SESSIONS], double sum) {
    state->at += step;
    state->left -= sum * step;
    for (uint32_t i = 0; i < state->stocks; i++) {
        struct stock *stock = &state->stock[i];
        stock->left -= rate_from(stock, rate, sum) * step;
    }
}

static void note_wait(const struct state *state, double step, struct forecast_course *course) {
    const struct stock *stock = used_up(state, FORECAST_ALL);
    for (uint32_t i = 0; i < state->facts->sessions && stock == NULL; i++) {
        stock = used_up(state, i);
    }
    course->waits += step;
    if (stock != NULL) {
        course->session = stock->session;
        course->waited_for = *stock->limit;
    }
}

static bool can_ever_end(const struct state *state) {
    for (uint32_t i = 0; i < state->facts->sessions; i++) {
        if (state->pace[i] > 0) {
            return state->facts->paused_until != CLOCK_NEVER;
        }
    }
    return false;
}

void forecast_course_run(const struct forecast_facts *facts, double most, double wave,
                         struct forecast_course *course) {
    struct state state;
    double rate[BOUNDS_SESSIONS];
    *course = (struct forecast_course){.seconds = INFINITY, .session = FORECAST_ALL};
    begin(&state, facts, most);
    send_wave(&state, wave);
    for (uint32_t steps = 0; can_ever_end(&state) && steps < STEPS_MOST; steps++) {
        refill(&state);
        double sum = rates(&state, rate);
        double step = step_of(&state, rate, sum);
        if (state.left < NOTHING) {
            course->seconds = state.at;
            break;
        }
        if (step == INFINITY) {
            break;
        }
        if (sum <= 0) {
            note_wait(&state, step, course);
        }
        take(&state, step, rate, sum);
    }
    double longest = 0;
    for (uint32_t i = 0; i < state.stocks; i++) {
        if (state.stock[i].window > longest) {
            longest = state.stock[i].window;
            course->periods = state.stock[i].periods;
        }
    }
}
