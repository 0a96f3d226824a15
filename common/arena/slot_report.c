// A worker's report: what it says of itself, for everyone.
#include "arena/layout.h"
#include "ration/slot.h"

#include <string.h>

_Static_assert(sizeof(struct tokens) % sizeof(uint64_t) == 0, "they are kept in words");

static struct layout_report *report_of(const struct arena *arena, uint32_t slot) {
    return &layout_slot(arena, slot)->report;
}

void slot_set_state(struct arena *arena, uint32_t slot, enum slot_state state) {
    atomic_store_explicit(&report_of(arena, slot)->state, (uint32_t)state, memory_order_relaxed);
}

void slot_announce(struct arena *arena, uint32_t slot, pid_t pid, uint64_t now) {
    struct layout_report *report = report_of(arena, slot);
    atomic_store(&report->pid, (uint32_t)pid);
    atomic_store(&report->started, now);
    atomic_store(&report->heartbeat, now);
}

void slot_heartbeat(struct arena *arena, uint32_t slot, uint64_t now, uint32_t in_flight, uint32_t held,
                    uint32_t retrying) {
    struct layout_report *report = report_of(arena, slot);
    atomic_store_explicit(&report->in_flight, in_flight, memory_order_relaxed);
    atomic_store_explicit(&report->held, held, memory_order_relaxed);
    atomic_store_explicit(&report->retrying, retrying, memory_order_relaxed);
    atomic_store_explicit(&report->heartbeat, now, memory_order_release);
}

void slot_set_suspects(struct arena *arena, uint32_t slot, uint32_t suspects) {
    atomic_store_explicit(&report_of(arena, slot)->suspects, suspects, memory_order_relaxed);
}

// Single writer: no read-modify-write needed.
static void add(layout_u64 *counter, uint64_t n) {
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n,
                          memory_order_relaxed);
}

void slot_count_outcome(struct arena *arena, uint32_t slot, enum outcome_class outcome) {
    add(&report_of(arena, slot)->outcome[outcome], 1);
}

void slot_count_done(struct arena *arena, uint32_t slot, const struct tokens *tokens, uint64_t latency_ms) {
    struct layout_report *report = report_of(arena, slot);
    uint64_t words[LAYOUT_TOKENS_WORDS];
    uint32_t bucket = 0;
    memcpy(words, tokens, sizeof(words));
    while (bucket < SLOT_LATENCY_BUCKETS - 1 && latency_ms >> bucket != 0) {
        bucket++;
    }
    add(&report->done, 1);
    for (size_t i = 0; i < LAYOUT_TOKENS_WORDS; i++) {
        add(&report->tokens[i], words[i]);
    }
    add(&report->latency_ms_sum, latency_ms);
    add(&report->latency[bucket], 1);
}

void slot_count_failed(struct arena *arena, uint32_t slot) {
    add(&report_of(arena, slot)->failed, 1);
}

void slot_count_retry(struct arena *arena, uint32_t slot) {
    add(&report_of(arena, slot)->retries, 1);
}

void slot_report(const struct arena *arena, uint32_t slot, struct slot_report *out) {
    struct layout_report *report = report_of(arena, slot);
    uint32_t state = atomic_load(&report->state);
    *out = (struct slot_report){
        .pid = (pid_t)atomic_load(&report->pid),
        .generation = atomic_load(&layout_slot(arena, slot)->orders.generation),
        .state = state <= SLOT_DRAINING ? (enum slot_state)state : SLOT_EMPTY,
        .started = atomic_load(&report->started),
        .heartbeat = atomic_load_explicit(&report->heartbeat, memory_order_acquire),
        .in_flight = atomic_load_explicit(&report->in_flight, memory_order_relaxed),
        .held = atomic_load_explicit(&report->held, memory_order_relaxed),
        .suspects = atomic_load_explicit(&report->suspects, memory_order_relaxed),
        .retrying = atomic_load_explicit(&report->retrying, memory_order_relaxed),
        .retries = atomic_load_explicit(&report->retries, memory_order_relaxed),
        .status_429 = atomic_load_explicit(&report->status_429, memory_order_relaxed),
        .done = atomic_load_explicit(&report->done, memory_order_relaxed),
        .failed = atomic_load_explicit(&report->failed, memory_order_relaxed),
        .latency_ms_sum = atomic_load_explicit(&report->latency_ms_sum, memory_order_relaxed),
    };
    uint64_t words[LAYOUT_TOKENS_WORDS] = {0};
    for (size_t i = 0; i < LAYOUT_TOKENS_WORDS; i++) {
        words[i] = atomic_load_explicit(&report->tokens[i], memory_order_relaxed);
    }
    memcpy(&out->tokens, words, sizeof(out->tokens));
    for (int i = 0; i < OUTCOME_OF_ATTEMPT; i++) {
        out->outcome[i] = atomic_load_explicit(&report->outcome[i], memory_order_relaxed);
    }
    for (uint32_t i = 0; i < SLOT_LATENCY_BUCKETS; i++) {
        out->latency[i] = atomic_load_explicit(&report->latency[i], memory_order_relaxed);
    }
}
