#include "ration/key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static void keeps_a_key(void **state) {
    (void)state;
    struct key key;
    memset(&key, 0xaa, sizeof(key));
    assert_int_equal(key_set(&key, "sk-abc_DEF.123~!", 16), 0);
    assert_string_equal(key.text, "sk-abc_DEF.123~!");
    assert_int_equal(key_set(&key, "sk-abc and more", 6), 0); // no further than the length
    assert_string_equal(key.text, "sk-abc");
}

static void drops_white_space_around_it(void **state) {
    (void)state;
    struct key key;
    static const char *const texts[] = {"sk-1\n", "sk-1\r\n", " sk-1", "\t\n sk-1 \t\r\n\n"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_int_equal(key_set(&key, texts[i], strlen(texts[i])), 0);
        assert_string_equal(key.text, "sk-1");
    }
}

static void refuses_what_no_header_can_hold(void **state) {
    (void)state;
    struct key key;
    static const char *const texts[] = {
        "",    " ", "\r\n", "sk 1", "sk-1\nsk-2", "sk-\x01", "sk-\x7f", "sk-\xc3\xa9", "\xef\xbb\xbfsk-1",
        "a\tb"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_int_equal(key_set(&key, texts[i], strlen(texts[i])), -1);
    }
    assert_int_equal(key_set(&key, "sk\0k", 4), -1);
}

static void has_a_longest_key(void **state) {
    (void)state;
    struct key key;
    char text[KEY_MAX + 2];
    memset(text, 'k', sizeof(text));
    assert_int_equal(key_set(&key, text, 1), 0);
    assert_string_equal(key.text, "k");
    assert_int_equal(key_set(&key, text, KEY_MAX), 0);
    assert_int_equal(strlen(key.text), KEY_MAX);
    assert_int_equal(key_set(&key, text, KEY_MAX + 1), -1);
    text[KEY_MAX] = '\n';
    assert_int_equal(key_set(&key, text, KEY_MAX + 1), 0); // white space does not count
}

static void leaves_nothing_when_wiped(void **state) {
    (void)state;
    static const struct key nothing;
    struct key key;
    assert_int_equal(key_set(&key, "sk-secret", 9), 0);
    key_wipe(&key);
    assert_memory_equal(&key, &nothing, sizeof(key));
}

static void splits_lines_into_keys(void **state) {
    (void)state;
    static const struct key nothing[3];
    struct key keys[3];
    memset(keys, 0xaa, sizeof(keys));
    assert_int_equal(key_split("sk-1\nsk-2\nsk-3\n", 15, keys, 3, false), 0);
    assert_string_equal(keys[0].text, "sk-1");
    assert_string_equal(keys[2].text, "sk-3");
    assert_int_equal(key_split("sk-1\n\n\n", 7, keys, 3, true), 0);
    assert_string_equal(keys[0].text, "sk-1");
    assert_string_equal(keys[1].text, "");
    assert_string_equal(keys[2].text, "");
    static const char *const bad[] = {
        "",           "\n", "sk-1\nsk-2\n", "sk-1\nsk-2\nsk-3", "sk-1\nsk-2\nsk-3\nsk-4\n", "sk-1\n\nsk-3\n",
        "a b\nc\nd\n"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        memset(keys, 0xaa, sizeof(keys));
        assert_int_equal(key_split(bad[i], strlen(bad[i]), keys, 3, false), -1);
        assert_memory_equal(keys, nothing, sizeof(keys));
    }
    assert_int_equal(key_split("sk-1\nsk-2\n", 10, keys, 3, true), -1); // cut on the way
    assert_int_equal(key_split("", 0, keys, 0, false), 0);
}

static void protects_its_process(void **state) {
    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit limit;
        key_protect_process();
        bool good = getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0 && limit.rlim_max == 0;
#ifndef SANITIZED
        good = good && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
#endif
        _exit(good ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_a_key),
        cmocka_unit_test(drops_white_space_around_it),
        cmocka_unit_test(refuses_what_no_header_can_hold),
        cmocka_unit_test(has_a_longest_key),
        cmocka_unit_test(leaves_nothing_when_wiped),
        cmocka_unit_test(splits_lines_into_keys),
        cmocka_unit_test(protects_its_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
