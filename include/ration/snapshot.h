// A snapshot: all that people may want to know of a run, read from its arena in one go, without a guard. It
// works on an arena that is mapped read-only, whether the coordinator works, hangs or is dead. What only the
// coordinator knows it publishes in the arena, as gossip: whoever reads it may find it old. Everything is
// range-checked; nothing of it is exact.
#ifndef RATION_SNAPSHOT_H
#define RATION_SNAPSHOT_H

#include "ration/arena.h"
#include "ration/guard.h"
#include "ration/ledger.h"
#include "ration/output.h"
#include "ration/range.h"
#include "ration/slot.h"
#include "ration/slot_fault.h"

#include <stdbool.h>
#include <stdint.h>

#define SNAPSHOT_UNKNOWN UINT64_MAX // of an amount that is not known
#define SNAPSHOT_WHOLE 1000000U     // shares are millionths
#define SNAPSHOT_HISTORY 120U
#define SNAPSHOT_ALERTS 8U
#define SNAPSHOT_ERRORS 8U
#define SNAPSHOT_MACHINES 32U

enum snapshot_stage {
    SNAPSHOT_RUNNING,
    SNAPSHOT_PAUSED,
    SNAPSHOT_DRAINING,
    SNAPSHOT_STALLED, // the coordinator gives no sign of life. Never published
    SNAPSHOT_ENDED,
    SNAPSHOT_STAGES
};

enum snapshot_use { SNAPSHOT_HEALTHY, SNAPSHOT_APPROACHING, SNAPSHOT_THROTTLED, SNAPSHOT_USES };

// Texts end with NUL and are valid UTF-8. Times are monotonic nanoseconds, 0: none, where nothing else is
// said.
struct snapshot_alert {
    uint64_t since; // nanoseconds since 1970
    char name[32];
    char level[16]; // "info", "warning", "critical"
    char text[160];
};
struct snapshot_error { // an artist that failed for good
    uint64_t at;        // nanoseconds since 1970
    uint64_t attempts;
    char artist[48];
    char class[32];
    char text[128];
};
struct snapshot_words { // the latest failed attempt of a class
    uint64_t at;        // nanoseconds since 1970; 0: none is known
    char text[SLOT_FAULT_WORDS];
};
struct snapshot_history {
    uint64_t interval; // nanoseconds that each point stands for
    uint64_t last;     // nanoseconds since 1970: the end of the last one
    uint64_t count;
    // a point that is not known is negative
    float artists[SNAPSHOT_HISTORY]; // a second
    float latency[SNAPSHOT_HISTORY]; // mean of the answers, in milliseconds
    float use[SNAPSHOT_HISTORY];     // percent
};
struct snapshot_forecast {
    uint64_t takes; // nanoseconds from the publishing to the end; SNAPSHOT_UNKNOWN
    uint64_t cost;  // nano-dollars still to be spent; SNAPSHOT_UNKNOWN
    char binds[64];
    char text[256];
};

// What the run waits for, as far as it was seen; see run_wait.h.
struct snapshot_wait {
    uint64_t kind;    // enum run_wait_kind; 0: for nothing
    uint64_t since;   // monotonic
    uint64_t until;   // CLOCK_NEVER: not known
    uint64_t session; // whose end of waiting that is, where it is that of a session
    uint64_t held;    // when it was last in force
    uint64_t answers; // that there were then
};

// The fleet's database: so long without an answer is told, for a moment without one is nothing. Nanoseconds.
#define SNAPSHOT_AWAY 2000000000ULL
#define SNAPSHOT_SILENT 5000U // thousandths of a second: ticks come four times a second, or one in three

// A machine of a fleet, by what it told last.
struct snapshot_machine {
    char host[40];
    char id[12];    // the beginning of its name as a member
    char state[12]; // "live", "silent": not heard for SNAPSHOT_SILENT, "dead": given up, and not settled yet
    uint64_t self;
    uint64_t silent; // thousandths of a second since the database heard it
    uint64_t done, failed, in_flight, waiting, workers;
    uint64_t rate;  // thousandths of an artist a second
    uint64_t share; // of the limit of the account that it uses most, lately
};
struct snapshot_fleet {
    char run[64]; // "": it is no member of a fleet
    char phase[40];
    uint64_t away;         // nanoseconds for which the database has not answered; 0: it answers
    uint64_t leased;       // artists that this machine has to do
    uint64_t unshipped;    // bytes that it has recorded and not handed in
    uint64_t handed_in;    // lines
    uint64_t late;         // lines that another machine had before: paid twice
    uint64_t chunks, open; // of the fleet; `open` have artists without a verdict; SNAPSHOT_UNKNOWN
    uint64_t tick;         // milliseconds that the last tick took
    uint64_t link_restarts;
    uint64_t buried;             // how often this machine was given up
    uint64_t live, silent, dead; // machines, by state
    uint64_t done, failed;       // artists of the fleet; SNAPSHOT_UNKNOWN
    uint64_t others;             // artists with a verdict that other machines have
    uint64_t rate;               // of all that are live, in thousandths of an artist a second
    uint64_t machines;           // that are told: of many those in trouble first
    struct snapshot_machine machine[SNAPSHOT_MACHINES];
};

// What only the coordinator knows.
struct snapshot_gossip {
    uint64_t published; // 0: nothing was yet
    uint64_t started;
    uint64_t stage; // enum snapshot_stage
    char reason[96];
    uint64_t before; // artists with a verdict from earlier runs
    uint64_t restarts[BOUNDS_SLOTS];
    uint64_t restarts_all, in_doubt, skipped, redistributed;
    uint64_t identical; // artists that got what another one got, whose request is the same
    // over the last seconds, in thousandths a second
    uint64_t artists_rate, requests_rate, tokens_rate;
    uint64_t priced, cost, cost_in_flight, cost_most; // nano-dollars; most 0: no limit
    struct snapshot_wait wait;
    struct snapshot_forecast forecast;
    uint64_t use_state; // enum snapshot_use
    uint64_t use;       // share of the limit that is used most, over 60 s; SNAPSHOT_UNKNOWN
    uint64_t use_until; // THROTTLED: when it goes on
    char use_text[128];
    uint64_t dimension_use[BOUNDS_SESSIONS][LEDGER_DIMENSIONS]; // over 60 s, or SNAPSHOT_UNKNOWN
    uint64_t daily_limit;                                       // 0: none
    uint64_t quota_until; // the quota's pause ends then; 0: it does not pause
    uint64_t alerts, errors;
    struct snapshot_alert alert[SNAPSHOT_ALERTS]; // newest last
    struct snapshot_error error[SNAPSHOT_ERRORS]; // newest last
    struct snapshot_words last[OUTCOME_OF_ATTEMPT];
    struct snapshot_history history;
    struct snapshot_fleet fleet;
};

struct snapshot_worker {
    struct slot_report report;
    // what it has not claimed yet of the range in hand, or of the one in reserve; may be empty
    struct range range;
    struct slot_fault fault; // its latest failed attempt; at 0: none
};

// Sums over all slots and sessions.
struct snapshot_sums {
    uint32_t in_flight, disk_wait, live; // workers that live
    uint32_t retrying;                   // artists that wait for another attempt
    uint32_t suspects;                   // artists that were refused, and not answered since
    uint64_t retries;                    // such waits that have ended
    uint64_t status_429;                 // requests answered so
    uint64_t outcome[OUTCOME_OF_ATTEMPT], ended;
    struct tokens tokens;
    uint64_t answers, latency_ms, latency[SLOT_LATENCY_BUCKETS];
    uint64_t booked_requests, booked_tokens, spent_requests, spent_tokens;
    uint64_t requests_per_minute, tokens_per_minute; // that the limits of a minute allow; 0: no limit
    uint32_t sessions_open;                          // not disabled
    uint64_t waits_until; // when the first session may send; 0: one may now; CLOCK_NEVER: all are disabled
};

struct snapshot {
    uint64_t at;   // when it was taken, monotonic
    uint64_t wall; // the same moment, nanoseconds since 1970
    char run_id[ARENA_RUN_ID_SIZE];
    pid_t coordinator;
    uint32_t artists, done, failed; // done + failed <= artists
    uint32_t slots, wanted, sessions;
    uint32_t in_flight_each; // what each worker may have in flight; 0: a number that stays
    uint64_t paused_until;   // CLOCK_NEVER: until someone resumes
    uint64_t length[OUTPUT_FILES];
    int sync_error;
    struct ledger_quota quota;
    struct ledger_cost cost; // as --max-cost counts it
    uint64_t untold;         // answers whose tokens are estimated, as the API did not tell
    struct guard_figures guard[GUARDS];
    struct snapshot_worker worker[BOUNDS_SLOTS];
    char session_name[BOUNDS_SESSIONS][LEDGER_NAME_SIZE];
    struct ledger_state session[BOUNDS_SESSIONS];
    struct ledger_blame blame[BOUNDS_SESSIONS];
    char said[BOUNDS_SESSIONS][LEDGER_SAID_SIZE]; // the last refusal of each; "": none
    struct snapshot_sums sums;
    struct snapshot_gossip gossip;
};

// Anyone. Takes all but the gossip, which stays as it is. The coordinator looks so at the head of each tick:
// the gossip would be its own words. `now` and `wall` are the same moment.
void snapshot_look(const struct arena *arena, uint64_t now, uint64_t wall, struct snapshot *snapshot);

// Anyone else: with the gossip, and the pause that only that knows.
void snapshot_take(const struct arena *arena, uint64_t now, uint64_t wall, struct snapshot *snapshot);

// Artists that nobody has a verdict of: in a fleet those of other machines are not left.
uint32_t snapshot_left(const struct snapshot *snapshot);

// Coordinator alone.
void snapshot_publish(struct arena *arena, const struct snapshot_gossip *gossip);

// Anyone: what was published last, made fit to be shown. false: nothing was, or it cannot be read at the
// moment.
bool snapshot_gossip(const struct arena *arena, struct snapshot_gossip *gossip);

#endif
