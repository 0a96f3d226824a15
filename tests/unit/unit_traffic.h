// A provider's account and the traffic through one dimension of the ledger, simulated event by event on a
// clock of its own: requests are on their way to the account and back for a time that varies, so they
// overtake each other, and what the account says is old when it is heard.
#ifndef UNIT_TRAFFIC_H
#define UNIT_TRAFFIC_H

#include "ration/clock.h"
#include "ration/dimension.h"
#include "unit_random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRAFFIC_HORIZON (40 * CLOCK_MS) // bookings reach so far ahead
#define TRAFFIC_SECONDS 400
#define TRAFFIC_START (1000 * CLOCK_SECOND)

// Zero where nothing is said.
struct traffic_plan {
    const char *name;
    // the account
    bool fixed;        // windows that begin whole, else refilled all the time
    double limit;      // units a window
    uint64_t window;   // nanoseconds
    double capacity;   // 0: the limit
    double missing;    // at the start
    uint64_t phase;    // of the first fixed window, how much is over
    uint64_t rounding; // of what is told to remain
    uint64_t reset_step;
    bool reset_down;  // rounded down, else up
    bool silent;      // tells no reset
    bool pretends;    // calls its refilling a window
    uint64_t garbled; // one answer in so many says nothing
    // changes of the limit, nanoseconds from the start
    uint64_t change_at;
    double change_limit;
    // somebody else
    double others; // units a window
    double others_units;
    uint64_t others_from, others_until;
    // what we do
    uint64_t told;         // the configuration's limit
    uint64_t share;        // in millionths; 0: all
    uint32_t in_flight;    // at most
    uint32_t first;        // before the first answer
    uint64_t estimate;     // units that we book; 0: 1
    uint64_t charge;       // units that the account takes at admission; 0: the estimate
    uint64_t used, spread; // units in the end, that and up to so many more; 0: the charge
    double demand;         // units a window that we want; 0: all
    // milliseconds, from and up to
    uint32_t there[2], back[2], work[2];
    uint32_t seconds;
};

struct traffic_second {
    double ours, others, refused_units;
    uint32_t refused;
    uint64_t others_pace;
};

struct traffic {
    const struct traffic_plan *plan;
    struct unit_random random;
    struct dimension dimension;
    uint64_t now;
    double limit, capacity, level;
    uint64_t level_at, window_end;
    struct traffic_request *request;
    struct traffic_event *heap;
    size_t events, room;
    uint32_t in_flight, answers, free_count;
    uint32_t *free_list;
    uint64_t asks_at, wants_at;
    uint32_t refused; // after the first answer was back
    double lowest;    // level of the account
    uint64_t false_taken;
    struct traffic_second second[TRAFFIC_SECONDS + 1];
};

enum traffic_kind {
    TRAFFIC_ASK,
    TRAFFIC_ARRIVES,
    TRAFFIC_ENDS,
    TRAFFIC_ANSWERED,
    TRAFFIC_OTHERS,
    TRAFFIC_CHANGE
};

struct traffic_event {
    uint64_t at, order;
    enum traffic_kind kind;
    uint32_t request;
};

struct traffic_request {
    uint64_t departs, after, estimate, charge, used;
    uint64_t first_window; // of the account
    bool refused, early;
    struct dimension_news news;
};

static inline uint64_t traffic_between(struct traffic *t, const uint32_t ms[2]) {
    uint64_t span = (uint64_t)(ms[1] - ms[0]) * 1000;
    uint64_t more = span > 0 ? unit_random_below(&t->random, (uint32_t)span) : 0;
    return ms[0] * CLOCK_MS + more * 1000;
}

static inline bool traffic_before(const struct traffic_event *a, const struct traffic_event *b) {
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static inline void traffic_put(struct traffic *t, uint64_t at, enum traffic_kind kind, uint32_t request) {
    static uint64_t order;
    if (t->events == t->room) {
        t->room = t->room > 0 ? t->room * 2 : 1024;
        t->heap = realloc(t->heap, t->room * sizeof(*t->heap));
        if (t->heap == NULL) {
            abort();
        }
    }
    struct traffic_event event = {at, order++, kind, request};
    size_t i = t->events++;
    for (; i > 0 && traffic_before(&event, &t->heap[(i - 1) / 2]); i = (i - 1) / 2) {
        t->heap[i] = t->heap[(i - 1) / 2];
    }
    t->heap[i] = event;
}

static inline struct traffic_event traffic_next(struct traffic *t) {
    struct traffic_event first = t->heap[0], last = t->heap[--t->events];
    size_t i = 0, child;
    while ((child = 2 * i + 1) < t->events) {
        child += child + 1 < t->events && traffic_before(&t->heap[child + 1], &t->heap[child]) ? 1 : 0;
        if (!traffic_before(&t->heap[child], &last)) {
            break;
        }
        t->heap[i] = t->heap[child];
        i = child;
    }
    t->heap[i] = last;
    return first;
}

static inline struct traffic_second *traffic_second(struct traffic *t) {
    return &t->second[(t->now - TRAFFIC_START) / CLOCK_SECOND];
}

// ---- the account ----

static inline void traffic_refill(struct traffic *t) {
    const struct traffic_plan *plan = t->plan;
    if (plan->fixed) {
        while (t->now >= t->window_end) {
            t->window_end += plan->window;
            t->level = t->limit;
        }
        return;
    }
    t->level += (double)(t->now - t->level_at) * t->limit / (double)plan->window;
    t->level = t->level < t->capacity ? t->level : t->capacity;
    t->level_at = t->now;
}

static inline bool traffic_admit(struct traffic *t, double units) {
    traffic_refill(t);
    if (t->level < units) {
        return false;
    }
    t->level -= units;
    t->lowest = t->level < t->lowest ? t->level : t->lowest;
    return true;
}

static inline uint64_t traffic_reset(const struct traffic *t) {
    const struct traffic_plan *plan = t->plan;
    uint64_t step = plan->reset_step > 0 ? plan->reset_step : CLOCK_MS;
    uint64_t reset = plan->fixed ? t->window_end - t->now
                                 : (uint64_t)((t->limit - t->level) * (double)plan->window / t->limit);
    return (reset + (plan->reset_down ? 0 : step - 1)) / step * step;
}

static inline struct dimension_news traffic_tell(struct traffic *t) {
    const struct traffic_plan *plan = t->plan;
    uint64_t rounding = plan->rounding > 0 ? plan->rounding : 1;
    uint64_t level = t->level > 0 ? (uint64_t)t->level : 0;
    level = rounding > 1 ? (level + rounding / 2) / rounding * rounding : level;
    level = level < (uint64_t)t->limit ? level : (uint64_t)t->limit;
    struct dimension_news news = {
        .unit = DIMENSION_REQUESTS, .window = plan->window, .window_sure = true, .rounding = rounding};
    bool says = plan->garbled == 0 || unit_random_below(&t->random, (uint32_t)plan->garbled) > 0;
    news.limit = says ? (uint64_t)t->limit : UINT64_MAX;
    news.remaining = says ? level : UINT64_MAX;
    news.reset = says && !plan->silent ? traffic_reset(t) : UINT64_MAX;
    news.fixed = news.reset != UINT64_MAX && (plan->fixed || plan->pretends);
    return news;
}

static inline void traffic_arrives(struct traffic *t, uint32_t i) {
    struct traffic_request *request = &t->request[i];
    request->refused = !traffic_admit(t, (double)request->charge);
    request->first_window = t->window_end;
    request->news = traffic_tell(t);
    traffic_second(t)->refused += request->refused ? 1 : 0;
    t->refused += request->refused && !request->early ? 1 : 0;
    traffic_second(t)->ours += request->refused ? 0 : (double)request->charge;
    uint64_t work = request->refused ? 0 : traffic_between(t, t->plan->work);
    traffic_put(t, t->now + work, TRAFFIC_ENDS, i);
}

// The charge is replaced by what was used.
static inline void traffic_ends(struct traffic *t, uint32_t i) {
    struct traffic_request *request = &t->request[i];
    traffic_refill(t);
    if (!request->refused && (!t->plan->fixed || request->first_window == t->window_end)) {
        t->level += (double)request->charge - (double)request->used;
        t->level = t->level < t->capacity ? t->level : t->capacity;
    }
    traffic_second(t)->ours += request->refused ? 0 : (double)request->used - (double)request->charge;
    traffic_put(t, t->now + traffic_between(t, t->plan->back), TRAFFIC_ANSWERED, i);
}

static inline void traffic_others(struct traffic *t) {
    const struct traffic_plan *plan = t->plan;
    double units = plan->others_units > 0 ? plan->others_units : 1;
    if (traffic_admit(t, units)) {
        traffic_second(t)->others += units;
    }
    uint64_t next = t->now + (uint64_t)(units * (double)plan->window / plan->others);
    if (plan->others_until == 0 || next < TRAFFIC_START + plan->others_until) {
        traffic_put(t, next, TRAFFIC_OTHERS, 0);
    }
}

static inline void traffic_change(struct traffic *t) {
    traffic_refill(t);
    double old = t->limit;
    t->limit = t->plan->change_limit;
    if (t->plan->fixed) {
        t->level += t->limit - old;
    } else if (t->plan->capacity == 0) {
        t->capacity = t->limit;
        t->level = t->level < t->capacity ? t->level : t->capacity;
    }
}

// ---- we ----

static inline void traffic_book(struct traffic *t, uint64_t at, uint64_t units) {
    const struct traffic_plan *plan = t->plan;
    uint32_t i = t->free_list[--t->free_count];
    struct traffic_request *request = &t->request[i];
    uint64_t charge = plan->charge > 0 ? plan->charge : units;
    uint64_t more = plan->spread > 0 ? unit_random_below(&t->random, (uint32_t)plan->spread) : 0;
    dimension_take(&t->dimension, units, at);
    *request = (struct traffic_request){.departs = at,
                                        .after = dimension_mark(&t->dimension, at),
                                        .estimate = units,
                                        .charge = charge,
                                        .used = plan->used > 0 ? plan->used + more : charge,
                                        .early = t->now < TRAFFIC_START + CLOCK_SECOND};
    t->in_flight++;
    traffic_put(t, at + traffic_between(t, plan->there), TRAFFIC_ARRIVES, i);
}

static inline void traffic_ask(struct traffic *t) {
    const struct traffic_plan *plan = t->plan;
    uint64_t units = plan->estimate > 0 ? plan->estimate : 1;
    uint32_t most = t->answers == 0 ? plan->first : plan->in_flight;
    while (t->in_flight < most) {
        uint64_t from = t->wants_at > t->now ? t->wants_at : t->now;
        uint64_t share = plan->share > 0 ? plan->share : 1000000;
        uint64_t at = dimension_earliest(&t->dimension, units, share, from);
        if (at > t->now + TRAFFIC_HORIZON) {
            uint64_t again = at - TRAFFIC_HORIZON / 2;
            if (at != CLOCK_NEVER && (t->asks_at <= t->now || again < t->asks_at)) {
                t->asks_at = again;
                traffic_put(t, again, TRAFFIC_ASK, 0);
            }
            return;
        }
        traffic_book(t, at, units);
        if (plan->demand > 0) {
            t->wants_at = from + (uint64_t)((double)units * (double)plan->window / plan->demand);
        }
    }
}

static inline void traffic_answered(struct traffic *t, uint32_t i) {
    struct traffic_request *request = &t->request[i];
    t->in_flight--;
    t->answers++;
    if (request->refused) {
        dimension_refund(&t->dimension, request->estimate);
    } else if (request->used > request->estimate) {
        dimension_charge(&t->dimension, request->used - request->estimate, t->now);
    } else {
        dimension_refund(&t->dimension, request->estimate - request->used);
    }
    if (request->news.limit != UINT64_MAX) {
        dimension_hear(&t->dimension, &request->news, request->after, request->departs, t->now,
                       request->refused);
    }
    t->free_list[t->free_count++] = i;
}

// ---- all of it ----

static inline void traffic_begin(struct traffic *t, const struct traffic_plan *plan, uint64_t seed) {
    *t = (struct traffic){.plan = plan, .random = {.state = seed}, .now = TRAFFIC_START};
    t->limit = plan->limit;
    t->capacity = plan->capacity > 0 ? plan->capacity : plan->limit;
    t->level = t->lowest = t->capacity - plan->missing;
    t->level_at = TRAFFIC_START;
    t->window_end = TRAFFIC_START + plan->window - plan->phase;
    t->dimension = (struct dimension){.unit = DIMENSION_REQUESTS, .window = plan->window, .told = plan->told};
    t->request = calloc(plan->in_flight, sizeof(*t->request));
    t->free_list = calloc(plan->in_flight, sizeof(*t->free_list));
    if (t->request == NULL || t->free_list == NULL || plan->seconds > TRAFFIC_SECONDS) {
        abort();
    }
    for (uint32_t i = 0; i < plan->in_flight; i++) {
        t->free_list[t->free_count++] = i;
    }
    traffic_put(t, t->now, TRAFFIC_ASK, 0);
    if (plan->others > 0) {
        traffic_put(t, t->now + plan->others_from, TRAFFIC_OTHERS, 0);
    }
    if (plan->change_at > 0) {
        traffic_put(t, t->now + plan->change_at, TRAFFIC_CHANGE, 0);
    }
}

static inline void traffic_step(struct traffic *t, const struct traffic_event *event) {
    switch (event->kind) {
    case TRAFFIC_ARRIVES:
        traffic_arrives(t, event->request);
        return;
    case TRAFFIC_ENDS:
        traffic_ends(t, event->request);
        return;
    case TRAFFIC_OTHERS:
        traffic_others(t);
        return;
    case TRAFFIC_CHANGE:
        traffic_change(t);
        return;
    case TRAFFIC_ANSWERED:
        traffic_answered(t, event->request);
        break;
    case TRAFFIC_ASK:
        break;
    }
    traffic_ask(t);
    traffic_second(t)->others_pace = t->dimension.others_pace;
}

static inline void traffic_run(struct traffic *t, const struct traffic_plan *plan, uint64_t seed) {
    traffic_begin(t, plan, seed);
    while (t->events > 0) {
        struct traffic_event event = traffic_next(t);
        if (event.at >= TRAFFIC_START + plan->seconds * CLOCK_SECOND) {
            break;
        }
        t->now = event.at;
        traffic_step(t, &event);
    }
    free(t->heap);
    free(t->request);
    free(t->free_list);
}

// What we used in these seconds, as a share of the limit that holds then and that nobody else took.
static inline double traffic_use(const struct traffic *t, uint32_t from, uint32_t to) {
    double ours = 0, others = 0, most = 0;
    for (uint32_t s = from; s < to; s++) {
        bool changed = t->plan->change_at > 0 && s * CLOCK_SECOND >= t->plan->change_at;
        most += (changed ? t->plan->change_limit : t->plan->limit) * (double)CLOCK_SECOND /
                (double)t->plan->window;
        ours += t->second[s].ours;
        others += t->second[s].others;
    }
    return ours / (most - others);
}

#endif
