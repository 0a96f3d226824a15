#include "limits/limit_headers.h"
#include "limits/limit_values.h"
#include "unit_random.h"

#include "ration/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MS 1000000ULL
#define S 1000000000ULL
#define WALL (1755780060ULL * S) // 2025-08-21T12:41:00Z
#define NO LIMIT_UNKNOWN

// Header lines with "\n" behind each.
static void read_lines(struct limit_report *report, enum limit_dialect dialect, const char *lines) {
    struct limit_headers headers;
    limit_headers_begin(&headers, dialect);
    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");
        length += lines[length] == '\n' ? 1 : 0;
        limit_headers_line(&headers, lines, length);
        lines += length;
    }
    limit_headers_report(&headers, WALL, report);
}

static void assert_entry(const struct limit_report *report, const struct limit_entry *want) {
    const struct limit_entry *entry = limit_report_find(report, want->unit, want->window);
    if (entry == NULL) {
        fail_msg("no %s of window %llu", limit_report_unit(want->unit), (unsigned long long)want->window);
        return;
    }
    assert_int_equal(entry->source, want->source);
    assert_int_equal(entry->limit, want->limit);
    assert_int_equal(entry->remaining, want->remaining);
    assert_int_equal(entry->reset, want->reset);
    assert_int_equal(entry->means, want->means);
    assert_int_equal(entry->rounding, want->rounding);
}

struct sample {
    const char *lines;
    enum limit_dialect dialect;
    struct limit_counts ignored;
    uint32_t count;
    struct limit_entry entry[6];
};

static void assert_samples(const struct sample *samples, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct limit_report report;
        read_lines(&report, samples[i].dialect, samples[i].lines);
        if (report.count != samples[i].count ||
            memcmp(&report.ignored, &samples[i].ignored, sizeof(report.ignored)) != 0) {
            fail_msg("%s: %u entries, %u malformed, %u unknown, %u contradictory", samples[i].lines,
                     report.count, report.ignored.malformed, report.ignored.unknown,
                     report.ignored.contradictory);
        }
        for (uint32_t j = 0; j < 6 && samples[i].entry[j].rounding != 0; j++) {
            assert_entry(&report, &samples[i].entry[j]);
        }
    }
}

#define ASSERT_SAMPLES(samples) assert_samples(samples, sizeof(samples) / sizeof(samples)[0])
#define ENTRY(unit_, window_, source_, limit_, remaining_, reset_, means_)                               \
    {                                                                                                    \
        .unit = LIMIT_##unit_, .window = (window_), .source = LIMIT_WINDOW_##source_, .limit = (limit_), \
        .remaining = (remaining_), .reset = (reset_), .means = LIMIT_RESET_##means_, .rounding = 1       \
    }
#define ROUNDED(unit_, window_, source_, limit_, remaining_, reset_, means_)                             \
    {                                                                                                    \
        .unit = LIMIT_##unit_, .window = (window_), .source = LIMIT_WINDOW_##source_, .limit = (limit_), \
        .remaining = (remaining_), .reset = (reset_), .means = LIMIT_RESET_##means_, .rounding = 1000    \
    }

static void test_openai(void **state) {
    (void)state;
    static const struct sample samples[] = {
        {"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-ratelimit-limit-requests: 5000\r\n"
         "x-ratelimit-limit-tokens: 160000\r\nx-ratelimit-limit-tokens_usage_based: 160000\r\n"
         "x-ratelimit-remaining-requests: 4999\r\nx-ratelimit-remaining-tokens: 158866\r\n"
         "x-ratelimit-remaining-tokens_usage_based: 158866\r\nx-ratelimit-reset-requests: 12ms\r\n"
         "x-ratelimit-reset-tokens: 425ms\r\nx-ratelimit-reset-tokens_usage_based: 425ms\r\n",
         LIMIT_DIALECT_OPENAI,
         {0, 0, 0},
         2,
         {ENTRY(REQUESTS, CLOCK_MINUTE, INFERRED, 5000, 4999, 12 * MS, FULL),
          ENTRY(TOKENS, CLOCK_MINUTE, INFERRED, 160000, 158866, 425 * MS, FULL)}},
        // Too long for any refilling: the end of a day.
        {"x-ratelimit-limit-requests: 300\nx-ratelimit-remaining-requests: 299\nx-ratelimit-reset-requests: "
         "23h59m59s\n",
         LIMIT_DIALECT_OPENAI,
         {0, 0, 0},
         1,
         {ENTRY(REQUESTS, CLOCK_DAY, ASSUMED, 300, 299, 86399000 * MS, ENDS)}},
        // A free account: requests a day are told. Tokens: nothing to infer from, a minute is assumed.
        {"X-RateLimit-Limit-Requests: 200\nX-RateLimit-Limit-Tokens: 40000\nX-RateLimit-Remaining-Requests: "
         "197\n"
         "X-RateLimit-Remaining-Tokens: 40000\nX-RateLimit-Reset-Requests: 16m17.764s\n"
         "X-RateLimit-Reset-Tokens: 0s\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         2,
         {ENTRY(REQUESTS, CLOCK_DAY, INFERRED, 200, 197, 977764 * MS, FULL),
          ENTRY(TOKENS, CLOCK_MINUTE, ASSUMED, 40000, 40000, 0, FULL)}},
        // One request of the day, half come back: no window of which it is sure, but not a minute either.
        {"x-ratelimit-limit-requests: 200\nx-ratelimit-remaining-requests: 199\nx-ratelimit-reset-requests: "
         "3m36s\n",
         LIMIT_DIALECT_OPENAI,
         {0, 0, 0},
         1,
         {ENTRY(REQUESTS, CLOCK_DAY, ASSUMED, 200, 199, 216 * S, FULL)}},
        {"x-ratelimit-limit-project-tokens: 100000\nx-ratelimit-remaining-project-tokens: 90000\n"
         "x-ratelimit-reset-project-tokens: 6s\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         1,
         {ENTRY(PROJECT_TOKENS, CLOCK_MINUTE, INFERRED, 100000, 90000, 6 * S, FULL)}},
        {"x-ratelimit-limit-requests: 500\nx-ratelimit-remaining-requests: 0\nx-ratelimit-reset-requests: "
         "1m0s\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         1,
         {ENTRY(REQUESTS, CLOCK_MINUTE, INFERRED, 500, 0, 60 * S, FULL)}},
        {"x-ratelimit-limit-tokens: 30000\nx-ratelimit-remaining-tokens: 0\nx-ratelimit-reset-tokens: "
         "1m25s\n",
         LIMIT_DIALECT_OPENAI,
         {0, 0, 0},
         1,
         {ENTRY(TOKENS, CLOCK_MINUTE, ASSUMED, 30000, 0, 85 * S, FULL)}},
        {"x-ratelimit-remaining-requests: 12\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         1,
         {ENTRY(REQUESTS, CLOCK_MINUTE, ASSUMED, NO, 12, NO, UNKNOWN)}},
    };
    ASSERT_SAMPLES(samples);
}

static void test_compatibles(void **state) {
    (void)state;
    static const struct sample samples[] = {
        {"x-ratelimit-limit-requests: 60\nx-ratelimit-remaining-requests: 59\nx-ratelimit-reset-requests: "
         "10\n"
         "x-ratelimit-limit-tokens: -1\nx-ratelimit-remaining-tokens: -1\nx-ratelimit-reset-tokens: 0\n",
         LIMIT_DIALECT_AZURE,
         {0, 3, 0},
         1,
         {ENTRY(REQUESTS, CLOCK_MINUTE, ASSUMED, 60, 59, 10 * S, ENDS)}},
        {"x-ratelimit-limit-requests: 0\nx-ratelimit-remaining-requests: 0\nx-ratelimit-reset-requests: 0\n",
         LIMIT_DIALECT_AZURE,
         {0, 3, 0},
         0,
         {{0}}},
        {"x-ratelimit-limit-requests: 0\nx-ratelimit-remaining-requests: 0\nx-ratelimit-reset-requests: 9\n",
         LIMIT_DIALECT_ANY,
         {0, 2, 0},
         1,
         {ENTRY(REQUESTS, CLOCK_MINUTE, ASSUMED, NO, NO, 9 * S, ENDS)}},
        // Groq, with its name known and without.
        {"x-ratelimit-limit-requests: 14400\nx-ratelimit-limit-tokens: "
         "18000\nx-ratelimit-remaining-requests: 14370\n"
         "x-ratelimit-remaining-tokens: 17997\nx-ratelimit-reset-requests: "
         "2m59.56s\nx-ratelimit-reset-tokens: 7.66s\n",
         LIMIT_DIALECT_GROQ,
         {0, 0, 0},
         2,
         {ENTRY(REQUESTS, CLOCK_DAY, TOLD, 14400, 14370, 179560 * MS, FULL),
          ENTRY(TOKENS, CLOCK_MINUTE, TOLD, 18000, 17997, 7660 * MS, FULL)}},
        {"x-ratelimit-limit-requests: 14400\nx-ratelimit-remaining-requests: 14370\n"
         "x-ratelimit-reset-requests: 2m59.56s\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         1,
         {ENTRY(REQUESTS, CLOCK_DAY, INFERRED, 14400, 14370, 179560 * MS, FULL)}},
        // A duration that is no time to full, from one who is not known to mean that.
        {"x-ratelimit-limit-tokens: 8000\nx-ratelimit-remaining-tokens: 6500\nx-ratelimit-reset-tokens: 1m\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         1,
         {ENTRY(TOKENS, CLOCK_MINUTE, ASSUMED, 8000, 6500, 60 * S, ENDS)}},
        {"x-ratelimit-limit-tokens-minute: 5000000\nx-ratelimit-remaining-tokens-minute: 4999911\n"
         "x-ratelimit-tokens-query-cost: 52\nx-ratelimit-limit-req-minute: 720\n"
         "x-ratelimit-remaining-req-minute: 717\n",
         LIMIT_DIALECT_MISTRAL,
         {0, 0, 0},
         2,
         {ENTRY(REQUESTS, CLOCK_MINUTE, TOLD, 720, 717, NO, UNKNOWN),
          ENTRY(TOKENS, CLOCK_MINUTE, TOLD, 5000000, 4999911, NO, UNKNOWN)}},
        {"ratelimitbysize-limit: 500000\nratelimitbysize-remaining: 499900\nratelimitbysize-reset: 28\n"
         "ratelimitbysize-query-cost: 100\nx-ratelimitbysize-limit-month: 1000000000\n"
         "x-ratelimitbysize-remaining-month: 999999000\nx-ratelimitbysize-limit-minute: 500000\n"
         "x-ratelimitbysize-remaining-minute: 499900\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         2,
         {ENTRY(TOKENS, CLOCK_MINUTE, TOLD, 500000, 499900, 28 * S, ENDS),
          ENTRY(TOKENS, LIMIT_MONTH, TOLD, 1000000000, 999999000, NO, UNKNOWN)}},
        {"X-Ratelimit-Limit-Requests-Day: 10000\nX-Ratelimit-Remaining-Requests-Day: 9500\n"
         "X-Ratelimit-Reset-Requests-Day: 33011.382867\nX-Ratelimit-Limit-Requests-Minute: 120\n"
         "X-Ratelimit-Remaining-Requests-Minute: 115\nX-Ratelimit-Reset-Requests-Minute: 45.5\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         2,
         {ENTRY(REQUESTS, CLOCK_DAY, TOLD, 10000, 9500, 33011382867000, ENDS),
          ENTRY(REQUESTS, CLOCK_MINUTE, TOLD, 120, 115, 45500 * MS, ENDS)}},
        {"x-ratelimit-limit-tokens-prompt: 21600000\nx-ratelimit-limit-tokens-generated: 216000\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         2,
         {ENTRY(INPUT_TOKENS, CLOCK_MINUTE, ASSUMED, 21600000, NO, NO, UNKNOWN),
          ENTRY(OUTPUT_TOKENS, CLOCK_MINUTE, ASSUMED, 216000, NO, NO, UNKNOWN)}},
    };
    ASSERT_SAMPLES(samples);
}

static void test_anthropic(void **state) {
    (void)state;
    static const struct sample samples[] = {
        // The moment of the answer is its Date, wherever that stands; a moment that has passed is now.
        {"anthropic-ratelimit-input-tokens-limit: 80000\nanthropic-ratelimit-input-tokens-remaining: 80000\n"
         "anthropic-ratelimit-input-tokens-reset: 2025-08-21T12:40:59Z\n"
         "anthropic-ratelimit-output-tokens-limit: 16000\nanthropic-ratelimit-output-tokens-remaining: "
         "12000\n"
         "anthropic-ratelimit-output-tokens-reset: 2025-08-21T12:41:15Z\n"
         "anthropic-ratelimit-requests-limit: 1000\nanthropic-ratelimit-requests-remaining: 999\n"
         "anthropic-ratelimit-requests-reset: 2025-08-21T12:40:59Z\n"
         "anthropic-ratelimit-tokens-limit: 96000\nanthropic-ratelimit-tokens-remaining: 92000\n"
         "anthropic-ratelimit-tokens-reset: 2025-08-21T14:41:02.5+02:00\nDate: Thu, 21 Aug 2025 12:41:00 "
         "GMT\n",
         LIMIT_DIALECT_ANTHROPIC,
         {0, 0, 0},
         4,
         {ROUNDED(INPUT_TOKENS, CLOCK_MINUTE, TOLD, 80000, 80000, 0, FULL),
          ROUNDED(OUTPUT_TOKENS, CLOCK_MINUTE, TOLD, 16000, 12000, 15 * S, FULL),
          ENTRY(REQUESTS, CLOCK_MINUTE, TOLD, 1000, 999, 0, FULL),
          ROUNDED(TOKENS, CLOCK_MINUTE, TOLD, 96000, 92000, 2500 * MS, FULL)}},
        {"date: Sun, 12 Jan 2025 23:11:29 GMT\n"
         "anthropic-priority-input-tokens-limit: 10000\nanthropic-priority-input-tokens-remaining: 9618\n"
         "anthropic-priority-input-tokens-reset: 2025-01-12T23:11:59Z\n"
         "anthropic-ratelimit-priority-output-tokens-limit: 10000\n"
         "anthropic-ratelimit-priority-output-tokens-remaining: 6000\n"
         "anthropic-ratelimit-priority-output-tokens-reset: 2025-01-12T23:12:21Z\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         2,
         {ENTRY(PRIORITY_INPUT_TOKENS, CLOCK_MINUTE, TOLD, 10000, 9618, 30 * S, FULL),
          ENTRY(PRIORITY_OUTPUT_TOKENS, CLOCK_MINUTE, TOLD, 10000, 6000, 52 * S, FULL)}},
        // No Date: our own clock. Rounding may lift what remains above the limit; more than that is wrong.
        {"anthropic-ratelimit-tokens-limit: 4500\nanthropic-ratelimit-tokens-remaining: 5000\n"
         "anthropic-ratelimit-tokens-reset: 2025-08-21T12:41:07Z\n"
         "anthropic-ratelimit-output-tokens-limit: 4000\nanthropic-ratelimit-output-tokens-remaining: 5000\n",
         LIMIT_DIALECT_ANTHROPIC,
         {0, 0, 1},
         2,
         {ROUNDED(TOKENS, CLOCK_MINUTE, TOLD, 4500, 4500, 7 * S, FULL),
          ROUNDED(OUTPUT_TOKENS, CLOCK_MINUTE, TOLD, 4000, NO, NO, UNKNOWN)}},
        {"anthropic-ratelimit-requests-limit: 50\nanthropic-ratelimit-requests-reset: 2031-01-01T00:00:00Z\n",
         LIMIT_DIALECT_ANTHROPIC,
         {1, 0, 0},
         1,
         {ENTRY(REQUESTS, CLOCK_MINUTE, TOLD, 50, NO, NO, UNKNOWN)}},
        {"anthropic-ratelimit-unified-status: allowed\nanthropic-version: 2023-06-01\n",
         LIMIT_DIALECT_ANTHROPIC,
         {0, 1, 0},
         0,
         {{0}}},
    };
    ASSERT_SAMPLES(samples);
}

static void test_ietf(void **state) {
    (void)state;
    static const struct sample samples[] = {
        {"RateLimit-Policy: \"burst\";q=100;w=60,\"daily\";q=1000;w=86400\nRateLimit: \"burst\";r=50;t=30\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         2,
         {ENTRY(REQUESTS, CLOCK_MINUTE, TOLD, 100, 50, 30 * S, ENDS),
          ENTRY(REQUESTS, CLOCK_DAY, TOLD, 1000, NO, NO, UNKNOWN)}},
        {"RateLimit: \"burst\";r=8;t=1\nRateLimit: \"daily\";r=4998;t=69076\nRateLimit-Policy: "
         "\"burst\";q=10;w=10\n"
         "RateLimit-Policy: \"daily\";q=5000;w=86400\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         2,
         {ENTRY(REQUESTS, 10 * S, TOLD, 10, 8, S, ENDS),
          ENTRY(REQUESTS, CLOCK_DAY, TOLD, 5000, 4998, 69076 * S, ENDS)}},
        {"RateLimit: \"default\";r=50;t=30\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         1,
         {ENTRY(REQUESTS, 0, UNKNOWN, NO, 50, 30 * S, ENDS)}},
        {"RateLimit-Policy: \"100-in-15min\"; q=100; w=900; pk=:MTI3:, t;q=9000;w=60;qu=\"tokens\", "
         "\"out-tokens-output\";q=700;w=60, \"b\";q=5;qu=\"content-bytes\"\n"
         "RateLimit: \"100-in-15min\"; r=99; t=900, t;r=8000, \"b\";r=3;t=1\n",
         LIMIT_DIALECT_ANY,
         {0, 1, 0},
         3,
         {ENTRY(REQUESTS, 900 * S, TOLD, 100, 99, 900 * S, ENDS),
          ENTRY(TOKENS, CLOCK_MINUTE, TOLD, 9000, 8000, NO, UNKNOWN),
          ENTRY(OUTPUT_TOKENS, CLOCK_MINUTE, TOLD, 700, NO, NO, UNKNOWN)}},
        // Older drafts
        {"RateLimit-Limit: 10\nRateLimit-Remaining: 4\nRateLimit-Reset: 3\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         1,
         {ENTRY(REQUESTS, 0, UNKNOWN, 10, 4, 3 * S, ENDS)}},
        {"RateLimit-Limit: 100, 100;w=60;burst=1000;comment=\"x\", 5000;w=3600\nRateLimit-Remaining: 40\n"
         "RateLimit-Reset: 30\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         2,
         {ENTRY(REQUESTS, CLOCK_MINUTE, TOLD, 100, 40, 30 * S, ENDS),
          ENTRY(REQUESTS, CLOCK_HOUR, TOLD, 5000, NO, NO, UNKNOWN)}},
        {"RateLimit-Limit: 100;w=1\nRateLimit-Remaining: 40\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         1,
         {ENTRY(REQUESTS, CLOCK_SECOND, TOLD, 100, 40, NO, UNKNOWN)}},
        {"RateLimit: limit=100, remaining=50, reset=5\nRateLimit-Policy: 100;w=60\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         1,
         {ENTRY(REQUESTS, CLOCK_MINUTE, TOLD, 100, 50, 5 * S, ENDS)}},
        // GitHub, OpenRouter: moments
        {"x-ratelimit-limit: 60\nx-ratelimit-remaining: 59\nx-ratelimit-reset: 1755780090\nx-ratelimit-used: "
         "1\n",
         LIMIT_DIALECT_ANY,
         {0, 1, 0},
         1,
         {ENTRY(REQUESTS, 0, UNKNOWN, 60, 59, 30 * S, ENDS)}},
        {"X-RateLimit-Limit: 20\nX-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1755780120500\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         1,
         {ENTRY(REQUESTS, 0, UNKNOWN, 20, 0, 60500 * MS, ENDS)}},
        // Malformed fields are ignored as a whole.
        {"RateLimit-Policy: \"fixed window\";\"api\";q=500;w=300\nRateLimit: \"api\";r=495;t=140\n",
         LIMIT_DIALECT_ANY,
         {1, 0, 0},
         1,
         {ENTRY(REQUESTS, 0, UNKNOWN, NO, 495, 140 * S, ENDS)}},
        {"RateLimit-Policy: \"a\";q=5;w=60, \"b\"\nRateLimit-Policy:\nRateLimit-Policy: \"a\";q=-5\n"
         "RateLimit: \"a\";r=1.2345\nRateLimit: \"a\";t=5\nRateLimit: \"a\";r=\"x\"\nRateLimit: 5;r=5\n"
         "RateLimit: limit=x\nRateLimit-Limit: 5, a\nRateLimit: \"a\";r=1,\nRateLimit: reset=-4\n",
         LIMIT_DIALECT_ANY,
         {11, 0, 0},
         0,
         {{0}}},
        {"RateLimit-Policy: \"a\";q=0;w=60\nRateLimit-Policy: \"b\";q=7;w=60, \"b\";q=8;w=60\n"
         "RateLimit: \"b\";r=6, \"b\";r=6, \"b\";r=5, \"c\";r=0\n",
         LIMIT_DIALECT_ANY,
         {0, 2, 2},
         1,
         {ENTRY(REQUESTS, CLOCK_MINUTE, TOLD, 7, 5, NO, UNKNOWN)}},
        {"RateLimit-Policy: \"a\";q=10;w=60\nRateLimit: \"a\";r=11;t=99999999999\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 1},
         1,
         {ENTRY(REQUESTS, CLOCK_MINUTE, TOLD, 10, NO, NO, UNKNOWN)}},
        {"RateLimit: reset=99999999999\nRateLimit-Policy: 1;w=1, 2;w=2, 3;w=3, 4;w=4, 5;w=5, 6;w=6, 7;w=7, "
         "8;w=8, 9;w=9\n",
         LIMIT_DIALECT_ANY,
         {1, 1, 0},
         8,
         {ENTRY(REQUESTS, CLOCK_SECOND, TOLD, 1, NO, NO, UNKNOWN)}},
    };
    ASSERT_SAMPLES(samples);
}

static void test_ignored(void **state) {
    (void)state;
    static const struct sample samples[] = {
        {"x-ratelimit-limit-requests: many\nx-ratelimit-limit-requests: -7\nx-ratelimit-reset-requests: "
         "soon\n"
         "x-ratelimit-limit-tokens: 99999999999999999999\nx-ratelimit-remaining-tokens: "
         "\nx-ratelimit-reset-tokens: -5s\n"
         "x-ratelimit-tokens-query-cost: ?\n",
         LIMIT_DIALECT_ANY,
         {7, 0, 0},
         0,
         {{0}}},
        {"x-ratelimit-limit-requests: 500\nx-ratelimit-remaining-requests: 501\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 1},
         1,
         {ENTRY(REQUESTS, CLOCK_MINUTE, ASSUMED, 500, NO, NO, UNKNOWN)}},
        // The same again is fine; of different ones the safe one counts.
        {"x-ratelimit-limit-requests: 500\nx-ratelimit-limit-requests: 500\nx-ratelimit-remaining-requests: "
         "4\n"
         "x-ratelimit-remaining-requests: 3\nx-ratelimit-remaining-requests: 4\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 2},
         1,
         {ENTRY(REQUESTS, CLOCK_MINUTE, ASSUMED, 500, 3, NO, UNKNOWN)}},
        {"x-ratelimit-limit-requests: 500\nx-ratelimit-limit-requests: 600\nx-ratelimit-remaining-requests: "
         "0\n"
         "x-ratelimit-reset-requests: 30\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 1},
         1,
         {ENTRY(REQUESTS, CLOCK_MINUTE, ASSUMED, 500, 0, 30 * S, ENDS)}},
        {"x-ratelimit-remaining-requests: 0\n", LIMIT_DIALECT_ANY, {0, 1, 0}, 0, {{0}}},
        {"x-ratelimit-reset-requests: 20\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         1,
         {ENTRY(REQUESTS, CLOCK_MINUTE, ASSUMED, NO, NO, 20 * S, ENDS)}},
        {"x-ratelimit-over-limit: no\nx-ratelimit: 5\nx-ratelimit-limit-: "
         "5\nx-ratelimit-limit-requests-fortnight: 5\n"
         "x-ratelimit-a-name-that-is-longer-than-any-that-is-known-of-these-headers: 5\nratelimited: 1\n",
         LIMIT_DIALECT_ANY,
         {0, 6, 0},
         0,
         {{0}}},
        {"x-request-id: 1\nRetry-After: 5\nserver: x\nx-ratelimi: 4\nno colon\n: "
         "5\n\n\r\nx\nx-ratelimit-limit-requests\n"
         "anthropic-organization-id: 1\ndate: never\nalt-svc: x\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         0,
         {{0}}},
        // Of two that speak of the same, the tighter.
        {"x-ratelimit-limit-tokens: 100\nx-ratelimit-remaining-tokens: "
         "90\nx-ratelimit-limit-tokens_usage_based: 80\n"
         "x-ratelimit-remaining-tokens_usage_based: 70\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         1,
         {ENTRY(TOKENS, CLOCK_MINUTE, ASSUMED, 80, 70, NO, UNKNOWN)}},
        {"HTTP/1.1 103 Early Hints\r\nx-ratelimit-limit-requests: 9\r\nHTTP/1.1 200 OK\r\n"
         "X-RATELIMIT-LIMIT-REQUESTS:\t 8 \r\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         1,
         {ENTRY(REQUESTS, CLOCK_MINUTE, ASSUMED, 8, NO, NO, UNKNOWN)}},
    };
    ASSERT_SAMPLES(samples);
}

// What remains, in every form in which servers have told that nothing does: the most urgent value is never
// the one that is dropped.
static void test_overdrawn(void **state) {
    (void)state;
    static const char *const left[] = {
        "0",      "-1",     "-2",      "-250",    "-0.5",      "-600.0", "-6,000",
        "\"-7\"", "  -12 ", "500, -3", "-3, 500", "-1, 4, -9", "0.4",    "-99999999999999999999"};
    static const struct {
        const char *limit, *remaining;
        enum limit_dialect dialect;
        enum limit_unit unit;
    } names[] = {
        {"x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", LIMIT_DIALECT_ANY, LIMIT_REQUESTS},
        {"x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", LIMIT_DIALECT_OPENAI,
         LIMIT_REQUESTS},
        {"x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", LIMIT_DIALECT_ANY, LIMIT_TOKENS},
        {"x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", LIMIT_DIALECT_AZURE, LIMIT_TOKENS},
        {"x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", LIMIT_DIALECT_GROQ, LIMIT_REQUESTS},
        {"x-ratelimit-limit-tokens-minute", "x-ratelimit-remaining-tokens-minute", LIMIT_DIALECT_MISTRAL,
         LIMIT_TOKENS},
        {"anthropic-ratelimit-input-tokens-limit", "anthropic-ratelimit-input-tokens-remaining",
         LIMIT_DIALECT_ANTHROPIC, LIMIT_INPUT_TOKENS},
        {"anthropic-ratelimit-output-tokens-limit", "anthropic-ratelimit-output-tokens-remaining",
         LIMIT_DIALECT_ANTHROPIC, LIMIT_OUTPUT_TOKENS},
        {"ratelimit-limit", "ratelimit-remaining", LIMIT_DIALECT_ANY, LIMIT_REQUESTS},
        {"X-RateLimit-Limit", "X-RateLimit-Remaining", LIMIT_DIALECT_ANY, LIMIT_REQUESTS},
        {"X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", LIMIT_DIALECT_ANY, LIMIT_REQUESTS},
        {"x-ratelimit-limit-requests-day", "x-ratelimit-remaining-requests-day", LIMIT_DIALECT_ANY,
         LIMIT_REQUESTS},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        for (size_t k = 0; k < sizeof(left) / sizeof(left[0]); k++) {
            struct limit_report report;
            char lines[300];
            (void)snprintf(lines, sizeof(lines), "%s: 20,000\n%s: %s\n", names[i].limit, names[i].remaining,
                           left[k]);
            read_lines(&report, names[i].dialect, lines);
            if (report.count != 1 || report.entry[0].unit != names[i].unit ||
                report.entry[0].limit != 20000 || report.entry[0].remaining != 0) {
                fail_msg("%s", lines);
            }
        }
    }
}

// The same in the fields of the IETF, and where no limit is told.
static void test_overdrawn_elsewhere(void **state) {
    (void)state;
    static const struct sample samples[] = {
        {"RateLimit-Policy: \"a\";q=100;w=60\nRateLimit: \"a\";r=-5;t=30\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         1,
         {ENTRY(REQUESTS, CLOCK_MINUTE, TOLD, 100, 0, 30 * S, ENDS)}},
        {"RateLimit-Policy: \"a\";q=100;w=60\nRateLimit: \"a\";t=30;r=\"-5.5\"\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         1,
         {ENTRY(REQUESTS, CLOCK_MINUTE, TOLD, 100, 0, 30 * S, ENDS)}},
        {"RateLimit-Policy: \"a\";q=100.0;w=60\nRateLimit: \"a\";r=50.5;t=30\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         1,
         {ENTRY(REQUESTS, CLOCK_MINUTE, TOLD, 100, 50, 30 * S, ENDS)}},
        {"RateLimit: limit=100, remaining=-3, reset=5\nRateLimit-Policy: 100;w=60\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         1,
         {ENTRY(REQUESTS, CLOCK_MINUTE, TOLD, 100, 0, 5 * S, ENDS)}},
        {"RateLimit: \"a\";r=-1\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         1,
         {ENTRY(REQUESTS, 0, UNKNOWN, NO, 0, NO, UNKNOWN)}},
        {"x-ratelimit-remaining-requests: -7\n",
         LIMIT_DIALECT_ANY,
         {0, 0, 0},
         1,
         {ENTRY(REQUESTS, CLOCK_MINUTE, ASSUMED, NO, 0, NO, UNKNOWN)}},
        {"x-ratelimit-limit-tokens: -1\nx-ratelimit-remaining-tokens: -7\n",
         LIMIT_DIALECT_AZURE,
         {0, 1, 0},
         1,
         {ENTRY(TOKENS, CLOCK_MINUTE, ASSUMED, NO, 0, NO, UNKNOWN)}},
        // A limit of nothing stays none.
        {"x-ratelimit-remaining-requests: -7\nx-ratelimit-limit-requests: 0\nx-ratelimit-reset-requests: 0\n",
         LIMIT_DIALECT_ANY,
         {0, 1, 0},
         1,
         {ENTRY(REQUESTS, CLOCK_MINUTE, ASSUMED, NO, 0, 0, ENDS)}},
        // Nobody knows.
        {"x-ratelimit-remaining-tokens: -1\n", LIMIT_DIALECT_ANY, {0, 1, 0}, 0, {{0}}},
        {"x-ratelimit-limit-tokens: -1\nx-ratelimit-remaining-tokens: -1\n",
         LIMIT_DIALECT_ANY,
         {0, 2, 0},
         0,
         {{0}}},
    };
    ASSERT_SAMPLES(samples);
}

// What people are told of; the first of an answer.
static void test_odd(void **state) {
    (void)state;
    static const struct {
        const char *lines;
        enum limit_dialect dialect;
        enum limit_odd_kind kind;
        const char *name, *value;
    } cases[] = {
        {"x-ratelimit-limit-requests: 60\nx-ratelimit-remaining-requests: -7\n", LIMIT_DIALECT_ANY,
         LIMIT_ODD_NONE, "", ""},
        {"x-ratelimit-limit-requests: 0\n", LIMIT_DIALECT_ANY, LIMIT_ODD_ZERO, "x-ratelimit-limit-requests",
         "0"},
        {"x-ratelimit-limit-requests: 0\n", LIMIT_DIALECT_AZURE, LIMIT_ODD_NONE, "", ""},
        {"x-ratelimit-limit-requests: -1\n", LIMIT_DIALECT_ANY, LIMIT_ODD_NONE, "", ""},
        {"anthropic-ratelimit-tokens-limit: ma\x1bny\n", LIMIT_DIALECT_ANTHROPIC, LIMIT_ODD_UNREADABLE,
         "anthropic-ratelimit-tokens-limit", "ma?ny"},
        {"ratelimit-reset: soon, 5\n", LIMIT_DIALECT_ANY, LIMIT_ODD_UNREADABLE, "ratelimit-reset", "soon"},
        {"x-ratelimit-limit-tokens: 5\nx-ratelimit-remaining-tokens: 6\n", LIMIT_DIALECT_ANY, LIMIT_ODD_ABOVE,
         "x-ratelimit-remaining-tokens", ""},
        {"x-ratelimit-limit: 5\nx-ratelimit-reset: 2094-01-01T00:00:00Z\n", LIMIT_DIALECT_ANY,
         LIMIT_ODD_YEARS, "x-ratelimit-reset", ""},
        {"RateLimit-Policy: \"a\";q=5;w=60\nRateLimit: \"a\";r=6\n", LIMIT_DIALECT_ANY, LIMIT_ODD_ABOVE,
         "RateLimit", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct limit_report report;
        char name[LIMIT_DIALECTS_NAME];
        read_lines(&report, cases[i].dialect, cases[i].lines);
        if (report.odd.kind != cases[i].kind) {
            fail_msg("%s: %d", cases[i].lines, (int)report.odd.kind);
        }
        if (cases[i].kind != LIMIT_ODD_NONE) {
            assert_string_equal(limit_dialects_name(report.odd.row, report.odd.part, name), cases[i].name);
            assert_string_equal(report.odd.value, cases[i].value);
        }
    }
}

// How long a refusal that names no wait of its own lasts.
static void test_waits(void **state) {
    (void)state;
    static const struct {
        const char *lines;
        enum limit_dialect dialect;
        uint64_t wait; // NO: they tell nothing
    } cases[] = {
        {"server: x\n", LIMIT_DIALECT_ANY, NO},
        {"x-ratelimit-reset: 26\n", LIMIT_DIALECT_ANY, 26 * S},
        {"x-ratelimit-reset: 26.5\n", LIMIT_DIALECT_ANY, 26500 * MS},
        {"x-ratelimit-reset: 1755780086\n", LIMIT_DIALECT_ANY, 26 * S},
        {"x-ratelimit-reset: 1755780086000\n", LIMIT_DIALECT_ANY, 26 * S},
        {"x-ratelimit-reset: 2025-08-21T12:41:26Z\n", LIMIT_DIALECT_ANY, 26 * S},
        {"x-ratelimit-reset: Thu, 21 Aug 2025 12:41:26 GMT\n", LIMIT_DIALECT_ANY, 26 * S},
        {"x-ratelimit-reset: 1755780086\nDate: Thu, 21 Aug 2025 12:41:16 GMT\n", LIMIT_DIALECT_ANY, 10 * S},
        {"x-rate-limit-reset: 1755780086\n", LIMIT_DIALECT_ANY, 26 * S},
        {"x-ratelimit-reset-after: 26\n", LIMIT_DIALECT_ANY, 26 * S},
        {"x-ratelimit-reset-requests: 1m30s\n", LIMIT_DIALECT_ANY, 90 * S},
        {"x-ratelimit-reset-requests: 6h0m0s\n", LIMIT_DIALECT_OPENAI, 21600 * S},
        {"x-ratelimit-reset-tokens: 250ms\n", LIMIT_DIALECT_OPENAI, 250 * MS},
        {"x-ratelimit-reset-tokens: 26\n", LIMIT_DIALECT_AZURE, 26 * S},
        {"x-ratelimit-reset-requests-day: 33011.38\n", LIMIT_DIALECT_ANY, 33011380 * MS},
        {"anthropic-ratelimit-output-tokens-reset: 2025-08-21T12:41:26Z\n", LIMIT_DIALECT_ANTHROPIC, 26 * S},
        {"anthropic-ratelimit-unified-reset: 1755780086\n", LIMIT_DIALECT_ANTHROPIC, 26 * S},
        {"ratelimit-reset: 26\n", LIMIT_DIALECT_ANY, 26 * S},
        {"RateLimit: \"a\";r=0;t=26\n", LIMIT_DIALECT_ANY, 26 * S},
        {"RateLimit: limit=5, remaining=0, reset=26\n", LIMIT_DIALECT_ANY, 26 * S},
        // A moment that is over
        {"x-ratelimit-reset: 1755780000\n", LIMIT_DIALECT_ANY, 0},
        // Years are no wait.
        {"x-ratelimit-reset: 2031-01-01T00:00:00Z\n", LIMIT_DIALECT_ANY, NO},
        {"x-ratelimit-reset: 99999999999\n", LIMIT_DIALECT_ANY, NO},
        {"x-ratelimit-reset: -5\n", LIMIT_DIALECT_ANY, NO},
        // Of several lines, and of several limits that are used up, the longest
        {"x-ratelimit-reset: 3\nx-ratelimit-reset: 26\nx-ratelimit-reset: 1\n", LIMIT_DIALECT_ANY, 26 * S},
        {"x-ratelimit-reset: 3, 26, 1\n", LIMIT_DIALECT_ANY, 26 * S},
        {"x-ratelimit-limit-requests: 500\nx-ratelimit-remaining-requests: 0\nx-ratelimit-reset-requests: "
         "26\n"
         "x-ratelimit-limit-tokens: 9000\nx-ratelimit-remaining-tokens: -4\nx-ratelimit-reset-tokens: 40\n",
         LIMIT_DIALECT_ANY, 40 * S},
        // What is not used up is not waited for.
        {"x-ratelimit-limit-requests: 500\nx-ratelimit-remaining-requests: 0\nx-ratelimit-reset-requests: "
         "26\n"
         "x-ratelimit-limit-tokens: 9000\nx-ratelimit-remaining-tokens: 8000\nx-ratelimit-reset-tokens: 40\n",
         LIMIT_DIALECT_ANY, 26 * S},
        {"x-ratelimit-limit-requests: 500\nx-ratelimit-remaining-requests: 300\nx-ratelimit-reset-requests: "
         "40\n",
         LIMIT_DIALECT_ANY, NO},
        // But next to nothing may be less than the request needs.
        {"x-ratelimit-limit-tokens: 9000\nx-ratelimit-remaining-tokens: 40\nx-ratelimit-reset-tokens: 40\n",
         LIMIT_DIALECT_ANY, 40 * S},
        // Of a day that refills all the time one request is waited for.
        {"x-ratelimit-limit-requests: 1000\nx-ratelimit-remaining-requests: 0\nx-ratelimit-reset-requests: "
         "24h0m0s\n",
         LIMIT_DIALECT_OPENAI, 87400 * MS},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct limit_report report;
        uint64_t wait;
        read_lines(&report, cases[i].dialect, cases[i].lines);
        bool told = limit_report_wait(&report, &wait);
        wait = told ? wait : NO;
        if (wait != cases[i].wait) {
            fail_msg("%s: %llu ns", cases[i].lines, (unsigned long long)wait);
        }
    }
}

static void test_reader(void **state) {
    (void)state;
    struct limit_headers headers;
    struct limit_report report;
    limit_headers_begin(&headers, limit_dialects_named("Groq"));
    assert_int_equal(headers.dialect, LIMIT_DIALECT_GROQ);
    assert_int_equal(limit_dialects_named("ollama"), LIMIT_DIALECT_ANY);
    assert_int_equal(limit_dialects_named(""), LIMIT_DIALECT_ANY);
    limit_headers_add(&headers, "server", 6, "x", 1);
    limit_headers_add(&headers, "Date", 4, "Sun, 06 Nov 1994 08:49:37 GMT", 29);
    assert_true(limit_headers_empty(&headers));
    limit_headers_add(&headers, "x-ratelimit-tokens-query-cost", 29, "52", 2);
    assert_false(limit_headers_empty(&headers));
    limit_headers_report(&headers, WALL, &report);
    assert_int_equal(report.cost, 52);
    assert_int_equal(report.count, 0);
    assert_null(limit_report_find(&report, LIMIT_REQUESTS, CLOCK_MINUTE));
    for (int unit = 0; unit < LIMIT_UNITS; unit++) {
        assert_non_null(limit_report_unit((enum limit_unit)unit));
    }
}

// What a report promises, whatever was read.
static void assert_sound(const struct limit_report *report) {
    assert_true(report->count <= LIMIT_REPORT_MOST);
    for (uint32_t i = 0; i < report->count; i++) {
        const struct limit_entry *entry = &report->entry[i];
        assert_true(entry->unit < LIMIT_UNITS);
        assert_ptr_equal(limit_report_find(report, entry->unit, entry->window), entry);
        assert_true((entry->window == 0) == (entry->source == LIMIT_WINDOW_UNKNOWN));
        assert_true((entry->reset == LIMIT_UNKNOWN) == (entry->means == LIMIT_RESET_UNKNOWN));
        assert_true(entry->reset == LIMIT_UNKNOWN || entry->reset <= LIMIT_TIME_MOST);
        assert_true(entry->limit == LIMIT_UNKNOWN || (entry->limit > 0 && entry->limit <= LIMIT_COUNT_MOST));
        assert_true(entry->remaining == LIMIT_UNKNOWN || entry->remaining <= entry->limit);
        assert_true(entry->limit != LIMIT_UNKNOWN || entry->remaining != LIMIT_UNKNOWN ||
                    entry->reset != LIMIT_UNKNOWN);
    }
}

static size_t append(char *line, size_t length, size_t size, const char *piece) {
    size_t more = strlen(piece);
    if (more > size - length) {
        return length;
    }
    memcpy(line + length, piece, more);
    return length + more;
}

// A name and pieces of values, and now and then bytes of them replaced.
static size_t random_line(struct unit_random *random, char *line, size_t size) {
    static const char *const names[] = {"x-ratelimit-limit-requests",
                                        "x-ratelimit-remaining-requests",
                                        "x-ratelimit-reset-requests",
                                        "x-ratelimit-limit-tokens",
                                        "x-ratelimit-remaining-tokens",
                                        "x-ratelimit-reset-tokens",
                                        "anthropic-ratelimit-tokens-limit",
                                        "anthropic-ratelimit-tokens-remaining",
                                        "anthropic-ratelimit-tokens-reset",
                                        "ratelimit-limit",
                                        "ratelimit-remaining",
                                        "ratelimit-reset",
                                        "ratelimit",
                                        "ratelimit-policy",
                                        "x-ratelimit-tokens-query-cost",
                                        "date",

                                        "ratelimitbysize-limit",
                                        ""};
    static const char *const values[] = {"1",
                                         "0",
                                         "-1",
                                         "9999999999",
                                         "5000",
                                         "4999",
                                         "12ms",
                                         "6m0s",
                                         "h",
                                         ".",
                                         "2025-08-21T12:41:00Z",
                                         "+02:00",
                                         "\"a\"",
                                         ";q=",
                                         ";w=",
                                         ";r=",
                                         ";t=",
                                         ",",
                                         ";",
                                         "=",
                                         ":YQ==:",
                                         "\"",
                                         "\\",
                                         "limit=",
                                         "remaining=",
                                         "tokens",
                                         "Thu, 21 Aug 2025 12:41:00 GMT",
                                         "\xc2\xb5",
                                         "?1",
                                         "@5",
                                         "(",
                                         "\"a\";q=7;w=60",
                                         "\"a\";r=5;t=6",
                                         "\r\n"};
    size_t length = append(line, 0, size, names[unit_random_below(random, sizeof(names) / sizeof(names[0]))]);
    length = append(line, length, size, ": ");
    for (uint32_t i = unit_random_below(random, 5); i > 0; i -= i > 2 ? 2 : 1) {
        length =
            append(line, length, size, values[unit_random_below(random, sizeof(values) / sizeof(values[0]))]);
    }
    while (length > 0 && unit_random_below(random, 4) == 0) {
        line[unit_random_below(random, (uint32_t)length)] = (char)unit_random_next(random);
    }
    return length;
}

// Each line stands in a block just as large as it is.
static void test_random_bytes(void **state) {
    (void)state;
    struct unit_random random = {.state = 20};
    uint64_t entries = 0;
    for (int i = 0; i < 30000; i++) {
        struct limit_headers headers;
        struct limit_report report;
        limit_headers_begin(&headers, (enum limit_dialect)unit_random_below(&random, LIMIT_DIALECTS));
        for (uint32_t lines = unit_random_below(&random, 20); lines > 0; lines--) {
            char bytes[256];
            size_t length = random_line(&random, bytes, sizeof(bytes));
            char *line = malloc(length > 0 ? length : 1);
            assert_non_null(line);
            memcpy(line, bytes, length);
            limit_headers_line(&headers, line, length);
            free(line);
        }
        limit_headers_report(&headers, unit_random_next(&random) >> unit_random_below(&random, 64), &report);
        assert_sound(&report);
        entries += report.count;
    }
    assert_true(entries > 1000);
}

#define ROWS 32

// More triples and policies than there is room for.
static void test_full(void **state) {
    (void)state;
    struct limit_headers headers;
    struct limit_report report;
    limit_headers_begin(&headers, LIMIT_DIALECT_ANY);
    for (int row = 0; row < ROWS; row++) {
        char name[80];
        const char *pattern = limit_dialects_row(row)->pattern;
        int head = (int)strcspn(pattern, "*");
        int length = snprintf(name, sizeof(name), "%.*slimit%s", head, pattern, pattern + head + 1);
        limit_headers_add(&headers, name, (size_t)length, "7", 1);
    }
    assert_int_equal(headers.count, LIMIT_HEADERS_MOST);
    assert_int_equal(headers.ignored.unknown,
                     ROWS - 2 - LIMIT_HEADERS_MOST); // two rows are the same names for Groq
    limit_headers_report(&headers, WALL, &report);
    assert_sound(&report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_openai),
        cmocka_unit_test(test_compatibles),
        cmocka_unit_test(test_anthropic),
        cmocka_unit_test(test_ietf),
        cmocka_unit_test(test_ignored),
        cmocka_unit_test(test_reader),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_odd),
        cmocka_unit_test(test_overdrawn),
        cmocka_unit_test(test_overdrawn_elsewhere),
        cmocka_unit_test(test_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
