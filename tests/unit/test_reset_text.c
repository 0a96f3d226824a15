// When an account may go on, as a server says it to people alone.
#include "limits/reset_text.h"
#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MINUTE 60ULL
#define HOUR 3600ULL
#define DAY 86400ULL
#define NOW (1792679400ULL * CLOCK_SECOND) // 2026-10-22 14:30:00 UTC, a Thursday

static void hears_moments_and_spans(void **state) {
    (void)state;
    static const struct {
        const char *message;
        uint64_t wait; // seconds
    } good[] = {
        {"You have reached your specified API usage limits. You will regain access on 2026-11-01 at 00:00 "
         "UTC.",
         9 * DAY + 9 * HOUR + 30 * MINUTE},
        {"You will regain access on 2026-11-01", 9 * DAY + 9 * HOUR + 30 * MINUTE},
        {"usage limit exceeded (0/0 used), resets at 2026-10-22T15:00:00Z (2056)", 30 * MINUTE},
        {"limit resets at: 2026-10-22T15:00:00+0000", 30 * MINUTE},
        {"Resets at 2026-10-22T17:00:00.250+02:00.", 30 * MINUTE},
        {"Reset time: 2026-10-22 15:00:00 UTC", 30 * MINUTE},
        {"Your limit resets on November 1, 2026 at 12:00 AM UTC.", 9 * DAY + 9 * HOUR + 30 * MINUTE},
        {"Resets on 1 Nov 2026", 9 * DAY + 9 * HOUR + 30 * MINUTE},
        {"It renews on the 1st", 0},
        {"Renews on Nov. 1st at 8 pm UTC", 10 * DAY + 5 * HOUR + 30 * MINUTE},
        {"Try again on 23rd of October at 14:30.", DAY},
        {"Access is suspended until 2026-10-23 14:30", DAY},
        {"resets at 15:00 UTC", 30 * MINUTE},
        {"resets at 14:00 UTC", 23 * HOUR + 30 * MINUTE},
        {"resets at 01:00 +02:00", 8 * HOUR + 30 * MINUTE},  // 23:00 of today
        {"resets at 16:00 +02:00", 23 * HOUR + 30 * MINUTE}, // 14:00 is over
        {"resets at 17:00 +02:00", 30 * MINUTE},
        {"resets at 23:00 -05:00", 13 * HOUR + 30 * MINUTE}, // 04:00 of tomorrow
        {"resets at 10:30 -05:00", HOUR},
        {"resets at 09:00 -05:00", 23 * HOUR + 30 * MINUTE}, // 14:00 is over
        {"resets at 05:00 +14:00", 30 * MINUTE},             // 15:00 of yesterday, and of today
        {"resets at 23:00 -14:00", 22 * HOUR + 30 * MINUTE},
        {"Quota resets on 2 Dec", 40 * DAY + 9 * HOUR + 30 * MINUTE},
        {"Please try again in 12h.", 12 * HOUR},
        {"Try again in 2 days", 2 * DAY},
        {"Limit reached; resets in 1 day and 3 hours, or raise it", DAY + 3 * HOUR},
        {"resets in 3 hrs, 20 minutes", 3 * HOUR + 20 * MINUTE},
        {"try again after 2 weeks.", 14 * DAY},
        {"Please retry in 33.5s", 33},
        {"To reset your key, write to us. Access again in 5 minutes", 5 * MINUTE},
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        uint64_t wait = 0;
        bool heard = reset_text_read(good[i].message, NOW, &wait);
        if (heard != (good[i].wait > 0) || wait / CLOCK_SECOND != good[i].wait) {
            fail_msg("%s: %d, %llu s", good[i].message, heard, (unsigned long long)(wait / CLOCK_SECOND));
        }
    }
}

static void believes_nothing_else(void **state) {
    (void)state;
    static const char *const none[] = {
        "",
        "You have reached your limit.",
        "You will regain access on ",
        "You will regain access on 2026-10-22 at 14:30 UTC", // now
        "You will regain access on 2026-10-01 at 00:00 UTC", // over
        "You will regain access on 2029-11-01 at 00:00 UTC", // years ahead
        "You will regain access on 2027-01-01",              // too far to be believed
        "You will regain access on 2026-13-01",
        "You will regain access on 2026-11-31",
        "You will regain access on 2026-00-10",
        "You will regain access on 2026-11-01 at 25:00 UTC",
        "You will regain access on 2026-11-01 at 13 pm UTC",
        "Resets on February 30",
        "resets 8pm (America/New_York)",
        "resets on Nov 1 at 8:00 PST",
        "resets at 15:00",
        "resets at 99:99 UTC",
        "resets in 0 days",
        "resets in 300 days",
        "resets in 99999999999999999999 hours",
        "resets in a while",
        "resets in 20",
        "preset in 20 minutes",
        "2026-11-01 at 00:00 UTC",
        "It was founded on 2026-11-01.",
    };
    uint64_t wait;
    assert_false(reset_text_read(NULL, NOW, &wait));
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        if (reset_text_read(none[i], NOW, &wait)) {
            fail_msg("%s: %llu s", none[i], (unsigned long long)(wait / CLOCK_SECOND));
        }
    }
}

// Each byte cut off and each byte changed: nothing is read beyond the end, and no wait is longer than may be.
static void stays_within_its_bounds(void **state) {
    (void)state;
    static const char whole[] =
        "You will regain access on 2026-11-01T00:00:00.000+00:00, or reset in 1 day and 3 hours";
    for (size_t length = 0; length < sizeof(whole); length++) {
        for (int c = 1; c < 256; c++) {
            char *text = test_malloc(length + 1);
            for (size_t i = 0; i < length; i++) {
                text[i] = i + 1 == length ? (char)c : whole[i];
            }
            text[length] = '\0';
            uint64_t wait = 0;
            assert_true(!reset_text_read(text, NOW, &wait) || (wait > 0 && wait <= RESET_TEXT_LONGEST));
            test_free(text);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hears_moments_and_spans),
        cmocka_unit_test(believes_nothing_else),
        cmocka_unit_test(stays_within_its_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
