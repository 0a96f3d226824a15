// What outlives the death of a machine or of a worker: who had been asked, and who kills.
#include "crew/in_doubt.h"
#include "member/member_state.h"
#include "ration/clock.h"
#include "ration/log.h"

#include <bsd/string.h>
#include <stdlib.h>
#include <string.h>

#define CRASH_EACH (250 * CLOCK_MS) // from one answer to the next call, so that many that die go together
#define CRASH_AGAIN CLOCK_SECOND    // after an answer that was lost or refused
#define CRASH_MOST 1000U            // artists of a call

static bool starved(void) {
    log_fatal("fleet", "out of memory");
    return false;
}

static bool take_text(struct member *member, struct text *text) {
    text_add(text, "}", sizeof("}"));
    if (text->failed) {
        text_free(text);
        return starved();
    }
    free(member->doubts);
    member->doubts = text->bytes;
    member->doubts_due = true;
    return true;
}

static void add_doubt(struct text *text, uint32_t artist) {
    text_add(text, ",", text->length > 1);
    text_add_u64(text, artist);
}

// Nobody knows but the arena of that very member; one that ended with nothing in flight has said so.
bool member_doubt_begin(struct member *member, const char *arena_name, const struct in_doubt_stale *stale) {
    struct arena *arena = member->crew->arena;
    struct text text = {0};
    (void)strlcpy(member->stale, arena_name, sizeof(member->stale));
    member->doubts_due = member->former[0] != '\0';
    if (!member->kept.ended &&
        (stale->run_id[0] == '\0' || strcmp(stale->run_id, member->kept.run_id) != 0)) {
        if (member->doubts_due) {
            log_warn(
                "fleet",
                "what member %.8s, which this machine was, had in flight is not known here any more: all "
                "that it may have asked stays in doubt",
                member->former);
        }
        return true;
    }
    text_add(&text, "{", 1);
    for (size_t i = 0; i < stale->artists.count; i++) {
        for (uint32_t artist = stale->artists.range[i].first; artist < stale->artists.range[i].end;
             artist++) {
            if (artist < arena_artists(arena) && board_verdict(arena, artist) == BOARD_NONE) {
                add_doubt(&text, artist);
            }
        }
    }
    return take_text(member, &text);
}

bool member_doubt_leave(struct member *member) {
    const struct arena *arena = member->crew->arena;
    struct text text = {0};
    text_add(&text, "{", 1);
    for (uint32_t artist = 0; artist < arena_artists(arena); artist++) {
        if (board_in_flight(arena, artist) && board_verdict(arena, artist) == BOARD_NONE) {
            add_doubt(&text, artist);
        }
    }
    return take_text(member, &text);
}

bool member_doubt_step(struct member *member, uint64_t now) {
    const char *who = member->phase == MEMBER_LEAVES ? member->id : member->former;
    struct member_values values;
    if (!member->doubts_due || who[0] == '\0') {
        return false;
    }
    member_values_begin(&values);
    member_values_text(&values, who);
    if (member->doubts != NULL) {
        member_values_text(&values, member->doubts);
    } else {
        member_values_null(&values);
    }
    member_values_ask(&values, member, LINK_DOUBT, now);
    return true;
}

void member_doubt_told(struct member *member) {
    free(member->doubts);
    member->doubts = NULL;
    member->doubts_due = false;
    if (member->stale[0] != '\0' && in_doubt_forget_stale(member->stale) != 0) {
        member->broken = true;
    }
    member->stale[0] = '\0';
}

// ---- artists that kill workers ----

// Each is told until there is an answer: one that was lost, also with its link or the member's place in the
// fleet, leaves the artists where they are. While the database is away they are tried nowhere.
bool member_doubt_crash(struct member *member, uint64_t now) {
    const struct range_table *uncounted = &member->crew->uncounted;
    struct text artists = {0}, crashes = {0};
    struct member_values values;
    if (uncounted->count == 0 || now < member->crash_at) {
        return false;
    }
    member->crash_at = now + CRASH_AGAIN;
    uint32_t count = 0;
    for (size_t i = 0; i < uncounted->count; i++) {
        struct range range = uncounted->range[i];
        for (; range.first < range.end && count < CRASH_MOST; range.first++, count++) {
            text_add(&artists, count == 0 ? "{" : ",", 1);
            text_add_u64(&artists, range.first);
            text_add(&crashes, count == 0 ? "{" : ",", 1);
            text_add_u64(&crashes, board_crashes(member->crew->arena, range.first));
        }
    }
    text_add(&artists, "}", 1);
    text_add(&crashes, "}", 1);
    member_values_begin(&values);
    member_values_text(&values, member->id);
    member_values_text(&values, member->counts_as);
    values.text.failed = artists.failed || crashes.failed;
    member_values_bytes(&values, artists.bytes != NULL ? artists.bytes : "", artists.length);
    member_values_bytes(&values, crashes.bytes != NULL ? crashes.bytes : "", crashes.length);
    text_free(&artists);
    text_free(&crashes);
    member_values_ask(&values, member, LINK_CRASH, now);
    return true;
}

void member_doubt_crashed(struct member *member, const struct link_frame *frame,
                          const struct link_field *field) {
    struct crew *crew = member->crew;
    member->crash_at = clock_now() + CRASH_EACH;
    for (uint32_t row = 0; frame->columns >= 2 && row < frame->count / frame->columns; row++) {
        const struct link_field *at = field + (size_t)row * frame->columns;
        int64_t artist = member_field_number(&at[0]), crashes = member_field_number(&at[1]);
        if (artist < 0 || artist >= arena_artists(crew->arena)) {
            continue;
        }
        struct range one = {(uint32_t)artist, (uint32_t)artist + 1};
        // Nothing of one that was buried is its own any more: it has no verdict of it.
        bool fails = crashes >= BOARD_MAX_CRASHES && member->phase != MEMBER_BURIED;
        // What was given up meanwhile is others': then there is nothing to move.
        if (!range_table_move(&crew->uncounted, one, fails ? &crew->quarantine : &crew->suspects)) {
            member->broken = !starved();
        }
    }
}

void member_doubt_crash_refused(struct member *member) {
    if (member->phase == MEMBER_BURIED || member->phase == MEMBER_LEAVES) {
        range_table_free(&member->crew->uncounted);
    }
}
