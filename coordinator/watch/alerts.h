// Alerts: what a person must hear of while a run works. Pure: facts and the time come in, what is raised or
// cleared goes out. An alert is told once when its reason begins, and once more when it is over. Its words
// hold as long as it does: they name moments, not spans, and are renewed when those change.
#ifndef RATION_ALERTS_H
#define RATION_ALERTS_H

#include "config/alerts_thresholds.h"
#include "output/batch_list.h"
#include "ration/arena.h"
#include "ration/ledger.h"
#include "ration/slot_fault.h"
#include "watch/error_rate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ALERTS_WHOLE 1000000U // shares are millionths
#define ALERTS_MESSAGE_SIZE 512U
#define ALERTS_CAUSE_SIZE (SLOT_FAULT_WORDS > LEDGER_SAID_SIZE ? SLOT_FAULT_WORDS : LEDGER_SAID_SIZE)
#define ALERTS_BATCH_WORDS 320U
#define ALERTS_NOBODY UINT32_MAX // no session in particular

enum alert_kind {
    ALERT_QUOTA_USE,
    ALERT_SESSIONS_UNAVAILABLE,
    ALERT_ERROR_RATE,
    ALERT_BREAKER_OPENED,
    ALERT_KEY_REFUSED,
    ALERT_RUN_STALLED,
    ALERT_DISK_FULL,
    ALERT_WORKER_CRASH_LOOP,
    ALERT_DATABASE_AWAY,
    ALERT_MACHINE_LOST,
    ALERT_BATCH_FAILED,  // the API refused or lost a part
    ALERT_BATCH_EXPIRED, // a part's window was over first
    ALERT_BATCH_LATE,    // a part waits much longer than is to be expected
    ALERT_BATCH_WINDOW,  // a part's window is nearly over
    ALERT_BATCH_RESULTS, // a part's results will not be kept for long
    ALERT_KINDS
};

// Who tells people of it on the terminal already, in other words; then the alert stands in the log file only.
enum alert_teller { ALERT_TOLD_HERE, ALERT_TOLD_BY_WORKERS, ALERT_TOLD_BY_QUOTA_MONITOR };

// What holds for a kind whenever it is raised. docs/MONITORING.md has a row for each, which
// scripts/check-documents compares.
struct alert_about {
    const char *name;  // "quota_use": stable, for programs
    const char *level; // "warning": the run helps itself; "critical": a person must look
    bool per_session;  // each session has one of its own
    bool per_threshold;
    enum alert_teller teller; // of the quota monitor only while it is on
};
const struct alert_about *alerts_about(enum alert_kind kind);
// Its name.
const char *alerts_kind_name(enum alert_kind kind);

// Why a session cannot send.
enum alert_unavailable {
    ALERT_AVAILABLE,
    ALERT_COOLING, // rate limited
    ALERT_PARKED,  // its quota of a day is exhausted
    ALERT_SPENT,   // a limit of spending is reached, or its credit is used up: `cause` is what the API said
    ALERT_SLOWED,  // its endpoint is overloaded
    ALERT_BREAKER, // its circuit breaker is open
    ALERT_HELD,    // likewise, since nothing but refusals comes
    ALERT_REFUSED, // its key was refused: it comes back with another one, if at all
};

struct alert_session {
    const char *name; // kept only while the facts are looked at
    enum alert_unavailable unavailable;
    uint64_t back_at;                  // monotonic; CLOCK_NEVER: not known
    bool breaker_open, breaker_closed; // neither: half-open
    bool held;                         // it opened for refusals: `cause` is the last one
    char cause[ALERTS_CAUSE_SIZE];     // its latest failure; "" when none is known
};

// What is known at one moment.
struct alert_facts {
    uint64_t now;  // monotonic
    uint64_t wall; // the same moment, nanoseconds since 1970
    uint32_t sessions;
    struct alert_session session[BOUNDS_SESSIONS];
    uint64_t quota_used, quota_limit; // of the daily quota that is used most; limit 0: none is known
    const char *quota_unit;           // "requests", "tokens"
    uint64_t good, bad;               // outcomes so far; rate limits are neither
    uint64_t verdicts;
    bool waiting;                     // nothing can be expected: paused, stopping, no room on the disk
    uint64_t expected;                // nanoseconds in which a verdict is to be expected; 0: not known
    uint32_t disk_wait;               // workers that wait for room on the disk
    uint32_t idle_deaths;             // of workers, in a row, without one verdict
    const struct batch_list *batches; // NULL: it is no batch
    const char *run;                  // its id; kept only while the facts are looked at
    uint64_t database_away;           // of a fleet: nanoseconds without an answer
    uint32_t machines_lost;           // of a fleet: given up
};

struct alert_event {
    enum alert_kind kind;
    bool raised;        // else cleared
    bool renewed;       // raised before; only the words are new, and nobody need hear of it again
    uint32_t session;   // index, or ALERTS_NOBODY
    uint32_t threshold; // ALERT_QUOTA_USE: percent; else 0
    char message[ALERTS_MESSAGE_SIZE];
};

// Begin it zeroed but for the thresholds.
struct alerts {
    struct alerts_thresholds thresholds;
    bool quota_use[ALERTS_THRESHOLDS_MOST]; // raised
    bool sessions_unavailable;
    uint64_t unavailable_since; // 0: some are available
    uint64_t unavailable_until; // as it was told last; CLOCK_NEVER: not known
    bool error_rate_high;
    struct error_rate outcomes;
    bool breaker_opened[BOUNDS_SESSIONS];
    bool held[BOUNDS_SESSIONS]; // and that is for refusals
    bool key_refused[BOUNDS_SESSIONS];
    bool run_stalled;
    uint64_t verdicts, verdict_at; // the last one, or since when one is waited for
    bool disk_full;
    bool worker_crash_loop;
    struct alerts_batch {
        char words[ALERTS_BATCH_WORDS]; // as told last; "": it is not raised
        uint64_t seen, from;            // parts that ended so, now, and before those that are told
        uint64_t at;                    // monotonic: the last of them did; 0: none has
    } batch[ALERT_KINDS - ALERT_BATCH_FAILED];
    bool database_away;
    uint32_t machines_lost;
};

// What became of these parts is no news.
void alerts_batches_begin(struct alerts *alerts, const struct batch_list *before);

// Each kind for each session or threshold at most once in a call.
#define ALERTS_EVENTS_MOST (ALERTS_THRESHOLDS_MOST + 2 * BOUNDS_SESSIONS + ALERT_KINDS)

// What has changed at facts->now: returns how many events were put into `event`.
uint32_t alerts_decide(struct alerts *alerts, const struct alert_facts *facts,
                       struct alert_event event[ALERTS_EVENTS_MOST]);

#endif
