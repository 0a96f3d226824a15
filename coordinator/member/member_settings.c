#include "member/member_settings.h"

#include "ration/digest.h"
#include "ration/limits.h"

#include <bsd/string.h>
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ELSEWHERE "base-url"

static void add(struct text *out, const char *name, const char *value) {
    if (value == NULL || value[0] == '\0') {
        return;
    }
    text_add(out, out->length > 1 ? "," : "", out->length > 1);
    text_add_json_string(out, name);
    text_add(out, ":", 1);
    text_add_json_string(out, value);
}

static void add_number(struct text *out, const char *name, uint64_t value) {
    char text[24];
    (void)snprintf(text, sizeof(text), "%" PRIu64, value);
    add(out, name, value > 0 ? text : NULL);
}

// Texts that are long, or are nobody's business there.
static void add_digest(struct text *out, struct digest *digest, const char *name, const char *value) {
    char sum[DIGEST_SIZE];
    if (value == NULL || value[0] == '\0') {
        return;
    }
    digest_begin(digest);
    digest_add(digest, value, strlen(value));
    digest_end(digest, sum);
    add(out, name, sum);
}

static void add_limits(struct text *out, const struct config_session *session) {
    for (int row = 0; row < LIMITS_ROWS; row++) {
        char name[160];
        (void)snprintf(name, sizeof(name), "%s of session %s", limits_kind((enum limits_row)row)->name,
                       session->name);
        add_number(out, name, session->limits.told.of[row]);
    }
}

// What is asked of the model. What only asks to keep a beginning, or for a service tier, is not in it.
static void add_request(struct text *out, struct digest *digest, const struct settings *settings) {
    add_digest(out, digest, "request", settings->plain_form != NULL ? settings->plain_form : settings->form);
    add(out, "service-tier", settings->service_tier);
    // Numbered: a path may be given twice, and the order counts.
    for (size_t i = 0; i < settings->params; i++) {
        char name[160];
        (void)snprintf(name, sizeof(name), "param %zu, %s", i + 1, settings->param[i].path);
        add_digest(out, digest, name, settings->param[i].value);
    }
}

// Of all sessions, as a digest: nobody's business there.
static void add_urls(struct text *out, struct digest *digest, const struct settings *settings) {
    char sum[DIGEST_SIZE];
    bool any = false;
    digest_begin(digest);
    for (size_t i = 0; i < BOUNDS_SESSIONS; i++) {
        const char *url = settings->session_url[i];
        if (url != NULL) {
            digest_add(digest, url, strlen(url) + 1);
            any = true;
        }
    }
    digest_end(digest, sum);
    add(out, ELSEWHERE, any ? sum : NULL);
}

void member_settings_make(const struct options *options, const struct config *config, struct text *out) {
    static const char *const outputs[] = {"jsonl", "openai-batch", "cookbook"};
    static const char *const doubts[] = {"retry", "skip", "fail"};
    const struct settings *settings = &config->settings;
    struct digest *digest = digest_new();
    text_add(out, "{", 1);
    if (digest == NULL) {
        out->failed = true;
        return;
    }
    add(out, "provider", settings->provider);
    add_urls(out, digest, settings);
    add(out, "model", settings->model);
    add(out, "prompt-id", settings->prompt_id);
    add(out, "prompt-version", settings->prompt_version);
    add_digest(out, digest, "prompt", settings->prompt_template);
    add_request(out, digest, settings);
    add(out, "params-column", settings->params_column);
    add_digest(out, digest, "schema", settings->schema);
    add(out, "must-match", settings->must_match);
    add_number(out, "min-chars", settings->min_chars);
    add_number(out, "max-output-tokens", settings->max_output_tokens);
    add_number(out, "on-truncated", settings->on_truncated);
    add_number(out, "on-invalid", settings->on_invalid);
    add_number(out, "attempts", settings->attempts);
    add(out, "output-format", outputs[settings->output_format]);
    add(out, "keep", options->keep);
    add(out, "id", options->id);
    add(out, "name", options->name);
    add(out, "in-doubt", doubts[options->in_doubt]);
    add_number(out, "limit", options->limit);
    add_number(out, "fleet-term", options->fleet_term / CLOCK_SECOND);
    for (uint32_t i = 0; i < config->sessions.count; i++) {
        add_limits(out, &config->sessions.one[i]);
    }
    text_add(out, "}", 1);
    digest_free(digest);
}

static const char *value_of(const cJSON *object, const char *name) {
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(value) ? value->valuestring : "";
}

static bool compare(const cJSON *all, const cJSON *theirs, const cJSON *own,
                    struct member_settings_difference *difference) {
    const cJSON *item;
    cJSON_ArrayForEach(item, all) {
        const char *there = value_of(theirs, item->string), *here = value_of(own, item->string);
        if (strcmp(there, here) != 0 && strcmp(item->string, ELSEWHERE) != 0) {
            (void)strlcpy(difference->name, item->string, sizeof(difference->name));
            (void)strlcpy(difference->theirs, there, sizeof(difference->theirs));
            (void)strlcpy(difference->own, here, sizeof(difference->own));
            return true;
        }
    }
    return false;
}

bool member_settings_differ(const char *theirs, const char *own,
                            struct member_settings_difference *difference) {
    cJSON *there = cJSON_Parse(theirs), *here = cJSON_Parse(own);
    bool differ = compare(there, there, here, difference) || compare(here, there, here, difference);
    cJSON_Delete(there);
    cJSON_Delete(here);
    return differ;
}

bool member_settings_elsewhere(const char *theirs, const char *own) {
    cJSON *there = cJSON_Parse(theirs), *here = cJSON_Parse(own);
    bool elsewhere = strcmp(value_of(there, ELSEWHERE), value_of(here, ELSEWHERE)) != 0;
    cJSON_Delete(there);
    cJSON_Delete(here);
    return elsewhere;
}
