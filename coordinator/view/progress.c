#include "view/progress.h"

#include "ration/clock.h"
#include "ration/log.h"
#include "view/view_head.h"
#include "view/view_tables.h"

#include <string.h>
#include <unistd.h>

#define BAR_INTERVAL (90 * CLOCK_MS) // with each tick: log lines may have pushed it down
#define PLAIN_INTERVAL (10 * CLOCK_SECOND)
#define HEIGHT_TABLES 16U // lower terminals show no tables
#define HEIGHT_FACTS 5U   // and these one line only
#define LOG_LINES 6U      // at least so many lines above stay for the log
#define LINE_SIZE 512

void progress_start(struct progress *progress, enum options_progress mode, bool quiet, uint64_t now) {
    struct terminal terminal;
    terminal_look(STDERR_FILENO, &terminal);
    progress->mode = mode;
    progress->shown = now;
    progress->lines = 0;
    if (mode == OPTIONS_PROGRESS_AUTO) {
        progress->mode = quiet             ? OPTIONS_PROGRESS_NONE
                         : terminal.steers ? OPTIONS_PROGRESS_BAR
                                           : OPTIONS_PROGRESS_PLAIN;
    }
}

// Where the next piece begins, with what parts it from this one; the line's end if there is none.
static const char *next_piece(const char *piece) {
    const char *comma = strstr(piece + 1, ", "), *bar = strstr(piece + 1, " | ");
    const char *next = bar == NULL || (comma != NULL && comma < bar) ? comma : bar;
    return next != NULL ? next : piece + strlen(piece);
}

// `below`: the bar, which has the artists already.
static void compose_line(struct view *view, const struct run_status *status, bool below) {
    char line[LINE_SIZE];
    view_head_line(status, line, sizeof(line));
    const char *piece = line;
    for (int known = below ? 2 : 0; known > 0; known--) {
        piece = next_piece(piece);
    }
    piece += below ? strspn(piece, ", ") : 0;
    for (; *piece != '\0'; piece = next_piece(piece)) {
        view_piece(view, VIEW_PLAIN, "%.*s", (int)(next_piece(piece) - piece), piece);
    }
    view_end(view);
}

void progress_compose(struct view *view, const struct run_status *status, const struct terminal *terminal,
                      bool last) {
    bool tall = terminal->height >= HEIGHT_TABLES;
    unsigned most = tall ? terminal->height - LOG_LINES : terminal->height >= HEIGHT_FACTS ? 2 : 1;
    // The last column stays free: some terminals wrap when it is written.
    view_begin(view, terminal->width > 1 ? terminal->width - 1 : 1, most, terminal->colours);
    if (most == 1) {
        compose_line(view, status, false);
        return;
    }
    view_head_bar(view, status);
    if (!tall) {
        compose_line(view, status, true);
        return;
    }
    view_head_facts(view, status);
    if (!last) {
        view_tables(view, status);
    }
}

static void draw_picture(struct progress *progress, const struct run_status *status, bool last) {
    struct terminal terminal;
    terminal_look(STDERR_FILENO, &terminal);
    progress_compose(&progress->view, status, &terminal, last);
    terminal_draw(&terminal, &progress->view);
    progress->lines = progress->view.lines;
}

static void log_line(const struct run_status *status) {
    char line[LINE_SIZE];
    view_head_line(status, line, sizeof(line));
    log_info("run", "%s", line);
}

void progress_show(struct progress *progress, const struct run_status *status, uint64_t now) {
    uint64_t interval = progress->mode == OPTIONS_PROGRESS_BAR ? BAR_INTERVAL : PLAIN_INTERVAL;
    if (progress->mode == OPTIONS_PROGRESS_NONE || now < progress->shown + interval) {
        return;
    }
    progress->shown = now;
    if (progress->mode == OPTIONS_PROGRESS_BAR) {
        draw_picture(progress, status, false);
    } else {
        log_line(status);
    }
}

void progress_leave(struct progress *progress) {
    struct terminal terminal;
    if (progress->mode == OPTIONS_PROGRESS_BAR) {
        terminal_look(STDERR_FILENO, &terminal);
        terminal_pass(&terminal, progress->lines);
        progress->lines = 0;
    }
}

void progress_end(struct progress *progress, const struct run_status *status) {
    struct terminal terminal;
    if (progress->mode == OPTIONS_PROGRESS_BAR) {
        draw_picture(progress, status, true);
        terminal_look(STDERR_FILENO, &terminal);
        terminal_pass(&terminal, progress->lines);
    } else if (progress->mode == OPTIONS_PROGRESS_PLAIN) {
        log_line(status);
    }
    progress->mode = OPTIONS_PROGRESS_NONE;
}
