// What people see: what this machine tells the others of itself, and what they tell.
#include "member/member_state.h"
#include "ration/clock.h"

#include <bsd/string.h>
#include <stdlib.h>
#include <string.h>

#define RATE_EACH (2 * CLOCK_SECOND)
#define SETTLED_AFTER (10 * CLOCK_MINUTE)

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
        {"workers", crew_live(crew)},          {"rate_milli", (uint64_t)(member->rate * 1000)},
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

static void note_dead(struct member *member, const char *id, uint64_t now) {
    for (uint32_t i = 0; i < member->dead; i++) {
        if (strcmp(member->dead_one[i].id, id) == 0) {
            return;
        }
    }
    if (member->dead < MEMBER_DEAD_MOST) {
        (void)strlcpy(member->dead_one[member->dead].id, id, MEMBER_ID_SIZE);
        member->dead_one[member->dead++].since = now;
    }
}

bool member_people_settle(struct member *member, uint64_t now) {
    uint64_t long_ago = member->term < SETTLED_AFTER / 10 ? member->term * 10 : SETTLED_AFTER;
    for (uint32_t i = 0; i < member->dead; i++) {
        if (now - member->dead_one[i].since > long_ago) {
            struct member_values values;
            member_values_begin(&values);
            member_values_text(&values, member->dead_one[i].id);
            member_values_ask(&values, member, LINK_SETTLE_DEAD, now);
            member->dead_one[i] = member->dead_one[--member->dead]; // seen again if that was lost
            return true;
        }
    }
    return false;
}

static uint64_t whole(double number) {
    return number > 0 && number < 1e15 ? (uint64_t)number : 0;
}

static void take_machine(struct member *member, const struct link_field *field, uint64_t now) {
    struct snapshot_fleet *look = &member->look;
    struct snapshot_machine one = {.self = 0};
    char status[512], silent[32], id[MEMBER_ID_SIZE];
    member_field_text(&field[0], id, sizeof(id));
    member_field_text(&field[1], one.host, sizeof(one.host));
    member_field_text(&field[2], one.state, sizeof(one.state));
    member_field_text(&field[3], silent, sizeof(silent));
    member_field_text(&field[4], status, sizeof(status));
    bool live = strcmp(one.state, "live") == 0, dead = strcmp(one.state, "dead") == 0;
    (void)strlcpy(one.id, id, 9);
    one.self = strcmp(id, member->id) == 0;
    one.silent = whole(strtod(silent, NULL) * 1000);
    one.done = whole(number_in(status, "done"));
    one.failed = whole(number_in(status, "failed"));
    one.in_flight = whole(number_in(status, "in_flight"));
    one.waiting = whole(number_in(status, "waiting"));
    one.workers = whole(number_in(status, "workers"));
    one.rate = live ? whole(number_in(status, "rate_milli")) : 0;
    look->live += live;
    look->dead += dead;
    if (dead) {
        note_dead(member, id, now);
    }
    if (look->machines < SNAPSHOT_MACHINES && (live || dead)) {
        look->machine[look->machines++] = one;
    }
}

void member_people_take(struct member *member, const struct link_frame *frame,
                        const struct link_field *field) {
    member->look.live = member->look.dead = member->look.machines = 0;
    for (uint32_t row = 0; frame->columns >= 5 && row < frame->count / frame->columns; row++) {
        take_machine(member, field + (size_t)row * frame->columns, clock_now());
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
        member->rate = member->rate > 0 ? (member->rate + rate) / 2 : rate;
        member->rate_at = now;
        member->rate_verdicts = verdicts;
    }
}

static const char *const phase_words[] = {
    [MEMBER_SHIPS] = "hands in what it had before", [MEMBER_JOINS] = "joins",   [MEMBER_LIVE] = "at work",
    [MEMBER_BURIED] = "given up by the others",     [MEMBER_LEAVES] = "leaves", [MEMBER_GONE] = "has left",
};

void member_look(const struct member *member, struct snapshot_fleet *out) {
    *out = (struct snapshot_fleet){.run = ""};
    if (member == NULL) {
        return;
    }
    *out = member->look;
    uint64_t now = clock_now();
    (void)strlcpy(out->run, member->name, sizeof(out->run));
    (void)strlcpy(out->phase, phase_words[member->phase], sizeof(out->phase));
    out->away = member->away_since != 0 && now > member->away_since ? now - member->away_since : 0;
    out->leased = member_lease_left(member);
    out->chunks = member->chunks;
    out->link_restarts = member->link.restarts;
}
