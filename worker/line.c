#include "line.h"

#include <stdbool.h>
#include <string.h>

#define SCRUBBED "[key]"
#define SHORT_KEY 8U

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

// A server that echoes the key gets no say. So short a key stands in an id by chance.
static const char *harmless(const struct line_facts *facts, const char *value) {
    bool echoes = value != NULL && facts->key != NULL && strlen(facts->key->text) >= SHORT_KEY &&
                  strstr(value, facts->key->text) != NULL;
    return echoes ? NULL : value;
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
    text_add_json(out, answer->text, answer->text_length);
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
    add_string(out, ",\"class\":", error->kind);
    add_count(out, ",\"status\":", error->status > 0 ? (uint64_t)error->status : 0);
    add_string(out, ",\"code\":", error->code);
    add_string(out, ",\"message\":", error->message);
    add_count(out, ",\"attempts\":", facts->attempts);
    add_attempt(out, facts);
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
    size_t key_length = strlen(key->text);
    size_t room = size - 1;
    while (*from != '\0' && room > 0) {
        const char *found = key_length > 0 ? strstr(from, key->text) : NULL;
        size_t length = found != NULL ? (size_t)(found - from) : strlen(from);
        if (length > room) {
            length = whole(from, room);
            room = length;
        }
        memcpy(to, from, length);
        to += length;
        room -= length;
        from += length;
        if (found == NULL || from != found || room < sizeof SCRUBBED - 1) {
            break;
        }
        memcpy(to, SCRUBBED, sizeof SCRUBBED - 1);
        to += sizeof SCRUBBED - 1;
        room -= sizeof SCRUBBED - 1;
        from += key_length;
    }
    *to = '\0';
}
