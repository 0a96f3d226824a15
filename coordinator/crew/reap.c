#include "crew/reap.h"

#include "crew/give_back.h"
#include "crew/keys.h"
#include "crew/restart_policy.h"
#include "ration/crash_point.h"
#include "ration/guard.h"
#include "ration/ledger.h"
#include "ration/log.h"
#include "ration/slot.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

static uint64_t outcomes_of(const struct crew *crew, uint32_t slot) {
    struct slot_report report;
    uint64_t sum = 0;
    slot_report(crew->arena, slot, &report);
    for (int i = 0; i < OUTCOME_OF_ATTEMPT; i++) {
        sum += report.outcome[i];
    }
    return sum;
}

static struct restart_policy_decision judge(struct crew *crew, uint32_t slot,
                                            enum restart_policy_death death) {
    struct crew_worker *worker = &crew->worker[slot];
    bool worked = outcomes_of(crew, slot) > worker->outcomes;
    uint64_t verdicts = crew_verdicts(crew);
    bool progress = verdicts != crew->verdicts;
    crew->verdicts = verdicts;
    worker->failures = worked ? 0 : worker->failures + 1;
    crew->idle_deaths = progress ? 0 : crew->idle_deaths + 1;
    if (worked || progress) {
        crew->never_worked = 0;
    } else if (death != RESTART_KILLED) {
        crew->never_worked++;
    }
    struct restart_policy_facts facts = {
        .death = death,
        .worked = worked,
        .slot_failures = worker->failures,
        .idle_deaths = crew->idle_deaths,
        .never_worked = crew->never_worked,
    };
    return restart_policy(&facts);
}

static void tell_death(struct crew *crew, uint32_t slot, enum restart_policy_death death) {
    struct crew_worker *worker = &crew->worker[slot];
    char how[80];
    if (stop_begun(crew) && death == RESTART_KILLED) {
        log_warn("worker", "W%02u (pid %d) was killed", slot + 1, (int)worker->pid);
        return;
    }
    restart_policy_describe(worker->wait_status, how, sizeof(how));
    crew->hung += death == RESTART_HUNG;
    crew->crashed += death == RESTART_CRASHED;
    const struct log_field field[] = {{.name = "worker", .number = slot + 1},
                                      {.name = "worker_pid", .number = (uint64_t)worker->pid},
                                      {.name = "how", .text = how}};
    const struct log_event event = {.level = LOG_LEVEL_WARN,
                                    .category = "worker",
                                    .fields = sizeof(field) / sizeof(field[0]),
                                    .field = field};
    log_event(&event, "W%02u (pid %d) died: %s%s%s", slot + 1, (int)worker->pid, how,
              death == RESTART_HUNG ? ", killed because it showed no sign of life" : "",
              stop_begun(crew) ? "" : "; its unfinished artists go to others");
}

static enum reap_result tell_stop(struct crew *crew, enum restart_policy_death death) {
    if (crew->stop_told) {
        return REAP_STOP;
    }
    crew->stop_told = true;
    if (death == RESTART_INPUT) {
        log_fatal("input",
                  "what is asked is not what was checked, or not what parts of a batch were made of; see the "
                  "message above, put it back, and go on with --resume");
    } else {
        log_fatal("worker", "workers keep dying without finishing an artist; "
                            "see the messages above, then go on with --resume");
    }
    return REAP_STOP;
}

// May be cut short and run again. false: the output cannot be repaired, told.
static bool free_guards(struct crew *crew, uint32_t slot) {
    for (int id = 0; id < GUARDS; id++) {
        uint64_t recoveries = guard_figures(crew->arena, (enum guard_id)id).recoveries;
        if (guard_reap(crew->arena, (enum guard_id)id, slot) != 0) {
            log_fatal("disk", "cannot repair the output after a worker's death: %s", strerror(errno));
            return false;
        }
        CRASH_POINT(guard_freed);
        if (guard_figures(crew->arena, (enum guard_id)id).recoveries != recoveries) {
            log_info("worker", "W%02u died inside a transaction of the %s guard: it was rolled back",
                     slot + 1, id == GUARD_OUTPUT ? "output" : "ledger");
        }
    }
    return true;
}

// Its artists go to others, and its slot is free. The guards and the ledger know of it no more.
static enum reap_result clear(struct crew *crew, uint32_t slot, uint64_t now) {
    struct crew_worker *worker = &crew->worker[slot];
    enum restart_policy_death death = restart_policy_death(worker->wait_status, worker->hung);
    bool expected = death == RESTART_PARTED || (death == RESTART_DRAINED && worker->asked);
    struct restart_policy_decision decision = {0};
    uint64_t taken;
    if (!expected) {
        if (!stop_begun(crew) || death != RESTART_KILLED) {
            decision = judge(crew, slot, death);
        }
        tell_death(crew, slot, death);
    }
    if (death == RESTART_PARTED) {
        stop_begin(crew, STOP_ASKED);
    }
    if (decision.stop) {
        stop_begin(crew, STOP_CANNOT); // what it had in flight is asked no more by this run
    }
    if (!give_back_artists(crew, slot, decision.suspect, &taken)) {
        log_fatal("run", "out of memory");
        return REAP_BROKEN;
    }
    if (!expected && !stop_begun(crew)) {
        crew->redistributed += taken; // else given back in good order, or to nobody
    }
    worker->died = !expected;
    CRASH_POINT(artists_returned);
    slot_clear(crew->arena, slot);
    CRASH_POINT(slot_cleared);
    crew_phase_change(&worker->phase, CREW_CLEAR);
    worker->pid = 0;
    worker->spawn_at = now + decision.delay;
    return decision.stop ? tell_stop(crew, death) : REAP_GOES_ON;
}

// Everything a dead worker left.
static enum reap_result reclaim(struct crew *crew, uint32_t slot, uint64_t now) {
    struct crew_worker *worker = &crew->worker[slot];
    CRASH_POINT(reaped);
    if (worker->phase == CREW_DEAD) {
        if (!free_guards(crew, slot)) {
            return REAP_BROKEN;
        }
        crew_phase_change(&worker->phase, CREW_FREE);
    }
    CRASH_POINT(guards_freed);
    // False: someone holds the ledger's guard just now.
    return ledger_reclaim(crew->arena, slot) ? clear(crew, slot, now) : REAP_GOES_ON;
}

static void collect(struct crew *crew) {
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (crew->keys != NULL && keys_reaped(crew->keys, pid, status)) {
            continue;
        }
        if (crew->other_child != NULL && crew->other_child(crew->other, pid, status)) {
            continue;
        }
        for (uint32_t slot = 0; slot < crew->size; slot++) {
            struct crew_worker *worker = &crew->worker[slot];
            if (crew_phase_has_process(worker->phase) && worker->pid == pid) {
                worker->hung = worker->phase == CREW_HUNG;
                worker->wait_status = status;
                crew_phase_change(&worker->phase, CREW_REAP);
            }
        }
    }
}

enum reap_result reap_workers(struct crew *crew, uint64_t now) {
    collect(crew);
    enum reap_result worst = REAP_GOES_ON;
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        if (crew_phase_is_left(crew->worker[slot].phase)) {
            enum reap_result result = reclaim(crew, slot, now);
            worst = result > worst ? result : worst;
        }
    }
    return worst;
}

bool reap_pending(const struct crew *crew) {
    for (uint32_t slot = 0; slot < crew->size; slot++) {
        if (crew_phase_is_left(crew->worker[slot].phase)) {
            return true;
        }
    }
    return false;
}
