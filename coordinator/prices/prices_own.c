#include "prices/prices_own.h"

#include "ration/utf8.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MONEY "a number from 0 to 1000000 with at most six decimals"

static const struct {
    const char *name;
    enum price_kind kind;
} kinds[] = {
    {"input", PRICE_INPUT},     {"cached", PRICE_CACHED},
    {"written", PRICE_WRITTEN}, {"written_hour", PRICE_WRITTEN_HOUR},
    {"output", PRICE_OUTPUT},   {"reasoning", PRICE_REASONING},
};
static const struct {
    const char *name;
    enum price_way way;
} ways[] = {{"batch", PRICE_BATCH}, {"flex", PRICE_FLEX}, {"priority", PRICE_PRIORITY}};

// A row on its way. `wrong` is what a member is not.
struct own {
    struct price_named named;
    struct price_draft draft;
    const char *source;
    const char *wrong;
    const char *member;
};

static bool refuse(struct own *own, const cJSON *item, const char *wrong) {
    own->wrong = wrong;
    own->member = item->string;
    return false;
}

static bool take_money(struct own *own, const cJSON *item, uint64_t above, enum price_way way) {
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        uint64_t value;
        if (strcmp(item->string, kinds[i].name) == 0) {
            if (!cJSON_IsNumber(item) || !tier_price_take(item->valuedouble, &value)) {
                return refuse(own, item, MONEY);
            }
            price_draft_set(&own->draft, above, way, kinds[i].kind, value);
            return true;
        }
    }
    return refuse(own, item, "a key that it may have here");
}

// A way of its own has input and output; else nobody would know what it is.
static bool take_way(struct own *own, const cJSON *object, uint64_t above, enum price_way way) {
    const cJSON *item;
    if (!cJSON_IsObject(object) || cJSON_GetObjectItemCaseSensitive(object, "input") == NULL ||
        cJSON_GetObjectItemCaseSensitive(object, "output") == NULL) {
        return refuse(own, object, "an object with input and output");
    }
    cJSON_ArrayForEach(item, object) {
        if (!take_money(own, item, above, way)) {
            return false;
        }
    }
    return true;
}

// A price, or a way with its own.
static bool take_priced(struct own *own, const cJSON *item, uint64_t above) {
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (strcmp(item->string, ways[i].name) == 0) {
            return take_way(own, item, above, ways[i].way);
        }
    }
    return take_money(own, item, above, PRICE_DEFAULT);
}

static bool take_above(struct own *own, const cJSON *object) {
    const cJSON *tokens = cJSON_GetObjectItemCaseSensitive(object, "tokens"), *item;
    if (!cJSON_IsNumber(tokens) || !(tokens->valuedouble >= 1) || !(tokens->valuedouble <= 1e12) ||
        floor(tokens->valuedouble) != tokens->valuedouble || cJSON_GetArraySize(object) < 2) {
        return refuse(own, object, "an object with tokens, a whole number from 1, and prices");
    }
    cJSON_ArrayForEach(item, object) {
        if (item != tokens && !take_priced(own, item, (uint64_t)tokens->valuedouble)) {
            return false;
        }
    }
    return true;
}

// "2026-10-03" is 20261003.
static bool take_date(struct own *own, const cJSON *item, uint32_t *out) {
    static const char form[] = "0000-00-00";
    const char *text = cJSON_GetStringValue(item);
    bool good = text != NULL && strlen(text) == sizeof(form) - 1;
    uint32_t date = 0;
    for (size_t i = 0; good && form[i] != '\0'; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        good = form[i] == '-' ? text[i] == '-' : digit;
        date = digit ? date * 10 + (uint32_t)(text[i] - '0') : date;
    }
    uint32_t month = date / 100 % 100, day = date % 100;
    if (!good || month < 1 || month > 12 || day < 1 || day > 31) {
        return refuse(own, item, "a date like 2026-10-03");
    }
    *out = date;
    return true;
}

static bool take_text(struct own *own, const cJSON *item, const char **out, size_t size) {
    const char *text = cJSON_GetStringValue(item);
    if (text == NULL || *text == '\0' || (size > 0 && strlen(text) >= size)) {
        return refuse(own, item, "a text that is not empty, nor too long");
    }
    *out = text;
    return true;
}

static bool take_member(struct own *own, const cJSON *object, const cJSON *item) {
    if (cJSON_GetObjectItemCaseSensitive(object, item->string) != item) {
        return refuse(own, item, "a key that stands once");
    }
    if (strcmp(item->string, "provider") == 0) {
        return take_text(own, item, &own->named.provider, PRICE_PROVIDER_SIZE);
    }
    if (strcmp(item->string, "model") == 0) {
        return take_text(own, item, &own->named.model, PRICE_NAME_SIZE);
    }
    if (strcmp(item->string, "source") == 0) {
        return take_text(own, item, &own->source, 0);
    }
    if (strcmp(item->string, "date") == 0) {
        return take_date(own, item, &own->named.date);
    }
    if (strcmp(item->string, "until") == 0) {
        return take_date(own, item, &own->named.until);
    }
    return strcmp(item->string, "above") == 0 ? take_above(own, item) : take_priced(own, item, 0);
}

static bool take_row(const cJSON *object, struct own *own) {
    const cJSON *item;
    *own = (struct own){.named = {.provider = "", .model = ""}};
    if (!cJSON_IsObject(object)) {
        own->wrong = "an object";
        return false;
    }
    cJSON_ArrayForEach(item, object) {
        if (!take_member(own, object, item)) {
            return false;
        }
    }
    own->named.provider_length = strlen(own->named.provider);
    const bool *known = own->draft.usual[PRICE_DEFAULT].known;
    if (own->named.model[0] == '\0' || !known[PRICE_INPUT] || !known[PRICE_OUTPUT]) {
        own->wrong = "complete: model, input and output are needed";
        return false;
    }
    return true;
}

static void tell(const struct own *own, size_t number, char problem[PRICES_PROBLEM_SIZE]) {
    char model[UTF8_PRINTABLE_SIZE], member[UTF8_PRINTABLE_SIZE];
    (void)utf8_printable(own->named.model, strlen(own->named.model), model);
    (void)utf8_printable(own->member != NULL ? own->member : "",
                         own->member != NULL ? strlen(own->member) : 0, member);
    (void)snprintf(problem, PRICES_PROBLEM_SIZE, "price %zu (%.60s)%s%.40s%s is not %s", number,
                   model[0] != '\0' ? model : "no model yet", own->member != NULL ? ": \"" : "", member,
                   own->member != NULL ? "\"" : "", own->wrong);
}

int prices_own_read(const cJSON *root, struct price_list *list, char problem[PRICES_PROBLEM_SIZE]) {
    const cJSON *prices = cJSON_GetObjectItemCaseSensitive(root, "prices"), *object;
    size_t number = 0;
    if (cJSON_GetArraySize(root) != 1) {
        (void)snprintf(problem, PRICES_PROBLEM_SIZE, "has more than {\"prices\": [{\"model\": …}, …]}");
        return -1;
    }
    cJSON_ArrayForEach(object, prices) {
        struct own own;
        number++;
        if (!take_row(object, &own)) {
            tell(&own, number, problem);
            return -1;
        }
        if (price_list_add(list, &own.named, &own.draft) != 0) {
            (void)snprintf(problem, PRICES_PROBLEM_SIZE, "out of memory");
            return -1;
        }
    }
    return 0;
}
