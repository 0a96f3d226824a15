#include "crew/followers.h"

#include "crew/followers_parts.h"
#include "input/record_at.h"
#include "ration/board.h"
#include "ration/log.h"

#include <inttypes.h>
#include <stdlib.h>

struct choice {
    struct crew *crew;
    const struct followers_begin *begin;
    bool earlier; // the answer of an earlier run leads somebody
};

static bool is_in(const struct range_table *table, uint32_t artist) {
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (artist >= table->range[middle].end) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < table->count && artist >= table->range[low].first;
}

static enum identical_part part_of(void *context, uint32_t artist) {
    const struct choice *choice = context;
    const struct followers_begin *begin = choice->begin;
    switch (board_verdict(choice->crew->arena, artist)) {
    case BOARD_DONE:
        return begin->fresh(begin->context, artist) ? IDENTICAL_ANSWERED : IDENTICAL_NONE;
    case BOARD_NONE:
        return is_in(begin->in_doubt, artist) ? IDENTICAL_ALONE : IDENTICAL_ASKED;
    case BOARD_FAILED: // perhaps of another request: an errors line does not tell
    default:
        return IDENTICAL_NONE;
    }
}

static void follow(void *context, uint32_t artist, uint32_t leader) {
    struct choice *choice = context;
    struct arena *arena = choice->crew->arena;
    if (board_verdict(arena, leader) != BOARD_NONE) {
        choice->earlier = true;
    } else if (board_priority(arena, artist) < board_priority(arena, leader)) {
        board_set_priority(arena, leader, board_priority(arena, artist));
    }
    board_set_priority(arena, artist, PRIORITY_FOLLOWER);
}

int followers_begin(struct crew *crew, const struct followers_begin *begin) {
    struct choice choice = {.crew = crew, .begin = begin};
    const struct identical_input input = {crew->fd.input, crew->input_name, crew->index, crew->settings};
    const struct identical_calls calls = {part_of, follow, &choice};
    struct identical *identical;
    if (identical_find(&input, &calls, &identical) != 0) {
        return -1;
    }
    if (identical == NULL) {
        return 0;
    }
    struct followers *followers = calloc(1, sizeof(*followers));
    if (followers == NULL) {
        identical_free(identical);
        log_fatal("run", "out of memory");
        return -1;
    }
    crew->followers = followers;
    followers->identical = identical;
    followers->waiting = identical_followers(identical);
    followers->reader = record_at_reader(crew->index, crew->fd.input, crew->input_name);
    for (int file = 0; file < OUTPUT_FILES; file++) {
        bool all = file == OUTPUT_ANSWERS && choice.earlier;
        committed_tail_begin(&followers->tail[file], -1,
                             all ? 0 : output_length(crew->arena, (enum output_file)file));
    }
    log_info("input", "%" PRIu32 " artists ask what another one asks: they get what that one gets",
             followers->waiting);
    followers->maker = crew->format->list ? request_new(crew->settings, NULL) : NULL;
    if (crew->format->list && followers->maker == NULL) {
        log_fatal("run", "out of memory");
        return -1;
    }
    return followers->reader != NULL ? 0 : -1;
}

void followers_free(struct followers *followers) {
    if (followers != NULL) {
        result_line_free(&followers->leader);
        for (int file = 0; file < OUTPUT_FILES; file++) {
            committed_tail_end(&followers->tail[file]);
        }
        record_reader_free(followers->reader);
        text_free(&followers->text);
        text_free(&followers->head);
        text_free(&followers->body);
        request_free(followers->maker);
        identical_free(followers->identical);
        free(followers);
    }
}

uint32_t followers_waiting(const struct followers *followers) {
    return followers != NULL ? followers->waiting : 0;
}

uint32_t followers_served(const struct followers *followers) {
    return followers != NULL ? followers->served : 0;
}

uint32_t followers_left_out(const struct followers *followers) {
    return followers != NULL && followers->settled ? followers->waiting : 0;
}

bool followers_pending(const struct followers *followers) {
    return followers != NULL && followers->pending;
}
