#include "line.h"

#include "exchange/answer_tier.h"
#include "ration/json_walk.h"
#include "ration/schema.h"
#include "ration/utf8.h"
#include "scrub.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

static bool scrubs(const struct key *key) {
    while (key != NULL && strlen(key->text) < SCRUB_SHORT_KEY) {
        key = key->older;
    }
    return key != NULL;
}

// A server that echoes the key gets no say.
static const char *harmless(const struct key *key, const char *value) {
    size_t found = 0;
    if (value != NULL && scrubs(key)) {
        (void)scrub_find(key, value, strlen(value), 0, &found);
    }
    return found > 0 ? NULL : value;
}

// A text without the key, wherever a server has put it.
static struct result_text text_of(const struct key *key, struct result_text text, struct text *clean) {
    size_t found = 0;
    size_t at = text.length;
    if (scrubs(key)) {
        at = scrub_find(key, text.bytes, text.length, 0, &found);
    }
    if (found == 0) {
        return text;
    }
    size_t from = 0;
    while (found > 0) {
        text_add(clean, text.bytes + from, at - from);
        text_add_string(clean, SCRUBBED);
        from = at + found;
        at = scrub_find(key, text.bytes, text.length, from, &found);
    }
    text_add(clean, text.bytes + from, text.length - from);
    return (struct result_text){clean->bytes, clean->length};
}

// As JSON where it was to be that. What has lost a key may be none any more.
static void add_content(struct result_line *line, const struct key *key, const struct answer *answer,
                        struct text *clean) {
    struct schema_report report;
    bool json = answer->json != NULL;
    struct result_text content = {json ? answer->json : answer->text,
                                  json ? answer->json_length : answer->text_length};
    content = text_of(key, content, clean);
    json = json &&
           (clean->length == 0 || schema_check(NULL, content.bytes, content.length, &report) == SCHEMA_VALID);
    *(json ? &line->json : &line->text) = content;
    line->invalid = harmless(key, answer->invalid);
}

void line_request(struct result_line *line, const struct key *key, const char *request_id) {
    line->request_id = request_id[0] != '\0' ? harmless(key, request_id) : NULL;
}

void line_answer(struct result_line *line, const struct key *key, const struct answer *answer,
                 struct text *clean) {
    add_content(line, key, answer, clean);
    line->response_id = harmless(key, answer->id);
    line->model = harmless(key, answer->model);
    line->finish_reason = harmless(key, answer->finish_reason);
    line->service_tier =
        answer->service_tier != NULL && (answer->tier_asked || !answer_tier_usual(answer->service_tier))
            ? harmless(key, answer->service_tier)
            : NULL;
    line->tokens = answer->tokens;
    line->total_tokens = answer->total_tokens;
    line->estimated = answer->estimated;
    line->replaced = answer->replaced;
}

// One JSON value in one line: a body that is `whole` JSON as it is, any other as a string. Controls are
// blanks.
static void add_body(struct text *raw, char *body, bool whole) {
    const char *begin = strncmp(body, BYTE_ORDER_MARK, 3) == 0 ? body + 3 : body;
    begin = json_walk_blank(begin);
    if (!whole || (*begin != '{' && *begin != '[')) { // it may be a stream of events
        text_add_json_string(raw, body);
        return;
    }
    const char *end = json_walk_value(begin);
    for (char *at = body; at < end; at++) {
        if ((unsigned char)*at < ' ') {
            *at = ' ';
        }
    }
    text_add(raw, begin, (size_t)(end - begin));
}

void line_response(struct result_line *line, const struct key *key, long status, const char *body,
                   size_t length, bool whole, struct text *raw) {
    struct text clean = {0};
    struct result_text harmless_body = text_of(key, (struct result_text){body, length}, &clean);
    char *copy = malloc(harmless_body.length + 1);
    if (copy == NULL || clean.failed) {
        raw->failed = true;
        free(copy);
        text_free(&clean);
        return;
    }
    memcpy(copy, harmless_body.bytes, harmless_body.length);
    copy[harmless_body.length] = '\0';
    utf8_mend(copy);
    if (clean.length > 0) { // what was taken out may have been more than a text
        whole = whole && json_walk_valid(copy, strlen(copy), true);
    }
    text_add_string(raw, "{\"status_code\":");
    text_add_u64(raw, status > 0 ? (uint64_t)status : 0);
    text_add_string(raw, ",\"request_id\":");
    text_add_json_string(raw, line->request_id);
    text_add_string(raw, ",\"body\":");
    size_t begin = raw->length;
    add_body(raw, copy, whole);
    size_t end = raw->length;
    text_add(raw, "}", 1);
    free(copy);
    text_free(&clean);
    line->response = (struct result_text){raw->bytes, raw->length};
    line->body = (struct result_text){raw->bytes + begin, end - begin};
}

// Bytes of the first `limit` that end with a whole character. The text is valid UTF-8 and longer.
static size_t whole(const char *text, size_t limit) {
    while (limit > 0 && ((unsigned char)text[limit] & 0xc0) == 0x80) {
        limit--;
    }
    return limit;
}

void line_scrub(const char *from, const struct key *key, char *to, size_t size) {
    size_t length = strlen(from);
    size_t room = size - 1;
    for (size_t at = 0; at < length && room > 0;) {
        size_t found;
        size_t place = scrub_find(key, from, length, at, &found);
        size_t plain = place - at;
        if (plain > room) {
            plain = whole(from + at, room);
            found = 0;
            length = 0; // no more
        }
        memcpy(to, from + at, plain);
        to += plain;
        room -= plain;
        if (found > 0 && room < sizeof(SCRUBBED) - 1) {
            break;
        }
        if (found > 0) {
            memcpy(to, SCRUBBED, sizeof(SCRUBBED) - 1);
            to += sizeof(SCRUBBED) - 1;
            room -= sizeof(SCRUBBED) - 1;
        }
        at = place + found;
    }
    *to = '\0';
}

void line_shorten(char *message, size_t characters) {
    static const char more[] = "…";
    size_t at = 0;
    for (; message[at] != '\0' && characters > 0; characters--) {
        do {
            at++;
        } while (((unsigned char)message[at] & 0xc0) == 0x80);
    }
    if (message[at] != '\0' && at + sizeof(more) <= LINE_MESSAGE_MOST + 1) {
        memcpy(message + at, more, sizeof(more));
    }
}
