#include "export/json_unescape.h"
#include "export/result_walk.h"
#include "ration/json_scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define SAME SIZE_MAX // all of the text is the value

static void ends_where_a_value_ends(void **state) {
    static const struct {
        const char *text;
        size_t length;
    } cases[] = {
        {"0", SAME},
        {"-0.5e+10", SAME},
        {"12,", 2},
        {"01", 0},
        {"-", 0},
        {"1.", 0},
        {"1e", 0},
        {"+1", 0},
        {"true", SAME},
        {"nulls", 4},
        {"nul", 0},
        {"\"\"", SAME},
        {"\"a\\\"b\" ", 6},
        {"\"\\u00e9\\n\"", SAME},
        {"\"\\u00g9\"", 0},
        {"\"\\x\"", 0},
        {"\"a\nb\"", 0},
        {"\"a", 0},
        {"\"a\\", 0},
        {"[]", SAME},
        {"[ 1 , [ ] , {} ]", SAME},
        {"[1,]", 0},
        {"[,1]", 0},
        {"[1", 0},
        {"[1}", 0},
        {"{\"a\":{\"b\":[1,2]},\"c\":null}", SAME},
        {"{ \"a\" : 1 }", SAME},
        {"{\"a\":1,}", 0},
        {"{\"a\"}", 0},
        {"{a:1}", 0},
        {"{\"a\":}", 0},
        {"", 0},
        {" 1", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t length = strlen(cases[i].text);
        char *copy = malloc(length + 1); // a byte read beyond it is found by the sanitizers
        memcpy(copy, cases[i].text, length);
        size_t found = json_scan_value(copy, length);
        free(copy);
        if (found != (cases[i].length == SAME ? length : cases[i].length)) {
            fail_msg("%s: %zu", cases[i].text, found);
        }
    }
}

static void nests_so_deep_and_no_deeper(void **state) {
    static char text[2 * JSON_SCAN_DEPTH + 4];
    (void)state;
    for (size_t depth = JSON_SCAN_DEPTH; depth <= JSON_SCAN_DEPTH + 1; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        assert_int_equal(json_scan_value(text, 2 * depth), depth == JSON_SCAN_DEPTH ? 2 * depth : 0);
    }
}

static void decodes_texts(void **state) {
    static const struct {
        const char *json, *text;
    } cases[] = {
        {"\"plain\"", "plain"},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
        {"\"\\u0041\\u00e9\\u20ac\\ud83d\\ude00\"", "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
        {"\"a\\u0000b\"", "a\xef\xbf\xbd"
                          "b"},
        {"\"\\ud83d x\\ude00\"", "\xef\xbf\xbd x\xef\xbf\xbd"},
        {"\"\xff\xc3\xa9\xe2\"", "?\xc3\xa9?"},
        {"\"\"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char out[64] = "";
        const struct json_piece piece = {cases[i].json, strlen(cases[i].json)};
        out[json_unescape(&piece, out)] = '\0';
        assert_string_equal(out, cases[i].text);
    }
}

struct seen {
    char text[1024];
};

static int see(void *context, const struct result_walk_leaf *leaf) {
    struct seen *seen = context;
    size_t used = strlen(seen->text);
    (void)snprintf(seen->text + used, sizeof(seen->text) - used, "%s%c%.*s;", leaf->path, "hbf"[leaf->place],
                   (int)leaf -> value.length, leaf->value.text);
    return 0;
}

static const char *walked(const char *line, bool fields) {
    static struct seen seen;
    struct result_walk walk;
    struct result_walk_room room = {0};
    seen.text[0] = '\0';
    if (!result_walk_begin(&walk, line, strlen(line))) {
        return "none";
    }
    assert_int_equal(result_walk_each(&walk, fields, &room, see, &seen), 0);
    free(room.text);
    return seen.text;
}

static void walks_through_a_line(void **state) {
    static const struct {
        const char *line;
        bool fields;
        const char *seen;
    } cases[] = {
        {"{\"id\":\"1\",\"name\":\"N\",\"response_text\":\"t\",\"usage\":{\"total_tokens\":3},\"x\":{\"y\":1}"
         "}",
         false, "nameh\"N\";response_textb\"t\";usage.total_tokensb3;xb{\"y\":1};"},
        {"{\"id\":\"1\",\"class\":\"refused\",\"status\":400}", true, "classb\"refused\";statusb400;"},
        {"{\"id\":\"1\",\"response_json\":{\"a\":{\"b\":[1]},\"c\":{}}}", true,
         "response_jsonb{\"a\":{\"b\":[1]},\"c\":{}};response_json.a.bf[1];response_json.cf{};"},
        {"{\"id\":\"1\",\"response_json\":[1]}", true, "response_jsonb[1];"},
        // A text that is an object counts, where the line has no other.
        {"{\"id\":\"1\",\"response_text\":\" {\\\"a\\\":\\\"x\\\"} \"}", true,
         "response_textb\" {\\\"a\\\":\\\"x\\\"} \";response_json.af\"x\";"},
        {"{\"id\":\"1\",\"response_text\":\"{no\"}", true, "response_textb\"{no\";"},
        // Lines that hold the response itself; columns of the input that are kept.
        {"{\"custom_id\":\"1\",\"kept\":{\"a\":1},\"response\":{\"b\":2},\"attempts\":1}", true,
         "kept.ah1;responseb{\"b\":2};attemptsb1;"},
        {"{\"id\":1,\"response_text\":\"t\"}", false, "none"},
        {"{\"id\":\"1\",\"response_text\":\"t\"", false, "none"},
        {"[\"id\"]", false, "none"},
        {"{}", false, "none"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_string_equal(walked(cases[i].line, cases[i].fields), cases[i].seen);
    }
}

// Names that no path has room for are left out; what is nested too deep is one value.
static void bounds_paths(void **state) {
    static char line[4096];
    (void)state;
    (void)snprintf(line, sizeof(line), "{\"id\":\"1\",\"%0*d\":1,\"b\":2}", (int)RESULT_WALK_PATH, 0);
    assert_string_equal(walked(line, false), "bh2;");
    (void)strcpy(line, "{\"id\":\"1\",\"response_json\":");
    for (int i = 0; i < 40; i++) {
        (void)strcat(line, "{\"a\":");
    }
    (void)strcat(line, "1");
    for (int i = 0; i < 40; i++) {
        (void)strcat(line, "}");
    }
    (void)strcat(line, "}");
    const char *seen = walked(line, true);
    assert_non_null(strstr(seen, "response_json.a.a.a.a.a.a.a.a.a.a.a.a.a.a.af{\"a\":"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_where_a_value_ends),
        cmocka_unit_test(nests_so_deep_and_no_deeper),
        cmocka_unit_test(decodes_texts),
        cmocka_unit_test(walks_through_a_line),
        cmocka_unit_test(bounds_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
