#include "exchange/request.h"

#include <bsd/string.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *request_url(const char *base_url, const struct provider *provider) {
    char *url = NULL;
    if (asprintf(&url, "%s%s", base_url, provider->path) < 0) {
        return NULL;
    }
    return url;
}

static void add_member(struct text *body, const char *key) {
    text_add(body, ",", body->bytes != NULL && body->bytes[body->length - 1] != '{');
    text_add_json_string(body, key);
    text_add(body, ":", 1);
}

static void add_limit(struct text *body, const char *key, uint64_t limit) {
    if (limit > 0) {
        add_member(body, key);
        text_add_u64(body, limit);
    }
}

static void add_stored_prompt(struct text *body, const struct settings *settings,
                              const struct prompt_rendering *rendering) {
    text_add_string(body, "\"prompt\":{\"id\":");
    text_add_json_string(body, settings->prompt_id);
    if (settings->prompt_version != NULL) {
        text_add_string(body, ",\"version\":");
        text_add_json_string(body, settings->prompt_version);
    }
    text_add_string(body, ",\"variables\":{");
    for (size_t i = 0; i < rendering->variables; i++) {
        const struct prompt_variable *variable = &rendering->variable[i];
        text_add(body, ",", i > 0);
        text_add_json_string(body, variable->name);
        text_add(body, ":", 1);
        text_add_json(body, variable->text, variable->length);
    }
    text_add_string(body, "}}");
}

static void add_responses(struct text *body, const struct settings *settings,
                          const struct prompt_rendering *rendering) {
    if (rendering->text == NULL) {
        add_stored_prompt(body, settings, rendering);
    } else {
        text_add_string(body, "\"input\":");
        text_add_json(body, rendering->text, rendering->length);
    }
}

// Chat completions and messages say a text alike.
static void add_messages(struct text *body, const struct prompt_rendering *rendering) {
    text_add_string(body, "\"messages\":[{\"role\":\"user\",\"content\":");
    text_add_json(body, rendering->text != NULL ? rendering->text : "", rendering->length);
    text_add_string(body, "}]");
}

int request_body(const struct settings *settings, const struct provider *provider,
                 const struct prompt_rendering *rendering, struct text *body) {
    const char *model = settings->model;
    if (model == NULL && rendering->text != NULL) { // a stored prompt names its own
        model = provider->model;
    }
    text_clear(body);
    text_add(body, "{", 1);
    if (model != NULL) {
        text_add_string(body, "\"model\":");
        text_add_json_string(body, model);
        text_add(body, ",", 1);
    }
    if (provider->shape == PROVIDER_RESPONSES) {
        add_responses(body, settings, rendering);
    } else {
        add_messages(body, rendering);
    }
    add_limit(body, provider->limit_key, provider_output_limit(provider, settings->max_output_tokens));
    text_add(body, "}", 1);
    return body->failed ? -1 : 0;
}

static bool unreserved(unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

size_t request_id(const char *run, const char *artist_id, size_t length, uint64_t attempt,
                  char out[REQUEST_ID_SIZE]) {
    static const char hex[] = "0123456789ABCDEF";
    char digits[24];
    int tail_length = snprintf(digits, sizeof(digits), "/%llu", (unsigned long long)attempt);
    size_t end = REQUEST_ID_SIZE - 1 - (size_t)tail_length;
    size_t at = strlcpy(out, run, REQUEST_ID_SIZE / 2);
    at = at < REQUEST_ID_SIZE / 2 ? at : REQUEST_ID_SIZE / 2 - 1;
    out[at++] = '/';
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)artist_id[i];
        size_t need = unreserved(c) ? 1 : 3;
        if (at + need > end) {
            break;
        }
        if (need == 1) {
            out[at++] = (char)c;
        } else {
            out[at++] = '%';
            out[at++] = hex[c >> 4];
            out[at++] = hex[c & 15];
        }
    }
    memcpy(out + at, digits, (size_t)tail_length + 1);
    return at + (size_t)tail_length;
}
