#include "view/run_status.h"

#include "ration/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void run_status_begin(struct run_status *status, const struct run_info *info) {
    memset(status, 0, sizeof(*status));
    status->info = *info;
}

const char *run_status_stage_name(enum snapshot_stage stage) {
    static const char *const names[SNAPSHOT_STAGES] = {
        [SNAPSHOT_RUNNING] = "running", [SNAPSHOT_PAUSED] = "paused", [SNAPSHOT_DRAINING] = "draining",
        [SNAPSHOT_STALLED] = "stalled", [SNAPSHOT_ENDED] = "ended",
    };
    return names[stage];
}

const char *run_status_use_name(enum snapshot_use use) {
    static const char *const names[SNAPSHOT_USES] = {
        [SNAPSHOT_HEALTHY] = "healthy",
        [SNAPSHOT_APPROACHING] = "approaching",
        [SNAPSHOT_THROTTLED] = "throttled",
    };
    return names[use];
}

const char *run_status_name(const struct run_status *status) {
    const char *slash = strrchr(status->info.output, '/');
    return slash != NULL ? slash + 1 : status->info.output;
}

void run_status_session_name(const struct run_status *status, uint32_t session, char out[32]) {
    const char *name = status->now.session_name[session];
    if (name[0] != '\0') {
        (void)snprintf(out, 32, "%s", name);
    } else {
        (void)snprintf(out, 32, "session %u", session + 1);
    }
}

double run_status_percent(uint64_t share) {
    return share < SNAPSHOT_WHOLE ? (double)share * 100 / SNAPSHOT_WHOLE : 100;
}

uint64_t run_status_wall(const struct run_status *status, uint64_t monotonic) {
    return status->now.wall - status->now.at + monotonic;
}

const char *run_status_wait(const struct run_status *status, uint32_t session, uint64_t *until) {
    static const char *const holds[] = {
        [LEDGER_COOL] = "rate limited",
        [LEDGER_PARK] = "quota exhausted",
        [LEDGER_SLOW] = "overloaded",
        [LEDGER_DISABLE] = "key refused",
    };
    const struct ledger_state *state = &status->now.session[session];
    *until = CLOCK_NEVER;
    if (state->disabled) {
        return holds[LEDGER_DISABLE];
    }
    if (status->stage == SNAPSHOT_ENDED) {
        return NULL;
    }
    if (state->not_before > status->now.at) {
        *until = state->not_before;
        return holds[state->hold];
    }
    if (state->breaker.state == BREAKER_OPEN && state->breaker.until > status->now.at) {
        *until = state->breaker.until;
        return state->breaker.cause == BREAKER_REFUSALS ? "refusals" : "breaker open";
    }
    if (status->now.paused_until != 0) {
        *until = status->now.paused_until;
        return "paused";
    }
    return NULL;
}

const char *run_status_worker(const struct slot_report *report, const struct process *process,
                              const char *held) {
    static const char *const names[] = {
        [SLOT_EMPTY] = "absent", [SLOT_STARTING] = "starting",   [SLOT_WORKING] = "working",
        [SLOT_IDLE] = "idle",    [SLOT_DISK_WAIT] = "disk-wait", [SLOT_DRAINING] = "draining",
    };
    if (report->pid != 0 && (process == NULL || process->state == 'Z')) {
        return "dead";
    }
    if (report->pid != 0 && (process->state == 'T' || process->state == 't')) {
        return "stopped";
    }
    bool may_be_held = report->state == SLOT_WORKING || report->state == SLOT_IDLE;
    bool keeps = held != NULL && (report->in_flight == 0 || strcmp(held, "paused") == 0);
    return may_be_held && keeps ? held : names[report->state];
}

bool run_status_paused(const struct run_status *status) {
    const struct ledger_quota *quota = &status->now.quota;
    return status->now.paused_until != 0 || (quota->allowed > 0 && quota->used >= quota->allowed);
}

const char *run_status_held(const struct run_status *status) {
    if (run_status_paused(status)) {
        return "paused";
    }
    return status->wait.kind != RUN_WAIT_NOTHING && status->wait.kind != RUN_WAIT_DISK ? "waiting" : NULL;
}

const char *run_status_pause(uint64_t until) {
    return until == CLOCK_NEVER ? "until someone resumes it" : "for a while";
}

static void judge_silence(struct run_status *status, enum run_status_process process) {
    char span[CLOCK_SPAN_SIZE];
    double seconds = floor((double)status->silent / (double)CLOCK_SECOND);
    status->stage = SNAPSHOT_STALLED;
    (void)snprintf(status->reason, sizeof(status->reason),
                   "the coordinator (pid %d) has given no sign of life for %s%s", (int)status->info.pid,
                   clock_span(seconds, span),
                   process == RUN_STATUS_STOPPED ? ": it was stopped by a signal; kill -CONT lets it go on"
                                                 : "; its workers go on");
}

void run_status_judge(struct run_status *status, enum run_status_process process) {
    const struct snapshot_gossip *gossip = &status->now.gossip;
    status->silent = gossip->published == 0 ? CLOCK_NEVER : status->now.at - gossip->published;
    status->stage = (enum snapshot_stage)gossip->stage;
    (void)snprintf(status->reason, sizeof(status->reason), "%s", gossip->reason);
    if (status->stage == SNAPSHOT_ENDED) {
        return;
    }
    if (process == RUN_STATUS_GONE) {
        status->stage = SNAPSHOT_ENDED;
        (void)snprintf(status->reason, sizeof(status->reason),
                       "the coordinator is gone; go on with --resume");
    } else if (status->silent != CLOCK_NEVER && status->silent > RUN_STATUS_SILENCE) {
        judge_silence(status, process);
    } else if (status->stage == SNAPSHOT_RUNNING && status->now.paused_until != 0) {
        // Since the last publishing.
        status->stage = SNAPSHOT_PAUSED;
        (void)snprintf(status->reason, sizeof(status->reason), "%s",
                       run_status_pause(status->now.paused_until));
    }
}

void run_status_wait_for(struct run_status *status) {
    const struct snapshot *now = &status->now;
    struct snapshot_gossip *gossip = &status->now.gossip;
    struct run_wait_facts facts = {
        .now = now->at,
        .over =
            status->stage == SNAPSHOT_ENDED || status->stage == SNAPSHOT_DRAINING || snapshot_left(now) == 0,
        .disk_wait = status->sums.disk_wait,
        .paused_until = now->paused_until,
        .day_until = gossip->quota_until,
        .away = gossip->fleet.away,
        .answers = status->sums.outcome[OUTCOME_DONE],
        .sessions = now->sessions,
        .session = now->session,
    };
    run_wait_next(&gossip->wait, &facts, &status->wait);
    if (status->stage == SNAPSHOT_ENDED) {
        gossip->use_state = SNAPSHOT_HEALTHY;
        gossip->use_until = 0;
        gossip->use_text[0] = '\0';
    }
}

uint32_t run_status_refused(const struct run_status *status) {
    const struct snapshot *now = &status->now;
    uint32_t left = snapshot_left(now);
    return status->sums.in_flight == 0 && status->sums.suspects >= left ? left : 0;
}

bool run_status_ends(const struct run_status *status, uint64_t *ends, uint64_t *left) {
    const struct snapshot_gossip *gossip = &status->now.gossip;
    uint64_t takes = gossip->forecast.takes;
    bool works = status->stage == SNAPSHOT_RUNNING || status->stage == SNAPSHOT_STALLED;
    *ends = *left = 0;
    if (!works || status->wait.kind != RUN_WAIT_NOTHING || run_status_refused(status) > 0 ||
        gossip->published == 0 || takes == SNAPSHOT_UNKNOWN || takes > CLOCK_NEVER - gossip->published) {
        return false;
    }
    uint64_t at = gossip->published + takes;
    *left = at > status->now.at ? at - status->now.at : 0;
    *ends = run_status_wall(status, at);
    return true;
}

const struct slot_fault *run_status_cause(const struct run_status *status) {
    const struct slot_fault *latest = NULL;
    for (uint32_t slot = 0; slot < status->now.slots; slot++) {
        const struct slot_fault *fault = &status->now.worker[slot].fault;
        if (fault->at != 0 && run_wait_caused_by((enum run_wait_kind)status->wait.kind, fault->kind) &&
            (latest == NULL || fault->at > latest->at)) {
            latest = fault;
        }
    }
    return latest;
}

static enum run_status_process look_at_coordinator(pid_t pid) {
    struct process process;
    if (pid == getpid()) {
        return RUN_STATUS_WORKS;
    }
    if (!process_look(pid, &process) || process.state == 'Z') {
        return RUN_STATUS_GONE;
    }
    return process.state == 'T' || process.state == 't' ? RUN_STATUS_STOPPED : RUN_STATUS_WORKS;
}

static void take_pace(struct run_status *status) {
    const struct snapshot_gossip *gossip = &status->now.gossip;
    struct rates_point point = rates_point(&status->now, &status->sums);
    uint64_t elapsed = status->now.at - gossip->started;
    uint64_t artists = point.artists > gossip->before ? point.artists - gossip->before : 0;
    rates_add(&status->rates, &point);
    status->pace = rates_now(&status->rates, &point);
    if (status->silent < RUN_STATUS_SILENCE && gossip->artists_rate != SNAPSHOT_UNKNOWN) {
        // It has looked for longer.
        status->pace.artists = (double)gossip->artists_rate / 1000;
        status->pace.requests = (double)gossip->requests_rate / 1000;
        status->pace.tokens = (double)gossip->tokens_rate / 1000;
    }
    if (status->wait.kind != RUN_WAIT_NOTHING && status->sums.in_flight == 0) {
        // What it looks back on is over: nothing leaves, and no answer is to come.
        status->pace.artists = status->pace.requests = status->pace.tokens = 0;
    }
    status->pace_mean = gossip->started != 0 && elapsed > CLOCK_SECOND / 2
                            ? (double)artists * (double)CLOCK_SECOND / (double)elapsed
                            : -1;
}

// All that follows from status->now.
static void follow(struct run_status *status) {
    status->sums = status->now.sums;
    status->coordinator = look_at_coordinator(status->info.pid);
    run_status_judge(status, status->coordinator);
    run_status_wait_for(status);
    take_pace(status);
    for (uint32_t slot = 0; slot < status->now.slots; slot++) {
        const struct slot_report *report = &status->now.worker[slot].report;
        struct process process;
        // The pid is gossip: only a child of the coordinator can be its worker.
        bool exists = report->pid != 0 && process_look(report->pid, &process) &&
                      (process.parent == status->info.pid || status->stage == SNAPSHOT_ENDED);
        status->worker_state[slot] =
            run_status_worker(report, exists ? &process : NULL, run_status_held(status));
        status->worker_memory[slot] = exists ? process.memory : 0;
    }
}

void run_status_take(struct run_status *status, const struct arena *arena) {
    snapshot_take(arena, clock_now(), clock_wall(), &status->now);
    follow(status);
}

void run_status_of(struct run_status *status, const struct snapshot *look,
                   const struct snapshot_gossip *gossip) {
    status->now = *look;
    status->now.gossip = *gossip;
    follow(status);
}
