#include "ration/schema.h"

#include <bsd/string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct schema *schema_of(const char *text) {
    struct schema_told wrong;
    struct schema *schema = schema_new(text, strlen(text), NULL, NULL, &wrong);
    if (schema == NULL) {
        fail_msg("%s: line %zu: %s", text, wrong.line, wrong.words);
    }
    return schema;
}

// ---- what is told of an answer: where, and what must change ----

static const struct {
    const char *schema, *answer, *path, *words;
    enum schema_verdict verdict;
} answers[] = {
    {"{}", "{\"a\":[1,2.5e3,null,true,\"\\u00e9\"]}", "", "", SCHEMA_VALID},
    {"true", " \n[] ", "", "", SCHEMA_VALID},
    {"false", "1", "", "is not allowed there", SCHEMA_INVALID},
    {"{\"type\":\"string\"}", "1", "", "must be a string, and is a number", SCHEMA_INVALID},
    {"{\"type\":[\"null\",\"integer\"]}", "1.5", "", "must be null or an integer, and is a number",
     SCHEMA_INVALID},
    {"{\"type\":\"integer\"}", "1.0", "", "", SCHEMA_VALID},
    {"{\"type\":\"integer\"}", "1e400", "", "", SCHEMA_VALID},
    {"{\"type\":\"integer\"}", "1e-400", "", "must be an integer, and is a number", SCHEMA_INVALID},
    {"{\"type\":\"boolean\"}", "null", "", "must be a boolean, and is null", SCHEMA_INVALID},
    {"{\"const\":{\"a\":1,\"b\":[]}}", "{\"b\":[],\"a\":1.0}", "", "", SCHEMA_VALID},
    {"{\"const\":9007199254740993}", "9007199254740992", "", "must be 9007199254740993", SCHEMA_INVALID},
    {"{\"enum\":[\"a\",\"b\"]}", "\"c\"", "", "must be one of \"a\", \"b\"", SCHEMA_INVALID},
    {"{\"minimum\":5}", "3", "", "must be at least 5, and is 3", SCHEMA_INVALID},
    {"{\"exclusiveMaximum\":5}", "5.0", "", "must be less than 5, and is 5.0", SCHEMA_INVALID},
    {"{\"maximum\":18446744073709551616}", "18446744073709551617", "",
     "must be at most 18446744073709551616, and is 18446744073709551617", SCHEMA_INVALID},
    {"{\"multipleOf\":0.01}", "19.99", "", "", SCHEMA_VALID},
    {"{\"multipleOf\":0.01}", "19.999", "", "must be a multiple of 0.01, and is 19.999", SCHEMA_INVALID},
    {"{\"multipleOf\":0.3}", "-0", "", "", SCHEMA_VALID},
    {"{\"minLength\":2}", "\"\\ud83d\\ude00\"", "", "must have at least 2 characters, and has 1",
     SCHEMA_INVALID},
    {"{\"pattern\":\"^a\"}", "\"ba\"", "", "must match the pattern \"^a\"", SCHEMA_INVALID},
    {"{\"maxItems\":1}", "[1,2]", "", "must have at most 1 items, and has 2", SCHEMA_INVALID},
    {"{\"uniqueItems\":true}", "[1,{\"a\":1,\"b\":2},{\"b\":2,\"a\":1}]", "",
     "has an item twice: {\"b\":2,\"a\":1}", SCHEMA_INVALID},
    {"{\"contains\":{\"const\":1},\"maxContains\":1}", "[1,2,1]", "",
     "must have at most 1 items as \"contains\" has them, and has 2", SCHEMA_INVALID},
    {"{\"required\":[\"a\",\"b\"]}", "{\"a\":1}", "", "lacks the property \"b\"", SCHEMA_INVALID},
    {"{\"properties\":{\"a\":{\"items\":{\"type\":\"string\"}}}}", "{\"a\":[\"x\",1]}", "/a/1",
     "must be a string, and is a number", SCHEMA_INVALID},
    {"{\"properties\":{\"a/b~\":{\"type\":\"null\"}}}", "{\"a/b~\":1}", "/a~1b~0",
     "must be null, and is a number", SCHEMA_INVALID},
    {"{\"additionalProperties\":false,\"properties\":{\"a\":{}}}", "{\"a\":1,\"b\":2}", "/b",
     "is not allowed there", SCHEMA_INVALID},
    {"{\"propertyNames\":{\"maxLength\":2}}", "{\"abc\":1}", "/abc",
     "has a name that must have at most 2 characters, and has 3", SCHEMA_INVALID},
    {"{\"anyOf\":[{\"type\":\"null\"},{\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"]}]}",
     "{\"a\":1}", "/a", "must be a string, and is a number (in the closest of 2 forms that are allowed)",
     SCHEMA_INVALID},
    {"{\"anyOf\":[{\"type\":\"null\"},{\"required\":[\"a\"]}]}", "{}", "",
     "lacks the property \"a\" (in the closest of 2 forms that are allowed)", SCHEMA_INVALID},
    {"{\"oneOf\":[{\"minimum\":1},{\"maximum\":9}]}", "5", "",
     "keeps to more than one of the schemas in \"oneOf\"", SCHEMA_INVALID},
    {"{\"not\":{\"type\":\"null\"}}", "null", "", "keeps to the schema in \"not\"", SCHEMA_INVALID},
    {"{\"dependentRequired\":{\"a\":[\"b\"]}}", "{\"a\":1}", "", "lacks the property \"b\"", SCHEMA_INVALID},
    {"{\"$ref\":\"#/$defs/x\",\"$defs\":{\"x\":{\"type\":\"null\"}}}", "1", "",
     "must be null, and is a number", SCHEMA_INVALID},
    // no JSON
    {"true", "", "", "is not JSON at its byte 1: the text ends too early", SCHEMA_NO_JSON},
    {"true", "Here it is: {}", "", "is not JSON at its byte 1: no value begins so", SCHEMA_NO_JSON},
    {"true", "{\"a\":1}}", "", "is not JSON at its byte 8: something stands behind the value",
     SCHEMA_NO_JSON},
    {"true", "{\"a\":1,\"a\":2}", "", "is not JSON at its byte 1: an object has two members of one name",
     SCHEMA_NO_JSON},
    {"true", "[01]", "", "is not JSON at its byte 4: a number does not begin so", SCHEMA_NO_JSON},
    {"true", "[1,]", "", "is not JSON at its byte 4: no value begins so", SCHEMA_NO_JSON},
    {"true", "\"\\ud800\"", "", "is not JSON at its byte 8: a half of a surrogate pair is no character",
     SCHEMA_NO_JSON},
    {"true", "\"a\nb\"", "", "is not JSON at its byte 3: a control character in a string must be escaped",
     SCHEMA_NO_JSON},
    {"true", "NaN", "", "is not JSON at its byte 1: no value begins so", SCHEMA_NO_JSON},
};

static void says_what_is_wrong_with_an_answer(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        struct schema_report report;
        struct schema *schema = schema_of(answers[i].schema);
        enum schema_verdict verdict =
            schema_check(schema, answers[i].answer, strlen(answers[i].answer), &report);
        if (verdict != answers[i].verdict || strcmp(report.path, answers[i].path) != 0 ||
            strcmp(report.words, answers[i].words) != 0) {
            fail_msg("%s on %s: %d \"%s\" \"%s\"", answers[i].schema, answers[i].answer, (int)verdict,
                     report.path, report.words);
        }
        schema_free(schema);
    }
}

// ---- what is told of a schema ----

static const struct {
    const char *schema;
    size_t line;
    const char *words; // they begin so
} refused[] = {
    {"", 1, "the schema is not JSON: the text ends too early"},
    {"{\n\"type\": \"string\",\n}", 3, "the schema is not JSON: a name in quotes is missing"},
    {"[]", 1, "the schema must be a schema: an object, true or false"},
    {"{\n\"type\":\n\"text\"}", 3, "/type must be one of null, boolean, number,"},
    {"{\"minimum\":\"5\"}", 1, "/minimum must be a number"},
    {"{\"exclusiveMinimum\":true}", 1, "/exclusiveMinimum must be a number"},
    {"{\"multipleOf\":0}", 1, "/multipleOf must be a number above 0"},
    {"{\"minLength\":-1}", 1, "/minLength must be a whole number from 0 on"},
    {"{\"required\":\"a\"}", 1, "/required must be a list of names"},
    {"{\"anyOf\":[]}", 1, "/anyOf must be a list of schemas, at least one"},
    {"{\"properties\":{\"a\":{\"items\":[{}]}}}", 1,
     "/properties/a/items must be one schema; a list of them is called prefixItems since draft 2020-12"},
    {"{\"pattern\":\"(\"}", 1, "/pattern cannot be used: the pattern is not understood: missing"},
    {"{\"patternProperties\":{\"\\\\Z\":true}}", 1,
     "/patternProperties/\\Z cannot be used: the pattern is not understood at its byte 3: ECMAScript has no "
     "such"},
    {"{\"$ref\":\"https://example.com/s\"}", 1,
     "/$ref leads to https://example.com/s, which is not in this file; nothing is fetched: put it into "
     "$defs"},
    {"{\n\"items\":{\"$ref\":\"#/$defs/x\"}}", 2, "/items/$ref leads to #/$defs/x, which is not there"},
    {"{\"$ref\":\"#x\"}", 1, "/$ref leads to #x, which is not there"},
    {"{\"$ref\":\"#\"}", 1, "the schema refers to itself for one and the same value, without end"},
    {"{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"anyOf\":[true,{\"$ref\":\"#/$defs/a\"}]}}}", 1, "/$defs/a"},
    {"{\"unevaluatedProperties\":1}", 1, "/unevaluatedProperties must be a schema: an object, true or false"},
    {"{\"$dynamicRef\":\"#a\"}", 1, "/$dynamicRef is not followed by ration; say $ref"},
    {"{\"$schema\":\"http://json-schema.org/draft-04/schema#\"}", 1,
     "/$schema names a draft that ration does not"},
};

static void refuses_what_it_cannot_check(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct schema_told wrong;
        struct schema *schema = schema_new(refused[i].schema, strlen(refused[i].schema), NULL, NULL, &wrong);
        if (schema != NULL || wrong.line != refused[i].line ||
            strncmp(wrong.words, refused[i].words, strlen(refused[i].words)) != 0) {
            fail_msg("%s: line %zu: %s", refused[i].schema, wrong.line,
                     schema != NULL ? "accepted" : wrong.words);
        }
    }
}

static void keep_note(void *context, const struct schema_told *told) {
    char *notes = context;
    (void)snprintf(notes + strlen(notes), 1024 - strlen(notes), "%zu: %s\n", told->line, told->words);
}

// What need not be checked is told once, wherever it stands; what says nothing is not told.
static void tells_once_what_it_does_not_check(void **state) {
    (void)state;
    static const char text[] =
        "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":\"t\",\n"
        "\"properties\":{\"format\":{\"format\":\"date\",\"default\":1},\n"
        "\"b\":{\"format\":\"uri\",\"nullable\":true,\"$comment\":\"c\"}}}";
    struct schema_told wrong;
    char notes[1024] = "";
    struct schema *schema = schema_new(text, strlen(text), keep_note, notes, &wrong);
    assert_non_null(schema);
    assert_string_equal(
        notes, "3: format is sent and not checked here: it is a remark on the schema\n"
               "3: nullable is no keyword of this draft of JSON Schema: sent, and not checked here\n");
    schema_free(schema);
}

// ---- drafts ----

static void keeps_to_the_draft_that_is_named(void **state) {
    (void)state;
    static const struct {
        const char *schema, *answer;
        enum schema_verdict verdict;
    } cases[] = {
        // a list of items, and what is beside a $ref
        {"{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"items\":[{\"type\":\"null\"}],"
         "\"additionalItems\":false}",
         "[null,1]", SCHEMA_INVALID},
        {"{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"$ref\":\"#/definitions/"
         "a\",\"type\":\"null\","
         "\"definitions\":{\"a\":{}}}",
         "1", SCHEMA_VALID},
        {"{\"$ref\":\"#/definitions/a\",\"type\":\"null\",\"definitions\":{\"a\":{}}}", "1", SCHEMA_INVALID},
        {"{\"$id\":\"https://x.example/"
         "s.json\",\"$ref\":\"s.json#a\",\"$defs\":{\"b\":{\"$anchor\":\"a\",\"type\":"
         "\"null\"}}}",
         "1", SCHEMA_INVALID},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct schema_report report;
        struct schema *schema = schema_of(cases[i].schema);
        assert_int_equal(schema_check(schema, cases[i].answer, strlen(cases[i].answer), &report),
                         cases[i].verdict);
        schema_free(schema);
    }
}

// Of 2019-09 and 2020-12, which the suite that is installed may lack.
static const struct {
    const char *schema, *valid, *invalid;
} newer[] = {
    {"{\"prefixItems\":[{\"type\":\"null\"}],\"items\":{\"type\":\"string\"}}", "[null,\"a\"]",
     "[null,null]"},
    {"{\"prefixItems\":[true],\"items\":false}", "[1]", "[1,2]"},
    {"{\"contains\":{\"const\":1},\"minContains\":2}", "[1,1]", "[1,2]"},
    {"{\"contains\":{\"const\":1},\"minContains\":0,\"maxContains\":1}", "[]", "[1,1]"},
    {"{\"dependentRequired\":{\"a\":[\"b\"]}}", "{\"a\":1,\"b\":1}", "{\"a\":1}"},
    {"{\"dependentSchemas\":{\"a\":{\"maxProperties\":1}}}", "{\"b\":1,\"c\":1}", "{\"a\":1,\"b\":1}"},
    {"{\"$ref\":\"#t\",\"maximum\":5,\"$defs\":{\"x\":{\"$anchor\":\"t\",\"type\":\"integer\"}}}", "5", "6"},
    {"{\"$ref\":\"#/$defs/x\",\"$defs\":{\"x\":{\"$id\":\"http://a/b\",\"$ref\":\"#/$defs/"
     "y\",\"$defs\":{\"y\":{\"type\":"
     "\"null\"}}},\"y\":true}}",
     "null", "1"},
    {"{\"$id\":\"http://a/b/"
     "\",\"$ref\":\"c#d\",\"$defs\":{\"x\":{\"$id\":\"c\",\"items\":{\"$anchor\":\"d\",\"type\":\"null\"}}}}",
     "null", "1"},
    {"{\"allOf\":[{\"properties\":{\"a\":true}}],\"properties\":{\"b\":true},\"unevaluatedProperties\":"
     "false}",
     "{\"a\":1,\"b\":1}", "{\"a\":1,\"c\":1}"},
    {"{\"anyOf\":[{\"properties\":{\"a\":{\"const\":1}},\"required\":[\"a\"]},{\"properties\":{\"b\":true},"
     "\"required\":[\"b\"]}],"
     "\"unevaluatedProperties\":false}",
     "{\"a\":1,\"b\":1}", "{\"a\":2,\"b\":1}"},
    {"{\"if\":{\"properties\":{\"a\":{\"const\":1}}},\"then\":{\"properties\":{\"b\":true}},"
     "\"unevaluatedProperties\":{\"type\":\"null\"}}",
     "{\"a\":1,\"b\":1,\"c\":null}", "{\"a\":2,\"b\":1}"},
    {"{\"not\":{\"not\":{\"properties\":{\"a\":true}}},\"unevaluatedProperties\":false}", "{}", "{\"a\":1}"},
    {"{\"$ref\":\"#/$defs/x\",\"unevaluatedItems\":false,\"$defs\":{\"x\":{\"prefixItems\":[true]}}}", "[1]",
     "[1,2]"},
    {"{\"contains\":{\"type\":\"null\"},\"unevaluatedItems\":{\"type\":\"string\"}}", "[null,\"a\"]",
     "[null,1]"},
};

static void keeps_to_the_newer_drafts(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(newer) / sizeof(newer[0]); i++) {
        struct schema_report report;
        struct schema *schema = schema_of(newer[i].schema);
        enum schema_verdict valid = schema_check(schema, newer[i].valid, strlen(newer[i].valid), &report);
        enum schema_verdict invalid =
            schema_check(schema, newer[i].invalid, strlen(newer[i].invalid), &report);
        if (valid != SCHEMA_VALID || invalid != SCHEMA_INVALID) {
            fail_msg("%s: %d, %d", newer[i].schema, (int)valid, (int)invalid);
        }
        schema_free(schema);
    }
}

// ---- what is sent ----

static const struct {
    const char *schema, *whole, *narrow;
    const char *unstrict; // NULL: it is strict
} sent[] = {
    {"{ \"type\" : \"object\",\n \"additionalProperties\" : false }",
     "{\"type\":\"object\",\"additionalProperties\":false}",
     "{\"type\":\"object\",\"additionalProperties\":false}", NULL},
    // names of properties are no keywords; numbers and texts stay as they are written
    {"{\"type\":\"object\",\"properties\":{\"minimum\":{\"minimum\":1e-2,\"description\":\"\\u00e9\\n\","
     "\"maximum\":2.50},"
     "\"b\":{\"enum\":[{\"maximum\":1}]}},\"required\":[\"b\",\"minimum\"],\"additionalProperties\":false}",
     "{\"type\":\"object\",\"properties\":{\"minimum\":{\"minimum\":1e-2,\"description\":\"\\u00e9\\n\","
     "\"maximum\":2.50},"
     "\"b\":{\"enum\":[{\"maximum\":1}]}},\"required\":[\"b\",\"minimum\"],\"additionalProperties\":false}",
     "{\"type\":\"object\",\"properties\":{\"minimum\":{\"description\":\"\xc3\xa9\\n {minimum: 1e-2, "
     "maximum: 2.50}\"},"
     "\"b\":{\"enum\":[{\"maximum\":1}]}},\"required\":[\"b\",\"minimum\"],\"additionalProperties\":false}",
     NULL},
    {"{\"type\":\"array\",\"minItems\":1,\"items\":{\"minLength\":2}}",
     "{\"type\":\"array\",\"minItems\":1,\"items\":{\"minLength\":2}}",
     "{\"type\":\"array\",\"minItems\":1,\"items\":{\"description\":\"{minLength: 2}\"}}",
     "the schema is not of type object"},
    {"{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"a\":{}}}",
     "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"a\":{}}}",
     "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"a\":{}}}",
     "/properties/a is not among those required"},
    {"{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"a\":{\"type\":[\"object\","
     "\"null\"]}},"
     "\"required\":[\"a\"]}",
     "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"a\":{\"type\":[\"object\","
     "\"null\"]}},"
     "\"required\":[\"a\"]}",
     "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"a\":{\"type\":[\"object\","
     "\"null\"]}},"
     "\"required\":[\"a\"]}",
     "/properties/a lacks \"additionalProperties\": false"},
    {"{\"type\":\"object\",\"additionalProperties\":false,\"not\":{}}",
     "{\"type\":\"object\",\"additionalProperties\":false,\"not\":{}}",
     "{\"type\":\"object\",\"additionalProperties\":false,\"not\":{}}", "/not is not part of strict schemas"},
};

static void assert_sent(const struct schema *schema, bool narrow, const char *as) {
    struct text out = {0};
    schema_add(schema, narrow, &out);
    text_add(&out, "", 1);
    assert_false(out.failed);
    assert_string_equal(out.bytes, as);
    text_free(&out);
}

static void sends_what_an_api_accepts(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(sent) / sizeof(sent[0]); i++) {
        struct schema_told told = {0};
        struct schema *schema = schema_of(sent[i].schema);
        assert_sent(schema, false, sent[i].whole);
        assert_sent(schema, true, sent[i].narrow);
        assert_int_equal(schema_withholds(schema, &told), strcmp(sent[i].whole, sent[i].narrow) != 0);
        assert_int_equal(schema_strict(schema, &told), sent[i].unstrict == NULL);
        if (sent[i].unstrict != NULL) {
            assert_string_equal(told.words, sent[i].unstrict);
        }
        schema_free(schema);
    }
}

// ---- bounds ----

static char *repeated(const char *first, const char *part, size_t times, const char *last) {
    size_t length = strlen(first) + strlen(part) * times + strlen(last) + 1;
    char *text = malloc(length), *at = text;
    assert_non_null(text);
    at = stpcpy(at, first);
    for (size_t i = 0; i < times; i++) {
        at = stpcpy(at, part);
    }
    (void)stpcpy(at, last);
    return text;
}

static enum schema_verdict verdict_on(const char *schema_text, char *answer) {
    struct schema_report report;
    struct schema *schema = schema_of(schema_text);
    enum schema_verdict verdict = schema_check(schema, answer, strlen(answer), &report);
    assert_true(verdict == SCHEMA_VALID || report.words[0] != '\0');
    schema_free(schema);
    free(answer);
    return verdict;
}

static void a_check_ends_whatever_the_schema_and_the_answer(void **state) {
    (void)state;
    // depth and number of values: no stack, no memory is used up
    assert_int_equal(verdict_on("true", repeated("", "[", 128, "")), SCHEMA_NO_JSON);
    assert_int_equal(verdict_on("true", repeated("", "[", 1000000, "")), SCHEMA_NO_JSON);
    assert_int_equal(verdict_on("true", repeated("[1", ",1", 90000, "]")), SCHEMA_VALID);
    assert_int_equal(verdict_on("true", repeated("[1", ",1", 1000000, "]")), SCHEMA_NO_JSON);
    // alternatives of alternatives: two to the power of their depth
    char explosion[4096] = "{\"$defs\":{\"s0\":{\"type\":\"null\"}";
    for (int i = 1; i < 30; i++) {
        size_t length = strlen(explosion);
        (void)snprintf(explosion + length, sizeof(explosion) - length,
                       ",\"s%d\":{\"anyOf\":[{\"$ref\":\"#/$defs/s%d\"},{\"$ref\":\"#/$defs/s%d\"}]}", i,
                       i - 1, i - 1);
    }
    (void)strlcat(explosion, "},\"$ref\":\"#/$defs/s29\"}", sizeof(explosion));
    assert_int_equal(verdict_on(explosion, strdup("1")), SCHEMA_COSTLY);
    // long numbers, many equal items, a pattern
    assert_int_equal(verdict_on("{\"multipleOf\":7}", repeated("", "7", 1000000, "")), SCHEMA_VALID);
    assert_int_equal(verdict_on("{\"uniqueItems\":true}", repeated("[[1]", ",[1]", 40000, "]")),
                     SCHEMA_INVALID);
    assert_int_equal(verdict_on("{\"pattern\":\"^(a+)+$\"}", repeated("\"", "a", 100, "!\"")), SCHEMA_COSTLY);
    assert_int_equal(verdict_on("{\"not\":{\"pattern\":\"^(a+)+$\"}}", repeated("\"", "a", 100, "!\"")),
                     SCHEMA_COSTLY);
    // a tree that refers to itself
    assert_int_equal(verdict_on("{\"items\":{\"$ref\":\"#\"},\"maxItems\":1}", strdup("[[[[1]]]]")),
                     SCHEMA_VALID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_is_wrong_with_an_answer),
        cmocka_unit_test(refuses_what_it_cannot_check),
        cmocka_unit_test(tells_once_what_it_does_not_check),
        cmocka_unit_test(keeps_to_the_draft_that_is_named),
        cmocka_unit_test(keeps_to_the_newer_drafts),
        cmocka_unit_test(sends_what_an_api_accepts),
        cmocka_unit_test(a_check_ends_whatever_the_schema_and_the_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
