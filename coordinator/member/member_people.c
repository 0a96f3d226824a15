// What people see: what this machine tells the others of itself, and what they tell.
#include "member/member_state.h"
#include "ration/clock.h"

#include <bsd/string.h>
#include <stdlib.h>
#include <string.h>

#define RATE_EACH (2 * CLOCK_SECOND)

void member_people_tell(struct member *member, uint64_t now) {
    const struct crew *crew = member->crew;
    struct text text = {0};
    struct member_values values;
    const struct {
        const char *name;
        uint64_t value;
    } figure[] = {
        {"done", board_done(crew->arena)},     {"failed", board_failed(crew->arena)},
        {"in_flight", crew_in_flight(crew)},   {"waiting", member_lease_left(member)},
        {"workers", crew_live(crew)},          {"rate_milli", (uint64_t)(member->look.rate * 1000)},
        {"unshipped", member->look.unshipped}, {"late", member->look.late},
    };
    text_add_string(&text, "{\"host\":");
    text_add_json_string(&text, member->host);
    for (size_t i = 0; i < sizeof(figure) / sizeof(figure[0]); i++) {
        text_add_string(&text, ",\"");
        text_add_string(&text, figure[i].name);
        text_add_string(&text, "\":");
        text_add_u64(&text, figure[i].value);
    }
    text_add_string(&text, "}");
    member_values_begin(&values);
    member_values_text(&values, member->id);
    values.text.failed = text.failed;
    member_values_bytes(&values, text.bytes != NULL ? text.bytes : "", text.length);
    text_free(&text);
    member_values_ask(&values, member, LINK_TELL, now);
}

static double number_in(const char *json, const char *name) {
    char key[32];
    (void)strlcpy(key, "\"", sizeof(key));
    (void)strlcat(key, name, sizeof(key));
    (void)strlcat(key, "\":", sizeof(key));
    const char *at = strstr(json, key);
    if (at == NULL) {
        (void)strlcat(key, " ", sizeof(key));
        at = strstr(json, key);
    }
    return at != NULL ? strtod(at + strlen(key), NULL) : 0;
}

static void take_machine(struct member *member, const struct link_field *field) {
    struct member_look *look = &member->look;
    struct member_machine one = {.self = false};
    char status[512], silent[32];
    member_field_text(&field[0], one.id, sizeof(one.id));
    member_field_text(&field[1], one.host, sizeof(one.host));
    member_field_text(&field[2], one.state, sizeof(one.state));
    member_field_text(&field[3], silent, sizeof(silent));
    member_field_text(&field[4], status, sizeof(status));
    one.self = strcmp(one.id, member->id) == 0;
    one.silent = strtod(silent, NULL);
    one.done = (uint64_t)number_in(status, "done");
    one.failed = (uint64_t)number_in(status, "failed");
    one.in_flight = (uint64_t)number_in(status, "in_flight");
    one.waiting = (uint64_t)number_in(status, "waiting");
    one.workers = (uint64_t)number_in(status, "workers");
    bool live = strcmp(one.state, "live") == 0;
    one.rate = live ? number_in(status, "rate_milli") / 1000 : 0;
    look->live += live;
    look->dead += strcmp(one.state, "dead") == 0;
    if (look->machines < MEMBER_FLEET_MOST && strcmp(one.state, "left") != 0) {
        look->machine[look->machines++] = one;
    }
}

void member_people_take(struct member *member, const struct link_frame *frame,
                        const struct link_field *field) {
    member->look.live = member->look.dead = member->look.machines = 0;
    for (uint32_t row = 0; frame->columns >= 5 && row < frame->count / frame->columns; row++) {
        take_machine(member, field + (size_t)row * frame->columns);
    }
}

void member_people_measure(struct member *member, uint64_t now) {
    uint64_t verdicts = crew_verdicts(member->crew);
    if (member->rate_at == 0) {
        member->rate_at = now;
        member->rate_verdicts = verdicts;
    } else if (now - member->rate_at >= RATE_EACH) {
        double rate = (double)(verdicts - member->rate_verdicts) * (double)CLOCK_SECOND /
                      (double)(now - member->rate_at);
        member->look.rate = member->look.rate > 0 ? (member->look.rate + rate) / 2 : rate;
        member->rate_at = now;
        member->rate_verdicts = verdicts;
    }
}

static const char *const phase_words[] = {
    [MEMBER_SHIPS] = "hands in what it had before", [MEMBER_JOINS] = "joins",   [MEMBER_LIVE] = "at work",
    [MEMBER_BURIED] = "given up by the others",     [MEMBER_LEAVES] = "leaves", [MEMBER_GONE] = "has left",
};

const struct member_look *member_look(const struct member *member) {
    if (member == NULL) {
        return NULL;
    }
    struct member_look *look = &((struct member *)(uintptr_t)member)->look;
    uint64_t now = clock_now();
    look->there = true;
    (void)strlcpy(look->run, member->name, sizeof(look->run));
    (void)strlcpy(look->id, member->id, sizeof(look->id));
    look->phase = phase_words[member->phase];
    look->away = member->away_since != 0 ? now - member->away_since : 0;
    look->leased = member_lease_left(member);
    look->link_restarts = member->link.restarts;
    return look;
}
