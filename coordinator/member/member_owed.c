// Lines that the fleet does not have, although their artists have a verdict here and their chunk is this
// machine's: failures that were handed in before their chunk was leased, or after a burial; lines that a
// database lost which had acknowledged them. Nobody would ask these artists, and the run would never end. So
// they are looked for in the output, from its beginning, and handed in again.
#include "member/member_state.h"
#include "ration/clock.h"
#include "ration/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_MOST 4096U // lines of a round: the loop must not wait for a large file
#define AGAIN (50 * CLOCK_MS)
#define FAILURES_MOST 200U

static size_t bytes_of(const struct member *member) {
    return (size_t)arena_artists(member->crew->arena) / 8 + 1;
}

bool member_owed_begin(struct member *member) {
    bool good = true;
    for (int file = 0; file < OUTPUT_FILES; file++) {
        member->owed.bits[file] = calloc(1, bytes_of(member));
        good = good && member->owed.bits[file] != NULL;
    }
    return good;
}

void member_owed_free(struct member *member) {
    for (int file = 0; file < OUTPUT_FILES; file++) {
        free(member->owed.bits[file]);
    }
    committed_tail_end(&member->owed.spool.tail);
}

static bool is_owed(const struct member *member, enum output_file file, uint32_t artist) {
    return ((unsigned)member->owed.bits[file][artist / 8] >> artist % 8 & 1U) != 0;
}

void member_owed_add(struct member *member, enum output_file file, uint32_t artist) {
    struct member_owed *owed = &member->owed;
    if (!is_owed(member, file, artist)) {
        owed->bits[file][artist / 8] |= (uint8_t)(1U << artist % 8);
        owed->count[file]++;
        owed->more = true;
    }
}

void member_owed_taken(struct member *member) {
    struct member_owed *owed = &member->owed;
    const struct member_batch *batch = &member->batch;
    enum output_file file = batch->of_errors ? OUTPUT_ERRORS : OUTPUT_ANSWERS;
    for (uint32_t i = 0; owed->count[file] > 0 && i < batch->lines; i++) {
        uint32_t artist = batch->line[i].artist;
        if (is_owed(member, file, artist)) {
            owed->bits[file][artist / 8] &= (uint8_t) ~(1U << artist % 8);
            owed->count[file]--;
        }
    }
}

bool member_owed_any(const struct member *member) {
    return member->owed.count[OUTPUT_ANSWERS] > 0 || member->owed.count[OUTPUT_ERRORS] > 0;
}

static void read_again(struct member *member, enum output_file file) {
    struct member_owed *owed = &member->owed;
    const struct member_spool *of = &member->spool[file];
    committed_tail_end(&owed->spool.tail);
    owed->spool = (struct member_spool){.before = of->before, // which stay that one's
                                        .befores = of->befores,
                                        .before_end = of->before_end};
    owed->spool.tail.fd = of->tail.fd;
    member_spool_seek(&owed->spool, 0);
    owed->file = file;
    owed->reads = true;
    owed->more = false;
}

// What was found is in hand. What came meanwhile may stand before: then it is read once more. Of the rest no
// line stands here; it is owed again with the next look at what is held.
static void ended(struct member *member, enum output_file file) {
    struct member_owed *owed = &member->owed;
    owed->reads = false;
    if (!owed->more) {
        memset(owed->bits[file], 0, bytes_of(member));
        owed->count[file] = 0;
    }
}

// false: told.
static bool fill(struct member *member, enum output_file file) {
    struct member_owed *owed = &member->owed;
    struct member_batch *batch = &member->batch;
    uint32_t most = file == OUTPUT_ERRORS ? FAILURES_MOST : MEMBER_BATCH_LINES;
    // Known to the database by a number that no offset of the file has.
    member_batch_begin(batch, 0 - (owed->batches + 1));
    batch->of_errors = file == OUTPUT_ERRORS;
    batch->again = true;
    for (uint32_t n = 0; n < LOOK_MOST && batch->lines < most && !member_batch_full(batch); n++) {
        const char *line;
        size_t size;
        uint32_t artist;
        int error = member_spool_next(&owed->spool, member->spool[file].shipped, &line, &size);
        if (error == EAGAIN) {
            ended(member, file);
            return true;
        }
        if (error == 0 && member_ship_artist(member, &owed->spool, line, size, &artist) &&
            is_owed(member, file, artist) &&
            !member_batch_add(batch, line, size, artist, owed->spool.from, owed->spool.at)) {
            error = ENOMEM;
        }
        if (error != 0) {
            log_fatal("fleet", "lines that are to be handed in again: %s", strerror(error));
            member->broken = true;
            return false;
        }
    }
    return true;
}

bool member_owed_step(struct member *member, uint64_t now) {
    struct member_owed *owed = &member->owed;
    if (member->broken || member->in_hand || now < member->ship_at || !member_owed_any(member) ||
        !member_ship_done(member)) {
        return false;
    }
    enum output_file file = owed->count[OUTPUT_ANSWERS] > 0 ? OUTPUT_ANSWERS : OUTPUT_ERRORS;
    if (!owed->reads || owed->file != file) {
        read_again(member, file);
    }
    if (!fill(member, file) || member->batch.lines == 0) {
        return false;
    }
    if (!owed->told) {
        log_info("fleet",
                 "lines of artists that this machine is leased are not the fleet's, though they stand in its "
                 "output: they are handed in again");
        owed->told = true;
    }
    owed->batches++;
    member->in_hand = true;
    member->ship_at = now + AGAIN;
    member_offer(member, now);
    return true;
}
