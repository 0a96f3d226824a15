// The worker's state, for the parts of its loop: intake → admission → departures → completion →
// recorder.
#ifndef RATION_WORKER_H
#define RATION_WORKER_H

#include "artist.h"
#include "charge.h"
#include "exchange/answer_check.h"
#include "exchange/routes.h"
#include "exchange/transfer.h"
#include "heap.h"
#include "kinds.h"
#include "limits/limit_dialects.h"
#include "notice.h"
#include "ration/arena.h"
#include "ration/key.h"
#include "ration/provider.h"
#include "ration/record_group.h"
#include "ration/record_reader.h"
#include "ration/request.h"
#include "ration/result_format.h"
#include "ration/settings.h"
#include "ration/slot.h"
#include "ration/turn.h"
#include "recorder.h"

#include <stdbool.h>
#include <stdint.h>

#define WORKER_REACH 64U // artists that it may hold beside the others, see reach.h

struct worker {
    // for good
    struct arena *arena;
    uint32_t slot;
    const struct settings *settings;
    const struct provider *const *provider;      // of each session
    struct result_format *format;                // of the lines that it writes
    enum limit_dialect dialect[BOUNDS_SESSIONS]; // of each session
    struct key *keys;                            // of settings->sessions sessions; an empty one: none is sent
    struct kinds kinds;                          // of what is sent
    struct record_reader *reader;
    struct answer_check check;
    struct routes routes;
    struct transfers *transfers;
    struct charge charge; // by which price
    struct recorder recorder;
    uint32_t most_held;
    char run_tag[ARENA_RUN_ID_SIZE + 24]; // run, slot and generation: what all its request ids begin with

    // artists: every one taken from the pool stands in exactly one of these places
    struct artist_pool pool;
    struct artist_list ready;
    struct heap departures;   // booked, by departure
    struct heap retries;      // waiting, by next try
    struct artist_list aside; // refused, see suspects.h
    uint64_t aside_at;        // when they are looked at again
    uint32_t suspects;        // of all held, how many were refused and not answered since

    // intake
    struct record_group group; // whose records were proved,
    uint32_t proved;           // its number; UINT32_MAX: none
    uint32_t next_record;      // index of the record that the reader gives next; UINT32_MAX: not known
    struct range order;        // for people: the range in hand
    uint32_t reached;          // artists that were claimed out of turn
    bool alone;                // the artist in hand is suspect: nothing beside it
    bool more_orders;          // an order has unclaimed artists
    bool rang;                 // the doorbell, since the last bell

    // admission
    uint64_t ask_at; // not before this the ledger has anything for us
    struct turn turn;
    uint32_t random; // the last one of admission.c; 0: none yet
    bool paused;     // the run is, as far as was seen
    bool closed;     // no session can be used any more

    // endings
    bool draining;
    bool orphaned;
    uint64_t orphan_deadline;
    int exit_code;

    // disk
    bool disk_wait;
    bool rescue_told; // that answers cannot be saved elsewhere either
    uint64_t disk_retry;

    uint64_t heartbeat;
    enum slot_state state;
    struct text joined; // scratch of answer_read()
    struct notice notice[OUTCOME_OF_ATTEMPT];
    struct notice failed;
    struct notice processed;
    uint32_t processed_told;
    struct notice queued;
    struct notice descriptors;
    struct notice lowered;
    struct notice fell_back;
};

// 0, or -1 when out of memory (told).
int worker_open(struct worker *worker);
void worker_close(struct worker *worker);

// Of the request that is under way for the artist, or was last, and of its answer.
enum provider_shape worker_shape(const struct worker *worker, const struct artist *artist);

// Requests that may be under way now.
uint32_t worker_in_flight(const struct worker *worker);

// Ends the worker with this code, once what is in flight is recorded.
void worker_fail(struct worker *worker, int exit_code);
void worker_fail_memory(struct worker *worker);
// Likewise, and this artist was too much: it stays in flight on the board, where the coordinator finds the
// suspects. Lets go of it.
void worker_starve(struct worker *worker, struct artist *artist);

// It may leave: before or behind those that are ready. Those of low priority stand behind all others, because
// they may have to wait for another period of the daily quota, and nobody shall wait behind them.
void worker_ready(struct worker *worker, struct artist *artist, bool first);

// Lets go of an artist: it has its verdict, or someone else will get it.
void worker_release(struct worker *worker, struct artist *artist);
// Rings the coordinator's doorbell.
void worker_ring(const struct worker *worker);

#endif
