// What the coordinator knows of its workers: plain state that spawn, assign, reap and watchdog share. Only
// the coordinator has it; what workers must see is in the arena.
#ifndef RATION_CREW_H
#define RATION_CREW_H

#include "config/config_sessions.h"
#include "config/options.h"
#include "crew/crew_phase.h"
#include "crew/range_table.h"
#include "crew/stop.h"
#include "input/input_index.h"
#include "ration/arena.h"
#include "ration/output.h"
#include "ration/record_reader.h"
#include "ration/settings.h"
#include "system/program_held.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct crew_worker {
    enum crew_phase phase; // changed by crew_phase_change() alone
    pid_t pid;
    int bell;            // eventfd, made once
    int log_feed;        // see log_feed.h; -1: it has none
    int keys;            // where new keys are written to; -1: there will be none
    uint64_t spawned_at; // monotonic
    uint64_t spawn_at;
    uint64_t outcomes; // its slot's outcomes when it was spawned
    uint64_t restarts;
    uint32_t failures; // deaths in a row without work
    int wait_status;
    bool asked;                          // its last process was told to end
    bool hung;                           // it was killed for hanging; from CREW_DEAD on
    bool died;                           // it ended unasked, and the slot has had no other since
    struct range_table held[PRIORITIES]; // what it was given and is not known to be finished
    uint32_t alone;                      // the suspect it was given, or CREW_NOBODY
    uint64_t heartbeat;                  // last one seen
    uint64_t silent; // nanoseconds for which it did not change, while the coordinator itself was awake
    uint64_t owning; // likewise, for which it owned a guard without giving it up
};

#define CREW_NOBODY UINT32_MAX

// The crew's descriptors; all close-on-exec and far from the numbers of descriptor.h.
struct crew_descriptors {
    int settings, prices, arena, input, output, errors, doorbell, life_read, life_write, log, null, rescue;
};
// None of them is open.
#define CREW_NO_DESCRIPTORS                                                                                 \
    {                                                                                                       \
        .settings = -1, .prices = -1, .arena = -1, .input = -1, .output = -1, .errors = -1, .doorbell = -1, \
        .life_read = -1, .life_write = -1, .log = -1, .null = -1, .rescue = -1                              \
    }

struct keys;
struct price_book;
struct output_files;
struct followers;

struct crew {
    struct arena *arena;
    struct output output;
    const struct output_files *files; // that `output` is in
    const struct input_index *index;
    const char *input_name;
    const struct result_format *format; // of the lines in the output and the errors file
    const struct settings *settings;
    bool cancels; // its workers cancel the parts of its batch
    const struct price_book *prices;
    const struct config_sessions *sessions;
    struct keys *keys; // or NULL: they stay as they are
    struct crew_descriptors fd;
    char *const *environment;           // of the workers
    const struct program_held *program; // ration-worker
    uint64_t hang_timeout;
    struct stop stop; // whether and how it ends; see stop.h
    uint32_t size;    // slots that are or were in use; never falls
    uint32_t wanted;  // slots [0, wanted) are to have a worker; the others drain
    bool by_hand;     // a person has set `wanted`: it is not adapted any more
    struct crew_worker worker[BOUNDS_SLOTS];
    struct range_table free[PRIORITIES];
    struct range_table suspects;   // one artist each: retried alone
    struct range_table uncounted;  // likewise, over a fleet: not before it has told how many died of each
    struct range_table quarantine; // artists to be failed with class worker_crash
    struct range_table lost;       // artists to be failed with class in_doubt
    struct range_table skipped;    // artists in doubt that are left out of this run
    struct range_table kept;       // likewise, because it was ending already: the next one decides
    enum options_in_doubt in_doubt_policy;
    // Of a fleet's member: what is not leased to this machine is others'. See member/
    bool fleet;
    bool fleet_ended;                                             // all of the fleet's artists have a verdict
    bool withheld;                                                // nothing is ordered for now
    uint64_t leased;                                              // artists that this machine has to do
    bool (*other_child)(void *other, pid_t pid, int wait_status); // true: it was that one; or NULL
    void *other;
    struct followers *followers; // see followers.h; NULL: there are none
    uint64_t paused_until;       // by a person; monotonic; 0: it is not
    uint64_t paused_at;          // when the last pause began
    // for the restart policy
    uint32_t idle_deaths;
    uint32_t never_worked;
    uint64_t verdicts; // at the last death
    bool stop_told;
    bool changed_told[OUTPUT_FILES]; // what somebody else did to a file
    // figures for the summary
    uint64_t restarts;
    uint64_t redistributed; // artists taken from dead workers and given to others
    uint64_t in_doubt;      // requests that were in flight when their worker died: perhaps billed
    uint64_t hung;
    uint64_t crashed;
};

// Artists with a verdict.
uint64_t crew_verdicts(const struct crew *crew);
// Every artist that is not left out has a verdict.
bool crew_finished(const struct crew *crew);
// How many have none, and are not left out as was asked: after a run that has finished it is 0, whatever else
// was taken for its end.
uint64_t crew_left(const struct crew *crew);
// Of a fleet's member: artists that are not this machine's.
uint64_t crew_elsewhere(const struct crew *crew);
// Workers that have a process, whether it takes orders or ends.
uint32_t crew_live(const struct crew *crew);
// Requests on the wire, of all workers.
uint32_t crew_in_flight(const struct crew *crew);
// Artists of theirs that were refused, and wait for what becomes of others.
uint32_t crew_refused(const struct crew *crew);
// Rings a worker's bell: its orders have changed.
void crew_ring(struct crew *crew, uint32_t slot);
// Rings all: there may be something for them.
void crew_ring_all(struct crew *crew);
// Tells a worker to take nothing new, finish what is in flight, and exit.
void crew_drain(struct crew *crew, uint32_t slot);
// Somebody pauses the run: nothing departs before `until` (CLOCK_NEVER: not before the next call; 0: it goes
// on). What was booked and has not left is cancelled, so nothing departs before one horizon has passed since
// the pause began, however soon it ends.
void crew_pause(struct crew *crew, uint64_t until, uint64_t now);
// Somebody has paused it, and the pause is not over.
bool crew_paused(const struct crew *crew, uint64_t now);
void crew_free(struct crew *crew);

#endif
