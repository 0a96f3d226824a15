#include "ration/price_name.h"

#include "ration/provider.h"

#include <bsd/string.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

// ---- providers ----

// As LiteLLM, models.dev and OpenRouter call them.
static const struct {
    const char *list, *name;
    bool begins; // the list has several that begin so
} aliases[] = {
    {"amazon-bedrock", "bedrock", false}, {"azure-deployments", "azure", false},
    {"azure_text", "azure", false},       {"bedrock_converse", "bedrock", false},
    {"bedrock_mantle", "bedrock", false}, {"fireworks-ai", "fireworks", false},
    {"fireworks_ai", "fireworks", false}, {"google", "gemini", false},
    {"google-vertex", "vertex", true},    {"lmstudio", "lm-studio", false},
    {"mistralai", "mistral", false},      {"nvidia_nim", "nvidia", false},
    {"openai-chat", "openai", false},     {"text-completion-openai", "openai", false},
    {"together_ai", "together", false},   {"togetherai", "together", false},
    {"vertex_ai", "vertex", true},        {"x-ai", "xai", false},
};

void price_name_provider(const char *name, size_t length, char out[PRICE_PROVIDER_SIZE]) {
    const char *known = NULL;
    for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
        size_t size = strlen(aliases[i].list);
        if ((aliases[i].begins ? length >= size : length == size) &&
            strncmp(name, aliases[i].list, size) == 0) {
            known = aliases[i].name;
        }
    }
    length = length < PRICE_PROVIDER_SIZE ? length : PRICE_PROVIDER_SIZE - 1;
    (void)snprintf(out, PRICE_PROVIDER_SIZE, "%.*s", known != NULL ? (int)strlen(known) : (int)length,
                   known != NULL ? known : name);
}

// ---- versions ----

// Digits in groups of `sizes`, as "422" for 2024-08-06; nothing but the version's other parts behind them.
static size_t groups(const char *at, const char *sizes) {
    size_t length = 0;
    for (const char *size = sizes; *size != '\0'; size++) {
        size_t digits = strspn(at + length, "0123456789");
        if (digits != (size_t)(*size - '0')) {
            return 0;
        }
        length += digits;
        if (size[1] != '\0') {
            if (at[length] != '-') {
                return 0;
            }
            length++;
        }
    }
    return at[length] == '\0' || strchr("-@:", at[length]) != NULL ? length : 0;
}

// 20251001, 2024-08-06, 08-2024, 0613, 001.
static size_t date(const char *at) {
    static const char *const forms[] = {"422", "24", "8", "6", "4", "3"};
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        size_t length = groups(at, forms[i]);
        if (length > 0) {
            return length;
        }
    }
    return 0;
}

// Amazon's: "-v1:0", or "-v1" at the end.
static size_t revision(const char *at) {
    size_t digits = at[0] == 'v' ? strspn(at + 1, "0123456789") : 0;
    if (digits == 0) {
        return 0;
    }
    size_t after = at[1 + digits] == ':' ? strspn(at + 2 + digits, "0123456789") : 0;
    return after > 0 ? 2 + digits + after : strcmp(at, "v1") == 0 && at[2] == '\0' ? 2 : 0;
}

static size_t part(const char *at) {
    size_t length = 0;
    if (*at == '-' || *at == '@') {
        static const char latest[] = "latest";
        length = date(at + 1);
        length = length == 0 && *at == '-' ? revision(at + 1) : length;
        length =
            length == 0 && strncmp(at + 1, latest, sizeof(latest) - 1) == 0 ? sizeof(latest) - 1 : length;
    }
    return length > 0 ? length + 1 : 0;
}

bool price_name_is_version(const char *rest) {
    if (*rest == '\0') {
        return false;
    }
    while (*rest != '\0') {
        size_t length = part(rest);
        if (length == 0) {
            return false;
        }
        rest += length;
    }
    return true;
}

size_t price_name_version(const char *model) {
    size_t all = strlen(model);
    for (size_t i = 1; i < all; i++) {
        if ((model[i] == '-' || model[i] == '@') && price_name_is_version(model + i)) {
            return all - i;
        }
    }
    return 0;
}

// ---- places ----

struct places {
    struct price_place *place;
    size_t count;
};

static void add(struct places *places, const char *provider, const char *model) {
    if (places->count == PRICE_NAME_MOST || *model == '\0') {
        return;
    }
    struct price_place *place = &places->place[places->count];
    (void)strlcpy(place->provider, provider, sizeof(place->provider));
    (void)strlcpy(place->model, model, sizeof(place->model));
    for (size_t i = 0; i < places->count; i++) {
        if (strcmp(places->place[i].provider, place->provider) == 0 &&
            strcmp(places->place[i].model, place->model) == 0) {
            return;
        }
    }
    places->count++;
}

static void add_here(struct places *places, const char *provider, const char *model) {
    add(places, provider, model);
    add(places, "", model);
}

// One who makes the models that are known by his name alone.
static const char *const makers_known[] = {"openai", "anthropic", "gemini", "mistral", "deepseek", "xai"};
#define MAKERS (sizeof(makers_known) / sizeof(makers_known[0]))

// "openai/gpt-4o", "anthropic.claude-haiku-4-5": the maker stands before the `between`.
static void add_of_maker(struct places *places, const char *model, char between) {
    const char *end = strchr(model, between);
    if (end == NULL) {
        return;
    }
    char maker[PRICE_PROVIDER_SIZE], dashed[PRICE_NAME_SIZE];
    price_name_provider(model, (size_t)(end - model), maker);
    for (size_t i = 0; i < MAKERS; i++) {
        if (strcmp(maker, makers_known[i]) == 0) {
            add(places, maker, end + 1);
            // Routers write claude-haiku-4.5 for its claude-haiku-4-5.
            (void)strlcpy(dashed, end + 1, sizeof(dashed));
            for (char *dot = dashed; (dot = strchr(dot, '.')) != NULL;) {
                *dot = '-';
            }
            add(places, maker, dashed);
        }
    }
}

// Behind "us." and its like, where Amazon says in which part of the world it answers.
static const char *behind_region(const char *model) {
    static const char *const regions[] = {"us", "eu", "apac", "global", "us-gov", "jp", "au", "ca", "in"};
    size_t length = strcspn(model, ".");
    for (size_t i = 0; i < sizeof(regions) / sizeof(regions[0]); i++) {
        if (model[length] == '.' && strlen(regions[i]) == length && strncmp(model, regions[i], length) == 0) {
            return model + length + 1;
        }
    }
    return model;
}

// It answers from the own machine, and what its models would cost elsewhere is of no matter.
static bool is_local(const char *provider) {
    const struct provider *row = provider_find(provider);
    return row != NULL && row->key_optional;
}

size_t price_name_places(const char *provider, const char *model, struct price_place place[PRICE_NAME_MOST],
                         size_t *makers) {
    static const char prefix[] = "models/";
    struct places places = {.place = place};
    char own[PRICE_PROVIDER_SIZE];
    *makers = 0;
    if (strlen(model) >= PRICE_NAME_SIZE) {
        return 0;
    }
    price_name_provider(provider, strlen(provider), own);
    add_here(&places, own, model);
    if (is_local(provider)) {
        return places.count;
    }
    if (strncmp(model, prefix, sizeof(prefix) - 1) == 0) {
        model += sizeof(prefix) - 1;
        add_here(&places, own, model);
    }
    if (behind_region(model) != model) {
        model = behind_region(model);
        add_here(&places, own, model);
    }
    add_of_maker(&places, model, '/');
    add_of_maker(&places, model, '.');
    size_t before = places.count;
    for (size_t i = 0; i < MAKERS && strchr(model, '/') == NULL; i++) {
        add(&places, makers_known[i], model);
    }
    *makers = places.count - before;
    return places.count;
}
