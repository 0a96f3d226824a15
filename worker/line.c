#include "line.h"

#include "ration/schema.h"
#include "scrub.h"

#include <stdbool.h>
#include <string.h>

static bool scrubs(const struct key *key) {
    return key != NULL && strlen(key->text) >= SCRUB_SHORT_KEY;
}

// A server that echoes the key gets no say.
static const char *harmless(const struct key *key, const char *value) {
    size_t found = 0;
    if (value != NULL && scrubs(key)) {
        (void)scrub_find(key, value, strlen(value), 0, &found);
    }
    return found > 0 ? NULL : value;
}

// Without the key, wherever a server has put it.
static struct result_text without(const struct key *key, struct result_text text, struct text *clean) {
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
    content = without(key, content, clean);
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
    line->input_tokens = answer->input_tokens;
    line->output_tokens = answer->output_tokens;
    line->total_tokens = answer->total_tokens;
    line->estimated = answer->estimated;
    line->replaced = answer->replaced;
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
