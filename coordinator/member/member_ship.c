// Lines of the output become the fleet's: which of them are next, and when they may be handed in.
#include "member/member_state.h"
#include "ration/clock.h"
#include "ration/guard.h"
#include "ration/log.h"
#include "ration/output.h"
#include "ration/output_sync.h"
#include "ration/result_line.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define SHIP_AGAIN (250 * CLOCK_MS)
#define FAILURES_MOST 200U

static bool broken(struct member *member, const char *what, int error) {
    log_fatal("fleet", "%s: %s", what, strerror(error));
    member->broken = true;
    return false;
}

// Whose line it is. Those of earlier runs are known by their numbers.
bool member_ship_artist(const struct member *member, const struct member_spool *spool, const char *line,
                        size_t length, uint32_t *artist) {
    char id[RESULT_LINE_ID_SIZE];
    size_t id_length;
    if (spool->at <= spool->before_end) {
        *artist = spool->line < spool->befores ? spool->before[spool->line] : UINT32_MAX;
        return *artist < arena_artists(member->crew->arena);
    }
    return result_line_id(member->format, line, length, id, &id_length) &&
           member_ids_find(&member->ids, id, id_length, artist);
}

// The committed length of both files; false: somebody is amid an append.
static bool committed(const struct member *member, uint64_t length[OUTPUT_FILES]) {
    struct arena *arena = member->crew->arena;
    if (!guard_try(arena, GUARD_OUTPUT, GUARD_COORDINATOR)) {
        return false;
    }
    for (int file = 0; file < OUTPUT_FILES; file++) {
        length[file] = output_length(arena, (enum output_file)file);
    }
    guard_unlock(arena, GUARD_OUTPUT, GUARD_COORDINATOR);
    return true;
}

// Of lines that stay on this machine nobody has another copy: only those are handed in that its power cannot
// take any more.
static uint64_t ready(const struct member *member, enum output_file file, uint64_t length) {
    return member->firm && file == OUTPUT_ANSWERS ? output_sync_length(member->crew->arena, file) : length;
}

// Workers sync when it is time, and sooner where somebody waits for the last lines. Once they have gone
// nobody else does. A failure is told at the end of the run.
static void see_to_sync(struct member *member, uint64_t length, uint64_t now) {
    struct arena *arena = member->crew->arena;
    bool works = member->phase == MEMBER_LIVE && member_lease_works(member);
    if (ready(member, OUTPUT_ANSWERS, length) >= length || output_sync_error(arena) != 0) {
        return;
    }
    if (member->leave_by != 0) {
        (void)output_sync(&member->crew->output, GUARD_COORDINATOR, 0, now);
    } else if (!works) {
        output_sync_want(arena, OUTPUT_ANSWERS, length);
    }
}

// They stay in this machine's file; nothing in the database tells of them.
static void tell_passed(enum output_file file, const struct member_spool *spool, uint32_t passed) {
    if (passed > 0) {
        log_warn("fleet",
                 "%" PRIu32 " lines of the %s file, up to byte %" PRIu64 ", are of artists that this machine "
                 "was not leased: they are not handed in; look whether another program writes to it",
                 passed, file == OUTPUT_ERRORS ? "errors" : "output", spool->at);
    }
}

static bool fill(struct member *member, enum output_file file, uint64_t length) {
    struct member_spool *spool = &member->spool[file];
    struct member_batch *batch = &member->batch;
    uint32_t most = file == OUTPUT_ERRORS ? FAILURES_MOST : MEMBER_BATCH_LINES, passed = 0;
    member_batch_begin(batch, spool->shipped);
    batch->of_errors = file == OUTPUT_ERRORS;
    while (batch->lines < most && !member_batch_full(batch)) {
        const char *line;
        size_t size;
        uint32_t artist;
        int error = member_spool_next(spool, length, &line, &size);
        if (error == EAGAIN) {
            break;
        }
        if (error != 0) {
            return broken(member, "the output cannot be read", error);
        }
        if (!member_ship_artist(member, spool, line, size, &artist)) {
            passed += spool->at > spool->before_end; // those of before may well be of an artist that is gone
            continue;
        }
        if (!member_batch_add(batch, line, size, artist, spool->from, spool->at)) {
            return broken(member, "lines that are to be handed in", ENOMEM);
        }
    }
    batch->more = spool->at < length;
    tell_passed(file, spool, passed);
    if (batch->lines == 0) {
        spool->shipped = spool->at > spool->shipped ? spool->at : spool->shipped;
    }
    return batch->lines > 0;
}

bool member_ship_step(struct member *member, uint64_t now) {
    uint64_t length[OUTPUT_FILES];
    if (member->broken || now < member->ship_at) {
        return false;
    }
    if (member->lost_ship) { // the server may have less than was acknowledged, or more than was heard
        member_shipped_ask(member, now);
        return true;
    }
    if (member->in_hand) {
        member_offer(member, now);
        return true;
    }
    if (!committed(member, length)) {
        return false;
    }
    see_to_sync(member, length[OUTPUT_ANSWERS], now);
    for (int file = 0; file < OUTPUT_FILES; file++) {
        uint64_t most = ready(member, (enum output_file)file, length[file]);
        if (member->spool[file].shipped < most && fill(member, (enum output_file)file, most)) {
            member->in_hand = true;
            member->ship_at = now + SHIP_AGAIN;
            member_offer(member, now);
            return true;
        }
    }
    member->look.unshipped = length[OUTPUT_ANSWERS] - member->spool[OUTPUT_ANSWERS].shipped +
                             (length[OUTPUT_ERRORS] - member->spool[OUTPUT_ERRORS].shipped);
    return false;
}

bool member_ship_done(const struct member *member) {
    struct arena *arena = member->crew->arena;
    uint64_t answers = output_length(arena, OUTPUT_ANSWERS);
    if (output_sync_error(arena) != 0) { // the run ends, and what the disk may have lost is nobody's
        answers = ready(member, OUTPUT_ANSWERS, answers);
    }
    return !member->in_hand && !member->lost_ship && member->spool[OUTPUT_ANSWERS].shipped >= answers &&
           member->spool[OUTPUT_ERRORS].shipped >= output_length(arena, OUTPUT_ERRORS);
}
