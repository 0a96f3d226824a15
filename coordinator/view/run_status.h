// The state of a run as people are told it, by whatever way: the terminal, JSON, metrics. One snapshot, and
// what follows from it.
#ifndef RATION_RUN_STATUS_H
#define RATION_RUN_STATUS_H

#include "control/run_info.h"
#include "output/batch_list.h"
#include "ration/snapshot.h"
#include "system/process.h"
#include "view/rates.h"
#include "view/run_wait.h"

#include <stdbool.h>
#include <stdint.h>

#define RUN_STATUS_SILENCE \
    2000000000ULL // nanoseconds without a sign of life after which the coordinator is said to hang
#define RUN_STATUS_REASON 160

// What is known of the coordinator's process.
enum run_status_process { RUN_STATUS_WORKS, RUN_STATUS_STOPPED, RUN_STATUS_GONE };

struct run_status {
    struct run_info info;
    struct snapshot now;
    struct snapshot_sums sums;
    struct rates rates; // points of earlier looks
    struct rates_pace pace;
    double pace_mean;          // artists a second of this run; below 0: not known
    struct snapshot_wait wait; // kind is below RUN_WAIT_KINDS; of nothing once it ends
    enum snapshot_stage stage; // with reason[], "" when it runs
    uint64_t silent; // nanoseconds since the coordinator's last sign of life; CLOCK_NEVER: it gave none yet
    char reason[RUN_STATUS_REASON];
    enum run_status_process coordinator;
    const char *worker_state[BOUNDS_SLOTS];
    uint64_t worker_memory[BOUNDS_SLOTS]; // bytes; 0: there is no such process
    struct batch_list batches;            // whoever has its journal sets it; of other runs it is empty
};

void run_status_begin(struct run_status *status, const struct run_info *info);

// Reads the arena and /proc anew. May be called as often as one likes.
void run_status_take(struct run_status *status, const struct arena *arena);

// The coordinator's own: of the look in its hand, and what it has just published. Reads /proc anew.
void run_status_of(struct run_status *status, const struct snapshot *look,
                   const struct snapshot_gossip *gossip);

// Pure: stage, reason and silence, from status->now.
void run_status_judge(struct run_status *status, enum run_status_process process);

// Pure: "working", "paused", "waiting", "dead" …; `process` NULL: there is none of that pid. `held` is that
// of the run; who still has requests in flight while the API holds the run works.
const char *run_status_worker(const struct slot_report *report, const struct process *process,
                              const char *held);

// Pure: why none of its workers can send: "paused", "waiting" (for the API or its limits); NULL: they can.
const char *run_status_held(const struct run_status *status);

// Pure: nothing may depart, because somebody paused it or its daily quota is used up.
bool run_status_paused(const struct run_status *status);

// "running", "paused", "draining", "stalled", "ended"
const char *run_status_stage_name(enum snapshot_stage stage);
// "healthy", "approaching", "throttled"
const char *run_status_use_name(enum snapshot_use use);
// The last part of the output's name: what people call the run.
const char *run_status_name(const struct run_status *status);
// "primary", or "session 1" when it has no name.
void run_status_session_name(const struct run_status *status, uint32_t session, char out[32]);

// Pure: what it waits for, from now, sums and stage, and what was published before. Of a run that has ended
// it also takes away what holds only while one works: countdowns, and the state of its limits.
void run_status_wait_for(struct run_status *status);

// All that are left, if each of them was refused before, and none is under way: nobody knows yet whose fault
// that is, and when it ends. Else 0.
uint32_t run_status_refused(const struct run_status *status);

// When it ends, in nanoseconds since 1970, and how long that is from now. false: nobody can tell, because it
// waits, or ends, or has just begun.
bool run_status_ends(const struct run_status *status, uint64_t *ends, uint64_t *left);

// The attempt that failed last, of those that may be why it waits. NULL: none is known.
const struct slot_fault *run_status_cause(const struct run_status *status);

// Why a session sends nothing, and until when (monotonic; CLOCK_NEVER: not known, or for good); NULL: it may
// send.
const char *run_status_wait(const struct run_status *status, uint32_t session, uint64_t *until);

// Why a pause until that monotonic moment lasts.
const char *run_status_pause(uint64_t until);

// A share of a limit as people are told it: percent, 100 at most. After a rest more than the limit may leave
// in a minute; that is no more than all of it.
double run_status_percent(uint64_t share);

// Nanoseconds since 1970 of a monotonic moment.
uint64_t run_status_wall(const struct run_status *status, uint64_t monotonic);

#endif
