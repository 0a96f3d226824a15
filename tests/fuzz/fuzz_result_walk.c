// The scanner of JSON as it stands, and the walk through a line of the output.
#include "export/columns.h"
#include "export/json_unescape.h"
#include "export/result_usual.h"
#include "fuzz.h"
#include "ration/json_scan.h"
#include "ration/text.h"
#include "ration/utf8.h"

#include <string.h>

// What it decodes is UTF-8, no longer than what stands there, and comes back from its own JSON.
static void check_string(const struct json_piece *string) {
    char *text = malloc(string->length);
    struct text json = {0};
    FUZZ_CHECK(text != NULL);
    size_t length = json_unescape(string, text);
    FUZZ_CHECK(length <= string->length && utf8_span(text, length) == length);
    text_add_json(&json, text, length);
    FUZZ_CHECK(!json.failed && json_scan_value(json.bytes, json.length) == json.length);
    char *again = malloc(json.length);
    const struct json_piece piece = {json.bytes, json.length};
    FUZZ_CHECK(again != NULL && json_unescape(&piece, again) == length && memcmp(again, text, length) == 0);
    free(again);
    free(text);
    text_free(&json);
}

static void check_value(const struct json_piece *value, unsigned depth) {
    struct json_piece key, inner;
    FUZZ_CHECK(value->length > 0 && json_scan_value(value->text, value->length) == value->length);
    if (value->text[0] == '"') {
        check_string(value);
    }
    for (size_t at = 0; depth < 8 && json_scan_member(value, &at, &key, &inner);) {
        check_string(&key);
        check_value(&inner, depth + 1);
    }
    for (size_t at = 0; depth < 8 && json_scan_item(value, &at, &inner);) {
        check_value(&inner, depth + 1);
    }
}

static int take_leaf(void *context, const struct result_walk_leaf *leaf) {
    FUZZ_CHECK(strlen(leaf->path) == leaf->path_length && leaf->path_length < RESULT_WALK_PATH);
    FUZZ_CHECK(json_scan_value(leaf->value.text, leaf->value.length) == leaf->value.length);
    return columns_note_leaf(context, leaf, false);
}

static void check_line(const char *text, size_t size) {
    struct result_walk walk;
    struct result_walk_room room = {0};
    struct result_usual usual = {0};
    struct columns *columns = columns_new(true);
    char unknown[64];
    FUZZ_CHECK(columns != NULL);
    if (result_usual_begin(&usual, text, size, &walk)) {
        (void)result_walk_each(&walk, true, &room, take_leaf, columns);
    }
    FUZZ_CHECK(columns_choose(columns, NULL, unknown, sizeof(unknown)) == 0);
    for (size_t i = 0; i < columns_count(columns); i++) {
        for (size_t j = 0; j < i && i < 64; j++) {
            FUZZ_CHECK(strcmp(columns_at(columns, i)->name, columns_at(columns, j)->name) != 0);
        }
    }
    columns_free(columns);
    result_usual_free(&usual);
    free(room.text);
}

int fuzz_result_walk(const uint8_t *data, size_t size) {
    struct json_piece value;
    const char *text = (const char *)data;
    if (json_scan_whole(text, size, &value)) {
        check_value(&value, 0);
    }
    check_line(text, size);
    return 0;
}
