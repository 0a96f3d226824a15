// What is leased is begun some at a time: the fleet is told whom this machine may ask from now on, and then
// the crew may order them. So that, when it dies, no more are in doubt than were on their way, or about to
// be.
#include "member/member_state.h"
#include "ration/clock.h"
#include "ration/log.h"

#include <string.h>

#define AGAIN (50 * CLOCK_MS) // after an answer that was lost

static bool starved(void) {
    log_fatal("fleet", "out of memory");
    return false;
}

// Artists that were begun and have no verdict yet, but for those that were refused: others are asked to see
// whose fault that is.
static uint64_t begun(const struct member *member) {
    uint64_t left = member_lease_to_ask(member);
    uint64_t waits = range_table_size(&member->waits) + (uint64_t)range_table_size(&member->begins);
    return left > waits ? left - waits : 0;
}

// The next `count` of those that wait, the most urgent first. false: out of memory; what was picked waits no
// more, and is begun.
static bool pick(struct member *member, uint64_t count) {
    const struct arena *arena = member->crew->arena;
    struct range_table picked = {0};
    bool good = true;
    for (int p = 0; p < PRIORITIES; p++) {
        for (size_t i = 0; i < member->waits.count; i++) {
            struct range rest = member->waits.range[i];
            while (count > 0 && good && (rest.first = board_next(arena, rest, (enum priority)p)) < rest.end) {
                good = range_table_add(&picked, (struct range){rest.first, rest.first + 1});
                rest.first++;
                count--;
            }
        }
    }
    for (size_t i = 0; i < picked.count && good; i++) {
        good = range_table_remove(&member->waits, picked.range[i]);
    }
    range_table_free(&member->begins);
    member->begins = picked;
    return good;
}

// Chunks and their bits, ascending, as the texts of arrays.
static void build(const struct range_table *artists, struct text *chunks, struct text *bits) {
    char one[MEMBER_CHUNK];
    uint32_t chunk = UINT32_MAX;
    text_add(chunks, "{", 1);
    text_add(bits, "{", 1);
    for (size_t i = 0; i < artists->count; i++) {
        for (uint32_t artist = artists->range[i].first; artist < artists->range[i].end; artist++) {
            if (artist / MEMBER_CHUNK != chunk) {
                text_add(bits, one, chunk != UINT32_MAX ? sizeof(one) : 0);
                text_add(bits, ",", chunk != UINT32_MAX);
                text_add(chunks, ",", chunk != UINT32_MAX);
                chunk = artist / MEMBER_CHUNK;
                text_add_u64(chunks, chunk);
                memset(one, '0', sizeof(one));
            }
            one[artist % MEMBER_CHUNK] = '1';
        }
    }
    text_add(bits, one, chunk != UINT32_MAX ? sizeof(one) : 0);
    text_add(chunks, "}", 1);
    text_add(bits, "}", 1);
}

bool member_begun_step(struct member *member, uint64_t now) {
    const struct member_want_work work = {.pace = (uint64_t)member->rate,
                                          .workers = crew_live(member->crew),
                                          .in_flight = crew_in_flight(member->crew),
                                          .begun = begun(member)};
    uint64_t count = member_want_begun(&work);
    struct text chunks = {0}, bits = {0};
    struct member_values values;
    if (now < member->begin_at || member->waits.count == 0 || count == 0 || !member_lease_works(member)) {
        return false;
    }
    if (!pick(member, count)) {
        member->broken = !starved();
        return false;
    }
    build(&member->begins, &chunks, &bits);
    member_values_begin(&values);
    member_values_text(&values, member->id);
    values.text.failed = chunks.failed || bits.failed;
    member_values_bytes(&values, chunks.bytes != NULL ? chunks.bytes : "", chunks.length);
    member_values_bytes(&values, bits.bytes != NULL ? bits.bytes : "", bits.length);
    text_free(&chunks);
    text_free(&bits);
    member_values_ask(&values, member, LINK_BEGUN, now);
    return true;
}

// NULL: the chunk is not this machine's any more; otherwise a 1 for each artist that others have a verdict
// of.
static const char *told_of(uint32_t chunk, const struct link_frame *frame, const struct link_field *field) {
    uint32_t rows = frame->columns >= 2 ? frame->count / frame->columns : 0;
    for (uint32_t row = 0; row < rows; row++) {
        const struct link_field *of = field + (size_t)row * frame->columns;
        if (member_field_number(of) == chunk && of[1].length == MEMBER_CHUNK) {
            return of[1].bytes;
        }
    }
    return NULL;
}

bool member_begun_take(struct member *member, const struct link_frame *frame,
                       const struct link_field *field) {
    struct range_table may = {0};
    bool good = true;
    for (size_t i = 0; i < member->begins.count && good; i++) {
        const struct range *range = &member->begins.range[i];
        const char *through = NULL;
        for (uint32_t artist = range->first; artist < range->end && good; artist++) {
            if (through == NULL || artist % MEMBER_CHUNK == 0) {
                through = told_of(artist / MEMBER_CHUNK, frame, field);
            }
            if (through != NULL && through[artist % MEMBER_CHUNK] == '0') {
                good = range_table_add(&may, (struct range){artist, artist + 1});
            } else {
                member_lease_elsewhere(member, artist);
            }
        }
    }
    for (size_t i = 0; i < may.count && good; i++) {
        for (int p = 0; p < PRIORITIES && good; p++) {
            good = range_table_add(&member->crew->free[p], may.range[i]);
        }
    }
    range_table_free(&may);
    range_table_free(&member->begins);
    return good || starved();
}

void member_begun_lost(struct member *member) {
    bool good = true;
    for (size_t i = 0; i < member->begins.count && good; i++) {
        good = range_table_add(&member->waits, member->begins.range[i]);
    }
    range_table_free(&member->begins);
    member->begin_at = clock_now() + AGAIN;
    member->broken = (!good && !starved()) || member->broken;
}
