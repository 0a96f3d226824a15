#include "output/orphans.h"

#include "ration/arena.h"
#include "ration/log.h"
#include "ration/slot.h"
#include "system/process.h"

#include <bsd/string.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

// The process in this slot, if it is an orphaned worker and not a stranger who got its pid. 0: none.
static pid_t orphan(const struct arena *arena, uint32_t slot, struct process *process) {
    struct slot_report report;
    char path[40];
    char name[32] = "";
    slot_report(arena, slot, &report);
    if (report.pid <= 0 || !process_look(report.pid, process) || process->state == 'Z' ||
        process->parent == arena_coordinator(arena)) {
        return 0;
    }
    (void)snprintf(path, sizeof(path), "/proc/%d/comm", (int)report.pid);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return 0;
    }
    bool worker = fgets(name, sizeof(name), file) != NULL && strncmp(name, "ration-worker", 13) == 0;
    (void)fclose(file);
    return worker ? report.pid : 0;
}

void orphans_describe(const char *arena_name, char *out, size_t size) {
    struct process process;
    (void)strlcpy(out, "an earlier run", size);
    struct arena *arena = arena_open(arena_name, false);
    for (uint32_t slot = 0; arena != NULL && slot < arena_slots(arena); slot++) {
        char one[40];
        pid_t pid = orphan(arena, slot, &process);
        if (pid > 0) {
            (void)snprintf(one, sizeof(one), ", W%02u (pid %d)", slot + 1, (int)pid);
            (void)strlcat(out, one, size);
        }
    }
    arena_close(arena);
}

void orphans_urge(const char *arena_name, uint64_t waited) {
    struct process process;
    struct arena *arena = arena_open(arena_name, false);
    for (uint32_t slot = 0; arena != NULL && slot < arena_slots(arena); slot++) {
        pid_t pid = orphan(arena, slot, &process);
        if (pid > 0 && process.state == 'T') {
            log_info("worker", "W%02u (pid %d) of the earlier run is stopped; it is told to continue",
                     slot + 1, (int)pid);
            (void)kill(pid, SIGCONT);
        }
        if (pid > 0 && waited > ORPHANS_PATIENCE) {
            log_warn("worker", "W%02u (pid %d) of the earlier run does not finish; it is killed", slot + 1,
                     (int)pid);
            (void)kill(pid, SIGKILL);
        }
    }
    arena_close(arena);
}
