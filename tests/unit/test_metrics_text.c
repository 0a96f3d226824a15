#include "view/metrics_text.h"

#include "unit_status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static struct snapshot_gossip gossip;

// The value of the sample that begins so, "ration_x{…}".
static double value(const char *text, const char *series) {
    size_t length = strlen(series);
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        if (strncmp(line, series, length) == 0 && line[length] == ' ') {
            return strtod(line + length, NULL);
        }
    }
    print_error("%s is missing\n", series);
    fail();
    return 0;
}

static char *of(struct arena *arena) {
    struct run_status *status = unit_status(arena);
    char *text = metrics_text(status);
    assert_non_null(text);
    free(status);
    return text;
}

static void has_the_figures(void **state) {
    (void)state;
    static const struct {
        const char *series;
        double value;
    } told[] = {
        {"ration_artists{state=\"done\"}", 20},
        {"ration_artists{state=\"failed\"}", 2},
        {"ration_artists{state=\"left\"}", 78},
        {"ration_in_doubt_total", 3},
        {"ration_tokens_total{direction=\"output\"}", 5000},
        {"ration_tokens_kind_total{kind=\"cached\"}", 1600},
        {"ration_tokens_kind_total{kind=\"reasoning\"}", 400},
        {"ration_paused", 0},
        {"ration_worker_restarts_total{worker=\"W02\"}", 2},
        {"ration_session_breaker_state{session=\"primary\",state=\"closed\"}", 1},
        {"ration_session_available{session=\"primary\"}", 1},
        {"ration_state{state=\"running\"}", 1},
        {"ration_quota_used_ratio{session=\"primary\",dimension=\"requests_per_60s\"}", 0.834},
        {"ration_build_info{version=\"" RATION_VERSION "\"}", 1},
        {"ration_cost_dollars", 3.841234},
    };
    uint64_t now = UNIT_STATUS_NOW;
    struct arena *arena = unit_status_arena(now);
    unit_status_gossip(&gossip, now);
    snapshot_publish(arena, &gossip);
    char *text = of(arena);
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
        if (value(text, told[i].series) != told[i].value) {
            fail_msg("%s: %.15g, not %.15g", told[i].series, value(text, told[i].series), told[i].value);
        }
    }
    assert_true(value(text, "ration_guard_acquisitions_total{guard=\"ledger\"}") > 0);
    // A name with a quote, a backslash and a newline stays one label value.
    assert_non_null(strstr(text, "{session=\"spare \\\"\\\\\\n [31m\",outcome=\"done\"}"));
    free(text);
    arena_close(arena);
}

// Of a machine of a fleet each sample has the fleet's name, once, whatever it is of.
static void a_fleet_is_told(void **state) {
    (void)state;
    uint64_t now = UNIT_STATUS_NOW;
    struct arena *arena = unit_status_arena(now);
    unit_status_gossip(&gossip, now);
    (void)snprintf(gossip.fleet.run, sizeof(gossip.fleet.run), "bios");
    snapshot_publish(arena, &gossip);
    char *text = of(arena);
    assert_true(value(text, "ration_artists{fleet=\"bios\",state=\"done\"}") == 20);
    assert_true(value(text, "ration_paused{fleet=\"bios\"}") == 0);
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        const char *end = strchr(line, '\n'), *label = strstr(line, "fleet=\"bios\"");
        if (line[0] != '#' && (label == NULL || label > end)) {
            fail_msg("%.*s", (int)(end - line), line);
        }
        label = line[0] != '#' ? strstr(label + 1, "fleet=\"bios\"") : NULL;
        assert_true(label == NULL || label > end);
    }
    free(text);
    arena_close(arena);
}

static void counts_cumulatively(void **state) {
    (void)state;
    struct arena *arena = unit_status_arena(UNIT_STATUS_NOW);
    char *text = of(arena);
    double last = 0;
    unsigned buckets = 0;
    for (char *line = text; (line = strstr(line, "ration_request_duration_seconds_bucket{")) != NULL;
         line++) {
        double count = strtod(strchr(line, ' '), NULL);
        assert_true(count >= last);
        last = count;
        buckets++;
    }
    assert_int_equal(buckets, SLOT_LATENCY_BUCKETS);
    assert_true(value(text, "ration_request_duration_seconds_bucket{le=\"0.512\"}") == 0);
    assert_true(value(text, "ration_request_duration_seconds_bucket{le=\"1.024\"}") == 20);
    assert_true(value(text, "ration_request_duration_seconds_bucket{le=\"+Inf\"}") == 20);
    assert_true(value(text, "ration_request_duration_seconds_count") == 20);
    assert_true(value(text, "ration_request_duration_seconds_sum") == 18);
    free(text);
    arena_close(arena);
}

// Each family has one HELP and one TYPE, before its samples, which stand together; no series comes twice.
static void is_well_formed(void **state) {
    (void)state;
    uint64_t now = UNIT_STATUS_NOW;
    struct arena *arena = unit_status_arena(now);
    unit_status_gossip(&gossip, now);
    snapshot_publish(arena, &gossip);
    char *text = of(arena);
    char family[128] = "";
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        assert_non_null(strchr(line, '\n'));
        if (strncmp(line, "# HELP ", 7) == 0) {
            size_t length = strcspn(line + 7, " ");
            assert_true(length < sizeof(family) - 1);
            memcpy(family, line + 7, length);
            family[length] = '\0';
            char head[160];
            (void)snprintf(head, sizeof(head), "# HELP %s ", family);
            assert_null(strstr(line + 1, head)); // only once
        } else if (strncmp(line, "# TYPE ", 7) == 0) {
            assert_int_equal(strncmp(line + 7, family, strlen(family)), 0);
        } else {
            assert_int_equal(strncmp(line, family, strlen(family)), 0);
            size_t series =
                (size_t)(strchr(strchr(line, '}') != NULL && strchr(line, '}') < strchr(line, '\n')
                                    ? strchr(line, '}')
                                    : line,
                                ' ') -
                         line);
            char *once = strndup(line, series + 1);
            assert_null(strstr(line + 1, once));
            free(once);
        }
    }
    free(text);
    arena_close(arena);
}

// Not a 0, which would be a figure.
static void says_nothing_of_what_nobody_knows(void **state) {
    (void)state;
    static const char *const unknown[] = {"ration_cost_dollars",
                                          "ration_cost_limit_dollars",
                                          "ration_daily_quota_used_ratio",
                                          "ration_forecast_remaining_seconds",
                                          "ration_coordinator_silent_seconds",
                                          "ration_start_time_seconds",
                                          "ration_quota_limit",
                                          "ration_worker_restarts_total"};
    struct arena *arena = unit_arena(2, 1, 10);
    char *text = of(arena);
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        if (strstr(text, unknown[i]) != NULL) {
            fail_msg("%s is told", unknown[i]);
        }
    }
    assert_true(value(text, "ration_paused") == 0);
    free(text);
    arena_close(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_figures),     cmocka_unit_test(a_fleet_is_told),
        cmocka_unit_test(counts_cumulatively), cmocka_unit_test(says_nothing_of_what_nobody_knows),
        cmocka_unit_test(is_well_formed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
