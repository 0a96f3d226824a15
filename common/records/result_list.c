#include "records/result_list.h"

#include "ration/ascii.h"
#include "ration/json_walk.h"
#include "records/result_line_json.h"

#include <string.h>

// Between the two pieces of a head, among which the response will stand: no JSON has such a byte.
#define GAP '\0'

void result_list_head(struct text *head, const struct text *request, struct result_text metadata,
                      struct result_text id) {
    static const char gap = GAP;
    struct json_member member;
    text_clear(head);
    text_add(head, "[", 1);
    if (request != NULL && request->length > 0) {
        text_add(head, request->bytes, request->length);
    } else {
        text_add_string(head, "null");
    }
    text_add(head, ",", 1);
    text_add(head, &gap, 1);
    text_add_string(head, ",{");
    if (metadata.length > 2 && json_walk_first(metadata.bytes, &member)) {
        text_add(head, metadata.bytes + 1, metadata.length - 2);
        text_add(head, ",", 1);
    }
    text_add_string(head, "\"" RESULT_FORMAT_OWN "\":{\"id\":");
    text_add_json(head, id.bytes, id.length);
}

static void add_failure(struct text *out, const struct result_line *line) {
    struct text what = {0};
    text_add_string(&what, line->class != NULL ? line->class : "");
    text_add_string(&what, ": ");
    text_add_string(&what, line->message != NULL ? line->message : "");
    text_add(out, "[", 1);
    text_add_json(out, what.bytes, what.length);
    text_add(out, "]", 1);
    out->failed = out->failed || what.failed;
    text_free(&what);
}

void result_list_begin(struct text *out, enum result_kind kind, const struct text *head,
                       const struct result_line *line) {
    const char *gap = head->length > 0 ? memchr(head->bytes, GAP, head->length) : NULL;
    if (gap == NULL) {
        out->failed = true; // the head has, too
        return;
    }
    size_t first = (size_t)(gap - head->bytes);
    text_add(out, head->bytes, first);
    if (kind == RESULT_ERROR) {
        add_failure(out, line);
    } else if (line->body.length > 0) {
        text_add(out, line->body.bytes, line->body.length);
    } else {
        text_add_string(out, "null");
    }
    text_add(out, gap + 1, head->length - first - 1);
}

const cJSON *result_list_object(const cJSON *tree) {
    const cJSON *metadata = cJSON_IsArray(tree) ? cJSON_GetArrayItem(tree, 2) : NULL;
    const cJSON *item, *own = NULL;
    cJSON_ArrayForEach(item, metadata) { // the owner's may have one of that name, before ours
        own = item->string != NULL && strcmp(item->string, RESULT_FORMAT_OWN) == 0 ? item : own;
    }
    return own;
}

// Behind the JSON value at `at`, of which `left` bytes are left; NULL: there is none.
static const char *behind(const char *at, size_t left) {
    const char *end = NULL;
    cJSON *value = cJSON_ParseWithLengthOpts(at, left, &end, 0);
    cJSON_Delete(value);
    return value != NULL ? end : NULL;
}

bool result_list_body(const char *text, size_t size, cJSON *tree, struct result_text *body) {
    const char *end = text + size;
    const char *at = behind(text + 1, size - 1); // of the request
    while (at != NULL && at < end && (ascii_white(*at) || *at == ',')) {
        at++;
    }
    const char *stop = at != NULL && at < end ? behind(at, (size_t)(end - at)) : NULL;
    return stop != NULL && result_line_json_keep(at, (size_t)(stop - at), tree, body);
}
