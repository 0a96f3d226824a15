#include "watch/last_words.h"

#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct snapshot look;
static struct snapshot_words last[OUTCOME_OF_ATTEMPT];

static int begin(void **state) {
    (void)state;
    memset(&look, 0, sizeof(look));
    memset(last, 0, sizeof(last));
    look.at = 100 * CLOCK_SECOND;
    look.wall = 5000 * CLOCK_SECOND;
    look.slots = 2;
    return 0;
}

static void fails(uint32_t slot, uint64_t second, enum outcome_class kind, uint32_t status,
                  const char *text) {
    struct slot_fault *fault = &look.worker[slot].fault;
    *fault = (struct slot_fault){.at = second * CLOCK_SECOND, .kind = kind, .status = status};
    (void)strncpy(fault->text, text, sizeof(fault->text) - 1);
}

static void each_class_keeps_its_latest(void **state) {
    (void)state;
    fails(0, 90, OUTCOME_SERVER_FAULT, 500, "it: fell");
    fails(1, 95, OUTCOME_NETWORK_FAULT, 0, "Connection refused");
    last_words_look(last, &look);
    assert_string_equal(last[OUTCOME_SERVER_FAULT].text, "status 500, it: fell");
    assert_int_equal(last[OUTCOME_SERVER_FAULT].at, 4990 * CLOCK_SECOND);
    assert_string_equal(last[OUTCOME_NETWORK_FAULT].text, "Connection refused");
    assert_int_equal(last[OUTCOME_NETWORK_FAULT].at, 4995 * CLOCK_SECOND);
    fails(0, 80, OUTCOME_NETWORK_FAULT, 0, "older");
    fails(1, 99, OUTCOME_SERVER_FAULT, 502, "newer");
    last_words_look(last, &look);
    assert_string_equal(last[OUTCOME_SERVER_FAULT].text, "status 502, newer");
    assert_string_equal(last[OUTCOME_NETWORK_FAULT].text, "Connection refused");
}

// A slot that is free, one whose fault is being written, and what a damaged arena may hold.
static void what_is_none_is_left_out(void **state) {
    (void)state;
    fails(0, 0, OUTCOME_SERVER_FAULT, 500, "none");
    fails(1, 99, (enum outcome_class)200, 500, "no class");
    last_words_look(last, &look);
    for (size_t i = 0; i < OUTCOME_OF_ATTEMPT; i++) {
        assert_int_equal(last[i].at, 0);
    }
    fails(0, 700, OUTCOME_REFUSED, 400, "from the future");
    last_words_look(last, &look);
    assert_int_equal(last[OUTCOME_REFUSED].at, look.wall);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_class_keeps_its_latest, begin),
        cmocka_unit_test_setup(what_is_none_is_left_out, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
