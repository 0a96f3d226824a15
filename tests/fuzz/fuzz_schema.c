// A schema, and an answer that is checked with it: both are hostile. They stand in one input, with a NUL
// between them.
#include "fuzz.h"
#include "ration/schema.h"
#include "ration/utf8.h"

#include <stdbool.h>
#include <string.h>

static void check_words(const char *words) {
    FUZZ_CHECK(words[0] != '\0' && utf8_span(words, strlen(words)) == strlen(words));
}

static void take_note(void *context, const struct schema_told *told) {
    unsigned *notes = context;
    (*notes)++;
    FUZZ_CHECK(told->line > 0);
    check_words(told->words);
}

// What is sent is a schema again: the same, or one that an API refuses no word of.
static void check_sent(const struct schema *schema, bool narrow) {
    struct text out = {0};
    struct schema_told told;
    schema_add(schema, narrow, &out);
    FUZZ_CHECK(!out.failed);
    struct schema *again = schema_new(out.bytes, out.length, NULL, NULL, &told);
    // Without a keyword, a reference into it leads nowhere; and words may be longer than what they stand for.
    FUZZ_CHECK(again != NULL || narrow || out.length > SCHEMA_MOST);
    FUZZ_CHECK(again == NULL || narrow || schema_strict(again, &told) == schema_strict(schema, &told));
    schema_free(again);
    text_free(&out);
}

int fuzz_schema(const uint8_t *data, size_t size) {
    const uint8_t *nul = size > 0 ? memchr(data, '\0', size) : NULL;
    size_t length = nul != NULL ? (size_t)(nul - data) : size;
    const char *answer = (const char *)data + (nul != NULL ? length + 1 : 0);
    size_t answer_length = nul != NULL ? size - length - 1 : size;
    unsigned notes = 0;
    struct schema_told wrong;
    struct schema_report report, again;
    struct schema *schema = schema_new((const char *)data, length, take_note, &notes, &wrong);
    if (schema == NULL) {
        FUZZ_CHECK(wrong.line > 0);
        check_words(wrong.words);
    }
    enum schema_verdict verdict = schema_check(schema, answer, answer_length, &report);
    FUZZ_CHECK(verdict != SCHEMA_STARVED && notes <= 32);
    if (verdict != SCHEMA_VALID) {
        check_words(report.words);
    }
    FUZZ_CHECK(utf8_span(report.path, strlen(report.path)) == strlen(report.path));
    FUZZ_CHECK(schema_check(schema, answer, answer_length, &again) == verdict);
    FUZZ_CHECK(strcmp(report.words, again.words) == 0 && strcmp(report.path, again.path) == 0);
    if (schema != NULL) {
        check_sent(schema, false);
        check_sent(schema, true);
    }
    schema_free(schema);
    return 0;
}
