#include "view/top.h"

#include "control/client.h"
#include "control/run_attach.h"
#include "output/batch_watch.h"
#include "ration/clock.h"
#include "view/full_screen.h"
#include "view/run_status.h"
#include "view/terminal.h"
#include "view/top_keys.h"
#include "view/view_head.h"
#include "view/view_tables.h"
#include "view/view_workers.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define INTERVAL 500               // milliseconds
#define PATIENCE CLOCK_SECOND      // with a coordinator that hangs: nothing is drawn meanwhile
#define READING (8 * CLOCK_SECOND) // for which an answer stays

struct picture {
    struct run_status status;
    struct batch_watch batches;
    struct view view;
    struct top_keys keys;
    struct control_answer answer; // of the run, to the last key
    uint64_t answered;            // when that was; 0: never
};

static bool answer_holds(const struct picture *picture) {
    return picture->answered != 0 && clock_now() - picture->answered < READING;
}

// The keys stand in the last line, and what the run answered above them.
static void compose_foot(struct picture *picture, unsigned height) {
    struct view *view = &picture->view;
    bool answered = answer_holds(picture);
    unsigned foot = answered ? 2 : 1;
    view->most = height;
    while (view_room(view) > foot) {
        view_end(view);
    }
    if (answered) {
        view_put(view, picture->answer.good ? VIEW_GREEN : VIEW_YELLOW, "%s", picture->answer.message);
        view_end(view);
    }
    top_keys_help(&picture->keys, &picture->status, view);
}

static void compose(struct picture *picture, const struct terminal *terminal) {
    struct view *view = &picture->view;
    const struct run_status *status = &picture->status;
    unsigned foot = answer_holds(picture) ? 2 : 1;
    // On a terminal of a few lines the figures come first.
    bool footed = terminal->height >= 8;
    view_begin(view, terminal->width > 1 ? terminal->width - 1 : 1,
               footed ? terminal->height - foot : terminal->height, terminal->colours);
    view_head_title(view, status);
    view_head_bar(view, status);
    view_head_facts(view, status);
    if (picture->keys.detail) {
        view_workers_one(view, status, picture->keys.choice.slot);
    } else {
        view_tables_above(view, status);
    }
    view_workers(view, status, &picture->keys.choice);
    if (footed) {
        compose_foot(picture, terminal->height);
    }
}

// Pauses, or goes on.
static void turn(struct picture *picture) {
    struct control_command command = {.verb = run_status_paused(&picture->status) ? CONTROL_RESUME
                                                                                  : CONTROL_PAUSE};
    client_ask(&command, &picture->status.info, PATIENCE, &picture->answer);
    picture->answered = clock_now();
}

static void watch(struct picture *picture, const struct arena *arena) {
    struct terminal terminal;
    struct full_screen_typed typed;
    enum top_keys_wish wish;
    top_keys_begin(&picture->keys);
    do {
        run_status_take(&picture->status, arena);
        batch_watch_look(&picture->batches, picture->status.info.output, picture->status.now.at);
        picture->status.batches = picture->batches.list;
        if (picture->status.stage == SNAPSHOT_ENDED) {
            return;
        }
        top_keys_look(&picture->keys, &picture->status);
        terminal_look(STDOUT_FILENO, &terminal);
        compose(picture, &terminal);
        full_screen_draw(&picture->view);
        if (!full_screen_wait(INTERVAL, &typed)) {
            return;
        }
        wish = top_keys_take(&picture->keys, typed.text, typed.length, &picture->status);
        if (wish == TOP_KEYS_PAUSE) {
            turn(picture);
        }
    } while (wish != TOP_KEYS_LEAVE);
}

// The last figures stay on the terminal.
static void tell_end(struct picture *picture) {
    struct terminal terminal;
    terminal_look(STDOUT_FILENO, &terminal);
    view_begin(&picture->view, terminal.width, terminal.height, terminal.colours);
    view_head_title(&picture->view, &picture->status);
    view_head_bar(&picture->view, &picture->status);
    (void)fputs(picture->view.text, stdout);
}

int top(const char *run_name) {
    struct run_info info;
    int result;
    struct arena *arena = run_attach(run_name, &info, &result);
    if (arena == NULL) {
        return result;
    }
    struct picture *picture = calloc(1, sizeof(*picture));
    result = CLIENT_FAILED;
    if (picture == NULL) {
        (void)fputs("ration: out of memory\n", stderr);
    } else if (full_screen_enter() != 0) {
        (void)fputs("ration: top needs a terminal; ration status tells the same once\n", stderr);
    } else {
        run_status_begin(&picture->status, &info);
        watch(picture, arena);
        full_screen_leave();
        if (picture->status.stage == SNAPSHOT_ENDED) {
            tell_end(picture);
        }
        result = CLIENT_DONE;
    }
    free(picture);
    arena_close(arena);
    return result;
}
