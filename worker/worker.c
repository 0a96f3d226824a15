#include "worker.h"

#include "exchange/json_memory.h"
#include "ration/board.h"
#include "ration/descriptor.h"
#include "ration/log.h"
#include "ration/row_head.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HELD_SPARE 16U

static int open_reader(struct worker *worker) {
    const struct settings *settings = worker->settings;
    worker->reader = record_reader_new(DESCRIPTOR_INPUT, "input", settings->format);
    if (worker->reader == NULL) {
        return -1;
    }
    struct record_shape shape = record_shape_of(settings);
    record_reader_set_shape(worker->reader, &shape);
    return settings->format == SETTINGS_CSV
               ? record_reader_set_columns(worker->reader, settings->columns, settings->column)
               : 0;
}

// No other process of the run ever has the same tag, so no two attempts have the same id, whoever was killed.
static void make_tag(struct worker *worker) {
    struct slot_report report;
    slot_report(worker->arena, worker->slot, &report);
    (void)snprintf(worker->run_tag, sizeof(worker->run_tag), "%s.%u.%u", arena_run_id(worker->arena),
                   worker->slot + 1, report.generation);
}

int worker_open(struct worker *worker) {
    make_tag(worker);
    for (size_t i = 0; i < worker->settings->sessions; i++) {
        worker->dialect[i] = limit_dialects_named(worker->provider[i]->dialect);
    }
    if (charge_open(&worker->charge, DESCRIPTOR_PRICES) != 0) {
        log_fatal("worker", "cannot map the prices: %s; install ration and ration-worker of one version",
                  strerror(errno));
        worker->exit_code = WORKER_EXIT_FATAL;
        return -1;
    }
    worker->format = row_head_format(worker->settings);
    worker->most_held = worker->settings->in_flight * 2 + HELD_SPARE;
    worker->next_record = worker->proved = UINT32_MAX;
    worker->state = SLOT_STARTING;
    if (kinds_open(&worker->kinds, worker->settings, worker->provider) != 0 || worker->format == NULL ||
        open_reader(worker) != 0 || answer_check_open(&worker->check, worker->settings) != 0 ||
        heap_open(&worker->departures, worker->most_held + WORKER_REACH) != 0 ||
        heap_open(&worker->retries, worker->most_held + WORKER_REACH) != 0) {
        worker_fail_memory(worker);
        return -1;
    }
    return 0;
}

enum provider_shape worker_shape(const struct worker *worker, const struct artist *artist) {
    const struct settings *settings = worker->settings;
    return settings->rows == SETTINGS_ROWS_TABLE || artist->endpoint >= settings->endpoints
               ? worker->provider[artist->booking.session]->shape
               : provider_shape_of(settings->endpoint[artist->endpoint]);
}

uint32_t worker_in_flight(const struct worker *worker) {
    uint32_t adapted = arena_in_flight(worker->arena);
    uint32_t most = worker->settings->in_flight;
    return adapted > 0 && adapted < most ? adapted : most;
}

static void release_all(struct worker *worker) {
    struct artist *artist;
    while ((artist = artist_shift(&worker->ready)) != NULL ||
           (artist = heap_pop(&worker->departures)) != NULL ||
           (artist = heap_pop(&worker->retries)) != NULL || (artist = artist_shift(&worker->aside)) != NULL) {
        worker_release(worker, artist);
    }
}

void worker_close(struct worker *worker) {
    release_all(worker);
    heap_close(&worker->departures);
    heap_close(&worker->retries);
    artist_pool_free(&worker->pool);
    record_reader_free(worker->reader);
    kinds_free(&worker->kinds);
    result_format_free(worker->format);
    answer_check_close(&worker->check);
    charge_close(&worker->charge);
    text_free(&worker->joined);
    json_memory_free();
}

void worker_fail(struct worker *worker, int exit_code) {
    if (worker->exit_code == WORKER_EXIT_OK) {
        worker->exit_code = exit_code;
    }
    worker->draining = true;
}

void worker_fail_memory(struct worker *worker) {
    if (worker->exit_code == WORKER_EXIT_OK) {
        log_fatal("worker",
                  "out of memory; raise --worker-memory-limit, or lower --in-flight or --max-workers");
    }
    worker_fail(worker, WORKER_EXIT_MEMORY);
}

void worker_starve(struct worker *worker, struct artist *artist) {
    log_warn("worker", "no memory for artist number %u of the input", artist->index + 1);
    if (!board_in_flight(worker->arena, artist->index)) {
        board_begin(worker->arena, artist->index);
    }
    worker_fail_memory(worker);
    worker_release(worker, artist);
}

static bool is_low(const struct worker *worker, const struct artist *artist) {
    return board_priority(worker->arena, artist->index) == PRIORITY_LOW;
}

// The last of those that are ready and not of low priority. NULL: there is none.
static struct artist *last_of_others(const struct worker *worker) {
    struct artist *found = NULL;
    if (worker->ready.last != NULL && !is_low(worker, worker->ready.last)) {
        return worker->ready.last;
    }
    for (struct artist *at = worker->ready.first; at != NULL && !is_low(worker, at); at = at->next) {
        found = at;
    }
    return found;
}

void worker_ready(struct worker *worker, struct artist *artist, bool first) {
    bool low = is_low(worker, artist);
    if (!low && worker->ready.first != NULL && is_low(worker, worker->ready.first)) {
        worker->ask_at = 0; // what the ledger said of a low one is nothing to others
    }
    if (first == low) {
        artist_insert(&worker->ready, last_of_others(worker), artist);
    } else if (first) {
        artist_prepend(&worker->ready, artist);
    } else {
        artist_append(&worker->ready, artist);
    }
}

void worker_release(struct worker *worker, struct artist *artist) {
    if (artist->row.suspect && worker->suspects > 0) {
        worker->suspects--;
    }
    artist_give_back(&worker->pool, artist);
}

void worker_ring(const struct worker *worker) {
    (void)worker;
    uint64_t one = 1;
    if (write(DESCRIPTOR_DOORBELL, &one, sizeof(one)) != (ssize_t)sizeof(one)) {
        log_warn("worker", "the doorbell to the coordinator cannot be rung; it will look by itself");
    }
}
