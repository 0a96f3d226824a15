// What people see: what this machine tells the others of itself, and what they tell.
#include "member/member_state.h"
#include "ration/clock.h"
#include "ration/json_scan.h"

#include <bsd/string.h>
#include <stdlib.h>
#include <string.h>

#define RATE_EACH (2 * CLOCK_SECOND)
#define SETTLED_AFTER (10 * CLOCK_MINUTE)
#define PROGRESS_EACH (2 * CLOCK_SECOND)
#define PROGRESS_OF_CHUNK (2 * CLOCK_MS) // of an input of a million artists each ten seconds
#define PROGRESS_MACHINES 10U            // more of them ask more seldom
#define PROGRESS_MOST CLOCK_MINUTE

void member_people_tell(struct member *member, uint64_t now) {
    const struct crew *crew = member->crew;
    struct text text = {0};
    struct member_values values;
    const struct {
        const char *name;
        uint64_t value;
    } figure[] = {
        {"done", board_done(crew->arena)},
        {"failed", board_failed(crew->arena)},
        {"in_flight", crew_in_flight(crew)},
        {"waiting", member_lease_left(member)},
        {"workers", crew_live(crew)},
        {"rate_milli", (uint64_t)(member->rate * 1000)},
        {"unshipped", member->look.unshipped},
        {"late", member->look.late},
        {"share_ppm", (uint64_t)(member->share * SNAPSHOT_WHOLE)},
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
        // It may have been seen since this round began.
        if (now > member->dead_one[i].since && now - member->dead_one[i].since > long_ago) {
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

// 0: it did not tell.
static uint64_t told(const struct json_piece *status, const char *name) {
    struct json_piece value;
    return json_scan_find(status, name, &value) ? whole(strtod(value.text, NULL)) : 0;
}

static bool is(const struct snapshot_machine *machine, const char *state) {
    return strcmp(machine->state, state) == 0;
}

// Of one that was given up only what it has done is still true. false: it has left.
static bool read_machine(const struct member *member, const struct link_field *field,
                         struct snapshot_machine *one) {
    char silent[32], id[MEMBER_ID_SIZE];
    struct json_piece status;
    *one = (struct snapshot_machine){.self = 0};
    member_field_text(&field[0], id, sizeof(id));
    member_field_text(&field[1], one->host, sizeof(one->host));
    member_field_text(&field[2], one->state, sizeof(one->state));
    member_field_text(&field[3], silent, sizeof(silent));
    if (field[4].bytes == NULL || !json_scan_whole(field[4].bytes, field[4].length, &status)) {
        status = (struct json_piece){"", 0}; // it has told nothing yet
    }
    (void)strlcpy(one->id, id, 9);
    one->self = strcmp(id, member->id) == 0;
    one->silent = whole(strtod(silent, NULL) * 1000);
    one->done = told(&status, "done");
    one->failed = told(&status, "failed");
    if (!is(one, "live")) {
        return is(one, "dead");
    }
    one->in_flight = told(&status, "in_flight");
    one->waiting = told(&status, "waiting");
    one->workers = told(&status, "workers");
    one->rate = told(&status, "rate_milli");
    one->share = told(&status, "share_ppm");
    if (one->silent >= SNAPSHOT_SILENT) {
        (void)strlcpy(one->state, "silent", sizeof(one->state));
    }
    return true;
}

static void count_machine(struct snapshot_fleet *look, const struct snapshot_machine *one) {
    look->live += is(one, "live");
    look->silent += is(one, "silent");
    look->dead += is(one, "dead");
    look->rate += is(one, "live") ? one->rate : 0;
}

// Where there is no place for all, this one and those in trouble take that of another.
static void place_machine(struct snapshot_fleet *look, const struct snapshot_machine *one) {
    if (look->machines < SNAPSHOT_MACHINES) {
        look->machine[look->machines++] = *one;
        return;
    }
    for (uint64_t i = SNAPSHOT_MACHINES; (one->self || !is(one, "live")) && i-- > 0;) {
        if (!look->machine[i].self && is(&look->machine[i], "live")) {
            look->machine[i] = *one;
            return;
        }
    }
}

void member_people_take(struct member *member, const struct link_frame *frame,
                        const struct link_field *field) {
    struct snapshot_fleet *look = &member->look;
    look->live = look->silent = look->dead = look->machines = look->rate = 0;
    member->people_at = clock_now();
    if (frame->columns >= 6 && frame->count >= 6 && field[5].bytes != NULL) {
        member_lend_wished(member, field[5].bytes[0] == 't');
    }
    for (uint32_t row = 0; frame->columns >= 5 && row < frame->count / frame->columns; row++) {
        const struct link_field *at = field + (size_t)row * frame->columns;
        struct snapshot_machine one;
        if (read_machine(member, at, &one)) {
            char id[MEMBER_ID_SIZE];
            member_field_text(&at[0], id, sizeof(id));
            count_machine(look, &one);
            place_machine(look, &one);
            if (is(&one, "dead")) {
                note_dead(member, id, member->people_at);
            }
        }
    }
}

uint64_t member_people_each(const struct member *member) {
    uint64_t machines = member->look.live > PROGRESS_MACHINES ? member->look.live : PROGRESS_MACHINES;
    uint64_t each = (PROGRESS_EACH + member->chunks * PROGRESS_OF_CHUNK) / PROGRESS_MACHINES * machines;
    return each < PROGRESS_MOST ? each : PROGRESS_MOST;
}

void member_people_progress(struct member *member, const struct link_field *field, uint32_t count) {
    struct snapshot_fleet *look = &member->look;
    uint64_t own = crew_verdicts(member->crew);
    look->open = count > 0 ? (uint64_t)member_field_number(&field[0]) : SNAPSHOT_UNKNOWN;
    if (count < 3 || field[1].bytes == NULL || field[2].bytes == NULL) {
        return;
    }
    look->done = (uint64_t)member_field_number(&field[1]);
    look->failed = (uint64_t)member_field_number(&field[2]);
    look->others = look->done + look->failed > own ? look->done + look->failed - own : 0;
}

// What ticks told as taken, against what the account has in that time.
static void measure_share(struct member *member) {
    double most = 0, span = (double)(member->sent_at - member->share_at);
    bool known = member->share_at != 0 && member->sent_at > member->share_at;
    for (uint32_t i = 0; i < member->buckets; i++) {
        struct member_bucket *bucket = &member->bucket[i];
        uint64_t taken = bucket->told_taken - bucket->seen_taken; // more may have come back than was taken
        bool counts = known && bucket->window > 0 && bucket->limit > 0 && taken < INT64_MAX;
        double share = counts ? (double)taken * (double)bucket->window / (span * (double)bucket->limit) : 0;
        most = share > most ? share : most;
        bucket->seen_taken = bucket->told_taken;
    }
    member->share = member->share > 0 ? (member->share + most) / 2 : most;
    member->share_at = member->sent_at;
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
        measure_share(member);
        member->rate_at = now;
        member->rate_verdicts = verdicts;
    }
}

static const char *const phase_words[] = {
    [MEMBER_SHIPS] = "hands in what it had before", [MEMBER_JOINS] = "joins",   [MEMBER_LIVE] = "at work",
    [MEMBER_BURIED] = "given up by the others",     [MEMBER_LEAVES] = "leaves", [MEMBER_GONE] = "has left",
};

// What was heard of the others is as old as the last answer.
static void grow_old(struct snapshot_fleet *look, uint64_t age) {
    uint64_t here = 0;
    for (uint64_t i = 0; i < look->machines; i++) {
        struct snapshot_machine *one = &look->machine[i];
        here += one->self && is(one, "live");
        one->silent += one->self ? 0 : age / CLOCK_MS;
        if (!one->self && is(one, "live") && one->silent >= SNAPSHOT_SILENT) {
            (void)strlcpy(one->state, "silent", sizeof(one->state));
        }
    }
    if (age / CLOCK_MS >= SNAPSHOT_SILENT) {
        look->silent += look->live - here;
        look->live = here;
    }
}

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
    if (out->away > 0 && member->people_at != 0 && now > member->people_at) {
        grow_old(out, now - member->people_at);
    }
    if (out->open == 0) { // all have a verdict
        out->others = arena_artists(member->crew->arena) - crew_verdicts(member->crew);
    }
    out->leased = member_lease_left(member);
    out->chunks = member->chunks;
    out->link_restarts = member->link.restarts;
}
