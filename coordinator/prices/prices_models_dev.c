#include "prices/prices_models_dev.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MILLION 1e6
#define LONG_OLD 200000U // of context_over_200k, which tiers say exactly

static const struct {
    const char *name;
    enum price_kind kind;
} kinds[] = {
    {"input", PRICE_INPUT},         {"output", PRICE_OUTPUT},       {"cache_read", PRICE_CACHED},
    {"cache_write", PRICE_WRITTEN}, {"reasoning", PRICE_REASONING},
};

static const cJSON *member(const cJSON *object, const char *name) {
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static void read_cost(const cJSON *cost, uint64_t above, enum price_way way, struct price_draft *draft) {
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const cJSON *item = member(cost, kinds[i].name);
        uint64_t value;
        if (cJSON_IsNumber(item) && price_draft_money(item->valuedouble, MILLION, &value)) {
            price_draft_set(draft, above, way, kinds[i].kind, value);
        }
    }
}

static void read_tiers(const cJSON *cost, struct price_draft *draft) {
    const cJSON *tiers = member(cost, "tiers"), *item;
    bool any = false;
    cJSON_ArrayForEach(item, tiers) {
        const cJSON *size = member(member(item, "tier"), "size");
        if (cJSON_IsNumber(size) && size->valuedouble >= 1 && size->valuedouble <= 1e12) {
            read_cost(item, (uint64_t)size->valuedouble, PRICE_DEFAULT, draft);
            any = true;
        }
    }
    if (!any) {
        read_cost(member(cost, "context_over_200k"), LONG_OLD, PRICE_DEFAULT, draft);
    }
}

// A mode with a price is a way where its requests name one of the tiers of service.
static void read_modes(const cJSON *model, struct price_draft *draft) {
    const cJSON *modes = member(member(model, "experimental"), "modes"), *mode;
    cJSON_ArrayForEach(mode, modes) {
        const char *tier =
            cJSON_GetStringValue(member(member(member(mode, "provider"), "body"), "service_tier"));
        if (tier != NULL && (strcmp(tier, "priority") == 0 || strcmp(tier, "fast") == 0)) {
            read_cost(member(mode, "cost"), 0, PRICE_PRIORITY, draft);
        } else if (tier != NULL && strcmp(tier, "flex") == 0) {
            read_cost(member(mode, "cost"), 0, PRICE_FLEX, draft);
        }
    }
}

static bool answers_text(const cJSON *model) {
    const cJSON *output = member(member(model, "modalities"), "output"), *item;
    cJSON_ArrayForEach(item, output) {
        if (cJSON_IsString(item) && strcmp(item->valuestring, "text") == 0) {
            return true;
        }
    }
    return !cJSON_IsArray(output);
}

static int read_provider(const cJSON *provider, struct price_list *list) {
    const cJSON *models = member(provider, "models"), *model;
    cJSON_ArrayForEach(model, models) {
        struct price_draft draft = {0};
        const cJSON *cost = member(model, "cost");
        struct price_named named = {.provider = provider->string,
                                    .provider_length = strlen(provider->string),
                                    .model = model->string};
        if (!cJSON_IsObject(cost) || !answers_text(model)) {
            continue;
        }
        read_cost(cost, 0, PRICE_DEFAULT, &draft);
        read_tiers(cost, &draft);
        read_modes(model, &draft);
        if (price_list_add(list, &named, &draft) != 0) {
            return -1;
        }
    }
    return 0;
}

int prices_models_dev_read(const cJSON *root, struct price_list *list, char problem[PRICES_PROBLEM_SIZE]) {
    const cJSON *provider;
    cJSON_ArrayForEach(provider, root) {
        if (cJSON_IsObject(member(provider, "models")) && read_provider(provider, list) != 0) {
            (void)snprintf(problem, PRICES_PROBLEM_SIZE, "out of memory");
            return -1;
        }
    }
    return 0;
}
