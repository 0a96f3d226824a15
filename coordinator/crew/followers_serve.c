#include "crew/follower_line.h"
#include "crew/followers.h"
#include "crew/followers_parts.h"
#include "ration/clock.h"
#include "ration/crash_point.h"
#include "ration/guard.h"
#include "ration/log.h"
#include "ration/record_group.h"
#include "ration/row_head.h"

#include <errno.h>
#include <string.h>

#define BATCH_MOST ((size_t)256 << 10) // bytes of one append, unless one line is longer
#define TEXT_KEPT ((size_t)512 << 10)
#define LOOK_EACH 64U // lines between two looks at the clock
#define TELL_EACH (10 * CLOCK_SECOND)

static const enum result_kind kinds[OUTPUT_FILES] = {
    [OUTPUT_ANSWERS] = RESULT_ANSWER,
    [OUTPUT_ERRORS] = RESULT_ERROR,
};

// What one round works on.
struct serving {
    struct crew *crew;
    struct followers *followers;
    uint64_t committed[OUTPUT_FILES];
    uint64_t until;
};

enum step {
    STEP_GOES_ON,
    STEP_BUSY,  // somebody has the guard: very soon
    STEP_LATER, // the disk takes nothing
    STEP_END,   // no more to do until another line is committed
    STEP_BROKEN,
};

static enum step broken(const char *what, int error) {
    log_fatal("run", "%s: %s", what, strerror(error));
    return STEP_BROKEN;
}

// The line may be a leader's: then it is in hand.
static enum step look_at(struct serving *serving, enum output_file file, const char *line, size_t length) {
    struct followers *followers = serving->followers;
    const struct result_format *format = serving->crew->format;
    char id[RESULT_LINE_ID_SIZE];
    size_t id_length;
    if (!result_line_id(format, line, length, id, &id_length)) {
        // It may be a leader's: its followers would never get their lines.
        return broken("a line of this run cannot be read, and others may wait for what it says", EBADMSG);
    }
    followers->next = identical_first(followers->identical, id, id_length);
    if (followers->next != NULL && !result_line_read(format, kinds[file], line, length, &followers->leader)) {
        followers->next = NULL;
        return broken("the line of an artist whose answer others are to get cannot be read", EBADMSG);
    }
    followers->file = file;
    followers->length = length;
    return STEP_GOES_ON;
}

static enum step find_leader(struct serving *serving) {
    struct followers *followers = serving->followers;
    for (int file = 0; file < OUTPUT_FILES; file++) {
        followers->tail[file].fd = serving->crew->output.fd[file];
        for (unsigned looked = 1; followers->next == NULL; looked++) {
            const char *line;
            size_t length;
            int error = committed_tail_next(&followers->tail[file], serving->committed[file], &line, &length);
            if (error == EAGAIN) {
                break;
            }
            if (error != 0) {
                return broken("the output cannot be read", error);
            }
            if (look_at(serving, (enum output_file)file, line, length) == STEP_BROKEN) {
                return STEP_BROKEN;
            }
            if (looked % LOOK_EACH == 0 && followers->next == NULL && clock_now() >= serving->until) {
                return STEP_GOES_ON;
            }
        }
        if (followers->next != NULL) {
            return STEP_GOES_ON;
        }
    }
    return STEP_END;
}

// Whose line it is, and its request where lines have that.
static bool make_head(const struct crew *crew, struct followers *followers, const struct record *record) {
    struct request_maker *maker = followers->maker;
    if (maker != NULL &&
        (request_prepare(maker, record) != 0 || request_body(maker, &followers->body) != 0)) {
        return false;
    }
    row_head_make(&followers->head, crew->format, crew->settings, record, &followers->body);
    return !followers->head.failed;
}

static enum step add_line(struct serving *serving) {
    struct followers *followers = serving->followers;
    const struct identical_follower *follower = followers->next;
    struct record record;
    char created[CLOCK_RFC3339_SIZE];
    record_reader_seek_alone(followers->reader, follower->offset, follower->line);
    if (record_reader_next(followers->reader, &record) != RECORD_OK ||
        record_group_hash(&record) != follower->hash) {
        log_fatal("input",
                  "artist number %u is not the one that was checked: the input was changed during the run",
                  follower->artist + 1);
        return STEP_BROKEN;
    }
    clock_rfc3339(clock_wall(), created);
    if (!make_head(serving->crew, followers, &record)) {
        return broken("the lines of identical artists", ENOMEM);
    }
    follower_line_add(&followers->text, serving->crew->format, kinds[followers->file], &followers->head,
                      &followers->leader, created);
    if (followers->text.failed) {
        return broken("the lines of identical artists", ENOMEM);
    }
    followers->to = followers->file;
    followers->artist[followers->lines++] = follower->artist;
    followers->next = identical_next(followers->identical, follower);
    return STEP_GOES_ON;
}

static enum step flush(struct serving *serving) {
    struct followers *followers = serving->followers;
    if (followers->lines == 0) {
        return STEP_GOES_ON;
    }
    CRASH_POINT(followers_begun);
    int error = output_append(&serving->crew->output, GUARD_COORDINATOR, followers->to, followers->text.bytes,
                              followers->text.length, followers->artist, followers->lines, 0);
    CRASH_POINT(followers_appended);
    if (error != 0) {
        if (error != ETIMEDOUT && error != OUTPUT_CHANGED && !followers->disk_told) {
            log_warn("disk",
                     "lines of identical artists cannot be written: %s; make room, the run then goes on",
                     strerror(error));
            followers->disk_told = true;
        }
        return error == ETIMEDOUT ? STEP_BUSY : STEP_LATER; // the same lines, with the next round
    }
    followers->disk_told = false;
    followers->waiting -= (uint32_t)followers->lines;
    followers->served += (uint32_t)followers->lines;
    followers->lines = 0;
    text_clear(&followers->text);
    text_shrink(&followers->text, TEXT_KEPT);
    return STEP_GOES_ON;
}

static bool is_full(const struct followers *followers) {
    bool fits = followers->next == NULL || (followers->to == followers->file &&
                                            followers->text.length + followers->length <= BATCH_MOST);
    return followers->lines == OUTPUT_MAX_LINES || (followers->lines > 0 && !fits);
}

static enum step step(struct serving *serving) {
    struct followers *followers = serving->followers;
    if (is_full(followers)) {
        return flush(serving);
    }
    if (followers->next != NULL) {
        return add_line(serving);
    }
    result_line_free(&followers->leader);
    enum step found = find_leader(serving);
    enum step flushed = found == STEP_END ? flush(serving) : STEP_GOES_ON;
    return flushed == STEP_GOES_ON ? found : flushed;
}

// The committed lengths. *others: all that do not follow have a verdict, or are left out. False: the guard is
// busy.
static bool look(struct serving *serving, bool *others) {
    struct crew *crew = serving->crew;
    if (!guard_try(crew->arena, GUARD_OUTPUT, GUARD_COORDINATOR)) {
        return false;
    }
    for (int file = 0; file < OUTPUT_FILES; file++) {
        serving->committed[file] = output_length(crew->arena, (enum output_file)file);
    }
    *others = crew_verdicts(crew) + range_table_size(&crew->skipped) + serving->followers->waiting ==
              arena_artists(crew->arena);
    guard_unlock(crew->arena, GUARD_OUTPUT, GUARD_COORDINATOR);
    return true;
}

// Now and then, and when all are served.
static void tell(struct followers *followers, uint64_t now) {
    if (followers->served > followers->told &&
        (followers->waiting == 0 || now - followers->told_at >= TELL_EACH)) {
        log_info("request",
                 "%u artists got what another one got, whose request is the same; %u wait for theirs",
                 followers->served - followers->told, followers->waiting);
        followers->told = followers->served;
        followers->told_at = now;
    }
}

bool followers_serve(struct crew *crew, uint64_t until) {
    struct serving serving = {.crew = crew, .followers = crew->followers, .until = until};
    bool others;
    if (crew->followers == NULL || crew->followers->waiting == 0 || crew->stop.end == STOP_CANNOT ||
        !look(&serving, &others)) {
        return true;
    }
    enum step done;
    do {
        done = step(&serving);
    } while (done == STEP_GOES_ON && clock_now() < until);
    tell(crew->followers, clock_now());
    crew->followers->settled = done == STEP_END && others;
    crew->followers->pending = done == STEP_GOES_ON || done == STEP_BUSY;
    return done != STEP_BROKEN;
}
