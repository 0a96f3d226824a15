#include "config/config.h"

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
    (void)unsetenv("OPENAI_API_KEY");
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    directory_remove(&directory);
    return 0;
}

static struct options with(const char *text) {
    return (struct options){
        .input = "in.csv",
        .output = "out.jsonl",
        .provider = "openai",
        .prompt_id = "pmpt_1",
        .prompt_variables = "artist_name=name",
        .attempts = 5,
        .timeout = CLOCK_SECOND,
        .connect_timeout = CLOCK_SECOND,
        .sessions = directory_write(&directory, "sessions.json", text, strlen(text)),
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

static void without_a_file_there_is_one(void **state) {
    (void)state;
    struct config config;
    struct options options = with("");
    options.sessions = NULL;
    options.limits.of[LIMITS_REQUESTS_MINUTE] = 70;
    assert_int_equal(setenv("OPENAI_API_KEY", "sk-environment", 1), 0);
    assert_made(&options, &config);
    assert_int_equal(config.sessions.count, 1);
    assert_int_equal(config.settings.sessions, 1);
    assert_string_equal(config.sessions.one[0].name, "default");
    assert_string_equal(config.sessions.one[0].key.text, "sk-environment");
    assert_int_equal(config.sessions.one[0].limits.told.of[LIMITS_REQUESTS_MINUTE], 70);
    config_free(&config);
    assert_int_equal(unsetenv("OPENAI_API_KEY"), 0);
}

static void what_a_session_has_of_its_own_wins(void **state) {
    (void)state;
    struct config config;
    struct options options =
        with("{\"sessions\":["
             "{\"name\":\"a\",\"key\":\"sk-1\",\"requests_per_minute\":5,\"burst\":2},"
             "{\"name\":\"b\",\"key\":\"sk-2\",\"tier\":\"gpt-4o-mini-tier-1\",\"tokens_per_minute\":9},"
             "{\"key\":\"sk-3\",\"base_url\":\"http://127.0.0.1:1/v1/\"},"
             "{\"key\":\"sk-4\",\"tier\":\"anthropic-haiku\",\"base_url\":\"http://127.0.0.1:1/v1\","
             "\"input_tokens_per_minute\":11,\"output_tokens_per_minute\":12,"
             "\"requests_per_day\":13,\"tokens_per_day\":14}]}");
    options.limits.of[LIMITS_REQUESTS_MINUTE] = 70;
    options.limits.of[LIMITS_TOKENS_MINUTE] = 700;
    options.burst = 7;
    assert_made(&options, &config);
    const struct config_session *one = config.sessions.one;
    assert_int_equal(config.sessions.count, 4);
    assert_int_equal(config.settings.sessions, 4);
    assert_string_equal(one[0].key.text, "sk-1");
    assert_int_equal(one[0].limits.told.of[LIMITS_REQUESTS_MINUTE], 5);
    assert_int_equal(one[0].limits.told.of[LIMITS_TOKENS_MINUTE], 700);
    assert_int_equal(one[0].limits.burst, 2);
    assert_string_equal(one[1].name, "b");
    assert_int_equal(one[1].limits.told.of[LIMITS_REQUESTS_MINUTE], 500);
    assert_int_equal(one[1].limits.told.of[LIMITS_TOKENS_MINUTE], 9);
    assert_int_equal(one[1].limits.burst, 7);
    assert_string_equal(one[2].name, "session-3");
    assert_int_equal(one[2].limits.told.of[LIMITS_REQUESTS_MINUTE], 70);
    assert_int_equal(one[3].limits.told.of[LIMITS_REQUESTS_MINUTE], 60);
    assert_int_equal(one[3].limits.told.of[LIMITS_TOKENS_MINUTE], 700); // its tier has none
    assert_int_equal(one[3].limits.told.of[LIMITS_INPUT_TOKENS_MINUTE], 11);
    assert_int_equal(one[3].limits.told.of[LIMITS_OUTPUT_TOKENS_MINUTE], 12);
    assert_int_equal(one[3].limits.told.of[LIMITS_REQUESTS_DAY], 13);
    assert_int_equal(one[3].limits.told.of[LIMITS_TOKENS_DAY], 14);
    assert_int_equal(one[2].limits.told.of[LIMITS_REQUESTS_DAY], 0);
    assert_int_equal(one[0].limits.endpoint, one[1].limits.endpoint);
    assert_int_equal(one[2].limits.endpoint, one[3].limits.endpoint);
    assert_int_not_equal(one[1].limits.endpoint, one[2].limits.endpoint);
    assert_string_equal(config.settings.session_url[0], "https://api.openai.com/v1");
    assert_string_equal(config.settings.session_url[2], "http://127.0.0.1:1/v1");
    assert_string_equal(config.settings.session_url[3], "http://127.0.0.1:1/v1");
    config_free(&config);
    assert_string_equal(one[0].key.text, "");
    assert_string_equal(one[3].key.text, "");
}

static void takes_keys_from_everywhere(void **state) {
    (void)state;
    struct config config;
    char text[1024];
    (void)snprintf(text, sizeof(text),
                   "{\"sessions\":[{\"key_env\":\"MY_SECRET\"},{\"key_file\":\"%s\"},{\"key\":\"sk-3\"}]}",
                   directory_write(&directory, "key", "sk-2\n", 5));
    struct options options = with(text);
    assert_int_equal(setenv("MY_SECRET", "sk-1", 1), 0);
    options.keyless = true;
    assert_made(&options, &config);
    assert_string_equal(getenv("MY_SECRET"), "sk-1"); // who takes no key leaves it to who does
    config_free(&config);
    options.keyless = false;
    assert_made(&options, &config);
    assert_string_equal(config.sessions.one[0].key.text, "sk-1");
    assert_string_equal(config.sessions.one[1].key.text, "sk-2");
    assert_string_equal(config.sessions.one[2].key.text, "sk-3");
    assert_string_equal(getenv("MY_SECRET"), ""); // which others of this user could read
    config_free(&config);
    assert_refused(&options, "line 1: session session-1: key_env MY_SECRET: this variable is not set");
    assert_int_equal(setenv("MY_SECRET", "sk-1 sk-2", 1), 0);
    assert_refused(&options, "key_env MY_SECRET: this variable is not a key of printable characters");
    assert_int_equal(setenv("MY_SECRET", "sk-3", 1), 0);
    assert_refused(&options, "line 1: session session-3: its key is that of session session-1");
    options = with("{\"sessions\":[{\"key_env\":\"MY_SECRET\"},\n{\"key_env\":\"MY_SECRET\"}]}");
    assert_refused(&options, "line 2: session session-2: its key is that of session session-1");
    assert_int_equal(unsetenv("MY_SECRET"), 0);
    options = with("{\"sessions\":[{\"key_file\":\"/nonexistent\"}]}");
    assert_refused(&options, "session session-1: key_file /nonexistent: No such file");
}

static void needs_a_key_where_the_provider_does(void **state) {
    (void)state;
    struct config config;
    struct options options = with("{\"sessions\":[\n{\"key\":\"sk-1\"},\n{\"name\":\"b\"}]}");
    assert_refused(&options, "line 3: session b: has no key: give it \"key\", \"key_env\" or \"key_file\"");
    options.provider = "ollama";
    options.prompt_id = NULL;
    options.prompt_file = directory_write(&directory, "template", "{{name}}", 8);
    assert_made(&options, &config);
    assert_string_equal(config.sessions.one[1].key.text, "");
    config_free(&config);
}

static void azure_needs_a_url_of_each(void **state) {
    (void)state;
    struct config config;
    struct options options =
        with("{\"sessions\":[{\"key\":\"sk-1\",\"base_url\":\"https://one.openai.azure.com/openai/v1\"}]}");
    options.provider = "azure";
    options.model = "deployment";
    options.prompt_id = NULL;
    options.prompt_file = directory_write(&directory, "template", "{{name}}", 8);
    assert_made(&options, &config);
    config_free(&config);
    options.sessions =
        directory_write(&directory, "sessions.json", "{\"sessions\":[{\"key\":\"sk-1\"}]}", 29);
    assert_refused(&options, "set AZURE_OPENAI_BASE_URL, or give --base-url");
}

static void says_which_session_is_wrong(void **state) {
    (void)state;
    struct options options = with(
        "{\"sessions\":[{\"key\":\"sk-1\"},\n{\"name\":\"b\",\"key\":\"sk-2\",\"base_url\":\"ftp://x\"}]}");
    assert_refused(&options, "sessions.json: line 2: session b: base_url: malformed URL \"ftp://x\"");
    options = with("{\"sessions\":[{\"name\":\"a\",\"key\":\"sk-1\",\"tier\":\"lead\"}]}");
    assert_refused(&options,
                   "sessions.json: line 1: session a: tier: \"lead\" is not one of anthropic-opus, ");
    options = with("{\"sessions\":[{\"key\":\"sk-1\"},\n{\"key\":\"sk-1\"}]}");
    assert_refused(&options, "line 2: session session-2: its key is that of session session-1");
    options = with("{\"sessions\":[{\"key\":\"sk-1\"},\n{\"key\":\"sk-2\",\"burst\":-2}]}");
    assert_refused(&options, "sessions.json: line 2: session 2: \"burst\" is not a whole number");
    options = with("{\"sessions\":[{\"key\":\"sk-1\"}]}");
    options.api_key_file = "key";
    assert_refused(&options, "give either --sessions or --api-key-file");
    options.api_key_file = NULL;
    options.sessions = directory_file(&directory, "missing");
    assert_refused(&options, "--sessions ");
    options.sessions = directory.path;
    assert_refused(&options, "is a directory");
}

static void keys_are_not_for_others_to_read(void **state) {
    (void)state;
    struct config config;
    struct options options = with("{\"sessions\":[{\"key\":\"sk-1\"}]}");
    assert_int_equal(chmod(options.sessions, 0640), 0);
    assert_refused(&options, "holds keys, and others may read it: chmod 600 it");
    assert_int_equal(chmod(options.sessions, 0602), 0);
    assert_refused(&options, "chmod 600");
    assert_int_equal(chmod(options.sessions, 0400), 0);
    assert_made(&options, &config);
    config_free(&config);
    assert_int_equal(chmod(options.sessions, 0600), 0);
    options = with("{\"sessions\":[{\"key_env\":\"MY_SECRET\"}]}");
    assert_int_equal(chmod(options.sessions, 0644), 0);
    assert_int_equal(setenv("MY_SECRET", "sk-1", 1), 0);
    assert_made(&options, &config);
    config_free(&config);
    assert_int_equal(unsetenv("MY_SECRET"), 0);
}

static void is_no_larger_than_a_megabyte(void **state) {
    (void)state;
    static char text[(1 << 20) + 2];
    static const char list[] = "{\"sessions\":[{\"key\":\"sk-1\"}]}";
    struct config config;
    memset(text, ' ', sizeof(text) - 1);
    memcpy(text, list, sizeof(list) - 1);
    text[1 << 20] = '\0';
    struct options options = with(text);
    assert_made(&options, &config);
    config_free(&config);
    text[1 << 20] = ' ';
    options = with(text);
    assert_refused(&options, "longer than 1048576 bytes");
}

int main(void) {
#define IN_ORDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_ORDER(without_a_file_there_is_one),     IN_ORDER(what_a_session_has_of_its_own_wins),
        IN_ORDER(takes_keys_from_everywhere),      IN_ORDER(needs_a_key_where_the_provider_does),
        IN_ORDER(azure_needs_a_url_of_each),       IN_ORDER(says_which_session_is_wrong),
        IN_ORDER(keys_are_not_for_others_to_read), IN_ORDER(is_no_larger_than_a_megabyte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
