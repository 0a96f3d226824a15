#include "run/run_arena.h"

#include "control/run_info.h"
#include "crew/followers.h"
#include "output/last_run_file.h"
#include "ration/board.h"
#include "ration/clock.h"
#include "ration/ledger.h"
#include "ration/log.h"
#include "run/run_output.h"

#include <bsd/string.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WHOLE_DAY 1000000U // millionths

_Static_assert(SESSIONS_FILE_NAME_SIZE <= LEDGER_NAME_SIZE, "names of sessions fit whole");

static void mark(void *context, uint32_t artist, enum board_verdict verdict) {
    board_set(context, artist, verdict);
}

static bool is_fresh(void *context, uint32_t artist) {
    return resume_fresh(context, artist);
}

// 0, or -1 after telling.
static int fill_board(struct run *run, struct arena *arena) {
    bool normal = run->index.priority == NULL;
    for (uint32_t artist = 0; artist < run->index.artists; artist++) {
        board_set_priority(arena, artist,
                           normal ? PRIORITY_NORMAL : input_index_priority(&run->index, artist));
    }
    for (size_t group = 0; group < run->index.places; group++) {
        board_set_proof(arena, (uint32_t)group * INPUT_INDEX_STEP, run->index.place[group].proof);
    }
    resume_mark(run->resume, mark, arena);
    int status = 0;
    if (run->options->identical == OPTIONS_IDENTICAL_ONCE) {
        const struct followers_begin begin = {&run->stale.artists, is_fresh, run->resume};
        status = followers_begin(&run->crew, &begin);
    }
    resume_free(run->resume);
    run->resume = NULL;
    return status;
}

static uint64_t end_of(int fd) {
    off_t end = lseek(fd, 0, SEEK_END);
    return end > 0 ? (uint64_t)end : 0;
}

// What an earlier run of this output found out of limits that nobody tells; "": nothing.
static void found_before(const struct run *run, char out[LIMITS_FOUND_MOST]) {
    struct last_run *last = run->files.output_new ? NULL : malloc(sizeof(*last));
    out[0] = '\0';
    const struct settings *settings = &run->config.settings;
    if (last != NULL && last_run_file_read(run->files.output_name, last) == 0 &&
        run_output_is_of(run, last) && settings->sessions > 0 &&
        strcmp(last->base_url, settings->session_url[0]) == 0) {
        (void)strlcpy(out, last->limits_found, LIMITS_FOUND_MOST);
    }
    free(last);
}

static void fill_ledger(const struct run *run, struct arena *arena) {
    const struct options *options = run->options;
    char found[LIMITS_FOUND_MOST];
    found_before(run, found);
    const struct config_sessions *sessions = &run->config.sessions;
    for (uint32_t i = 0; i < sessions->count; i++) {
        struct ledger_limits limits = sessions->one[i].limits;
        limits.known = limits_found_of(found, sessions->one[i].name);
        ledger_set_limits(arena, i, &limits, clock_now());
        ledger_set_name(arena, i, sessions->one[i].name);
    }
    ledger_configure(arena, &(struct ledger_config){
                                .selection = options->session_selection,
                                .breaker = {options->circuit_breaker ? options->circuit_breaker_threshold : 0,
                                            options->circuit_breaker_timeout},
                                .least_charge = run->config.least_charge,
                                .fallback_after = options->fallback_after,
                                .day_share = options->quota_monitoring && options->daily_limit == 0
                                                 ? options->quota_threshold
                                                 : WHOLE_DAY,
                                .price = run->config.price,
                                .cost_most = run->config.max_cost,
                                .cost_run_most = run->config.max_cost_run,
                                .longest_answer = run->config.settings.max_output_tokens,
                            });
}

int run_arena_make(struct run *run) {
    char id[ARENA_RUN_ID_SIZE];
    run_info_make_id(id);
    // What stands under this name was made by a resume that sent nothing, or for a deleted output with the
    // same inode.
    if (arena_remove(run->arena_name) != 0 && errno != ENOENT) {
        log_fatal("run", "cannot remove an old arena, /dev/shm%s: %s", run->arena_name, strerror(errno));
        return -1;
    }
    char *output = realpath(run->files.output_name, NULL);
    struct arena_config config = {
        .name = run->arena_name,
        .run_id = id,
        .output = output,
        .input_mark = run->input.mark,
        .artists = run->index.artists,
        .slots = BOUNDS_SLOTS, // `ration workers` may want more later
        .sessions = run->config.sessions.count,
    };
    struct arena *arena = arena_create(&config);
    int error = errno;
    free(output);
    if (arena == NULL && error == EFBIG) {
        log_fatal(
            "run",
            "cannot make the arena: files may not be larger than ulimit -f allows, and it needs %" PRIu64
            " bytes; raise ulimit -f",
            arena_needs(&config));
        return -1;
    }
    if (arena == NULL) {
        log_fatal("run",
                  "cannot make the arena in /dev/shm: %s; it needs %" PRIu64
                  " bytes; enlarge /dev/shm, or remove stale /dev/shm/ration-* of runs that have ended",
                  strerror(error), arena_needs(&config));
        return -1;
    }
    run->crew.arena = arena;
    arena_set_workers(arena, run->crew.wanted);
    if (run->options->in_flight == 0) {
        arena_set_in_flight(arena, CONFIG_IN_FLIGHT_FIRST);
    }
    fill_ledger(run, arena);
    output_set_length(arena, OUTPUT_ANSWERS, end_of(run->files.output));
    output_set_length(arena, OUTPUT_ERRORS, end_of(run->files.errors));
    return fill_board(run, arena);
}
