#include "view/status.h"

#include "control/client.h"
#include "view/metrics_text.h"
#include "ration/clock.h"
#include "control/run_attach.h"
#include "view/status_json.h"
#include "view/terminal.h"
#include "view/view_head.h"
#include "view/view_tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define LINES_MOST 1000U
#define SECOND_LOOK (500 * CLOCK_MS)

// The coordinator measures how fast the run is; if it does not, two looks tell.
static void look(struct run_status *state, const struct arena *arena) {
    run_status_take(state, arena);
    if (state->stage == SNAPSHOT_STALLED) {
        struct timespec pause = {.tv_nsec = (long)SECOND_LOOK};
        (void)nanosleep(&pause, NULL);
        run_status_take(state, arena);
    }
}

static int print_json(const struct run_status *state) {
    char *text = status_json(state);
    if (text == NULL) {
        (void)fputs("ration: out of memory\n", stderr);
        return CLIENT_FAILED;
    }
    (void)puts(text);
    cJSON_free(text);
    return CLIENT_DONE;
}

static int print_metrics(const struct run_status *state) {
    char *text = metrics_text(state);
    if (text == NULL) {
        (void)fputs("ration: out of memory\n", stderr);
        return CLIENT_FAILED;
    }
    (void)fputs(text, stdout);
    free(text);
    return CLIENT_DONE;
}

static int print_text(const struct run_status *state) {
    struct terminal terminal;
    struct view *view = malloc(sizeof(*view));
    if (view == NULL) {
        (void)fputs("ration: out of memory\n", stderr);
        return CLIENT_FAILED;
    }
    terminal_look(STDOUT_FILENO, &terminal);
    // What goes into a file or a pipe is not cut.
    view_begin(view, terminal.is ? terminal.width : UINT32_MAX, LINES_MOST, terminal.colours);
    view_head_title(view, state);
    view_head_bar(view, state);
    view_head_facts(view, state);
    view_tables_sessions(view, state);
    view_tables_workers(view, state);
    (void)fputs(view->text, stdout);
    free(view);
    return CLIENT_DONE;
}

int status(const char *run_name, enum status_form form) {
    struct run_info info;
    int result;
    struct arena *arena = run_attach(run_name, &info, &result);
    if (arena == NULL) {
        return result;
    }
    struct run_status *state = malloc(sizeof(*state));
    if (state == NULL) {
        (void)fputs("ration: out of memory\n", stderr);
        result = CLIENT_FAILED;
    } else {
        run_status_begin(state, &info);
        look(state, arena);
        result = form == STATUS_JSON      ? print_json(state)
                 : form == STATUS_METRICS ? print_metrics(state)
                                          : print_text(state);
    }
    free(state);
    arena_close(arena);
    return fflush(stdout) == 0 ? result : CLIENT_FAILED;
}
