#include "ration/request_repair.h"

#include "ration/json_reader.h"

#include <string.h>

#define BEFORE "Your answer cannot be used: "
#define BEHIND_JSON ". Answer again, with the whole corrected JSON and nothing else."
#define BEHIND_TEXT ". Answer again, completely."

static void add_message(struct text *out, const char *role, const char *first, const char *text,
                        size_t length, const char *last) {
    struct text content = {0};
    text_add_string(&content, first);
    text_add(&content, text, length);
    text_add_string(&content, last);
    text_add_string(out, "{\"role\":");
    text_add_json_string(out, role);
    text_add_string(out, ",\"content\":");
    text_add_json(out, content.bytes != NULL ? content.bytes : "", content.length);
    text_add(out, "}", 1);
    out->failed = out->failed || content.failed;
    text_free(&content);
}

static void add_both(struct text *out, const struct request_repair *repair) {
    add_message(out, "assistant", "", repair->answer, repair->length, "");
    text_add(out, ",", 1);
    add_message(out, "user", BEFORE, repair->words, strlen(repair->words),
                repair->json ? BEHIND_JSON : BEHIND_TEXT);
}

// Where each API has its messages: a list, or a text that is the only one; none beside a stored prompt.
static const struct {
    const char *name;
    bool text; // may be one
} places[PROVIDER_SHAPES] = {
    [PROVIDER_RESPONSES] = {"input", true},
    [PROVIDER_CHAT] = {"messages", false},
    [PROVIDER_MESSAGES] = {"messages", false},
};

static void add_member(const struct text *body, const struct json_value *root, const char *name,
                       const struct request_repair *repair, struct text *out) {
    text_add(out, body->bytes, root->end - 1);
    text_add_string(out, ",\"");
    text_add_string(out, name);
    text_add_string(out, "\":[");
    add_both(out, repair);
    text_add_string(out, "]}");
}

static bool splice(enum provider_shape shape, const struct text *body, const struct json_value *root,
                   const struct request_repair *repair, struct text *out) {
    const char *name = places[shape].name;
    const struct json_value *messages = json_value_find(root, name, strlen(name));
    if (messages == NULL) {
        bool stored = places[shape].text && json_value_find(root, "prompt", 6) != NULL;
        if (stored) {
            add_member(body, root, name, repair, out);
        }
        return stored;
    }
    bool text = messages->kind == JSON_VALUE_STRING;
    if (text ? !places[shape].text : messages->kind != JSON_VALUE_ARRAY) {
        return false;
    }
    text_add(out, body->bytes, messages->begin);
    text_add_string(out, text ? "[{\"role\":\"user\",\"content\":" : "");
    text_add(out, body->bytes + messages->begin, messages->end - messages->begin - (text ? 0 : 1));
    text_add_string(out, text ? "}," : messages->count > 0 ? "," : "");
    add_both(out, repair);
    text_add(out, "]", 1);
    text_add(out, body->bytes + messages->end, body->length - messages->end);
    return true;
}

bool request_repair_make(enum provider_shape shape, const struct text *body,
                         const struct request_repair *repair, struct text *repaired) {
    struct json_document document = {0};
    struct json_reader_fault fault;
    bool made = false;
    text_clear(repaired);
    if (repair->length > REQUEST_REPAIR_MOST || places[shape].name == NULL) {
        return false;
    }
    if (json_reader_read(body->bytes, body->length, &document, &fault) == JSON_READER_READ &&
        document.root->kind == JSON_VALUE_OBJECT) {
        made = splice(shape, body, document.root, repair, repaired);
    }
    json_value_free(&document);
    return made;
}
