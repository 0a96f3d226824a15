#include "view/ps.h"

#include "ration/clock.h"
#include "ration/utf8.h"
#include "view/view_words.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

static void describe_age(uint64_t since, uint64_t now, char *out, size_t size) {
    unsigned seconds = since != 0 && now > since ? (unsigned)((now - since) / CLOCK_SECOND) : 0;
    if (since == 0) {
        (void)snprintf(out, size, "-");
    } else {
        (void)snprintf(out, size, "%u:%02u:%02u", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}

// What it has not claimed yet of the range in hand, or of the one in reserve.
static void describe_range(struct range range, char *out, size_t size) {
    if (range_size(range) > 0) {
        (void)snprintf(out, size, "%u-%u", range.first, range.end);
    } else {
        (void)snprintf(out, size, "-");
    }
}

static void print_worker(const struct run_status *status, uint32_t slot) {
    const struct snapshot_worker *worker = &status->now.worker[slot];
    const struct slot_report *report = &worker->report;
    uint64_t bytes = status->worker_memory[slot];
    char range[32], age[24], memory[24] = "-";
    if (slot >= status->now.wanted && report->pid == 0) {
        return;
    }
    if (bytes > 0) {
        (void)snprintf(memory, sizeof(memory), "%.1f MB", (double)bytes / 1e6);
    }
    describe_range(worker->range, range, sizeof(range));
    describe_age(report->started, status->now.at, age, sizeof(age));
    (void)printf("W%02u    %8d  %-9s  %-21s %9u %8" PRIu64 " %8" PRIu64 " %9u  %9s  %9s\n", slot + 1,
                 (int)report->pid, status->worker_state[slot], range, report->in_flight, report->done,
                 report->failed, report->generation > 0 ? report->generation - 1 : 0, memory, age);
}

void ps_print(const struct run_status *status) {
    const struct run_info *info = &status->info;
    const struct snapshot *now = &status->now;
    char shown[PATH_MAX];
    (void)printf("run %s, pid %d%s, since %s\n", info->run_id, (int)info->pid,
                 status->coordinator == RUN_STATUS_STOPPED ? " (stopped by a signal)" : "", info->started);
    (void)printf("  input   %s\n", utf8_shown(info->input, shown, sizeof(shown)));
    (void)printf("  output  %s\n", utf8_shown(info->output, shown, sizeof(shown)));
    (void)printf("  %u of %u done, %u failed, %u in flight, %u worker%s wanted%s\n", now->done, now->artists,
                 now->failed, now->sums.in_flight, now->wanted, now->wanted == 1 ? "" : "s",
                 run_status_paused(status) ? ", paused" : "");
    char wait[VIEW_WORDS_WAIT];
    view_words_wait(status, wait, sizeof(wait));
    if (wait[0] != '\0') {
        (void)printf("  waits %s\n", wait);
    }
    (void)printf("WORKER      PID  STATE      UNCLAIMED             IN-FLIGHT     DONE   FAILED  RESTARTS    "
                 " MEMORY        AGE\n");
    for (uint32_t slot = 0; slot < now->slots; slot++) {
        print_worker(status, slot);
    }
}
