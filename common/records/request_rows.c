#include "records/request_rows.h"

#include "records/record_column.h"

#include <bsd/string.h>
#include <cjson/cJSON.h>
#include <string.h>
#include <strings.h>

#define METADATA "metadata" // of a body alone: what its owner knows it by, which is not sent
#define VERSION "/v1"

// A body alone: all that the record has, but for its metadata.
static void add_members(const struct record *record, struct text *body) {
    text_add(body, "{", 1);
    for (size_t i = 0; i < record->columns; i++) {
        if (strcmp(record->column[i], METADATA) == 0) {
            continue;
        }
        text_add(body, ",", body->length > 1);
        text_add_json_string(body, record->column[i]);
        text_add(body, ":", 1);
        if (record->kind == NULL || record->kind[i] == RECORD_TEXT) {
            text_add_json(body, record->field[i].text, record->field[i].length);
        } else if (record->kind[i] == RECORD_NULL) {
            text_add_string(body, "null");
        } else {
            text_add(body, record->field[i].text, record->field[i].length);
        }
    }
    text_add(body, "}", 1);
}

static const char *add_member(const struct record *record, const char *key, struct text *body) {
    enum record_kind kind;
    struct record_field field = record_column_find(record, key, strlen(key), &kind);
    if (kind != RECORD_JSON || field.text[0] != '{') {
        return key;
    }
    text_add(body, field.text, field.length);
    return NULL;
}

const char *request_rows_body(enum settings_rows rows, const struct record *record, struct text *body) {
    if (rows == SETTINGS_ROWS_BODIES) {
        add_members(record, body);
        return NULL;
    }
    return add_member(record, rows == SETTINGS_ROWS_OPENAI ? "body" : "params", body);
}

// One of a path's segments that leads away from it: "." or "..", with dots as they are or as %2e.
static bool is_dots(const char *segment, size_t length) {
    size_t dots = 0;
    for (size_t at = 0; at < length; dots++) {
        if (segment[at] == '.') {
            at++;
        } else if (length - at >= 3 && strncasecmp(segment + at, "%2e", 3) == 0) {
            at += 3;
        } else {
            return false;
        }
    }
    return dots == 1 || dots == 2;
}

// The base URL is where the key may go: a path stays below it, and has no fragment, which is not sent.
static bool stays_below(const char *path) {
    if (path[strcspn(path, "#\\")] != '\0') {
        return false;
    }
    for (size_t length; path[0] == '/'; path += 1 + length) {
        length = strcspn(path + 1, "/?");
        if (is_dots(path + 1, length)) {
            return false;
        }
    }
    return true;
}

bool request_rows_path(const struct record_field *url, char out[REQUEST_PATH_MOST]) {
    static const size_t version = sizeof(VERSION) - 1;
    bool good = url->length > 0 && url->text[0] == '/' && url->length < REQUEST_PATH_MOST;
    for (size_t i = 0; good && i < url->length; i++) {
        good = url->text[i] > ' ' && url->text[i] < 0x7f;
    }
    good = good && stays_below(url->text);
    if (good) {
        bool versioned = strncmp(url->text, VERSION "/", version + 1) == 0;
        (void)strlcpy(out, url->text + (versioned ? version : 0), REQUEST_PATH_MOST);
    }
    return good;
}

static bool has(const cJSON *tree, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(tree, key) != NULL;
}

enum settings_rows request_rows(const char *line, size_t length) {
    cJSON *tree = cJSON_ParseWithLength(line, length);
    enum settings_rows rows = SETTINGS_ROWS_TABLE;
    if (cJSON_IsObject(tree) && has(tree, "custom_id")) {
        rows = cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(tree, "body"))     ? SETTINGS_ROWS_OPENAI
               : cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(tree, "params")) ? SETTINGS_ROWS_ANTHROPIC
                                                                                  : SETTINGS_ROWS_TABLE;
    } else if (cJSON_IsObject(tree) && (has(tree, "messages") || has(tree, "input")) && has(tree, "model")) {
        rows = SETTINGS_ROWS_BODIES;
    }
    cJSON_Delete(tree);
    return rows;
}
