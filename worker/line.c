#include "line.h"

#include "scrub.h"

#include <stdbool.h>
#include <string.h>

void line_head(struct text *head, const char *id, size_t id_length, const char *name, size_t name_length) {
    text_clear(head);
    text_add_string(head, "{\"artist_id\":");
    text_add_json(head, id, id_length);
    text_add_string(head, ",\"artist_name\":");
    text_add_json(head, name, name_length);
}

static void add_count(struct text *out, const char *key, uint64_t count) {
    text_add_string(out, key);
    text_add_u64(out, count);
}

static void add_string(struct text *out, const char *key, const char *value) {
    text_add_string(out, key);
    text_add_json_string(out, value);
}

static bool scrubs(const struct key *key) {
    return key != NULL && strlen(key->text) >= SCRUB_SHORT_KEY;
}

// A server that echoes the key gets no say.
static const char *harmless(const struct line_facts *facts, const char *value) {
    size_t found = 0;
    if (value != NULL && scrubs(facts->key)) {
        (void)scrub_find(facts->key, value, strlen(value), 0, &found);
    }
    return found > 0 ? NULL : value;
}

// Without the key, wherever a server has put it.
static void add_text(struct text *out, const struct line_facts *facts, const struct answer *answer) {
    size_t found = 0;
    size_t at = answer->text_length;
    if (scrubs(facts->key)) {
        at = scrub_find(facts->key, answer->text, answer->text_length, 0, &found);
    }
    if (found == 0) {
        text_add_json(out, answer->text, answer->text_length);
        return;
    }
    struct text clean = {0};
    size_t from = 0;
    while (found > 0) {
        text_add(&clean, answer->text + from, at - from);
        text_add_string(&clean, SCRUBBED);
        from = at + found;
        at = scrub_find(facts->key, answer->text, answer->text_length, from, &found);
    }
    text_add(&clean, answer->text + from, answer->text_length - from);
    text_add_json(out, clean.bytes, clean.length);
    out->failed = out->failed || clean.failed;
    text_free(&clean);
}

static void add_attempt(struct text *out, const struct line_facts *facts) {
    const char *id = facts->request_id[0] != '\0' ? facts->request_id : NULL;
    add_string(out, ",\"created\":", facts->created);
    add_string(out, ",\"request_id\":", harmless(facts, id));
}

void line_answer(struct text *out, const struct line_facts *facts, const struct answer *answer,
                 uint64_t latency_ms, const char *input_hash) {
    text_add(out, facts->head->bytes, facts->head->length);
    text_add_string(out, ",\"response_text\":");
    add_text(out, facts, answer);
    add_string(out, ",\"response_id\":", harmless(facts, answer->id));
    add_string(out, ",\"model\":", harmless(facts, answer->model));
    add_string(out, ",\"finish_reason\":", harmless(facts, answer->finish_reason));
    add_count(out, ",\"usage\":{\"input_tokens\":", answer->input_tokens);
    add_count(out, ",\"output_tokens\":", answer->output_tokens);
    add_count(out, ",\"total_tokens\":", answer->total_tokens);
    text_add_string(out, answer->estimated ? ",\"estimated\":true}" : "}");
    if (answer->replaced > 0) {
        add_count(out, ",\"replaced\":", answer->replaced);
    }
    add_count(out, ",\"attempts\":", facts->attempts);
    add_count(out, ",\"latency_ms\":", latency_ms);
    add_attempt(out, facts);
    add_string(out, ",\"input_hash\":", input_hash);
    text_add(out, "}\n", 2);
}

void line_error(struct text *out, const struct line_facts *facts, const struct line_error *error) {
    text_add(out, facts->head->bytes, facts->head->length);
    add_string(out, ",\"class\":", outcome_name(error->class));
    add_count(out, ",\"status\":", error->status > 0 ? (uint64_t)error->status : 0);
    add_string(out, ",\"code\":", error->code);
    add_string(out, ",\"message\":", error->message);
    add_count(out, ",\"attempts\":", facts->attempts);
    add_attempt(out, facts);
    if (error->unproven) {
        text_add_string(out, ",\"unproven\":true");
    }
    text_add(out, "}\n", 2);
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
