#include "control/steering.h"

#include "crew/holds.h"
#include "crew/spawn.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "scale/scale.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 2, 3))) static void say(struct control_answer *answer, const char *format,
                                                      ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(answer->message, sizeof(answer->message), format, arguments);
    va_end(arguments);
}

static void pause_run(struct crew *crew, uint64_t now, struct control_answer *answer) {
    if (crew_paused(crew, now)) {
        say(answer, "paused already");
        return;
    }
    crew_pause(crew, CLOCK_NEVER, now);
    uint32_t flying = crew_in_flight(crew);
    if (crew->settings->batch) {
        say(answer,
            "no part is uploaded or made until ration resume; %u rows that are with the API go on there and "
            "are "
            "recorded",
            flying);
        return;
    }
    say(answer,
        flying == 1 ? "nothing departs until ration resume; %u request in flight ends and is recorded"
                    : "nothing departs until ration resume; %u requests in flight end and are recorded",
        flying);
}

// "; once more to end the waits of 2 sessions, too"
static const char *more_waits(const struct crew *crew, uint64_t now, char out[80]) {
    uint32_t waiting = holds_count(crew, now);
    out[0] = '\0';
    if (waiting > 0) {
        (void)snprintf(out, 80, "; once more to end the waits of %u session%s, too", waiting,
                       waiting == 1 ? "" : "s");
    }
    return out;
}

static void end_waits(struct crew *crew, uint32_t waiting, uint64_t now, struct control_answer *answer) {
    answer->good = holds_end(crew, now);
    if (answer->good) {
        say(answer,
            "goes on: the waits of %u session%s are ended, and what the API told of limits is forgotten",
            waiting, waiting == 1 ? "" : "s");
    } else {
        say(answer, "the ledger is busy at this moment; once more");
    }
}

static void reset(struct crew *crew, uint64_t now, struct control_answer *answer) {
    answer->good = holds_end(crew, now);
    answer->again = !answer->good;
    say(answer, "%s",
        answer->good ? "cooldowns and breakers of all sessions are cleared"
                     : "the ledger was busy; try again");
}

static void say_quota_pause(const struct quota_monitor *quota, uint64_t now, struct control_answer *answer) {
    uint64_t until = quota_monitor_paused_until(quota, now);
    char time[CLOCK_RFC3339_SIZE];
    if (until == 0) {
        say(answer, "was not paused");
        return;
    }
    clock_rfc3339(clock_wall() + (until - now), time);
    answer->good = false;
    say(answer, "the provider's daily quota is used up until %s", time);
}

// One pause at a time, then what the API asked: who has paused the run himself may not know that its quota is
// used up.
static void resume_run(const struct steering *steering, uint64_t now, struct control_answer *answer) {
    struct crew *crew = steering->crew;
    struct quota_monitor *quota = steering->quota;
    if (crew_paused(crew, now)) {
        crew_pause(crew, 0, now);
        bool used_up = quota_monitor_paused_until(quota, now) != 0;
        char waits[80];
        say(answer, "goes on%s",
            used_up ? " when the pause for its daily quota ends; once more to end that, too"
                    : more_waits(crew, now, waits));
    } else if (quota != NULL && quota_monitor_resume(quota)) {
        say(answer, "goes on: a new period of the daily quota begins");
    } else if (holds_count(crew, now) > 0) {
        end_waits(crew, holds_count(crew, now), now, answer);
    } else {
        say_quota_pause(quota, now, answer);
    }
}

static void workers(struct steering *steering, uint32_t number, struct control_answer *answer) {
    uint32_t before = steering->crew->wanted;
    switch (scale_to(steering->crew, number)) {
    case SCALE_DONE:
        steering->crew->by_hand = true;
        say(answer, number == 1 ? "%u worker wanted, %u before" : "%u workers wanted, %u before", number,
            before);
        break;
    case SCALE_NO_DESCRIPTORS:
        answer->good = false;
        say(answer, "no descriptors for more workers: %s", strerror(errno));
        break;
    case SCALE_BATCH:
        answer->good = false;
        say(answer, "a run with --batch has one worker");
        break;
    case SCALE_NO_MEMORY:
        log_fatal("run", "out of memory");
        stop_begin(steering->crew, STOP_CANNOT);
        answer->good = false;
        say(answer, "out of memory: the run stops");
        break;
    }
}

static void restart(struct steering *steering, uint32_t number, struct control_answer *answer) {
    if (number == CONTROL_ALL) {
        restart_all(steering->restart, steering->crew);
        say(answer, "%u workers are restarted, one after another", steering->crew->wanted);
    } else {
        restart_one(steering->restart, number - 1);
        say(answer, "W%02u is restarted: it ends what it has in flight first", number);
    }
}

// Its successor finds the parts in their journal, as after any death, and cancels them.
static void cancel(const struct steering *steering, struct control_answer *answer) {
    struct crew *crew = steering->crew;
    if (!crew->settings->batch) {
        answer->good = false;
        say(answer, "this run has nothing with a batch API; ration stop ends it");
    } else if (crew->cancels) {
        say(answer, "it is being cancelled already");
    } else if (spawn_cancel_parts(crew) != 0) {
        answer->good = false;
        say(answer, "it cannot be cancelled now: %s; try again", strerror(errno));
    } else {
        restart_one(steering->restart, 0);
        say(answer,
            "what is with the API is being cancelled; what was done is recorded, and the run ends then");
    }
}

// Before it is done.
static void say_stop(const struct crew *crew, uint32_t step, struct control_answer *answer) {
    uint32_t flying = crew_in_flight(crew);
    bool at_once = crew->stop.asked && step != CONTROL_GENTLY;
    if (crew->settings->batch) {
        say(answer, "stopping%s: %u rows that are with the API go on there; --resume collects them",
            at_once ? " at once" : "", flying);
    } else if (at_once) {
        say(answer, "stopping at once: %u requests in flight are in doubt", flying);
    } else {
        say(answer, "stopping: %u requests in flight end first%s", flying,
            step == CONTROL_NEXT ? "; once more to stop at once" : "");
    }
}

static void stop(struct crew *crew, uint32_t step, struct control_answer *answer) {
    if (step == CONTROL_AT_ONCE && !crew->stop.asked) {
        answer->good = false;
        say(answer, "the run is not stopping: stop it gently first");
        return;
    }
    say_stop(crew, step, answer);
    if (step != CONTROL_GENTLY || !crew->stop.asked) {
        stop_asked(crew, step == CONTROL_NEXT ? "ration stop" : "POST /stop");
    }
}

static void kill_one(const struct crew *crew, uint32_t number, struct control_answer *answer) {
    const struct crew_worker *worker = &crew->worker[number - 1];
    if (!crew_phase_has_process(worker->phase)) {
        answer->good = false;
        say(answer, "W%02u has no process at the moment", number);
        return;
    }
    (void)kill(worker->pid, SIGKILL); // not reaped yet, so the pid is still its own
    say(answer, "W%02u (pid %d) is killed", number, (int)worker->pid);
}

// Why the command cannot be followed now; the answer is then written.
static bool refused(const struct steering *steering, const struct control_command *command,
                    struct control_answer *answer) {
    // A worker beyond those wanted may still be draining, and can be killed.
    uint32_t most = command->verb == CONTROL_KILL_WORKER ? steering->crew->size : steering->crew->wanted;
    answer->good = false;
    bool always = command->verb == CONTROL_STOP || command->verb == CONTROL_KILL_WORKER ||
                  command->verb == CONTROL_RESET;
    if (stop_begun(steering->crew) && !always) {
        say(answer, "the run is stopping");
        return true;
    }
    bool of_worker = command->verb != CONTROL_WORKERS && command->verb != CONTROL_STOP;
    if (of_worker && command->number > most) {
        say(answer, "there is no W%02u: the run has %u workers", command->number, steering->crew->wanted);
        return true;
    }
    answer->good = true;
    return false;
}

void steering_obey(void *context, const struct control_command *command, struct control_answer *answer) {
    struct steering *steering = context;
    if (!refused(steering, command, answer)) {
        switch (command->verb) {
        case CONTROL_PAUSE:
            pause_run(steering->crew, clock_now(), answer);
            break;
        case CONTROL_RESUME:
            resume_run(steering, clock_now(), answer);
            break;
        case CONTROL_STOP:
            stop(steering->crew, command->number, answer);
            break;
        case CONTROL_WORKERS:
            workers(steering, command->number, answer);
            break;
        case CONTROL_RESTART_WORKER:
            restart(steering, command->number, answer);
            break;
        case CONTROL_KILL_WORKER:
            kill_one(steering->crew, command->number, answer);
            break;
        case CONTROL_CANCEL:
            cancel(steering, answer);
            break;
        case CONTROL_RESET:
            reset(steering->crew, clock_now(), answer);
            break;
        case CONTROL_VERBS:
            log_panic("a command that is none");
        }
    }
    if (command->verb != CONTROL_STOP) { // which told it already
        log_info("control", "%s: %s", control_command_name(command->verb), answer->message);
    }
}
