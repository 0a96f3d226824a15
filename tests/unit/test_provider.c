#include "ration/provider.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

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
        assert_string_equal(provider->key_env + strlen(provider->key_env) - strlen("_API_KEY"), "_API_KEY");
        assert_non_null(strchr(provider->key_header, ':'));
        assert_true(strlen(provider->key_header) < 64); // KEY_HEADER_MOST
        assert_non_null(provider->limit_key);
        assert_non_null(provider->dialect);
        assert_true(!provider->stored_prompts || provider->shape == PROVIDER_RESPONSES);
        assert_true(provider->limit_default > 0 || provider->shape != PROVIDER_MESSAGES);
        // A key goes unencrypted to this machine only.
        assert_true(strncmp(provider->base_url, "https://", 8) == 0 ||
                    (provider->key_optional && strstr(provider->base_url, "//localhost:") != NULL));
    }
    assert_int_equal(count, 10);
}

static void names_are_those_of_the_table(void **state) {
    (void)state;
    assert_string_equal(provider_names(),
                        "openai, openai-chat, anthropic, azure, perplexity, groq, mistral, ollama, "
                        "vllm, llama.cpp");
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
    assert_string_equal(provider->key_header, "x-api-key: ");
    assert_string_equal(provider->extra_header, "anthropic-version: 2023-06-01");
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
        cmocka_unit_test(every_row_is_whole),
        cmocka_unit_test(names_are_those_of_the_table),
        cmocka_unit_test(anthropic_is_as_documented),
        cmocka_unit_test(charges_by_its_own_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
