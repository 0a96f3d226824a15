#include "ration/snapshot.h"

#include "arena/layout.h"
#include "ration/arithmetic.h"
#include "ration/board.h"
#include "ration/clock.h"
#include "ration/output_sync.h"
#include "ration/utf8.h"

#include <bsd/string.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#define WORDS (sizeof(struct snapshot_gossip) / sizeof(uint64_t))
#define TRIES 64

_Static_assert(sizeof(struct snapshot_gossip) % sizeof(uint64_t) == 0 && WORDS <= LAYOUT_GOSSIP_WORDS,
               "gossip must fit its place in the arena");

// The words that readers may be copying stand still until the others are whole: a coordinator that stops or
// dies in the middle of it leaves the last ones readable.
void snapshot_publish(struct arena *arena, const struct snapshot_gossip *gossip) {
    struct layout_gossip *shared = layout_gossip(arena);
    uint64_t sequence = atomic_load_explicit(&shared->sequence, memory_order_relaxed) + 1;
    atomic_thread_fence(memory_order_release); // who reads one of these words sees the sequence before
    for (size_t i = 0; i < WORDS; i++) {
        uint64_t word;
        memcpy(&word, (const char *)gossip + i * sizeof(word), sizeof(word));
        atomic_store_explicit(&shared->word[sequence % 2][i], word, memory_order_relaxed);
    }
    atomic_store_explicit(&shared->sequence, sequence, memory_order_release);
}

static bool copy(const struct layout_gossip *shared, struct snapshot_gossip *gossip) {
    uint64_t sequence = atomic_load_explicit(&shared->sequence, memory_order_acquire);
    for (size_t i = 0; i < WORDS && sequence > 0; i++) {
        uint64_t word = atomic_load_explicit(&shared->word[sequence % 2][i], memory_order_relaxed);
        memcpy((char *)gossip + i * sizeof(word), &word, sizeof(word));
    }
    atomic_thread_fence(memory_order_acquire);
    return sequence > 0 && atomic_load_explicit(&shared->sequence, memory_order_relaxed) == sequence;
}

static void mend_text(char *text, size_t size) {
    text[size - 1] = '\0';
    text[utf8_span(text, strlen(text))] = '\0';
}

static void mend_points(float *point) {
    for (size_t i = 0; i < SNAPSHOT_HISTORY; i++) {
        point[i] = isfinite(point[i]) ? point[i] : -1;
    }
}

static void mend_lists(struct snapshot_gossip *gossip) {
    gossip->alerts = arithmetic_least(gossip->alerts, SNAPSHOT_ALERTS);
    gossip->errors = arithmetic_least(gossip->errors, SNAPSHOT_ERRORS);
    for (size_t i = 0; i < SNAPSHOT_ALERTS; i++) {
        mend_text(gossip->alert[i].name, sizeof(gossip->alert[i].name));
        mend_text(gossip->alert[i].level, sizeof(gossip->alert[i].level));
        mend_text(gossip->alert[i].text, sizeof(gossip->alert[i].text));
    }
    for (size_t i = 0; i < SNAPSHOT_ERRORS; i++) {
        mend_text(gossip->error[i].artist, sizeof(gossip->error[i].artist));
        mend_text(gossip->error[i].class, sizeof(gossip->error[i].class));
        mend_text(gossip->error[i].text, sizeof(gossip->error[i].text));
    }
    for (size_t i = 0; i < OUTCOME_OF_ATTEMPT; i++) {
        mend_text(gossip->last[i].text, sizeof(gossip->last[i].text));
    }
    struct snapshot_history *history = &gossip->history;
    history->count = arithmetic_least(history->count, SNAPSHOT_HISTORY);
    mend_points(history->artists);
    mend_points(history->latency);
    mend_points(history->use);
}

// Only a broken coordinator makes any of it necessary; a reader must not break with it.
static void mend_fleet(struct snapshot_fleet *fleet) {
    fleet->machines = arithmetic_least(fleet->machines, SNAPSHOT_MACHINES);
    mend_text(fleet->run, sizeof(fleet->run));
    mend_text(fleet->phase, sizeof(fleet->phase));
    for (size_t i = 0; i < SNAPSHOT_MACHINES; i++) {
        mend_text(fleet->machine[i].host, sizeof(fleet->machine[i].host));
        mend_text(fleet->machine[i].id, sizeof(fleet->machine[i].id));
        mend_text(fleet->machine[i].state, sizeof(fleet->machine[i].state));
    }
}

static void mend(struct snapshot_gossip *gossip) {
    mend_fleet(&gossip->fleet);
    gossip->stage = gossip->stage < SNAPSHOT_STAGES ? gossip->stage : SNAPSHOT_RUNNING;
    gossip->use_state = gossip->use_state < SNAPSHOT_USES ? gossip->use_state : SNAPSHOT_HEALTHY;
    mend_text(gossip->reason, sizeof(gossip->reason));
    mend_text(gossip->forecast.binds, sizeof(gossip->forecast.binds));
    mend_text(gossip->forecast.text, sizeof(gossip->forecast.text));
    mend_text(gossip->use_text, sizeof(gossip->use_text));
    mend_lists(gossip);
}

bool snapshot_gossip(const struct arena *arena, struct snapshot_gossip *gossip) {
    const struct layout_gossip *shared = layout_gossip(arena);
    for (int i = 0; i < TRIES; i++) {
        if (copy(shared, gossip)) {
            mend(gossip);
            return true;
        }
    }
    memset(gossip, 0, sizeof(*gossip));
    return false;
}

static void take_worker(const struct arena *arena, uint32_t slot, struct snapshot *snapshot) {
    struct snapshot_worker *worker = &snapshot->worker[slot];
    struct slot_report *report = &worker->report;
    uint32_t first, given;
    slot_report(arena, slot, report);
    report->pid = report->pid > 0 ? report->pid : 0;
    report->heartbeat = arithmetic_least(report->heartbeat, snapshot->at);
    report->started = arithmetic_least(report->started, snapshot->at);
    if (slot_fault_look(arena, slot, &worker->fault)) {
        worker->fault.at = arithmetic_least(worker->fault.at, snapshot->at);
    }
    slot_sequences(arena, slot, &first, &given);
    // A broken report may name any sequence: no more than the ring holds is looked at.
    for (uint32_t i = 0; i < SLOT_ORDERS && first + i < given && range_size(worker->range) == 0; i++) {
        worker->range = slot_unclaimed(arena, slot, first + i);
    }
}

static void take_session(const struct arena *arena, uint32_t session, struct snapshot *snapshot) {
    struct ledger_state *state = &snapshot->session[session];
    ledger_look(arena, session, snapshot->at, state);
    ledger_blame_look(arena, session, snapshot->at, &snapshot->blame[session]);
    struct ledger_blame *blame = &snapshot->blame[session];
    blame->held_since = arithmetic_least(blame->held_since, snapshot->at);
    blame->unreachable_since = arithmetic_least(blame->unreachable_since, snapshot->at);
    ledger_said(arena, session, snapshot->said[session]);
    char *name = snapshot->session_name[session];
    (void)strlcpy(name, ledger_name(arena, session), LEDGER_NAME_SIZE);
    mend_text(name, LEDGER_NAME_SIZE);
    state->hold = state->hold <= LEDGER_DISABLE ? state->hold : LEDGER_COOL;
    state->last_error = state->last_error < OUTCOME_OF_ATTEMPT ? state->last_error : OUTCOME_DONE;
    state->silent.form = state->silent.form <= SILENT_PLACES ? state->silent.form : SILENT_NONE;
    state->last_used = arithmetic_least(state->last_used, snapshot->at);
    state->last_error_at = arithmetic_least(state->last_error_at, snapshot->at);
    state->health = arithmetic_least(state->health, SESSION_HEALTH_WHOLE);
    state->breaker.state = state->breaker.state <= BREAKER_HALF_OPEN ? state->breaker.state : BREAKER_CLOSED;
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        struct ledger_dimension *dimension = &state->dimension[i];
        if (dimension->unit >= DIMENSION_UNITS || dimension->window == 0) {
            dimension->unit = DIMENSION_NONE;
        }
        dimension->remaining = arithmetic_least(dimension->remaining, dimension->limit);
    }
}

static void take_head(const struct arena *arena, uint64_t now, uint64_t wall, struct snapshot *snapshot) {
    snapshot->at = now;
    snapshot->wall = wall;
    memcpy(snapshot->run_id, arena_run_id(arena), sizeof(snapshot->run_id));
    mend_text(snapshot->run_id, sizeof(snapshot->run_id));
    snapshot->coordinator = arena_coordinator(arena);
    snapshot->slots = arena_slots(arena);
    snapshot->slots = snapshot->slots < BOUNDS_SLOTS ? snapshot->slots : BOUNDS_SLOTS;
    snapshot->wanted = arena_workers(arena);
    snapshot->in_flight_each = arena_in_flight(arena);
    snapshot->sessions = arena_sessions(arena);
    snapshot->sessions = snapshot->sessions < BOUNDS_SESSIONS ? snapshot->sessions : BOUNDS_SESSIONS;
    snapshot->artists = arena_artists(arena);
    snapshot->paused_until = ledger_paused_until(arena, now);
    snapshot->sync_error = output_sync_error(arena);
    ledger_quota_look(arena, &snapshot->quota);
    ledger_cost_look(arena, &snapshot->cost);
    snapshot->untold = ledger_untold(arena);
    for (int file = 0; file < OUTPUT_FILES; file++) {
        snapshot->length[file] = output_length(arena, (enum output_file)file);
    }
    for (int id = 0; id < GUARDS; id++) {
        snapshot->guard[id] = guard_figures(arena, (enum guard_id)id);
    }
}

// After the ledger: a line is written before its booking is settled, so whoever is booked no more has a
// verdict by then. The other way round some artists would seem to be left for which nothing is under way.
static void take_verdicts(const struct arena *arena, struct snapshot *snapshot) {
    snapshot->done = (uint32_t)arithmetic_least(board_done(arena), snapshot->artists);
    snapshot->failed = (uint32_t)arithmetic_least(board_failed(arena), snapshot->artists - snapshot->done);
}

static void add_tokens(const struct tokens *tokens, struct tokens *sum) {
    sum->input += tokens->input;
    sum->cached += tokens->cached;
    sum->written += tokens->written;
    sum->written_hour += tokens->written_hour;
    sum->output += tokens->output;
    sum->reasoning += tokens->reasoning;
}

static void add_worker(const struct slot_report *report, struct snapshot_sums *sums) {
    sums->in_flight += report->in_flight;
    sums->retrying += report->retrying;
    sums->suspects += report->suspects;
    sums->retries += report->retries;
    sums->status_429 += report->status_429;
    sums->disk_wait += report->state == SLOT_DISK_WAIT;
    sums->live += report->pid != 0;
    add_tokens(&report->tokens, &sums->tokens);
    sums->answers += report->done;
    sums->latency_ms += report->latency_ms_sum;
    for (int i = 0; i < OUTCOME_OF_ATTEMPT; i++) {
        sums->outcome[i] += report->outcome[i];
        sums->ended += report->outcome[i];
    }
    for (uint32_t i = 0; i < SLOT_LATENCY_BUCKETS; i++) {
        sums->latency[i] += report->latency[i];
    }
}

// A minute; 0: none.
static uint64_t limit_of(const struct ledger_state *state, enum dimension_unit unit) {
    for (uint32_t i = 0; i < LEDGER_DIMENSIONS; i++) {
        const struct ledger_dimension *dimension = &state->dimension[i];
        if (dimension->unit == unit && dimension->window == CLOCK_MINUTE) {
            return dimension->limit;
        }
    }
    return 0;
}

static void sum_up(struct snapshot *snapshot) {
    struct snapshot_sums *sums = &snapshot->sums;
    *sums = (struct snapshot_sums){.waits_until = CLOCK_NEVER};
    for (uint32_t slot = 0; slot < snapshot->slots; slot++) {
        add_worker(&snapshot->worker[slot].report, sums);
    }
    for (uint32_t session = 0; session < snapshot->sessions; session++) {
        const struct ledger_state *state = &snapshot->session[session];
        sums->booked_requests += state->booked_requests;
        sums->booked_tokens += state->booked_tokens;
        sums->spent_requests += state->spent_requests;
        sums->spent_tokens += state->spent_tokens;
        sums->requests_per_minute += limit_of(state, DIMENSION_REQUESTS);
        sums->tokens_per_minute += limit_of(state, DIMENSION_TOKENS);
        if (!state->disabled) {
            uint64_t until = state->not_before > snapshot->at ? state->not_before : 0;
            sums->sessions_open++;
            sums->waits_until = arithmetic_least(sums->waits_until, until);
        }
    }
}

uint32_t snapshot_left(const struct snapshot *snapshot) {
    uint64_t ended = (uint64_t)snapshot->done + snapshot->failed;
    ended += arithmetic_least(snapshot->gossip.fleet.others, snapshot->artists);
    return snapshot->artists > ended ? (uint32_t)(snapshot->artists - ended) : 0;
}

void snapshot_look(const struct arena *arena, uint64_t now, uint64_t wall, struct snapshot *snapshot) {
    memset(snapshot, 0, offsetof(struct snapshot, gossip));
    take_head(arena, now, wall, snapshot);
    for (uint32_t slot = 0; slot < snapshot->slots; slot++) {
        take_worker(arena, slot, snapshot);
    }
    for (uint32_t session = 0; session < snapshot->sessions; session++) {
        take_session(arena, session, snapshot);
    }
    take_verdicts(arena, snapshot);
    sum_up(snapshot);
}

void snapshot_take(const struct arena *arena, uint64_t now, uint64_t wall, struct snapshot *snapshot) {
    snapshot_look(arena, now, wall, snapshot);
    (void)snapshot_gossip(arena, &snapshot->gossip);
    snapshot->gossip.published = arithmetic_least(snapshot->gossip.published, now);
    snapshot->gossip.started = arithmetic_least(snapshot->gossip.started, now);
    // The pause of a daily quota is the ledger giving out nothing more: only the coordinator knows its end.
    uint64_t quota_until = snapshot->gossip.quota_until > now ? snapshot->gossip.quota_until : 0;
    snapshot->paused_until = quota_until > snapshot->paused_until ? quota_until : snapshot->paused_until;
}
