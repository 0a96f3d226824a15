#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim_cache.h"

#define SECOND UINT64_C(1000000000)
#define LETTERS(n) (letters + sizeof(letters) - 1 - (n))

static char letters[4097];

static struct cached ask(struct cache *c, enum api api, uint32_t account, uint64_t now_ns, const char *body) {
    struct ask a;
    struct cache_marks marks;
    struct cached cached = {0};
    const char *wrong = NULL;

    assert_true(sim_ask_parse(&a, api, body, strlen(body), "artist_name"));
    if (sim_cache_marks(c, &a, api, account, &marks, &wrong)) {
        cached = sim_cache_look(c, &marks, api, now_ns);
        sim_cache_store(c, &marks, now_ns + SECOND);
    } else {
        cached.read = UINT64_MAX;
    }
    sim_ask_free(&a);
    return cached;
}

static struct cached message(struct cache *c, uint32_t account, uint64_t now_ns, const char *ttl,
                             const char *head, const char *tail) {
    char body[16384];

    snprintf(
        body, sizeof(body),
        "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
        "\"text\":\"%s\",\"cache_control\":{\"type\":\"ephemeral\"%s}},{\"type\":\"text\",\"text\":\"%s\"}]}"
        "]}",
        head, ttl, tail);
    return ask(c, API_MESSAGES, account, now_ns, body);
}

static void remembers_what_is_marked(void **state) {
    struct cache c = {.least_tokens = 100, .life_ns = 300 * SECOND};
    struct cached cached;

    (void)state;
    cached = message(&c, 1, 10 * SECOND, "", LETTERS(800), "one");
    assert_int_equal(cached.read, 0);
    assert_int_equal(cached.written, 200);
    cached = message(&c, 1, 10 * SECOND, "", LETTERS(800), "two"); /* its answer has not begun yet */
    assert_int_equal(cached.written, 200);
    cached = message(&c, 1, 12 * SECOND, "", LETTERS(800), "three");
    assert_int_equal(cached.read, 200);
    assert_int_equal(cached.written, 0);
    assert_int_equal(message(&c, 2, 13 * SECOND, "", LETTERS(800), "three").read, 0); /* another account's */
    assert_int_equal(message(&c, 1, 13 * SECOND, "", LETTERS(804), "three").read, 0); /* another text */
    assert_int_equal(message(&c, 1, 14 * SECOND, "", LETTERS(396), "x").written, 0);  /* too short */
    assert_int_equal(message(&c, 1, 310 * SECOND, "", LETTERS(800), "four").read, 200); /* it lives on */
    assert_int_equal(message(&c, 1, 611 * SECOND, "", LETTERS(800), "five").read, 0);
    cached = message(&c, 1, 700 * SECOND, ",\"ttl\":\"1h\"", LETTERS(1000), "six");
    assert_int_equal(cached.written_hour, 250);
    assert_int_equal(message(&c, 1, 4000 * SECOND, ",\"ttl\":\"1h\"", LETTERS(1000), "seven").read, 250);
    assert_int_equal(message(&c, 1, 1 * SECOND, ",\"ttl\":\"2h\"", LETTERS(1000), "x").read, UINT64_MAX);
    assert_int_equal(message(&c, 1, 1 * SECOND, "", "", "x").read, UINT64_MAX);
    sim_cache_free(&c);
}

static struct cached chat(struct cache *c, uint64_t now_ns, const char *key, const char *text,
                          const char *tail) {
    char body[16384];

    snprintf(body, sizeof(body),
             "{\"model\":\"m\"%s,\"messages\":[{\"role\":\"user\",\"content\":\"%s%s\"}]}", key, text, tail);
    return ask(c, API_CHAT, 1, now_ns, body);
}

static void remembers_beginnings_by_themselves(void **state) {
    struct cache c = {.least_tokens = 256, .life_ns = 300 * SECOND};
    struct cached cached;

    (void)state;
    cached = chat(&c, 10 * SECOND, "", LETTERS(1600), "one"); /* 400 tokens, and 1 */
    assert_int_equal(cached.read + cached.written, 0);
    assert_int_equal(chat(&c, 12 * SECOND, "", LETTERS(1600), "two").read, 384);
    assert_int_equal(chat(&c, 12 * SECOND, "", LETTERS(1100), "two").read, 256);
    assert_int_equal(chat(&c, 12 * SECOND, "", LETTERS(1000), "two").read, 0);
    assert_int_equal(chat(&c, 12 * SECOND, ",\"prompt_cache_key\":\"k\"", LETTERS(1600), "two").read, 0);
    assert_int_equal(chat(&c, 14 * SECOND, ",\"prompt_cache_key\":\"k\"", LETTERS(1600), "two").read, 384);
    c.least_tokens = 0;
    assert_int_equal(chat(&c, 15 * SECOND, "", LETTERS(1600), "two").read, 0);
    sim_cache_free(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(remembers_what_is_marked),
                                       cmocka_unit_test(remembers_beginnings_by_themselves)};

    memset(letters, 'a', sizeof(letters) - 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
