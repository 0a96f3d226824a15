// The file that ration init writes, for each provider: all of it can be read, also what is there as a
// comment.
#include "begin/init_text.h"
#include "config/options_file.h"
#include "unit_told.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static struct tier_table tiers;
static char path[] = "/tmp/test_init_text.XXXXXX";

static char *config_of(const struct provider *provider) {
    struct text text = {0};
    static const struct init_columns none;
    const struct init_text init = {
        .provider = provider, .tiers = &tiers, .config = "r.conf", .prompt = "p.txt", .columns = &none};
    init_text_config(&init, &text);
    text_add(&text, "", 1);
    assert_false(text.failed);
    return text.bytes;
}

// `all`: the keys that are there as comments count, too.
static size_t parse(const char *text, bool all, struct options *options) {
    struct unit_told told;
    size_t keys = 0;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1) {
        bool off = line[0] == '#' && islower((unsigned char)line[1]);
        bool on = islower((unsigned char)line[0]);
        const char *from = all && off ? line + 1 : line;
        keys += on || (all && off);
        assert_true(strncmp(line, "# ", 2) != 0 || strcspn(line, "\n") <= 100);
        assert_true(fprintf(file, "%.*s\n", (int)strcspn(from, "\n"), from) > 0);
    }
    assert_int_equal(fclose(file), 0);
    *options = (struct options){0};
    told_begin(&told);
    int result = options_file_take(path, options);
    (void)told_end(&told);
    assert_string_equal(told.text, "");
    assert_int_equal(result, 0);
    return keys;
}

static void each_provider_has_a_file_that_can_be_read(void **state) {
    (void)state;
    const struct provider *provider;
    for (size_t i = 0; (provider = provider_at(i)) != NULL; i++) {
        struct options options;
        char *text = config_of(provider);
        const char *model = provider->model_next != NULL ? provider->model_next : provider->model;
        assert_true(parse(text, true, &options) >= 18);
        assert_string_equal(options.base_url, provider->base_url);
        size_t keys = parse(text, false, &options);
        assert_int_equal(keys, model != NULL ? 6 : 5);
        assert_string_equal(options.provider, provider->name);
        assert_string_equal(options.prompt_file, "p.txt");
        assert_null(options.base_url);
        assert_true(provider->key_env == NULL || strstr(text, provider->key_env) != NULL);
        if (model != NULL) {
            assert_string_equal(options.model, model); // not the one that its provider will shut down
        }
        free(text);
    }
}

static void a_long_name_of_the_file_cuts_no_line(void **state) {
    (void)state;
    static const struct init_columns none;
    struct text text = {0};
    char name[1000] = "";
    (void)memset(name, 'x', sizeof(name) - 1);
    const struct init_text init = {
        .provider = provider_at(0), .tiers = &tiers, .config = name, .prompt = "p.txt", .columns = &none};
    init_text_config(&init, &text);
    text_add(&text, "", 1);
    assert_non_null(strstr(text.bytes, "xx --resume        go on with all of them\n"));
    text_free(&text);
}

// What stands before the tier, and the tier.
static void a_tier_is_of_the_model_or_the_file_says_that_none_is(void **state) {
    (void)state;
    static const struct {
        const char *provider, *words, *tier;
    } cases[] = {
        {"openai", "# None of them is of gpt-6-luna:", "#tier = gpt-4o-mini-tier-1\n"},
        {"anthropic", NULL, "#tier = anthropic-haiku\n"},
        {"azure", NULL, "#tier = gpt-4o-mini-tier-1\n"}, // it has no model of its own
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *text = config_of(provider_find(cases[i].provider));
        assert_non_null(strstr(text, cases[i].tier));
        const char *words = strstr(text, "None of them");
        assert_int_equal(words != NULL, cases[i].words != NULL);
        assert_true(cases[i].words == NULL || strstr(text, cases[i].words) != NULL);
        free(text);
    }
}

static void no_variable_of_another_provider_is_named(void **state) {
    (void)state;
    const struct provider *provider;
    for (size_t i = 0; (provider = provider_at(i)) != NULL; i++) {
        static const char *const others[] = {"OPENAI_API_KEY", "OPENAI_BASE_URL"};
        char *text = config_of(provider);
        for (size_t k = 0; k < 2; k++) {
            const char *own = k == 0 ? provider->key_env : provider->base_url_env;
            char word[40];
            (void)snprintf(word, sizeof(word), " %s", others[k]); // not AZURE_…
            assert_int_equal(strstr(text, word) != NULL, own != NULL && strcmp(own, others[k]) == 0);
        }
        free(text);
    }
}

static void what_has_to_be_named_is_told(void **state) {
    (void)state;
    static const struct {
        const char *provider, *missing[3];
    } cases[] = {
        {"openai", {NULL}},
        {"anthropic", {NULL}},
        {"vllm", {"model", NULL}},
        {"azure", {"model", "base-url", NULL}},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int at = 0;
        for (size_t k = 0;; k++) {
            const char *missing = init_text_missing(provider_find(cases[i].provider), &at);
            if (missing == NULL || cases[i].missing[k] == NULL) {
                assert_ptr_equal(missing, cases[i].missing[k]);
                break;
            }
            assert_string_equal(missing, cases[i].missing[k]);
        }
    }
}

static void the_prompt_names_columns_that_are_there(void **state) {
    (void)state;
    static const struct {
        const char *columns, *prompt;
        const char *id;
    } cases[] = {
        {"", "Write a text of 150 words about {{name}}.\nWhat is known: {{data}}\n", NULL},
        {"artist_id,name,data,genre", "Write a text of 150 words about {{name}}.\nWhat is known: {{data}}\n",
         NULL},
        {"sku,title", "Write a text of 60 words about this:\n\nsku: {{sku}}\ntitle: {{title}}\n", "@line"},
        {"sku,title", "Write a text of 60 words about this:\n\ntitle: {{title}}\n", "sku"},
        {"ID,Priority,two words,{x}", "Write a text of 60 words about this:\n\ntwo words: {{two words}}\n",
         NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char room[80], *rest = room, *name[8];
        struct init_columns columns = {.name = name, .id = (char *)(uintptr_t)cases[i].id};
        (void)snprintf(room, sizeof(room), "%s", cases[i].columns);
        for (char *one; room[0] != '\0' && (one = strsep(&rest, ",")) != NULL;) {
            name[columns.count++] = one;
        }
        const struct init_text init = {.provider = provider_at(0),
                                       .tiers = &tiers,
                                       .config = "r.conf",
                                       .prompt = "p \"x\" isn't.txt",
                                       .input = "my #1.csv",
                                       .columns = &columns};
        struct text prompt = {0}, config = {0};
        struct options options;
        init_text_prompt(&init, &prompt);
        text_add(&prompt, "", 1);
        assert_string_equal(prompt.bytes, cases[i].prompt);
        init_text_config(&init, &config);
        text_add(&config, "", 1);
        (void)parse(config.bytes, false, &options);
        assert_string_equal(options.input, "my #1.csv"); // names of any kind come back as they are
        assert_string_equal(options.prompt_file, "p \"x\" isn't.txt");
        assert_int_equal(options.id != NULL, cases[i].id != NULL);
        text_free(&prompt);
        text_free(&config);
    }
}

int main(void) {
    tier_table_begin(&tiers);
    int fd = mkstemp(path);
    if (fd < 0 || close(fd) != 0) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_provider_has_a_file_that_can_be_read),
        cmocka_unit_test(a_long_name_of_the_file_cuts_no_line),
        cmocka_unit_test(a_tier_is_of_the_model_or_the_file_says_that_none_is),
        cmocka_unit_test(no_variable_of_another_provider_is_named),
        cmocka_unit_test(what_has_to_be_named_is_told),
        cmocka_unit_test(the_prompt_names_columns_that_are_there),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return unlink(path) != 0 ? 1 : failed;
}
