#include "view/publish_use.h"

#include "ration/clock.h"
#include "ration/ledger.h"
#include "view/run_wait.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct snapshot_gossip gossip;

static void is_healthy_while_one_may_send(void **state) {
    (void)state;
    uint64_t now = CLOCK_HOUR;
    gossip.wait = (struct snapshot_wait){.kind = RUN_WAIT_OVERLOAD, .until = now + 50};
    publish_use_take(&gossip, 3, NULL);
    assert_int_equal(gossip.use_state, SNAPSHOT_HEALTHY);
    assert_int_equal(gossip.use_until, 0);
    assert_true(gossip.use == SNAPSHOT_UNKNOWN);
    assert_true(gossip.dimension_use[2][0] == SNAPSHOT_UNKNOWN);
}

static void is_throttled_while_limits_hold_all_sessions(void **state) {
    (void)state;
    uint64_t now = CLOCK_HOUR;
    gossip.wait = (struct snapshot_wait){.kind = RUN_WAIT_QUOTA, .until = now + 30};
    publish_use_take(&gossip, 3, NULL);
    assert_int_equal(gossip.use_state, SNAPSHOT_THROTTLED);
    assert_int_equal(gossip.use_until, now + 30);
    assert_string_equal(gossip.use_text, "all sessions wait");
    gossip.wait = (struct snapshot_wait){.kind = RUN_WAIT_NOTHING};
    publish_use_take(&gossip, 3, NULL);
    assert_int_equal(gossip.use_state, SNAPSHOT_HEALTHY);
    assert_string_equal(gossip.use_text, "");
    gossip.wait = (struct snapshot_wait){.kind = RUN_WAIT_KEYS, .until = CLOCK_NEVER};
    publish_use_take(&gossip, 3, NULL);
    assert_true(gossip.use_until == CLOCK_NEVER);
    assert_string_equal(gossip.use_text, "no session can be used any more");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_healthy_while_one_may_send),
        cmocka_unit_test(is_throttled_while_limits_hold_all_sessions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
