#include "export/result_usual.h"

#include "ration/result_format.h"

#include <string.h>

void result_usual_free(struct result_usual *usual) {
    text_free(&usual->line);
    text_free(&usual->body.text);
}

static bool equals(const struct json_piece *piece, const char *text) {
    return piece->length == strlen(text) && memcmp(piece->text, text, piece->length) == 0;
}

static bool is_null(const struct json_piece *piece) {
    return equals(piece, "null");
}

static bool has(const struct json_piece *object, const char *name) {
    struct json_piece value;
    return json_scan_find(object, name, &value);
}

// ---- adding ----

static void add_key(struct result_usual *usual, const char *name) {
    text_add_string(&usual->line, ",\"");
    text_add_string(&usual->line, name);
    text_add_string(&usual->line, "\":");
}

static void add(struct result_usual *usual, const char *name, const struct json_piece *value) {
    if (value->length > 0) {
        add_key(usual, name);
        text_add(&usual->line, value->text, value->length);
    }
}

static void add_count(struct result_usual *usual, const char *before, uint64_t count) {
    text_add_string(&usual->line, before);
    text_add_u64(&usual->line, count);
}

// What the line has no member for, of the body.
static void add_answer(struct result_usual *usual, const struct json_piece *own,
                       const struct json_piece *json) {
    struct result_body *body = &usual->body;
    result_body_read(body, json);
    add_key(usual, "response_text");
    text_add_string(&usual->line, "\"");
    text_add(&usual->line, body->text.bytes, body->text.length);
    text_add_string(&usual->line, "\"");
    add(usual, "response_id", &body->id);
    if (!has(own, "model")) {
        add(usual, "model", &body->model);
    }
    if (!has(own, "finish_reason") && body->word[0] != '\0') {
        add_key(usual, "finish_reason");
        text_add_json_string(&usual->line, body->word);
    }
    if (!has(own, "usage")) {
        add_key(usual, "usage");
        add_count(usual, "{\"input_tokens\":", body->input_tokens);
        add_count(usual, ",\"output_tokens\":", body->output_tokens);
        add_count(usual, ",\"total_tokens\":", body->total_tokens);
        text_add_string(&usual->line, "}");
    }
    usual->line.failed = usual->line.failed || body->text.failed;
}

static void begin(struct result_usual *usual, const struct json_piece *key, const struct json_piece *id) {
    text_clear(&usual->line);
    text_add_string(&usual->line, "{");
    text_add(&usual->line, key->text, key->length);
    text_add_string(&usual->line, ":");
    text_add(&usual->line, id->text, id->length);
}

// ---- a batch's ----

// {"custom_id", "id", "response", "error", …}, with what is kept of the input before the second.
static bool is_batch(const struct result_walk *walk, struct json_piece *response, struct json_piece *error) {
    struct json_piece id;
    return equals(&walk->id_key, "\"custom_id\"") && json_scan_find(&walk->object, "id", &id) &&
           json_scan_find(&walk->object, "response", response) &&
           json_scan_find(&walk->object, "error", error) && (response->text[0] == '{' || is_null(response)) &&
           (error->text[0] == '{' || is_null(error));
}

// The members that stand under another name, or in another place, of the usual line.
static bool moved(const struct json_piece *key) {
    static const char kept[] = "\"" RESULT_FORMAT_KEPT "\"";
    const char *const names[] = {"\"custom_id\"", "\"id\"", "\"response\"", "\"error\"", "\"class\"", kept};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (equals(key, names[i])) {
            return true;
        }
    }
    return false;
}

static void add_rest(struct result_usual *usual, const struct json_piece *object) {
    struct json_piece key, value;
    for (size_t at = 0; json_scan_member(object, &at, &key, &value);) {
        if (!moved(&key)) {
            text_add_string(&usual->line, ",");
            text_add(&usual->line, key.text, key.length);
            text_add_string(&usual->line, ":");
            text_add(&usual->line, value.text, value.length);
        }
    }
}

static struct json_piece find(const struct json_piece *object, const char *name) {
    struct json_piece value = {NULL, 0};
    return object->text[0] == '{' && json_scan_find(object, name, &value) && !is_null(&value)
               ? value
               : (struct json_piece){NULL, 0};
}

static void add_batch(struct result_usual *usual, const struct result_walk *walk,
                      const struct json_piece *response, const struct json_piece *error) {
    const struct json_piece *object = &walk->object;
    struct json_piece class = find(object, "class"), kept = find(object, RESULT_FORMAT_KEPT);
    struct json_piece body = find(response, "body");
    begin(usual, &walk->id_key, &walk->id);
    add(usual, RESULT_FORMAT_KEPT, &kept);
    if (class.length > 0 || error->text[0] == '{') {
        const struct json_piece code = find(error, "code"), message = find(error, "message");
        add(usual, "class", class.length > 0 ? &class : &code);
        add(usual, "code", &code);
        add(usual, "message", &message);
    } else if (body.length > 0 && body.text[0] == '{') {
        add_answer(usual, object, &body);
    }
    add_rest(usual, object);
    if (!has(object, "request_id")) {
        const struct json_piece id = find(response, "request_id");
        add(usual, "request_id", &id);
    }
    add(usual, "response", response);
    add(usual, "error", error);
}

// ---- a cookbook's ----

// [request, response, {…, "ration": {…}}]
struct list {
    struct json_piece request, response, metadata, own, id;
};

static bool is_list(const char *text, size_t length, struct list *list) {
    struct json_piece array, key, value, more;
    size_t at = 0;
    list->own = (struct json_piece){NULL, 0};
    if (length == 0 || text[0] != '[' || !json_scan_whole(text, length, &array) ||
        !json_scan_item(&array, &at, &list->request) || !json_scan_item(&array, &at, &list->response) ||
        !json_scan_item(&array, &at, &list->metadata) || json_scan_item(&array, &at, &more) ||
        list->metadata.text[0] != '{') {
        return false;
    }
    for (at = 0; json_scan_member(&list->metadata, &at, &key, &value);) {
        // The owner's may have one of that name, before ours.
        list->own = equals(&key, "\"" RESULT_FORMAT_OWN "\"") ? value : list->own;
    }
    return list->own.length > 0 && list->own.text[0] == '{' && json_scan_find(&list->own, "id", &list->id) &&
           list->id.text[0] == '"';
}

// What the owner put there.
static void add_metadata(struct result_usual *usual, const struct list *list) {
    struct json_piece key, value;
    bool any = false;
    for (size_t at = 0; json_scan_member(&list->metadata, &at, &key, &value);) {
        if (value.text == list->own.text) {
            continue;
        }
        text_add_string(&usual->line, any ? "," : ",\"metadata\":{");
        text_add(&usual->line, key.text, key.length);
        text_add_string(&usual->line, ":");
        text_add(&usual->line, value.text, value.length);
        any = true;
    }
    text_add_string(&usual->line, any ? "}" : "");
}

static void add_list(struct result_usual *usual, const struct list *list) {
    static const struct json_piece key = {"\"id\"", 4};
    struct json_piece class = find(&list->own, "class");
    begin(usual, &key, &list->id);
    if (class.length > 0) {
        add(usual, "class", &class);
    } else if (list->response.text[0] == '{') {
        add_answer(usual, &list->own, &list->response);
    }
    add_rest(usual, &list->own);
    if (class.length == 0) {
        text_add_string(&usual->line, ",\"response\":{\"status_code\":200,\"request_id\":\"\",\"body\":");
        text_add(&usual->line, list->response.text, list->response.length);
        text_add_string(&usual->line, "},\"error\":null");
    }
    add(usual, "request", &list->request);
    add_metadata(usual, list);
}

bool result_usual_starved(const struct result_usual *usual) {
    return usual->line.failed;
}

bool result_usual_begin(struct result_usual *usual, const char *text, size_t length,
                        struct result_walk *walk) {
    struct json_piece response, error;
    struct list list;
    text_clear(&usual->line);
    if (is_list(text, length, &list)) {
        add_list(usual, &list);
    } else if (!result_walk_begin(walk, text, length)) {
        return false;
    } else if (is_batch(walk, &response, &error)) {
        add_batch(usual, walk, &response, &error);
    } else {
        return true;
    }
    text_add_string(&usual->line, "}");
    return !usual->line.failed && result_walk_begin(walk, usual->line.bytes, usual->line.length);
}
