#include "begin/init_keys.h"

#include "begin/init_text.h"
#include "config/config_tier.h"

#include <stdio.h>
#include <string.h>

static const struct init_key keys[] = {
    {"What is asked, and where the answers go", "input", true, NULL},
    {NULL, "id", false, NULL},
    {NULL, "output", true, "answers.jsonl"},
    {NULL, "keep", false, "all"},
    {NULL, "prompt-file", true, NULL},
    {NULL, "system", false, "You write short texts in plain English."},
    {"Whom", "provider", true, NULL},
    {NULL, "base-url", false, NULL},
    {NULL, "model", true, NULL},
    {NULL, "api-key-file", false, "key.txt"},
    {NULL, "max-output-tokens", true, "400"},
    {NULL, "param", false, "temperature=0.2"},
    {"How fast: the limits of the account", "tier", false, NULL},
    {NULL, "requests-per-minute", false, "500"},
    {NULL, "tokens-per-minute", false, "200k"},
    {NULL, "daily-limit", false, "10000"},
    {"For how much, and how it is told", "max-cost", false, "5.00"},
    {NULL, "listen", false, "127.0.0.1:8080"},
    {NULL, "log-file", false, "ration.log"},
};

const struct init_key *init_keys_at(size_t at) {
    return at < sizeof(keys) / sizeof(keys[0]) ? &keys[at] : NULL;
}

const char *init_keys_model(const struct provider *provider) {
    return provider->model_next != NULL ? provider->model_next : provider->model;
}

bool init_keys_tier_fits(const char *tier, const struct provider *provider) {
    char stem[TIER_NAME_SIZE];
    size_t own = strlen(provider->name);
    const char *model = init_keys_model(provider);
    const char *from = strncmp(tier, provider->name, own) == 0 && tier[own] == '-' ? tier + own + 1 : tier;
    const char *end = strstr(from, "-tier-");
    (void)snprintf(stem, sizeof(stem), "%.*s", end != NULL ? (int)(end - from) : (int)strlen(from), from);
    return model != NULL && strstr(model, stem) != NULL;
}

const struct tier *init_keys_tier(const struct init_text *init) {
    const struct tier *first = NULL;
    for (size_t i = 0; i < init->tiers->count; i++) {
        const struct tier *tier = &init->tiers->tier[i];
        if (!config_tier_foreign(tier->name, init->provider->name)) {
            if (init_keys_tier_fits(tier->name, init->provider)) {
                return tier;
            }
            first = first != NULL ? first : tier;
        }
    }
    return first;
}

const char *init_keys_value(const struct init_text *init, const struct init_key *key) {
    if (key->value != NULL) {
        return key->value;
    }
    if (strcmp(key->name, "provider") == 0) {
        return init->provider->name;
    }
    if (strcmp(key->name, "input") == 0) {
        return init->input != NULL ? init->input : "artists.csv";
    }
    if (strcmp(key->name, "id") == 0) {
        return init->columns->id != NULL ? init->columns->id : "sku";
    }
    if (strcmp(key->name, "prompt-file") == 0) {
        return init->prompt;
    }
    if (strcmp(key->name, "model") == 0) {
        return init_keys_model(init->provider) != NULL ? init_keys_model(init->provider) : "NAME";
    }
    if (strcmp(key->name, "base-url") == 0) {
        return init->provider->base_url;
    }
    const struct tier *tier = init_keys_tier(init);
    return tier != NULL ? tier->name : NULL;
}

bool init_keys_on(const struct init_text *init, const struct init_key *key) {
    if (strcmp(key->name, "model") == 0) {
        return init_keys_model(init->provider) != NULL;
    }
    return key->on || (strcmp(key->name, "id") == 0 && init->columns->id != NULL);
}
