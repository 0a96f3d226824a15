#include "plan/plan_json.h"

#include "ration/clock.h"
#include "ration/json_text.h"
#include "ration/money.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>

static void add_seconds(cJSON *object, const char *name, uint64_t nanoseconds) {
    if (nanoseconds == CLOCK_NEVER) {
        cJSON_AddNullToObject(object, name);
    } else {
        uint64_t milliseconds = nanoseconds / CLOCK_MS;
        cJSON_AddNumberToObject(object, name, (double)milliseconds / 1000);
    }
}

static void add_end(cJSON *object, uint64_t ends) {
    char time[CLOCK_RFC3339_SIZE];
    if (ends == CLOCK_NEVER) {
        cJSON_AddNullToObject(object, "ends_at");
    } else {
        clock_rfc3339(ends, time);
        cJSON_AddStringToObject(object, "ends_at", time);
    }
}

static void add_cost(cJSON *object, const struct forecast *forecast) {
    if (forecast->priced) {
        cJSON_AddNumberToObject(object, "cost_dollars", (double)forecast->cost / (double)MONEY_DOLLAR);
    } else {
        cJSON_AddNullToObject(object, "cost_dollars");
    }
}

static void add_case(cJSON *object, const struct plan_case *one) {
    const struct forecast *forecast = &one->forecast;
    char bound[FORECAST_TEXT_SIZE];
    forecast_describe_bound(&one->facts, forecast, bound);
    cJSON_AddNumberToObject(object, "input_tokens", (double)forecast->input_tokens);
    cJSON_AddNumberToObject(object, "output_tokens", (double)forecast->output_tokens);
    cJSON_AddStringToObject(object, "limited_by", bound);
    if (forecast->rate > 0) {
        cJSON_AddNumberToObject(object, "artists_per_second", forecast->rate);
    } else {
        cJSON_AddNullToObject(object, "artists_per_second");
    }
    add_seconds(object, "seconds", forecast->takes);
    add_seconds(object, "waiting_seconds", forecast->waits);
    add_end(object, forecast->ends);
    cJSON_AddNumberToObject(object, "daily_periods", (double)forecast->periods);
    add_cost(object, forecast);
}

// null: no --max-cost, or the run ends before it.
static void add_most(cJSON *object, const struct plan_text *plan) {
    double artists = plan_text_affordable(plan);
    uint64_t most = plan_text_most(plan->config);
    if (most > 0) {
        cJSON_AddNumberToObject(object, "max_cost_dollars", (double)most / (double)MONEY_DOLLAR);
    } else {
        cJSON_AddNullToObject(object, "max_cost_dollars");
    }
    if (artists < plan_estimate_asked(plan->estimate)) {
        cJSON_AddNumberToObject(object, "max_cost_stops_after_artists", floor(artists + 0.5));
    } else {
        cJSON_AddNullToObject(object, "max_cost_stops_after_artists");
    }
}

static void add_past(cJSON *object, const struct plan_text *plan) {
    const struct plan_past *past = &plan->estimate->past;
    const struct forecast_facts *facts = &plan->cases->one[0].facts;
    cJSON_AddNumberToObject(object, "earlier_artists", (double)past->artists);
    if (past->other[0] != '\0') {
        cJSON_AddStringToObject(object, "earlier_differs", past->other);
    } else {
        cJSON_AddNullToObject(object, "earlier_differs");
    }
    cJSON_AddNumberToObject(object, "cached_tokens_per_artist", facts->kept.tokens);
    if (facts->paid > 0) {
        cJSON_AddNumberToObject(object, "billed_factor", facts->paid);
    } else {
        cJSON_AddNullToObject(object, "billed_factor");
    }
    cJSON_AddNumberToObject(object, "spent_dollars", (double)past->paid.spent / (double)MONEY_DOLLAR);
    cJSON_AddNumberToObject(object, "spent_doubt_dollars", (double)past->paid.doubt / (double)MONEY_DOLLAR);
}

// As both lists of ways call them.
static const struct {
    enum price_way way;
    const char *name, *time;
} ways[] = {{PRICE_DEFAULT, "single", "seconds"},
            {PRICE_FLEX, "flex", "least_seconds"},
            {PRICE_BATCH, "batch", "most_seconds"}};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

static void add_way(cJSON *object, size_t at, bool priced, uint64_t cost, uint64_t takes) {
    cJSON *one = cJSON_AddObjectToObject(object, ways[at].name);
    if (priced) {
        cJSON_AddNumberToObject(one, "cost_dollars", (double)cost / (double)MONEY_DOLLAR);
    } else {
        cJSON_AddNullToObject(one, "cost_dollars");
    }
    add_seconds(one, ways[at].time, takes);
}

// null: the provider has no such way.
static void add_ways(cJSON *object, const struct plan_ways *all) {
    cJSON *list = cJSON_AddObjectToObject(object, "ways");
    for (size_t i = 0; i < WAYS; i++) {
        const struct plan_way *way = &all->way[ways[i].way];
        if (way->there) {
            add_way(list, i, way->priced, way->cost, way->takes);
        } else {
            cJSON_AddNullToObject(list, ways[i].name);
        }
    }
}

static void add_compare(cJSON *object, const struct plan_compare *compare) {
    cJSON *list = cJSON_AddArrayToObject(object, "compare");
    for (size_t i = 0; i < compare->count; i++) {
        const struct plan_compare_row *row = &compare->row[i];
        cJSON *one = cJSON_CreateObject();
        char date[PRICE_DATE_SIZE];
        uint32_t number = row->entry != NULL ? row->entry->date : 0;
        (void)price_book_date(number, date);
        cJSON_AddStringToObject(one, "what", row->name);
        (void)(number > 0 ? cJSON_AddStringToObject(one, "price_date", date)
                          : cJSON_AddNullToObject(one, "price_date"));
        for (size_t way = 0; way < WAYS; way++) {
            enum price_way by = ways[way].way;
            add_way(one, way, row->priced[by], row->cost[by],
                    by == PRICE_BATCH ? PLAN_COMPARE_BATCH : row->takes);
        }
        (void)cJSON_AddItemToArray(list, one);
    }
}

static cJSON *plan_object(const struct plan_text *plan) {
    const struct plan_estimate *estimate = plan->estimate;
    cJSON *object = cJSON_CreateObject();
    cJSON_AddNumberToObject(object, "artists", estimate->artists);
    cJSON_AddNumberToObject(object, "artists_left", estimate->left);
    cJSON_AddNumberToObject(object, "identical", estimate->identical);
    cJSON_AddNumberToObject(object, "input_tokens_per_artist", estimate->input_tokens);
    cJSON_AddNumberToObject(object, "output_tokens_per_artist", estimate->output_tokens);
    cJSON_AddBoolToObject(object, "output_assumed", estimate->output_assumed);
    cJSON_AddNumberToObject(object, "assumed_prompt_tokens", estimate->stored ? PLAN_ESTIMATE_STORED : 0);
    add_seconds(object, "assumed_request_seconds", plan->cases->one[0].facts.latency);
    add_case(object, &plan->cases->one[0]);
    add_most(object, plan);
    add_past(object, plan);
    cJSON *list = cJSON_AddArrayToObject(object, "what_if");
    for (uint32_t i = 1; i < plan->cases->count; i++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "what", plan->cases->one[i].what);
        add_case(one, &plan->cases->one[i]);
        (void)cJSON_AddItemToArray(list, one);
    }
    add_ways(object, plan->ways);
    if (plan->compare != NULL) {
        add_compare(object, plan->compare);
    }
    return object;
}

int plan_json_print(const struct plan_text *plan) {
    cJSON *object = plan_object(plan);
    char *text = json_text(object);
    cJSON_Delete(object);
    if (text == NULL) {
        return -1;
    }
    (void)puts(text);
    cJSON_free(text);
    return 0;
}
