#include "limits/limit_headers.h"
#include "limits/limit_values.h"
#include "unit_random.h"

#include "ration/clock.h"

#include <inttypes.h>
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

static void put_number(FILE *text, uint64_t number) {
    if (number == NO) {
        (void)fputc('?', text);
    } else {
        (void)fprintf(text, "%" PRIu64, number);
    }
}

// In seconds, exactly.
static void put_time(FILE *text, uint64_t time, uint64_t unknown) {
    char fraction[16];
    size_t length = (size_t)snprintf(fraction, sizeof(fraction), ".%09llu", time % S);
    while (length > 0 && (fraction[length - 1] == '0' || fraction[length - 1] == '.')) {
        fraction[--length] = '\0';
    }
    if (time == unknown) {
        (void)fputc('?', text);
    } else {
        (void)fprintf(text, "%llu%ss", time / S, fraction);
    }
}

static const char *const units[LIMIT_UNITS] = {
    [LIMIT_REQUESTS] = "requests",
    [LIMIT_TOKENS] = "tokens",
    [LIMIT_INPUT_TOKENS] = "input tokens",
    [LIMIT_OUTPUT_TOKENS] = "output tokens",
    [LIMIT_PROJECT_TOKENS] = "project tokens",
    [LIMIT_PRIORITY_INPUT_TOKENS] = "priority input tokens",
    [LIMIT_PRIORITY_OUTPUT_TOKENS] = "priority output tokens",
};

// No two limits of one unit and window.
static void assert_distinct(const struct limit_report *report) {
    for (uint32_t i = 0; i < report->count; i++) {
        for (uint32_t k = 0; k < i; k++) {
            assert_true(report->entry[i].unit != report->entry[k].unit ||
                        report->entry[i].window != report->entry[k].window);
        }
    }
}

// What a report says, a line for each limit: "requests/60s told: 50 of 100, ends in 30s". ~: rounded to
// thousands.
static const char *described(const struct limit_report *report, char *out, size_t size) {
    static const char *const sources[] = {[LIMIT_WINDOW_UNKNOWN] = "",
                                          [LIMIT_WINDOW_ASSUMED] = " assumed",
                                          [LIMIT_WINDOW_INFERRED] = " inferred",
                                          [LIMIT_WINDOW_TOLD] = " told"};
    static const char *const means[] = {
        [LIMIT_RESET_UNKNOWN] = "", [LIMIT_RESET_FULL] = ", full in ", [LIMIT_RESET_ENDS] = ", ends in "};
    static const struct limit_counts none;
    FILE *text = fmemopen(out, size, "w");
    assert_non_null(text);
    for (uint32_t i = 0; i < report->count; i++) {
        const struct limit_entry *entry = &report->entry[i];
        (void)fprintf(text, "%s/", units[entry->unit]);
        put_time(text, entry->window, 0);
        (void)fprintf(text, "%s: %s", sources[entry->source], entry->rounding == 1000 ? "~" : "");
        assert_true(entry->rounding == 1 || entry->rounding == 1000);
        put_number(text, entry->remaining);
        (void)fputs(" of ", text);
        put_number(text, entry->limit);
        (void)fputs(means[entry->means], text);
        if (entry->means != LIMIT_RESET_UNKNOWN) {
            put_time(text, entry->reset, NO);
        } else {
            assert_int_equal(entry->reset, NO);
        }
        (void)fputc('\n', text);
    }
    if (memcmp(&report->ignored, &none, sizeof(none)) != 0) {
        (void)fprintf(text, "ignored: %u malformed, %u unknown, %u contradictory\n",
                      report->ignored.malformed, report->ignored.unknown, report->ignored.contradictory);
    }
    assert_int_equal(fclose(text), 0);
    return out;
}

struct sample {
    enum limit_dialect dialect;
    const char *lines;
    const char *report;
};

static void assert_samples(const struct sample *samples, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct limit_report report;
        char text[2048];
        read_lines(&report, samples[i].dialect, samples[i].lines);
        assert_distinct(&report);
        if (strcmp(described(&report, text, sizeof(text)), samples[i].report) != 0) {
            print_error("%s", samples[i].lines);
        }
        assert_string_equal(text, samples[i].report);
    }
}

#define ASSERT_SAMPLES(samples) assert_samples(samples, sizeof(samples) / sizeof(samples)[0])

static void reads_openai(void **state) {
    (void)state;
    static const struct sample samples[] = {
        {LIMIT_DIALECT_OPENAI,
         "HTTP/1.1 200 OK\r\n"
         "content-type: application/json\r\n"
         "x-ratelimit-limit-requests: 5000\r\n"
         "x-ratelimit-limit-tokens: 160000\r\n"
         "x-ratelimit-limit-tokens_usage_based: 160000\r\n"
         "x-ratelimit-remaining-requests: 4999\r\n"
         "x-ratelimit-remaining-tokens: 158866\r\n"
         "x-ratelimit-remaining-tokens_usage_based: 158866\r\n"
         "x-ratelimit-reset-requests: 12ms\r\n"
         "x-ratelimit-reset-tokens: 425ms\r\n"
         "x-ratelimit-reset-tokens_usage_based: 425ms\r\n",
         "requests/60s inferred: 4999 of 5000, full in 0.012s\n"
         "tokens/60s inferred: 158866 of 160000, full in 0.425s\n"},
        // Too long for any refilling: the end of a day.
        {LIMIT_DIALECT_OPENAI,
         "x-ratelimit-limit-requests: 300\n"
         "x-ratelimit-remaining-requests: 299\n"
         "x-ratelimit-reset-requests: 23h59m59s\n",
         "requests/86400s assumed: 299 of 300, ends in 86399s\n"},
        // A free account: requests a day are told. Tokens: nothing to infer from, a minute is assumed.
        {LIMIT_DIALECT_ANY,
         "X-RateLimit-Limit-Requests: 200\n"
         "X-RateLimit-Limit-Tokens: 40000\n"
         "X-RateLimit-Remaining-Requests: 197\n"
         "X-RateLimit-Remaining-Tokens: 40000\n"
         "X-RateLimit-Reset-Requests: 16m17.764s\n"
         "X-RateLimit-Reset-Tokens: 0s\n",
         "requests/86400s inferred: 197 of 200, full in 977.764s\n"
         "tokens/60s assumed: 40000 of 40000, full in 0s\n"},
        // One request of the day, half come back: no window of which it is sure, but not a minute either.
        {LIMIT_DIALECT_OPENAI,
         "x-ratelimit-limit-requests: 200\n"
         "x-ratelimit-remaining-requests: 199\n"
         "x-ratelimit-reset-requests: 3m36s\n",
         "requests/86400s assumed: 199 of 200, full in 216s\n"},
        {LIMIT_DIALECT_ANY,
         "x-ratelimit-limit-project-tokens: 100000\n"
         "x-ratelimit-remaining-project-tokens: 90000\n"
         "x-ratelimit-reset-project-tokens: 6s\n",
         "project tokens/60s inferred: 90000 of 100000, full in 6s\n"},
        {LIMIT_DIALECT_ANY,
         "x-ratelimit-limit-requests: 500\n"
         "x-ratelimit-remaining-requests: 0\n"
         "x-ratelimit-reset-requests: 1m0s\n",
         "requests/60s inferred: 0 of 500, full in 60s\n"},
        {LIMIT_DIALECT_OPENAI,
         "x-ratelimit-limit-tokens: 30000\n"
         "x-ratelimit-remaining-tokens: 0\n"
         "x-ratelimit-reset-tokens: 1m25s\n",
         "tokens/60s assumed: 0 of 30000, full in 85s\n"},
        {LIMIT_DIALECT_ANY, "x-ratelimit-remaining-requests: 12\n", "requests/60s assumed: 12 of ?\n"},
    };
    ASSERT_SAMPLES(samples);
}

static void reads_the_compatibles(void **state) {
    (void)state;
    static const struct sample samples[] = {
        {LIMIT_DIALECT_AZURE,
         "x-ratelimit-limit-requests: 60\n"
         "x-ratelimit-remaining-requests: 59\n"
         "x-ratelimit-reset-requests: 10\n"
         "x-ratelimit-limit-tokens: -1\n"
         "x-ratelimit-remaining-tokens: -1\n"
         "x-ratelimit-reset-tokens: 0\n",
         "requests/60s assumed: 59 of 60, ends in 10s\n"
         "ignored: 0 malformed, 3 unknown, 0 contradictory\n"},
        {LIMIT_DIALECT_AZURE,
         "x-ratelimit-limit-requests: 0\n"
         "x-ratelimit-remaining-requests: 0\n"
         "x-ratelimit-reset-requests: 0\n",
         "ignored: 0 malformed, 3 unknown, 0 contradictory\n"},
        {LIMIT_DIALECT_ANY,
         "x-ratelimit-limit-requests: 0\n"
         "x-ratelimit-remaining-requests: 0\n"
         "x-ratelimit-reset-requests: 9\n",
         "requests/60s assumed: ? of ?, ends in 9s\n"
         "ignored: 0 malformed, 2 unknown, 0 contradictory\n"},
        // Groq, with its name known and without.
        {LIMIT_DIALECT_GROQ,
         "x-ratelimit-limit-requests: 14400\n"
         "x-ratelimit-limit-tokens: 18000\n"
         "x-ratelimit-remaining-requests: 14370\n"
         "x-ratelimit-remaining-tokens: 17997\n"
         "x-ratelimit-reset-requests: 2m59.56s\n"
         "x-ratelimit-reset-tokens: 7.66s\n",
         "requests/86400s told: 14370 of 14400, full in 179.56s\n"
         "tokens/60s told: 17997 of 18000, full in 7.66s\n"},
        {LIMIT_DIALECT_ANY,
         "x-ratelimit-limit-requests: 14400\n"
         "x-ratelimit-remaining-requests: 14370\n"
         "x-ratelimit-reset-requests: 2m59.56s\n",
         "requests/86400s inferred: 14370 of 14400, full in 179.56s\n"},
        // A duration that is no time to full, from one who is not known to mean that.
        {LIMIT_DIALECT_ANY,
         "x-ratelimit-limit-tokens: 8000\n"
         "x-ratelimit-remaining-tokens: 6500\n"
         "x-ratelimit-reset-tokens: 1m\n",
         "tokens/60s assumed: 6500 of 8000, ends in 60s\n"},
        {LIMIT_DIALECT_MISTRAL,
         "x-ratelimit-limit-tokens-minute: 5000000\n"
         "x-ratelimit-remaining-tokens-minute: 4999911\n"
         "x-ratelimit-tokens-query-cost: 52\n"
         "x-ratelimit-limit-req-minute: 720\n"
         "x-ratelimit-remaining-req-minute: 717\n",
         "tokens/60s told: 4999911 of 5000000\n"
         "requests/60s told: 717 of 720\n"},
        {LIMIT_DIALECT_ANY,
         "ratelimitbysize-limit: 500000\n"
         "ratelimitbysize-remaining: 499900\n"
         "ratelimitbysize-reset: 28\n"
         "ratelimitbysize-query-cost: 100\n"
         "x-ratelimitbysize-limit-month: 1000000000\n"
         "x-ratelimitbysize-remaining-month: 999999000\n"
         "x-ratelimitbysize-limit-minute: 500000\n"
         "x-ratelimitbysize-remaining-minute: 499900\n",
         "tokens/60s told: 499900 of 500000, ends in 28s\n"
         "tokens/2592000s told: 999999000 of 1000000000\n"},
        {LIMIT_DIALECT_ANY,
         "X-Ratelimit-Limit-Requests-Day: 10000\n"
         "X-Ratelimit-Remaining-Requests-Day: 9500\n"
         "X-Ratelimit-Reset-Requests-Day: 33011.382867\n"
         "X-Ratelimit-Limit-Requests-Minute: 120\n"
         "X-Ratelimit-Remaining-Requests-Minute: 115\n"
         "X-Ratelimit-Reset-Requests-Minute: 45.5\n",
         "requests/86400s told: 9500 of 10000, ends in 33011.382867s\n"
         "requests/60s told: 115 of 120, ends in 45.5s\n"},
        {LIMIT_DIALECT_ANY,
         "x-ratelimit-limit-tokens-prompt: 21600000\n"
         "x-ratelimit-limit-tokens-generated: 216000\n",
         "input tokens/60s assumed: ? of 21600000\n"
         "output tokens/60s assumed: ? of 216000\n"},
    };
    ASSERT_SAMPLES(samples);
}

static void reads_anthropic(void **state) {
    (void)state;
    static const struct sample samples[] = {
        // The moment of the answer is its Date, wherever that stands; a moment that has passed is now.
        {LIMIT_DIALECT_ANTHROPIC,
         "anthropic-ratelimit-input-tokens-limit: 80000\n"
         "anthropic-ratelimit-input-tokens-remaining: 80000\n"
         "anthropic-ratelimit-input-tokens-reset: 2025-08-21T12:40:59Z\n"
         "anthropic-ratelimit-output-tokens-limit: 16000\n"
         "anthropic-ratelimit-output-tokens-remaining: 12000\n"
         "anthropic-ratelimit-output-tokens-reset: 2025-08-21T12:41:15Z\n"
         "anthropic-ratelimit-requests-limit: 1000\n"
         "anthropic-ratelimit-requests-remaining: 999\n"
         "anthropic-ratelimit-requests-reset: 2025-08-21T12:40:59Z\n"
         "anthropic-ratelimit-tokens-limit: 96000\n"
         "anthropic-ratelimit-tokens-remaining: 92000\n"
         "anthropic-ratelimit-tokens-reset: 2025-08-21T14:41:02.5+02:00\n"
         "Date: Thu, 21 Aug 2025 12:41:00 GMT\n",
         "input tokens/60s told: ~80000 of 80000, full in 0s\n"
         "output tokens/60s told: ~12000 of 16000, full in 15s\n"
         "requests/60s told: 999 of 1000, full in 0s\n"
         "tokens/60s told: ~92000 of 96000, full in 2.5s\n"},
        {LIMIT_DIALECT_ANY,
         "date: Sun, 12 Jan 2025 23:11:29 GMT\n"
         "anthropic-priority-input-tokens-limit: 10000\n"
         "anthropic-priority-input-tokens-remaining: 9618\n"
         "anthropic-priority-input-tokens-reset: 2025-01-12T23:11:59Z\n"
         "anthropic-ratelimit-priority-output-tokens-limit: 10000\n"
         "anthropic-ratelimit-priority-output-tokens-remaining: 6000\n"
         "anthropic-ratelimit-priority-output-tokens-reset: 2025-01-12T23:12:21Z\n",
         "priority input tokens/60s told: 9618 of 10000, full in 30s\n"
         "priority output tokens/60s told: 6000 of 10000, full in 52s\n"},
        // No Date: our own clock. Rounding may lift what remains above the limit; more than that is wrong.
        {LIMIT_DIALECT_ANTHROPIC,
         "anthropic-ratelimit-tokens-limit: 4500\n"
         "anthropic-ratelimit-tokens-remaining: 5000\n"
         "anthropic-ratelimit-tokens-reset: 2025-08-21T12:41:07Z\n"
         "anthropic-ratelimit-output-tokens-limit: 4000\n"
         "anthropic-ratelimit-output-tokens-remaining: 5000\n",
         "tokens/60s told: ~4500 of 4500, full in 7s\n"
         "output tokens/60s told: ~? of 4000\n"
         "ignored: 0 malformed, 0 unknown, 1 contradictory\n"},
        {LIMIT_DIALECT_ANTHROPIC,
         "anthropic-ratelimit-requests-limit: 50\n"
         "anthropic-ratelimit-requests-reset: 2031-01-01T00:00:00Z\n",
         "requests/60s told: ? of 50\n"
         "ignored: 1 malformed, 0 unknown, 0 contradictory\n"},
        {LIMIT_DIALECT_ANTHROPIC,
         "anthropic-ratelimit-unified-status: allowed\n"
         "anthropic-version: 2023-06-01\n",
         "ignored: 0 malformed, 1 unknown, 0 contradictory\n"},
    };
    ASSERT_SAMPLES(samples);
}

static void reads_the_ietf_fields(void **state) {
    (void)state;
    static const struct sample samples[] = {
        {LIMIT_DIALECT_ANY,
         "RateLimit-Policy: \"burst\";q=100;w=60,\"daily\";q=1000;w=86400\n"
         "RateLimit: \"burst\";r=50;t=30\n",
         "requests/60s told: 50 of 100, ends in 30s\n"
         "requests/86400s told: ? of 1000\n"},
        {LIMIT_DIALECT_ANY,
         "RateLimit: \"burst\";r=8;t=1\n"
         "RateLimit: \"daily\";r=4998;t=69076\n"
         "RateLimit-Policy: \"burst\";q=10;w=10\n"
         "RateLimit-Policy: \"daily\";q=5000;w=86400\n",
         "requests/10s told: 8 of 10, ends in 1s\n"
         "requests/86400s told: 4998 of 5000, ends in 69076s\n"},
        {LIMIT_DIALECT_ANY, "RateLimit: \"default\";r=50;t=30\n", "requests/?: 50 of ?, ends in 30s\n"},
        {LIMIT_DIALECT_ANY,
         "RateLimit-Policy: \"100-in-15min\"; q=100; w=900; pk=:MTI3:, t;q=9000;w=60;qu=\"tokens\", "
         "\"out-tokens-output\";q=700;w=60, \"b\";q=5;qu=\"content-bytes\"\n"
         "RateLimit: \"100-in-15min\"; r=99; t=900, t;r=8000, \"b\";r=3;t=1\n",
         "requests/900s told: 99 of 100, ends in 900s\n"
         "tokens/60s told: 8000 of 9000\n"
         "output tokens/60s told: ? of 700\n"
         "ignored: 0 malformed, 1 unknown, 0 contradictory\n"},
        // Older drafts
        {LIMIT_DIALECT_ANY,
         "RateLimit-Limit: 10\n"
         "RateLimit-Remaining: 4\n"
         "RateLimit-Reset: 3\n",
         "requests/?: 4 of 10, ends in 3s\n"},
        {LIMIT_DIALECT_ANY,
         "RateLimit-Limit: 100, 100;w=60;burst=1000;comment=\"x\", 5000;w=3600\n"
         "RateLimit-Remaining: 40\n"
         "RateLimit-Reset: 30\n",
         "requests/60s told: 40 of 100, ends in 30s\n"
         "requests/3600s told: ? of 5000\n"},
        {LIMIT_DIALECT_ANY,
         "RateLimit-Limit: 100;w=1\n"
         "RateLimit-Remaining: 40\n",
         "requests/1s told: 40 of 100\n"},
        {LIMIT_DIALECT_ANY,
         "RateLimit: limit=100, remaining=50, reset=5\n"
         "RateLimit-Policy: 100;w=60\n",
         "requests/60s told: 50 of 100, ends in 5s\n"},
        // GitHub, OpenRouter: moments
        {LIMIT_DIALECT_ANY,
         "x-ratelimit-limit: 60\n"
         "x-ratelimit-remaining: 59\n"
         "x-ratelimit-reset: 1755780090\n"
         "x-ratelimit-used: 1\n",
         "requests/?: 59 of 60, ends in 30s\n"
         "ignored: 0 malformed, 1 unknown, 0 contradictory\n"},
        {LIMIT_DIALECT_ANY,
         "X-RateLimit-Limit: 20\n"
         "X-RateLimit-Remaining: 0\n"
         "X-RateLimit-Reset: 1755780120500\n",
         "requests/?: 0 of 20, ends in 60.5s\n"},
        // Malformed fields are ignored as a whole.
        {LIMIT_DIALECT_ANY,
         "RateLimit-Policy: \"fixed window\";\"api\";q=500;w=300\n"
         "RateLimit: \"api\";r=495;t=140\n",
         "requests/?: 495 of ?, ends in 140s\n"
         "ignored: 1 malformed, 0 unknown, 0 contradictory\n"},
        {LIMIT_DIALECT_ANY,
         "RateLimit-Policy: \"a\";q=5;w=60, \"b\"\n"
         "RateLimit-Policy:\n"
         "RateLimit-Policy: \"a\";q=-5\n"
         "RateLimit: \"a\";r=1.2345\n"
         "RateLimit: \"a\";t=5\n"
         "RateLimit: \"a\";r=\"x\"\n"
         "RateLimit: 5;r=5\n"
         "RateLimit: limit=x\n"
         "RateLimit-Limit: 5, a\n"
         "RateLimit: \"a\";r=1,\n"
         "RateLimit: reset=-4\n",
         "ignored: 11 malformed, 0 unknown, 0 contradictory\n"},
        {LIMIT_DIALECT_ANY,
         "RateLimit-Policy: \"a\";q=0;w=60\n"
         "RateLimit-Policy: \"b\";q=7;w=60, \"b\";q=8;w=60\n"
         "RateLimit: \"b\";r=6, \"b\";r=6, \"b\";r=5, \"c\";r=0\n",
         "requests/60s told: 5 of 7\n"
         "ignored: 0 malformed, 2 unknown, 2 contradictory\n"},
        {LIMIT_DIALECT_ANY,
         "RateLimit-Policy: \"a\";q=10;w=60\n"
         "RateLimit: \"a\";r=11;t=99999999999\n",
         "requests/60s told: ? of 10\n"
         "ignored: 0 malformed, 0 unknown, 1 contradictory\n"},
        {LIMIT_DIALECT_ANY,
         "RateLimit: reset=99999999999\n"
         "RateLimit-Policy: 1;w=1, 2;w=2, 3;w=3, 4;w=4, 5;w=5, 6;w=6, 7;w=7, 8;w=8, 9;w=9\n",
         "requests/1s told: ? of 1\n"
         "requests/2s told: ? of 2\n"
         "requests/3s told: ? of 3\n"
         "requests/4s told: ? of 4\n"
         "requests/5s told: ? of 5\n"
         "requests/6s told: ? of 6\n"
         "requests/7s told: ? of 7\n"
         "requests/8s told: ? of 8\n"
         "ignored: 1 malformed, 1 unknown, 0 contradictory\n"},
    };
    ASSERT_SAMPLES(samples);
}

static void ignores_what_makes_no_sense(void **state) {
    (void)state;
    static const struct sample samples[] = {
        {LIMIT_DIALECT_ANY,
         "x-ratelimit-limit-requests: many\n"
         "x-ratelimit-limit-requests: -7\n"
         "x-ratelimit-reset-requests: soon\n"
         "x-ratelimit-limit-tokens: 99999999999999999999\n"
         "x-ratelimit-remaining-tokens: \n"
         "x-ratelimit-reset-tokens: -5s\n"
         "x-ratelimit-tokens-query-cost: ?\n",
         "ignored: 7 malformed, 0 unknown, 0 contradictory\n"},
        {LIMIT_DIALECT_ANY,
         "x-ratelimit-limit-requests: 500\n"
         "x-ratelimit-remaining-requests: 501\n",
         "requests/60s assumed: ? of 500\n"
         "ignored: 0 malformed, 0 unknown, 1 contradictory\n"},
        // The same again is fine; of different ones the safe one counts.
        {LIMIT_DIALECT_ANY,
         "x-ratelimit-limit-requests: 500\n"
         "x-ratelimit-limit-requests: 500\n"
         "x-ratelimit-remaining-requests: 4\n"
         "x-ratelimit-remaining-requests: 3\n"
         "x-ratelimit-remaining-requests: 4\n",
         "requests/60s assumed: 3 of 500\n"
         "ignored: 0 malformed, 0 unknown, 2 contradictory\n"},
        {LIMIT_DIALECT_ANY,
         "x-ratelimit-limit-requests: 500\n"
         "x-ratelimit-limit-requests: 600\n"
         "x-ratelimit-remaining-requests: 0\n"
         "x-ratelimit-reset-requests: 30\n",
         "requests/60s assumed: 0 of 500, ends in 30s\n"
         "ignored: 0 malformed, 0 unknown, 1 contradictory\n"},
        {LIMIT_DIALECT_ANY, "x-ratelimit-remaining-requests: 0\n",
         "ignored: 0 malformed, 1 unknown, 0 contradictory\n"},
        {LIMIT_DIALECT_ANY, "x-ratelimit-reset-requests: 20\n",
         "requests/60s assumed: ? of ?, ends in 20s\n"},
        {LIMIT_DIALECT_ANY,
         "x-ratelimit-over-limit: no\n"
         "x-ratelimit: 5\n"
         "x-ratelimit-limit-: 5\n"
         "x-ratelimit-limit-requests-fortnight: 5\n"
         "x-ratelimit-a-name-that-is-longer-than-any-that-is-known-of-these-headers: 5\n"
         "ratelimited: 1\n",
         "ignored: 0 malformed, 6 unknown, 0 contradictory\n"},
        {LIMIT_DIALECT_ANY,
         "x-request-id: 1\n"
         "Retry-After: 5\n"
         "server: x\n"
         "x-ratelimi: 4\n"
         "no colon\n"
         ": 5\n"
         "\n"
         "\r\n"
         "x\n"
         "x-ratelimit-limit-requests\n"
         "anthropic-organization-id: 1\n"
         "date: never\n"
         "alt-svc: x\n",
         "ignored: 0 malformed, 6 unknown, 0 contradictory\n"},
        // Of two that speak of the same, the tighter.
        {LIMIT_DIALECT_ANY,
         "x-ratelimit-limit-tokens: 100\n"
         "x-ratelimit-remaining-tokens: 90\n"
         "x-ratelimit-limit-tokens_usage_based: 80\n"
         "x-ratelimit-remaining-tokens_usage_based: 70\n",
         "tokens/60s assumed: 70 of 80\n"},
        {LIMIT_DIALECT_ANY,
         "HTTP/1.1 103 Early Hints\r\n"
         "x-ratelimit-limit-requests: 9\r\n"
         "HTTP/1.1 200 OK\r\n"
         "X-RATELIMIT-LIMIT-REQUESTS:\t 8 \r\n",
         "requests/60s assumed: ? of 8\n"},
    };
    ASSERT_SAMPLES(samples);
}

// What remains, in every form in which servers have told that nothing does: the most urgent value is never
// the one that is dropped.
static void heeds_each_form_of_nothing_left(void **state) {
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
static void heeds_it_in_other_fields(void **state) {
    (void)state;
    static const struct sample samples[] = {
        {LIMIT_DIALECT_ANY,
         "RateLimit-Policy: \"a\";q=100;w=60\n"
         "RateLimit: \"a\";r=-5;t=30\n",
         "requests/60s told: 0 of 100, ends in 30s\n"},
        {LIMIT_DIALECT_ANY,
         "RateLimit-Policy: \"a\";q=100;w=60\n"
         "RateLimit: \"a\";t=30;r=\"-5.5\"\n",
         "requests/60s told: 0 of 100, ends in 30s\n"},
        {LIMIT_DIALECT_ANY,
         "RateLimit-Policy: \"a\";q=100.0;w=60\n"
         "RateLimit: \"a\";r=50.5;t=30\n",
         "requests/60s told: 50 of 100, ends in 30s\n"},
        {LIMIT_DIALECT_ANY,
         "RateLimit: limit=100, remaining=-3, reset=5\n"
         "RateLimit-Policy: 100;w=60\n",
         "requests/60s told: 0 of 100, ends in 5s\n"},
        {LIMIT_DIALECT_ANY, "RateLimit: \"a\";r=-1\n", "requests/?: 0 of ?\n"},
        {LIMIT_DIALECT_ANY, "x-ratelimit-remaining-requests: -7\n", "requests/60s assumed: 0 of ?\n"},
        {LIMIT_DIALECT_AZURE,
         "x-ratelimit-limit-tokens: -1\n"
         "x-ratelimit-remaining-tokens: -7\n",
         "tokens/60s assumed: 0 of ?\n"
         "ignored: 0 malformed, 1 unknown, 0 contradictory\n"},
        // A limit of nothing stays none.
        {LIMIT_DIALECT_ANY,
         "x-ratelimit-remaining-requests: -7\n"
         "x-ratelimit-limit-requests: 0\n"
         "x-ratelimit-reset-requests: 0\n",
         "requests/60s assumed: 0 of ?, ends in 0s\n"
         "ignored: 0 malformed, 1 unknown, 0 contradictory\n"},
        // Nobody knows.
        {LIMIT_DIALECT_ANY, "x-ratelimit-remaining-tokens: -1\n",
         "ignored: 0 malformed, 1 unknown, 0 contradictory\n"},
        {LIMIT_DIALECT_ANY,
         "x-ratelimit-limit-tokens: -1\n"
         "x-ratelimit-remaining-tokens: -1\n",
         "ignored: 0 malformed, 2 unknown, 0 contradictory\n"},
    };
    ASSERT_SAMPLES(samples);
}

// What people are told of; the first of an answer.
static void tells_the_first_odd_value(void **state) {
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
static void tells_how_long_to_wait(void **state) {
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

static void takes_headers_one_by_one(void **state) {
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
}

// What a report promises, whatever was read.
static void assert_sound(const struct limit_report *report) {
    assert_true(report->count <= LIMIT_REPORT_MOST);
    assert_distinct(report);
    for (uint32_t i = 0; i < report->count; i++) {
        const struct limit_entry *entry = &report->entry[i];
        assert_true(entry->unit < LIMIT_UNITS);
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
static void is_sound_whatever_comes(void **state) {
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
static void holds_what_there_is_room_for(void **state) {
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

// Whatever names were asked for before, of whatever API.
static void knows_each_name_however_often(void **state) {
    (void)state;
    static const char *const parts[] = {"limit", "remaining", "reset", "other"};
    for (int round = 0; round < 3; round++) {
        for (int row = 0; row < ROWS; row++) {
            for (int part = 0; part < 4; part++) {
                char name[80];
                enum limit_part found = LIMIT_PARTS;
                enum limit_dialect groq = LIMIT_DIALECT_GROQ;
                const struct limit_row *wanted = limit_dialects_row(row);
                int head = (int)strcspn(wanted->pattern, "*");
                int length = snprintf(name, sizeof(name), "%.*s%s%s", head, wanted->pattern, parts[part],
                                      wanted->pattern + head + 1);
                int any = limit_dialects_match(LIMIT_DIALECT_ANY, name, (size_t)length, &found);
                int own = limit_dialects_match(groq, name, (size_t)length, &found);
                if (part == 3) {
                    assert_int_equal(own, LIMIT_ROW_NONE);
                    assert_int_equal(any, LIMIT_ROW_NONE);
                    continue;
                }
                assert_int_equal(found, part);
                assert_int_equal(limit_dialects_row(any)->dialect, LIMIT_DIALECT_ANY);
                assert_string_equal(limit_dialects_row(any)->pattern, wanted->pattern);
                assert_string_equal(limit_dialects_row(own)->pattern, wanted->pattern);
                assert_true(wanted->dialect != groq || own == row);
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_each_name_however_often),   cmocka_unit_test(reads_openai),
        cmocka_unit_test(reads_the_compatibles),           cmocka_unit_test(reads_anthropic),
        cmocka_unit_test(reads_the_ietf_fields),           cmocka_unit_test(ignores_what_makes_no_sense),
        cmocka_unit_test(takes_headers_one_by_one),        cmocka_unit_test(holds_what_there_is_room_for),
        cmocka_unit_test(is_sound_whatever_comes),         cmocka_unit_test(tells_the_first_odd_value),
        cmocka_unit_test(heeds_each_form_of_nothing_left), cmocka_unit_test(heeds_it_in_other_fields),
        cmocka_unit_test(tells_how_long_to_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
