#include "config/config.h"

#include "config/config_batch.h"
#include "config/options_table.h"
#include "ration/clock.h"
#include "unit_directory.h"
#include "unit_told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

static struct unit_directory directory;

static int set_up(void **state) {
    (void)state;
    directory_make(&directory);
    (void)unsetenv("OPENAI_BASE_URL");
    (void)unsetenv("OPENAI_MODEL");
    return setenv("OPENAI_API_KEY", "sk-environment", 1);
}

static int tear_down(void **state) {
    (void)state;
    directory_remove(&directory);
    return unsetenv("OPENAI_API_KEY");
}

// What `ration run --input … --output … --prompt-id …` makes of them.
static struct options usual(void) {
    return (struct options){
        .input = "in.csv",
        .output = "out.jsonl",
        .provider = "openai",
        .prompt_id = "pmpt_1",
        .prompt_variables = "artist_name=name,artist_data=data",
        .in_flight = 64,
        .attempts = 5,
        .timeout = 300 * CLOCK_SECOND,
        .connect_timeout = 10 * CLOCK_SECOND,
        .sync = CLOCK_SECOND,
    };
}

static void assert_made(const struct options *options, struct config *config) {
    struct unit_told told;
    told_begin(&told);
    int result = config_make(options, config);
    if (strcmp(told_end(&told), "") != 0 || result != 0) {
        fail_msg("%s", told.text);
    }
}

// Is refused, saying `says`; and no secret is said.
static void assert_refused(const struct options *options, const char *says) {
    struct unit_told told;
    struct config config;
    told_begin(&told);
    int result = config_make(options, &config);
    (void)told_end(&told);
    config_free(&config);
    assert_int_equal(result, -1);
    if (strstr(told.text, says) == NULL) {
        fail_msg("says only: %s", told.text);
    }
    assert_null(strstr(told.text, "sk-"));
}

static void makes_settings_of_options(void **state) {
    (void)state;
    struct config config;
    struct options options = usual();
    options.prompt_version = "3";
    options.model = "gpt-5";
    options.max_output_tokens = 777;
    options.on_truncated = SETTINGS_TRUNCATED_RETRY;
    options.sync = CLOCK_NEVER;
    options.verbose = true;
    assert_made(&options, &config);
    assert_string_equal(config.settings.provider, "openai");
    assert_string_equal(config.settings.session_url[0], "https://api.openai.com/v1");
    assert_string_equal(config.settings.prompt_id, "pmpt_1");
    assert_string_equal(config.settings.prompt_version, "3");
    assert_string_equal(config.settings.model, "gpt-5");
    assert_null(config.settings.prompt_template);
    assert_int_equal(config.settings.variables, 2);
    assert_string_equal(config.settings.variable[0].name, "artist_name");
    assert_string_equal(config.settings.variable[0].column, "name");
    assert_string_equal(config.settings.variable[1].name, "artist_data");
    assert_string_equal(config.settings.variable[1].column, "data");
    assert_int_equal(config.settings.max_output_tokens, 777);
    assert_int_equal(config.settings.on_truncated, SETTINGS_TRUNCATED_RETRY);
    assert_int_equal(config.settings.in_flight, 64);
    assert_int_equal(config.settings.attempts, 5);
    assert_int_equal(config.settings.timeout, 300 * CLOCK_SECOND);
    assert_int_equal(config.settings.sync_interval, CLOCK_NEVER);
    assert_true(config.settings.max_answer >= 1 << 20);
    assert_true(config.settings.log_debug);
    assert_string_equal(config.errors, "out.errors.jsonl");
    assert_string_equal(config.sessions.one[0].key.text, "sk-environment");
    config_free(&config);
    assert_string_equal(config.sessions.one[0].key.text, ""); // wiped
}

static void the_key_is_no_part_of_the_settings(void **state) {
    (void)state;
    struct config config;
    struct options options = usual();
    assert_made(&options, &config);
    char *json = settings_encode(&config.settings);
    assert_non_null(json);
    assert_null(strstr(json, "sk-environment"));
    free(json);
    config_free(&config);
    // And it is wiped from the environment, which others of this user can read.
    assert_true(getenv("OPENAI_API_KEY") == NULL || *getenv("OPENAI_API_KEY") == '\0');
}

static void a_slow_tier_takes_longer(void **state) {
    (void)state;
    static const struct {
        const char *tier, *param;
        uint64_t told, timeout; // seconds
    } cases[] = {
        {NULL, NULL, 0, 300},
        {"flex", NULL, 0, 900},
        {"default", NULL, 0, 300},
        {NULL, "service_tier=flex", 0, 900},
        {NULL, "service_tier=\"flex\"", 0, 900},
        {NULL, "service_tier=priority", 0, 300},
        {"flex", NULL, 42, 42},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct config config;
        struct options options = usual();
        options.timeout = cases[i].told * CLOCK_SECOND;
        options.service_tier = cases[i].tier;
        options.param.count = cases[i].param != NULL;
        options.param.text[0] = cases[i].param;
        assert_int_equal(setenv("OPENAI_API_KEY", "sk-environment", 1), 0);
        assert_made(&options, &config);
        assert_int_equal(config.settings.timeout, cases[i].timeout * CLOCK_SECOND);
        config_free(&config);
    }
}

// It stands in the body, and an answer is no other one for it.
static void a_tier_is_asked_for(void **state) {
    (void)state;
    struct config config;
    struct options options = usual();
    options.service_tier = "flex";
    options.flex_patience = 7;
    assert_made(&options, &config);
    assert_string_equal(config.settings.service_tier, "flex");
    assert_int_equal(config.settings.flex_patience, 7);
    assert_non_null(strstr(config.settings.form, "\"service_tier\":\"flex\""));
    assert_non_null(config.settings.plain_form);
    assert_null(strstr(config.settings.plain_form, "service_tier"));
    config_free(&config);
    options.service_tier = "bulk";
    assert_refused(&options, "--service-tier bulk: openai has auto|default|flex|priority");
    options.provider = "mistral";
    options.service_tier = "flex";
    options.prompt_id = NULL;
    options.request = "/nowhere";
    assert_refused(&options, "no service tiers of mistral are known");
    options = usual();
    options.service_tier = "flex";
    options.batch = true;
    for (size_t i = 0; i < options_row_count; i++) {
        options.given[i] = strcmp(options_rows[i].name, "service-tier") == 0;
    }
    assert_refused(&options, "a batch is a tier of its own");
}

static void batches_are_asked_as_their_provider_has_them(void **state) {
    (void)state;
    static const struct {
        const char *provider, *window, *says; // NULL: it goes
    } cases[] = {
        {"openai", "24h", NULL},
        {"groq", "7d", NULL},
        {"together", "24h", NULL},
        {"mistral", "24h", NULL},
        {"mistral", "7d", NULL},
        {"mistral", "8d", "Mistral's batches have hours or days"},
        {"mistral", "soon", "Mistral's batches have hours or days"},
        {"anthropic", "24h", NULL},
        {"anthropic", "7d", "Anthropic's batches have 24 hours"},
        {"azure-deployments", "24h", "it is not known how batches of this provider are asked"},
    };
    struct config config;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct options options = usual();
        options.provider = cases[i].provider;
        options.base_url = "http://127.0.0.1:9/v1";
        options.model = "m";
        options.batch = true;
        options.batch_window = cases[i].window;
        options.keyless = true;
        if (strcmp(cases[i].provider, "openai") != 0) {
            options.prompt_id = options.prompt_variables = NULL; // the input's own requests
        }
        if (cases[i].says != NULL) {
            assert_refused(&options, cases[i].says);
        } else {
            assert_made(&options, &config);
            assert_int_equal(config_batch_check(&config.settings, config.provider), 0);
            config_free(&config);
        }
    }
}

static void a_part_has_one_model(void **state) {
    (void)state;
    static const struct {
        const char *provider, *models;
        bool goes;
    } cases[] = {{"openai", NULL, true},
                 {"openai", "a\n", true},
                 {"openai", "a\nb\n", false},
                 {"mistral", "a\nb\n", false},
                 {"anthropic", "a\nb\n", true}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct unit_told told;
        struct settings settings = {
            .batch = true, .endpoints = 1, .row_models = (char *)(uintptr_t)cases[i].models};
        told_begin(&told);
        int result = config_batch_check(&settings, provider_find(cases[i].provider));
        (void)told_end(&told);
        assert_int_equal(result, cases[i].goes ? 0 : -1);
        assert_int_equal(strstr(told.text, "a part has one model") != NULL, !cases[i].goes);
    }
}

static void a_bound_that_parts_may_pass_is_told(void **state) {
    (void)state;
    static const struct {
        bool batch, bounded;
        uint64_t longest;
        bool told;
    } cases[] = {
        {true, true, 0, true}, {true, true, 400, false}, {true, false, 0, false}, {false, true, 0, false}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct unit_told told;
        const struct settings settings = {.batch = cases[i].batch, .max_output_tokens = cases[i].longest};
        told_begin(&told);
        config_batch_tell(&settings, cases[i].bounded);
        (void)told_end(&told);
        assert_int_equal(strstr(told.text, "give --max-output-tokens") != NULL, cases[i].told);
    }
}

static void needs_input_and_output(void **state) {
    (void)state;
    struct options options = usual();
    options.input = NULL;
    assert_refused(&options, "--input FILE and --output FILE are needed");
    options = usual();
    options.output = NULL;
    assert_refused(&options, "--input FILE and --output FILE are needed");
}

static void names_the_errors_file(void **state) {
    (void)state;
    static const char *const names[][2] = {
        {"out.jsonl", "out.errors.jsonl"},         {"a/b.c/out", "a/b.c/out.errors.jsonl"},
        {"out.json", "out.json.errors.jsonl"},     {".jsonl", ".jsonl.errors.jsonl"},
        {"x.jsonl.jsonl", "x.jsonl.errors.jsonl"},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct config config;
        struct options options = usual();
        (void)setenv("OPENAI_API_KEY", "sk-environment", 1);
        options.output = names[i][0];
        assert_made(&options, &config);
        assert_string_equal(config.errors, names[i][1]);
        config_free(&config);
    }
    struct options options = usual();
    options.errors = "out.jsonl";
    assert_refused(&options, "same file");
}

static void refuses_other_providers(void **state) {
    (void)state;
    struct options options = usual();
    options.provider = "closedai";
    assert_refused(&options, "\"closedai\" is not one of openai, openai-chat");
    options.provider = "openai-chat"; // has no stored prompts
    assert_refused(&options, "--prompt-file");
}

// What `ration run --provider … --prompt-file …` makes of them.
static struct options with_template(const char *provider) {
    struct options options = usual();
    options.provider = provider;
    options.prompt_id = NULL;
    options.prompt_file = directory_write(&directory, "template", "{{name}}", 8);
    return options;
}

static void takes_what_another_provider_needs(void **state) {
    (void)state;
    struct config config;
    struct options options = with_template("anthropic");
    assert_refused(&options, "no API key: set ANTHROPIC_API_KEY");
    assert_int_equal(setenv("ANTHROPIC_API_KEY", "sk-ant", 1), 0);
    assert_int_equal(setenv("ANTHROPIC_API_BASE_URL", "https://example.com/v9/", 1), 0);
    assert_int_equal(setenv("ANTHROPIC_MODEL", "claude-x", 1), 0);
    assert_made(&options, &config);
    assert_string_equal(config.sessions.one[0].key.text, "sk-ant");
    assert_string_equal(config.settings.session_url[0], "https://example.com/v9");
    assert_string_equal(config.settings.model, "claude-x");
    assert_int_equal(config.settings.max_output_tokens, 1024);
    assert_int_equal(config.least_charge, 0);
    config_free(&config);
    assert_int_equal(unsetenv("ANTHROPIC_API_BASE_URL"), 0);
    assert_int_equal(setenv("ANTHROPIC_API_KEY", "sk-ant", 1), 0);
    options.model = "claude-y"; // wins over the environment
    options.max_output_tokens = 9;
    assert_made(&options, &config);
    assert_string_equal(config.settings.session_url[0], "https://api.anthropic.com/v1");
    assert_string_equal(config.settings.model, "claude-y");
    assert_int_equal(config.settings.max_output_tokens, 9);
    config_free(&config);
    assert_int_equal(unsetenv("ANTHROPIC_API_KEY") | unsetenv("ANTHROPIC_MODEL"), 0);
    options = with_template("anthropic");
    options.prompt_file = NULL;
    options.prompt_id = "pmpt_1";
    assert_refused(&options, "has no stored prompts");
}

static void some_need_no_key_and_some_a_model(void **state) {
    (void)state;
    struct config config;
    struct options options = with_template("ollama");
    assert_made(&options, &config);
    assert_string_equal(config.sessions.one[0].key.text, "");
    assert_string_equal(config.settings.session_url[0], "http://localhost:11434/v1");
    config_free(&config);
    options.api_key_file = directory_write(&directory, "key", "sk-local", 8);
    assert_made(&options, &config);
    assert_string_equal(config.sessions.one[0].key.text, "sk-local");
    config_free(&config);
    options = with_template("vllm");
    assert_refused(&options, "the provider vllm has no default model; give --model");
    options = with_template("azure");
    options.model = "deployment";
    assert_refused(&options,
                   "set AZURE_OPENAI_BASE_URL, or give --base-url; it looks like https://RESOURCE.");
    options.base_url = "https://mine.openai.azure.com/openai/v1";
    assert_refused(&options, "set AZURE_OPENAI_API_KEY");
}

static void the_environment_names_a_model(void **state) {
    (void)state;
    struct config config;
    struct options options = with_template("openai");
    assert_int_equal(setenv("OPENAI_MODEL", "gpt-env", 1), 0);
    assert_made(&options, &config);
    assert_string_equal(config.settings.model, "gpt-env");
    config_free(&config);
    (void)setenv("OPENAI_API_KEY", "sk-environment", 1);
    options.model = "named"; // on the command line, in RATION_MODEL or in the file of options
    assert_made(&options, &config);
    assert_string_equal(config.settings.model, "named");
    config_free(&config);
    (void)setenv("OPENAI_API_KEY", "sk-environment", 1);
    options = usual(); // the stored prompt's own wins over it
    assert_made(&options, &config);
    assert_null(config.settings.model);
    config_free(&config);
    assert_int_equal(unsetenv("OPENAI_MODEL"), 0);
}

static void a_tier_gives_limits_and_prices(void **state) {
    (void)state;
    struct config config;
    struct options options = usual();
    options.tier = "gpt-4o-mini-tier-1";
    options.max_cost = 2500000000;
    options.max_output_tokens = 70;
    assert_made(&options, &config);
    assert_int_equal(config.limits.told.of[LIMITS_REQUESTS_MINUTE], 500);
    assert_int_equal(config.limits.told.of[LIMITS_TOKENS_MINUTE], 200000);
    assert_int_equal(config.tier.price.output, 600000);
    assert_int_equal(config.max_cost, 2500000000);
    assert_int_equal(config.least_charge, 70);
    config_free(&config);
    (void)setenv("OPENAI_API_KEY", "sk-environment", 1);
    options.limits.of[LIMITS_TOKENS_MINUTE] = 5; // what is given wins
    assert_made(&options, &config);
    assert_int_equal(config.limits.told.of[LIMITS_REQUESTS_MINUTE], 500);
    assert_int_equal(config.limits.told.of[LIMITS_TOKENS_MINUTE], 5);
    config_free(&config);
    options.tier = "gold";
    assert_refused(&options, "--tier: \"gold\" is not one of anthropic-opus, anthropic-sonnet, ");
    static const char json[] = "{\"tiers\":[{\"name\":\"gold\",\"requests_per_minute\":77}]}";
    options.tiers = directory_write(&directory, "tiers", json, sizeof(json) - 1);
    (void)setenv("OPENAI_API_KEY", "sk-environment", 1);
    assert_refused(&options, "--max-cost needs a price, and which model answers at provider openai");
    options.max_cost = 0;
    (void)setenv("OPENAI_API_KEY", "sk-environment", 1);
    assert_made(&options, &config);
    assert_int_equal(config.limits.told.of[LIMITS_REQUESTS_MINUTE], 77);
    assert_int_equal(config.limits.told.of[LIMITS_TOKENS_MINUTE], 5);
    config_free(&config);
    options.tiers = directory_write(&directory, "tiers", "[]", 2);
    assert_refused(&options, "tiers: must be");
    options.tiers = directory_file(&directory, "missing");
    assert_refused(&options, "--tiers");
    options = usual();
    options.max_cost = 1;
    (void)setenv("OPENAI_API_KEY", "sk-environment", 1);
    assert_refused(&options, "--max-cost needs a price, and which model answers at provider openai");
}

// --price, then the user's own tier, then the list's model, then a built-in tier.
static void the_price_of_the_highest_standing_holds(void **state) {
    (void)state;
    static const char json[] = "{\"tiers\":[{\"name\":\"mine\",\"input_dollars_per_million\":7,"
                               "\"output_dollars_per_million\":8},{\"name\":\"free\"}]}";
    static const struct {
        const char *provider, *model, *tier;
        bool price;
        enum price_ground ground;
        uint64_t input, output;
    } cases[] = {
        {"openai", "gpt-4o-mini", NULL, false, PRICE_OF_ASKED, 150000, 600000},
        {"openai", "gpt-4o-2024-08-06", NULL, false, PRICE_OF_ASKED, 2500000, 10000000},
        {"anthropic", "claude-haiku-4-5", NULL, false, PRICE_OF_ASKED, 1000000, 5000000},
        {"anthropic", "claude-haiku-4-5", "anthropic-haiku", false, PRICE_OF_ASKED, 1000000, 5000000},
        {"anthropic", "claude-haiku-4-5", "mine", false, PRICE_TOLD, 7000000, 8000000},
        {"anthropic", "claude-haiku-4-5", "free", false, PRICE_OF_ASKED, 1000000, 5000000},
        {"anthropic", "claude-haiku-4-5", "mine", true, PRICE_TOLD, 250000, 1250000},
        {"anthropic", "claude-haiku-9", "anthropic-haiku", false, PRICE_OF_TIER, 250000, 1250000},
        {"anthropic", "claude-haiku-9", "anthropic-haiku", true, PRICE_TOLD, 250000, 1250000},
        {"anthropic", "claude-haiku-9", NULL, false, PRICE_UNKNOWN, 0, 0},
        {"anthropic", "claude-haiku-9", NULL, true, PRICE_TOLD, 250000, 1250000},
        {"vllm", "gpt-4o-mini", NULL, false, PRICE_UNKNOWN, 0, 0},
    };
    struct options options = usual();
    options.keyless = true;
    options.prompt_id = NULL;
    options.prompt_file = directory_write(&directory, "template", "{{name}}", 8);
    options.tiers = directory_write(&directory, "tiers", json, sizeof(json) - 1);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct config config;
        options.provider = cases[i].provider;
        options.model = cases[i].model;
        options.tier = cases[i].tier;
        options.price = (struct options_price){cases[i].price, {250000, 1250000}};
        options.max_cost = 0;
        assert_made(&options, &config);
        assert_int_equal(config.prices->session[0].ground, cases[i].ground);
        assert_int_equal(config.prices->session[0].price.rates[PRICE_DEFAULT].input, cases[i].input);
        assert_int_equal(config.price.output, cases[i].output);
        assert_int_equal(config.sessions.one[0].limits.price.output, cases[i].output);
        config_free(&config);
        options.max_cost = 1;
        if (cases[i].ground == PRICE_UNKNOWN) {
            assert_refused(&options, "--max-cost needs a price, and no list has one of the model");
        } else {
            assert_made(&options, &config);
            config_free(&config);
        }
    }
}

static void takes_the_base_url_where_it_finds_it(void **state) {
    (void)state;
    struct config config;
    struct options options = usual();
    assert_int_equal(setenv("OPENAI_BASE_URL", "http://127.0.0.1:8080/v1///", 1), 0);
    assert_made(&options, &config);
    assert_string_equal(config.settings.session_url[0], "http://127.0.0.1:8080/v1");
    config_free(&config);
    (void)setenv("OPENAI_API_KEY", "sk-environment", 1);
    options.base_url = "https://example.com/api/";
    assert_made(&options, &config);
    assert_string_equal(config.settings.session_url[0], "https://example.com/api");
    config_free(&config);
    options.base_url = "example.com/api";
    assert_refused(&options, "--base-url: malformed URL \"example.com/api\"");
    options.base_url = NULL;
    assert_int_equal(setenv("OPENAI_BASE_URL", "http://h:99999/", 1), 0);
    assert_refused(&options, "OPENAI_BASE_URL: malformed URL");
    assert_int_equal(setenv("OPENAI_BASE_URL", "", 1), 0); // as if not set
    (void)setenv("OPENAI_API_KEY", "sk-environment", 1);
    assert_made(&options, &config);
    assert_string_equal(config.settings.session_url[0], "https://api.openai.com/v1");
    config_free(&config);
    assert_int_equal(unsetenv("OPENAI_BASE_URL"), 0);
}

static void warns_of_a_key_in_the_open(void **state) {
    (void)state;
    struct unit_told told;
    struct config config;
    struct options options = usual();
    options.base_url = "http://example.com/v1";
    told_begin(&told);
    int result = config_make(&options, &config);
    (void)told_end(&told);
    assert_int_equal(result, 0);
    assert_non_null(strstr(told.text, "WARNING: --base-url http://example.com/v1 sends the key unencrypted"));
    config_free(&config);
}

static void needs_a_key(void **state) {
    (void)state;
    struct options options = usual();
    assert_int_equal(unsetenv("OPENAI_API_KEY"), 0);
    assert_refused(&options, "no API key: set OPENAI_API_KEY, or give --api-key-file FILE");
    assert_int_equal(setenv("OPENAI_API_KEY", "", 1), 0);
    assert_refused(&options, "no API key");
    assert_int_equal(setenv("OPENAI_API_KEY", "sk-two words", 1), 0);
    assert_refused(&options, "OPENAI_API_KEY is not a key of printable characters");
}

static void takes_the_key_from_a_file(void **state) {
    (void)state;
    struct config config;
    struct unit_told told;
    struct options options = usual();
    options.api_key_file = directory_write(&directory, "key", " sk-file\r\n", 10);
    assert_made(&options, &config); // wins over the environment
    assert_string_equal(config.sessions.one[0].key.text, "sk-file");
    config_free(&config);
    // One that others may read is used, but told.
    assert_int_equal(chmod(options.api_key_file, 0640), 0);
    told_begin(&told);
    int result = config_make(&options, &config);
    (void)told_end(&told);
    assert_int_equal(result, 0);
    assert_non_null(strstr(told.text, "chmod 600"));
    assert_null(strstr(told.text, "sk-file"));
    config_free(&config);

    char large[KEY_MAX + 100];
    memset(large, 'k', sizeof(large));
    options.api_key_file = directory_write(&directory, "longest", large, KEY_MAX);
    assert_made(&options, &config);
    assert_int_equal(strlen(config.sessions.one[0].key.text), KEY_MAX);
    config_free(&config);
    options.api_key_file = directory_write(&directory, "too-long", large, KEY_MAX + 1);
    assert_refused(&options, "--api-key-file");
    options.api_key_file = directory_write(&directory, "much-too-long", large, sizeof(large));
    assert_refused(&options, "--api-key-file");
    options.api_key_file = directory_write(&directory, "empty", "\n", 1);
    assert_refused(&options, "does not hold one key");
    options.api_key_file = directory_write(&directory, "two", "sk-one\nsk-two\n", 14);
    assert_refused(&options, "does not hold one key");
    options.api_key_file = directory_file(&directory, "missing");
    assert_refused(&options, "No such file");
    options.api_key_file = directory.path;
    assert_refused(&options, "is a directory");
}

static void takes_no_fewer_workers_at_most_than_at_least(void **state) {
    (void)state;
    struct config config;
    struct options options = usual();
    options.min_workers = options.max_workers = 4;
    assert_made(&options, &config);
    config_free(&config);
    options.min_workers = 5;
    assert_refused(&options, "--min-workers 5 is more than --max-workers 4");
}

static void needs_one_prompt(void **state) {
    (void)state;
    struct options options = usual();
    options.prompt_file = directory_write(&directory, "prompt", "x", 1);
    assert_refused(&options, "give one of --prompt-id");
    struct config config;
    options = usual();
    options.prompt_id = NULL;
    assert_made(&options, &config); // the input may hold the requests
    assert_null(config.settings.form);
    config_free(&config);
}

static void takes_a_prompt_from_a_file(void **state) {
    (void)state;
    static const char text[] = "Write of {{name}}:\n{{data}} \xc3\xa9\n";
    struct config config;
    struct options options = usual();
    options.prompt_id = NULL;
    options.prompt_file = directory_write(&directory, "prompt", text, sizeof(text) - 1);
    assert_made(&options, &config);
    assert_string_equal(config.settings.prompt_template, text); // byte for byte
    assert_null(config.settings.prompt_id);
    assert_int_equal(config.settings.variables, 0);
    assert_string_equal(config.settings.model, "gpt-4o-mini"); // no stored prompt names one
    config_free(&config);
    options.prompt_version = "2";
    assert_refused(&options, "--prompt-version belongs to --prompt-id");
    options.prompt_version = NULL;
    options.prompt_file = directory_write(&directory, "prompt", "", 0);
    assert_refused(&options, "must be UTF-8 text, and not empty");
    options.prompt_file = directory_write(&directory, "prompt", "caf\xe9", 4);
    assert_refused(&options, "must be UTF-8 text");
    options.prompt_file = directory_write(&directory, "prompt", "a\0b", 3);
    assert_refused(&options, "must be UTF-8 text");
    options.prompt_file = directory_file(&directory, "missing");
    assert_refused(&options, "--prompt-file");
    char *large = malloc((1 << 20) + 1);
    assert_non_null(large);
    memset(large, 'a', (1 << 20) + 1);
    options.prompt_file = directory_write(&directory, "prompt", large, (1 << 20) + 1);
    assert_refused(&options, "longer than");
    free(large);
}

static void a_stored_prompt_names_its_own_model(void **state) {
    (void)state;
    struct config config;
    struct options options = usual();
    assert_made(&options, &config);
    assert_null(config.settings.model);
    config_free(&config);
}

static void reads_the_prompts_variables(void **state) {
    (void)state;
    struct config config;
    struct options options = usual();
    options.prompt_variables = "a=b=c,x=y,";
    assert_made(&options, &config);
    assert_int_equal(config.settings.variables, 2);
    assert_string_equal(config.settings.variable[0].name, "a");
    assert_string_equal(config.settings.variable[0].column, "b=c");
    assert_string_equal(config.settings.variable[1].column, "y");
    config_free(&config);
    static const char *const bad[] = {"a", "a=", "=b", "a=b,,c=d", ",a=b", "a=b,c"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        options.prompt_variables = bad[i];
        assert_refused(&options, "is not VARIABLE=COLUMN");
    }
    char many[SETTINGS_MAX_COLUMNS * 5 + 10] = "";
    for (int i = 0; i <= SETTINGS_MAX_COLUMNS; i++) {
        (void)snprintf(many + strlen(many), sizeof(many) - strlen(many), "v=c,");
    }
    options.prompt_variables = many;
    assert_refused(&options, "at most 512");
}

int main(void) {
#define IN_ORDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_ORDER(makes_settings_of_options),
        IN_ORDER(a_slow_tier_takes_longer),
        IN_ORDER(a_tier_is_asked_for),
        IN_ORDER(batches_are_asked_as_their_provider_has_them),
        IN_ORDER(a_part_has_one_model),
        IN_ORDER(the_key_is_no_part_of_the_settings),
        IN_ORDER(a_bound_that_parts_may_pass_is_told),
        IN_ORDER(needs_input_and_output),
        IN_ORDER(names_the_errors_file),
        IN_ORDER(refuses_other_providers),
        IN_ORDER(the_price_of_the_highest_standing_holds),
        IN_ORDER(takes_the_base_url_where_it_finds_it),
        IN_ORDER(warns_of_a_key_in_the_open),
        IN_ORDER(needs_a_key),
        IN_ORDER(takes_the_key_from_a_file),
        IN_ORDER(takes_no_fewer_workers_at_most_than_at_least),
        IN_ORDER(needs_one_prompt),
        IN_ORDER(takes_a_prompt_from_a_file),
        IN_ORDER(a_stored_prompt_names_its_own_model),
        IN_ORDER(reads_the_prompts_variables),
        IN_ORDER(takes_what_another_provider_needs),
        IN_ORDER(some_need_no_key_and_some_a_model),
        IN_ORDER(the_environment_names_a_model),
        IN_ORDER(a_tier_gives_limits_and_prices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
