#include "heap.h"
#include "line.h"
#include "notice.h"
#include "ration/clock.h"
#include "scrub.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *finish(struct text *text) {
    text_add(text, "", 1);
    assert_false(text->failed);
    return text->bytes;
}

static const struct result_text id = {"a", 1}, name = {"n", 1};

// What is written of an answer.
static void write_answer(struct text *out, const struct key *key, const struct answer *answer,
                         const char *request) {
    struct text head = {0}, clean = {0};
    struct result_line line = {.created = "then", .attempts = 1, .latency_ms = 5, .input_hash = "hash"};
    line_request(&line, key, request);
    line_answer(&line, key, answer, &clean);
    assert_false(clean.failed);
    result_line_begin(&head, result_format_usual(), id, name);
    result_line_add(out, result_format_usual(), RESULT_ANSWER, &head, &line);
    text_free(&head);
    text_free(&clean);
}

static void writes_an_answers_line(void **state) {
    (void)state;
    struct text out = {0};
    struct answer answer = {.text = "Text\twith \\ all",
                            .text_length = 15,
                            .id = "resp_1",
                            .finish_reason = "stop",
                            .tokens.input = 1,
                            .tokens.output = 2,
                            .total_tokens = 3};
    write_answer(&out, NULL, &answer, "req_1");
    assert_string_equal(
        finish(&out),
        "{\"artist_id\":\"a\",\"artist_name\":\"n\",\"response_text\":\"Text\\twith \\\\ all\","
        "\"response_id\":\"resp_1\",\"model\":null,\"finish_reason\":\"stop\",\"usage\":{\"input_tokens\":1,"
        "\"output_tokens\":2,\"total_tokens\":3},\"attempts\":1,\"latency_ms\":5,"
        "\"created\":\"then\",\"request_id\":\"req_1\",\"input_hash\":\"hash\"}\n");
    text_free(&out);
}

static void scrubs_the_key(void **state) {
    (void)state;
    struct key key = {.text = "sk-secret"};
    char out[24];
    line_scrub("plain", &key, out, sizeof(out));
    assert_string_equal(out, "plain");
    line_scrub("a sk-secret b sk-secret", &key, out, sizeof(out));
    assert_string_equal(out, "a [key] b [key]");
    line_scrub("éééééééééééééééé", &key, out, sizeof(out));
    assert_string_equal(out, "ééééééééééé");
    // No part of the key stays, wherever the text is cut.
    for (size_t before = 0; before < 40; before++) {
        char text[64];
        (void)memset(text, '.', before);
        (void)memcpy(text + before, "sk-secret", sizeof("sk-secret"));
        line_scrub(text, &key, out, sizeof(out));
        assert_null(strstr(out, "s"));
    }
}

static void shortens_what_is_long(void **state) {
    (void)state;
    static const struct {
        const char *from, *to;
        size_t characters;
    } table[] = {{"abc", "abc", 3}, {"abcd", "abc…", 3}, {"ééé", "éé…", 2},
                 {"🎻a", "🎻a", 2},   {"", "", 0},         {"a", "…", 0}};
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char message[LINE_MESSAGE_MOST + 1];
        (void)snprintf(message, sizeof(message), "%s", table[i].from);
        line_shorten(message, table[i].characters);
        assert_string_equal(message, table[i].to);
    }
}

// In whatever way it is written, nothing of it stays, in the text of an answer neither.
static void scrubs_a_disguised_key(void **state) {
    (void)state;
    static const char *const forms[] = {
        "sk-secret-0123",
        "SK-SECRET-0123",
        "sk%2Dsecret%2d0123",
        "sk%252Dsecret%252D0123",
        "%73%6b%2d%73%65%63%72%65%74%2d%30%31%32%33",
        "sk\\u002dsecret\\u002D0123",
        "sk\\x2dsecret\\x2d0123",
        "sk&#45;secret&#x2D;0123",
        "sk-sec ret-01 23",
        "sk-sec\nret-\r\n 0123",
        ("sk-sec\xe2\x80\x8bret-\xc2\xa0"
         "0123"),
        "c2stc2VjcmV0LTAxMjM=",         // of the key
        "QmVhcmVyIHNrLXNlY3JldC0wMTIz", // of "Bearer sk-secret-0123"
        "eHNrLXNlY3JldC0wMTIzeQ==",     // of "xsk-secret-0123y"
        "eHhzay1zZWNyZXQtMDEyM3k=",     // of "xxsk-secret-0123y"
        "c2stc2Vj cmV0LTAx MjM=",
        "736b2d7365637265742d30313233",
        "736B2D7365637265742D30313233",
    };
    static const char *const parts[] = {"secret", "0123",   "c2st",   "VjcmV0",
                                        "Y3JldC", "ZWNyZX", "365637", "5637265"};
    struct key key = {.text = "sk-secret-0123"};
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct text line = {0};
        char text[128], out[128];
        int length = snprintf(text, sizeof(text), "Born %s, died %s.", forms[i], forms[i]);
        struct answer answer = {
            .text = text, .text_length = (size_t)length, .id = forms[i], .finish_reason = "stop"};
        write_answer(&line, &key, &answer, forms[i]);
        text_add(&line, "", 1);
        line_scrub(text, &key, out, sizeof(out));
        assert_true(strncmp(out, "Born ", 5) == 0 && strstr(out, ", died ") != NULL &&
                    strstr(out, "[key]") != NULL);
        assert_true(strstr(line.bytes, "Born ") != NULL && strstr(line.bytes, ", died ") != NULL);
        assert_true(strstr(line.bytes, "\"request_id\":null") != NULL &&
                    strstr(line.bytes, "\"response_id\":null") != NULL);
        for (size_t n = 0; n < sizeof(parts) / sizeof(parts[0]); n++) {
            if (strcasestr(out, parts[n]) != NULL || strcasestr(line.bytes, parts[n]) != NULL) {
                fail_msg("%s stays in %s and %s", parts[n], out, line.bytes);
            }
        }
        text_free(&line);
    }
}

// Wherever it stands in a long text, between letters that are like its own, it is found, and nothing before
// it.
static void finds_it_wherever_it_stands(void **state) {
    (void)state;
    static const char *const forms[] = {"sk-secret-0123",
                                        "SK-SECRET-0123",
                                        "s k-secret-0123",
                                        "s\n\tk-secret-0123",
                                        "%73k-secret-0123",
                                        "s%6b-secret-0123",
                                        "&#115;k-secret-0123",
                                        "\\u0073k-secret-0123",
                                        "s\xc2\xa0k-secret-0123",
                                        "s\xe2\x80\x8bk-secret-0123",
                                        "c2stc2VjcmV0LTAxMj",
                                        "N rLXNlY3JldC0wMTIz",
                                        "736b2d7365637265742d30313233"};
    static const char *const fillers[] = {"sks s -S kc2 73\n%7&#\\us", "no letter of it here, or a few.",
                                          "\xc3\xa9\xe2\x80\x94\xc2\xab "};
    const struct key key = {.text = "sk-secret-0123"};
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        for (size_t filler = 0; filler < 3; filler++) {
            for (size_t before = 0; before < 70; before++) {
                char text[200];
                size_t found = 0, length = strlen(forms[i]), of = strlen(fillers[filler]);
                for (size_t at = 0; at < before; at++) {
                    text[at] = at + 1 == before ? '.' : fillers[filler][at % of];
                }
                memcpy(text + before, forms[i], length);
                memset(text + before + length, '.', before % 20);
                size_t at = scrub_find(&key, text, before + length + before % 20, 0, &found);
                assert_int_equal(at, before);
                assert_int_equal(found, length);
                at = scrub_find(&key, text, before + length - 1, 0, &found); // not the whole of it
                assert_true(found == 0 && at == before + length - 1);
            }
        }
    }
}

// A key that was used before is found as well, the first of them first; a short one stays.
static void leaves_out_keys_of_before(void **state) {
    (void)state;
    char out[256];
    const struct key oldest = {.text = "sk-oldest-01"}, shortest = {.text = "sk", .older = &oldest};
    const struct key old = {.text = "sk-older-0123", .older = &shortest};
    const struct key key = {.text = "sk-newest-99", .older = &old};
    line_scrub("a SK-OLDER-0123 b sk-newest-99 c sk d sk-oldest-01 e sk%2Dolder-0123", &key, out,
               sizeof(out));
    assert_string_equal(out, "a [key] b [key] c sk d [key] e [key]");
    struct text line = {0};
    static char text[] = "I saw sk-older-0123.";
    struct answer answer = {
        .text = text, .text_length = strlen(text), .id = "sk-oldest-01", .finish_reason = "stop"};
    write_answer(&line, &key, &answer, "req-sk-older-0123");
    text_add(&line, "", 1);
    assert_non_null(strstr(line.bytes, "I saw [key]."));
    assert_non_null(strstr(line.bytes, "\"request_id\":null"));
    assert_null(strstr(line.bytes, "older"));
    assert_null(strstr(line.bytes, "oldest"));
    text_free(&line);
}

// What is not the key stays as it is; so does a short key in a text.
static void leaves_what_is_no_key(void **state) {
    (void)state;
    static const char *const texts[] = {
        "sk-secret-012", "sk secret 0123",     "sk-secret--0123",    "%", "%7", "&#", "&#45", "\\u00", "\\x",
        "sk-",           "a b c \xe2\x80\x8b", "sk-secret-     0123"};
    struct key key = {.text = "sk-secret-0123"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char out[64];
        line_scrub(texts[i], &key, out, sizeof(out));
        assert_string_equal(out, texts[i]);
    }
    struct text line = {0};
    struct key brief = {.text = "none"};
    struct answer answer = {.text = "none other", .text_length = 10, .finish_reason = "stop"};
    write_answer(&line, &brief, &answer, "");
    assert_non_null(memmem(line.bytes, line.length, "\"none other\"", 12));
    text_free(&line);
}

// A server that echoes the key where an id should be is not quoted; an id that a very short key is part of by
// chance is.
static void quotes_no_echoed_key(void **state) {
    (void)state;
    static const char *const names[] = {"request_id", "response_id", "model", "finish_reason"};
    struct key keys[] = {{.text = "sk-secret"}, {.text = "se"}};
    for (int i = 0; i < 2; i++) {
        struct text line = {0};
        struct answer answer = {.text = "text",
                                .text_length = 4,
                                .id = "sk-secret",
                                .model = "m-sk-secret",
                                .finish_reason = "sk-secret."};
        write_answer(&line, &keys[i], &answer, "req sk-secret");
        assert_int_equal(memmem(line.bytes, line.length, "sk-secret", 9) == NULL, i == 0);
        for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
            char absent[32];
            int length = snprintf(absent, sizeof(absent), "\"%s\":null", names[n]);
            assert_int_equal(memmem(line.bytes, line.length, absent, (size_t)length) != NULL, i == 0);
        }
        text_free(&line);
    }
}

static void the_heap_gives_the_earliest(void **state) {
    (void)state;
    struct artist artist[64] = {0};
    struct heap heap;
    assert_int_equal(heap_open(&heap, 64), 0);
    assert_true(heap_when(&heap) == CLOCK_NEVER);
    assert_null(heap_pop(&heap));
    for (uint32_t i = 0; i < 64; i++) {
        artist[i].when = (uint64_t)i * 37 % 50;
        heap_push(&heap, &artist[i]);
    }
    uint64_t last = 0;
    for (uint32_t i = 0; i < 64; i++) {
        uint64_t when = heap_when(&heap);
        assert_true(when >= last);
        assert_int_equal(heap_pop(&heap)->when, when);
        last = when;
    }
    assert_int_equal(heap.count, 0);
    heap_close(&heap);
}

static void a_list_keeps_its_order(void **state) {
    (void)state;
    struct artist_pool pool = {0};
    struct artist_list list = {0};
    struct artist *a = artist_take(&pool), *b = artist_take(&pool), *c = artist_take(&pool);
    artist_append(&list, a);
    artist_append(&list, b);
    artist_prepend(&list, c);
    assert_ptr_equal(artist_shift(&list), c);
    assert_ptr_equal(artist_shift(&list), a);
    assert_ptr_equal(artist_shift(&list), b);
    assert_null(artist_shift(&list));
    artist_prepend(&list, a);
    artist_append(&list, b);
    assert_ptr_equal(list.last, b);
    assert_int_equal(list.count, 2);
    a->counted = 3;
    text_add_string(&a->body[0], "old");
    artist_give_back(&pool, a);
    artist_give_back(&pool, b);
    artist_give_back(&pool, c);
    assert_int_equal(pool.taken, 0);
    for (int i = 0; i < 3; i++) {
        a = artist_take(&pool);
        assert_true(a->counted == 0 && a->body[0].length == 0);
        artist_give_back(&pool, a);
    }
    artist_pool_free(&pool);
}

static void tells_how_many_it_did_not_tell(void **state) {
    (void)state;
    struct notice notice = {0};
    uint64_t silent = 99;
    assert_true(notice_due(&notice, CLOCK_SECOND, &silent));
    assert_int_equal(silent, 0);
    for (int i = 0; i < 7; i++) {
        assert_false(notice_due(&notice, 2 * CLOCK_SECOND, &silent));
    }
    assert_true(notice_due(&notice, 20 * CLOCK_SECOND, &silent));
    assert_int_equal(silent, 7);
}

static void expect_response(const char *body, bool whole, const char *expected) {
    static const struct key key = {.text = "sk-0123456789abcdef"};
    struct text raw = {0};
    struct result_line line = {.request_id = "r"};
    char wanted[512];
    (void)snprintf(wanted, sizeof(wanted), "{\"status_code\":200,\"request_id\":\"r\",\"body\":%s}",
                   expected);
    line_response(&line, &key, 200, body, strlen(body), whole, &raw);
    assert_string_equal(finish(&raw), wanted);
    text_free(&raw);
}

// In one line, and JSON whatever came.
static void keeps_a_response(void **state) {
    (void)state;
    expect_response("{\"a\": 1.50,\n\"b\":\"x\\n\"}\n", true, "{\"a\": 1.50, \"b\":\"x\\n\"}");
    expect_response("\xef\xbb\xbf [1]", true, "[1]");
    expect_response("{} and more\n", true, "{}");
    expect_response("{\"a\":\"tab\there\"}", true, "{\"a\":\"tab here\"}");
    expect_response("data: {}\n\n", true, "\"data: {}\\n\\n\"");
    expect_response("<p>\"no\"</p>", false, "\"<p>\\\"no\\\"</p>\"");
    expect_response("{\"a\":\"\xff\"}", false, "\"{\\\"a\\\":\\\"?\\\"}\"");
    expect_response("", false, "\"\"");
    expect_response("{\"a\":\"of sk-0123456789abcdef\"}", true, "{\"a\":\"of [key]\"}");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_an_answers_line),         cmocka_unit_test(scrubs_the_key),
        cmocka_unit_test(scrubs_a_disguised_key),         cmocka_unit_test(finds_it_wherever_it_stands),
        cmocka_unit_test(shortens_what_is_long),          cmocka_unit_test(leaves_out_keys_of_before),
        cmocka_unit_test(quotes_no_echoed_key),           cmocka_unit_test(leaves_what_is_no_key),
        cmocka_unit_test(the_heap_gives_the_earliest),    cmocka_unit_test(a_list_keeps_its_order),
        cmocka_unit_test(tells_how_many_it_did_not_tell), cmocka_unit_test(keeps_a_response),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
