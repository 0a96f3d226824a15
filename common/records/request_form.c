#include "ration/request_form.h"

#include "ration/form.h"
#include "ration/json_edit.h"
#include "ration/json_walk.h"
#include "records/request_format.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_literal(struct text *out, const char *text) {
    text_add(out, "\"", 1);
    form_add_literal(out, text, strlen(text));
    text_add(out, "\"", 1);
}

static void add_limit(struct text *out, const char *key, uint64_t limit) {
    if (limit > 0) {
        text_add(out, ",", 1);
        text_add_json_string(out, key);
        text_add(out, ":", 1);
        text_add_u64(out, limit);
    }
}

// A variable of a stored prompt is filled with a column's text.
static void add_variable(struct text *out, const char *name, const char *column, bool first) {
    text_add(out, ",", first ? 0 : 1);
    add_literal(out, name);
    text_add_string(out, ":\"{{");
    text_add_escaped(out, column, strlen(column));
    text_add_string(out, "}}\"");
}

static void add_stored_prompt(struct text *out, const struct settings *settings) {
    text_add_string(out, "\"prompt\":{\"id\":");
    add_literal(out, settings->prompt_id);
    if (settings->prompt_version != NULL) {
        text_add_string(out, ",\"version\":");
        add_literal(out, settings->prompt_version);
    }
    text_add_string(out, ",\"variables\":{");
    for (size_t i = 0; i < settings->variables; i++) {
        add_variable(out, settings->variable[i].name, settings->variable[i].column, i == 0);
    }
    if (settings->variables == 0) {
        add_variable(out, "artist_name", "name", true);
        add_variable(out, "artist_data", "data", false);
    }
    text_add_string(out, "}}");
}

static void add_responses(struct text *out, const struct settings *settings, const char *system) {
    if (settings->prompt_template == NULL) {
        add_stored_prompt(out, settings);
    } else {
        text_add_string(out, "\"input\":");
        text_add_json_string(out, settings->prompt_template);
    }
    if (system != NULL) {
        text_add_string(out, ",\"instructions\":");
        text_add_json_string(out, system);
    }
}

// Chat completions say a system text as the first message, messages beside them.
static void add_messages(struct text *out, const struct settings *settings, bool chat, const char *system) {
    text_add_string(out, "\"messages\":[");
    if (system != NULL && chat) {
        text_add_string(out, "{\"role\":\"system\",\"content\":");
        text_add_json_string(out, system);
        text_add_string(out, "},");
    }
    text_add_string(out, "{\"role\":\"user\",\"content\":");
    text_add_json_string(out, settings->prompt_template != NULL ? settings->prompt_template : "");
    text_add_string(out, "}]");
    if (system != NULL && !chat) {
        text_add_string(out, ",\"system\":");
        text_add_json_string(out, system);
    }
}

// The text of a member as it stands in a form, where it is no place.
static void add_plain(struct text *out, const struct text *member) {
    const char *from = member->bytes, *end = from + member->length;
    for (const char *at; (at = memmem(from, (size_t)(end - from), "{{", 2)) != NULL; from = at + 2) {
        text_add(out, from, (size_t)(at - from));
        text_add_string(out, "{{{{"); // in JSON two of them stand in strings alone
    }
    text_add(out, from, (size_t)(end - from));
}

static void add_format(struct text *out, const struct settings *settings, enum provider_shape shape) {
    struct text member = {0};
    request_format_add(settings, shape, &member);
    if (member.length > 0) {
        text_add(out, ",", 1);
        add_plain(out, &member);
    }
    out->failed = out->failed || member.failed;
    text_free(&member);
}

void request_form_make(struct text *out, const struct settings *settings, const struct provider *provider,
                       const char *system) {
    const char *model = settings->model;
    if (model == NULL && settings->prompt_template != NULL) { // a stored prompt names its own
        model = provider->model;
    }
    text_add(out, "{", 1);
    if (model != NULL) {
        text_add_string(out, "\"model\":");
        add_literal(out, model);
        text_add(out, ",", 1);
    }
    if (provider->shape == PROVIDER_RESPONSES) {
        add_responses(out, settings, system);
    } else {
        add_messages(out, settings, provider->shape == PROVIDER_CHAT, system);
    }
    add_limit(out, provider->limit_key, provider_output_limit(provider, settings->max_output_tokens));
    add_format(out, settings, provider->shape);
    text_add(out, "}", 1);
}

// Into what was made so far, which is NUL-terminated by then.
static void set(struct text *out, const char *path, const char *value) {
    struct text made = {0};
    text_add(out, "", 1);
    if (!out->failed) {
        json_edit_set(&made, out->bytes, path, value);
        text_free(out);
        *out = made;
    }
}

// Into what was made so far, as above.
static void merge(struct text *out, const struct text *member) {
    struct text made = {0}, patch = {0};
    if (member->length == 0) {
        return;
    }
    text_add(&patch, "{", 1);
    add_plain(&patch, member);
    text_add(&patch, "}", 2);
    text_add(out, "", 1);
    if (!out->failed && !patch.failed) {
        json_edit_merge(&made, out->bytes, patch.bytes);
        text_free(out);
        *out = made;
    }
    out->failed = out->failed || patch.failed;
    text_free(&patch);
}

void request_form_complete(struct text *out, const char *form, const struct provider *provider,
                           const char *model, const char *usual, uint64_t limit,
                           const struct settings *settings) {
    struct json_member member;
    const char *object = json_walk_blank(form);
    bool names_model = json_walk_find(object, "model", &member) || json_walk_find(object, "prompt", &member);
    const char *chosen = model != NULL ? model : names_model ? NULL : usual;
    if (limit == 0 && !json_walk_find(object, provider->limit_key, &member)) {
        limit = provider->limit_default;
    }
    struct text format = {0};
    request_format_add(settings, provider->shape, &format);
    text_add(out, object, (size_t)(json_walk_value(object) - object)); // a body ends with its brace
    merge(out, &format);
    out->failed = out->failed || format.failed;
    text_free(&format);
    if (chosen != NULL) {
        struct text value = {0};
        add_literal(&value, chosen);
        text_add(&value, "", 1);
        if (value.failed) {
            out->failed = true;
        } else {
            set(out, "model", value.bytes);
        }
        text_free(&value);
    }
    if (limit > 0) {
        char digits[24];
        (void)snprintf(digits, sizeof(digits), "%llu", (unsigned long long)limit);
        set(out, provider->limit_key, digits);
    }
}

const char *request_form_text(const char *form, const char *key, size_t *length) {
    struct json_member member;
    if (!json_walk_find(json_walk_blank(form), key, &member) || *member.value != '"') {
        return NULL;
    }
    const char *text = member.value + 1;
    *length = (size_t)(member.value_end - text) - 1;
    return *length > 0 && memmem(text, *length, "{{", 2) == NULL && memchr(text, '\\', *length) == NULL
               ? text
               : NULL;
}

uint64_t request_form_limit(const char *form) {
    static const char *const keys[] = {"max_output_tokens", "max_completion_tokens", "max_tokens"};
    struct json_member member;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (json_walk_find(json_walk_blank(form), keys[i], &member)) {
            char *end = NULL;
            unsigned long long limit = strtoull(member.value, &end, 10);
            if (end == member.value_end && limit > 0 && limit <= 10000000) {
                return limit;
            }
        }
    }
    return 0;
}
