#include "view/view_workers.h"

#include "ration/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MEGABYTE (1024.0 * 1024.0)

const char *view_workers_sort_name(enum view_workers_sort sort) {
    static const char *const names[VIEW_WORKERS_SORTS] = {"number",   "in flight", "done",  "failed",
                                                          "restarts", "latency",   "memory"};
    return names[sort];
}

// ---- which, and in what order ----
static bool shown(const struct run_status *status, uint32_t slot) {
    return slot < status->now.wanted || status->now.worker[slot].report.pid != 0;
}

// Milliseconds of an answer; 0: there was none.
static double mean_latency(const struct slot_report *report) {
    return report->done > 0 ? (double)report->latency_ms_sum / (double)report->done : 0;
}

static double weight(const struct run_status *status, enum view_workers_sort sort, uint32_t slot) {
    const struct slot_report *report = &status->now.worker[slot].report;
    switch (sort) {
    case VIEW_WORKERS_BY_FLIGHT:
        return report->in_flight;
    case VIEW_WORKERS_BY_DONE:
        return (double)report->done;
    case VIEW_WORKERS_BY_FAILED:
        return (double)report->failed;
    case VIEW_WORKERS_BY_RESTARTS:
        return (double)status->now.gossip.restarts[slot];
    case VIEW_WORKERS_BY_LATENCY:
        return mean_latency(report);
    case VIEW_WORKERS_BY_MEMORY:
        return (double)status->worker_memory[slot];
    case VIEW_WORKERS_BY_NUMBER:
    case VIEW_WORKERS_SORTS:
    default:
        return 0;
    }
}

// Equal ones stay as they were: by number.
uint32_t view_workers_order(const struct run_status *status, enum view_workers_sort sort,
                            uint32_t out[BOUNDS_SLOTS]) {
    uint32_t count = 0;
    for (uint32_t slot = 0; slot < status->now.slots && slot < BOUNDS_SLOTS; slot++) {
        if (!shown(status, slot)) {
            continue;
        }
        uint32_t at = count++;
        for (; at > 0 && weight(status, sort, out[at - 1]) < weight(status, sort, slot); at--) {
            out[at] = out[at - 1];
        }
        out[at] = slot;
    }
    return count;
}

// ---- the table ----
static enum view_colour colour_of(const char *state) {
    if (strcmp(state, "dead") == 0 || strcmp(state, "stopped") == 0) {
        return VIEW_RED;
    }
    return strcmp(state, "working") == 0 || strcmp(state, "idle") == 0 ? VIEW_GREEN : VIEW_YELLOW;
}

static void print_latency(const struct slot_report *report, char *out, size_t size) {
    (void)snprintf(out, size, "-");
    if (report->done > 0) {
        (void)snprintf(out, size, "%.2f s", mean_latency(report) / 1000);
    }
}

static void print_age(const struct run_status *status, const struct slot_report *report, char *out,
                      size_t size) {
    (void)snprintf(out, size, "-");
    if (report->started != 0) {
        view_time((double)(status->now.at - report->started) / (double)CLOCK_SECOND, out, size);
    }
}

static void put_worker(struct view *view, const struct run_status *status, uint32_t slot, bool chosen) {
    const struct snapshot_worker *worker = &status->now.worker[slot];
    const struct slot_report *report = &worker->report;
    char range[32] = "-", latency[24], age[24], pid[16] = "-";
    if (range_size(worker->range) > 0) {
        (void)snprintf(range, sizeof(range), "%u-%u", worker->range.first, worker->range.end);
    }
    print_latency(report, latency, sizeof(latency));
    print_age(status, report, age, sizeof(age));
    if (report->pid != 0) {
        (void)snprintf(pid, sizeof(pid), "%d", (int)report->pid);
    }
    view_put(view, chosen ? VIEW_BOLD : VIEW_PLAIN, "W%02u %c  %8s  ", slot + 1, chosen ? '<' : ' ', pid);
    view_put(view, colour_of(status->worker_state[slot]), "%-9s", status->worker_state[slot]);
    view_piece(view, VIEW_PLAIN, " %9u", report->in_flight);
    view_piece(view, VIEW_PLAIN, " %8" PRIu64, report->done);
    view_piece(view, VIEW_PLAIN, " %6" PRIu64, report->failed);
    view_piece(view, VIEW_PLAIN, " %8" PRIu64, status->now.gossip.restarts[slot]);
    view_piece(view, VIEW_PLAIN, " %8s", latency);
    view_piece(view, VIEW_PLAIN, " %8s", age);
    view_piece(view, VIEW_PLAIN, "  %-9s", range);
    view_end(view);
}

static void put_heads(struct view *view) {
    static const char *const heads[] = {" IN-FLIGHT", "     DONE", " FAILED",    " RESTARTS",
                                        "  LATENCY",  "      AGE", "  UNCLAIMED"};
    view_put(view, VIEW_DIM, "WORKER      PID  STATE    ");
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        view_piece(view, VIEW_DIM, "%s", heads[i]);
    }
    view_end(view);
}

// The first line to show, of `count`, so that the chosen one is among the `room` that are.
static uint32_t first_shown(const uint32_t *order, uint32_t count, uint32_t room, uint32_t chosen) {
    for (uint32_t i = 0; i < count; i++) {
        if (order[i] == chosen && i >= room) {
            return i - room + 1;
        }
    }
    return 0;
}

void view_workers(struct view *view, const struct run_status *status,
                  const struct view_workers_choice *choice) {
    static const struct view_workers_choice usual = {.slot = VIEW_WORKERS_NONE};
    const struct view_workers_choice *chosen = choice != NULL ? choice : &usual;
    uint32_t order[BOUNDS_SLOTS];
    if (view_room(view) < 2) {
        return;
    }
    put_heads(view);
    uint32_t count = view_workers_order(status, chosen->sort, order);
    uint32_t room = view_room(view);
    bool all = count <= room;
    room = all ? count : room - 1; // the last line tells how many more there are
    uint32_t first = first_shown(order, count, room > 0 ? room : 1, chosen->slot);
    for (uint32_t i = first; i < first + room && i < count; i++) {
        put_worker(view, status, order[i], order[i] == chosen->slot);
    }
    if (!all) {
        view_put(view, VIEW_DIM, "and %u more workers", count - room);
        view_end(view);
    }
}

// ---- one of them ----
static void put_counts(struct view *view, const struct run_status *status, uint32_t slot) {
    const struct slot_report *report = &status->now.worker[slot].report;
    char input[16], output[16];
    view_count((double)report->tokens.input, input, sizeof(input));
    view_count((double)report->tokens.output, output, sizeof(output));
    view_put(view, VIEW_PLAIN, "has      %u in flight", report->in_flight);
    view_piece(view, VIEW_PLAIN, ", %u artists in its hands", report->held);
    view_piece(view, VIEW_PLAIN, ", %u of these to be retried", report->retrying);
    view_piece(view, VIEW_PLAIN, ", %u to begin", range_size(status->now.worker[slot].range));
    view_end(view);
    view_put(view, VIEW_PLAIN, "did      %" PRIu64 " done", report->done);
    view_piece(view, VIEW_PLAIN, ", %" PRIu64 " failed", report->failed);
    view_piece(view, VIEW_PLAIN, ", %" PRIu64 " retries", report->retries);
    view_piece(view, VIEW_PLAIN, ", %s input and %s output tokens", input, output);
    view_end(view);
}

static void put_failures(struct view *view, const struct snapshot_worker *worker) {
    bool any = false;
    for (enum outcome_class kind = 0; kind < OUTCOME_OF_ATTEMPT; kind++) {
        uint64_t count = worker->report.outcome[kind];
        if (kind != OUTCOME_DONE && count > 0) {
            view_piece(view, any ? VIEW_PLAIN : VIEW_YELLOW, "%s%" PRIu64 " %s", any ? ", " : "failures ",
                       count, outcome_name(kind));
            any = true;
        }
    }
    if (any) {
        view_end(view);
    }
    if (worker->fault.at != 0) {
        char words[SLOT_FAULT_WORDS];
        slot_fault_words(&worker->fault, words);
        view_put(view, VIEW_PLAIN, "last     %s", words);
        view_end(view);
    }
}

void view_workers_one(struct view *view, const struct run_status *status, uint32_t slot) {
    const struct snapshot_worker *worker = &status->now.worker[slot];
    const struct slot_report *report = &worker->report;
    char age[24], latency[24];
    uint64_t silent = status->now.at > report->heartbeat ? status->now.at - report->heartbeat : 0;
    print_age(status, report, age, sizeof(age));
    print_latency(report, latency, sizeof(latency));
    view_put(view, VIEW_BOLD, "W%02u      ", slot + 1);
    view_put(view, colour_of(status->worker_state[slot]), "%s", status->worker_state[slot]);
    if (report->pid != 0) {
        view_piece(view, VIEW_PLAIN, ", pid %d", (int)report->pid);
        view_piece(view, VIEW_PLAIN, ", for %s", age);
        view_piece(view, VIEW_PLAIN, ", seen %.1f s ago", (double)silent / (double)CLOCK_SECOND);
        view_piece(view, VIEW_PLAIN, ", %.0f MB", (double)status->worker_memory[slot] / MEGABYTE);
    }
    uint64_t restarts = status->now.gossip.restarts[slot];
    view_piece(view, VIEW_PLAIN, ", %" PRIu64 " restart%s", restarts, restarts == 1 ? "" : "s");
    view_piece(view, VIEW_PLAIN, ", latency %s", latency);
    view_end(view);
    put_counts(view, status, slot);
    put_failures(view, worker);
}
