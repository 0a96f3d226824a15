#include "progress.h"

#include "cost.h"
#include "ration/clock.h"
#include "ration/log.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BAR_INTERVAL (200 * CLOCK_MS)
#define PLAIN_INTERVAL (10 * CLOCK_SECOND)
#define SAMPLE_INTERVAL (500 * CLOCK_MS)
#define MAX_WIDTH 400U

void progress_start(struct progress *progress, enum options_progress mode, bool quiet, uint64_t now) {
    *progress = (struct progress){.mode = mode, .started = now, .shown = now};
    if (mode == OPTIONS_PROGRESS_AUTO) {
        progress->mode = quiet                   ? OPTIONS_PROGRESS_NONE
                         : isatty(STDERR_FILENO) ? OPTIONS_PROGRESS_BAR
                                                 : OPTIONS_PROGRESS_PLAIN;
    }
}

// Verdicts a second over the last half minute; keeps the samples for it.
static double rate_of(struct progress *progress, uint64_t verdicts, uint64_t now) {
    unsigned last = (progress->samples + PROGRESS_SAMPLES - 1) % PROGRESS_SAMPLES;
    if (progress->samples == 0 || now - progress->at[last] >= SAMPLE_INTERVAL) {
        last = progress->samples % PROGRESS_SAMPLES;
        progress->at[last] = now;
        progress->count[last] = verdicts;
        progress->samples++;
    }
    unsigned first = progress->samples > PROGRESS_SAMPLES ? progress->samples % PROGRESS_SAMPLES : 0;
    double seconds = (double)(now - progress->at[first]) / (double)CLOCK_SECOND;
    return seconds > 0.2 ? (double)(verdicts - progress->count[first]) / seconds : 0;
}

static void describe_time(double seconds, char *out, size_t size) {
    if (seconds < 0 || seconds > 1e7) {
        (void)snprintf(out, size, "-");
    } else if (seconds < 3600) {
        (void)snprintf(out, size, "%u:%02u", (unsigned)seconds / 60, (unsigned)seconds % 60);
    } else {
        (void)snprintf(out, size, "%u:%02u:%02u", (unsigned)seconds / 3600, (unsigned)seconds / 60 % 60,
                       (unsigned)seconds % 60);
    }
}

static void describe(const struct totals *totals, uint32_t workers, double rate, uint64_t now, char *out,
                     size_t size) {
    char left[24];
    char wait[40] = "";
    char cost[COST_TEXT_SIZE + 2] = "";
    uint64_t rest = totals->artists - totals->done - totals->failed;
    describe_time(rate > 0 ? (double)rest / rate : -1, left, sizeof(left));
    if (totals->disk_wait > 0) {
        (void)snprintf(wait, sizeof(wait), " | waiting for room on the disk");
    } else if (totals->paused_until == CLOCK_NEVER) {
        (void)snprintf(wait, sizeof(wait), " | paused");
    } else if (totals->paused_until != 0) {
        (void)snprintf(wait, sizeof(wait), " | paused, goes on in %.0f s",
                       (double)(totals->paused_until - now) / (double)CLOCK_SECOND);
    } else if (totals->waits_until != 0 && totals->waits_until != CLOCK_NEVER) {
        (void)snprintf(wait, sizeof(wait), " | quota: waits %.0f s",
                       (double)(totals->waits_until - now) / (double)CLOCK_SECOND);
    }
    if (totals->priced) {
        memcpy(cost, ", ", 3);
        cost_print(totals->cost, cost + 2);
    }
    (void)snprintf(out, size, "%u/%u done, %u failed, %.1f/s, %s left%s | %u workers, %u in flight%s",
                   totals->done, totals->artists, totals->failed, rate, left, cost, workers,
                   totals->in_flight, wait);
}

static unsigned terminal_width(void) {
    struct winsize window;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0) {
        return 80;
    }
    return window.ws_col < MAX_WIDTH ? window.ws_col : MAX_WIDTH;
}

static void draw_bar(const struct totals *totals, const char *text) {
    char line[MAX_WIDTH + 64];
    char bar[64] = "";
    unsigned width = terminal_width();
    unsigned length = (unsigned)strlen(text);
    unsigned cells = length + 14 < width ? width - length - 4 : 0;
    cells = cells < 40 ? cells : 40;
    if (cells >= 10) {
        uint64_t full =
            ((uint64_t)totals->done + totals->failed) * cells / (totals->artists > 0 ? totals->artists : 1);
        for (unsigned i = 0; i < cells; i++) {
            bar[i] = i < full ? '#' : '.';
        }
        bar[cells] = '\0';
    }
    int n = snprintf(line, sizeof(line), "\r\033[K%s%s%s%.*s", cells >= 10 ? "[" : "", bar,
                     cells >= 10 ? "] " : "", (int)(width - 1), text);
    if (n > 0) {
        ssize_t ignored = write(STDERR_FILENO, line, (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1);
        (void)ignored;
    }
}

void progress_show(struct progress *progress, const struct totals *totals, uint32_t workers, uint64_t now,
                   bool force) {
    char text[256];
    double rate = rate_of(progress, (uint64_t)totals->done + totals->failed, now);
    uint64_t interval = progress->mode == OPTIONS_PROGRESS_BAR ? BAR_INTERVAL : PLAIN_INTERVAL;
    if (progress->mode == OPTIONS_PROGRESS_NONE || (!force && now - progress->shown < interval)) {
        return;
    }
    progress->shown = now;
    describe(totals, workers, rate, now, text, sizeof(text));
    if (progress->mode == OPTIONS_PROGRESS_BAR) {
        draw_bar(totals, text);
    } else {
        log_info("run", "%s", text);
    }
}

void progress_end(struct progress *progress) {
    if (progress->mode == OPTIONS_PROGRESS_BAR) {
        ssize_t ignored = write(STDERR_FILENO, "\n", 1);
        (void)ignored;
        progress->mode = OPTIONS_PROGRESS_NONE;
    }
}
