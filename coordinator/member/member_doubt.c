// What outlives the death of a machine or of a worker: who had been asked, and who kills.
#include "member/member_state.h"
#include "ration/log.h"

#include <stdlib.h>
#include <string.h>

bool member_doubt_begin(struct member *member, const struct range_table *artists) {
    struct arena *arena = member->crew->arena;
    struct text text = {0};
    text_add(&text, "{", 1);
    for (size_t i = 0; i < artists->count; i++) {
        for (uint32_t artist = artists->range[i].first; artist < artists->range[i].end; artist++) {
            if (artist < arena_artists(arena) && board_verdict(arena, artist) == BOARD_NONE) {
                text_add(&text, ",", text.length > 1);
                text_add_u64(&text, artist);
            }
        }
    }
    text_add(&text, "}", sizeof("}"));
    if (text.failed) {
        text_free(&text);
        log_fatal("fleet", "out of memory");
        return false;
    }
    member->doubts = text.bytes;
    return true;
}

bool member_doubt_step(struct member *member, uint64_t now) {
    struct member_values values;
    if (member->doubts == NULL || member->former[0] == '\0') {
        return false;
    }
    member_values_begin(&values);
    member_values_text(&values, member->former);
    member_values_text(&values, member->doubts);
    member_values_ask(&values, member, LINK_DOUBT, now);
    return true;
}

// ---- artists that kill workers ----

static bool was_told(const struct member *member, uint32_t artist, uint32_t crashes) {
    for (uint32_t i = 0; i < MEMBER_CRASHES; i++) {
        if (member->crash[i].artist == artist && member->crash[i].crashes == crashes) {
            return true;
        }
    }
    return false;
}

static bool ask(struct member *member, uint32_t artist, uint32_t crashes, uint64_t now) {
    struct member_values values;
    if (!range_table_remove(&member->crew->suspects, (struct range){artist, artist + 1})) {
        return false; // no memory: it is tried as it is
    }
    uint32_t place = member->crashes_told++ % MEMBER_CRASHES;
    member->crash[place].artist = artist;
    member->crash[place].crashes = crashes;
    member->suspect = artist;
    member->has_suspect = true;
    member_values_begin(&values);
    member_values_text(&values, member->id);
    member_values_number(&values, artist);
    member_values_number(&values, crashes);
    member_values_ask(&values, member, LINK_CRASH, now);
    return true;
}

bool member_doubt_crash(struct member *member, uint64_t now) {
    const struct range_table *suspects = &member->crew->suspects;
    if (member->has_suspect) {
        member_doubt_crashed(member, 0); // it was not even asked
    }
    for (size_t i = 0; i < suspects->count; i++) {
        for (uint32_t artist = suspects->range[i].first; artist < suspects->range[i].end; artist++) {
            uint32_t crashes = board_crashes(member->crew->arena, artist);
            if (crashes > 0 && !was_told(member, artist, crashes)) {
                return ask(member, artist, crashes, now);
            }
        }
    }
    return false;
}

void member_doubt_crashed(struct member *member, uint64_t crashes) {
    struct crew *crew = member->crew;
    struct range one = {member->suspect, member->suspect + 1};
    if (!member->has_suspect) {
        return;
    }
    member->has_suspect = false;
    if (!range_table_add(crashes >= BOARD_MAX_CRASHES ? &crew->quarantine : &crew->suspects, one)) {
        log_fatal("fleet", "out of memory");
        member->broken = true;
    }
}
