#include "ration/arena_check.h"

#include "layout.h"
#include "ration/board.h"

#include <sys/stat.h>

static const char *check_guards(const struct arena *arena) {
    for (int id = 0; id < GUARDS; id++) {
        struct layout_guard *guard = &arena->header->guard[id];
        if (atomic_load(&guard->owner) != 0) {
            return id == GUARD_LEDGER ? "someone owns the ledger guard" : "someone owns the output guard";
        }
        if (atomic_load(&guard->journal.count) != 0) {
            return "a journal is not empty although nobody owns its guard";
        }
    }
    return NULL;
}

static const char *check_board(const struct arena *arena) {
    const struct layout_header *header = arena->header;
    uint64_t done = 0;
    uint64_t failed = 0;
    for (uint32_t artist = 0; artist < header->artists; artist++) {
        enum board_verdict verdict = board_verdict(arena, artist);
        if (verdict > BOARD_FAILED) {
            return "an artist has two verdicts";
        }
        done += verdict == BOARD_DONE;
        failed += verdict == BOARD_FAILED;
    }
    if (guarded_get(&header->done) != done) {
        return "done is not the number of artists with that verdict";
    }
    if (guarded_get(&header->failed) != failed) {
        return "failed is not the number of artists with that verdict";
    }
    return NULL;
}

static const char *check_files(const struct arena *arena, const int *fd) {
    for (int file = 0; file < OUTPUT_FILES; file++) {
        struct stat status;
        if (fd[file] < 0) {
            continue;
        }
        if (fstat(fd[file], &status) != 0) {
            return "a file cannot be looked at";
        }
        if ((uint64_t)status.st_size != guarded_get(&arena->header->length[file])) {
            return file == OUTPUT_ANSWERS ? "the output is not as long as was committed"
                                          : "the errors file is not as long as was committed";
        }
    }
    return NULL;
}

static const char *check_session(const struct arena *arena, const struct layout_session *session) {
    for (int i = 0; i < LEDGER_BUCKETS; i++) {
        uint64_t limit = guarded_get(&session->bucket[i].limit);
        uint64_t capacity = guarded_get(&session->bucket[i].capacity);
        if (limit != 0 && (capacity < 1 || capacity > limit)) {
            return "a bucket's capacity is not between 1 and its limit";
        }
    }
    for (uint32_t slot = 0; slot < arena->header->slots; slot++) {
        uint64_t requests = guarded_get(&session->booked_requests[slot]);
        uint64_t tokens = guarded_get(&session->booked_tokens[slot]);
        if (atomic_load(&layout_slot(arena, slot)->report.state) == SLOT_EMPTY &&
            (requests != 0 || tokens != 0)) {
            return "an empty slot has bookings";
        }
        if (requests == 0 && tokens != 0) {
            return "a slot has booked tokens without a request";
        }
    }
    return NULL;
}

const char *arena_check(const struct arena *arena, const int *fd) {
    const char *wrong = check_guards(arena);
    if (wrong == NULL) {
        wrong = check_board(arena);
    }
    if (wrong == NULL && fd != NULL) {
        wrong = check_files(arena, fd);
    }
    for (uint32_t i = 0; wrong == NULL && i < arena->header->sessions; i++) {
        wrong = check_session(arena, layout_session(arena, i));
    }
    return wrong;
}
