#include "ration/json_reader.h"

#include "ration/utf8.h"
#include "schema/json_string.h"

#include <string.h>

struct reader {
    const char *text;
    size_t length, at;
    uint32_t values;
    struct json_document *document;
    const char *words; // what is wrong at `at`; NULL: nothing
    bool starved, twice;
};

static bool read_value(struct reader *reader, struct json_value *value);

static bool wrong(struct reader *reader, const char *words) {
    reader->words = words;
    return false;
}

static bool starve(struct reader *reader) {
    reader->starved = true;
    return false;
}

static char peek(const struct reader *reader) {
    return reader->at < reader->length ? reader->text[reader->at] : '\0';
}

static bool take(struct reader *reader, char byte) {
    bool taken = reader->at < reader->length && reader->text[reader->at] == byte;
    reader->at += taken;
    return taken;
}

static void skip_space(struct reader *reader) {
    while (take(reader, ' ') || take(reader, '\n') || take(reader, '\r') || take(reader, '\t')) {}
}

// ---- numbers and words ----

static size_t take_digits(struct reader *reader) {
    size_t from = reader->at;
    while (peek(reader) >= '0' && peek(reader) <= '9') {
        reader->at++;
    }
    return reader->at - from;
}

static bool read_number(struct reader *reader, struct json_value *value) {
    (void)take(reader, '-');
    bool zero = peek(reader) == '0';
    size_t digits = take_digits(reader);
    if (digits == 0 || (zero && digits > 1)) {
        return wrong(reader, "a number does not begin so");
    }
    if (take(reader, '.') && take_digits(reader) == 0) {
        return wrong(reader, "a digit must follow the point of a number");
    }
    if (take(reader, 'e') || take(reader, 'E')) {
        (void)(take(reader, '-') || take(reader, '+'));
        if (take_digits(reader) == 0) {
            return wrong(reader, "a digit must follow the exponent's sign");
        }
    }
    value->kind = JSON_VALUE_NUMBER;
    value->text = reader->text + value->begin;
    value->length = reader->at - value->begin;
    return true;
}

static bool read_word(struct reader *reader, struct json_value *value) {
    static const struct {
        const char *word;
        enum json_value_kind kind;
    } words[] = {{"null", JSON_VALUE_NULL}, {"false", JSON_VALUE_FALSE}, {"true", JSON_VALUE_TRUE}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t length = strlen(words[i].word);
        if (reader->length - reader->at >= length &&
            memcmp(reader->text + reader->at, words[i].word, length) == 0) {
            value->kind = words[i].kind;
            reader->at += length;
            return true;
        }
    }
    return wrong(reader, reader->at < reader->length ? "no value begins so" : "the text ends too early");
}

// ---- strings ----

static bool read_string(struct reader *reader, const char **text, size_t *length) {
    struct json_string string = {
        .text = reader->text, .length = reader->length, .at = reader->at, .document = reader->document};
    if (peek(reader) != '"') {
        return wrong(reader, "a name in quotes is missing");
    }
    bool good = json_string_read(&string, text, length);
    reader->at = string.at;
    reader->words = string.words;
    reader->starved = string.starved;
    return good;
}

// ---- arrays and objects ----

static int by_name(const struct json_value *left, const struct json_value *right) {
    return json_value_compare_names(left->name, left->name_length, right->name, right->name_length);
}

static bool keep_children(struct reader *reader, struct json_value *value, struct json_value *first) {
    value->child = json_value_room(reader->document, value->count * sizeof(struct json_value *));
    if (value->child == NULL) {
        return starve(reader);
    }
    uint32_t at = 0;
    for (; first != NULL; first = first->next) {
        value->child[at++] = first;
    }
    if (value->kind == JSON_VALUE_ARRAY) {
        return true;
    }
    struct json_value **spare = json_value_room(reader->document, value->count * sizeof(struct json_value *));
    if (spare == NULL) {
        return starve(reader);
    }
    json_value_sort(value->child, spare, value->count, by_name);
    for (uint32_t i = 1; i < value->count; i++) {
        if (by_name(value->child[i - 1], value->child[i]) == 0) {
            reader->at = value->begin;
            reader->twice = true;
            return wrong(reader, "an object has two members of one name");
        }
    }
    return true;
}

static bool read_child(struct reader *reader, struct json_value *value, struct json_value *child) {
    skip_space(reader);
    if (value->kind == JSON_VALUE_OBJECT) {
        if (!read_string(reader, &child->name, &child->name_length)) {
            return false;
        }
        skip_space(reader);
        if (!take(reader, ':')) {
            return wrong(reader, "a colon is missing");
        }
    }
    return read_value(reader, child);
}

static bool read_children(struct reader *reader, struct json_value *value, char close) {
    struct json_value *first = NULL, **place = &first;
    reader->at++;
    skip_space(reader);
    if (take(reader, close)) {
        return true;
    }
    do {
        struct json_value *child = json_value_room(reader->document, sizeof(*child));
        if (child == NULL) {
            return starve(reader);
        }
        *child = (struct json_value){.parent = value, .index = value->count, .depth = value->depth + 1};
        if (!read_child(reader, value, child)) {
            return false;
        }
        *place = child;
        place = &child->next;
        value->count++;
        skip_space(reader);
    } while (take(reader, ','));
    if (!take(reader, close)) {
        return wrong(reader, reader->at < reader->length
                                 ? "a comma or the end of an array or object is missing"
                                 : "the text ends too early");
    }
    return keep_children(reader, value, first);
}

static bool read_value(struct reader *reader, struct json_value *value) {
    skip_space(reader);
    value->begin = reader->at;
    bool good;
    if (++reader->values > JSON_READER_VALUES) {
        return wrong(reader, "there are too many values");
    }
    if (value->depth > JSON_READER_DEPTH) {
        return wrong(reader, "arrays and objects stand in each other too deeply");
    }
    char byte = peek(reader);
    if (byte == '{' || byte == '[') {
        value->kind = byte == '{' ? JSON_VALUE_OBJECT : JSON_VALUE_ARRAY;
        good = read_children(reader, value, byte == '{' ? '}' : ']');
    } else if (byte == '"') {
        value->kind = JSON_VALUE_STRING;
        good = read_string(reader, &value->text, &value->length);
    } else {
        good = byte == '-' || (byte >= '0' && byte <= '9') ? read_number(reader, value)
                                                           : read_word(reader, value);
    }
    value->end = reader->at;
    return good;
}

enum json_reader_end json_reader_read(const char *text, size_t length, struct json_document *document,
                                      struct json_reader_fault *fault) {
    struct reader reader = {.text = text, .length = length, .document = document};
    struct json_value *root = json_value_room(document, sizeof(*root));
    if (root == NULL) {
        return JSON_READER_STARVED;
    }
    *root = (struct json_value){0};
    reader.at = utf8_span(text, length);
    bool good = reader.at == length || wrong(&reader, "this is not UTF-8");
    if (good) {
        reader.at = 0;
        good = read_value(&reader, root);
    }
    if (good) {
        skip_space(&reader);
        good = reader.at == length || wrong(&reader, "something stands behind the value");
    }
    document->root = good ? root : NULL;
    *fault = (struct json_reader_fault){.at = reader.at, .words = reader.words, .twice = reader.twice};
    return good ? JSON_READER_READ : reader.starved ? JSON_READER_STARVED : JSON_READER_NO_JSON;
}
