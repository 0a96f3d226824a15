// The policy for limits that nobody tells, against servers that have them, in virtual time: each row of the
// table is a server, and what reaches it in a minute is judged by what it accepted and refused.
#include "ration/silent.h"

#include "ration/clock.h"
#include "unit_random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define EVENTS 65536U
#define START (1000 * CLOCK_SECOND)
#define NONE (-1)
#define FIRST_PLACES 256U // as the ledger has it, once the first answer tells no limit

enum kind { BUCKET, NGINX, NGINX_DELAY, WINDOW, PLACES };

struct server {
    const char *name;
    enum kind kind;
    double rate;      // a second; PLACES: how many at once
    double burst;     // BUCKET, NGINX: what it holds; WINDOW: its seconds
    double wait;      // seconds of Retry-After; negative: none; WINDOW: 0 is the rest of the window
    double latency;   // seconds, its mean
    bool spread;      // exponentially
    double jitter;    // seconds, at most, of a departure and of the way
    double way;       // seconds, each way
    double change_at; // 0: never
    double change_to; // of the rate
    double use;       // wanted from the second ten seconds on
    double refused;   // at most, likewise
};

struct event {
    uint64_t at;
    enum { LEAVE, ARRIVE, ANSWERED, REFUSED } what;
    uint64_t departed, mark, in_flight;
};

struct world {
    const struct server *server;
    struct troubles {
        double still;        // each five seconds it stands still for so many,
        double often, long_; // and so often a second for so many, as a machine that has other work
        uint64_t seed;
    } troubles;
    uint64_t busy_from, busy_until;
    struct silent silent;
    struct event event[EVENTS];
    uint32_t events;
    struct unit_random random;
    uint64_t now, hold, mark, in_flight, places;
    // the server's
    double level, window_used;
    uint64_t filled, window, busy;
    uint64_t accepted, refused, late_accepted, late_refused;
};

static double chance(struct world *world) {
    return (double)unit_random_next(&world->random) / 18446744073709551616.0;
}

static uint64_t seconds(double time) {
    return (uint64_t)(time * (double)CLOCK_SECOND);
}

static void push(struct world *world, struct event event) {
    uint32_t i = world->events++;
    assert_true(i < EVENTS);
    while (i > 0 && world->event[(i - 1) / 2].at > event.at) {
        world->event[i] = world->event[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    world->event[i] = event;
}

static struct event pop(struct world *world) {
    struct event first = world->event[0], last = world->event[--world->events];
    uint32_t i = 0;
    for (;;) {
        uint32_t child = 2 * i + 1;
        if (child >= world->events) {
            break;
        }
        child += child + 1 < world->events && world->event[child + 1].at < world->event[child].at;
        if (world->event[child].at >= last.at) {
            break;
        }
        world->event[i] = world->event[child];
        i = child;
    }
    world->event[i] = last;
    return first;
}

// ---- the server ----

static double rate_at(const struct server *server, uint64_t now) {
    bool changed = server->change_at > 0 && now >= START + seconds(server->change_at);
    return changed ? server->rate * server->change_to : server->rate;
}

// Whether it takes a request now; `delay`: how long that waits for its turn.
static bool takes(struct world *world, uint64_t *delay) {
    const struct server *server = world->server;
    double rate = rate_at(server, world->now);
    *delay = 0;
    if (server->kind == PLACES) {
        return world->busy < (uint64_t)rate;
    }
    if (server->kind == WINDOW) {
        uint64_t window = world->now / seconds(server->burst);
        world->window_used = window == world->window ? world->window_used : 0;
        world->window = window;
        if (world->window_used + 1 > rate * server->burst) {
            return false;
        }
        world->window_used++;
        return true;
    }
    // nginx counts milliseconds, and how much is too much: one more than its burst may be under way.
    uint64_t now = server->kind == BUCKET ? world->now : world->now / CLOCK_MS * CLOCK_MS;
    double most = server->kind == BUCKET ? server->burst : server->burst + 1;
    double level = world->level + (double)(now - world->filled) / (double)CLOCK_SECOND * rate;
    level = level < most ? level : most;
    if (level < 1) {
        return false;
    }
    world->level = level - 1;
    world->filled = now;
    *delay = server->kind == NGINX_DELAY ? seconds((most - 1 - world->level) / rate) : 0;
    return true;
}

static uint64_t rest_of_window(const struct world *world) {
    uint64_t length = seconds(world->server->burst);
    return length - world->now % length;
}

static void arrive(struct world *world, struct event event) {
    const struct server *server = world->server;
    uint64_t delay, back = seconds(server->way + server->jitter * chance(world));
    bool taken = takes(world, &delay), late = world->now >= START + 10 * CLOCK_SECOND;
    world->accepted += taken;
    world->refused += !taken;
    world->late_accepted += taken && late;
    world->late_refused += !taken && late;
    if (!taken) {
        event.what = REFUSED;
        event.at = world->now + back;
    } else {
        double time = server->spread ? -server->latency * log(1 - chance(world)) : server->latency;
        world->busy++;
        event.what = ANSWERED;
        event.at = world->now + delay + seconds(time);
    }
    push(world, event);
}

// A machine that stands still takes all that came meanwhile at once.
static bool stands_still(const struct world *world, uint64_t *until) {
    uint64_t since = (world->now - START) % (5 * CLOCK_SECOND);
    *until = world->now - since + seconds(world->troubles.still);
    return world->now > START + 5 * CLOCK_SECOND && world->now < *until;
}

static bool is_busy(struct world *world, uint64_t *until) {
    if (world->troubles.often <= 0) {
        return false;
    }
    while (world->now >= world->busy_until) {
        world->busy_from = world->busy_until + seconds(-log(1 - chance(world)) / world->troubles.often);
        world->busy_until = world->busy_from + seconds(-log(1 - chance(world)) * world->troubles.long_);
    }
    *until = world->busy_until;
    return world->now >= world->busy_from;
}

// ---- the client: what the ledger does with it ----

static uint64_t due(struct world *world) {
    uint64_t at = world->now > world->hold ? world->now : world->hold;
    bool full = world->silent.form == SILENT_NONE && world->in_flight >= world->places;
    return full ? CLOCK_NEVER : silent_earliest(&world->silent, world->in_flight, at, CLOCK_NEVER);
}

static void leave_all(struct world *world, uint64_t *planned) {
    while (due(world) <= world->now && world->in_flight < 20000) {
        world->mark++;
        if (silent_minds(&world->silent, world->now, world->mark)) {
            silent_take(&world->silent, world->now, world->mark, world->in_flight);
        }
        push(world, (struct event){.at = world->now +
                                         seconds(world->server->way + world->server->jitter * chance(world)),
                                   .what = ARRIVE,
                                   .departed = world->now,
                                   .mark = world->mark,
                                   .in_flight = world->in_flight});
        world->in_flight++;
    }
    uint64_t next = due(world);
    if (next != CLOCK_NEVER && next > world->now && next != *planned) {
        *planned = next;
        push(world, (struct event){.at = next, .what = LEAVE});
    }
}

static void hear_refusal(struct world *world, const struct event *event) {
    double wait = world->server->wait;
    uint64_t told =
        world->server->kind == WINDOW && wait == 0 ? rest_of_window(world) : seconds(wait > 0 ? wait : 0);
    world->in_flight--;
    uint64_t rest = silent_refuse(&world->silent, &(struct silent_refusal){.departed = event->departed,
                                                                           .mark = event->mark,
                                                                           .taken = world->mark,
                                                                           .present = world->in_flight,
                                                                           .in_flight = event->in_flight,
                                                                           .told = wait >= 0,
                                                                           .wait = told,
                                                                           .now = world->now});
    uint64_t until = world->now + rest;
    world->hold = until > world->hold ? until : world->hold;
}

static void hear_answer(struct world *world) {
    world->in_flight--;
    world->busy--;
    world->places = world->places < FIRST_PLACES ? FIRST_PLACES : world->places + 3;
}

static void run(struct world *world, const struct server *server, struct troubles troubles, double length) {
    uint64_t planned = 0;
    memset(world, 0, sizeof(*world));
    world->server = server;
    world->troubles = troubles;
    world->busy_until = START;
    world->random = (struct unit_random){.state = troubles.seed};
    world->now = START;
    world->places = 1;
    world->silent.gentle = 1;
    world->level = server->kind == BUCKET ? server->burst : server->burst + 1;
    world->filled = START;
    leave_all(world, &planned);
    while (world->events > 0) {
        struct event event = pop(world);
        if (event.at >= START + seconds(length)) {
            return;
        }
        world->now = event.at;
        switch (event.what) {
        case ARRIVE:
            if (stands_still(world, &event.at) || is_busy(world, &event.at)) {
                push(world, event);
            } else {
                arrive(world, event);
            }
            break;
        case ANSWERED:
            hear_answer(world);
            break;
        case REFUSED:
            hear_refusal(world, &event);
            break;
        case LEAVE:
            break;
        }
        leave_all(world, &planned);
    }
}

// What it would have accepted from ten seconds on.
static double most_of(const struct server *server, double length) {
    double most = 0;
    for (double t = 10; t < length; t += 0.1) {
        double rate = rate_at(server, START + seconds(t));
        most += 0.1 * (server->kind == PLACES ? rate / (server->latency + 2 * server->way) : rate);
    }
    return most;
}

// Some are given less, because no policy has more in a minute. Of 250 requests each refusal is four in a
// thousand, and the first few tell the rate at all. A window that ends takes what is too many each time.
// After a change, the round before says nothing of it: where each refusal costs two seconds of the 35 that
// are left, the three or four by which a limit that halved is found cost a sixth; and one that doubled is
// tried for only after a minute.
static const struct server servers[] = {
    {"bucket 5/s, burst 1", BUCKET, 5, 1, NONE, 0.5, true, 2e-05, 0.005, 0, 0, 0.95, 0.010},
    {"bucket 5/s, burst 1, Retry-After 2", BUCKET, 5, 1, 2, 0.5, true, 2e-05, 0.005, 0, 0, 0.91, 0.010},
    {"bucket 5/s, burst 10", BUCKET, 5, 10, NONE, 0.5, true, 0.002, 0.005, 0, 0, 0.95, 0.010},
    {"bucket 5/s, burst 10, Retry-After 2", BUCKET, 5, 10, 2, 0.5, true, 0.002, 0.005, 0, 0, 0.95, 0.016},
    {"bucket 5/s, burst 100", BUCKET, 5, 100, NONE, 0.5, true, 0.002, 0.005, 0, 0, 0.95, 0.012},
    {"bucket 5/s, burst 100, Retry-After 2", BUCKET, 5, 100, 2, 0.5, true, 0.002, 0.005, 0, 0, 0.95, 0.010},
    {"bucket 50/s, burst 1", BUCKET, 50, 1, NONE, 0.5, true, 2e-05, 0.005, 0, 0, 0.95, 0.010},
    {"bucket 50/s, burst 1, Retry-After 2", BUCKET, 50, 1, 2, 0.5, true, 2e-05, 0.005, 0, 0, 0.92, 0.010},
    {"bucket 50/s, burst 10", BUCKET, 50, 10, NONE, 0.5, true, 0.002, 0.005, 0, 0, 0.95, 0.010},
    {"bucket 50/s, burst 10, Retry-After 2", BUCKET, 50, 10, 2, 0.5, true, 0.002, 0.005, 0, 0, 0.95, 0.010},
    {"bucket 50/s, burst 100", BUCKET, 50, 100, NONE, 0.5, true, 0.002, 0.005, 0, 0, 0.95, 0.010},
    {"bucket 50/s, burst 100, Retry-After 2", BUCKET, 50, 100, 2, 0.5, true, 0.002, 0.005, 0, 0, 0.95, 0.010},
    {"bucket 1000/s, burst 1", BUCKET, 1000, 1, NONE, 0.5, true, 2e-05, 0.005, 0, 0, 0.95, 0.010},
    {"bucket 1000/s, burst 1, Retry-After 2", BUCKET, 1000, 1, 2, 0.5, true, 2e-05, 0.005, 0, 0, 0.86, 0.010},
    {"bucket 1000/s, burst 10", BUCKET, 1000, 10, NONE, 0.5, true, 0.002, 0.005, 0, 0, 0.95, 0.010},
    {"bucket 1000/s, burst 10, Retry-After 2", BUCKET, 1000, 10, 2, 0.5, true, 0.002, 0.005, 0, 0, 0.90,
     0.010},
    {"bucket 1000/s, burst 100", BUCKET, 1000, 100, NONE, 0.5, true, 0.002, 0.005, 0, 0, 0.95, 0.010},
    {"bucket 1000/s, burst 100, Retry-After 2", BUCKET, 1000, 100, 2, 0.5, true, 0.002, 0.005, 0, 0, 0.95,
     0.010},
    {"window 5/s of 1 s", WINDOW, 5, 1, NONE, .5, true, .002, .005, 0, 0, 0.86, 0.010},
    {"window 5/s of 1 s, Retry-After to its end", WINDOW, 5, 1, 0, .5, true, .002, .005, 0, 0, 0.81, 0.010},
    {"window 5/s of 10 s", WINDOW, 5, 10, NONE, .5, true, .002, .005, 0, 0, 0.90, 0.036},
    {"window 5/s of 10 s, Retry-After to its end", WINDOW, 5, 10, 0, .5, true, .002, .005, 0, 0, 0.95, 0.026},
    {"window 50/s of 1 s", WINDOW, 50, 1, NONE, .5, true, .002, .005, 0, 0, 0.95, 0.010},
    {"window 50/s of 1 s, Retry-After to its end", WINDOW, 50, 1, 0, .5, true, .002, .005, 0, 0, 0.95, 0.010},
    {"window 50/s of 10 s", WINDOW, 50, 10, NONE, .5, true, .002, .005, 0, 0, 0.95, 0.032},
    {"window 50/s of 10 s, Retry-After to its end", WINDOW, 50, 10, 0, .5, true, .002, .005, 0, 0, 0.93,
     0.012},
    {"window 1000/s of 1 s", WINDOW, 1000, 1, NONE, .5, true, .002, .005, 0, 0, 0.93, 0.018},
    {"window 1000/s of 1 s, Retry-After to its end", WINDOW, 1000, 1, 0, .5, true, .002, .005, 0, 0, 0.91,
     0.010},
    {"window 1000/s of 10 s", WINDOW, 1000, 10, NONE, .5, true, .002, .005, 0, 0, 0.80, 0.014},
    {"window 1000/s of 10 s, Retry-After to its end", WINDOW, 1000, 10, 0, .5, true, .002, .005, 0, 0, 0.93,
     0.012},
    {"nginx 5/s, burst 0", NGINX, 5, 0, NONE, .05, true, 0.0003, .001, 0, 0, 0.94, 0.012},
    {"nginx 5/s, burst 0, Retry-After 2", NGINX, 5, 0, 2, .05, true, 0.0003, .001, 0, 0, 0.88, 0.012},
    {"nginx 5/s, burst 20", NGINX, 5, 20, NONE, .05, true, 0.001, .001, 0, 0, 0.95, 0.010},
    {"nginx 5/s, burst 20, Retry-After 2", NGINX, 5, 20, 2, .05, true, 0.001, .001, 0, 0, 0.95, 0.010},
    {"nginx 100/s, burst 0", NGINX, 100, 0, NONE, .05, true, 0.0003, .001, 0, 0, 0.95, 0.010},
    {"nginx 100/s, burst 0, Retry-After 2", NGINX, 100, 0, 2, .05, true, 0.0003, .001, 0, 0, 0.94, 0.010},
    {"nginx 100/s, burst 20", NGINX, 100, 20, NONE, .05, true, 0.001, .001, 0, 0, 0.95, 0.010},
    {"nginx 100/s, burst 20, Retry-After 2", NGINX, 100, 20, 2, .05, true, 0.001, .001, 0, 0, 0.95, 0.010},
    {"nginx, delayed, 5/s, burst 0", NGINX_DELAY, 5, 0, NONE, .05, true, 0.0003, .001, 0, 0, 0.94, 0.012},
    {"nginx, delayed, 5/s, burst 0, Retry-After 2", NGINX_DELAY, 5, 0, 2, .05, true, 0.0003, .001, 0, 0, 0.88,
     0.012},
    {"nginx, delayed, 5/s, burst 20", NGINX_DELAY, 5, 20, NONE, .05, true, 0.001, .001, 0, 0, 0.95, 0.010},
    {"nginx, delayed, 5/s, burst 20, Retry-After 2", NGINX_DELAY, 5, 20, 2, .05, true, 0.001, .001, 0, 0,
     0.95, 0.010},
    {"nginx, delayed, 100/s, burst 0", NGINX_DELAY, 100, 0, NONE, .05, true, 0.0003, .001, 0, 0, 0.95, 0.010},
    {"nginx, delayed, 100/s, burst 0, Retry-After 2", NGINX_DELAY, 100, 0, 2, .05, true, 0.0003, .001, 0, 0,
     0.94, 0.010},
    {"nginx, delayed, 100/s, burst 20", NGINX_DELAY, 100, 20, NONE, .05, true, 0.001, .001, 0, 0, 0.95,
     0.010},
    {"nginx, delayed, 100/s, burst 20, Retry-After 2", NGINX_DELAY, 100, 20, 2, .05, true, 0.001, .001, 0, 0,
     0.95, 0.010},
    {"places 4, even", PLACES, 4, 0, NONE, 1, false, .005, .002, 0, 0, 0.95, 0.010},
    {"places 4, even, Retry-After 2", PLACES, 4, 0, 2, 1, false, .005, .002, 0, 0, 0.95, 0.010},
    {"places 4, uneven", PLACES, 4, 0, NONE, 1, true, .005, .002, 0, 0, 0.93, 0.010},
    {"places 4, uneven, Retry-After 2", PLACES, 4, 0, 2, 1, true, .005, .002, 0, 0, 0.95, 0.010},
    {"places 16, even", PLACES, 16, 0, NONE, 1, false, .005, .002, 0, 0, 0.95, 0.010},
    {"places 16, even, Retry-After 2", PLACES, 16, 0, 2, 1, false, .005, .002, 0, 0, 0.95, 0.010},
    {"places 16, uneven", PLACES, 16, 0, NONE, 1, true, .005, .002, 0, 0, 0.95, 0.010},
    {"places 16, uneven, Retry-After 2", PLACES, 16, 0, 2, 1, true, .005, .002, 0, 0, 0.95, 0.010},
    {"places 100, even", PLACES, 100, 0, NONE, 1, false, .005, .002, 0, 0, 0.95, 0.010},
    {"places 100, even, Retry-After 2", PLACES, 100, 0, 2, 1, false, .005, .002, 0, 0, 0.95, 0.010},
    {"places 100, uneven", PLACES, 100, 0, NONE, 1, true, .005, .002, 0, 0, 0.95, 0.010},
    {"places 100, uneven, Retry-After 2", PLACES, 100, 0, 2, 1, true, .005, .002, 0, 0, 0.95, 0.010},
    {"places 100 of 0.4 s", PLACES, 100, 0, NONE, .4, true, .003, .002, 0, 0, 0.95, 0.010},
    {"places 100 of 0.4 s, Retry-After 2", PLACES, 100, 0, 2, .4, true, .003, .002, 0, 0, 0.95, 0.010},
    {"bucket 100/s, burst 20, halved", BUCKET, 100, 20, NONE, .4, true, .002, .005, 25, 0.5, 0.95, 0.010},
    {"bucket 50/s, burst 20, halved", BUCKET, 50, 20, NONE, .5, true, .002, .005, 25, 0.5, 0.95, 0.011},
    {"bucket 50/s, burst 20, doubled", BUCKET, 50, 20, NONE, .5, true, .002, .005, 25, 2, 0.83, 0.010},
    {"bucket 50/s, burst 20, Retry-After 2, halved", BUCKET, 50, 20, 2, .5, true, .002, .005, 25, 0.5, 0.84,
     0.010},
    {"bucket 50/s, burst 20, Retry-After 2, doubled", BUCKET, 50, 20, 2, .5, true, .002, .005, 25, 2, 0.54,
     0.010},
    {"bucket 1000/s, burst 20, halved", BUCKET, 1000, 20, NONE, .5, true, .002, .005, 25, 0.5, 0.95, 0.010},
    {"bucket 1000/s, burst 20, doubled", BUCKET, 1000, 20, NONE, .5, true, .002, .005, 25, 2, 0.91, 0.010},
    {"bucket 1000/s, burst 20, Retry-After 2, halved", BUCKET, 1000, 20, 2, .5, true, .002, .005, 25, 0.5,
     0.82, 0.010},
    {"bucket 1000/s, burst 20, Retry-After 2, doubled", BUCKET, 1000, 20, 2, .5, true, .002, .005, 25, 2,
     0.56, 0.010},
};

// Whether it is used as wanted, in the mean of so many runs.
static bool good(struct world *world, const struct server *server, struct troubles troubles, uint32_t times,
                 double length) {
    double use = 0, refused = 0;
    for (uint32_t i = 0; i < times; i++, troubles.seed++) {
        run(world, server, troubles, length);
        double all = (double)(world->late_accepted + world->late_refused + 1);
        use += (double)world->late_accepted / most_of(server, length) / times;
        refused += (double)world->late_refused / all / times;
    }
    bool is_good = use >= server->use && refused <= server->refused;
    print_message("%-48s use %.3f, refused %.4f%s\n", server->name, use, refused, is_good ? "" : ": missed");
    return is_good;
}

static void each_server_gives_what_it_has(void **state) {
    (void)state;
    struct world *world = malloc(sizeof(*world));
    int missed = 0;
    assert_non_null(world);
    for (size_t i = 0; i < sizeof(servers) / sizeof(servers[0]); i++) {
        missed += !good(world, &servers[i], (struct troubles){.seed = 7}, 5, 60);
    }
    free(world);
    assert_int_equal(missed, 0);
}

// All that comes meanwhile is taken at once, and most of it refused, which says nothing of the limit.
static void a_server_that_stands_still_is_used_all_the_same(void **state) {
    (void)state;
    static const struct {
        double still;
        struct server server;
    } rows[] = {
        {.08, {"50/s, burst 1, still 80 ms", BUCKET, 50, 1, NONE, .5, true, 2e-5, .005, 0, 0, 0.76, 0.016}},
        {.3, {"100/s, burst 20, still 300 ms", BUCKET, 100, 20, NONE, .5, true, .002, .005, 0, 0, .95, .025}},
        {.02, {"1000/s, burst 1, still 20 ms", BUCKET, 1000, 1, NONE, .5, true, 2e-5, .005, 0, 0, .95, .01}},
        {.03,
         {"1000/s, burst 10, still 30 ms", BUCKET, 1000, 10, NONE, .5, true, .002, .005, 0, 0, .98, .01}},
    };
    struct world *world = malloc(sizeof(*world));
    int missed = 0;
    assert_non_null(world);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        missed += !good(world, &rows[i].server, (struct troubles){.still = rows[i].still, .seed = 7}, 1, 60);
    }
    free(world);
    assert_int_equal(missed, 0);
}

// Other numbers than those that the policy was made with; places overtake each other on a long way. Where a
// refusal costs half a minute, two are the whole run; and at one request in two seconds there are 25.
static void other_numbers_are_found_as_well(void **state) {
    (void)state;
    static const struct server rows[] = {
        {"7/s, burst 3", BUCKET, 7, 3, NONE, .4, true, .0005, .0005, 0, 0, 0.95, 0.012},
        {"200/s, burst 20", BUCKET, 200, 20, NONE, .4, true, .0005, .0005, 0, 0, 0.95, 0.010},
        {"200/s, burst 20, Retry-After 1", BUCKET, 200, 20, 1, .4, true, .0005, .0005, 0, 0, 0.95, 0.010},
        {"100/s, burst 20, Retry-After 5", BUCKET, 100, 20, 5, .4, true, .0005, .0005, 0, 0, 0.85, 0.010},
        {"100/s, burst 20, Retry-After 30", BUCKET, 100, 20, 30, .4, true, .0005, .0005, 0, 0, 0.05, 0.010},
        {"30 a minute, burst 1", BUCKET, .5, 1, NONE, .4, true, .0005, .0005, 0, 0, 0.80, 0.30},
        {"30 a minute, burst 5", BUCKET, .5, 5, NONE, .4, true, .0005, .0005, 0, 0, 0.95, 0.10},
        {"100 in ten seconds", WINDOW, 10, 10, NONE, .4, true, .0005, .0005, 0, 0, 0.93, 0.022},
        {"100 in ten seconds, named", WINDOW, 10, 10, 0, .4, true, .0005, .0005, 0, 0, 0.94, 0.010},
        {"20/s, burst 5, far away", BUCKET, 20, 5, NONE, .4, true, .02, .1, 0, 0, 0.95, 0.014},
        {"300/s, burst 50, far away", BUCKET, 300, 50, NONE, .4, true, .02, .1, 0, 0, 0.95, 0.012},
        {"1000/s, burst 100, far away", BUCKET, 1000, 100, NONE, .4, true, .005, .05, 0, 0, 0.95, 0.010},
        {"30 places, far away", PLACES, 30, 0, NONE, .4, true, .005, .05, 0, 0, 0.95, 0.014},
        {"100/s, burst 20, doubled", BUCKET, 100, 20, NONE, .4, true, .0005, .0005, 25, 2, 0.88, 0.010},
        {"50/s, burst 1, doubled", BUCKET, 50, 1, NONE, .4, true, .0005, .0005, 25, 2, 0.80, 0.010},
    };
    struct world *world = malloc(sizeof(*world));
    int missed = 0;
    assert_non_null(world);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        missed += !good(world, &rows[i], (struct troubles){.seed = 7}, 3, 60);
    }
    free(world);
    assert_int_equal(missed, 0);
}

// Of few a second a minute tells little: five minutes do. Each search takes a few refusals, whatever the
// rate.
static void slow_ones_are_kept_to(void **state) {
    (void)state;
    static const struct server rows[] = {
        {"30 a minute, burst 1, for long", BUCKET, .5, 1, NONE, .4, true, .0005, .0005, 0, 0, 0.90, 0.075},
        {"30 a minute, burst 1, Retry-After 2, for long", BUCKET, .5, 1, 2, .4, true, .0005, .0005, 0, 0,
         0.90, 0.055},
        {"30 a minute, burst 5, for long", BUCKET, .5, 5, NONE, .4, true, .0005, .0005, 0, 0, 0.95, 0.040},
        {"1/s, burst 1, Retry-After 1, for long", BUCKET, 1, 1, 1, .4, true, .0005, .0005, 0, 0, 0.92, 0.025},
        {"1/s, burst 1, halved", BUCKET, 1, 1, NONE, .4, true, .0005, .0005, 150, .5, 0.85, 0.070},
        {"2/s, burst 10, halved", BUCKET, 2, 10, NONE, .4, true, .0005, .0005, 150, .5, 0.90, 0.050},
        {"10 in ten seconds, for long", WINDOW, 1, 10, NONE, .4, true, .0005, .0005, 0, 0, 0.93, 0.085},
    };
    struct world *world = malloc(sizeof(*world));
    int missed = 0;
    assert_non_null(world);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        missed += !good(world, &rows[i], (struct troubles){.seed = 7}, 5, 300);
    }
    free(world);
    assert_int_equal(missed, 0);
}

// Three times a second the machine of the server has other work, for a millisecond in the mean: what came
// meanwhile comes too near to each other. A refusal for that is no lower limit.
static void a_busy_machine_is_no_lower_limit(void **state) {
    (void)state;
    static const struct server rows[] = {
        {"busy, 5/s, burst 1", BUCKET, 5, 1, NONE, .5, true, 2e-5, .005, 0, 0, 0.95, 0.010},
        {"busy, 50/s, burst 1", BUCKET, 50, 1, NONE, .5, true, 2e-5, .005, 0, 0, 0.95, 0.010},
        {"busy, 50/s, burst 1, Retry-After 2", BUCKET, 50, 1, 2, .5, true, 2e-5, .005, 0, 0, 0.78, 0.010},
        {"busy, 1000/s, burst 1", BUCKET, 1000, 1, NONE, .5, true, 2e-5, .005, 0, 0, 0.90, 0.010},
        {"busy, 1000/s, burst 10", BUCKET, 1000, 10, NONE, .5, true, .002, .005, 0, 0, 0.98, 0.010},
        {"busy, nginx 100/s, burst 0", NGINX, 100, 0, NONE, .05, true, .0003, .001, 0, 0, 0.94, 0.010},
        {"busy, window 50/s of 1 s", WINDOW, 50, 1, NONE, .5, true, .002, .005, 0, 0, 0.90, 0.010},
        {"busy, window 1000/s of 1 s", WINDOW, 1000, 1, NONE, .5, true, .002, .005, 0, 0, 0.92, 0.020},
        {"busy, window 1000/s of 10 s", WINDOW, 1000, 10, NONE, .5, true, .002, .005, 0, 0, 0.95, 0.016},
    };
    struct world *world = malloc(sizeof(*world));
    int missed = 0;
    assert_non_null(world);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        missed += !good(world, &rows[i], (struct troubles){.often = 3, .long_ = .001, .seed = 7}, 5, 60);
    }
    free(world);
    assert_int_equal(missed, 0);
}

// What was refilled while a burst was counted is none of it: who begins again must not believe in it.
static void a_burst_that_is_kept_is_what_the_bucket_holds(void **state) {
    (void)state;
    static const struct server server = {"", BUCKET, 1000, 10, NONE, .5, true, .0002, .005, 0, 0, 0, 0};
    struct world *world = malloc(sizeof(*world));
    assert_non_null(world);
    unsigned found = 0;
    for (double length = 1; length < 10; length++) {
        run(world, &server, (struct troubles){.seed = 7}, length);
        struct silent_known known = silent_known(&world->silent);
        print_message("after %.0f s: %.0f a second, %u at once (%u were counted)\n", length,
                      silent_rate_found(&known), (unsigned)known.burst, (unsigned)world->silent.burst);
        assert_true(known.form == SILENT_NONE || known.burst <= 20);
        found += known.form == SILENT_RATE;
    }
    assert_in_range(found, 4, 9);
    free(world);
}

// A session that has sent `departures`, 10 ms apart, from START on.
static struct silent sent(uint64_t departures) {
    struct silent silent = {0};
    silent_begin(&silent, &(struct silent_known){0});
    for (uint64_t mark = 1; mark <= departures; mark++) {
        uint64_t at = START + mark * 10 * CLOCK_MS;
        if (silent_minds(&silent, at, mark)) {
            silent_take(&silent, at, mark, 5);
        }
    }
    return silent;
}

// Where a server names the end of a month, too.
static void no_wait_is_longer_than_a_day(void **state) {
    (void)state;
    static const uint64_t told[][2] = {// and what is waited
                                       {8 * CLOCK_SECOND, 8 * CLOCK_SECOND},
                                       {CLOCK_DAY, CLOCK_DAY},
                                       {40 * CLOCK_DAY, CLOCK_DAY},
                                       {UINT64_MAX, CLOCK_DAY}};
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
        struct silent silent = sent(500);
        uint64_t now = START + 5 * CLOCK_SECOND;
        struct silent_refusal refusal = {
            .departed = now, .mark = 500, .taken = 500, .told = true, .wait = told[i][0], .now = now};
        assert_int_equal(silent_refuse(&silent, &refusal), told[i][1]);
        assert_int_equal(silent_earliest(&silent, 0, now, now), now + told[i][1]);
        // Another one of the same round.
        assert_int_equal(silent_refuse(&silent, &refusal), told[i][1]);
    }
}

// One that comes back long after it left, when much else has left.
static void a_first_refusal_that_comes_late_says_how_fast_it_was(void **state) {
    (void)state;
    static const uint64_t refused[] = {300, 400, 430, 449, 450,
                                       451, 455, 480, 499, 500}; // of 500, at 100 a second
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct silent silent = sent(500);
        struct silent_refusal refusal = {.departed = START + refused[i] * 10 * CLOCK_MS,
                                         .mark = refused[i],
                                         .taken = 500,
                                         .now = START + 5 * CLOCK_SECOND};
        (void)silent_refuse(&silent, &refusal);
        assert_int_equal(silent.form, SILENT_RATE);
        assert_in_range(silent.gap, CLOCK_SECOND / 90, CLOCK_SECOND / 80);
        assert_true(silent.growth > 0 && silent.top > 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_server_gives_what_it_has),
        cmocka_unit_test(a_server_that_stands_still_is_used_all_the_same),
        cmocka_unit_test(other_numbers_are_found_as_well),
        cmocka_unit_test(slow_ones_are_kept_to),
        cmocka_unit_test(a_busy_machine_is_no_lower_limit),
        cmocka_unit_test(a_burst_that_is_kept_is_what_the_bucket_holds),
        cmocka_unit_test(no_wait_is_longer_than_a_day),
        cmocka_unit_test(a_first_refusal_that_comes_late_says_how_fast_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
