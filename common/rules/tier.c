#include "ration/tier.h"

#include "ration/utf8.h"

#include <bsd/string.h>
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 1e12
#define MICRO 1e6
#define NAME_BYTES "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

#define OPUS \
    { 15000000, 75000000 }
#define SONNET \
    { 3000000, 15000000 }
#define HAIKU \
    { 250000, 1250000 }
#define GPT_4O \
    { 2500000, 10000000 }
#define GPT_4O_MINI \
    { 150000, 600000 }

#define PER_MINUTE(requests, tokens)                                                 \
    {                                                                                \
        { [LIMITS_REQUESTS_MINUTE] = (requests), [LIMITS_TOKENS_MINUTE] = (tokens) } \
    }

static const struct tier built_in[] = {
    {"anthropic-opus", PER_MINUTE(40, 0), OPUS, false, false},
    {"anthropic-sonnet", PER_MINUTE(50, 0), SONNET, false, false},
    {"anthropic-haiku", PER_MINUTE(60, 0), HAIKU, false, false},
    {"gpt-4o-mini-tier-1", PER_MINUTE(500, 200000), GPT_4O_MINI, true, false},
    {"gpt-4o-mini-tier-2", PER_MINUTE(5000, 2000000), GPT_4O_MINI, true, false},
    {"gpt-4o-mini-tier-3", PER_MINUTE(5000, 4000000), GPT_4O_MINI, true, false},
    {"gpt-4o-mini-tier-4", PER_MINUTE(10000, 10000000), GPT_4O_MINI, true, false},
    {"gpt-4o-mini-tier-5", PER_MINUTE(30000, 150000000), GPT_4O_MINI, true, false},
    {"gpt-4o-tier-1", PER_MINUTE(500, 30000), GPT_4O, true, false},
    {"gpt-4o-tier-2", PER_MINUTE(5000, 450000), GPT_4O, true, false},
    {"gpt-4o-tier-3", PER_MINUTE(5000, 800000), GPT_4O, true, false},
    {"gpt-4o-tier-4", PER_MINUTE(10000, 2000000), GPT_4O, true, false},
    {"gpt-4o-tier-5", PER_MINUTE(10000, 30000000), GPT_4O, true, false},
};

void tier_table_begin(struct tier_table *table) {
    *table = (struct tier_table){.count = sizeof(built_in) / sizeof(built_in[0])};
    memcpy(table->tier, built_in, sizeof(built_in));
}

static struct tier *find(struct tier_table *table, const char *name) {
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->tier[i].name, name) == 0) {
            return &table->tier[i];
        }
    }
    return NULL;
}

const struct tier *tier_table_find(const struct tier_table *table, const char *name) {
    return find((struct tier_table *)(uintptr_t)table, name);
}

// A whole number of requests or tokens.
static bool take_count(const cJSON *item, uint64_t *out) {
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 1) || !(item->valuedouble <= MOST) ||
        floor(item->valuedouble) != item->valuedouble) {
        return false;
    }
    *out = (uint64_t)item->valuedouble;
    return true;
}

// A price of at most six decimals: below 1e6 dollars a double tells them apart, so that rounding finds the
// number as written.
bool tier_price_take(double dollars, uint64_t *out) {
    double most = (double)TIER_PRICE_MOST / MICRO;
    if (!(dollars >= 0) || !(dollars <= most)) {
        return false;
    }
    double micro = round(dollars * MICRO);
    *out = (uint64_t)micro;
    return fabs(micro / MICRO - dollars) <= 1e-9;
}

static bool take_price(const cJSON *item, uint64_t *out) {
    return cJSON_IsNumber(item) && tier_price_take(item->valuedouble, out);
}

static bool take_name(const cJSON *item, char out[TIER_NAME_SIZE]) {
    const char *name = cJSON_GetStringValue(item);
    size_t length = name != NULL ? strlen(name) : 0;
    return length > 0 && length == strspn(name, NAME_BYTES) &&
           strlcpy(out, name, TIER_NAME_SIZE) < TIER_NAME_SIZE;
}

// What is wrong with it, or NULL.
static const char *take_member(const cJSON *item, struct tier *tier) {
    if (strcmp(item->string, "name") == 0) {
        return take_name(item, tier->name) ? NULL
                                           : "a name of letters, digits, \".\", \"_\" and \"-\", at most 63";
    }
    enum limits_row row = limits_find(item->string);
    if (row != LIMITS_ROWS) {
        return take_count(item, &tier->limits.of[row]) ? NULL : "a whole number from 1 to 1000000000000";
    }
    if (strcmp(item->string, "input_dollars_per_million") == 0) {
        return take_price(item, &tier->price.input) ? NULL
                                                    : "a number from 0 to 1000000 with at most six decimals";
    }
    if (strcmp(item->string, "output_dollars_per_million") == 0) {
        return take_price(item, &tier->price.output) ? NULL
                                                     : "a number from 0 to 1000000 with at most six decimals";
    }
    return "a key that a tier has (name, requests_per_minute, tokens_per_minute, …, "
           "input_dollars_per_million, "
           "output_dollars_per_million)";
}

static int read_tier(const cJSON *object, size_t number, struct tier *tier, char *problem, size_t size) {
    const cJSON *item;
    *tier = (struct tier){0};
    if (!cJSON_IsObject(object)) {
        (void)snprintf(problem, size, "tier %zu is not an object", number);
        return -1;
    }
    cJSON_ArrayForEach(item, object) {
        const char *wrong = take_member(item, tier);
        if (wrong == NULL && cJSON_GetObjectItemCaseSensitive(object, item->string) != item) {
            wrong = "a key that stands once";
        }
        if (wrong != NULL) {
            (void)snprintf(problem, size, "tier %zu: \"%.40s\" is not %s", number, item->string, wrong);
            return -1;
        }
    }
    if (tier->name[0] == '\0') {
        (void)snprintf(problem, size, "tier %zu has no name", number);
        return -1;
    }
    return 0;
}

static int add(struct tier_table *table, const struct tier *tier, char *problem, size_t size) {
    struct tier *place = find(table, tier->name);
    if (place == NULL && table->count == TIER_MOST) {
        (void)snprintf(problem, size, "more than %u tiers, the built-in ones included", TIER_MOST);
        return -1;
    }
    if (place == NULL) {
        place = &table->tier[table->count++];
    }
    *place = *tier;
    place->own = true;
    return 0;
}

static bool named_before(const cJSON *list, const cJSON *last, const char *name) {
    const cJSON *object;
    cJSON_ArrayForEach(object, list) {
        if (object == last) {
            return false;
        }
        const char *other = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "name"));
        if (other != NULL && strcmp(other, name) == 0) {
            return true;
        }
    }
    return false;
}

static int add_list(struct tier_table *table, const cJSON *list, char *problem, size_t size) {
    const cJSON *object;
    size_t number = 0;
    cJSON_ArrayForEach(object, list) {
        struct tier tier;
        number++;
        if (read_tier(object, number, &tier, problem, size) != 0) {
            return -1;
        }
        if (named_before(list, object, tier.name)) {
            (void)snprintf(problem, size, "tier %zu: \"%s\" stands twice", number, tier.name);
            return -1;
        }
        if (add(table, &tier, problem, size) != 0) {
            return -1;
        }
    }
    return 0;
}

int tier_table_add(struct tier_table *table, const char *json, size_t length, char *problem, size_t size) {
    const char *end = NULL;
    int result = -1;
    cJSON *root =
        utf8_span(json, length) == length ? cJSON_ParseWithLengthOpts(json, length, &end, false) : NULL;
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "tiers");
    while (end != NULL && end < json + length && strchr(" \t\r\n", *end) != NULL && *end != '\0') {
        end++;
    }
    if (root == NULL || end != json + length) {
        (void)snprintf(problem, size, "is not one JSON object");
    } else if (!cJSON_IsArray(list) || cJSON_GetArraySize(root) != 1) {
        (void)snprintf(problem, size, "must be {\"tiers\": [{\"name\": …}, …]} and no more");
    } else {
        result = add_list(table, list, problem, size);
    }
    cJSON_Delete(root);
    return result;
}

char *tier_table_names(const struct tier_table *table) {
    size_t size = table->count * (TIER_NAME_SIZE + 2) + 1;
    char *names = malloc(size);
    if (names == NULL) {
        return NULL;
    }
    names[0] = '\0';
    for (size_t i = 0; i < table->count; i++) {
        (void)strlcat(names, i > 0 ? ", " : "", size);
        (void)strlcat(names, table->tier[i].name, size);
    }
    return names;
}

bool tier_priced(const struct tier_price *price) {
    return price->input > 0 || price->output > 0;
}
