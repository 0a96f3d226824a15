// The beginning that all requests share, as each provider wants to be told of it.
#include "ration/request_cache.h"

#include "ration/json_walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define EPHEMERAL "\"cache_control\":{\"type\":\"ephemeral\"}"

static struct request_cache add(const char *provider, const char *form, const char *model, struct text *out) {
    struct request_cache cache = request_cache_add(out, form, provider_find(provider), model);
    text_add(out, "", 1);
    assert_false(out->failed);
    assert_true(json_walk_valid(out->bytes, strlen(out->bytes), false));
    return cache;
}

static void marks_what_all_share(void **state) {
    (void)state;
    static const struct {
        const char *form, *made;
        enum request_cache_mark mark;
        uint64_t bytes;
    } table[] = {
        // A system text alone, whole.
        {"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"{{name}}\"}],\"system\":\"Be "
         "\\\"brief\\\"\"}",
         "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"{{name}}\"}],\"system\":[{\"type\":"
         "\"text\","
         "\"text\":\"Be \\\"brief\\\"\"," EPHEMERAL "}]}",
         REQUEST_CACHE_MARKED, 12},
        // The head of the prompt, where nothing stands before it.
        {"{\"messages\":[{\"role\":\"user\",\"content\":\"Write of {{name}}.\"}]}",
         "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Write of "
         "\"," EPHEMERAL "},{\"type\":\"text\",\"text\":\"{{name}}.\"}]}]}",
         REQUEST_CACHE_MARKED, 9},
        // A short head behind a system text is no block of its own.
        {"{\"system\":\"Be brief\",\"messages\":[{\"role\":\"user\",\"content\":\"Write of {{name}}.\"}]}",
         "{\"system\":[{\"type\":\"text\",\"text\":\"Be brief\"," EPHEMERAL
         "}],\"messages\":[{\"role\":\"user\","
         "\"content\":\"Write of {{name}}.\"}]}",
         REQUEST_CACHE_MARKED, 17},
        // {{{{ is no column.
        {"{\"messages\":[{\"role\":\"user\",\"content\":\"As {{{{x {{name}}\"}]}",
         "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"As {{{{x "
         "\"," EPHEMERAL "},{\"type\":\"text\",\"text\":\"{{name}}\"}]}]}",
         REQUEST_CACHE_MARKED, 9},
        // The same for all: all of it.
        {"{\"messages\":[{\"role\":\"user\",\"content\":\"Toss a coin\"}]}",
         "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Toss a "
         "coin\"," EPHEMERAL "}]}]}",
         REQUEST_CACHE_MARKED, 11},
        // Lists: the last part that is the same, or the head of the first that is not.
        {"{\"system\":[{\"type\":\"text\",\"text\":\"One\"},{\"type\":\"text\",\"text\":\"Two\"}],"
         "\"messages\":[{"
         "\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"{{name}}\"}]}]}",
         "{\"system\":[{\"type\":\"text\",\"text\":\"One\"},{\"type\":\"text\",\"text\":\"Two\"," EPHEMERAL
         "}],\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"{{name}}\"}]}]}",
         REQUEST_CACHE_MARKED, 6},
        {"{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Of "
         "{{name}}\"},{\"type\":"
         "\"text\",\"text\":\"more\"}]}]}",
         "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Of "
         "\"," EPHEMERAL
         "},{\"type\":\"text\",\"text\":\"{{name}}\"},{\"type\":\"text\",\"text\":\"more\"}]}]}",
         REQUEST_CACHE_MARKED, 3},
        // Behind the first column nothing is shared, whatever it is.
        {"{\"system\":\"For {{shop}}\",\"messages\":[{\"role\":\"user\",\"content\":\"Write\"}]}",
         "{\"system\":[{\"type\":\"text\",\"text\":\"For "
         "\"," EPHEMERAL "},{\"type\":\"text\",\"text\":\"{{shop}}\"}],\"messages\":[{\"role\":\"user\","
         "\"content\":\"Write\"}]}",
         REQUEST_CACHE_MARKED, 4},
        {"{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"url\":\"{{url}}\"}"
         "},{"
         "\"type\":\"text\",\"text\":\"Describe\"}]}]}",
         NULL, REQUEST_CACHE_NONE, 0},
        {"{\"tools\":[{\"name\":\"{{tool}}\"}],\"system\":\"Long\",\"messages\":[]}", NULL,
         REQUEST_CACHE_NONE, 0},
        {"{\"system\":\"\",\"messages\":[{\"role\":\"user\",\"content\":\"{{name}} and more\"}]}", NULL,
         REQUEST_CACHE_NONE, 0},
        {"{\"messages\":[{\"role\":\"user\",\"content\":\"{{json:parts}}\"}]}", NULL, REQUEST_CACHE_NONE, 0},
        {"{\"messages\":7}", NULL, REQUEST_CACHE_NONE, 0},
        {"{}", NULL, REQUEST_CACHE_NONE, 0},
        // It has its own.
        {"{\"system\":[{\"type\":\"text\",\"text\":\"One\"," EPHEMERAL "}],\"messages\":[]}", NULL,
         REQUEST_CACHE_OWN, 3},
        // And a text that speaks of it has not.
        {"{\"messages\":[{\"role\":\"user\",\"content\":\"say \\\"cache_control\\\"\"}]}",
         "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"say "
         "\\\"cache_control\\\"\"," EPHEMERAL "}]}]}",
         REQUEST_CACHE_MARKED, 21},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct text out = {0};
        struct request_cache cache = add("anthropic", table[i].form, "claude-x", &out);
        assert_string_equal(out.bytes, table[i].made != NULL ? table[i].made : table[i].form);
        assert_int_equal(cache.mark, table[i].mark);
        assert_int_equal(cache.bytes, table[i].bytes);
        text_free(&out);
    }
}

// A long head is, so that it is kept as well.
static void marks_a_long_head_behind_a_system_text(void **state) {
    (void)state;
    char head[1025], form[2048];
    struct text out = {0};
    memset(head, 'a', sizeof(head) - 1);
    head[sizeof(head) - 1] = '\0';
    (void)snprintf(form, sizeof(form),
                   "{\"system\":\"Be brief\",\"messages\":[{\"role\":\"user\",\"content\":\"%s{{name}}\"}]}",
                   head);
    struct request_cache cache = add("anthropic", form, NULL, &out);
    assert_int_equal(cache.bytes, 8 + 1024);
    assert_non_null(strstr(out.bytes, "\"system\":\"Be brief\""));
    assert_non_null(strstr(out.bytes, "a\"," EPHEMERAL "},{\"type\":\"text\",\"text\":\"{{name}}\"}]"));
    text_free(&out);
}

// The key is the same for the same beginning and model, and else another.
static void names_what_all_share(void **state) {
    (void)state;
#define CHAT_FORM(head, rest)                                                                  \
    "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"Be brief\"},{\"role\":" \
    "\"user\",\"content\":\"" head "{{name}}" rest "\"}]}"
    static const struct {
        const char *provider, *form, *model;
        bool same; // as the first
    } table[] = {
        {"openai-chat", CHAT_FORM("Of ", ""), "m", true},
        {"openai-chat", CHAT_FORM("Of ", ", briefly"), "m", true},
        {"mistral", CHAT_FORM("Of ", ""), "m", true},
        {"openai-chat", CHAT_FORM("Of ", ""), "n", false},
        {"openai-chat", CHAT_FORM("On ", ""), "m", false},
        {"openai", "{\"model\":\"m\",\"input\":\"Of {{name}}\"}", "m", false},
        {"openai", "{\"prompt\":{\"id\":\"p\",\"variables\":{\"a\":\"{{name}}\"}}}", NULL, false},
    };
    char first[64] = "";
    for (size_t i = 0; i < COUNT(table); i++) {
        struct text out = {0};
        char key[64];
        struct request_cache cache = add(table[i].provider, table[i].form, table[i].model, &out);
        const char *at = strstr(out.bytes, ",\"prompt_cache_key\":\"ration-");
        assert_non_null(at);
        assert_int_equal(cache.mark, REQUEST_CACHE_MARKED);
        (void)snprintf(key, sizeof(key), "%s", at);
        assert_string_equal(key + strlen(key) - 2, "\"}");
        if (i == 0) {
            memcpy(first, key, sizeof(first));
        }
        assert_int_equal(strcmp(first, key) == 0, table[i].same);
        text_free(&out);
    }
    struct text out = {0};
    assert_int_equal(add("openai", table[6].form, NULL, &out).bytes, UINT64_MAX); // it stands there
    text_free(&out);
    static const char own[] = "{\"prompt_cache_key\":\"k\",\"messages\":[]}";
    assert_int_equal(add("openai-chat", own, "m", &out).mark, REQUEST_CACHE_OWN);
    assert_string_equal(out.bytes, own);
    text_free(&out);
}

static void says_nothing_where_nothing_is_needed(void **state) {
    (void)state;
    static const char form[] = CHAT_FORM("Of ", "");
    struct text out = {0};
    assert_int_equal(add("groq", form, "m", &out).mark, REQUEST_CACHE_ITSELF);
    assert_string_equal(out.bytes, form);
    text_free(&out);
}

static void knows_how_short_is_too_short(void **state) {
    (void)state;
    static const struct {
        const char *provider, *model;
        uint64_t least;
    } table[] = {
        {"anthropic", "claude-haiku-4-5", 4096},
        {"anthropic", "claude-haiku-4-5-20251001", 4096},
        {"anthropic", "claude-3-5-haiku-latest", 2048},
        {"anthropic", "claude-opus-4-6", 4096},
        {"anthropic", "claude-opus-4-1", 1024},
        {"anthropic", "claude-sonnet-4-5", 1024},
        {"openai", "gpt-haiku-4-5", 1024},
        {"openai", NULL, 1024},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        assert_int_equal(request_cache_least(provider_find(table[i].provider), table[i].model),
                         table[i].least);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_what_all_share),
        cmocka_unit_test(marks_a_long_head_behind_a_system_text),
        cmocka_unit_test(names_what_all_share),
        cmocka_unit_test(says_nothing_where_nothing_is_needed),
        cmocka_unit_test(knows_how_short_is_too_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
