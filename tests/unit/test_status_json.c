#include "view/status_json.h"

#include "unit_status.h"
#include "view/figures_batches.h"
#include "view/figures_fleet.h"
#include "view/figures_parts.h"
#include "view/figures_run.h"
#include "view/figures_spent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static struct snapshot_gossip gossip;

// What stands at "sessions.1.waits.until"; NULL: nothing.
static const cJSON *at(const cJSON *root, const char *path) {
    char part[64];
    while (root != NULL && *path != '\0') {
        size_t length = strcspn(path, ".");
        assert_true(length < sizeof(part));
        (void)snprintf(part, sizeof(part), "%.*s", (int)length, path);
        root = cJSON_IsArray(root) ? cJSON_GetArrayItem(root, atoi(part))
                                   : cJSON_GetObjectItemCaseSensitive(root, part);
        path += length + (path[length] == '.');
    }
    return root;
}

// The members that a program reads, and what it finds there.
struct told {
    const char *path, *json;
};

static void assert_told(const cJSON *root, const struct told *told, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const cJSON *item = at(root, told[i].path);
        char *json = item != NULL ? cJSON_PrintUnformatted(item) : NULL;
        if (json == NULL || strcmp(json, told[i].json) != 0) {
            fail_msg("%s: %s, not %s", told[i].path, json != NULL ? json : "is missing", told[i].json);
        }
        cJSON_free(json);
    }
}

#define ASSERT_TOLD(root, told) assert_told(root, told, sizeof(told) / sizeof((told)[0]))

static cJSON *parsed(const struct run_status *status) {
    char *text = status_json(status);
    assert_non_null(text);
    assert_null(strchr(text, '\n'));
    cJSON *root = cJSON_Parse(text);
    assert_non_null(root);
    cJSON_free(text);
    return root;
}

// With a batch API: 70 rows for an hour, to end in 23.
static const struct batch_record part = {.run = "20260131T235959-0123ab",
                                         .number = 3,
                                         .state = BATCH_CREATED,
                                         .made = UNIT_STATUS_WALL / CLOCK_SECOND - 3600,
                                         .until = UNIT_STATUS_WALL / CLOCK_SECOND + 82800,
                                         .rows = 70,
                                         .done = 12,
                                         .failed = 1,
                                         .session = "primary",
                                         .batch = "batch_abc",
                                         .status = "in_progress"};

// A run at work, with what `change` makes of it. The caller deletes it.
static cJSON *told_of(void (*change)(struct arena *arena)) {
    struct arena *arena = unit_status_arena(UNIT_STATUS_NOW);
    unit_status_gossip(&gossip, UNIT_STATUS_NOW);
    if (change != NULL) {
        change(arena);
    }
    gossip.fleet = (struct snapshot_fleet){
        .run = "bios",
        .phase = "at work",
        .live = 2,
        .silent = 1,
        .done = 60,
        .failed = 2,
        .others = 40,
        .rate = 99500,
        .open = SNAPSHOT_UNKNOWN,
        .away = 1500 * CLOCK_MS,
        .machines = 1,
        .machine = {
            {.host = "a", .id = "7eb42a77", .state = "live", .self = 1, .rate = 70300, .share = 412000}}};
    snapshot_publish(arena, &gossip);
    struct run_status *status = unit_status(arena);
    batch_list_add(&status->batches, &part);
    cJSON *root = parsed(status);
    free(status);
    arena_close(arena);
    return root;
}

static void tells_the_figures(void **state) {
    (void)state;
    static const struct told told[] = {
        {"schema", "1"},
        {"time", "\"2026-01-31T23:59:59.000Z\""},
        {"run.id", "\"20260131T235959-0123ab\""},
        {"run.name", "\"answers.jsonl\""},
        {"run.state", "\"running\""},
        {"run.elapsed_seconds", "10"},
        {"run.silent_seconds", "0"},
        {"artists.total", "100"},
        {"artists.done", "20"},
        {"artists.failed", "2"},
        {"artists.left", "38"}, // 40 are other machines'
        {"artists.in_doubt", "3"},
        {"rate.artists_per_second", "21.4"},
        {"forecast.seconds_left", "60"},
        {"forecast.ends_at", "\"2026-02-01T00:00:59.000Z\""},
        {"forecast.binds", "\"tokens a minute on primary\""},
        {"tokens.output", "5000"},
        {"cost.priced", "true"},
        {"cost.dollars", "3.841234"},
        {"cost.most_dollars", "20"},
        {"utilisation.state", "\"approaching\""},
        {"utilisation.percent", "83.4"},
        {"utilisation.retry_seconds", "null"},
        {"requests.ended", "22"},
        {"requests.outcomes.refused", "1"},
        {"queue.waiting", "23"},
        {"latency.count", "20"},
        {"restarts", "2"},
        {"workers.1.restarts", "2"},
        {"guards.1.name", "\"output\""},
    };
    static const struct {
        const char *list;
        int items;
    } lists[] = {{"sessions", 2}, {"workers", 3}, {"alerts", 1}, {"errors", 1}, {"guards", 2}};
    cJSON *root = told_of(NULL);
    ASSERT_TOLD(root, told);
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        assert_int_equal(cJSON_GetArraySize(at(root, lists[i].list)), lists[i].items);
    }
    cJSON_Delete(root);
}

static void hold_the_second(struct arena *arena) {
    ledger_hold(arena, 0, 1, LEDGER_COOL, UNIT_STATUS_NOW + 30 * CLOCK_SECOND, UNIT_STATUS_NOW);
}

static void tells_sessions_and_errors(void **state) {
    (void)state;
    static const struct told told[] = {
        {"sessions.0.available", "true"},
        {"sessions.0.waits", "null"},
        {"sessions.0.dimensions.0.unit", "\"requests\""},
        {"sessions.0.dimensions.0.limit", "60000"},
        {"sessions.0.dimensions.0.use_percent_60s", "83.4"},
        {"sessions.1.available", "false"},
        {"sessions.1.name", "\"spare \\\"\\\\\\n\\u001b[31m\""},
        {"sessions.1.waits.reason", "\"rate limited\""},
        {"sessions.1.waits.seconds", "30"},
        {"sessions.1.waits.until", "\"2026-02-01T00:00:29.000Z\""},
        {"sessions.1.dimensions.0.use_percent_60s", "null"},
        {"errors.0.text", "\"400 no \\\"such\\\"\\nthing\""},
        {"errors.0.time", "\"2023-11-14T22:13:20.000Z\""},
        {"history.latency_mean_ms", "[null,0,0]"},
    };
    cJSON *root = told_of(hold_the_second);
    ASSERT_TOLD(root, told);
    cJSON_Delete(root);
}

static void many_refusals(struct arena *arena) {
    slot_count_outcome(arena, 1, OUTCOME_SERVER_FAULT);
    slot_count_outcome(arena, 2, OUTCOME_SERVER_FAULT);
    gossip.last[OUTCOME_SERVER_FAULT] = (struct snapshot_words){.at = UNIT_STATUS_WALL - CLOCK_SECOND,
                                                                .text = "status 500, the \"server\" fell"};
}

// The most frequent first; of one whose words nobody saw the number alone.
static void tells_each_class_with_its_last_words(void **state) {
    (void)state;
    static const struct told told[] = {
        {"failures.0.class", "\"server_fault\""},
        {"failures.0.means", "\"the API failed (5xx, 408, 409 and the like), or its answer is broken off, "
                             "no JSON, or without a text\""},
        {"failures.0.attempts", "3"},
        {"failures.0.time", "\"2026-01-31T23:59:58.000Z\""},
        {"failures.0.text", "\"status 500, the \\\"server\\\" fell\""},
        {"failures.1.attempts", "1"},
        {"failures.1.time", "null"},
        {"failures.1.text", "null"},
    };
    cJSON *root = told_of(many_refusals);
    ASSERT_TOLD(root, told);
    assert_null(at(root, "failures.3"));
    cJSON_Delete(root);
}

static void tells_what_a_batch_api_has(void **state) {
    (void)state;
    static const struct told told[] = {
        {"fleet.name", "\"bios\""},
        {"fleet.machines_live", "2"},
        {"fleet.machines_silent", "1"},
        {"fleet.done", "60"},
        {"fleet.others", "40"},
        {"fleet.artists_per_second", "99.5"},
        {"fleet.machines.0.share_percent", "41.2"},
        {"fleet.chunks_open", "null"},
        {"fleet.database_away_seconds", "1.5"},
        {"fleet.machines.0.member", "\"7eb42a77\""},
        {"fleet.machines.0.artists_per_second", "70.3"},
        {"batches.open", "1"},
        {"batches.rows", "70"},
        {"batches.ends_by", "\"2026-02-01T22:59:59.000Z\""},
        {"batches.text", "\"1 part with 70 rows is with the API until 2026-02-01T22:59:59.000Z\""},
        {"batches.over.expired", "0"},
        {"batches.parts.0.part", "3"},
        {"batches.parts.0.state", "\"in_progress\""},
        {"batches.parts.0.batch", "\"batch_abc\""},
        {"batches.parts.0.rows", "70"},
        {"batches.parts.0.done", "12"},
        {"batches.parts.0.failed", "1"},
        {"batches.parts.0.age_seconds", "3600"},
        {"batches.parts.0.made", "\"2026-01-31T22:59:59.000Z\""},
        {"batches.parts.0.kept_until", "\"2026-03-01T22:59:59.000Z\""},
        {"batches.parts.0.over", "false"},
        {"batches.parts.0.why", "null"},
    };
    cJSON *root = told_of(NULL);
    ASSERT_TOLD(root, told);
    cJSON_Delete(root);
}

static void tells_null_where_nothing_is_known(void **state) {
    (void)state;
    static const char *const nulls[] = {
        "run.elapsed_seconds", "run.silent_seconds",
        "forecast.ends_at",    "forecast.seconds_left",
        "tokens.input_mean",   "cost.dollars",
        "cost.most_dollars",   "requests.success_percent",
        "queue.paused_until",  "quota.allowed",
        "quota.percent",       "latency.mean_ms",
        "history.last",        "rate.artists_per_second",
    };
    struct arena *arena = unit_arena(2, 1, 10);
    struct run_status *status = unit_status(arena);
    cJSON *root = parsed(status);
    for (size_t i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++) {
        assert_told(root, &(struct told){nulls[i], "null"}, 1);
    }
    assert_told(root, &(struct told){"cost.priced", "false"}, 1);
    cJSON_Delete(root);
    free(status);
    arena_close(arena);
}

// Each figure has its member, whether it is known or not; nothing is told that nobody counts.
static void tells_each_figure(void **state) {
    (void)state;
    static const struct {
        const struct figures_list *list;
        const char *under;
    } all[] = {{&figures_run, ""},
               {&figures_spent, ""},
               {&figures_parts_sessions, "sessions.0."},
               {&figures_parts_dimensions, "sessions.0.dimensions.0."},
               {&figures_parts_workers, "workers.0."},
               {&figures_parts_guards, "guards.0."},
               {&figures_fleet, ""},
               {&figures_fleet_machines, "fleet.machines.0."},
               {&figures_batches, ""},
               {&figures_batches_parts, "batches.parts.0."}};
    cJSON *root = told_of(NULL);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        for (size_t row = 0; row < all[i].list->rows; row++) {
            char path[128];
            if (all[i].list->row[row].member == NULL) {
                continue;
            }
            (void)snprintf(path, sizeof(path), "%s%s", all[i].under, all[i].list->row[row].member);
            if (at(root, path) == NULL) {
                fail_msg("%s is missing", path);
            }
        }
    }
    assert_null(at(root, "artists.duplicates"));
    cJSON_Delete(root);
}

static void pause_for_a_while(struct arena *arena) {
    gossip.stage = SNAPSHOT_PAUSED;
    gossip.use_state = SNAPSHOT_THROTTLED;
    gossip.use_until = UNIT_STATUS_NOW + 40 * CLOCK_SECOND;
    ledger_pause(arena, UNIT_STATUS_NOW + 40 * CLOCK_SECOND);
}

static void pause_for_good(struct arena *arena) {
    pause_for_a_while(arena);
    ledger_pause(arena, CLOCK_NEVER);
}

static void tells_pauses(void **state) {
    (void)state;
    static const struct told for_a_while[] = {
        {"run.state", "\"paused\""},         {"queue.paused", "true"},
        {"queue.paused_seconds", "40"},      {"queue.paused_until", "\"2026-02-01T00:00:39.000Z\""},
        {"utilisation.retry_seconds", "40"},
    };
    static const struct told for_good[] = {
        {"queue.paused", "true"}, {"queue.paused_until", "null"}, {"queue.paused_seconds", "null"}};
    cJSON *root = told_of(pause_for_a_while);
    ASSERT_TOLD(root, for_a_while);
    cJSON_Delete(root);
    root = told_of(pause_for_good);
    ASSERT_TOLD(root, for_good);
    cJSON_Delete(root);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_the_figures),
        cmocka_unit_test(tells_sessions_and_errors),
        cmocka_unit_test(tells_what_a_batch_api_has),
        cmocka_unit_test(tells_null_where_nothing_is_known),
        cmocka_unit_test(tells_each_figure),
        cmocka_unit_test(tells_pauses),
        cmocka_unit_test(tells_each_class_with_its_last_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
