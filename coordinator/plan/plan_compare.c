#include "plan/plan_compare.h"

#include "plan/forecast_cost.h"
#include "plan/plan_cases.h"
#include "ration/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct plan_compare_row *add(struct plan_compare *compare) {
    struct plan_compare_row *rows = reallocarray(compare->row, compare->count + 1, sizeof(*rows));
    if (rows == NULL) {
        return NULL;
    }
    compare->row = rows;
    struct plan_compare_row *row = &rows[compare->count++];
    *row = (struct plan_compare_row){0};
    return row;
}

// All requests are taken to be as long as they are in the mean.
static uint64_t cost_of(const struct price *price, enum price_way way, const struct forecast_facts *facts) {
    bool above = price->above > 0 && facts->input_tokens > (double)price->above;
    const struct price_rates *rates = above ? &price->rates_above[way] : &price->rates[way];
    struct forecast_facts own = *facts;
    own.price = (struct tier_price){.input = rates->input, .output = rates->output};
    own.kept.rates = *rates;
    return forecast_cost_of(&own, (double)facts->artists_left * facts->requests);
}

static int add_model(struct plan_compare *compare, const char *name, size_t length,
                     const struct price_entry *entry, const struct forecast_facts *facts) {
    struct plan_compare_row *row = add(compare);
    struct forecast forecast;
    if (row == NULL) {
        return -1;
    }
    (void)snprintf(row->name, sizeof(row->name), "%.*s", (int)length, name);
    plan_cases_forecast(facts, &forecast);
    row->entry = entry;
    row->takes = forecast.takes;
    for (int way = 0; entry != NULL && way < PRICE_WAYS; way++) {
        row->priced[way] = entry->known[way];
        row->cost[way] = row->priced[way] ? cost_of(&entry->price, (enum price_way)way, facts) : 0;
    }
    return 0;
}

static int add_tier(struct plan_compare *compare, const struct tier *tier,
                    const struct forecast_facts *facts) {
    struct plan_compare_row *row = add(compare);
    struct forecast_facts own = *facts;
    struct forecast forecast;
    if (row == NULL) {
        return -1;
    }
    plan_cases_tier(&own, tier);
    plan_cases_forecast(&own, &forecast);
    (void)snprintf(row->name, sizeof(row->name), "tier %s", tier->name);
    row->takes = forecast.takes;
    const struct price price = price_plain(tier->price.input, tier->price.output);
    own.kept.tokens = 0; // a tier tells nothing of what a cache costs
    row->priced[PRICE_DEFAULT] = tier_priced(&tier->price);
    row->cost[PRICE_DEFAULT] = row->priced[PRICE_DEFAULT] ? cost_of(&price, PRICE_DEFAULT, &own) : 0;
    return 0;
}

static int add_named(struct plan_compare *compare, const char *models, const char *provider,
                     const struct price_book *book, const struct forecast_facts *facts) {
    while (*models != '\0') {
        size_t length = strcspn(models, ",");
        char name[PRICE_NAME_SIZE];
        (void)snprintf(name, sizeof(name), "%.*s", (int)length, models);
        if (length > 0 &&
            add_model(compare, models, length, price_book_find(book, provider, name), facts) != 0) {
            return -1;
        }
        models += length + (models[length] == ',');
    }
    return 0;
}

static int by_cost(const void *a, const void *b) {
    const struct plan_compare_row *one = a, *other = b;
    if (one->priced[PRICE_DEFAULT] != other->priced[PRICE_DEFAULT]) {
        return one->priced[PRICE_DEFAULT] ? -1 : 1;
    }
    uint64_t costs = one->cost[PRICE_DEFAULT], than = other->cost[PRICE_DEFAULT];
    return costs != than ? (costs > than) - (costs < than) : strcmp(one->name, other->name);
}

static int add_all(struct plan_compare *compare, const char *provider, const struct price_book *book,
                   const struct tier_table *tiers, const struct forecast_facts *facts) {
    char own[PRICE_PROVIDER_SIZE];
    price_name_provider(provider, strlen(provider), own);
    for (uint32_t i = 0; i < book->count; i++) {
        const struct price_entry *entry = &book->entry[i];
        if (strcmp(entry->provider, own) == 0 &&
            add_model(compare, entry->model, strlen(entry->model), entry, facts) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < tiers->count; i++) {
        if (add_tier(compare, &tiers->tier[i], facts) != 0) {
            return -1;
        }
    }
    if (compare->count > 0) {
        qsort(compare->row, compare->count, sizeof(*compare->row), by_cost);
    }
    return 0;
}

int plan_compare_make(const char *models, const char *provider, const struct price_book *book,
                      const struct tier_table *tiers, const struct forecast_facts *facts,
                      struct plan_compare *compare) {
    struct forecast_facts single = *facts;
    *compare = (struct plan_compare){0};
    single.within = 0;
    return *models != '\0' ? add_named(compare, models, provider, book, &single)
                           : add_all(compare, provider, book, tiers, &single);
}

void plan_compare_free(struct plan_compare *compare) {
    free(compare->row);
    *compare = (struct plan_compare){0};
}
