#include "ration/result_line.h"

#include "ration/ascii.h"
#include "ration/json_scan.h"
#include "ration/money.h"
#include "records/result_line_json.h"
#include "records/result_list.h"

#include <cjson/cJSON.h>
#include <string.h>

#define USUAL_HASH 32U                // bytes of a usual input hash
#define TAIL 512U                     // bytes behind the attempts, in a usual line
#define COUNT_MOST 9007199254740991.0 // the largest count that JSON can be trusted with

// ---- writing ----

static void add_key(struct text *out, const char *key) {
    text_add_json_string(out, key);
    text_add(out, ":", 1);
}

void result_line_begin(struct text *head, const struct result_format *format, struct result_text id,
                       struct result_text name) {
    text_clear(head);
    text_add(head, "{", 1);
    add_key(head, format->id_key);
    text_add_json(head, id.bytes, id.length);
    if (format->name_key != NULL) {
        text_add(head, ",", 1);
        add_key(head, format->name_key);
        text_add_json(head, name.bytes, name.length);
    }
}

static bool left_out(const struct result_field *field, const struct result_line *line, const void *value) {
    switch (field->value) {
    case RESULT_MORE:
    case RESULT_MONEY:
        return *(const uint64_t *)value == 0;
    case RESULT_MARK:
        return !*(const bool *)value;
    case RESULT_SAID:
        return *(const char *const *)value == NULL;
    case RESULT_TEXT:
        return line->json.bytes != NULL;
    case RESULT_JSON:
        return ((const struct result_text *)value)->bytes == NULL;
    default:
        return false;
    }
}

// On one line, with a blank behind each comma and colon. So neither the beginning of a line nor that of its
// hash, which readers look for, can stand in it: nothing but a blank stands there where a name ends or
// begins.
static void add_json(struct text *out, const struct result_text *json) {
    bool string = false;
    for (size_t i = 0; i < json->length; i++) {
        char byte = json->bytes[i];
        if (string && byte == '\\') {
            text_add(out, json->bytes + i++, 2);
            continue;
        }
        string ^= byte == '"';
        if (string || !ascii_white(byte)) {
            text_add(out, &byte, 1);
            text_add(out, " ", !string && (byte == ',' || byte == ':'));
        }
    }
}

static void add_raw(struct text *out, const struct result_text *raw) {
    if (raw->length > 0) {
        text_add(out, raw->bytes, raw->length);
    } else {
        text_add_string(out, "null");
    }
}

static void add_money(struct text *out, uint64_t nano_dollars) {
    char dollars[MONEY_TEXT_SIZE];
    money_decimal(nano_dollars, dollars);
    text_add_string(out, dollars);
}

static void add_value(struct text *out, const struct result_field *field, const void *value) {
    switch (field->value) {
    case RESULT_STRING:
    case RESULT_SAID:
        text_add_json_string(out, *(const char *const *)value);
        break;
    case RESULT_TEXT:
        text_add_json(out, ((const struct result_text *)value)->bytes,
                      ((const struct result_text *)value)->length);
        break;
    case RESULT_RAW:
        add_raw(out, value);
        break;
    case RESULT_NULL:
        text_add_string(out, "null");
        break;
    case RESULT_JSON:
        add_json(out, (const struct result_text *)value);
        break;
    case RESULT_COUNT:
    case RESULT_MORE:
        text_add_u64(out, *(const uint64_t *)value);
        break;
    case RESULT_MONEY:
        add_money(out, *(const uint64_t *)value);
        break;
    case RESULT_MARK:
        text_add_string(out, "true");
        break;
    case RESULT_OPEN:
        text_add(out, "{", 1);
        break;
    case RESULT_CLOSE:
    case RESULT_END:
    default:
        break;
    }
}

static const char *ending_of(const struct result_format *format) {
    return format->ending != NULL ? format->ending : "}\n";
}

void result_line_add(struct text *out, const struct result_format *format, enum result_kind kind,
                     const struct text *head, const struct result_line *line) {
    bool first = false; // of an object: no comma before it
    if (format->list) {
        result_list_begin(out, kind, head, line);
    } else {
        text_add(out, head->bytes, head->length);
    }
    for (const struct result_field *field = format->field[kind]; field->value != RESULT_END; field++) {
        const void *value = (const char *)line + field->offset;
        if (field->value == RESULT_CLOSE) {
            text_add(out, "}", 1);
            first = false;
        } else if (!left_out(field, line, value)) {
            text_add_string(out, field->written + (first ? 1 : 0));
            add_value(out, field, value);
            first = field->value == RESULT_OPEN;
        }
    }
    text_add_string(out, ending_of(format));
}

void result_line_add_unproven(struct text *out, const struct result_format *format, const struct text *line) {
    text_add(out, line->bytes, line->length - strlen(ending_of(format)));
    text_add_string(out, ",\"unproven\":true");
    text_add_string(out, ending_of(format));
}

// ---- reading ----

static bool keep_id(const char *from, size_t size, char id[RESULT_LINE_ID_SIZE], size_t *length) {
    if (size == 0 || size >= RESULT_LINE_ID_SIZE) {
        return false;
    }
    memcpy(id, from, size);
    id[size] = '\0';
    *length = size;
    return true;
}

static bool keep_item(const cJSON *item, char id[RESULT_LINE_ID_SIZE], size_t *length) {
    return cJSON_IsString(item) && keep_id(item->valuestring, strlen(item->valuestring), id, length);
}

// The whole line as one object, or list, or NULL.
static cJSON *parse(const struct result_format *format, const char *text, size_t size) {
    const char *end = NULL;
    if (size == 0 || text[0] != (format->list ? '[' : '{')) {
        return NULL;
    }
    cJSON *tree = cJSON_ParseWithLengthOpts(text, size, &end, 0);
    if (tree != NULL && end != text + size) {
        cJSON_Delete(tree);
        return NULL;
    }
    return tree;
}

static bool parsed_id(const struct result_format *format, const char *text, size_t size,
                      char id[RESULT_LINE_ID_SIZE], size_t *length) {
    cJSON *tree = parse(format, text, size);
    const cJSON *object = format->list ? result_list_object(tree) : tree;
    bool found = keep_item(cJSON_GetObjectItemCaseSensitive(object, format->id_key), id, length);
    cJSON_Delete(tree);
    return found;
}

// An id with escapes; `quote` is its opening quote.
static bool escaped_id(const char *quote, size_t left, char id[RESULT_LINE_ID_SIZE], size_t *length) {
    const char *end = NULL;
    cJSON *item = cJSON_ParseWithLengthOpts(quote, left, &end, 0);
    bool found = keep_item(item, id, length);
    cJSON_Delete(item);
    return found;
}

// Of the line as a whole, without a tree of it where it is JSON to its last byte.
static bool scanned_id(const struct result_format *format, const char *text, size_t size,
                       char id[RESULT_LINE_ID_SIZE], size_t *length) {
    struct json_piece object, value;
    if (!json_scan_whole(text, size, &object) || !json_scan_find(&object, format->id_key, &value) ||
        value.length < 2 || value.text[0] != '"') {
        return parsed_id(format, text, size, id, length);
    }
    return memchr(value.text, '\\', value.length) != NULL
               ? escaped_id(value.text, value.length, id, length)
               : keep_id(value.text + 1, value.length - 2, id, length);
}

bool result_line_id(const struct result_format *format, const char *text, size_t size,
                    char id[RESULT_LINE_ID_SIZE], size_t *length) {
    size_t beginning = strlen(format->beginning);
    if (format->list || size <= beginning || memcmp(text, format->beginning, beginning) != 0 ||
        text[size - 1] != '}') {
        return parsed_id(format, text, size, id, length);
    }
    const char *from = text + beginning;
    size_t left = size - beginning;
    // A second beginning is that of an object inside the line, of what is kept of the input or of a body, or
    // of another line that ran into this one. Only the whole line tells which.
    if (memmem(from, left, format->beginning, beginning) != NULL) {
        return scanned_id(format, text, size, id, length);
    }
    const char *quote = memchr(from, '"', left);
    if (quote == NULL) {
        return false;
    }
    if (memchr(from, '\\', (size_t)(quote - from)) != NULL) {
        return escaped_id(from - 1, left + 1, id, length);
    }
    return keep_id(from, (size_t)(quote - from), id, length);
}

static const char *last_of(const char *text, size_t size, const char *key, size_t length) {
    const char *last = NULL;
    for (const char *at = text; (at = memmem(at, size - (size_t)(at - text), key, length)) != NULL;) {
        last = at;
        at += length;
    }
    return last;
}

bool result_line_input_hash(const struct result_format *format, const char *text, size_t size,
                            const char **hash, size_t *length) {
    // These bytes cannot stand inside a string, where quotes are escaped. In an object inside the line they
    // can: what is kept of the input and bodies stand before the line's own.
    const char *key = format->hash_beginning;
    size_t key_length = strlen(key);
    size_t usual = key_length + USUAL_HASH + sizeof("\"}") - 1; // our own lines end with it
    const char *found = NULL;
    if (size > usual && memcmp(text + size - usual, key, key_length) == 0) {
        found = text + size - usual;
    } else {
        found = last_of(text, size, key, key_length);
    }
    if (found == NULL) {
        return false;
    }
    *hash = found + key_length;
    const char *quote = memchr(*hash, '"', size - (size_t)(*hash - text));
    *length = quote == NULL ? 0 : (size_t)(quote - *hash);
    return quote != NULL;
}

// What is absent stays as it began; of another kind than the row says, it is taken as absent.
static void read_value(const struct result_field *field, const cJSON *item, void *value) {
    if (item == NULL) {
        return;
    }
    switch (field->value) {
    case RESULT_STRING:
    case RESULT_SAID:
        *(const char **)value = cJSON_GetStringValue(item);
        break;
    case RESULT_TEXT:
        if (cJSON_IsString(item)) {
            *(struct result_text *)value = (struct result_text){item->valuestring, strlen(item->valuestring)};
        }
        break;
    case RESULT_COUNT:
    case RESULT_MORE:
        if (cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble <= COUNT_MOST) {
            *(uint64_t *)value = (uint64_t)item->valuedouble;
        }
        break;
    case RESULT_MONEY:
        if (cJSON_IsNumber(item)) {
            (void)money_read(item->valuedouble, value);
        }
        break;
    case RESULT_MARK:
        *(bool *)value = cJSON_IsTrue(item);
        break;
    case RESULT_RAW:
    case RESULT_NULL:
    case RESULT_JSON:
    case RESULT_OPEN:
    case RESULT_CLOSE:
    case RESULT_END:
    default:
        break;
    }
}

static bool has_essential(const struct result_format *format, enum result_kind kind, const cJSON *tree) {
    const char *instead = format->instead[kind];
    return cJSON_IsString(cJSON_GetObjectItemCaseSensitive(tree, format->essential[kind])) ||
           (instead != NULL && cJSON_GetObjectItemCaseSensitive(tree, instead) != NULL);
}

bool result_line_read(const struct result_format *format, enum result_kind kind, const char *text,
                      size_t size, struct result_read *read) {
    cJSON *tree = parse(format, text, size);
    const cJSON *whole = format->list ? result_list_object(tree) : tree;
    const cJSON *object = whole; // that the rows are members of
    *read = (struct result_read){
        .id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(whole, format->id_key)),
        .memory = tree,
    };
    if (read->id == NULL || !has_essential(format, kind, whole)) {
        result_line_free(read);
        return false;
    }
    if (format->list && kind == RESULT_ANSWER && !result_list_body(text, size, tree, &read->line.body)) {
        result_line_free(read);
        return false;
    }
    for (const struct result_field *field = format->field[kind]; field->value != RESULT_END; field++) {
        const cJSON *item = field->key != NULL ? cJSON_GetObjectItemCaseSensitive(object, field->key) : NULL;
        void *value = (char *)&read->line + field->offset;
        if (field->value != RESULT_JSON && field->value != RESULT_RAW) {
            read_value(field, item, value);
        } else if (item != NULL && !result_line_json_take(field, text, size, tree, item, value)) {
            result_line_free(read);
            return false;
        }
        if (field->value == RESULT_OPEN || field->value == RESULT_CLOSE) {
            object = field->value == RESULT_OPEN ? item : whole;
        }
    }
    return true;
}

void result_line_free(struct result_read *read) {
    cJSON_Delete(read->memory);
    *read = (struct result_read){0};
}

bool result_line_is_torn(const struct result_format *format, const char *text, size_t size) {
    size_t beginning = strlen(format->beginning);
    size_t zeros = 0;
    while (zeros < size && text[size - zeros - 1] == '\0') {
        zeros++;
    }
    size_t shown = size - zeros;
    return memcmp(text, format->beginning, shown < beginning ? shown : beginning) == 0;
}

// These bytes cannot stand inside a string. In an object inside the line they can, but not behind the line's
// own, which each line has.
static const char *attempts_in(const char *text, size_t size) {
    static const char key[] = ",\"attempts\":";
    size_t tail = size < TAIL ? size : TAIL; // nearly always enough
    const char *found = last_of(text + size - tail, tail, key, sizeof(key) - 1);
    return found != NULL ? found : last_of(text, size, key, sizeof(key) - 1);
}

uint64_t result_line_cost(const struct result_format *format, enum result_kind kind, const char *text,
                          size_t size) {
    static const char key[] = ",\"cost\":";
    size_t length = sizeof(key) - 1;
    const char *end = attempts_in(text, size);
    const char *number = end;
    if (end == NULL) { // written by somebody else
        struct result_read read;
        uint64_t cost = 0;
        if (memmem(text, size, "\"cost\"", strlen("\"cost\"")) != NULL &&
            result_line_read(format, kind, text, size, &read)) {
            cost = read.line.cost;
            result_line_free(&read);
        }
        return cost;
    }
    while (number > text && (number[-1] == '.' || (number[-1] >= '0' && number[-1] <= '9'))) {
        number--;
    }
    char digits[MONEY_TEXT_SIZE];
    uint64_t cost = 0;
    size_t written = (size_t)(end - number);
    if (written == 0 || written >= sizeof(digits) || (size_t)(number - text) < length ||
        memcmp(number - length, key, length) != 0) {
        return 0;
    }
    memcpy(digits, number, written);
    digits[written] = '\0';
    return money_parse(digits, &cost) == 0 ? cost : 0;
}
