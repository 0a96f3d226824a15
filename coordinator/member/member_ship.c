// Lines of the output become the fleet's: an answer and its artist's bit in one transaction of the database,
// a failure likewise. What somebody else had first is dropped there, stays in this machine's file, and is
// counted: it was paid for twice.
#include "member/member_state.h"
#include "ration/clock.h"
#include "ration/digest.h"
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
#define LATE_TOLD 20U // ids in a line

// Who hands in: lines of before are the former member's.
static const char *who(const struct member *member) {
    return member->phase == MEMBER_SHIPS ? member->former : member->id;
}

static enum output_file file_of(const struct member *member) {
    return member->batch.of_errors ? OUTPUT_ERRORS : OUTPUT_ANSWERS;
}

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

// Workers sync when it is time. Sooner where somebody waits for the last lines; by nobody else once they have
// gone.
static void see_to_sync(struct member *member, uint64_t length, uint64_t now) {
    struct arena *arena = member->crew->arena;
    bool works = member->phase == MEMBER_LIVE && member_lease_works(member);
    if (ready(member, OUTPUT_ANSWERS, length) >= length || output_sync_error(arena) != 0) {
        return;
    }
    if (member->leave_by != 0) {
        (void)output_sync(&member->crew->output, GUARD_COORDINATOR, 0,
                          now); // the end of the run tells a failure
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
    tell_passed(file, spool, passed);
    if (batch->lines == 0) {
        spool->shipped = spool->at > spool->shipped ? spool->at : spool->shipped;
    }
    return batch->lines > 0;
}

static void add_built(struct member_values *values, struct member_batch *batch,
                      void (*build)(struct member_batch *batch, struct text *out)) {
    struct text text = {0};
    build(batch, &text);
    values->text.failed = values->text.failed || text.failed;
    member_values_bytes(values, text.bytes != NULL ? text.bytes : "", text.length);
    text_free(&text);
}

// Lines that stay here are told by where they stand, and what they are.
static void add_place(struct member_values *values, const struct member_batch *batch) {
    struct text pieces = {0}, body = {0};
    char sum[3 + DIGEST_SIZE] = "\\x";
    struct digest *digest = digest_new();
    bool several = member_batch_pieces(batch, &pieces);
    member_batch_body(batch, &body);
    if (digest != NULL && !body.failed) {
        digest_begin(digest);
        digest_add(digest, body.bytes, body.length);
        digest_end(digest, sum + 2);
    }
    values->text.failed = values->text.failed || digest == NULL || body.failed || pieces.failed;
    member_values_null(values);
    if (several) {
        member_values_bytes(values, pieces.bytes, pieces.length);
    } else {
        member_values_null(values);
    }
    member_values_text(values, sum);
    digest_free(digest);
    text_free(&pieces);
    text_free(&body);
}

static void build_bits(struct member_batch *batch, struct text *out) {
    member_batch_bits(batch, out);
}
static void build_body(struct member_batch *batch, struct text *out) {
    member_batch_body(batch, out);
}

static void offer_answers(struct member *member, uint64_t now) {
    struct member_batch *batch = &member->batch;
    struct member_values values;
    member_values_begin(&values);
    member_values_number(&values, member->run);
    member_values_number(&values, member->generation);
    member_values_text(&values, who(member));
    member_values_number(&values, (int64_t)batch->from);
    member_values_number(&values, (int64_t)batch->to);
    member_values_number(&values, member_batch_kept(batch));
    add_built(&values, batch, member_batch_chunks);
    add_built(&values, batch, build_bits);
    if (member->local) {
        add_place(&values, batch);
    } else {
        add_built(&values, batch, build_body);
        member_values_null(&values);
        member_values_null(&values);
    }
    member_values_ask(&values, member, LINK_COMMIT, now);
}

// A line as an element of an array's text.
static void add_element(struct text *out, const char *line, size_t length) {
    text_add(out, "\"", 1);
    for (size_t i = 0; i < length; i++) {
        if (line[i] == '"' || line[i] == '\\') {
            text_add(out, "\\", 1);
        }
        text_add(out, line + i, 1);
    }
    text_add(out, "\"", 1);
}

static void offer_failures(struct member *member, uint64_t now) {
    const struct member_batch *batch = &member->batch;
    struct text artists = {0}, lines = {0};
    struct member_values values;
    for (uint32_t i = 0; i < batch->lines; i++) {
        text_add(&artists, i > 0 ? "," : "{", 1);
        text_add_u64(&artists, batch->line[i].artist);
        text_add(&lines, i > 0 ? "," : "{", 1);
        add_element(&lines, batch->text.bytes + batch->line[i].begin,
                    batch->line[i].end - batch->line[i].begin - 1);
    }
    text_add(&artists, "}", 1);
    text_add(&lines, "}", 1);
    member_values_begin(&values);
    member_values_number(&values, member->run);
    member_values_number(&values, member->generation);
    member_values_text(&values, who(member));
    values.text.failed = artists.failed || lines.failed;
    member_values_bytes(&values, artists.bytes != NULL ? artists.bytes : "", artists.length);
    member_values_bytes(&values, lines.bytes != NULL ? lines.bytes : "", lines.length);
    text_free(&artists);
    text_free(&lines);
    member_values_ask(&values, member, LINK_FAIL, now);
}

void member_ship_offer(struct member *member, uint64_t now) {
    if (member->batch.of_errors) {
        offer_failures(member, now);
    } else {
        offer_answers(member, now);
    }
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
}

static void ask_shipped(struct member *member, uint64_t now) {
    struct member_values values;
    member_values_begin(&values);
    member_values_number(&values, member->run);
    member_values_text(&values, who(member));
    member_values_ask(&values, member, LINK_SHIPPED, now);
}

bool member_ship_step(struct member *member, uint64_t now) {
    uint64_t length[OUTPUT_FILES];
    if (member->broken || now < member->ship_at) {
        return false;
    }
    if (member->lost_ship) { // the server may have less than was acknowledged, or more than was heard
        ask_shipped(member, now);
        return true;
    }
    if (member->in_hand) {
        member_ship_offer(member, now);
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
            member_ship_offer(member, now);
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

void member_ship_take(struct member *member, enum link_call call, const struct link_frame *frame,
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
