#include "ration/provider_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool ends(const char *text, const char *with) {
    size_t length = strlen(text), size = strlen(with);
    return length >= size && strcmp(text + length - size, with) == 0;
}

static void assert_same(const char *a, const char *b) {
    assert_int_equal(a != NULL, b != NULL);
    if (a != NULL) {
        assert_string_equal(a, b);
    }
}

// A worker gets the same row.
static void assert_through_json(const struct provider *provider) {
    struct provider_row row;
    char *text = provider_json_encode(provider);
    assert_non_null(text);
    assert_int_equal(provider_json_decode(text, &row), 0);
    const struct provider *other = &row.provider;
    assert_same(other->name, provider->name);
    assert_int_equal(other->shape, provider->shape);
    assert_same(other->base_url, provider->base_url);
    assert_int_equal(other->base_url_example, provider->base_url_example);
    assert_same(other->base_url_env, provider->base_url_env);
    assert_same(other->key_env, provider->key_env);
    assert_int_equal(other->key_optional, provider->key_optional);
    assert_int_equal(other->auth, provider->auth);
    assert_same(other->auth_name, provider->auth_name);
    assert_same(other->aws_service, provider->aws_service);
    assert_same(other->header[0], provider->header[0]);
    assert_same(other->query, provider->query);
    assert_same(other->path, provider->path);
    assert_same(other->models_path, provider->models_path);
    assert_same(other->model, provider->model);
    assert_same(other->model_ends, provider->model_ends);
    assert_int_equal(other->stored_prompts, provider->stored_prompts);
    assert_same(other->limit_key, provider->limit_key);
    assert_int_equal(other->limit_default, provider->limit_default);
    assert_int_equal(other->charging, provider->charging);
    assert_int_equal(other->caching, provider->caching);
    assert_int_equal(other->cached, provider->cached);
    assert_same(other->dialect, provider->dialect);
    assert_same(other->tiers, provider->tiers);
    assert_int_equal(other->batches, provider->batches);
    provider_row_free(&row);
    free(text);
}

static void tiers_are_words_of_a_list(void **state) {
    (void)state;
    static const struct {
        const char *provider, *tier;
        bool has;
        const char *usual;
    } cases[] = {
        {"openai", "flex", true, "default"},
        {"openai", "default", true, "default"},
        {"openai", "fle", false, "default"},
        {"openai", "", false, "default"},
        {"openai", "auto|default", false, "default"},
        {"azure", "priority", true, "default"},
        {"groq", "flex", true, "on_demand"},
        {"groq", "default", false, "on_demand"},
        {"anthropic", "auto", true, "standard_only"},
        {"anthropic", "flex", false, "standard_only"},
        {"mistral", "flex", false, NULL},
        {"vllm", "default", false, NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct provider *provider = provider_find(cases[i].provider);
        assert_int_equal(provider_has_tier(provider, cases[i].tier), cases[i].has);
        const char *usual = provider_usual_tier(provider);
        assert_int_equal(usual != NULL, cases[i].usual != NULL);
        assert_string_equal(usual != NULL ? usual : "", cases[i].usual != NULL ? cases[i].usual : "");
    }
}

static void every_row_is_whole(void **state) {
    (void)state;
    const struct provider *provider;
    size_t count = 0;
    for (; (provider = provider_at(count)) != NULL; count++) {
        assert_ptr_equal(provider_find(provider->name), provider); // no name twice
        assert_true(strncmp(provider->base_url, "http", 4) == 0);
        assert_true(provider->base_url[strlen(provider->base_url) - 1] != '/');
        assert_true(provider->path[0] == '/');
        assert_non_null(provider->base_url_env);
        // Variables of that ending are not passed on to workers.
        assert_true(ends(provider->key_env, "_API_KEY") || ends(provider->key_env, "_TOKEN") ||
                    strcmp(provider->key_env, "AWS_BEARER_TOKEN_BEDROCK") == 0);
        assert_int_equal(provider->auth_name != NULL, provider->auth == PROVIDER_AUTH_HEADER);
        assert_true(provider->models_path == NULL || provider->models_path[0] == '/');
        assert_int_equal(provider->model_ends != NULL, provider->model_next != NULL);
        assert_through_json(provider);
        assert_non_null(provider->limit_key);
        assert_non_null(provider->dialect);
        assert_true(!provider->stored_prompts || provider->shape == PROVIDER_RESPONSES);
        assert_true(provider->limit_default > 0 || provider->shape != PROVIDER_MESSAGES);
        // A key goes unencrypted to this machine only.
        assert_true(strncmp(provider->base_url, "https://", 8) == 0 ||
                    (provider->key_optional && strstr(provider->base_url, "//localhost:") != NULL));
    }
    assert_int_equal(count, 24);
}

static void names_are_those_of_the_table(void **state) {
    (void)state;
    assert_string_equal(
        provider_names(),
        "openai, openai-chat, anthropic, azure, perplexity, groq, mistral, ollama, "
        "vllm, llama.cpp, gemini, openrouter, deepseek, together, fireworks, xai, "
        "cerebras, nvidia, huggingface, bedrock, vertex, azure-deployments, lm-studio, sglang");
    assert_string_equal(provider_names(), provider_names());
    assert_null(provider_find("OpenAI"));
    assert_null(provider_find(""));
}

static void anthropic_is_as_documented(void **state) {
    (void)state;
    const struct provider *provider = provider_find("anthropic");
    assert_int_equal(provider->shape, PROVIDER_MESSAGES);
    assert_string_equal(provider->base_url, "https://api.anthropic.com/v1");
    assert_string_equal(provider->path, "/messages");
    assert_string_equal(provider->base_url_env, "ANTHROPIC_API_BASE_URL");
    assert_string_equal(provider->key_env, "ANTHROPIC_API_KEY");
    assert_string_equal(provider->model_env, "ANTHROPIC_MODEL");
    assert_int_equal(provider->auth, PROVIDER_AUTH_HEADER);
    assert_string_equal(provider->auth_name, "x-api-key");
    assert_string_equal(provider->header[0], "anthropic-version: 2023-06-01");
    assert_null(provider->header[1]);
    assert_false(provider->stored_prompts || provider->key_optional);
}

static void charges_by_its_own_rule(void **state) {
    (void)state;
    const struct provider *openai = provider_find("openai");
    const struct provider *anthropic = provider_find("anthropic");
    assert_int_equal(provider_output_limit(openai, 0), 0);
    assert_int_equal(provider_output_limit(openai, 50), 50);
    assert_int_equal(provider_output_limit(anthropic, 0), 1024);
    assert_int_equal(provider_output_limit(anthropic, 50), 50);
    assert_int_equal(provider_least_charge(openai, 50), 50);
    assert_int_equal(provider_least_charge(anthropic, 1024), 0);
    assert_int_equal(provider_least_charge(provider_find("ollama"), 50), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_whole),           cmocka_unit_test(tiers_are_words_of_a_list),
        cmocka_unit_test(names_are_those_of_the_table), cmocka_unit_test(anthropic_is_as_documented),
        cmocka_unit_test(charges_by_its_own_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
