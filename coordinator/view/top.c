#include "view/top.h"

#include "control/client.h"
#include "control/run_attach.h"
#include "output/batch_watch.h"
#include "view/full_screen.h"
#include "view/run_status.h"
#include "view/terminal.h"
#include "view/view_head.h"
#include "view/view_tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define INTERVAL 500 // milliseconds

struct picture {
    struct run_status status;
    struct batch_watch batches;
    struct view view;
};

static void compose(struct picture *picture, const struct terminal *terminal) {
    struct view *view = &picture->view;
    view_begin(view, terminal->width > 1 ? terminal->width - 1 : 1, terminal->height, terminal->colours);
    view_head_title(view, &picture->status);
    view_head_bar(view, &picture->status);
    view_head_facts(view, &picture->status);
    view_tables(view, &picture->status);
}

static void watch(struct picture *picture, const struct arena *arena) {
    struct terminal terminal;
    do {
        run_status_take(&picture->status, arena);
        batch_watch_look(&picture->batches, picture->status.info.output, picture->status.now.at);
        picture->status.batches = picture->batches.list;
        if (picture->status.stage == SNAPSHOT_ENDED) {
            return;
        }
        terminal_look(STDOUT_FILENO, &terminal);
        compose(picture, &terminal);
        full_screen_draw(&picture->view);
    } while (full_screen_wait(INTERVAL));
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
