#include "prices/prices_litellm.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What a member begins with; of two that fit, the first.
static const struct {
    const char *begins;
    enum price_kind kind;
} kinds[] = {
    {"input_cost_per_token_cache_hit", PRICE_CACHED},
    {"input_cost_per_token", PRICE_INPUT},
    {"output_cost_per_token", PRICE_OUTPUT},
    {"output_cost_per_reasoning_token", PRICE_REASONING},
    {"cache_read_input_token_cost", PRICE_CACHED},
    {"cache_creation_input_token_cost_above_1hr", PRICE_WRITTEN_HOUR},
    {"cache_creation_input_token_cost", PRICE_WRITTEN},
};
static const struct {
    const char *text;
    enum price_way way;
} ways[] = {{"_batches", PRICE_BATCH}, {"_flex", PRICE_FLEX}, {"_priority", PRICE_PRIORITY}};

struct place {
    enum price_kind kind;
    enum price_way way;
    uint64_t above;
};

// "_above_200k_tokens": its length, and 200000.
static size_t read_above(const char *text, uint64_t *above) {
    static const char begins[] = "_above_", ends[] = "k_tokens";
    char *end = NULL;
    if (strncmp(text, begins, sizeof(begins) - 1) != 0 || !isdigit((unsigned char)text[sizeof(begins) - 1])) {
        return 0;
    }
    unsigned long thousands = strtoul(text + sizeof(begins) - 1, &end, 10);
    if (thousands == 0 || thousands > 1000000 || strncmp(end, ends, sizeof(ends) - 1) != 0) {
        return 0;
    }
    *above = thousands * 1000;
    return (size_t)(end - text) + sizeof(ends) - 1;
}

// What stands behind the kind: a length and a way, in either order.
static bool read_rest(const char *rest, struct place *place) {
    while (*rest != '\0') {
        size_t length = read_above(rest, &place->above);
        for (size_t i = 0; length == 0 && i < sizeof(ways) / sizeof(ways[0]); i++) {
            if (strncmp(rest, ways[i].text, strlen(ways[i].text)) == 0) {
                length = strlen(ways[i].text);
                place->way = ways[i].way;
            }
        }
        if (length == 0) {
            return false;
        }
        rest += length;
    }
    return true;
}

static bool read_place(const char *name, struct place *place) {
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        size_t length = strlen(kinds[i].begins);
        if (strncmp(name, kinds[i].begins, length) == 0) {
            *place = (struct place){.kind = kinds[i].kind};
            if (read_rest(name + length, place)) {
                return true;
            }
        }
    }
    return false;
}

// Of text, asked for and answered.
static bool is_chat(const cJSON *mode) {
    static const char *const modes[] = {"chat", "responses", "completion"};
    const char *text = cJSON_GetStringValue(mode);
    for (size_t i = 0; text != NULL && i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (strcmp(text, modes[i]) == 0) {
            return true;
        }
    }
    return mode == NULL;
}

// "azure/gpt-4o" of the provider azure is its gpt-4o.
static const char *model_of(const char *key, const char *provider) {
    char prefix[PRICE_PROVIDER_SIZE], name[PRICE_PROVIDER_SIZE];
    const char *slash = strchr(key, '/');
    if (slash == NULL) {
        return key;
    }
    price_name_provider(key, (size_t)(slash - key), prefix);
    price_name_provider(provider, strlen(provider), name);
    return strcmp(prefix, name) == 0 ? slash + 1 : key;
}

static void take_number(struct price_draft *draft, const cJSON *item, uint64_t above) {
    struct place place;
    uint64_t value;
    if (cJSON_IsNumber(item) && price_draft_money(item->valuedouble, 1, &value) &&
        read_place(item->string, &place)) {
        price_draft_set(draft, above > 0 ? above : place.above, place.way, place.kind, value);
    }
}

// "tiered_pricing": the prices of each range of lengths.
static void read_ranges(struct price_draft *draft, const cJSON *ranges) {
    const cJSON *range, *item;
    cJSON_ArrayForEach(range, ranges) {
        const cJSON *from = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(range, "range"), 0);
        if (cJSON_IsNumber(from) && from->valuedouble >= 0 && from->valuedouble <= 1e12) {
            cJSON_ArrayForEach(item, range) {
                take_number(draft, item, (uint64_t)from->valuedouble);
            }
        }
    }
}

static int read_model(const cJSON *object, struct price_list *list) {
    struct price_draft draft = {0};
    const char *provider = "";
    const cJSON *mode = NULL, *item;
    cJSON_ArrayForEach(item, object) {
        if (strcmp(item->string, "mode") == 0) {
            mode = item;
        } else if (strcmp(item->string, "litellm_provider") == 0 && cJSON_IsString(item)) {
            provider = item->valuestring;
        } else if (strcmp(item->string, "tiered_pricing") == 0) {
            read_ranges(&draft, item);
        } else {
            take_number(&draft, item, 0);
        }
    }
    struct price_named named = {.provider = provider,
                                .provider_length = strlen(provider),
                                .model = model_of(object->string, provider)};
    return is_chat(mode) ? price_list_add(list, &named, &draft) : 0;
}

int prices_litellm_read(const cJSON *root, struct price_list *list, char problem[PRICES_PROBLEM_SIZE]) {
    const cJSON *item;
    cJSON_ArrayForEach(item, root) {
        if (cJSON_IsObject(item) && strcmp(item->string, "sample_spec") != 0 && read_model(item, list) != 0) {
            (void)snprintf(problem, PRICES_PROBLEM_SIZE, "out of memory");
            return -1;
        }
    }
    return 0;
}
