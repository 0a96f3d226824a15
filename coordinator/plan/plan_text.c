#include "plan/plan_text.h"

#include "plan/forecast_pace.h"
#include "plan/plan_text_given.h"
#include "ration/arithmetic.h"
#include "ration/clock.h"
#include "ration/money.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#define TEXT_SIZE 64

// "3 d 4:05:06", "4:05:06"
static const char *describe_time(uint64_t nanoseconds, char out[TEXT_SIZE]) {
    uint64_t seconds = nanoseconds / CLOCK_SECOND + (nanoseconds % CLOCK_SECOND >= CLOCK_SECOND / 2);
    uint64_t days = seconds / 86400;
    if (nanoseconds == CLOCK_NEVER) {
        (void)snprintf(out, TEXT_SIZE, "not known");
    } else {
        int n = days > 0 ? snprintf(out, TEXT_SIZE, "%" PRIu64 " d ", days) : 0;
        (void)snprintf(out + n, (size_t)(TEXT_SIZE - n), "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64,
                       seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    }
    return out;
}

// "2026-11-24 14:10Z"
static const char *describe_end(uint64_t ends, char out[TEXT_SIZE]) {
    char end[CLOCK_RFC3339_SIZE];
    if (ends == CLOCK_NEVER) {
        (void)snprintf(out, TEXT_SIZE, "not known");
    } else {
        clock_rfc3339(ends, end);
        (void)snprintf(out, TEXT_SIZE, "%.10s %.5sZ", end, end + 11);
    }
    return out;
}

static const char *describe_cost(const struct forecast *forecast, char out[TEXT_SIZE]) {
    if (forecast->priced) {
        money_print(forecast->cost, out);
    } else {
        (void)snprintf(out, TEXT_SIZE, "-");
    }
    return out;
}

uint64_t plan_text_most(const struct config *config) {
    uint64_t all = config->max_cost, run = config->max_cost_run;
    return all == 0 || (run > 0 && run < all) ? run : all;
}

// What this run may spend, --max-cost counting what earlier runs of the output did; UINT64_MAX: any amount.
static uint64_t may_spend(const struct plan_text *plan) {
    const struct ledger_paid *paid = &plan->estimate->past.paid;
    uint64_t all = plan->config->max_cost, run = plan->config->max_cost_run;
    uint64_t spent = arithmetic_sum(paid->spent, paid->doubt);
    uint64_t left = all == 0 ? UINT64_MAX : all > spent ? all - spent : 0;
    return run > 0 ? arithmetic_least(left, run) : left;
}

double plan_text_affordable(const struct plan_text *plan) {
    const struct forecast *forecast = &plan->cases->one[0].forecast;
    double artists = plan_estimate_asked(plan->estimate);
    uint64_t most = may_spend(plan);
    return forecast->cost > most ? artists * (double)most / (double)forecast->cost : artists;
}

static void print_estimate(const struct plan_text *plan) {
    const struct plan_estimate *estimate = plan->estimate;
    const struct forecast *forecast = &plan->cases->one[0].forecast;
    (void)printf("  artists       %u\n", estimate->artists);
    if (estimate->identical > 0) {
        (void)printf("  identical     %u ask what an earlier one asks%s\n", estimate->identical,
                     estimate->once ? ": so many requests are saved"
                                    : "; --identical once saves these requests");
    }
    if (estimate->left < estimate->artists) {
        (void)printf("  left          %u of them, after earlier runs\n", estimate->left);
    }
    plan_text_given_tokens(plan);
    (void)printf("  tokens        %" PRIu64 " input, %" PRIu64 " output\n", forecast->input_tokens,
                 forecast->output_tokens);
}

static void print_session(const struct forecast_facts *facts, const struct forecast_session *session) {
    uint32_t tightest;
    const char *separator = "";
    (void)printf("  %-13.31s ", facts->sessions > 1 ? session->name : "limits");
    for (uint32_t i = 0; i < FORECAST_LIMITS_MOST; i++) {
        char name[48];
        if (session->limit[i].unit != DIMENSION_NONE) {
            dimension_name(session->limit[i].unit, session->limit[i].window, name);
            (void)printf("%s%" PRIu64 " %s", separator, session->limit[i].limit, name);
            separator = ", ";
        }
    }
    double pace = forecast_pace_of(facts, session, &tightest);
    if (separator[0] == '\0') {
        (void)printf("none are known: the answers may tell\n");
    } else if (facts->sessions > 1 && pace < INFINITY) {
        (void)printf(": %.1f artists a minute\n", pace * 60);
    } else {
        (void)printf("\n");
    }
}

static void print_quota(const struct forecast_facts *facts, const struct forecast *forecast) {
    char window[TEXT_SIZE], waits[TEXT_SIZE];
    if (facts->quota.limit > 0) {
        (void)printf("  daily quota   %" PRIu64 " request%s in each period of %s\n", facts->quota.limit,
                     facts->quota.limit == 1 ? "" : "s",
                     facts->quota.window == CLOCK_DAY ? "a day" : describe_time(facts->quota.window, window));
    }
    if (forecast->periods > 0 && forecast->takes != CLOCK_NEVER) {
        (void)printf("  periods       %" PRIu64 " of the daily quota; %s of waiting for them\n",
                     forecast->periods, describe_time(forecast->waits, waits));
    }
}

static void print_forecast(const struct plan_case *one) {
    const struct forecast *forecast = &one->forecast;
    char bound[FORECAST_TEXT_SIZE], text[TEXT_SIZE], end[TEXT_SIZE];
    forecast_describe_bound(&one->facts, forecast, bound);
    (void)printf("  limited by    %s\n", bound[0] != '\0' ? bound : "nothing that is known");
    if (forecast->rate > 0) {
        (void)printf("  rate          %.1f artists a minute\n", forecast->rate * 60);
    } else if (forecast->unpaced) {
        (void)printf("  rate          not known: no limit of a minute is known; give --tier NAME, "
                     "--requests-per-minute or\n                --tokens-per-minute\n");
    }
    if (forecast->takes == CLOCK_NEVER) {
        (void)printf("  time          not known\n");
    } else {
        bool window = forecast->bound == FORECAST_WINDOW;
        (void)printf("  time          %s%s; started now it ends %s%s\n", window ? "within " : "",
                     describe_time(forecast->takes, text), window ? "by " : "",
                     describe_end(forecast->ends, end));
    }
    (void)printf("  cost          %s%s\n",
                 forecast->priced ? describe_cost(forecast, text)
                                  : "not known: give --model NAME, --price IN,OUT or --prices FILE",
                 !forecast->priced || one->facts.paid > 0
                     ? ""
                     : ", if nothing is thought and no attempt fails; see below");
}

static void print_most(const struct plan_text *plan) {
    char most[MONEY_TEXT_SIZE];
    double artists = plan_text_affordable(plan);
    if (artists < plan_estimate_asked(plan->estimate)) {
        money_print(plan_text_most(plan->config), most);
        (void)printf("  max cost      %s: the run stops after about %.0f artist%s\n", most, artists,
                     artists >= 0.5 && artists < 1.5 ? "" : "s");
    }
}

static void print_case(const struct plan_case *one) {
    char time[TEXT_SIZE], end[TEXT_SIZE], cost[TEXT_SIZE], bound[FORECAST_TEXT_SIZE];
    forecast_describe_bound(&one->facts, &one->forecast, bound);
    (void)printf("  %-34s %14s  %-17s %12s  %s\n", one->what[0] != '\0' ? one->what : "as planned",
                 describe_time(one->forecast.takes, time), describe_end(one->forecast.ends, end),
                 describe_cost(&one->forecast, cost), bound);
}

static void print_way(const char *what, const char *sign, const struct plan_way *way, const char *note) {
    char time[TEXT_SIZE], cost[TEXT_SIZE] = "-";
    if (!way->there) {
        return;
    }
    if (way->priced) {
        money_print(way->cost, cost);
    }
    (void)printf("  %-34s %2s %14s  %12s%s\n", what, way->takes < CLOCK_NEVER ? sign : "",
                 describe_time(way->takes, time), cost, note);
}

static void print_ways(const struct plan_ways *ways) {
    if (!plan_ways_several(ways)) {
        return;
    }
    const struct plan_way *batch = &ways->way[PRICE_BATCH];
    (void)printf("\n  %-34s %2s %14s  %12s\n", "ways to ask", "", "time", "cost");
    print_way("single requests", "", &ways->way[PRICE_DEFAULT], "");
    print_way("--service-tier flex", ">=", &ways->way[PRICE_FLEX], "");
    print_way("--batch", "<=", batch, batch->usual ? "  half, as is usual; no list has it" : "");
}

static void print_compare(const struct plan_compare *compare) {
    (void)printf("\n  %-34s %12s %14s  %12s %12s  %s\n", "compared", "single", "time", "flex", "batch",
                 "price of");
    for (size_t i = 0; i < compare->count; i++) {
        const struct plan_compare_row *row = &compare->row[i];
        char time[TEXT_SIZE], cost[PRICE_WAYS][TEXT_SIZE];
        for (int way = 0; way < PRICE_WAYS; way++) {
            (void)snprintf(cost[way], sizeof(cost[way]), "-");
            if (row->priced[way]) {
                money_print(row->cost[way], cost[way]);
            }
        }
        (void)printf("  %-34s %12s %14s  %12s %12s", row->name, cost[PRICE_DEFAULT],
                     describe_time(row->takes, time), cost[PRICE_FLEX], cost[PRICE_BATCH]);
        if (row->entry != NULL && row->entry->date > 0) {
            char date[PRICE_DATE_SIZE];
            (void)printf("  %s", price_book_date(row->entry->date, date));
        }
        (void)printf("\n");
    }
    (void)printf("  -: no list has that price. Flex takes as long as single requests, or longer; a batch is "
                 "answered within %llu hours.\n  All models are taken to need as many tokens.\n",
                 PLAN_COMPARE_BATCH / CLOCK_HOUR);
}

void plan_text_print(const struct plan_text *plan) {
    const struct plan_case *first = &plan->cases->one[0];
    uint64_t in_flight =
        first->facts.in_flight < plan->estimate->artists ? first->facts.in_flight : plan->estimate->artists;
    (void)printf("plan for %s\n", plan->input);
    print_estimate(plan);
    for (uint32_t i = 0; i < first->facts.sessions; i++) {
        print_session(&first->facts, &first->facts.session[i]);
    }
    (void)printf("  in flight     %" PRIu64 " request%s at once at most; %.1f s each, assumed\n", in_flight,
                 in_flight == 1 ? "" : "s", (double)first->facts.latency / (double)CLOCK_SECOND);
    print_quota(&first->facts, &first->forecast);
    print_forecast(first);
    plan_text_given_past(plan);
    print_most(plan);
    (void)printf("\n  %-34s %14s  %-17s %12s  %s\n", "what if", "time", "ends", "cost", "limited by");
    for (uint32_t i = 0; i < plan->cases->count; i++) {
        print_case(&plan->cases->one[i]);
    }
    print_ways(plan->ways);
    if (plan->compare != NULL) {
        print_compare(plan->compare);
    }
    (void)printf(
        "\nNothing was sent. Limits that only the answers tell are not counted, nor the time of repeated "
        "requests.\n");
    if (first->facts.paid <= 0) {
        (void)printf(
            "What models think and what failed attempts cost is not known before: ration run --limit 20 "
            "--sample shows it,\nand a plan with the same --output counts it.\n");
    }
}
