// The bytes of the arena. Private to common/: the include paths keep it from everyone else.
//
// Each field says who writes it. Guarded words can only be changed by journal_set(), because plain assignment
// to them does not compile. Words that one process writes alone are atomics on cache lines of their own.
#ifndef RATION_LAYOUT_H
#define RATION_LAYOUT_H

#include "ration/arena.h"
#include "ration/guard.h"
#include "ration/ledger.h"
#include "ration/ledger_budget.h"
#include "ration/output.h"
#include "ration/record_group.h"
#include "ration/slot.h"
#include "ration/slot_fault.h"
#include "ration/slot_requests.h"

#include <limits.h>
#include <semaphore.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>

#define LAYOUT_MAGIC 0x6e6f697461726131ULL // "1aration"
#define LAYOUT_VERSION 27U
#define LAYOUT_LINE 64
#define LAYOUT_JOURNAL_ENTRIES 1024U // see ledger_words.c
#define LAYOUT_BOARD_WORD 32U        // artists in one verdict word
#define LAYOUT_GOSSIP_WORDS 2048U

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2 && ATOMIC_INT_LOCK_FREE == 2 && ATOMIC_CHAR_LOCK_FREE == 2,
               "shared words need lock-free atomics");
_Static_assert(OUTPUT_MAX_LINES + 8 <= LAYOUT_JOURNAL_ENTRIES, "the largest append must fit the journal");

typedef _Atomic uint64_t layout_u64;
typedef _Atomic uint32_t layout_u32;

// writer: the owner of the guard that is named beside it, through journal_set().
typedef struct {
    const uint64_t value;
} guarded_word;
_Static_assert(sizeof(guarded_word) == 8, "a guarded word is one aligned 64-bit word");

static inline uint64_t guarded_get(const guarded_word *word) {
    return *(const volatile uint64_t *)&word->value;
}

// Undo log of one transaction. writer: the owner of its guard.
// Invariant: count is 0 whenever nobody owns the guard.
struct journal {
    layout_u32 count;
    uint32_t reserved;
    struct {
        uint64_t offset; // of the word, from the start of the arena
        uint64_t old;
    } entry[LAYOUT_JOURNAL_ENTRIES];
};

// Protocol in guard.c. Invariant: owner is 0 or a slot + 1, or GUARD_COORDINATOR + 1.
struct layout_guard {
    alignas(LAYOUT_LINE) sem_t token; // writer: anyone
    alignas(LAYOUT_LINE)
        layout_u32 owner;    // writer: anyone, by compare-and-swap; release by the owner or its reaper
    layout_u64 acquisitions; // writer: the owner
    layout_u64 waits;        // writer: anyone
    layout_u64 recoveries;   // writer: whoever rolls back
    alignas(LAYOUT_LINE) struct journal journal;
};

#define LAYOUT_DIMENSION_WORDS (sizeof(struct dimension) / sizeof(uint64_t))
#define LAYOUT_BREAKER_WORDS (sizeof(struct breaker) / sizeof(uint64_t))
#define LAYOUT_BLAME_WORDS (sizeof(struct blame) / sizeof(uint64_t))
#define LAYOUT_SILENT_WORDS (sizeof(struct silent) / sizeof(uint64_t))
#define LAYOUT_SAID_WORDS (LEDGER_SAID_SIZE / sizeof(uint64_t))
#define LAYOUT_TOKENS_WORDS (sizeof(struct tokens) / sizeof(uint64_t))

// guard: ledger; ledger_words.h loads and stores them. Invariants: booked[s] is 0 for an empty slot s;
// in_flight is the sum of booked_requests; probe is 0, or 1 and a slot that has booked; spent only grows.
struct layout_session {
    char name[LEDGER_NAME_SIZE]; // writer: the coordinator, before the first spawn
    uint64_t endpoint;           // likewise
    uint64_t fallback;           // likewise: used only while no other may send
    uint64_t own_price;          // likewise: the next two hold instead of the ledger's
    uint64_t price_input, price_output;
    uint64_t price_above; // likewise: requests of more input tokens are booked by the next two; 0: none
    uint64_t price_above_input, price_above_output;
    uint64_t cached;                    // likewise: enum provider_cached
    layout_u64 dear_input, dear_output; // writer: any worker, atomic, only up: no request is booked for less
    layout_u64 dear_above;              // likewise, only down: nor one of more input tokens for less than by
    layout_u64 dear_above_input, dear_above_output; // these; 0: none
    layout_u64 charged; // writer: any worker, atomic: answers that told what they cost
    layout_u64 skipped; // writer: any worker, atomic
    layout_u64 remarks; // writer: any worker, atomic: bits of what was told once
    layout_u64 full_at; // writer: any worker, atomic: silent: when what its departures have taken is refilled
    layout_u64 lost;    // likewise, only up: for so long the server refilled nothing more
    layout_u64 shifted; // likewise, only up: departures are so much later than the policy has them
    // writer: any, atomic: metered: the most that was asked for in vain
    layout_u64 short_of[LEDGER_DIMENSIONS];
    guarded_word dimension[LEDGER_DIMENSIONS][LAYOUT_DIMENSION_WORDS]; // a struct dimension each
    guarded_word breaker[LAYOUT_BREAKER_WORDS];                        // a struct breaker
    guarded_word probe;                                                // whose booking is the breaker's probe
    guarded_word blame[LAYOUT_BLAME_WORDS];                            // a struct blame
    guarded_word silent[LAYOUT_SILENT_WORDS];                          // a struct silent
    guarded_word said[LAYOUT_SAID_WORDS]; // a text: what it last refused, and how
    guarded_word unreachable;             // enum ledger_unreachable of its last request
    guarded_word unreachable_since;       // and of all before it since then
    guarded_word unreachable_times;
    guarded_word places; // bookings at once while no limit of requests is known, in 1/1024; 0: any number
    guarded_word calm;   // places grow fast up to here
    guarded_word slowed; // an overload, or want of money, has made places few, whatever limits are known
    guarded_word not_before;
    guarded_word hold;    // enum ledger_hold of not_before
    guarded_word held_at; // when the last hold began that found none
    guarded_word disabled;
    guarded_word epoch; // raised by every hold; with the pauses added, bookings of an older one are invalid
    guarded_word strikes[LEDGER_DISABLE + 1];
    guarded_word outcome[OUTCOME_OF_ATTEMPT];
    guarded_word health;
    guarded_word last_used;
    guarded_word last_error;
    guarded_word last_error_at;
    guarded_word spent_requests;
    guarded_word spent_tokens;
    guarded_word
        cached_mean; // not PROVIDER_COUNTS_CACHED: learned tokens of an answer that a cache gave, times 16
    guarded_word in_flight;
    guarded_word booked_requests[BOUNDS_SLOTS];
    guarded_word booked_tokens[BOUNDS_SLOTS];
};

// guard: ledger, but for the first group
struct layout_ledger {
    // writer: the coordinator, before the first spawn
    uint64_t selection;
    uint64_t breaker_threshold, breaker_timeout;
    uint64_t floor; // no estimate of the output is below it: max_output_tokens
    uint64_t day_share;
    uint64_t quota_allowed, quota_low_allowed;
    uint64_t price_input, price_output;  // micro-dollars a million tokens
    uint64_t cost_most;                  // nano-dollars of the output's whole life; 0: no limit
    uint64_t cost_run_most;              // of this run; 0: no limit
    uint64_t before_spent, before_doubt; // of runs before this one
    uint64_t longest_answer;             // tokens; 0: not told
    layout_u64 longest_seen;             // writer: any worker, atomic, only up: tokens of an answer
    uint64_t fallback_after;             // nanoseconds for which all others are away
    layout_u64 cost_refused;             // writer: any worker: what the last refused request might have cost
    layout_u64 usage_untold;             // writer: any worker: answers whose tokens had to be estimated
    // of a fleet, by enum ledger_budget
    uint64_t metered[LEDGER_BUDGETS];        // 1: no more than was granted may be taken
    layout_u64 budget_short[LEDGER_BUDGETS]; // writer: any, atomic: the most that was asked for in vain
    // likewise: 1: by a request of low priority, though there was some
    layout_u64 low_short;
    layout_u64 budget_left[LEDGER_BUDGETS]; // writer: the coordinator, atomic: in the whole fleet
    layout_u64 budget_period;               // likewise: of the quota, its number
    guarded_word granted[LEDGER_BUDGETS];   // what may be spent, in doubt and booked, together
    guarded_word low_granted;               // of the quota, by requests of low priority
    guarded_word cost_spent;                // by this run: known to the nano-dollar
    guarded_word cost_doubt;                // at most, of requests that were perhaps billed
    guarded_word cost_booked;               // the sum of slot_cost
    guarded_word before_taken;              // of before_doubt: parts that are open again
    guarded_word slot_cost[BOUNDS_SLOTS];
    // Of what is in line_cost and line_reserve of the header: that much has been settled here.
    guarded_word settled_cost[BOUNDS_SLOTS];
    guarded_word settled_reserve[BOUNDS_SLOTS];
    guarded_word quota_used;
    guarded_word quota_period;
    guarded_word admissions;   // of all workers so far
    guarded_word away_since;   // when all sessions that are no fallback went away; 0: they did not
    guarded_word last_session; // that a request was booked on
    guarded_word input_rate;   // learned tokens for each 2^20 bytes of request
    guarded_word output_mean;  // learned output tokens of an answer, times 16
};

struct layout_order {
    layout_u64 claim; // range_pack() of what is unclaimed. writer: both, by compare-and-swap
    layout_u64 offset;
    layout_u64 line;
    layout_u32 seek_artist;
    layout_u32 flags; // priority, | LAYOUT_ALONE
};
#define LAYOUT_ALONE 0x100U

// writer: the coordinator, but for the claim words
struct layout_orders {
    alignas(LAYOUT_LINE) layout_u32 given; // orders [0, given) have been stored
    layout_u32 command;
    layout_u32 generation;
    struct layout_order order[SLOT_ORDERS];
};

// writer: the slot's worker; the coordinator only while no process is in the slot
struct layout_report {
    alignas(LAYOUT_LINE) layout_u64 heartbeat;
    layout_u64 started; // when the process announced itself
    layout_u32 begun;   // orders [0, begun) have been begun
    layout_u32 pid;
    layout_u32 state;
    layout_u32 in_flight;
    layout_u32 held;
    layout_u32 retrying;
    layout_u32 suspects;
    layout_u64 retries;
    layout_u64 status_429;
    layout_u64 done;
    layout_u64 failed;
    layout_u64 outcome[OUTCOME_OF_ATTEMPT];
    layout_u64 tokens[LAYOUT_TOKENS_WORDS]; // a struct tokens
    layout_u64 latency_ms_sum;
    layout_u64 latency[SLOT_LATENCY_BUCKETS];
};

// Two rings of the latest requests, for people. writer: the slot's worker; the coordinator only while no
// process is in the slot.
struct layout_request {
    layout_u64 number; // 1, 2, … in its ring; 0: none, or it is being written
    layout_u64 what;   // artist, status, session, outcome
    layout_u64 began;
    layout_u64 ended;
};
struct layout_requests {
    alignas(LAYOUT_LINE) layout_u64 begun_count;
    layout_u64 ended_count;
    struct layout_request begun[SLOT_REQUESTS];
    struct layout_request ended[SLOT_REQUESTS];
};

// The latest attempt that failed, for people. writer: the slot's worker. `sequence` is odd while it is
// written.
struct layout_fault {
    alignas(LAYOUT_LINE) layout_u64 sequence; // 0: none yet
    layout_u64 at;
    layout_u64 what; // status, session, outcome
    layout_u64 word[SLOT_FAULT_TEXT / 8];
};

struct layout_slot {
    struct layout_orders orders;
    struct layout_report report;
    struct layout_fault fault;
    struct layout_requests requests;
};

// What the coordinator publishes for people; see snapshot.c. writer: the coordinator. The word[sequence % 2]
// stand still while the others are written; sequence is raised when they are whole.
struct layout_gossip {
    alignas(LAYOUT_LINE) layout_u64 sequence; // 0: nothing was published yet
    layout_u64 word[2][LAYOUT_GOSSIP_WORDS];
};

// The first group is written by the coordinator before the first spawn, and is constant afterwards. Each
// group that follows says who writes it.
struct layout_header {
    uint64_t magic;
    uint32_t version;
    uint32_t slots;
    uint32_t sessions;
    uint32_t artists;
    uint64_t size;
    uint64_t ledger, session, slot, verdict, progress; // offsets of the parts
    uint64_t gossip;
    uint64_t proof; // likewise: a word for each group of records
    int64_t coordinator;
    uint64_t input_mark;
    char run_id[ARENA_RUN_ID_SIZE];
    char output[PATH_MAX]; // absolute, where it was at the beginning; or ""
    // writer: any worker, and the coordinator while there is none, atomics
    alignas(LAYOUT_LINE) layout_u64 synced_at; // when the last sync began
    // Bytes that a good fdatasync() has put on the disk. Only up, after the sync, and never above the
    // committed length: what stands below it is never cut. Stands still once sync_error is set.
    layout_u64 firm_length[OUTPUT_FILES];
    layout_u32 sync_error; // errno of the last sync that failed
    // 1: names of this file are counted. writer: the coordinator, before the first spawn
    layout_u32 linked[OUTPUT_FILES];
    layout_u32 changed[OUTPUT_FILES]; // 1: somebody else has changed this file; see output.c
    // writer: the coordinator, atomics
    alignas(LAYOUT_LINE) layout_u64 pause_until; // nothing departs before it; 0: no pause
    layout_u64 pauses;                           // each one makes all earlier bookings invalid
    layout_u32 workers;                          // slots [0, workers) are to be used
    layout_u32 in_flight; // requests that each may have under way; 0: as its settings say
    layout_u32 left;      // artists that are left, all of them refused before; 0: there are others
    layout_u64 firm_wanted[OUTPUT_FILES]; // somebody waits until firm_length is that
    // guard: output. Invariants: done + failed <= artists, and each equals the count of its verdicts.
    alignas(LAYOUT_LINE) guarded_word length[OUTPUT_FILES]; // committed bytes
    guarded_word done;
    guarded_word failed;
    // what the answers that each slot has recorded cost, and what was reserved for their requests
    guarded_word line_cost[BOUNDS_SLOTS];
    guarded_word line_reserve[BOUNDS_SLOTS];
    // writer: the owner of the output guard, before its first journal entry; read only while there is one.
    // Not undone by a rollback, which must know it: as long as each file may be because of the transaction
    // that is open.
    layout_u64 extent[OUTPUT_FILES];
    struct layout_guard guard[GUARDS];
};

// What a process keeps about its mapping.
struct arena {
    struct layout_header *header;
    size_t size;
    int fd;
    bool orphaned; // this worker's coordinator is dead
    guard_repair *repair[GUARDS];
    void *repair_context[GUARDS];
    uint64_t watched[GUARDS]; // guard_watch(): acquisitions at the last tick
    uint32_t watched_owner[GUARDS];
};

static inline void *layout_at(const struct arena *arena, uint64_t offset) {
    return (char *)arena->header + offset;
}
static inline struct layout_ledger *layout_ledger(const struct arena *arena) {
    return layout_at(arena, arena->header->ledger);
}
static inline struct layout_session *layout_session(const struct arena *arena, uint32_t session) {
    return (struct layout_session *)layout_at(arena, arena->header->session) + session;
}
static inline struct layout_slot *layout_slot(const struct arena *arena, uint32_t slot) {
    return (struct layout_slot *)layout_at(arena, arena->header->slot) + slot;
}
static inline guarded_word *layout_verdict(const struct arena *arena, uint32_t artist) {
    return (guarded_word *)layout_at(arena, arena->header->verdict) + artist / LAYOUT_BOARD_WORD;
}
static inline struct layout_gossip *layout_gossip(const struct arena *arena) {
    return layout_at(arena, arena->header->gossip);
}
static inline _Atomic uint8_t *layout_progress(const struct arena *arena, uint32_t artist) {
    return (_Atomic uint8_t *)layout_at(arena, arena->header->progress) + artist;
}

static inline uint64_t *layout_proof(const struct arena *arena, uint32_t artist) {
    return (uint64_t *)layout_at(arena, arena->header->proof) + artist / RECORD_GROUP;
}

#endif
