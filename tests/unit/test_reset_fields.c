// When an account may go on, in members of an error.
#include "exchange/answer.h"
#include "limits/reset_fields.h"
#include "limits/reset_text.h"
#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define NOW (1792679400ULL * CLOCK_SECOND) // 2026-10-22 14:30:00 UTC

static struct text joined;

static void hears_numbers_and_times(void **state) {
    (void)state;
    static const struct {
        const char *members;
        uint64_t wait; // seconds; 0: none
    } cases[] = {
        {"\"resets_at\":1792683000", 3600},
        {"\"resets_at\":1792683000000", 3600}, // milliseconds
        {"\"resets_at\":\"1792683000\"", 3600},
        {"\"resets_at\":\"2026-10-22T15:30:00Z\"", 3600},
        {"\"resets_at\":\"2026-10-22T15:30:00.000+00:00\"", 3600},
        {"\"reset_at\":1792683000", 3600},
        {"\"resetsAt\":1792683000", 3600},
        {"\"resets_in_seconds\":90", 90},
        {"\"resets_in_seconds\":\"90\"", 90},
        {"\"resets_at\":1792679000,\"resets_in_seconds\":90", 90}, // over
        {"\"resets_at\":1792683000,\"resets_in_seconds\":90", 3600},
        {"\"resets_at\":1792679000", 0},
        {"\"resets_at\":60", 0},
        {"\"resets_at\":null", 0},
        {"\"resets_at\":-1792683000", 0},
        {"\"resets_at\":1e300", 0},
        {"\"resets_at\":\"15:30\"", 0},
        {"\"resets_at\":\"soon\"", 0},
        {"\"resets_at\":{}", 0},
        {"\"resets_at\":1802683000", 0}, // too far
        {"\"resets_in_seconds\":0", 0},
        {"\"resets_in_seconds\":1e9", 0},
        {"\"other\":1792683000", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char body[256];
        struct answer answer;
        uint64_t wait;
        int length =
            snprintf(body, sizeof(body),
                     "{\"error\":{\"type\":\"usage_limit_reached\",\"message\":\"m\",%s}}", cases[i].members);
        answer_read(PROVIDER_CHAT, body, (size_t)length, &joined, &answer);
        bool heard = reset_fields_wait(&answer.error_resets, NOW, &wait);
        if (heard != (cases[i].wait > 0) || (heard && wait / CLOCK_SECOND != cases[i].wait)) {
            fail_msg("%s: %d, %llu s", cases[i].members, heard, (unsigned long long)(wait / CLOCK_SECOND));
        }
    }
}

static void nothing_is_heard_where_there_is_no_object(void **state) {
    (void)state;
    uint64_t wait;
    struct reset_fields fields = reset_fields_read(NULL);
    assert_false(reset_fields_wait(&fields, NOW, &wait));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hears_numbers_and_times),
        cmocka_unit_test(nothing_is_heard_where_there_is_no_object),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    text_free(&joined);
    return failed;
}
