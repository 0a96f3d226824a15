#include "crew/in_doubt.h"

#include "crew/in_doubt_tell.h"
#include "ration/arena.h"
#include "ration/board.h"
#include "ration/log.h"

#include <bsd/string.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SHM "/dev/shm"
#define ASIDE "-stale"
#define ASIDE_SIZE (ARENA_NAME_SIZE + sizeof(SHM ASIDE))

uint32_t in_doubt_count(const struct arena *arena) {
    uint32_t count = 0;
    for (uint32_t artist = 0; artist < arena_artists(arena); artist++) {
        count += board_in_flight(arena, artist) && board_verdict(arena, artist) == BOARD_NONE;
    }
    return count;
}

// Verdicts of a dead run are not asked: its last transaction may not have been committed. The output decides.
static bool collect(const struct arena *arena, struct range_table *artists) {
    for (uint32_t artist = 0; artist < arena_artists(arena); artist++) {
        if (board_in_flight(arena, artist) && !range_table_add(artists, (struct range){artist, artist + 1})) {
            return false;
        }
    }
    return true;
}

// The files that POSIX shared memory is here: they can be linked and renamed.
static const char *path_of(const char *arena_name, const char *suffix, char out[ASIDE_SIZE]) {
    (void)snprintf(out, ASIDE_SIZE, SHM "%s%s", arena_name, suffix);
    return out;
}

static int move_aside(const char *arena_name) {
    char from[ASIDE_SIZE], to[ASIDE_SIZE];
    if (rename(path_of(arena_name, "", from), path_of(arena_name, ASIDE, to)) != 0) {
        log_fatal("run", "cannot rename the arena of an earlier run, %s: %s", from, strerror(errno));
        return -1;
    }
    return 0;
}

int in_doubt_keep_for(const char *arena_name, const char *next_name) {
    char from[ASIDE_SIZE], to[ASIDE_SIZE];
    (void)path_of(arena_name, ASIDE, from);
    (void)path_of(next_name, ASIDE, to);
    if (unlink(to) != 0 && errno != ENOENT) { // of a deleted output that had this inode
        return -1;
    }
    return link(from, to) == 0 || errno == ENOENT ? 0 : -1;
}

int in_doubt_forget_stale(const char *arena_name) {
    char path[ASIDE_SIZE];
    if (unlink(path_of(arena_name, ASIDE, path)) == 0) {
        log_debug("run", "removed the arena of an earlier run");
        return 0;
    }
    if (errno != ENOENT) {
        log_fatal("run", "cannot remove the arena of an earlier run, %s: %s", path, strerror(errno));
        return -1;
    }
    return 0;
}

void in_doubt_leave(const struct arena *arena, const char *arena_name) {
    char from[ASIDE_SIZE], to[ASIDE_SIZE];
    if (in_doubt_count(arena) == 0) {
        (void)arena_remove(arena_name);
    } else if (rename(path_of(arena_name, "", from), path_of(arena_name, ASIDE, to)) != 0) {
        log_warn("run", "cannot rename %s: %s; a --resume finds it there as well", from, strerror(errno));
    }
}

// The one that was moved aside: what else stands then was made by a resume that sent nothing. NULL with
// errno.
static struct arena *open_stale(const char *arena_name, bool *aside) {
    char path[ASIDE_SIZE];
    struct arena *arena = arena_open(path_of(arena_name, ASIDE, path) + strlen(SHM), false);
    *aside = arena != NULL || errno != ENOENT;
    return *aside ? arena : arena_open(arena_name, false);
}

// The one that stands aside, and its run, or NULL.
static struct arena *open_aside(const char *arena_name, char run_id[ARENA_RUN_ID_SIZE]) {
    char path[ASIDE_SIZE];
    struct arena *arena = arena_open(path_of(arena_name, ASIDE, path) + strlen(SHM), false);
    run_id[0] = '\0';
    if (arena != NULL) {
        (void)strlcpy(run_id, arena_run_id(arena), ARENA_RUN_ID_SIZE);
    }
    return arena;
}

bool in_doubt_stale_quota(const char *arena_name, char run_id[ARENA_RUN_ID_SIZE],
                          struct ledger_quota *quota) {
    struct arena *arena = open_aside(arena_name, run_id);
    *quota = (struct ledger_quota){0};
    if (arena == NULL) {
        return false;
    }
    ledger_quota_look(arena, quota);
    arena_close(arena);
    return quota->allowed > 0;
}

bool in_doubt_stale_paid(const char *arena_name, char run_id[ARENA_RUN_ID_SIZE], struct ledger_paid *paid) {
    struct arena *arena = open_aside(arena_name, run_id);
    *paid = (struct ledger_paid){0};
    if (arena == NULL) {
        return false;
    }
    ledger_cost_left(arena, paid);
    arena_close(arena);
    return true;
}

int in_doubt_take_stale(const char *arena_name, uint64_t input_mark, struct in_doubt_stale *stale) {
    bool good = true;
    bool aside;
    stale->unknown = 0;
    stale->run_id[0] = '\0';
    struct arena *arena = open_stale(arena_name, &aside);
    if (arena == NULL && errno == ENOENT) {
        return 0;
    }
    if (arena != NULL && arena_input_mark(arena) == input_mark) {
        good = collect(arena, &stale->artists);
        (void)strlcpy(stale->run_id, arena_run_id(arena), sizeof(stale->run_id));
    } else if (arena != NULL) {
        stale->unknown = in_doubt_count(arena);
    }
    arena_close(arena);
    if (!good) {
        log_fatal("run", "out of memory");
        return -1;
    }
    log_info("run", "found the arena of an earlier run that left requests in doubt");
    return aside ? 0 : move_aside(arena_name);
}

struct range_table *in_doubt_place(struct crew *crew) {
    switch (crew->in_doubt_policy) {
    case OPTIONS_IN_DOUBT_SKIP:
        return &crew->skipped;
    case OPTIONS_IN_DOUBT_FAIL:
        return &crew->lost;
    case OPTIONS_IN_DOUBT_RETRY:
        break;
    }
    return stop_before_end(crew) ? &crew->kept : NULL; // this run asks nobody any more
}

// One that is not asked again stays in flight on the board: the next --resume must know of it if this run is
// killed before its verdict is written.
static bool treat(struct crew *crew, uint32_t artist) {
    struct range one = {artist, artist + 1};
    struct range_table *place = in_doubt_place(crew);
    if (place == NULL) {
        return true;
    }
    for (int p = 0; p < PRIORITIES; p++) {
        struct range_table gone = {0};
        bool good = range_table_move(&crew->free[p], one, &gone);
        range_table_free(&gone);
        if (!good) {
            return false;
        }
    }
    board_begin(crew->arena, artist);
    return range_table_add(place, one);
}

// Those that are left out, kept or to be failed are in flight on the board, and have been counted.
uint64_t in_doubt_of_run(const struct crew *crew) {
    return crew->in_doubt + in_doubt_count(crew->arena) - range_table_size(&crew->skipped) -
           range_table_size(&crew->lost) - range_table_size(&crew->kept);
}

bool in_doubt_decide(struct crew *crew, const struct range_table *artists, uint32_t unknown) {
    struct range_table left = {0};
    bool good = true;
    for (size_t i = 0; good && i < artists->count; i++) {
        for (uint32_t artist = artists->range[i].first; good && artist < artists->range[i].end; artist++) {
            if (artist < arena_artists(crew->arena) && board_verdict(crew->arena, artist) == BOARD_NONE) {
                good = range_table_add(&left, (struct range){artist, artist + 1}) && treat(crew, artist);
            }
        }
    }
    crew->in_doubt += range_table_size(&left);
    good = good && in_doubt_tell_earlier(crew, &left, unknown);
    range_table_free(&left);
    return good;
}
