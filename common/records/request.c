#include "ration/request.h"

#include "ration/prompt.h"

#include <errno.h>
#include <stdlib.h>

struct request_maker {
    const struct settings *settings;
    const struct provider *provider;
    struct prompt *prompt;
    struct prompt_rendering rendering; // of the row in hand
};

struct request_maker *request_new(const struct settings *settings, const struct provider *provider) {
    struct request_maker *maker = malloc(sizeof(*maker));
    if (maker == NULL) {
        return NULL;
    }
    *maker =
        (struct request_maker){.settings = settings, .provider = provider, .prompt = prompt_new(settings)};
    if (maker->prompt == NULL) {
        int error = errno;
        free(maker);
        errno = error;
        return NULL;
    }
    return maker;
}

void request_free(struct request_maker *maker) {
    if (maker != NULL) {
        prompt_free(maker->prompt);
        free(maker);
    }
}

int request_prepare(struct request_maker *maker, const struct record *record) {
    return prompt_render(maker->prompt, record, &maker->rendering);
}

void request_hash(const struct request_maker *maker, char out[REQUEST_HASH_SIZE]) {
    prompt_hash(maker->prompt, &maker->rendering, out);
}

uint64_t request_prompt_bytes(const struct request_maker *maker) {
    const struct prompt_rendering *rendering = &maker->rendering;
    uint64_t bytes = rendering->length; // of a template
    for (size_t i = 0; i < rendering->variables; i++) {
        bytes += rendering->variable[i].length;
    }
    return bytes;
}

// ---- the body, in the shape of each API ----

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
static void add_messages(struct text *body, const struct settings *settings,
                         const struct prompt_rendering *rendering) {
    (void)settings;
    text_add_string(body, "\"messages\":[{\"role\":\"user\",\"content\":");
    text_add_json(body, rendering->text != NULL ? rendering->text : "", rendering->length);
    text_add_string(body, "}]");
}

// What stands in the body of each shape for what the row makes of the prompt.
static void (*const shapes[PROVIDER_SHAPES])(struct text *body, const struct settings *settings,
                                             const struct prompt_rendering *rendering) = {
    [PROVIDER_RESPONSES] = add_responses,
    [PROVIDER_CHAT] = add_messages,
    [PROVIDER_MESSAGES] = add_messages,
};

int request_body(const struct request_maker *maker, struct text *body) {
    const struct settings *settings = maker->settings;
    const struct provider *provider = maker->provider;
    const char *model = settings->model;
    if (model == NULL && maker->rendering.text != NULL) { // a stored prompt names its own
        model = provider->model;
    }
    text_clear(body);
    text_add(body, "{", 1);
    if (model != NULL) {
        text_add_string(body, "\"model\":");
        text_add_json_string(body, model);
        text_add(body, ",", 1);
    }
    shapes[provider->shape](body, settings, &maker->rendering);
    add_limit(body, provider->limit_key, provider_output_limit(provider, settings->max_output_tokens));
    text_add(body, "}", 1);
    return body->failed ? -1 : 0;
}
