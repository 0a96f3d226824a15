#include "ration/request.h"

#include "ration/prompt.h"
#include "records/request_format.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct request_maker {
    const struct settings *settings;
    const struct provider *provider;
    struct prompt *prompt;
    struct prompt_rendering rendering; // of the row in hand
    struct text format;                // the member that asks for JSON of the schema; empty: none does
    struct digest *digest;             // of the hash, where there is a schema
};

// The schema was checked before, so without memory alone there is none.
static int make_format(struct request_maker *maker) {
    const struct settings *settings = maker->settings;
    struct schema_told wrong;
    if (settings->schema == NULL) {
        return 0;
    }
    maker->digest = digest_new();
    struct schema *schema = schema_new(settings->schema, strlen(settings->schema), NULL, NULL, &wrong);
    if (schema != NULL && maker->provider != NULL) {
        request_format_make(maker->provider->shape, schema, &maker->format);
    }
    bool made = schema != NULL && maker->digest != NULL && !maker->format.failed;
    schema_free(schema);
    errno = made ? 0 : ENOMEM;
    return made ? 0 : -1;
}

struct request_maker *request_new(const struct settings *settings, const struct provider *provider) {
    struct request_maker *maker = malloc(sizeof(*maker));
    if (maker == NULL) {
        return NULL;
    }
    *maker =
        (struct request_maker){.settings = settings, .provider = provider, .prompt = prompt_new(settings)};
    if (maker->prompt == NULL || make_format(maker) != 0) {
        int error = errno;
        request_free(maker);
        errno = error;
        return NULL;
    }
    return maker;
}

void request_free(struct request_maker *maker) {
    if (maker != NULL) {
        prompt_free(maker->prompt);
        text_free(&maker->format);
        digest_free(maker->digest);
        free(maker);
    }
}

int request_prepare(struct request_maker *maker, const struct record *record) {
    return prompt_render(maker->prompt, record, &maker->rendering);
}

void request_hash(const struct request_maker *maker, char out[REQUEST_HASH_SIZE]) {
    prompt_hash(maker->prompt, &maker->rendering, out);
    if (maker->settings->schema != NULL) {
        digest_begin(maker->digest);
        digest_add(maker->digest, out, strlen(out));
        digest_add(maker->digest, maker->settings->schema, strlen(maker->settings->schema));
        digest_end(maker->digest, out);
    }
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
    text_add(body, ",", maker->format.length > 0);
    text_add(body, maker->format.bytes, maker->format.length);
    text_add(body, "}", 1);
    return body->failed ? -1 : 0;
}
