#include "view/status.h"

#include "control/client.h"
#include "control/last_runs.h"
#include "control/run_attach.h"
#include "control/run_list.h"
#include "output/batch_watch.h"
#include "ration/clock.h"
#include "view/last_run_tell.h"
#include "view/metrics_text.h"
#include "view/ps.h"
#include "view/status_json.h"
#include "view/terminal.h"
#include "view/view_head.h"
#include "view/view_tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINES_MOST 1000U
#define SECOND_LOOK (500 * CLOCK_MS)

// The coordinator measures how fast the run is; if it does not, two looks tell.
static void look_until_known(struct run_status *state, const struct arena *arena, enum status_form form) {
    run_status_take(state, arena);
    if (state->stage == SNAPSHOT_STALLED && form != STATUS_WORKERS) {
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

static int print_workers(const struct run_status *state) {
    ps_print(state);
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
    view_tables(view, state);
    (void)fputs(view->text, stdout);
    free(view);
    return CLIENT_DONE;
}

// -1: nothing is known of such a run, either.
static int tell_last(const char *run_name, enum status_form form) {
    if (form != STATUS_METRICS) {
        return last_run_tell(run_name, form == STATUS_JSON);
    }
    struct last_runs runs;
    bool known = last_runs_find(run_name, &runs) == 0 && runs.count > 0;
    last_runs_free(&runs);
    if (!known) {
        return -1;
    }
    (void)fputs("ration: that run is over, and has no metrics any more; --json tells its last figures\n",
                stderr);
    return CLIENT_NO_RUN;
}

// A line for each run at work and each that is over: its id, whether it is at work, its output.
static int list_runs(void) {
    struct run_list list;
    struct last_runs over;
    if (run_list_take(&list) != 0) {
        return CLIENT_FAILED;
    }
    for (size_t i = 0; i < list.count; i++) {
        (void)printf("%s\trunning\t%s\n", list.entry[i].info.run_id, list.entry[i].info.output);
    }
    int result = last_runs_find(NULL, &over) == 0 ? CLIENT_DONE : CLIENT_FAILED;
    for (size_t i = 0; i < over.count; i++) {
        bool works = false;
        for (size_t k = 0; k < list.count; k++) {
            works = works || strcmp(list.entry[k].info.run_id, over.one[i].run.run_id) == 0;
        }
        if (!works) {
            (void)printf("%s\tover\t%s\n", over.one[i].run.run_id, over.one[i].output);
        }
    }
    last_runs_free(&over);
    run_list_free(&list);
    return fflush(stdout) == 0 ? result : CLIENT_FAILED;
}

int status(const char *run_name, enum status_form form) {
    static int (*const print[])(const struct run_status *) = {[STATUS_TEXT] = print_text,
                                                              [STATUS_WORKERS] = print_workers,
                                                              [STATUS_JSON] = print_json,
                                                              [STATUS_METRICS] = print_metrics};
    struct run_info info;
    int result;
    if (form == STATUS_LIST) {
        return list_runs();
    }
    result = form != STATUS_WORKERS && run_list_none(run_name) ? tell_last(run_name, form) : -1;
    if (result >= 0) {
        return fflush(stdout) == 0 ? result : CLIENT_FAILED;
    }
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
        look_until_known(state, arena, form);
        batch_watch_once(info.output, true, &state->batches);
        result = print[form](state);
    }
    free(state);
    arena_close(arena);
    return fflush(stdout) == 0 ? result : CLIENT_FAILED;
}
