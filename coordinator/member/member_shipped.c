// What the fleet has of the lines that were handed in. What somebody else had first is dropped there, stays
// in this machine's file, and is counted: it was paid for twice.
#include "member/member_state.h"
#include "ration/log.h"
#include "ration/result_line.h"

#include <inttypes.h>

#define LATE_TOLD 20U // ids in a line

static enum output_file file_of(const struct member *member) {
    return member->batch.of_errors ? OUTPUT_ERRORS : OUTPUT_ANSWERS;
}

// All of it is the fleet's, or somebody else's.
static void end_batch(struct member *member, uint64_t to) {
    struct member_batch *batch = &member->batch;
    struct member_spool *spool = &member->spool[file_of(member)];
    member_owed_taken(member);
    if (batch->again) {
        // how far the file is handed in stays as it is
    } else if (to == batch->to) {
        spool->shipped = to;
    } else {
        member_spool_seek(spool, to); // what stands there is shorter than what was offered again
    }
    member->in_hand = false;
    // A pause is for few lines to become many, and for all else that a machine at work asks.
    if (batch->more && member->phase != MEMBER_LIVE) {
        member->ship_at = 0;
    }
}

void member_shipped_ask(struct member *member, uint64_t now) {
    struct member_values values;
    member_values_begin(&values);
    member_values_number(&values, member->run);
    member_values_text(&values, member_offer_as(member));
    member_values_ask(&values, member, LINK_SHIPPED, now);
}

// Twenty ids of lost lines for each line of the log file, from *at on, which moves. false: there are no more.
static bool list_late(const struct member *member, uint32_t *at, struct text *ids) {
    const struct member_batch *batch = &member->batch;
    char id[RESULT_LINE_ID_SIZE];
    size_t length;
    uint32_t listed = 0;
    text_clear(ids);
    for (; *at < batch->lines && listed < LATE_TOLD; ++*at) {
        const char *line = batch->text.bytes + batch->line[*at].begin;
        if (batch->line[*at].late &&
            result_line_id(member->format, line, batch->line[*at].end - batch->line[*at].begin - 1, id,
                           &length)) {
            text_add(ids, ", ", listed > 0 ? 2 : 0);
            text_add(ids, id, length);
            listed++;
        }
    }
    text_add(ids, "", 1);
    return listed > 0 && !ids->failed;
}

// Those that were found to be lost just now: people are told the first ones, the log file has all.
static void tell_late(struct member *member, uint32_t lost) {
    const struct log_event more = {.level = LOG_LEVEL_WARN, .category = "fleet", .file_only = true};
    bool earlier = member->spool[OUTPUT_ANSWERS].shipped < member->spool[OUTPUT_ANSWERS].before_end;
    struct text ids = {0};
    uint32_t at = 0;
    if (lost > 0 && !(earlier && member->copied)) {
        bool listed = list_late(member, &at, &ids);
        member->look.late += lost;
        log_warn("fleet",
                 "%u artists that this machine has answered were answered by another one before; "
                 "their second answers stay in its own output and are paid for twice%s%s%s",
                 lost, listed ? ": " : "", listed ? ids.bytes : "", lost > LATE_TOLD ? ", …" : "");
        while (list_late(member, &at, &ids)) {
            log_event(&more, "answered by another one before, too: %s", ids.bytes);
        }
    }
    text_free(&ids);
}

// The database has more of the former member's lines than this machine: these files are a copy, and the
// machine that they were made of has gone on; or their end was cut, or lost with the power. Which of them,
// nobody here can know: that member is let alone. Or it never heard of that member: it was one
// of another run, or of another database. All lines are offered as this one's own, and the database leaves
// out those that it has.
static void part_from_former(struct member *member, bool unknown) {
    if (unknown) {
        log_warn("fleet",
                 "this run of the fleet does not know member %.8s, which this output is of: all that stands "
                 "here is handed in as this machine's own",
                 member->former);
    } else {
        log_warn(
            "fleet",
            "the fleet has more lines of member %.8s than this output: it is a copy of another machine's, "
            "which has gone on, or its end was cut or lost; what stands here is handed in as this machine's "
            "own",
            member->former);
    }
    member->former[0] = '\0';
    member->copied = true;
    member->in_hand = false;
    for (int file = 0; file < OUTPUT_FILES; file++) {
        member_spool_seek(&member->spool[file], 0);
    }
    (void)member_become(member);
}

static void take_commit(struct member *member, const struct link_field *field) {
    struct member_batch *batch = &member->batch;
    int64_t to = member_field_number(&field[0]);
    if (to > (int64_t)batch->to && member->phase == MEMBER_SHIPS) {
        part_from_former(member, false);
        return;
    }
    if (to >= 0) {
        member->look.handed_in += member_batch_kept(batch);
        member->acked = batch->again ? member->acked : (uint64_t)to;
        end_batch(member, (uint64_t)to);
        return;
    }
    tell_late(member, field[1].bytes != NULL ? member_batch_lose(batch, field[1].bytes, field[1].length) : 0);
    member->ship_at = 0;
    if (member_batch_kept(batch) == 0) {
        end_batch(member, batch->to);
    }
}

static void take_failures(struct member *member, const struct link_field *field) {
    struct member_batch *batch = &member->batch;
    size_t at = 0;
    int64_t artist;
    uint32_t lost = 0;
    while (member_field_next(&field[0], &at, &artist)) {
        lost += member_batch_lose_artist(batch, (uint32_t)artist);
    }
    member->look.handed_in += member_batch_kept(batch);
    if (lost > 0) {
        log_warn(
            "fleet",
            "%u failures of this machine are not taken: others have those artists, or nobody yet; if this "
            "machine is leased them, they are handed in again",
            lost);
    }
    end_batch(member, batch->to);
}

// Not before where this member began: what stands before it was handed in by its former one.
static void take_shipped(struct member *member, const struct link_field *field) {
    struct member_spool *spool = &member->spool[OUTPUT_ANSWERS];
    int64_t answer = member_field_number(field); // -1: this run has no such member
    uint64_t there = answer > 0 ? (uint64_t)answer : 0;
    uint64_t least = member->phase == MEMBER_SHIPS ? member->kept.from[OUTPUT_ANSWERS] : member->own_from;
    there = there > least ? there : least;
    member->lost_ship = false;
    if (member->phase == MEMBER_SHIPS && (answer < 0 || there > spool->before_end)) {
        part_from_former(member, answer < 0);
        return;
    }
    // What is between was somebody else's first, all of it: the database knows nothing of that.
    bool behind = there >= member->acked && there <= spool->shipped;
    if (there < member->acked) {
        log_warn("fleet",
                 "the database has lost %" PRIu64 " bytes of lines that it had; they are handed in again",
                 member->acked - there);
    }
    member->acked = there;
    if (!behind) {
        member->in_hand = member->in_hand && (member->batch.of_errors || member->batch.again);
        member_spool_seek(spool, there);
    }
}

void member_shipped_take(struct member *member, enum link_call call, const struct link_frame *frame,
                         const struct link_field *field) {
    if (frame->count == 0) {
        return;
    }
    if (call == LINK_COMMIT && frame->columns >= 2) {
        take_commit(member, field);
    } else if (call == LINK_FAIL) {
        take_failures(member, field);
    } else if (call == LINK_SHIPPED) {
        take_shipped(member, field);
    }
}
