#include "crew/output_watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void judges_by_names_and_size(void **state) {
    (void)state;
    static const struct {
        struct output_watch_facts facts;
        enum output_watch_finding finding;
    } cases[] = {
        {{.named = true, .linked = true}, OUTPUT_WATCH_FINE},
        {{.named = true, .linked = true, .changed = true}, OUTPUT_WATCH_CHANGED},
        {{.name_free = true}, OUTPUT_WATCH_DELETED},
        {{.name_free = true, .changed = true}, OUTPUT_WATCH_DELETED},
        {{.name_free = true, .linked = true}, OUTPUT_WATCH_MOVED},
        {{.linked = true}, OUTPUT_WATCH_REPLACED}, // and stands elsewhere
        {{0}, OUTPUT_WATCH_REPLACED},              // and is gone
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(output_watch_judge(&cases[i].facts), cases[i].finding);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(judges_by_names_and_size)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
