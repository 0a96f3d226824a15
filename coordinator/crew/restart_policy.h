// What to do after a worker's death: how long to wait before the slot is used again, whether its artists are
// suspects, and whether the run must stop. Pure.
#ifndef RATION_RESTART_POLICY_H
#define RATION_RESTART_POLICY_H

#include <stdbool.h>
#include <stdint.h>

// Deaths in a row, over all slots, without one verdict between them: the run stops.
#define RESTART_POLICY_LOOP 100U
// The same, of workers that never worked and were not killed from outside.
#define RESTART_POLICY_NEVER_WORKED 10U

enum restart_policy_death {
    RESTART_DRAINED, // exit 0: it was asked to, or by a signal it obeys
    RESTART_KILLED,  // SIGKILL, SIGTERM and the like from outside: no evidence against its artists
    RESTART_CRASHED, // a fault signal, out of memory, an error exit
    RESTART_HUNG,    // the coordinator killed it for want of a sign of life
    RESTART_PARTED,  // all is with a batch API, and the run was to end then
    RESTART_INPUT,   // the input is no longer what was checked
};

struct restart_policy_facts {
    enum restart_policy_death death;
    bool worked;            // it had at least one outcome since it was spawned
    uint32_t slot_failures; // deaths in a row of this slot without work
    uint32_t idle_deaths;   // deaths in a row, over all slots, without one verdict, this one included
    uint32_t never_worked;  // likewise, of workers that never worked and were not killed from outside
};

struct restart_policy_decision {
    bool stop;
    bool suspect;   // its artists in flight are retried alone
    uint64_t delay; // nanoseconds
};

enum restart_policy_death restart_policy_death(int wait_status, bool hung);
struct restart_policy_decision restart_policy(const struct restart_policy_facts *facts);

// "exit status 64", "signal 11 (Segmentation fault)"
void restart_policy_describe(int wait_status, char *out, unsigned size);

#endif
