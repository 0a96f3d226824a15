// A body with places, 0xff, and the JSON record that fills it. What comes of it is JSON, with parameters set
// and merged in it as well.
#include "fuzz_bytes.h"
#include "ration/form.h"
#include "ration/json_edit.h"
#include "ration/json_walk.h"
#include "ration/utf8.h"

static void edit(const struct text *body) {
    char *json = bytes_string((const uint8_t *)body->bytes, body->length);
    FUZZ_CHECK(json_walk_valid(json, body->length, false));
    struct text set = {0}, merged = {0};
    json_edit_set(&set, json, "a.0.b", "[1]");
    FUZZ_CHECK(!set.failed);
    char *patch = bytes_string((const uint8_t *)set.bytes, set.length);
    FUZZ_CHECK(json_walk_valid(patch, set.length, false));
    json_edit_merge(&merged, json, patch);
    text_add(&merged, "", 1);
    FUZZ_CHECK(!merged.failed && json_walk_valid(merged.bytes, merged.length - 1, false));
    free(patch);
    text_free(&merged);
    text_free(&set);
    free(json);
}

static void fill(const struct form *form, const uint8_t *data, size_t size) {
    static int file = -1;
    struct record record;
    struct text body = {0};
    struct form_problem problem;
    static const struct record_shape shape = {.delimiter = ',', .id = RECORD_SHAPE_LINE};
    struct record_reader *reader = record_reader_new(bytes_file(&file, data, size), "input", SETTINGS_JSONL);
    FUZZ_CHECK(reader != NULL);
    record_reader_set_shape(reader, &shape);
    if (record_reader_header(reader) == RECORD_OK && record_reader_next(reader, &record) == RECORD_OK) {
        FUZZ_CHECK(form_fill(form, &record, &body, &problem) == 0); // JSONL holds values
        FUZZ_CHECK(!body.failed && utf8_span(body.bytes, body.length) == body.length);
        edit(&body);
    }
    text_free(&body);
    record_reader_free(reader);
}

int fuzz_form(const uint8_t *data, size_t size) {
    const uint8_t *rest;
    size_t rest_size;
    size_t length = bytes_split(data, size, &rest, &rest_size);
    struct form_problem problem;
    char *json = bytes_string(data, length);
    if (utf8_span(json, length) == length &&
        json_walk_valid(json, length, false)) { // else it is refused before
        struct form *form = form_new(json, &problem);
        FUZZ_CHECK(form != NULL || (problem.text[0] != '\0' && problem.at < length));
        if (form != NULL) {
            fill(form, rest, rest_size);
        }
        form_free(form);
    }
    free(json);
    return 0;
}
