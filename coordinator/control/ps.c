#include "control/ps.h"

#include "control/client.h"
#include "control/run_list.h"
#include "ration/arena.h"
#include "ration/clock.h"
#include "ration/slot.h"
#include "ration/snapshot.h"
#include "ration/utf8.h"
#include "system/process.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static const char *state_name(const struct slot_report *report, const struct process *process, bool exists,
                              bool paused) {
    static const char *const names[] = {
        [SLOT_EMPTY] = "absent", [SLOT_STARTING] = "starting",   [SLOT_WORKING] = "working",
        [SLOT_IDLE] = "idle",    [SLOT_DISK_WAIT] = "disk-wait", [SLOT_DRAINING] = "draining",
    };
    if (report->pid != 0 && (!exists || process->state == 'Z')) {
        return "dead";
    }
    if (report->pid != 0 && (process->state == 'T' || process->state == 't')) {
        return "stopped";
    }
    return paused && (report->state == SLOT_WORKING || report->state == SLOT_IDLE) ? "paused"
                                                                                   : names[report->state];
}

// What it has not claimed yet of the range in hand, or of the one in reserve.
static void describe_range(const struct arena *arena, uint32_t slot, char *out, size_t size) {
    uint32_t first, given;
    slot_sequences(arena, slot, &first, &given);
    (void)snprintf(out, size, "-");
    for (uint32_t sequence = first; sequence < given; sequence++) {
        struct range range = slot_unclaimed(arena, slot, sequence);
        if (range_size(range) > 0) {
            (void)snprintf(out, size, "%u-%u", range.first, range.end);
            return;
        }
    }
}

static void describe_age(uint64_t since, uint64_t now, char *out, size_t size) {
    unsigned seconds = since != 0 && now > since ? (unsigned)((now - since) / CLOCK_SECOND) : 0;
    if (since == 0) {
        (void)snprintf(out, size, "-");
    } else {
        (void)snprintf(out, size, "%u:%02u:%02u", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}

static void print_slot(const struct arena *arena, pid_t coordinator, uint32_t slot, bool paused,
                       uint64_t now) {
    struct slot_report report;
    struct process process;
    char range[32], age[24], memory[24] = "-";
    slot_report(arena, slot, &report);
    if (slot >= arena_workers(arena) && report.pid == 0) {
        return;
    }
    bool exists = report.pid != 0 && process_look(report.pid, &process) && process.parent == coordinator;
    if (exists) {
        (void)snprintf(memory, sizeof(memory), "%.1f MB", (double)process.memory / 1e6);
    }
    describe_range(arena, slot, range, sizeof(range));
    describe_age(report.started, now, age, sizeof(age));
    (void)printf("W%02u    %8d  %-9s  %-21s %9u %8" PRIu64 " %8" PRIu64 " %9u  %9s  %9s\n", slot + 1,
                 (int)report.pid, state_name(&report, &process, exists, paused), range, report.in_flight,
                 report.done, report.failed, report.generation > 0 ? report.generation - 1 : 0, memory, age);
}

static void print_run(const struct run_info *info, const struct arena *arena, uint64_t now) {
    struct snapshot look;
    struct process process;
    snapshot_take(arena, now, clock_wall(), &look);
    bool used_up = look.quota.allowed > 0 && look.quota.used >= look.quota.allowed;
    bool paused = look.paused_until != 0 || used_up;
    bool stopped = process_look(info->pid, &process) && (process.state == 'T' || process.state == 't');
    (void)printf("run %s, pid %d%s, since %s\n", info->run_id, (int)info->pid,
                 stopped ? " (stopped by a signal)" : "", info->started);
    char shown[PATH_MAX];
    (void)printf("  input   %s\n", utf8_shown(info->input, shown, sizeof(shown)));
    (void)printf("  output  %s\n", utf8_shown(info->output, shown, sizeof(shown)));
    (void)printf("  %u of %u done, %u failed, %u in flight, %u workers wanted%s\n", look.done, look.artists,
                 look.failed, look.sums.in_flight, look.wanted, paused ? ", paused" : "");
    (void)printf("WORKER      PID  STATE      RANGE                 IN-FLIGHT     DONE   FAILED  RESTARTS    "
                 " MEMORY        AGE\n");
    for (uint32_t slot = 0; slot < arena_slots(arena); slot++) {
        print_slot(arena, info->pid, slot, paused, now);
    }
}

static int show(const struct run_info *info) {
    struct arena *arena = arena_open(info->arena, false);
    if (arena == NULL && errno == EPROTO) {
        (void)fprintf(stderr, "ration: run %s is of another version of ration\n", info->run_id);
        return CLIENT_FAILED;
    }
    if (arena == NULL || strcmp(arena_run_id(arena), info->run_id) != 0) {
        (void)fprintf(stderr, "ration: run %s has just ended\n", info->run_id);
        arena_close(arena);
        return CLIENT_NO_RUN;
    }
    print_run(info, arena, clock_now());
    arena_close(arena);
    return fflush(stdout) == 0 ? CLIENT_DONE : CLIENT_FAILED;
}

int ps(const char *run_name) {
    struct run_list list;
    if (run_list_take(&list) != 0) {
        return CLIENT_FAILED;
    }
    const struct run_entry *entry = run_list_find(&list, run_name);
    int status = entry != NULL ? show(&entry->info) : CLIENT_NO_RUN;
    run_list_free(&list);
    return status;
}
