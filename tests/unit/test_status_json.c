#include "view/status_json.h"

#include "unit_status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static struct snapshot_gossip gossip;

static const cJSON *at(const cJSON *object, const char *one, const char *other) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, one);
    assert_non_null(item);
    if (other != NULL) {
        item = cJSON_GetObjectItemCaseSensitive(item, other);
        if (item == NULL) {
            print_error("%s.%s is missing\n", one, other);
        }
        assert_non_null(item);
    }
    return item;
}

static double number(const cJSON *object, const char *one, const char *other) {
    const cJSON *item = at(object, one, other);
    assert_true(cJSON_IsNumber(item));
    return item->valuedouble;
}

static void expect_text(const cJSON *object, const char *one, const char *other, const char *expected) {
    assert_string_equal(cJSON_GetStringValue(at(object, one, other)), expected);
}

static cJSON *parsed(const struct run_status *status) {
    char *text = status_json(status);
    assert_non_null(text);
    assert_null(strchr(text, '\n'));
    cJSON *root = cJSON_Parse(text);
    assert_non_null(root);
    cJSON_free(text);
    return root;
}

static void tells_the_figures(void **state) {
    (void)state;
    uint64_t now = UNIT_STATUS_NOW;
    struct arena *arena = unit_status_arena(now);
    unit_status_gossip(&gossip, now);
    snapshot_publish(arena, &gossip);
    struct run_status *status = unit_status(arena);
    cJSON *root = parsed(status);
    assert_int_equal((int)number(root, "schema", NULL), STATUS_JSON_SCHEMA);
    expect_text(root, "run", "id", "20260131T235959-0123ab");
    expect_text(root, "run", "name", "answers.jsonl");
    expect_text(root, "run", "state", "running");
    assert_int_equal((int)number(root, "artists", "total"), 100);
    assert_int_equal((int)number(root, "artists", "done"), 20);
    assert_int_equal((int)number(root, "artists", "failed"), 2);
    assert_int_equal((int)number(root, "artists", "left"), 78);
    assert_int_equal((int)number(root, "artists", "in_doubt"), 3);
    // Nothing counts them.
    assert_null(cJSON_GetObjectItemCaseSensitive(at(root, "artists", NULL), "duplicates"));
    assert_true(number(root, "rate", "artists_per_second") == 21.4);
    assert_true(number(root, "forecast", "seconds_left") == 60);
    expect_text(root, "forecast", "ends_at", "2026-02-01T00:00:59.000Z");
    expect_text(root, "time", NULL, "2026-01-31T23:59:59.000Z");
    assert_true(number(root, "run", "elapsed_seconds") == 10);
    assert_true(number(root, "run", "silent_seconds") == 0);
    expect_text(root, "forecast", "binds", "tokens a minute on primary");
    assert_int_equal((int)number(root, "tokens", "output"), 5000);
    assert_true(number(root, "cost", "dollars") == 3.841234);
    assert_true(number(root, "cost", "most_dollars") == 20);
    expect_text(root, "utilisation", "state", "approaching");
    assert_true(number(root, "utilisation", "percent") == 83.4);
    assert_true(cJSON_IsNull(at(root, "utilisation", "retry_seconds")));
    assert_int_equal((int)number(root, "requests", "ended"), 22);
    assert_int_equal((int)number(at(root, "requests", NULL), "outcomes", "refused"), 1);
    assert_int_equal((int)number(root, "queue", "waiting"), 63);
    assert_int_equal((int)number(root, "latency", "count"), 20);
    assert_int_equal(cJSON_GetArraySize(at(root, "sessions", NULL)), 2);
    assert_int_equal(cJSON_GetArraySize(at(root, "workers", NULL)), 3);
    assert_int_equal(cJSON_GetArraySize(at(root, "alerts", NULL)), 1);
    assert_int_equal((int)number(root, "restarts", NULL), 2);
    cJSON_Delete(root);
    free(status);
    arena_close(arena);
}

static void tells_sessions_and_errors(void **state) {
    (void)state;
    uint64_t now = UNIT_STATUS_NOW;
    struct arena *arena = unit_status_arena(now);
    unit_status_gossip(&gossip, now);
    snapshot_publish(arena, &gossip);
    ledger_hold(arena, 0, 1, LEDGER_COOL, UNIT_STATUS_NOW + 30 * CLOCK_SECOND, UNIT_STATUS_NOW);
    struct run_status *status = unit_status(arena);
    cJSON *root = parsed(status);
    const cJSON *first = cJSON_GetArrayItem(at(root, "sessions", NULL), 0);
    const cJSON *second = cJSON_GetArrayItem(at(root, "sessions", NULL), 1);
    assert_true(cJSON_IsTrue(at(first, "available", NULL)));
    assert_true(cJSON_IsNull(at(first, "waits", NULL)));
    assert_true(cJSON_IsFalse(at(second, "available", NULL)));
    expect_text(second, "name", NULL, "spare \"\\\n\033[31m");
    expect_text(second, "waits", "reason", "rate limited");
    assert_true(number(second, "waits", "seconds") == 30);
    expect_text(second, "waits", "until", "2026-02-01T00:00:29.000Z");
    const cJSON *dimension = cJSON_GetArrayItem(at(first, "dimensions", NULL), 0);
    expect_text(dimension, "unit", NULL, "requests");
    assert_int_equal((int)number(dimension, "limit", NULL), 60000);
    assert_true(number(dimension, "use_percent_60s", NULL) == 83.4);
    const cJSON *error = cJSON_GetArrayItem(at(root, "errors", NULL), 0);
    expect_text(error, "text", NULL, "400 no \"such\"\nthing");
    expect_text(error, "time", NULL, "2023-11-14T22:13:20.000Z");
    const cJSON *latency = at(at(root, "history", NULL), "latency_mean_ms", NULL);
    assert_true(cJSON_IsNull(cJSON_GetArrayItem(latency, 0)));
    assert_true(cJSON_IsNumber(cJSON_GetArrayItem(latency, 1)));
    cJSON_Delete(root);
    free(status);
    arena_close(arena);
}

static void tells_null_where_nothing_is_known(void **state) {
    (void)state;
    struct arena *arena = unit_arena(2, 1, 10);
    struct run_status *status = unit_status(arena);
    cJSON *root = parsed(status);
    static const char *const nulls[][2] = {
        {"run", "elapsed_seconds"}, {"run", "silent_seconds"},
        {"forecast", "ends_at"},    {"forecast", "seconds_left"},
        {"tokens", "input_mean"},   {"cost", "dollars"},
        {"cost", "most_dollars"},   {"requests", "success_percent"},
        {"queue", "paused_until"},  {"quota", "allowed"},
        {"quota", "percent"},       {"latency", "mean_ms"},
        {"history", "last"},        {"rate", "artists_per_second"},
    };
    for (size_t i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++) {
        if (!cJSON_IsNull(at(root, nulls[i][0], nulls[i][1]))) {
            print_error("%s.%s is not null\n", nulls[i][0], nulls[i][1]);
        }
        assert_true(cJSON_IsNull(at(root, nulls[i][0], nulls[i][1])));
    }
    assert_true(cJSON_IsFalse(at(root, "cost", "priced")));
    cJSON_Delete(root);
    free(status);
    arena_close(arena);
}

static void tells_pauses(void **state) {
    (void)state;
    uint64_t now = UNIT_STATUS_NOW;
    struct arena *arena = unit_status_arena(now);
    unit_status_gossip(&gossip, now);
    gossip.stage = SNAPSHOT_PAUSED;
    gossip.use_state = SNAPSHOT_THROTTLED;
    gossip.use_until = now + 40 * CLOCK_SECOND;
    snapshot_publish(arena, &gossip);
    ledger_pause(arena, now + 40 * CLOCK_SECOND);
    struct run_status *status = unit_status(arena);
    cJSON *root = parsed(status);
    expect_text(root, "run", "state", "paused");
    assert_true(cJSON_IsTrue(at(root, "queue", "paused")));
    assert_true(number(root, "queue", "paused_seconds") == 40);
    expect_text(root, "queue", "paused_until", "2026-02-01T00:00:39.000Z");
    assert_true(number(root, "utilisation", "retry_seconds") == 40);
    cJSON_Delete(root);
    ledger_pause(arena, CLOCK_NEVER);
    unit_status_take(status, arena);
    root = parsed(status);
    assert_true(cJSON_IsTrue(at(root, "queue", "paused")));
    assert_true(cJSON_IsNull(at(root, "queue", "paused_until")));
    cJSON_Delete(root);
    free(status);
    arena_close(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_the_figures),
        cmocka_unit_test(tells_sessions_and_errors),
        cmocka_unit_test(tells_null_where_nothing_is_known),
        cmocka_unit_test(tells_pauses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
