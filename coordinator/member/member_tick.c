// Ticks: what this machine took and could use of each bucket is told, and what it is granted more goes to the
// ledger. Both counts are cumulative, so a tick whose answer was lost costs nothing.
#include "member/member_state.h"
#include "member/member_want.h"
#include "ration/clock.h"
#include "ration/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TICK (250 * CLOCK_MS)
#define TICK_FIELDS 8
#define FIRST_REQUEST 2000U // bytes of a request that nobody has seen yet

// What was granted goes to the ledger as soon as its guard is free.
void member_tick_grant(struct member *member) {
    bool granted = false;
    for (uint32_t i = 0; i < member->buckets; i++) {
        struct member_bucket *bucket = &member->bucket[i];
        if (bucket->pending > 0 && ledger_grant(member->crew->arena, bucket->session, bucket->unit,
                                                bucket->window, bucket->pending)) {
            bucket->pending = 0;
            granted = true;
        }
    }
    if (member_budget_grant(member) || granted) {
        crew_ring_all(member->crew);
    }
}

// The session may send, as far as its holds and its breaker say.
static bool may_send(const struct ledger_state *state, uint64_t now) {
    return !state->disabled && state->not_before <= now + CLOCK_SECOND &&
           (state->breaker.state == BREAKER_CLOSED ||
            (state->breaker.state == BREAKER_OPEN && state->breaker.until <= now + TICK)); // its probe
}

static bool is_soon(const struct ledger_state *state, const struct member_bucket *bucket, uint64_t now) {
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        const struct ledger_dimension *dimension = &state->dimension[i];
        if (dimension->unit == bucket->unit && dimension->window == bucket->window) {
            return dimension->free_at <= now + TICK || dimension->free_at == CLOCK_NEVER;
        }
    }
    return true;
}

static struct member_want wants(const struct member *member, struct member_bucket *bucket,
                                const struct ledger_meter *meter, bool works, uint64_t now) {
    struct ledger_state state;
    ledger_look(member->crew->arena, bucket->session, now, &state);
    struct ledger_estimate first = ledger_estimate(member->crew->arena, FIRST_REQUEST);
    uint64_t size = bucket->unit == DIMENSION_REQUESTS        ? 1
                    : meter->size > 0                         ? meter->size
                    : bucket->unit == DIMENSION_INPUT_TOKENS  ? first.input
                    : bucket->unit == DIMENSION_OUTPUT_TOKENS ? first.output
                                                              : first.input + first.output;
    uint64_t taken = meter->taken - bucket->taken;
    taken = taken > INT64_MAX ? 0 : taken; // more came back than was taken
    const struct member_want_facts facts = {
        .works = works && may_send(&state, now),
        .soon = is_soon(&state, bucket, now),
        .limit = bucket->limit,
        .window = bucket->window,
        .size = size,
        .taken = taken,
        .elapsed = member->answered_at != 0 ? now - member->answered_at : 0,
        .short_of = meter->short_of,
    };
    return member_want(&facts);
}

// false: the ledger's guard is busy.
static bool look(struct member *member, bool works, uint64_t now) {
    for (uint32_t i = 0; i < member->buckets; i++) {
        struct member_bucket *bucket = &member->bucket[i];
        struct ledger_meter meter;
        if (bucket->pending > 0 || !ledger_meter_look(member->crew->arena, bucket->session, bucket->unit,
                                                      bucket->window, works, &meter)) {
            return false;
        }
        bucket->want = wants(member, bucket, &meter, works, now);
        // Less than the next request needs would only be missing elsewhere.
        int64_t stock = (int64_t)(meter.granted - meter.taken);
        bool too_little = stock > 0 && bucket->want.least > (uint64_t)stock;
        if (too_little && !ledger_meter_look(member->crew->arena, bucket->session, bucket->unit,
                                             bucket->window, false, &meter)) {
            return false;
        }
        bucket->heard = meter.heard;
        bucket->refills = bucket->refills || meter.refills;
        bucket->told_granted = meter.granted;
        bucket->told_taken = meter.taken;
    }
    for (uint32_t i = 0; i < member->budgets; i++) {
        if (!member_budget_look(member, &member->budget[i], works, now)) {
            return false;
        }
    }
    return true;
}

// What is booked stays held: it may come back, or be spent.
static void fill_row(struct member_row *row) {
    const struct member_bucket *bucket = row->of_limit;
    const struct member_budget *budget = row->of_budget;
    if (bucket != NULL) {
        row->granted = (int64_t)(bucket->told_granted - bucket->base);
        row->taken = (int64_t)(bucket->told_taken - bucket->base);
        row->want = (int64_t)bucket->want.want;
        row->least = (int64_t)bucket->want.least;
        return;
    }
    uint64_t want = (budget->want.want + budget->booked) * 1000;
    row->granted = (int64_t)(budget->told_granted - budget->base);
    row->taken = (int64_t)(budget->told_taken - budget->base);
    row->want = budget->want.want > 0 ? (int64_t)(want < INT64_MAX / 1024 ? want : INT64_MAX / 1024) : 0;
    row->least = (int64_t)(budget->want.least + budget->booked);
}

#define COLUMNS 5

static int64_t value_of(const struct member_row *row, int column) {
    const int64_t value[COLUMNS] = {row->bucket, row->granted, row->taken, row->want, row->least};
    return value[column];
}

static void add_column(struct member_values *values, const struct member *member, int column) {
    char text[24 * MEMBER_ROWS + 3];
    size_t length = 0;
    text[length++] = '{';
    for (uint32_t i = 0; i < member->rows; i++) {
        length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%" PRId64, i > 0 ? "," : "",
                                   value_of(&member->row[i], column));
    }
    text[length++] = '}';
    member_values_bytes(values, text, length);
}

bool member_tick_send(struct member *member, uint64_t now) {
    bool live = member->phase == MEMBER_LIVE || member->phase == MEMBER_LEAVES;
    if (!live || now < member->tick_at || !member_link_is_free(&member->link, LINK_TICK)) {
        return false;
    }
    bool works = member->phase == MEMBER_LIVE && member_lease_works(member);
    if (!look(member, works, now)) {
        return false; // with the next round
    }
    char elapsed[32];
    (void)snprintf(elapsed, sizeof(elapsed), "%.6f",
                   member->answered_at != 0 ? (double)(now - member->answered_at) / (double)CLOCK_SECOND : 0);
    struct member_values values;
    member_values_begin(&values);
    member_values_text(&values, member->id);
    member_values_number(&values, (int64_t)++member->beat);
    member_values_text(&values, elapsed);
    for (uint32_t i = 0; i < member->rows; i++) {
        fill_row(&member->row[i]);
    }
    for (int column = 0; column < COLUMNS; column++) {
        add_column(&values, member, column);
    }
    member_values_ask(&values, member, LINK_TICK, now);
    member->sent_at = now;
    member->tick_at = now + (member->tick_each > 0 ? member->tick_each : TICK);
    return true;
}

bool member_tick_learned(struct member *member, uint64_t now) {
    for (uint32_t i = 0; i < member->buckets; i++) {
        struct member_bucket *bucket = &member->bucket[i];
        bool limit = bucket->heard != 0 && bucket->heard != bucket->heard_told;
        if (!limit && bucket->refills == bucket->refills_told) {
            continue;
        }
        struct member_values values;
        member_values_begin(&values);
        member_values_text(&values, member->id);
        member_values_number(&values, bucket->bucket);
        if (limit) {
            member_values_number(&values, (int64_t)bucket->heard);
        } else {
            member_values_null(&values);
        }
        member_values_text(&values, bucket->refills ? "true" : "false");
        bucket->heard_told = bucket->heard;
        bucket->refills_told = bucket->refills;
        member_values_ask(&values, member, LINK_LIMIT, now);
        return true;
    }
    return false;
}

static enum member_wish wish_of(const struct link_field *field) {
    char word[16];
    member_field_text(field, word, sizeof(word));
    return strcmp(word, "stop") == 0 ? MEMBER_STOP : strcmp(word, "pause") == 0 ? MEMBER_PAUSE : MEMBER_RUN;
}

// Of what was told, not of what is there now: something may have come back meanwhile.
void member_tick_take(struct member *member, const struct link_field *field, uint32_t count) {
    size_t at[4] = {0};
    int64_t granted, level, left, period;
    if (count < TICK_FIELDS) {
        return;
    }
    for (uint32_t i = 0; i < member->rows; i++) {
        struct member_bucket *bucket = member->row[i].of_limit;
        if (!member_field_next(&field[0], &at[0], &granted) ||
            !member_field_next(&field[1], &at[1], &level) || !member_field_next(&field[2], &at[2], &left) ||
            !member_field_next(&field[3], &at[3], &period)) {
            break;
        }
        if (bucket == NULL) {
            member_budget_take(member, member->row[i].of_budget, granted, level, left, period);
            continue;
        }
        uint64_t more = (uint64_t)granted - (bucket->told_granted - bucket->base);
        bucket->pending += more < INT64_MAX ? more : 0;
        bucket->taken = bucket->told_taken;
    }
    member->answered_at = member->sent_at;
    char seconds[32];
    member_field_text(&field[5], seconds, sizeof(seconds));
    double each = strtod(seconds, NULL);
    member->tick_each = each > 0 && each < 60 ? (uint64_t)(each * (double)CLOCK_SECOND) : TICK;
    member->look.tick = (clock_now() - member->sent_at) / CLOCK_MS;
    member->wanted = wish_of(&field[4]);
    member_field_text(&field[6], seconds, sizeof(seconds));
    member->workers_wanted = (uint32_t)strtoul(seconds, NULL, 10);
    member->news = member_field_number(&field[7]);
    member_tick_grant(member);
}

// Another member begins at nothing: what the former one held is settled with it.
void member_tick_restart(struct member *member) {
    member->beat = 0;
    member->answered_at = 0;
    member->tick_at = 0;
    member_breaker_restart(member);
    for (uint32_t i = 0; i < member->buckets; i++) {
        member->bucket[i].pending = 0;
        member->bucket[i].heard_told = 0;
        member->bucket[i].refills_told = false;
    }
}
