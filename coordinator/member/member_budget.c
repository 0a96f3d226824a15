// Amounts that the whole fleet shares: money, and the daily quota. Each machine holds what it can spend in a
// second, and less in the end.
#include "member/member_state.h"
#include "ration/clock.h"
#include "ration/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASK_AGAIN (2 * CLOCK_SECOND)
#define FIELDS 6

static const char *const kinds[] = {
    [LEDGER_BUDGET_MONEY] = "money",
    [LEDGER_BUDGET_RUN_MONEY] = "run money",
    [LEDGER_BUDGET_DAY] = "day",
};

// ---- the beginning ----

static uint64_t nanoseconds(const char *seconds) {
    double value = strtod(seconds, NULL);
    return value > 0 && value < 1e8 ? (uint64_t)(value * (double)CLOCK_SECOND) : 0;
}

static int64_t told_as(uint64_t amount) {
    return amount < INT64_MAX / 4096 ? (int64_t)amount : INT64_MAX / 4096;
}

static void keep(struct member *member, enum ledger_budget kind, uint64_t amount, uint64_t low,
                 const struct member_answer *answer) {
    struct member_budget *budget = &member->budget[member->budgets++];
    *budget = (struct member_budget){.budget = kind, .amount = amount, .low = low};
    budget->bucket = (int)strtol(answer->text[0], NULL, 10);
    budget->period = strtoll(answer->text[1], NULL, 10);
    budget->left = strtoull(answer->text[2], NULL, 10);
    if (kind == LEDGER_BUDGET_DAY) {
        member->day = (struct member_day){.used = amount > budget->left ? amount - budget->left : 0,
                                          .age = nanoseconds(answer->text[3]),
                                          .rest = nanoseconds(answer->text[4])};
        member->day_seen = budget->period;
    }
}

// An amount of 0, none, is told as well: the run may have one.
static bool find(struct member *member, enum ledger_budget kind, uint64_t amount, uint64_t low, bool *wrong) {
    struct member_values values;
    struct member_answer answer;
    member_values_begin(&values);
    member_values_number(&values, member->run);
    member_values_text(&values, kinds[kind]);
    member_values_number(&values, told_as(amount));
    if (member->former[0] != '\0') {
        member_values_text(&values, member->former);
    } else {
        member_values_null(&values);
    }
    int status = member_ask(member, LINK_BUDGET, &values, &answer, wrong);
    text_free(&values.text);
    if (status == 0 && answer.count >= FIELDS) {
        amount = amount > 0 ? amount : strtoull(answer.text[5], NULL, 10);
        if (amount > 0) {
            keep(member, kind, amount, low, &answer);
        }
    }
    member_ask_forget(&answer);
    return status == 0;
}

// The database locks buckets in ascending order, whatever ours is; it is given them so.
static int compare(const void *a, const void *b) {
    const struct member_row *x = a, *y = b;
    return x->bucket < y->bucket ? -1 : x->bucket > y->bucket;
}

uint64_t member_amount(const struct member *member, enum ledger_budget kind) {
    for (uint32_t i = 0; i < member->budgets; i++) {
        if (member->budget[i].budget == kind) {
            return member->budget[i].amount;
        }
    }
    return 0;
}

bool member_budget_open(struct member *member, const struct member_open *open, bool *wrong) {
    const struct config *config = open->config;
    if (!find(member, LEDGER_BUDGET_MONEY, config->max_cost, 0, wrong) ||
        !find(member, LEDGER_BUDGET_RUN_MONEY, config->max_cost_run, 0, wrong) ||
        !find(member, LEDGER_BUDGET_DAY, open->day, open->day_low, wrong)) {
        return false;
    }
    for (uint32_t i = 0; i < member->buckets; i++) {
        member->row[member->rows++] =
            (struct member_row){.bucket = member->bucket[i].bucket, .of_limit = &member->bucket[i]};
    }
    for (uint32_t i = 0; i < member->budgets; i++) {
        member->row[member->rows++] =
            (struct member_row){.bucket = member->budget[i].bucket, .of_budget = &member->budget[i]};
    }
    qsort(member->row, member->rows, sizeof(member->row[0]), compare);
    return true;
}

void member_budget_begin(struct member *member) {
    for (uint32_t i = 0; i < member->budgets; i++) {
        const struct member_budget *budget = &member->budget[i];
        ledger_budget_begin(member->crew->arena, budget->budget, budget->left, (uint64_t)budget->period);
    }
}

void member_budget_amounts(const struct member *member, struct member_values *values) {
    char bucket[24 * LEDGER_BUDGETS + 3] = "{", amount[24 * LEDGER_BUDGETS + 3] = "{";
    size_t buckets = 1, amounts = 1;
    for (uint32_t i = 0; i < member->budgets; i++) {
        const char *comma = i > 0 ? "," : "";
        buckets += (size_t)snprintf(bucket + buckets, sizeof(bucket) - buckets, "%s%d", comma,
                                    member->budget[i].bucket);
        amounts += (size_t)snprintf(amount + amounts, sizeof(amount) - amounts, "%s%" PRId64, comma,
                                    told_as(member->budget[i].amount));
    }
    bucket[buckets++] = '}';
    amount[amounts++] = '}';
    member_values_bytes(values, bucket, buckets);
    member_values_bytes(values, amount, amounts);
}

bool member_budget_base(struct member *member) {
    struct ledger_budget_look look;
    if (strcmp(member->based, member->id) == 0) {
        return true; // the fleet has lost it, and learns what it was granted with its next tick
    }
    for (uint32_t i = 0; i < member->budgets; i++) {
        struct member_budget *budget = &member->budget[i];
        if (!ledger_budget_look(member->crew->arena, budget->budget, 0, &look)) {
            return false;
        }
        budget->base = budget->taken = look.taken;
        budget->pending = budget->pending_low = 0;
    }
    memcpy(member->based, member->id, sizeof(member->based));
    return true;
}

// ---- ticks ----

static bool low_may(const struct member_budget *budget) {
    return budget->low > 0 && budget->amount > budget->left && budget->amount - budget->left < budget->low;
}

bool member_budget_look(struct member *member, struct member_budget *budget, bool works, uint64_t now) {
    struct arena *arena = member->crew->arena;
    struct ledger_budget_look look;
    if (budget->pending > 0 || !ledger_budget_look(arena, budget->budget, UINT64_MAX, &look)) {
        return false;
    }
    uint64_t short_of = look.short_of > 0 ? look.short_of : look.low && low_may(budget);
    budget->size = short_of > 0 ? short_of : budget->size;
    const struct member_want_budget facts = {
        .works = works,
        .size = budget->size,
        .taken = look.taken - budget->taken < INT64_MAX ? look.taken - budget->taken : 0,
        .elapsed = member->answered_at != 0 ? now - member->answered_at : 0,
        .before = budget->want.want,
        .short_of = short_of,
    };
    budget->want = member_want_budget(&facts);
    uint64_t stock = look.granted - look.taken - look.booked;
    // Less than the next request needs would only be missing elsewhere.
    uint64_t keep = stock < budget->want.least ? 0 : budget->want.want;
    keep = keep < budget->want.least && keep > 0 ? budget->want.least : keep;
    if (stock > keep && !ledger_budget_look(arena, budget->budget, keep, &look)) {
        return false;
    }
    budget->size = look.short_of > 0 ? look.short_of : budget->size;
    budget->told_granted = look.granted;
    budget->told_taken = look.taken;
    budget->booked = look.booked;
    return true;
}

// Those of the fleet's first `low` units that are among the `more` it was granted now, with `level` left.
static uint64_t low_of(const struct member_budget *budget, uint64_t more, uint64_t level) {
    uint64_t gone = budget->amount > level + more ? budget->amount - level - more : 0;
    uint64_t room = budget->low > gone ? budget->low - gone : 0;
    return room < more ? room : more;
}

void member_budget_take(struct member *member, struct member_budget *budget, int64_t granted, int64_t level,
                        int64_t left, int64_t period) {
    uint64_t more = (uint64_t)granted - (budget->told_granted - budget->base);
    if (more > 0 && more < INT64_MAX) {
        budget->pending += more;
        budget->pending_low += low_of(budget, more, level > 0 ? (uint64_t)level : 0);
    }
    budget->taken = budget->told_taken;
    budget->left = left > 0 ? (uint64_t)left : 0;
    budget->period = period;
    ledger_budget_tell(member->crew->arena, budget->budget, budget->left, (uint64_t)period);
}

bool member_budget_grant(struct member *member) {
    bool granted = false;
    for (uint32_t i = 0; i < member->budgets; i++) {
        struct member_budget *budget = &member->budget[i];
        if (budget->pending > 0 &&
            ledger_budget_grant(member->crew->arena, budget->budget, budget->pending, budget->pending_low)) {
            budget->pending = budget->pending_low = 0;
            granted = true;
        }
    }
    return granted;
}

// ---- the day ----

static const struct member_budget *day_of(const struct member *member) {
    for (uint32_t i = 0; member != NULL && i < member->budgets; i++) {
        if (member->budget[i].budget == LEDGER_BUDGET_DAY) {
            return &member->budget[i];
        }
    }
    return NULL;
}

const struct member_day *member_day(const struct member *member) {
    return day_of(member) != NULL ? &member->day : NULL;
}

void member_day_over(struct member *member, bool heard) {
    member->day_over = true;
    member->day_heard = member->day_heard || heard;
}

void member_day_rests(struct member *member, uint64_t until) {
    member->day_rests = until;
}

bool member_day_renewed(struct member *member) {
    const struct member_budget *day = day_of(member);
    if (day == NULL || day->period == member->day_seen) {
        return false;
    }
    member->day_seen = day->period;
    member->day_over = member->day_heard = false;
    member->day_rests = member->day_rests_told = 0;
    return true;
}

static void add_seconds(struct member_values *values, uint64_t time, const char *format) {
    char text[40];
    (void)snprintf(text, sizeof(text), format, (double)time / (double)CLOCK_SECOND);
    member_values_text(values, text);
}

bool member_budget_step(struct member *member, uint64_t now) {
    const struct member_budget *day = day_of(member);
    struct member_values values;
    if (day == NULL || day->period != member->day_seen) {
        return false;
    }
    member_values_begin(&values);
    member_values_number(&values, day->bucket);
    member_values_number(&values, day->period);
    if (member->day_over && now - member->day_asked >= ASK_AGAIN) {
        member->day_asked = now;
        if (member->day_heard) {
            member_values_null(&values);
        } else {
            add_seconds(&values, clock_wall(), "%.3f");
        }
        member_values_ask(&values, member, LINK_PERIOD, now);
        return true;
    }
    if (member->day_rests > now && member->day_rests != member->day_rests_told) {
        member->day_rests_told = member->day_rests;
        add_seconds(&values, member->day_rests - now, "%.3f");
        member_values_ask(&values, member, LINK_REST, now);
        return true;
    }
    text_free(&values.text);
    return false;
}
