#include "ration/prompt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define FIELD(literal) \
    { .text = (literal), .length = sizeof(literal) - 1 }

static const char *const columns[] = {"artist_id", "name", "data", "genre"};
static const struct record_field fields[] = {FIELD("a1"), FIELD("Ann \"A\""), FIELD("born\n1900 <b>"),
                                             FIELD("jazz")};

static struct record record_of(void) {
    return (struct record){.id = fields[0],
                           .name = fields[1],
                           .data = fields[2],
                           .columns = 4,
                           .column = columns,
                           .field = fields};
}

static void hash_of(const struct settings *settings, const struct record *record,
                    char out[PROMPT_HASH_SIZE]) {
    struct prompt_rendering rendering;
    struct prompt *prompt = prompt_new(settings);
    assert_non_null(prompt);
    assert_int_equal(prompt_render(prompt, record, &rendering), 0);
    prompt_hash(prompt, &rendering, out);
    prompt_free(prompt);
}

static void test_stored_default(void **state) {
    (void)state;
    struct settings settings = {.prompt_id = "p"};
    struct record record = record_of();
    struct prompt_rendering rendering;
    struct prompt *prompt = prompt_new(&settings);
    assert_int_equal(prompt_render(prompt, &record, &rendering), 0);
    assert_int_equal(rendering.variables, 2);
    assert_null(rendering.text);
    assert_string_equal(rendering.variable[0].name, "artist_name");
    assert_ptr_equal(rendering.variable[0].text, fields[1].text);
    assert_string_equal(rendering.variable[1].name, "artist_data");
    assert_int_equal(rendering.variable[1].length, fields[2].length);
    prompt_free(prompt);
}

static void test_stored_mapped(void **state) {
    (void)state;
    struct settings settings = {
        .prompt_id = "p", .variables = 3, .variable = {{"g", "genre"}, {"i", "artist_id"}, {"x", "absent"}}};
    struct record record = record_of();
    struct prompt_rendering rendering;
    struct prompt *prompt = prompt_new(&settings);
    assert_int_equal(prompt_render(prompt, &record, &rendering), 0);
    assert_int_equal(rendering.variables, 3);
    assert_string_equal(rendering.variable[0].text, "jazz");
    assert_string_equal(rendering.variable[1].text, "a1");
    assert_int_equal(rendering.variable[2].length, 0);
    prompt_free(prompt);
}

static void expect_text(const char *template, const char *expected) {
    char copy[256];
    (void)memcpy(copy, template, strlen(template) + 1);
    struct settings settings = {.prompt_template = copy};
    struct record record = record_of();
    struct prompt_rendering rendering;
    struct prompt *prompt = prompt_new(&settings);
    assert_non_null(prompt);
    assert_int_equal(prompt_render(prompt, &record, &rendering), 0);
    assert_string_equal(rendering.text, expected);
    assert_int_equal(rendering.length, strlen(expected));
    prompt_free(prompt);
}

static void test_template(void **state) {
    (void)state;
    expect_text("", "");
    expect_text("plain { } }} text", "plain { } }} text");
    expect_text("{{name}}", "Ann \"A\"");
    expect_text("Of {{ name }}: {{data}}{{genre}}.\n", "Of Ann \"A\": born\n1900 <b>jazz.\n");
    expect_text("{{artist_id}}{{absent}}{{artist_id}}", "a1a1");
}

// What a column holds is never read as a place again.
static void test_no_second_expansion(void **state) {
    (void)state;
    struct settings settings = {.prompt_template = "{{name}}"};
    struct record record = record_of();
    struct record_field hostile[] = {fields[0], FIELD("{{data}}"), fields[2], fields[3]};
    record.field = hostile;
    struct prompt_rendering rendering;
    struct prompt *prompt = prompt_new(&settings);
    assert_int_equal(prompt_render(prompt, &record, &rendering), 0);
    assert_string_equal(rendering.text, "{{data}}");
    prompt_free(prompt);
}

static void test_check(void **state) {
    (void)state;
    struct prompt_problem problem;
    struct settings good = {.prompt_template = "{{name}} {{ genre }}"};
    struct settings unknown = {.prompt_template = "line\n{{nme}}"};
    struct settings open = {.prompt_template = "a\nb\n{{name"};
    struct settings variables = {.prompt_id = "p", .variables = 1, .variable = {{"x", "style"}}};
    assert_int_equal(prompt_check(&good, columns, 4, &problem), 0);
    assert_int_equal(prompt_check(&unknown, columns, 4, &problem), -1);
    assert_int_equal(problem.line, 2);
    assert_string_equal(problem.column, "nme");
    assert_non_null(strstr(problem.message, "'nme'"));
    assert_int_equal(prompt_check(&unknown, NULL, 0, &problem), 0);
    assert_int_equal(prompt_check(&open, NULL, 0, &problem), -1);
    assert_int_equal(problem.line, 3);
    assert_null(prompt_new(&open));
    assert_int_equal(prompt_check(&variables, columns, 4, &problem), -1);
    assert_non_null(strstr(problem.message, "'style'"));
    assert_int_equal(prompt_check(&variables, NULL, 0, &problem), 0);
    assert_int_equal(problem.line, 0);
    struct settings plain = {.prompt_template = "Write a biography of {name}."};
    assert_true(prompt_is_filled(&good) && prompt_is_filled(&variables));
    assert_false(prompt_is_filled(&plain));
}

static void test_hash_depends_on_what_is_sent(void **state) {
    (void)state;
    struct record record = record_of(), other = record_of();
    struct settings base = {.prompt_id = "p", .prompt_version = "1"};
    struct settings model = {.prompt_id = "p", .prompt_version = "1", .model = "m", .max_output_tokens = 5};
    struct settings version = {.prompt_id = "p", .prompt_version = "2"};
    struct settings shifted = {.prompt_id = "p1", .prompt_version = ""};
    char a[PROMPT_HASH_SIZE], b[PROMPT_HASH_SIZE];
    hash_of(&base, &record, a);
    assert_int_equal(strlen(a), 32);
    assert_int_equal(strspn(a, "0123456789abcdef"), 32);
    hash_of(&model, &record, b);
    assert_string_equal(a, b);
    hash_of(&version, &record, b);
    assert_string_not_equal(a, b);
    hash_of(&shifted, &record, b);
    assert_string_not_equal(a, b);
    other.name = (struct record_field)FIELD("Ann \"A\"born");
    other.data = (struct record_field)FIELD("\n1900 <b>");
    hash_of(&base, &other, b);
    assert_string_not_equal(a, b);
    other = record;
    other.id = (struct record_field)FIELD("another id, which is not sent");
    hash_of(&base, &other, b);
    assert_string_equal(a, b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stored_default), cmocka_unit_test(test_stored_mapped),
        cmocka_unit_test(test_template),       cmocka_unit_test(test_no_second_expansion),
        cmocka_unit_test(test_check),          cmocka_unit_test(test_hash_depends_on_what_is_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
