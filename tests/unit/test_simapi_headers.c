#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sim_dialect.h"
#include "sim_limit_headers.h"
#include "sim_retry_headers.h"
#include "sim_time_text.h"

#define SECOND UINT64_C(1000000000)
#define CLOCK (UINT64_C(1700000000) * SECOND) /* 2023-11-14T22:13:20Z, a Tuesday */
#define DAY (86400 * SECOND)

static const struct limit_view all[DIMENSION_COUNT] = {
    [DIMENSION_REQUESTS] = {500, 499, 120000000, 60 * SECOND},
    [DIMENSION_TOKENS] = {4000, 2600, 21 * SECOND, 60 * SECOND},
    [DIMENSION_INPUT] = {3000, 2000, 20 * SECOND, 60 * SECOND},
    [DIMENSION_OUTPUT] = {1200, 1199, SECOND / 20, 60 * SECOND},
    [DIMENSION_REQUESTS_DAY] = {50, 40, 3600 * SECOND, DAY}};
static const struct limit_view none[DIMENSION_COUNT];

static const char *value_of(const struct limit_headers *h, const char *name) {
    for (size_t i = 0; i < h->count; i++)
        if (!strcmp(h->header[i].name, name))
            return h->header[i].value;
    return "(missing)";
}

static struct limit_headers write(enum dialect dialect, const struct limit_view view[DIMENSION_COUNT]) {
    struct limit_headers h;

    sim_limit_headers_write(&h, dialect, view, CLOCK, 76);
    return h;
}

static void writes_durations(void **state) {
    static const struct {
        uint64_t ns;
        const char *text;
    } rows[] = {{0, "0s"},
                {1, "1ms"},
                {12000000, "12ms"},
                {999000001, "1s"},
                {1500000000, "1.5s"},
                {UINT64_C(60000000000), "1m0s"},
                {UINT64_C(360000000000), "6m0s"},
                {UINT64_C(179560000000), "2m59.56s"},
                {UINT64_C(3600000000000), "1h0m0s"},
                {UINT64_C(86399050000000), "23h59m59.05s"}};
    char text[TIME_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        sim_time_text_duration(rows[i].ns, text);
        assert_string_equal(text, rows[i].text);
    }
    sim_time_text_duration(UINT64_MAX, text);
}

static void writes_dates(void **state) {
    char text[TIME_TEXT_SIZE];

    (void)state;
    sim_time_text_rfc3339(CLOCK, text);
    assert_string_equal(text, "2023-11-14T22:13:20Z");
    sim_time_text_rfc3339(CLOCK + 1, text);
    assert_string_equal(text, "2023-11-14T22:13:21Z");
    sim_time_text_http_date(CLOCK, text);
    assert_string_equal(text, "Tue, 14 Nov 2023 22:13:20 GMT");
}

static void speaks_as_openai(void **state) {
    const struct limit_view tokens[DIMENSION_COUNT] = {
        [DIMENSION_TOKENS] = {4000, 3000, 15 * SECOND, 60 * SECOND}};
    const struct limit_view day[DIMENSION_COUNT] = {[DIMENSION_REQUESTS_DAY] = {200, 199, 432 * SECOND, DAY}};
    struct limit_headers h = write(DIALECT_OPENAI, tokens);

    (void)state;
    assert_int_equal(h.count, 3);
    assert_string_equal(value_of(&h, "x-ratelimit-remaining-tokens"), "3000");
    assert_string_equal(value_of(&h, "x-ratelimit-reset-tokens"), "15s");
    h = write(DIALECT_OPENAI, all);
    assert_string_equal(value_of(&h, "x-ratelimit-limit-requests"), "500");
    assert_string_equal(value_of(&h, "x-ratelimit-reset-requests"), "120ms");
    h = write(DIALECT_OPENAI, day);
    assert_string_equal(value_of(&h, "x-ratelimit-reset-requests"), "7m12s");
    assert_int_equal(write(DIALECT_OPENAI, none).count, 0);
}

static void speaks_as_azure_groq_and_mistral(void **state) {
    const struct limit_view requests[DIMENSION_COUNT] = {
        [DIMENSION_REQUESTS] = {10, 9, 5500000000, 60 * SECOND}};
    struct limit_headers h = write(DIALECT_AZURE, requests);

    (void)state;
    assert_string_equal(value_of(&h, "x-ratelimit-reset-requests"), "6");
    assert_string_equal(value_of(&h, "x-ratelimit-limit-tokens"), "-1");
    assert_string_equal(value_of(&h, "x-ratelimit-remaining-tokens"), "-1");
    h = write(DIALECT_GROQ, all);
    assert_string_equal(value_of(&h, "x-ratelimit-limit-requests"), "50");
    assert_string_equal(value_of(&h, "x-ratelimit-reset-requests"), "1h0m0s");
    assert_string_equal(value_of(&h, "x-ratelimit-limit-tokens"), "4000");
    h = write(DIALECT_MISTRAL, all);
    assert_int_equal(h.count, 5);
    assert_string_equal(value_of(&h, "x-ratelimit-remaining-req-minute"), "499");
    assert_string_equal(value_of(&h, "x-ratelimit-tokens-query-cost"), "76");
}

static void tells_the_projects_limits(void **state) {
    const struct limit_view project[DIMENSION_COUNT] = {
        [DIMENSION_TOKENS] = {4000, 3000, 15 * SECOND, 60 * SECOND},
        [DIMENSION_PROJECT] = {2000, 1500, 15 * SECOND, 60 * SECOND}};
    struct limit_headers h = write(DIALECT_OPENAI, project);

    (void)state;
    assert_int_equal(h.count, 6);
    assert_string_equal(value_of(&h, "x-ratelimit-limit-project-tokens"), "2000");
    assert_string_equal(value_of(&h, "x-ratelimit-remaining-project-tokens"), "1500");
    assert_string_equal(value_of(&h, "x-ratelimit-reset-project-tokens"), "15s");
    assert_string_equal(value_of(&h, "x-ratelimit-remaining-tokens"), "3000");
}

static void speaks_as_cerebras(void **state) {
    const struct limit_view day[DIMENSION_COUNT] = {
        [DIMENSION_REQUESTS_DAY] = {12, 5, 3 * SECOND + 250000000, 4 * SECOND}};
    struct limit_headers h = write(DIALECT_CEREBRAS, day);

    (void)state;
    assert_int_equal(h.count, 3);
    assert_string_equal(value_of(&h, "x-ratelimit-limit-requests-day"), "12");
    assert_string_equal(value_of(&h, "x-ratelimit-remaining-requests-day"), "5");
    assert_string_equal(value_of(&h, "x-ratelimit-reset-requests-day"), "3.250000");
    h = write(DIALECT_CEREBRAS, all);
    assert_int_equal(h.count, 9);
    assert_string_equal(value_of(&h, "x-ratelimit-reset-tokens-minute"), "21.000000");
}

static void speaks_as_anthropic(void **state) {
    struct limit_view view[DIMENSION_COUNT];
    struct limit_headers h = write(DIALECT_ANTHROPIC, all);

    (void)state;
    assert_int_equal(h.count, 12);
    assert_string_equal(value_of(&h, "anthropic-ratelimit-requests-remaining"), "499");
    assert_string_equal(value_of(&h, "anthropic-ratelimit-tokens-remaining"), "3000");
    assert_string_equal(value_of(&h, "anthropic-ratelimit-tokens-reset"), "2023-11-14T22:13:41Z");
    assert_string_equal(value_of(&h, "anthropic-ratelimit-output-tokens-remaining"), "1000");
    memcpy(view, all, sizeof(view));
    view[DIMENSION_TOKENS].limit = 0;
    view[DIMENSION_OUTPUT].remaining = 1000;
    h = write(DIALECT_ANTHROPIC, view);
    assert_string_equal(value_of(&h, "anthropic-ratelimit-tokens-limit"), "1200");
    view[DIMENSION_OUTPUT].remaining = 3000;
    h = write(DIALECT_ANTHROPIC, view);
    assert_string_equal(value_of(&h, "anthropic-ratelimit-tokens-limit"), "3000");
    assert_string_equal(value_of(&h, "anthropic-ratelimit-output-tokens-remaining"), "1200");
}

static void speaks_as_the_ietf(void **state) {
    struct limit_headers h = write(DIALECT_IETF, all);

    (void)state;
    assert_string_equal(
        value_of(&h, "RateLimit-Policy"),
        "\"requests\";q=500;w=60, \"tokens\";q=4000;w=60;qu=\"tokens\", "
        "\"input-tokens\";q=3000;w=60;qu=\"tokens\", \"output-tokens\";q=1200;w=60;qu=\"tokens\", "
        "\"requests-day\";q=50;w=86400");
    assert_string_equal(value_of(&h, "RateLimit"),
                        "\"requests\";r=499;t=1, \"tokens\";r=2600;t=21, \"input-tokens\";r=2000;t=20, "
                        "\"output-tokens\";r=1199;t=1, \"requests-day\";r=40;t=3600");
    h = write(DIALECT_IETF_OLD, all);
    assert_string_equal(value_of(&h, "RateLimit-Limit"), "500");
    assert_string_equal(value_of(&h, "RateLimit-Reset"), "1");
    assert_int_equal(write(DIALECT_IETF, none).count + write(DIALECT_IETF_OLD, none).count, 0);
    assert_int_equal(write(DIALECT_NONE, all).count, 0);
}

/* Six limits of the largest numbers: nothing is cut. */
static void writes_the_largest_numbers(void **state) {
    struct limit_view view[DIMENSION_COUNT];
    struct limit_headers h;

    (void)state;
    for (int d = 0; d < DIMENSION_COUNT; d++)
        view[d] = (struct limit_view){BUCKET_LIMIT_MAX, BUCKET_LIMIT_MAX, UINT64_MAX,
                                      UINT64_C(1000000000000000000)};
    h = write(DIALECT_IETF, view);
    assert_true(strlen(value_of(&h, "RateLimit-Policy")) < LIMIT_HEADER_VALUE - 1);
    assert_true(strlen(value_of(&h, "RateLimit")) < LIMIT_HEADER_VALUE - 1);
    for (enum dialect d = DIALECT_OPENAI; d <= DIALECT_NONE; d++)
        assert_in_range(write(d, view).count, 0, LIMIT_HEADERS_MAX - 2);
}

static void spoils_them_as_it_is_told(void **state) {
    struct limit_headers h;

    (void)state;
    for (double draw = 0; draw < 1; draw += 0.01) {
        h = write(DIALECT_OPENAI, all);
        sim_limit_headers_spoil(&h, draw);
        assert_int_equal(h.count, 6);
        assert_string_not_equal(value_of(&h, "x-ratelimit-limit-requests"), "500");
    }
}

static struct limit_headers retry(enum retry_after form, enum dialect dialect) {
    struct limit_headers h = {.count = 0};

    sim_retry_headers_write(&h, form, dialect, 1234567890, CLOCK, 0.999);
    return h;
}

static void tells_when_to_try_again(void **state) {
    struct limit_headers h = retry(RETRY_AFTER_OF_DIALECT, DIALECT_OPENAI);

    (void)state;
    assert_string_equal(value_of(&h, "retry-after"), "2");
    assert_string_equal(value_of(&h, "retry-after-ms"), "1235");
    h = retry(RETRY_AFTER_OF_DIALECT, DIALECT_ANTHROPIC);
    assert_int_equal(h.count, 1);
    h = retry(RETRY_AFTER_MS, DIALECT_ANTHROPIC);
    assert_int_equal(h.count, 1);
    assert_string_equal(value_of(&h, "retry-after-ms"), "1235");
    h = retry(RETRY_AFTER_DATE, DIALECT_OPENAI);
    assert_string_equal(value_of(&h, "retry-after"), "Tue, 14 Nov 2023 22:13:22 GMT");
    assert_int_equal(retry(RETRY_AFTER_NONE, DIALECT_OPENAI).count, 0);
    h = retry(RETRY_AFTER_GARBAGE, DIALECT_OPENAI);
    assert_string_equal(value_of(&h, "retry-after"), "Sun, 32 Foo 2026 99:99:99 GMT");
}

static void a_path_implies_the_dialect(void **state) {
    (void)state;
    assert_int_equal(sim_dialect_of(DIALECT_OF_PATH, API_MESSAGES), DIALECT_ANTHROPIC);
    assert_int_equal(sim_dialect_of(DIALECT_OF_PATH, API_CHAT), DIALECT_OPENAI);
    assert_int_equal(sim_dialect_of(DIALECT_GROQ, API_MESSAGES), DIALECT_GROQ);
    assert_int_equal(sim_dialect_charge_rule(CHARGE_OF_PATH, API_MESSAGES), CHARGE_ACTUAL);
    assert_int_equal(sim_dialect_charge_rule(CHARGE_OF_PATH, API_RESPONSES), CHARGE_MAX);
    assert_int_equal(sim_dialect_spend_cap(SPEND_CAP_OF_PATH, API_MESSAGES), SPEND_CAP_ANTHROPIC);
    assert_int_equal(sim_dialect_spend_cap(SPEND_CAP_ANTHROPIC_USER, API_CHAT), SPEND_CAP_ANTHROPIC_USER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_durations),           cmocka_unit_test(writes_dates),
        cmocka_unit_test(tells_the_projects_limits),  cmocka_unit_test(speaks_as_cerebras),
        cmocka_unit_test(speaks_as_openai),           cmocka_unit_test(speaks_as_azure_groq_and_mistral),
        cmocka_unit_test(speaks_as_anthropic),        cmocka_unit_test(speaks_as_the_ietf),
        cmocka_unit_test(writes_the_largest_numbers), cmocka_unit_test(spoils_them_as_it_is_told),
        cmocka_unit_test(tells_when_to_try_again),    cmocka_unit_test(a_path_implies_the_dialect),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
