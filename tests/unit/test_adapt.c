#include "scale/adapt.h"

#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define WORKERS 3

struct house {
    struct adapt adapt;
    struct snapshot look;
    struct crew_look crew;
    struct utilisation *utilisation;
};

static void open_house(struct house *house, uint32_t min_workers, uint32_t in_flight) {
    *house = (struct house){
        .look = {.at = CLOCK_HOUR, .sessions = 1, .in_flight_each = in_flight},
        .crew = {.wanted = WORKERS},
        .utilisation = utilisation_new(),
    };
    assert_non_null(house->utilisation);
    adapt_begin(&house->adapt, &(struct adapt_bounds){min_workers, WORKERS, 1024}, house->look.at);
}

static void close_house(struct house *house) {
    utilisation_free(house->utilisation);
}

// In each second `done` answers of 100 ms come and `faults` requests fail, while `in_flight` are under way.
// What is wished for is done.
static void live(struct house *house, unsigned seconds, uint64_t done, uint64_t faults, uint32_t in_flight) {
    struct snapshot_sums *sums = &house->look.sums;
    for (unsigned second = 0; second < seconds; second++) {
        struct adapt_wish wish;
        house->look.at += CLOCK_SECOND;
        sums->in_flight = in_flight;
        sums->ended += done + faults;
        sums->outcome[OUTCOME_DONE] += done;
        sums->outcome[OUTCOME_SERVER_FAULT] += faults;
        sums->answers += done;
        sums->latency_ms += done * 100;
        utilisation_tick(house->utilisation, &house->look);
        adapt_tick(&house->adapt, &house->look, &house->crew, house->utilisation, &wish);
        house->look.in_flight_each = wish.in_flight > 0 ? wish.in_flight : house->look.in_flight_each;
        if (wish.workers > 0) {
            assert_int_equal(wish.before, house->crew.wanted);
            house->crew.wanted = wish.workers;
            assert_true(adapt_scaled(&house->adapt, &wish, SCALE_DONE));
        }
    }
}

static void more_at_once_while_it_pays(void **state) {
    (void)state;
    struct house house;
    open_house(&house, 0, 64);
    live(&house, 1, 100, 0, 64);
    assert_int_equal(house.look.in_flight_each, 64);
    live(&house, 2, 100, 0, 64);
    assert_int_equal(house.look.in_flight_each, 128);
    live(&house, 10, 100, 0, 64); // not all taken
    assert_int_equal(house.look.in_flight_each, 128);
    live(&house, 3, 100, 100, 128);
    assert_int_equal(house.look.in_flight_each, 64);
    assert_int_equal(house.crew.wanted, WORKERS); // without --min-workers
    close_house(&house);
}

static void a_given_number_stays(void **state) {
    (void)state;
    struct house house;
    open_house(&house, 0, 0);
    live(&house, 20, 100, 0, 5000);
    assert_int_equal(house.look.in_flight_each, 0);
    close_house(&house);
}

static void a_known_limit_needs_so_many(void **state) {
    (void)state;
    struct house house;
    open_house(&house, 0, 64);
    house.look.session[0].dimension[0] =
        (struct ledger_dimension){.unit = DIMENSION_REQUESTS, .window = CLOCK_MINUTE, .limit = 600000};
    live(&house, 3, 100, 0, 50); // 10,000 a second of 0.1 s
    assert_in_range(house.look.in_flight_each, 1000, 1024);
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
    house.look.paused_until = CLOCK_NEVER;
    live(&house, 40, 50, 50, 64);
    assert_int_equal(house.crew.wanted, WORKERS);
    assert_int_equal(house.look.in_flight_each, 64);
    close_house(&house);
}

static void without_descriptors_it_stays(void **state) {
    (void)state;
    struct house house;
    open_house(&house, 2, 0);
    live(&house, 11, 50, 50, 10);
    assert_int_equal(house.crew.wanted, 2);
    struct adapt_wish wish = {.workers = 3, .before = 2};
    assert_true(adapt_scaled(&house.adapt, &wish, SCALE_NO_DESCRIPTORS));
    live(&house, 100, 100, 0, 10);
    assert_int_equal(house.crew.wanted, 2);
    assert_false(adapt_scaled(&house.adapt, &wish, SCALE_NO_MEMORY));
    close_house(&house);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_at_once_while_it_pays),
        cmocka_unit_test(a_given_number_stays),
        cmocka_unit_test(a_known_limit_needs_so_many),
        cmocka_unit_test(workers_go_and_come),
        cmocka_unit_test(a_person_decides),
        cmocka_unit_test(without_descriptors_it_stays),
        cmocka_unit_test(a_run_that_stands_still_teaches_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
