// A slot: a worker's place in the arena. Orders go from the coordinator to the worker, the report from the
// worker to everyone. No guard: an order is stored, then its sequence number released; a report is
// single-writer atomics. A report is gossip: the coordinator range-checks what it reads.
#ifndef RATION_SLOT_H
#define RATION_SLOT_H

#include "ration/arena.h"
#include "ration/outcome.h"
#include "ration/priority.h"
#include "ration/range.h"
#include "ration/tokens.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define SLOT_ORDERS 4U           // places in the ring of orders
#define SLOT_LATENCY_BUCKETS 20U // histogram: [0,1) ms, [1,2), [2,4) … doubling

enum slot_command {
    SLOT_RUN,
    SLOT_DRAIN, // take nothing new, finish what is in flight, exit 0
    SLOT_LEAVE, // likewise, as the run stops: answers that the disk does not take are saved elsewhere
};

enum slot_state { SLOT_EMPTY, SLOT_STARTING, SLOT_WORKING, SLOT_IDLE, SLOT_DISK_WAIT, SLOT_DRAINING };

// Part of a range for one worker: it handles those artists of `range` that have no verdict and this priority.
struct slot_order {
    struct range range;
    uint64_t offset; // of the record `seek_artist` in the input
    uint64_t line;
    uint32_t seek_artist; // <= range.first: where reading begins
    enum priority priority;
    bool alone; // suspects of killing their worker: with nothing else in flight
};

// ---- coordinator ----
// Before a spawn: empties the slot, raises its generation.
void slot_prepare(struct arena *arena, uint32_t slot);
// After reaping: no process there.
void slot_clear(struct arena *arena, uint32_t slot);
// Gives one more order. false: the ring is full (the worker has not taken up the earlier ones).
bool slot_give(struct arena *arena, uint32_t slot, const struct slot_order *order);
// Orders given that the worker has not begun.
uint32_t slot_reserve(const struct arena *arena, uint32_t slot);
// Takes the unclaimed tail of order `sequence` back, but for its first `keep` artists. Returns what was
// taken, maybe nothing.
struct range slot_take_back(struct arena *arena, uint32_t slot, uint32_t sequence, uint32_t keep);
// The orders [*first, *given) may hold unclaimed artists: *first is the one that is being worked on.
void slot_sequences(const struct arena *arena, uint32_t slot, uint32_t *first, uint32_t *given);
// Unclaimed artists of that order now.
struct range slot_unclaimed(const struct arena *arena, uint32_t slot, uint32_t sequence);
enum priority slot_order_priority(const struct arena *arena, uint32_t slot, uint32_t sequence);
void slot_set_command(struct arena *arena, uint32_t slot, enum slot_command command);

// ---- worker ----
enum slot_command slot_command(const struct arena *arena, uint32_t slot);
// The order that is being worked on, or the next one once it is exhausted. false: none at the moment.
bool slot_current(struct arena *arena, uint32_t slot, struct slot_order *order);
// Claims the next artist of the order that slot_current() returned; false: exhausted (slot_current() then
// moves on).
bool slot_claim(struct arena *arena, uint32_t slot, uint32_t *artist);
// Claims an artist of another place: the first of an order that is not being worked on yet, or the last of
// one of up to `most` artists; `turn` says which of those there are. *order is its own. false: there is none.
bool slot_claim_far(struct arena *arena, uint32_t slot, uint32_t turn, uint32_t most,
                    struct slot_order *order, uint32_t *artist);
void slot_set_state(struct arena *arena, uint32_t slot, enum slot_state state);
void slot_heartbeat(struct arena *arena, uint32_t slot, uint64_t now, uint32_t in_flight, uint32_t held,
                    uint32_t retrying);
// Artists in its hands that were refused, and not answered since.
void slot_set_suspects(struct arena *arena, uint32_t slot, uint32_t suspects);
void slot_count_outcome(struct arena *arena, uint32_t slot, enum outcome_class outcome);
void slot_count_done(struct arena *arena, uint32_t slot, const struct tokens *tokens, uint64_t latency_ms);
void slot_count_failed(struct arena *arena, uint32_t slot);
// An artist that waited for its next attempt goes.
void slot_count_retry(struct arena *arena, uint32_t slot);

// ---- anyone ----
struct slot_report {
    pid_t pid;
    uint32_t generation;
    enum slot_state state;
    uint64_t started;    // monotonic nanoseconds; 0: not yet
    uint64_t heartbeat;  // monotonic nanoseconds of its last sign of life
    uint32_t in_flight;  // requests on the wire
    uint32_t held;       // artists it has claimed and not ended
    uint32_t suspects;   // of these, how many were refused and not answered since
    uint32_t retrying;   // of these, how many wait for another attempt
    uint64_t retries;    // how often such a wait has ended
    uint64_t status_429; // requests that were answered with that status, whatever their class
    uint64_t done, failed;
    uint64_t outcome[OUTCOME_OF_ATTEMPT];
    struct tokens tokens; // of all that is done
    uint64_t latency_ms_sum;
    uint64_t latency[SLOT_LATENCY_BUCKETS];
};
void slot_report(const struct arena *arena, uint32_t slot, struct slot_report *report);
// Worker, at start: this is my pid.
void slot_announce(struct arena *arena, uint32_t slot, pid_t pid, uint64_t now);

#endif
