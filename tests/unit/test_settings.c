#include "ration/settings.h"

#include "unit_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char nasty[] =
    "a\"b\\c/d\b\f\n\r\t\x01\x1f\x7f {{name}} \xc3\xa9 \xe2\x80\xa8 \xf0\x9f\x8e\xb8 \\u0041 </script>%s%n";

static void assert_text(const char *a, const char *b) {
    if (a == NULL || b == NULL) {
        assert_ptr_equal(a, b);
    } else {
        assert_string_equal(a, b);
    }
}

static void assert_same(const struct settings *a, const struct settings *b) {
    assert_text(a->provider, b->provider);
    assert_int_equal(a->sessions, b->sessions);
    for (size_t i = 0; i < a->sessions; i++) {
        assert_text(a->session_url[i], b->session_url[i]);
        assert_text(a->session_provider[i], b->session_provider[i]);
        assert_text(a->session_model[i], b->session_model[i]);
        assert_text(a->session_form[i], b->session_form[i]);
    }
    assert_text(a->model, b->model);
    assert_text(a->prompt_id, b->prompt_id);
    assert_text(a->prompt_version, b->prompt_version);
    assert_text(a->prompt_template, b->prompt_template);
    assert_int_equal(a->variables, b->variables);
    for (size_t i = 0; i < a->variables; i++) {
        assert_text(a->variable[i].name, b->variable[i].name);
        assert_text(a->variable[i].column, b->variable[i].column);
    }
    assert_int_equal(a->max_output_tokens, b->max_output_tokens);
    assert_int_equal(a->rows, b->rows);
    assert_int_equal(a->output_format, b->output_format);
    assert_text(a->form, b->form);
    assert_text(a->plain_form, b->plain_form);
    assert_text(a->params_column, b->params_column);
    assert_int_equal(a->params, b->params);
    for (size_t i = 0; i < a->params; i++) {
        assert_text(a->param[i].path, b->param[i].path);
        assert_text(a->param[i].value, b->param[i].value);
    }
    assert_int_equal(a->endpoints, b->endpoints);
    for (size_t i = 0; i < a->endpoints; i++) {
        assert_text(a->endpoint[i], b->endpoint[i]);
    }
    assert_int_equal(a->whole_hash, b->whole_hash);
    assert_int_equal(a->new_hash, b->new_hash);
    assert_text(a->id_column, b->id_column);
    assert_text(a->name_column, b->name_column);
    assert_int_equal(a->needs_name, b->needs_name);
    assert_int_equal(a->needs_data, b->needs_data);
    assert_int_equal(a->delimiter, b->delimiter);
    assert_text(a->id_key, b->id_key);
    assert_text(a->name_key, b->name_key);
    assert_int_equal(a->keep_all, b->keep_all);
    assert_int_equal(a->kept, b->kept);
    for (size_t i = 0; i < a->kept; i++) {
        assert_text(a->keep[i], b->keep[i]);
    }
    assert_int_equal(a->batch, b->batch);
    assert_int_equal(a->batch_detach, b->batch_detach);
    assert_int_equal(a->batch_cancel, b->batch_cancel);
    assert_int_equal(a->batch_fail_lost, b->batch_fail_lost);
    assert_text(a->batch_window, b->batch_window);
    assert_int_equal(a->batch_hours, b->batch_hours);
    assert_text(a->batch_journal, b->batch_journal);
    assert_int_equal(a->batch_rows, b->batch_rows);
    assert_int_equal(a->batch_bytes, b->batch_bytes);
    assert_int_equal(a->batch_tokens, b->batch_tokens);
    assert_int_equal(a->batch_poll, b->batch_poll);
    assert_int_equal(a->batch_search, b->batch_search);
    assert_text(a->service_tier, b->service_tier);
    assert_int_equal(a->flex_patience, b->flex_patience);
    assert_int_equal(a->on_truncated, b->on_truncated);
    assert_text(a->schema, b->schema);
    assert_text(a->must_match, b->must_match);
    assert_int_equal(a->min_chars, b->min_chars);
    assert_int_equal(a->on_invalid, b->on_invalid);
    assert_int_equal(a->attempts_invalid, b->attempts_invalid);
    assert_int_equal(a->format, b->format);
    assert_int_equal(a->columns, b->columns);
    for (size_t i = 0; i < a->columns; i++) {
        assert_text(a->column[i], b->column[i]);
    }
    assert_int_equal(a->in_flight, b->in_flight);
    assert_int_equal(a->attempts, b->attempts);
    assert_int_equal(a->attempts_server, b->attempts_server);
    assert_int_equal(a->attempts_network, b->attempts_network);
    assert_int_equal(a->attempts_overloaded, b->attempts_overloaded);
    assert_int_equal(a->backoff, b->backoff);
    assert_int_equal(a->backoff_initial, b->backoff_initial);
    assert_int_equal(a->backoff_max, b->backoff_max);
    assert_int_equal(a->rate_limit_cooldown, b->rate_limit_cooldown);
    assert_int_equal(a->cooldown_chosen, b->cooldown_chosen);
    assert_int_equal(a->ignore_limit_headers, b->ignore_limit_headers);
    assert_int_equal(a->timeout, b->timeout);
    assert_int_equal(a->connect_timeout, b->connect_timeout);
    assert_int_equal(a->sync_interval, b->sync_interval);
    assert_int_equal(a->max_answer, b->max_answer);
    assert_int_equal(a->log_debug, b->log_debug);
    assert_int_equal(a->log_quiet, b->log_quiet);
    assert_int_equal(a->log_clear_line, b->log_clear_line);
}

static void assert_round_trip(const struct settings *settings) {
    struct settings back;
    char *json = settings_encode(settings);
    assert_non_null(json);
    size_t length = strlen(json);
    // Exactly its bytes: a worker reads them from a file, without a terminator.
    char *bytes = malloc(length);
    assert_non_null(bytes);
    memcpy(bytes, json, length);
    assert_int_equal(settings_decode(bytes, length, &back), 0);
    assert_same(settings, &back);
    free(bytes);
    free(json);
    settings_free(&back);
}

static struct settings full(void) {
    struct settings settings = {
        .provider = strdup("openai"),
        .sessions = BOUNDS_SESSIONS,
        .model = strdup("gpt-4o-mini"),
        .prompt_id = strdup("pmpt_1"),
        .prompt_version = strdup(""),
        .prompt_template = strdup(nasty),
        .max_output_tokens = UINT64_MAX,
        .rows = SETTINGS_ROWS_BODIES,
        .output_format = SETTINGS_OUTPUT_BATCH,
        .form = strdup(nasty),
        .plain_form = strdup(nasty),
        .params_column = strdup(nasty),
        .whole_hash = true,
        .new_hash = true,
        .id_column = strdup("@line"),
        .name_column = strdup(nasty),
        .needs_name = true,
        .needs_data = true,
        .delimiter = '\t',
        .id_key = strdup("line"),
        .name_key = strdup(nasty),
        .keep_all = true,
        .batch = true,
        .batch_cancel = true,
        .batch_window = strdup("7d"),
        .batch_hours = 168,
        .batch_journal = strdup(nasty),
        .batch_rows = 50000,
        .batch_bytes = 1ULL << 40,
        .batch_tokens = 77,
        .batch_poll = 60000000000ULL,
        .batch_search = 1,
        .service_tier = strdup(nasty),
        .flex_patience = UINT64_MAX - 5,
        .on_truncated = SETTINGS_TRUNCATED_FAIL,
        .schema = strdup(nasty),
        .must_match = strdup(nasty),
        .min_chars = 1ULL << 60,
        .on_invalid = SETTINGS_INVALID_FAIL,
        .attempts_invalid = 3,
        .format = SETTINGS_JSONL,
        .in_flight = UINT32_MAX,
        .attempts = 7,
        .attempts_server = 6,
        .attempts_network = UINT32_MAX,
        .attempts_overloaded = 20,
        .backoff = SETTINGS_BACKOFF_FIXED,
        .backoff_initial = UINT64_MAX,
        .backoff_max = 4000000000ULL,
        .rate_limit_cooldown = 60000000000ULL,
        .cooldown_chosen = true,
        .ignore_limit_headers = true,
        .timeout = UINT64_MAX - 1,
        .connect_timeout = 9007199254740993ULL, // 2^53 + 1: no double holds it
        .sync_interval = UINT64_MAX,
        .max_answer = 1,
        .log_debug = true,
        .log_clear_line = true,
    };
    for (size_t i = 0; i < SETTINGS_MAX_COLUMNS; i++) {
        char name[400];
        (void)snprintf(name, sizeof(name), "%zu %s", i, nasty);
        settings.variable[i].name = strdup(name);
        settings.variable[i].column = strdup(i % 2 == 0 ? name : "");
        settings.column[i] = strdup(name);
        settings.keep[i] = strdup(name);
    }
    for (size_t i = 0; i < SETTINGS_MAX_PARAMS; i++) {
        settings.param[i] = (struct settings_param){strdup("a.b"), strdup(nasty)};
    }
    for (size_t i = 0; i < SETTINGS_MAX_ENDPOINTS; i++) {
        settings.endpoint[i] = strdup("/responses");
    }
    settings.kept = SETTINGS_MAX_COLUMNS;
    settings.params = SETTINGS_MAX_PARAMS;
    settings.endpoints = SETTINGS_MAX_ENDPOINTS;
    settings.variables = settings.columns = SETTINGS_MAX_COLUMNS;
    for (size_t i = 0; i < BOUNDS_SESSIONS; i++) {
        char url[64];
        (void)snprintf(url, sizeof(url), "http://[::1]:%zu/v1", 8080 + i % 3);
        settings.session_url[i] = strdup(url);
        settings.session_provider[i] = strdup(nasty);
        settings.session_form[i] = strdup(i % 3 == 0 ? "{}" : "");
        settings.session_model[i] = strdup(i % 2 == 0 ? "gpt-4o-mini" : "");
    }
    return settings;
}

static void everything_comes_through(void **state) {
    (void)state;
    struct settings settings = full();
    assert_round_trip(&settings);
    settings_free(&settings);
}

static void what_is_not_set_stays_so(void **state) {
    (void)state;
    struct settings settings = {0};
    assert_round_trip(&settings);
    settings.log_quiet = true;
    settings.on_truncated = SETTINGS_TRUNCATED_RETRY;
    assert_round_trip(&settings);
}

static void numbers_of_any_size_come_through(void **state) {
    (void)state;
    struct unit_random random = {.state = 8};
    for (int i = 0; i < 500; i++) {
        struct settings settings = {
            .in_flight = (uint32_t)unit_random_next(&random) >> unit_random_below(&random, 32),
            .timeout = unit_random_next(&random) >> unit_random_below(&random, 64),
            .sync_interval = unit_random_next(&random) >> unit_random_below(&random, 64),
            .max_answer = unit_random_next(&random) >> unit_random_below(&random, 64),
        };
        assert_round_trip(&settings);
    }
}

static void assert_refused(const char *json, size_t length) {
    static const struct settings nothing;
    struct settings back;
    memset(&back, 0x55, sizeof(back));
    assert_int_equal(settings_decode(json, length, &back), -1);
    assert_same(&back, &nothing); // nothing to free
}

static void what_is_cut_or_damaged_is_refused(void **state) {
    (void)state;
    struct settings settings = full();
    char *json = settings_encode(&settings);
    assert_non_null(json);
    size_t length = strlen(json);
    for (size_t cut = 0; cut < length; cut += cut < 200 ? 1 : 97) {
        assert_refused(json, cut);
    }
    // Each field is needed, and has its kind.
    static const char *const needed[] = {"\"in_flight\"", "\"timeout\"", "\"log_debug\"",
                                         "\"backoff\"",   "\"format\"",  "\"max_answer\""};
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
        char *at = strstr(json, needed[i]);
        assert_non_null(at);
        char kept = at[1];
        at[1] = 'X';
        assert_refused(json, length);
        at[1] = kept;
    }
    assert_refused("[]", 2);
    assert_refused("{}", 2);
    assert_refused("null", 4);
    free(json);
    settings_free(&settings);
}

static void more_sessions_than_there_is_room_for_are_refused(void **state) {
    (void)state;
    struct settings settings = {.sessions = BOUNDS_SESSIONS};
    for (size_t i = 0; i < BOUNDS_SESSIONS; i++) {
        settings.session_url[i] = strdup("u");
        settings.session_provider[i] = strdup("{}");
        settings.session_model[i] = strdup("");
        settings.session_form[i] = strdup("");
    }
    char *json = settings_encode(&settings);
    assert_non_null(json);
    assert_round_trip(&settings);
    char text[8192];
    char *at = strstr(json, "[\"u\",");
    assert_non_null(at);
    int n = snprintf(text, sizeof(text), "%.*s[\"u\",%s", (int)(at - json), json, at + 1);
    assert_refused(text, (size_t)n);
    free(json);
    settings_free(&settings);
}

static void more_columns_than_there_is_room_for_are_refused(void **state) {
    (void)state;
    struct settings settings = {0};
    settings.columns = 1;
    settings.column[0] = strdup("MANY");
    char *json = settings_encode(&settings);
    assert_non_null(json);
    for (size_t count = SETTINGS_MAX_COLUMNS; count <= SETTINGS_MAX_COLUMNS + 1; count++) {
        char text[8192];
        char *at = strstr(json, "\"MANY\"");
        assert_non_null(at);
        int n = snprintf(text, sizeof(text), "%.*s", (int)(at - json), json);
        for (size_t i = 0; i < count; i++) {
            n += snprintf(text + n, sizeof(text) - (size_t)n, "%s\"c\"", i > 0 ? "," : "");
        }
        n += snprintf(text + n, sizeof(text) - (size_t)n, "%s", at + strlen("\"MANY\""));
        struct settings back;
        assert_int_equal(settings_decode(text, (size_t)n, &back), count <= SETTINGS_MAX_COLUMNS ? 0 : -1);
        settings_free(&back);
    }
    free(json);
    settings_free(&settings);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_comes_through),
        cmocka_unit_test(what_is_not_set_stays_so),
        cmocka_unit_test(numbers_of_any_size_come_through),
        cmocka_unit_test(what_is_cut_or_damaged_is_refused),
        cmocka_unit_test(more_sessions_than_there_is_room_for_are_refused),
        cmocka_unit_test(more_columns_than_there_is_room_for_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
