// What cJSON and json_scan take is valid; cJSON decodes strings. It keeps numbers as doubles and no text of
// other values, so the text of the members is found again by walking over the line, which is known to be
// valid then.
#include "records/jsonl_reader.h"

#include "ration/json_reader.h"
#include "ration/json_scan.h"
#include "ration/json_walk.h"
#include "ration/utf8.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct jsonl_reader {
    struct input_lines *lines;
    cJSON *tree;
    char *text; // of values that are not strings
    size_t room;
};

struct jsonl_reader *jsonl_reader_new(struct input_lines *lines) {
    struct jsonl_reader *reader = calloc(1, sizeof(*reader));
    if (reader != NULL) {
        reader->lines = lines;
    }
    return reader;
}

void jsonl_reader_free(struct jsonl_reader *reader) {
    if (reader != NULL) {
        cJSON_Delete(reader->tree);
        free(reader->text);
        free(reader);
    }
}

// As cJSON sees it.
static bool is_blank(char byte) {
    return (unsigned char)byte <= ' ';
}

// The first \u escape that is NUL or has no four hexadecimal digits, or NULL. cJSON makes a NUL of both,
// which ends a C string: what follows would be lost without a word. Backslashes only stand in strings, else
// cJSON refuses the line.
static const char *bad_escape(const char *text, size_t length) {
    const char *stop = text + length;
    const char *at = text;
    while ((at = memchr(at, '\\', (size_t)(stop - at))) != NULL && stop - at >= 2) {
        if (at[1] == 'u') {
            char digits[5] = {0};
            memcpy(digits, at + 2, stop - at < 6 ? (size_t)(stop - at - 2) : 4);
            if (strspn(digits, "0123456789abcdefABCDEF") != 4 || strcmp(digits, "0000") == 0) {
                return at;
            }
        }
        at += 2;
    }
    return NULL;
}

static void note_at(struct problem *problem, const struct line *line, const char *at, const char *what) {
    size_t column = utf8_count(line->text, (size_t)(at - line->text)) + 1;
    problem_note(problem, line->number, column, "%s", what);
}

// cJSON takes more than JSON is (007, 1., a tab in a string), which an API would refuse.
static bool check_strictly(struct problem *problem, const struct line *line) {
    struct json_piece value;
    if (json_scan_whole(line->text, line->length, &value)) {
        return true;
    }
    struct json_document document = {0};
    struct json_reader_fault fault;
    (void)json_reader_read(line->text, line->length, &document, &fault); // for the place alone
    json_value_free(&document);
    note_at(problem, line, line->text + fault.at, "not valid JSON here; mend the line");
    return false;
}

// The line as a tree, or NULL with the problem noted.
static cJSON *parse(struct problem *problem, const struct line *line) {
    const char *stop = line->text + line->length;
    const char *escape = bad_escape(line->text, line->length);
    if (escape != NULL) {
        note_at(problem, line, escape, "\\u0000 or a \\u without four digits is not allowed; remove it");
        return NULL;
    }
    const char *at = line->text;
    while (at < stop && is_blank(*at)) {
        at++;
    }
    if (at == stop || *at != '{') {
        problem_note(problem, line->number, 0, "not a JSON object; write one object on each line");
        return NULL;
    }
    const char *end = NULL;
    cJSON *tree = cJSON_ParseWithLengthOpts(line->text, line->length, &end, 0);
    if (tree == NULL) {
        note_at(problem, line, end != NULL && end < stop ? end : stop, "not valid JSON here; mend the line");
        return NULL;
    }
    while (end < stop && is_blank(*end)) {
        end++;
    }
    if (end < stop) {
        note_at(problem, line, end, "more text after the object; write one object on each line");
        cJSON_Delete(tree);
        return NULL;
    }
    if (!check_strictly(problem, line)) {
        cJSON_Delete(tree);
        return NULL;
    }
    return tree;
}

// The JSON text [from, to), as a string of its own at *room.
static struct record_field keep(char **room, const char *from, const char *to) {
    struct record_field field = {.text = *room, .length = (size_t)(to - from)};
    memcpy(*room, from, field.length);
    (*room)[field.length] = '\0';
    *room += field.length + 1;
    return field;
}

static void take_member(struct jsonl_record *record, const cJSON *member, char **room, const char *from,
                        const char *to) {
    size_t i = record->fields++;
    record->key[i] = member->string;
    if (cJSON_IsString(member)) {
        record->kind[i] = RECORD_TEXT;
        record->field[i] = (struct record_field){member->valuestring, strlen(member->valuestring)};
    } else if (cJSON_IsNull(member)) {
        record->kind[i] = RECORD_NULL;
        record->field[i] = (struct record_field){"", 0};
    } else {
        record->kind[i] = cJSON_IsNumber(member) ? RECORD_NUMBER : RECORD_JSON;
        record->field[i] = keep(room, from, to);
    }
}

static bool check_key(struct problem *problem, const struct jsonl_record *record, const char *key) {
    char shown[UTF8_PRINTABLE_SIZE];
    if (record->fields == SETTINGS_MAX_COLUMNS) {
        problem_note(problem, record->line, 0, "more than %d keys; leave out what is not needed",
                     SETTINGS_MAX_COLUMNS);
        return false;
    }
    if (key[0] == '\0') {
        problem_note(problem, record->line, 0, "a key is empty; name it");
        return false;
    }
    for (size_t i = 0; i < record->fields; i++) {
        if (strcmp(record->key[i], key) == 0) {
            problem_note(problem, record->line, 0, "key \"%s\" stands twice; remove one",
                         utf8_printable(key, strlen(key), shown));
            return false;
        }
    }
    return true;
}

static void take_members(struct jsonl_reader *reader, const struct line *line, struct jsonl_record *record) {
    char *room = reader->text;
    struct json_member place;
    const cJSON *member;
    bool there = json_walk_first(json_walk_blank(line->text), &place);
    cJSON_ArrayForEach(member, reader->tree) {
        if (!check_key(reader->lines->problem, record, member->string)) {
            return;
        }
        if (!there) {
            return; // both walk over the same members
        }
        take_member(record, member, &room, place.value, place.value_end);
        there = json_walk_next(&place);
    }
}

enum record_status jsonl_reader_next(struct jsonl_reader *reader, struct jsonl_record *record) {
    struct problem *problem = reader->lines->problem;
    struct line line;
    cJSON_Delete(reader->tree);
    reader->tree = NULL;
    record->fields = 0;
    enum record_status status = input_lines_begin(reader->lines, &line);
    if (status != RECORD_OK) {
        return status;
    }
    record->line = line.number;
    record->offset = line.offset;
    // Each value's text and a NUL take no more than the value and what parts it from the next.
    if (reader->room < line.length + 1) {
        char *text = realloc(reader->text, line.length * 2 + 1);
        if (text == NULL) {
            problem_stop(problem, line.number, 0, "out of memory while reading");
            return RECORD_FAILED;
        }
        reader->text = text;
        reader->room = line.length * 2 + 1;
    }
    if (problem->noted) {
        return RECORD_OK;
    }
    reader->tree = parse(problem, &line);
    if (reader->tree != NULL) {
        take_members(reader, &line, record);
    }
    return RECORD_OK;
}
