#include "view/publish_use.h"

#include "ration/clock.h"
#include "ration/ledger.h"
#include "unit_arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct snapshot_gossip gossip;

static void is_healthy_while_one_may_send(void **state) {
    (void)state;
    uint64_t now = clock_now();
    struct arena *arena = unit_arena(1, 3, 10);
    publish_use_take(&gossip, arena, NULL, now);
    assert_int_equal(gossip.use_state, SNAPSHOT_HEALTHY);
    assert_int_equal(gossip.use_until, 0);
    assert_true(gossip.use == SNAPSHOT_UNKNOWN);
    assert_true(gossip.dimension_use[2][0] == SNAPSHOT_UNKNOWN);
    ledger_hold(arena, 0, 0, LEDGER_COOL, now + 50);
    ledger_hold(arena, 0, 1, LEDGER_DISABLE, 0);
    publish_use_take(&gossip, arena, NULL, now);
    assert_int_equal(gossip.use_state, SNAPSHOT_HEALTHY);
    arena_close(arena);
}

static void is_throttled_until_the_first_comes_back(void **state) {
    (void)state;
    uint64_t now = clock_now();
    struct arena *arena = unit_arena(1, 3, 10);
    ledger_hold(arena, 0, 0, LEDGER_COOL, now + 50);
    ledger_hold(arena, 0, 1, LEDGER_DISABLE, 0);
    ledger_hold(arena, 0, 2, LEDGER_PARK, now + 30);
    publish_use_take(&gossip, arena, NULL, now);
    assert_int_equal(gossip.use_state, SNAPSHOT_THROTTLED);
    assert_int_equal(gossip.use_until, now + 30);
    assert_string_equal(gossip.use_text, "all sessions wait");
    publish_use_take(&gossip, arena, NULL, now + 30);
    assert_int_equal(gossip.use_state, SNAPSHOT_HEALTHY);
    assert_string_equal(gossip.use_text, "");
    ledger_hold(arena, 0, 0, LEDGER_DISABLE, 0);
    ledger_hold(arena, 0, 2, LEDGER_DISABLE, 0);
    publish_use_take(&gossip, arena, NULL, now);
    assert_true(gossip.use_until == CLOCK_NEVER);
    assert_string_equal(gossip.use_text, "no session can be used any more");
    arena_close(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_healthy_while_one_may_send),
        cmocka_unit_test(is_throttled_until_the_first_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
