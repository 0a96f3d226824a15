// What json_tree.c makes of a text is what cJSON makes of it, node for node; what it leaves alone, cJSON
// reads.
#include "exchange/json_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define TAKEN_MOST 4096

static void *taken[TAKEN_MOST];
static size_t takes, most_takes = TAKEN_MOST;

// Of its own, so that a byte too many is seen.
static void *take(size_t size) {
    if (takes >= most_takes) {
        return NULL;
    }
    taken[takes] = malloc(size);
    assert_non_null(taken[takes]);
    memset(taken[takes], 0x5a, size);
    return taken[takes++];
}

static void give_back(void) {
    while (takes > 0) {
        free(taken[--takes]);
    }
}

static void same_text(const char *a, const char *b) {
    assert_int_equal(a == NULL, b == NULL);
    if (a != NULL) {
        assert_string_equal(a, b);
    }
}

static void same(const cJSON *ours, const cJSON *theirs) {
    assert_int_equal(ours->type, theirs->type);
    assert_int_equal(ours->valueint, theirs->valueint);
    assert_memory_equal(&ours->valuedouble, &theirs->valuedouble, sizeof(ours->valuedouble));
    same_text(ours->string, theirs->string);
    same_text(ours->valuestring, theirs->valuestring);
    const cJSON *a = ours->child, *b = theirs->child;
    assert_int_equal(a == NULL, b == NULL);
    if (a != NULL) { // the first leads to the last
        assert_int_equal(a->prev == a, b->prev == b);
        assert_null(a->prev->next);
    }
    for (; a != NULL && b != NULL; a = a->next, b = b->next) {
        same(a, b);
        assert_true(a->next == NULL || a->next->prev == a);
    }
    assert_true(a == NULL && b == NULL);
}

// True: it was no other's work.
static bool compare(const char *json, size_t length) {
    char *copy = malloc(length > 0 ? length : 1); // without a NUL behind it
    assert_non_null(copy);
    memcpy(copy, json, length);
    cJSON *ours = json_tree_parse(copy, length, take);
    if (ours != NULL) {
        cJSON *theirs = cJSON_ParseWithLengthOpts(copy, length, NULL, false);
        if (theirs == NULL) {
            fail_msg("cJSON does not take %.*s", (int)length, json);
        }
        same(ours, theirs);
        cJSON_Delete(theirs);
    }
    give_back();
    free(copy);
    return ours != NULL;
}

static const char *const usual[] = {
    "{}",
    "[]",
    "{\"id\":\"a\",\"n\":1,\"list\":[1,2,3],\"none\":null,\"yes\":true,\"no\":false,\"inner\":{\"a\":{\"b\":["
    "]}}} behind",
    " \r\n\t{ \"a\" : [ 1 , { } , \"x\" ] , \"a\" : 2 }",
    "[0,-0,-1,12,123456789012345,1234567890123456,12345678901234567890,2147483647,2147483648,-2147483648,-"
    "2147483649]",
    "[1.5,-1.5e3,1E5,1e-7,0.1,1e999,-1e999,007,1.]",
    "{\"t\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u20ac\\ud83d\\ude00\\u0001 and \xc3\xa9 "
    "raw\",\"\\u0041\":\"\"}",
    "{\"text\":\"sixteen bytes and more without any escape, then one \\\" and on it goes \\\\\"}",
    "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"A.\\n\\nB \\u2014 "
    "C\"},\"finish_reason\":\"stop\"}],"
    "\"usage\":{\"prompt_tokens\":155,\"completion_tokens\":245,\"total_tokens\":400}}",
};

static void makes_the_same_tree(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
        assert_true(compare(usual[i], strlen(usual[i])));
    }
}

static void leaves_what_is_unusual(void **state) {
    (void)state;
    static const char *const odd[] = {
        "",
        " ",
        "1",
        "\"a\"",
        "null",
        "{",
        "[",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "[1",
        "[1,",
        "[1,]",
        "{,}",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "[nul]",
        "[nullx]",
        "[tru",
        "[+1]",
        "[.5]",
        "[1-2]",
        "[--1]",
        "[-]",
        "[1.2.3]",
        "[1",
        "[12",
        "[1.5",
        "[\"a]",
        "[\"\\",
        "[\"\\\"]",
        "[\"\\x\"]",
        "[\"\\u12\"]",
        "[\"\\u0000\"]",
        "[\"\\udc00\"]",
        "[\"\\ud83d\"]",
        "[\"\\ud83dx\"]",
        "[\"\\ud83d\\u0041\"]",
        "[\"\\uzzzz\"]",
        "\xef\xbb\xbf{}",
        "[\v1]",
        "[111111111111111111111111111111111111111111111111111111111111111111111]",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"};
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        if (compare(odd[i], strlen(odd[i]))) {
            fail_msg("%s is taken", odd[i]);
        }
    }
}

// Each text with some bytes changed, cut, or repeated.
static void agrees_on_what_nobody_thought_of(void **state) {
    (void)state;
    static const char bytes[] = "\"\\{}[]:,0123456789.eE+-u/bnfrtalse \n\t\x01\xc3\xa9";
    unsigned seed = 7;
    size_t taken_by_us = 0;
    for (int round = 0; round < 100000; round++) {
        char text[512];
        const char *from = usual[(unsigned)round % (sizeof(usual) / sizeof(usual[0]))];
        size_t length = strlen(from);
        memcpy(text, from, length);
        seed = seed * 1103515245U + 12345U;
        for (unsigned changes = 1 + seed / 65536U % 3; changes > 0; changes--) {
            seed = seed * 1103515245U + 12345U;
            size_t at = seed / 65536U % length;
            seed = seed * 1103515245U + 12345U;
            text[at] = bytes[seed / 65536U % (sizeof(bytes) - 1)];
        }
        seed = seed * 1103515245U + 12345U;
        length = seed / 65536U % 4 == 0 ? seed / 1048576U % (length + 1) : length;
        taken_by_us += compare(text, length);
    }
    assert_true(taken_by_us > 10000);
}

// Wherever memory ends.
static void ends_without_memory(void **state) {
    (void)state;
    const char *json = usual[2];
    for (most_takes = 0; !compare(json, strlen(json)); most_takes++) {
        assert_true(most_takes < 100);
    }
    assert_true(most_takes > 10);
    most_takes = TAKEN_MOST;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_the_same_tree),
        cmocka_unit_test(leaves_what_is_unusual),
        cmocka_unit_test(agrees_on_what_nobody_thought_of),
        cmocka_unit_test(ends_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
