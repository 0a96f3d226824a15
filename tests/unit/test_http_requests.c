#include "http/http_requests.h"

#include "ration/slot_requests.h"
#include "unit_status.h"

#include <cjson/cJSON.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static double number(const cJSON *object, const char *name) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    assert_true(cJSON_IsNumber(item));
    return item->valuedouble;
}

// What stands here is what the status tells, and every artist stands in one place.
static void counts_as_the_status_does(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double value;
    } counts[] = {{"pending", 66}, {"executing", 12}, {"completed", 20}, {"failed", 2}, {"rate_limited", 1}};
    struct arena *arena = unit_status_arena(UNIT_STATUS_NOW);
    unit_status_answer(arena, 1, 0, UNIT_STATUS_NOW, OUTCOME_RATE_LIMITED);
    struct run_status *status = unit_status(arena);
    char *text = http_requests_json(status, arena, UNIT_STATUS_NOW, UNIT_STATUS_WALL);
    cJSON *root = cJSON_Parse(text);
    const cJSON *told = cJSON_GetObjectItemCaseSensitive(root, "counts");
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        assert_true(number(told, counts[i].name) == counts[i].value);
    }
    assert_true(number(told, "pending") + number(told, "executing") + number(told, "completed") +
                    number(told, "failed") ==
                100);
    cJSON_Delete(root);
    free(text);
    free(status);
    arena_close(arena);
}

static void ends(struct arena *arena, uint32_t slot, uint32_t artist, uint64_t ago,
                 enum outcome_class outcome) {
    struct slot_request end = {.artist = artist,
                               .began = UNIT_STATUS_NOW - ago - 250 * CLOCK_MS,
                               .ended = UNIT_STATUS_NOW - ago,
                               .outcome = outcome,
                               .status = outcome == OUTCOME_DONE ? 200 : 429};
    slot_request_end(arena, slot, slot_request_begin(arena, slot, artist, 0, end.began), &end);
}

// Of all workers, the newest first; a row is the artist's place in the input, from 1.
static void tells_the_latest(void **state) {
    (void)state;
    struct arena *arena = unit_status_arena(UNIT_STATUS_NOW);
    ends(arena, 0, 40, 3 * CLOCK_SECOND, OUTCOME_DONE);
    ends(arena, 2, 41, CLOCK_SECOND, OUTCOME_RATE_LIMITED);
    (void)slot_request_begin(arena, 1, 42, 1, UNIT_STATUS_NOW - 2 * CLOCK_SECOND);
    struct run_status *status = unit_status(arena);
    char *text = http_requests_json(status, arena, UNIT_STATUS_NOW, UNIT_STATUS_WALL);
    assert_non_null(strstr(text,
                           "\"executing\":[{\"row\":43,\"state\":\"executing\",\"worker\":2,\"session\":2,"
                           "\"began\":\"2026-01-31T23:59:57.000Z\",\"milliseconds\":2000}]"));
    const char *newer = strstr(text, "\"ended\":[{\"row\":42,\"state\":\"rate_limited\",\"worker\":3,");
    const char *older = strstr(text, "{\"row\":41,\"state\":\"completed\",\"worker\":1,");
    assert_non_null(newer);
    assert_non_null(older);
    assert_true(newer < older);
    assert_non_null(strstr(
        older,
        "\"milliseconds\":250,\"ended\":\"2026-01-31T23:59:56.000Z\",\"outcome\":\"done\",\"status\":200"));
    free(text);
    free(status);
    arena_close(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_as_the_status_does),
        cmocka_unit_test(tells_the_latest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
