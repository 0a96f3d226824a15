// Leases: chunks of the input that are this machine's. What is leased the crew may order, and nothing else.
#include "crew/in_doubt_tell.h"
#include "input/record_at.h"
#include "member/member_state.h"
#include "ration/clock.h"
#include "ration/log.h"

#include <string.h>

#define AHEAD 3U // seconds of work
#define CLAIM_MOST 64
#define CLAIM_AGAIN (50 * CLOCK_MS)
#define DRY_AGAIN (500 * CLOCK_MS)
#define FOR_WORKER 64U // artists at least, so that each has some to choose from

static uint64_t verdicts(const struct member *member) {
    return crew_verdicts(member->crew) - member->before;
}

// Artists that are leased and have no verdict yet.
uint64_t member_lease_left(const struct member *member) {
    uint64_t done = verdicts(member);
    return member->leased > done ? member->leased - done : 0;
}

uint64_t member_lease_to_ask(const struct member *member) {
    uint64_t left = member_lease_left(member), refused = crew_refused(member->crew);
    return left > refused ? left - refused : 0;
}

bool member_lease_works(const struct member *member) {
    return member_lease_left(member) > 0 && !stop_begun(member->crew) && member->obeyed == MEMBER_RUN;
}

static uint64_t enough(const struct member *member) {
    uint64_t pace = (uint64_t)member->rate * AHEAD;
    uint64_t workers = (uint64_t)crew_live(member->crew) * FOR_WORKER;
    return pace > workers ? pace : workers;
}

bool member_lease_due(const struct member *member, uint64_t now) {
    return member->phase == MEMBER_LIVE && !stop_begun(member->crew) && member->obeyed == MEMBER_RUN &&
           member->answered_at != 0 && now >= member->claim_at &&
           member_lease_to_ask(member) < enough(member);
}

void member_lease_claim(struct member *member, uint64_t now) {
    uint64_t missing = enough(member) - member_lease_to_ask(member);
    uint64_t chunks = (missing + MEMBER_CHUNK - 1) / MEMBER_CHUNK;
    struct member_values values;
    member_values_begin(&values);
    member_values_text(&values, member->id);
    member_values_number(&values, chunks < CLAIM_MOST ? (int64_t)chunks : CLAIM_MOST);
    member_values_ask(&values, member, LINK_CLAIM, now);
}

// The ids of a chunk: its lines will be known by them. false: told.
static bool learn_ids(struct member *member, struct range range) {
    struct record record;
    struct record_reader *reader =
        record_at(member->crew->index, member->input_fd, member->input_name, range.first, &record);
    if (reader == NULL) {
        return false;
    }
    bool good = true;
    for (uint32_t artist = range.first; good; artist++) {
        good = member_ids_add(&member->ids, record.id.text, record.id.length, artist);
        if (artist + 1 == range.end) {
            break;
        }
        if (good && record_reader_next(reader, &record) != RECORD_OK) {
            log_fatal("input", "%s", record_reader_message(reader));
            record_reader_free(reader);
            return false;
        }
    }
    record_reader_free(reader);
    if (!good) {
        log_fatal("fleet", "out of memory");
    }
    return good;
}

bool member_lease_learn(struct member *member, const struct range_table *artists) {
    for (size_t i = 0; i < artists->count; i++) {
        if (!learn_ids(member, artists->range[i])) {
            return false;
        }
    }
    return true;
}

// It is begun in its turn, see member_begun.c.
static bool may_begin(struct member *member, struct range range) {
    if (!range_table_add(&member->waits, range)) {
        log_fatal("fleet", "out of memory");
        return false;
    }
    return true;
}

// Another machine may have asked it, and died. true: with --in-doubt fail, it is not asked again.
static bool is_lost(struct member *member, uint32_t artist, struct range_table *doubt) {
    struct crew *crew = member->crew;
    struct range one = {artist, artist + 1};
    member->starved = !range_table_add(doubt, one) || member->starved;
    crew->in_doubt++;
    if (crew->in_doubt_policy != OPTIONS_IN_DOUBT_FAIL) {
        return false;
    }
    board_begin(crew->arena, artist); // as those of an earlier run: until its verdict is written
    member->starved = !range_table_add(&crew->lost, one) || member->starved;
    return true;
}

static bool tell_doubt(struct member *member, struct range_table *doubt) {
    bool told = !member->starved && in_doubt_tell_fleet(member->crew, doubt);
    if (member->starved) {
        log_fatal("fleet", "out of memory");
    }
    range_table_free(doubt);
    return told;
}

static bool was_elsewhere(const struct member *member, uint32_t artist) {
    return ((unsigned)member->elsewhere[artist / 8] >> artist % 8 & 1U) != 0;
}

static void note_elsewhere(struct member *member, uint32_t artist, bool elsewhere) {
    uint8_t bit = (uint8_t)(1U << artist % 8), *byte = &member->elsewhere[artist / 8];
    *byte = (uint8_t)(elsewhere ? *byte | bit : *byte & ~bit);
}

void member_lease_elsewhere(struct member *member, uint32_t artist) {
    note_elsewhere(member, artist, true);
    member->leased--;
}

// Artists of the chunk that have no verdict, here or elsewhere, in a row. Of one that was adopted before
// (`again`), those that had a verdict elsewhere and were given back: the files of whoever answered them are
// lost.
static bool adopt(struct member *member, uint32_t chunk, const char *done, const char *failed,
                  const char *doubtful, bool again) {
    struct range_table doubt = {0};
    uint32_t first = chunk * MEMBER_CHUNK, artists = arena_artists(member->crew->arena);
    uint32_t end = first + MEMBER_CHUNK < artists ? first + MEMBER_CHUNK : artists;
    struct range run = {first, first};
    for (uint32_t artist = first; artist < end; artist++) {
        bool without = board_verdict(member->crew->arena, artist) == BOARD_NONE;
        bool open = done[artist - first] == '0' && failed[artist - first] == '0' && without &&
                    (!again || was_elsewhere(member, artist));
        if (!again || open) {
            note_elsewhere(member, artist, without && !open);
        }
        member->leased += open;
        open = open && (doubtful[artist - first] == '0' || !is_lost(member, artist, &doubt));
        if (open && artist == run.end) {
            run.end++;
        } else if (open) {
            if (!may_begin(member, run)) {
                range_table_free(&doubt);
                return false;
            }
            run = (struct range){artist, artist + 1};
        }
    }
    return may_begin(member, run) && (again || learn_ids(member, (struct range){first, end})) &&
           tell_doubt(member, &doubt);
}

// Those of the chunk that have a verdict here, and none in the fleet: nobody else will hand in their lines.
static void owe(struct member *member, uint32_t chunk, const char *done, const char *failed) {
    const struct arena *arena = member->crew->arena;
    uint32_t first = chunk * MEMBER_CHUNK, artists = arena_artists(arena);
    for (uint32_t i = 0; i < MEMBER_CHUNK && first + i < artists; i++) {
        enum board_verdict verdict = board_verdict(arena, first + i);
        if (done[i] == '0' && failed[i] == '0' && verdict != BOARD_NONE) {
            member_owed_add(member, verdict == BOARD_FAILED ? OUTPUT_ERRORS : OUTPUT_ANSWERS, first + i);
        }
    }
}

static bool is_adopted(const struct member *member, uint32_t chunk) {
    return ((unsigned)member->adopted[chunk / 8] >> chunk % 8 & 1U) != 0;
}

static bool is_bits(const struct link_field *field) {
    return field->bytes != NULL && field->length == MEMBER_CHUNK;
}

static bool take_row(struct member *member, const struct link_field *field) {
    int64_t number = member_field_number(&field[0]);
    if (number < 0 || number >= member->chunks || !is_bits(&field[1]) || !is_bits(&field[2]) ||
        !is_bits(&field[3])) {
        log_fatal("fleet",
                  "the database gives a chunk that the input does not have; is it another's schema?");
        return false;
    }
    uint32_t chunk = (uint32_t)number;
    bool again = is_adopted(member, chunk);
    owe(member, chunk, field[1].bytes, field[2].bytes);
    member->adopted[chunk / 8] |= (uint8_t)(1U << chunk % 8);
    return adopt(member, chunk, field[1].bytes, field[2].bytes, field[3].bytes, again);
}

bool member_lease_take(struct member *member, const struct link_frame *frame,
                       const struct link_field *field) {
    uint32_t rows = frame->columns >= 4 ? frame->count / frame->columns : 0;
    for (uint32_t row = 0; row < rows; row++) {
        if (!take_row(member, field + (size_t)row * frame->columns)) {
            return false;
        }
    }
    member->dry = rows == 0;
    member->claim_at = clock_now() + (rows == 0 ? DRY_AGAIN : CLAIM_AGAIN);
    return true;
}

// Workers end, so that what they have claimed and not sent comes back; others are started in their places.
void member_lease_drop(struct member *member) {
    struct crew *crew = member->crew;
    crew->withheld = true;
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        if (crew->worker[slot].phase == CREW_LIVE) {
            crew_drain(crew, slot);
        }
    }
}

bool member_lease_dropped(struct member *member) {
    struct crew *crew = member->crew;
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        const struct crew_worker *worker = &crew->worker[slot];
        bool held = false;
        for (int p = 0; p < PRIORITIES; p++) {
            held = held || worker->held[p].count > 0;
        }
        if (held || (worker->phase != CREW_ABSENT && worker->phase != CREW_LIVE)) {
            return false;
        }
    }
    if (crew->quarantine.count > 0 || crew->lost.count > 0) {
        return false; // their lines are to be handed in as well
    }
    if (crew->uncounted.count > 0) {
        return false; // the fleet is to hear of these deaths
    }
    // What came back goes to nobody: the fleet gives it to others. Suspects too are the others'.
    for (int p = 0; p < PRIORITIES; p++) {
        range_table_free(&crew->free[p]);
    }
    range_table_free(&crew->suspects);
    range_table_free(&member->waits);
    memset(member->adopted, 0, member->chunks / 8 + 1);
    return true;
}
