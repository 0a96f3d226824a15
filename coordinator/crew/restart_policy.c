#include "crew/restart_policy.h"

#include "ration/clock.h"
#include "ration/descriptor.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define FIRST_DELAY (100 * CLOCK_MS)
#define LONGEST_DELAY (10 * CLOCK_SECOND)

enum restart_policy_death restart_policy_death(int wait_status, bool hung) {
    if (hung) {
        return RESTART_HUNG;
    }
    if (WIFEXITED(wait_status)) {
        switch (WEXITSTATUS(wait_status)) {
        case WORKER_EXIT_OK:
            return RESTART_DRAINED;
        case WORKER_EXIT_PARTED:
            return RESTART_PARTED;
        case WORKER_EXIT_INPUT:
            return RESTART_INPUT;
        default:
            return RESTART_CRASHED;
        }
    }
    switch (WTERMSIG(wait_status)) {
    case SIGSEGV:
    case SIGBUS:
    case SIGABRT:
    case SIGFPE:
    case SIGILL:
    case SIGSYS:
    case SIGTRAP:
    case SIGXCPU:
        return RESTART_CRASHED;
    default:
        return RESTART_KILLED;
    }
}

// Doubling from FIRST_DELAY.
static uint64_t backoff(uint32_t failures) {
    uint32_t doublings = failures > 0 ? failures - 1 : 0;
    uint64_t delay = doublings < 16 ? FIRST_DELAY << doublings : LONGEST_DELAY;
    return delay < LONGEST_DELAY ? delay : LONGEST_DELAY;
}

struct restart_policy_decision restart_policy(const struct restart_policy_facts *facts) {
    struct restart_policy_decision decision = {0};
    decision.suspect = facts->death == RESTART_CRASHED || facts->death == RESTART_HUNG;
    decision.stop = facts->death == RESTART_INPUT || facts->idle_deaths >= RESTART_POLICY_LOOP ||
                    facts->never_worked >= RESTART_POLICY_NEVER_WORKED;
    if (!facts->worked && facts->death == RESTART_KILLED) {
        // Someone is killing workers on purpose; waiting long would only help them.
        decision.delay = facts->slot_failures > 1 ? FIRST_DELAY : 0;
    } else if (!facts->worked) {
        decision.delay = backoff(facts->slot_failures);
    }
    return decision;
}

void restart_policy_describe(int wait_status, char *out, unsigned size) {
    if (WIFEXITED(wait_status)) {
        (void)snprintf(out, size, "exit status %d", WEXITSTATUS(wait_status));
    } else {
        (void)snprintf(out, size, "signal %d (%s)", WTERMSIG(wait_status), strsignal(WTERMSIG(wait_status)));
    }
}
