#include "ration/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define STEPS 1000000U
#define PLAIN(literal) (literal), sizeof(literal) - 1

struct trial {
    const char *pattern;
    const char *text;
    size_t length;
    bool found;
};

static const struct trial trials[] = {
    {"b", PLAIN("abc"), true}, // not anchored
    {"^b", PLAIN("abc"), false},
    {"^a$", PLAIN("a\n"), false}, // $ is the end, not before a line's
    {"^a$", PLAIN("b\na"), false},
    {"", PLAIN(""), true},
    {"^.$", PLAIN("é"), true},
    {"^.$", PLAIN("\xf0\x9f\x98\x80"), true}, // one character
    {".", PLAIN("\n\r\xe2\x80\xa8\xe2\x80\xa9"), false},
    {"^\\d$", PLAIN("\xd9\xa3"), false}, // an Arabic digit is none of ECMAScript's
    {"^\\w$", PLAIN("é"), false},
    {"^\\s$", PLAIN("\xc2\xa0"), true},
    {"^\\s$", PLAIN("\xef\xbb\xbf"), true},
    {"^[\\s]$", PLAIN("\xe3\x80\x80"), true},
    {"^\\S$", PLAIN("\xe3\x80\x80"), false},
    {"^[\\S]$", PLAIN("\xe3\x80\x80"), false},
    {"^[\\S]$", PLAIN("x"), true},
    {"^[^\\S]$", PLAIN(" "), true},
    {"^\\v$", PLAIN("\v"), true},
    {"^\\v$", PLAIN("\n"), false}, // which PCRE2's own \v is
    {"^\\cC$", PLAIN("\x03"), true},
    {"^\\x41\\u0042\\u{43}$", PLAIN("ABC"), true},
    {"^\\ud83d\\ude00$", PLAIN("\xf0\x9f\x98\x80"), true},
    {"^\\0$", PLAIN("\0"), true},
    {"^\\p{Letter}+$", PLAIN("Привет"), true},
    {"^\\p{L}+$", PLAIN("1"), false},
    {"^\\p{Script=Greek}$", PLAIN("λ"), true},
    {"^\\p{gc=Uppercase_Letter}$", PLAIN("Λ"), true},
    {"^\\P{Lu}$", PLAIN("Λ"), false},
    {"^[[:alpha:]]$", PLAIN("a]"), true}, // no POSIX name
    {"^[[:alpha:]]$", PLAIN("z"), false},
    {"[]", PLAIN("x"), false},
    {"^[^]$", PLAIN("\n"), true},
    {"^a{2}$", PLAIN("aa"), true},
    {"^a{2,}b{1,3}?$", PLAIN("aaaabbb"), true},
    {"^{a}$", PLAIN("{a}"), true},
    {"^(?<y>\\d)-\\k<y>$", PLAIN("1-1"), true},
    {"^(a)|b\\1$", PLAIN("b"), true}, // a group that matched nothing
    {"^(.)\\1$", PLAIN("ab"), false},
    {"(?<!a)b(?=c)(?!d)(?:c)", PLAIN("xbc"), true},
    {"^\\/\\-\\.$", PLAIN("/-."), true},
    {"\\bcat\\b", PLAIN("a cat."), true},
    {"^[\\b]$", PLAIN("\b"), true},
    {"^[\\d\\-x]+$", PLAIN("1-x"), true},
};

static void finds_what_ecmascript_finds(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); i++) {
        const struct trial *trial = &trials[i];
        char words[PATTERN_WORDS];
        uint64_t steps = STEPS;
        struct pattern *pattern = pattern_new(trial->pattern, strlen(trial->pattern), words);
        if (pattern == NULL) {
            fail_msg("%s: %s", trial->pattern, words);
        }
        enum pattern_verdict verdict = pattern_try(pattern, trial->text, trial->length, &steps);
        if (verdict != (trial->found ? PATTERN_MATCHES : PATTERN_DIFFERS)) {
            fail_msg("%s in %s: %d", trial->pattern, trial->text, (int)verdict);
        }
        pattern_free(pattern);
    }
}

// ECMAScript has none of them, and PCRE2 would understand most in a way of its own.
static void refuses_what_ecmascript_has_not(void **state) {
    (void)state;
    static const char *const refused[] = {
        "(",       "a)",        "[a",      "*a",     "a**",   "a*+",         "a++",     "a{2}{3}",
        "(?i)a",   "(?>a)",     "(?R)",    "(?1)",   "(?|a)", "(?#c)",       "(?C1)a",  "(?P<n>a)",
        "(*UTF)a", "(*ACCEPT)", "\\A",     "\\Z",    "\\z",   "\\G",         "\\K",     "\\Q.\\E",
        "\\C",     "\\R",       "\\X",     "\\h",    "\\N",   "\\e",         "\\a",     "\\012",
        "\\g{1}",  "\\cé",      "\\x4",    "\\u123", "\\u{}", "\\u{110000}", "\\ud83d", "\\p{Nope}",
        "\\pL",    "\\p{}",     "\\p{^L}", "a\\",    "[\\1]", "\\k<x>",      "[z-a]",   "\\1",
    };
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        char words[PATTERN_WORDS];
        struct pattern *pattern = pattern_new(refused[i], strlen(refused[i]), words);
        if (pattern != NULL) {
            fail_msg("%s is accepted", refused[i]);
        }
        assert_true(strncmp(words, "the pattern is not understood", 29) == 0);
    }
}

static void takes_no_pattern_that_is_too_long(void **state) {
    (void)state;
    char words[PATTERN_WORDS], longest[PATTERN_MOST + 1];
    memset(longest, 'a', sizeof(longest));
    struct pattern *pattern = pattern_new(longest, PATTERN_MOST, words);
    assert_non_null(pattern);
    pattern_free(pattern);
    assert_null(pattern_new(longest, sizeof(longest), words));
    assert_string_equal(words, "the pattern is longer than 4096 bytes");
    assert_null(pattern_new("a\0b", 3, words));
    assert_null(pattern_new("\xff", 1, words));
}

// Each takes for ever without a bound. That they end at all is what is tested: a search that hangs never
// comes back.
static void a_search_ends_whatever_the_pattern(void **state) {
    (void)state;
    static const struct {
        const char *pattern;
        char byte;
        size_t length;
    } hostile[] = {
        {"^(a+)+$", 'a', 60},
        {"^(a|a)*$", 'a', 1000},
        {"^(([a-z])+.)+[A-Z]([a-z])+$", 'a', 200},
        {"(x+x+)+[yz]", 'x', 10000},
        {"[a-z]*[XY]", 'a', 1000000},
        {"(?=(a+))a*[bc]\\1", 'a', 5000},
        {"^(.*?,){25}[PQ]", ',', 2000},
        {"(?<=a)b|a.*a.*a.*a.*[yz]", 'a', 3000},
    };
    for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
        char words[PATTERN_WORDS];
        uint64_t steps = STEPS;
        char *text = malloc(hostile[i].length + 1);
        assert_non_null(text);
        memset(text, hostile[i].byte, hostile[i].length);
        text[hostile[i].length] = '!';
        struct pattern *pattern = pattern_new(hostile[i].pattern, strlen(hostile[i].pattern), words);
        assert_non_null(pattern);
        enum pattern_verdict verdict = pattern_try(pattern, text, hostile[i].length + 1, &steps);
        if (verdict != PATTERN_COSTLY) {
            fail_msg("%s: %d, %lu steps left", hostile[i].pattern, (int)verdict, (unsigned long)steps);
        }
        // Of a budget that is used up nothing is left for others.
        assert_int_equal(pattern_try(pattern, text, hostile[i].length + 1, &(uint64_t){0}), PATTERN_COSTLY);
        pattern_free(pattern);
        free(text);
    }
}

// A long text and a pattern of everyday cost a part of what one check may.
static void patterns_of_everyday_are_cheap(void **state) {
    (void)state;
    char words[PATTERN_WORDS];
    static char text[100000];
    uint64_t steps = STEPS;
    for (size_t i = 0; i < sizeof(text); i++) {
        text[i] = i % 7 == 6 ? ' ' : 'a';
    }
    static const char *const patterns[] = {"^[a-z]+( [a-z]+)* ?$", "^(?:\\w+\\s?)*$", "\\S", "a$",
                                           "^[^<>]*$"};
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        struct pattern *pattern = pattern_new(patterns[i], strlen(patterns[i]), words);
        assert_non_null(pattern);
        steps = STEPS;
        enum pattern_verdict verdict = pattern_try(pattern, text, sizeof(text), &steps);
        if (verdict != PATTERN_MATCHES) {
            fail_msg("%s: %d, %lu steps left", patterns[i], (int)verdict, (unsigned long)steps);
        }
        pattern_free(pattern);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_ecmascript_finds),
        cmocka_unit_test(refuses_what_ecmascript_has_not),
        cmocka_unit_test(takes_no_pattern_that_is_too_long),
        cmocka_unit_test(a_search_ends_whatever_the_pattern),
        cmocka_unit_test(patterns_of_everyday_are_cheap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
