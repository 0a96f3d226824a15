#include "member/member_settings.h"

#include "member/member_prices.h"
#include "ration/digest.h"
#include "ration/limits.h"

#include <bsd/string.h>
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ELSEWHERE "base-url"
#define VERSION "version"

// What is compared since which version. A run that was begun by an earlier one has no word of it, and a later
// one is not to be refused for that: programs are exchanged machine after machine. These begin with a name.
static const struct {
    const char *name;
    int since;
} since[] = {
    {"sessions", 2},    {"provider of ", 2}, {"API of ", 2},    {"headers of ", 2},  {"model of ", 2},
    {"request of ", 2}, {"price of ", 2},    {"price list", 2}, {"cache-prompt", 2}, {"flex-patience", 2},
    {"retries ", 2},    {"input-format", 2}, {"delimiter", 2},
};
#define VERSION_NOW 2

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

static void add_of(struct text *out, const char *what, const struct config_session *session,
                   const char *value) {
    char name[160];
    (void)snprintf(name, sizeof(name), "%s of session %s", what, session->name);
    add(out, name, value);
}

// How its API is spoken with: what a provider's row says of a request. Where it is, and its key, are each
// machine's own; a header or the query may hold what is secret.
static void add_api(struct text *out, struct digest *digest, const struct config_session *session,
                    const char *provider) {
    static const char *const open[] = {"shape", "path", "limit_key", "limit_default"}, *const hidden[] = {
                                                                                           "headers", "query",
                                                                                           "query_text"};
    cJSON *row = provider != NULL ? cJSON_Parse(provider) : NULL;
    char words[256] = "", sum[DIGEST_SIZE];
    bool any = false;
    for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
        char *value = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(row, open[i]));
        if (value != NULL) {
            (void)snprintf(words + strlen(words), sizeof(words) - strlen(words), "%s%s %s",
                           words[0] != '\0' ? ", " : "", open[i], value);
        }
        cJSON_free(value);
    }
    digest_begin(digest);
    for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
        char *value = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(row, hidden[i]));
        if (value != NULL) {
            digest_add(digest, hidden[i], strlen(hidden[i]));
            digest_add(digest, value, strlen(value));
            any = true;
        }
        cJSON_free(value);
    }
    digest_end(digest, sum);
    cJSON_Delete(row);
    add_of(out, "API", session, words);
    add_of(out, "headers", session, any ? sum : NULL);
}

static void add_names(struct text *out, const struct config_sessions *sessions) {
    struct text names = {0};
    for (uint32_t i = 0; i < sessions->count; i++) {
        text_add(&names, ", ", i > 0 ? 2 : 0);
        text_add_string(&names, sessions->one[i].name);
    }
    text_add(&names, "", 1);
    add(out, "sessions", names.failed ? NULL : names.bytes);
    out->failed = out->failed || names.failed;
    text_free(&names);
}

// Whom each session asks, for what, and at which price.
static void add_sessions(struct text *out, struct digest *digest, const struct config *config) {
    const struct settings *settings = &config->settings;
    char sum[DIGEST_SIZE], price[MEMBER_PRICES_SIZE];
    for (uint32_t i = 0; i < config->sessions.count; i++) {
        const struct config_session *session = &config->sessions.one[i];
        const char *form = settings->session_form[i];
        add_limits(out, session);
        add_of(out, "provider", session, session->provider);
        add_of(out, "model", session, settings->session_model[i]);
        add_api(out, digest, session, settings->session_provider[i]);
        if (form != NULL && form[0] != '\0') {
            digest_begin(digest);
            digest_add(digest, form, strlen(form));
            digest_end(digest, sum);
            add_of(out, "request", session, sum);
        }
        member_prices_print(config, i, price);
        add_of(out, "price", session, price);
    }
    out->failed = out->failed || !member_prices_digest(config, digest, sum);
    add(out, "price list", out->failed ? NULL : sum);
}

// How often an artist is asked, and what else decides which answers there are.
static void add_attempts(struct text *out, const struct settings *settings) {
    add_number(out, "attempts", settings->attempts);
    add_number(out, "retries of a server's fault", settings->attempts_server);
    add_number(out, "retries of a network's fault", settings->attempts_network);
    add_number(out, "retries of an overload", settings->attempts_overloaded);
    add_number(out, "retries of an invalid answer", settings->attempts_invalid);
}

// How the rows are read.
static void add_input(struct text *out, const struct settings *settings) {
    static const char *const kinds[] = {
        [SETTINGS_ROWS_TABLE] = NULL,
        [SETTINGS_ROWS_OPENAI] = "OpenAI's batches",
        [SETTINGS_ROWS_ANTHROPIC] = "Anthropic's batches",
        [SETTINGS_ROWS_BODIES] = "requests",
    };
    const char *table = settings->format == SETTINGS_CSV ? "csv" : "jsonl";
    add(out, "input-format", settings->rows == SETTINGS_ROWS_TABLE ? table : kinds[settings->rows]);
    add_number(out, "delimiter", settings->delimiter);
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
    add_number(out, VERSION, VERSION_NOW);
    add_names(out, &config->sessions);
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
    add_attempts(out, settings);
    add_input(out, settings);
    add(out, "output-format", outputs[settings->output_format]);
    add(out, "keep", options->keep);
    add(out, "id", options->id);
    add(out, "name", options->name);
    add(out, "in-doubt", doubts[options->in_doubt]);
    add_number(out, "limit", options->limit);
    add(out, "fleet-keep", options->fleet_keep == OPTIONS_FLEET_KEEP_LOCAL ? "local" : NULL);
    add_number(out, "fleet-term", options->fleet_term / CLOCK_SECOND);
    add(out, "cache-prompt", options->cache_prompt ? "yes" : NULL);
    add_number(out, "flex-patience", settings->flex_patience / CLOCK_SECOND);
    add_sessions(out, digest, config);
    text_add(out, "}", 1);
    digest_free(digest);
}

static const char *value_of(const cJSON *object, const char *name) {
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(value) ? value->valuestring : "";
}

// Whether both know of it; neither the version itself nor where a server is counts.
static bool is_compared(const char *name, const cJSON *theirs, const cJSON *own) {
    int there = atoi(value_of(theirs, VERSION)), here = atoi(value_of(own, VERSION));
    for (size_t i = 0; i < sizeof(since) / sizeof(since[0]); i++) {
        if (strncmp(name, since[i].name, strlen(since[i].name)) == 0) {
            return there >= since[i].since && here >= since[i].since;
        }
    }
    return strcmp(name, ELSEWHERE) != 0 && strcmp(name, VERSION) != 0;
}

// What a word means that is not there. "": it says nothing.
static const char *usual(const char *name) {
    static const char *const each[][2] = {
        {"fleet-keep", "database"},
        {"limit", "none"},
        {"cache-prompt", "no"},
    };
    for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
        if (strcmp(name, each[i][0]) == 0) {
            return each[i][1];
        }
    }
    return "";
}

static bool compare(const cJSON *all, const cJSON *theirs, const cJSON *own,
                    struct member_settings_difference *difference) {
    const cJSON *item;
    cJSON_ArrayForEach(item, all) {
        const char *there = value_of(theirs, item->string), *here = value_of(own, item->string);
        if (strcmp(there, here) != 0 && is_compared(item->string, theirs, own)) {
            (void)strlcpy(difference->name, item->string, sizeof(difference->name));
            there = there[0] != '\0' ? there : usual(item->string);
            here = here[0] != '\0' ? here : usual(item->string);
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
