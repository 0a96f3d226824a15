#include "scale/adapt.h"

#include "ration/clock.h"
#include "ration/ledger.h"
#include "unit_arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define WORKERS 3

static const struct settings settings = {.in_flight = 1024};

struct house {
    struct crew crew;
    struct adapt adapt;
    struct totals totals;
    uint64_t now;
};

static void open_house(struct house *house, uint32_t min_workers, uint32_t in_flight) {
    *house = (struct house){.now = clock_now()};
    house->crew.arena = unit_arena(8, 1, 1000);
    house->crew.settings = &settings;
    house->crew.utilisation = utilisation_new();
    assert_non_null(house->crew.utilisation);
    house->crew.wanted = WORKERS;
    arena_set_in_flight(house->crew.arena, in_flight);
    house->crew.least = min_workers;
    adapt_begin(&house->adapt, &house->crew, house->now);
}

static void close_house(struct house *house) {
    struct arena *arena = house->crew.arena;
    crew_free(&house->crew);
    arena_close(arena);
}

// In each second `done` answers of 100 ms come and `faults` requests fail, while `in_flight` are under way.
static void live(struct house *house, unsigned seconds, uint64_t done, uint64_t faults, uint32_t in_flight) {
    for (unsigned second = 0; second < seconds; second++) {
        house->now += CLOCK_SECOND;
        house->totals.in_flight = in_flight;
        house->totals.attempts += done + faults;
        house->totals.outcome[SLOT_DONE] += done;
        house->totals.outcome[SLOT_SERVER_FAULT] += faults;
        house->totals.answers += done;
        house->totals.latency_ms += done * 100;
        utilisation_tick(house->crew.utilisation, house->crew.arena, house->now);
        assert_true(adapt_tick(&house->adapt, &house->crew, &house->totals, house->now));
    }
}

static void more_at_once_while_it_pays(void **state) {
    (void)state;
    struct house house;
    open_house(&house, 0, 64);
    live(&house, 1, 100, 0, 64);
    assert_int_equal(arena_in_flight(house.crew.arena), 64);
    live(&house, 2, 100, 0, 64);
    assert_int_equal(arena_in_flight(house.crew.arena), 128);
    live(&house, 10, 100, 0, 64); // not all taken
    assert_int_equal(arena_in_flight(house.crew.arena), 128);
    live(&house, 3, 100, 100, 128);
    assert_int_equal(arena_in_flight(house.crew.arena), 64);
    assert_int_equal(house.crew.wanted, WORKERS); // without --min-workers
    close_house(&house);
}

static void a_given_number_stays(void **state) {
    (void)state;
    struct house house;
    open_house(&house, 0, 0);
    live(&house, 20, 100, 0, 5000);
    assert_int_equal(arena_in_flight(house.crew.arena), 0);
    close_house(&house);
}

static void a_known_limit_needs_so_many(void **state) {
    (void)state;
    struct house house;
    open_house(&house, 0, 64);
    ledger_set_limits(house.crew.arena, 0, &(struct ledger_limits){.told.of[LIMITS_REQUESTS_MINUTE] = 600000},
                      house.now);
    live(&house, 3, 100, 0, 50); // 10,000 a second of 0.1 s
    assert_in_range(arena_in_flight(house.crew.arena), 1000, 1024);
    close_house(&house);
}

static void workers_go_and_come(void **state) {
    (void)state;
    struct house house;
    open_house(&house, 2, 0);
    live(&house, 9, 50, 50, 10);
    assert_int_equal(house.crew.wanted, 3);
    live(&house, 2, 50, 50, 10);
    assert_int_equal(house.crew.wanted, 2);
    live(&house, 30, 50, 50, 10);
    assert_int_equal(house.crew.wanted, 2); // --min-workers
    live(&house, 70, 100, 0, 10);
    assert_int_equal(house.crew.wanted, 3);
    live(&house, 30, 100, 0, 10);
    assert_int_equal(house.crew.wanted, 3); // --max-workers
    close_house(&house);
}

static void a_person_decides(void **state) {
    (void)state;
    struct house house;
    open_house(&house, 1, 0);
    house.crew.by_hand = true;
    live(&house, 40, 50, 50, 10);
    assert_int_equal(house.crew.wanted, WORKERS);
    close_house(&house);
}

static void a_run_that_stands_still_teaches_nothing(void **state) {
    (void)state;
    struct house house;
    open_house(&house, 1, 64);
    house.totals.paused_until = CLOCK_NEVER;
    live(&house, 40, 50, 50, 64);
    assert_int_equal(house.crew.wanted, WORKERS);
    assert_int_equal(arena_in_flight(house.crew.arena), 64);
    close_house(&house);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_at_once_while_it_pays),
        cmocka_unit_test(a_given_number_stays),
        cmocka_unit_test(a_known_limit_needs_so_many),
        cmocka_unit_test(workers_go_and_come),
        cmocka_unit_test(a_person_decides),
        cmocka_unit_test(a_run_that_stands_still_teaches_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
