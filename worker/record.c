#include "record.h"

#include "line.h"
#include "ration/clock.h"
#include "ration/ledger.h"
#include "ration/log.h"
#include "recorder.h"
#include "tell.h"

static const struct key *key_of(const struct worker *worker, const struct artist *artist) {
    return &worker->keys[artist->booking.session];
}

// What both kinds of line say of the last attempt.
static struct result_line line_of(const struct worker *worker, const struct ended *ended,
                                  char created[CLOCK_RFC3339_SIZE]) {
    struct result_line line = {
        .attempts = (uint64_t)ended->artist->counted + ended->artist->overloads,
        .created = created,
        .cost = ended->artist->cost,
    };
    clock_rfc3339(clock_wall(), created);
    if (worker->settings->fallback) {
        line.session = ledger_name(worker->arena, ended->artist->booking.session);
    }
    line_request(&line, key_of(worker, ended->artist), ended->result->headers->request_id);
    return line;
}

// For a format that has the response as it came.
static bool add_response(const struct worker *worker, const struct ended *ended, struct result_line *line,
                         struct text *raw) {
    const struct transfer_result *result = ended->result;
    if (worker->format->whole && result->status > 0) {
        bool whole = ended->answer.parsed && ended->answer.replaced == 0;
        line_response(line, key_of(worker, ended->artist), result->status, result->body, result->length,
                      whole, raw);
    }
    return !raw->failed;
}

static void lose(struct worker *worker, struct artist *artist) {
    log_warn("worker", "the answer for artist %.*s is lost for want of memory; it will be asked for again",
             (int)artist->id.length, artist->id.bytes);
    worker_starve(worker, artist);
}

void record_answer(struct worker *worker, struct ended *ended) {
    struct artist *artist = ended->artist;
    char created[CLOCK_RFC3339_SIZE];
    struct text clean = {0}, raw = {0};
    struct result_line line = line_of(worker, ended, created);
    line.latency_ms = artist->latency_ms;
    line.input_hash = artist->hash;
    line_answer(&line, key_of(worker, artist), &ended->answer, &clean);
    if (!add_response(worker, ended, &line, &raw) || clean.failed ||
        recorder_add(&worker->recorder, OUTPUT_ANSWERS, artist, &line) != 0) {
        lose(worker, artist);
    }
    text_free(&raw);
    text_free(&clean);
}

// A limit that refuses one artist alone refuses what is in it.
enum outcome_class record_class(const struct ended *ended) {
    enum outcome_class kind = ended->outcome.kind;
    if (ended->outcome.truncated) {
        return OUTCOME_TRUNCATED;
    }
    bool refused =
        kind == OUTCOME_RATE_LIMITED || kind == OUTCOME_QUOTA_EXHAUSTED || kind == OUTCOME_UNAUTHORISED;
    return refused ? OUTCOME_REFUSED : kind;
}

static struct result_line error_of(const struct worker *worker, const struct ended *ended,
                                   char created[CLOCK_RFC3339_SIZE]) {
    struct result_line line = line_of(worker, ended, created);
    line.attempts += ended->artist->refusals;
    line.input_hash = ended->artist->hash;
    line.class = outcome_name(record_class(ended));
    line.status = ended->result->status > 0 ? (uint64_t)ended->result->status : 0;
    line.code = ended->code[0] != '\0' ? ended->code : NULL;
    line.message = ended->message;
    return line;
}

void record_error(struct worker *worker, struct ended *ended, bool unproven) {
    const struct tell_fault fault = {ended->outcome.kind, ended->result->status, ended->code, ended->message};
    char created[CLOCK_RFC3339_SIZE];
    tell_failed(worker, ended->artist, &fault, outcome_name(record_class(ended)), ended->now);
    struct result_line line = error_of(worker, ended, created);
    line.unproven = unproven;
    ended->artist->usage.outcome = ended->outcome.kind;
    ended->artist->counts = true;
    if (worker->orphaned && ended->bill.known) { // nobody settles its booking
        ended->artist->usage.cost = ended->bill.cost;
        ended->artist->usage.recorded = true;
    }
    struct text raw = {0};
    if (!add_response(worker, ended, &line, &raw) ||
        recorder_add(&worker->recorder, OUTPUT_ERRORS, ended->artist, &line) != 0) {
        lose(worker, ended->artist);
    }
    text_free(&raw);
}

void record_keep_error(struct worker *worker, const struct ended *ended) {
    char created[CLOCK_RFC3339_SIZE];
    struct result_line line = error_of(worker, ended, created);
    struct text raw = {0};
    if (!add_response(worker, ended, &line, &raw)) {
        line.response = line.body = (struct result_text){0};
    }
    recorder_keep(&worker->recorder, ended->artist, &line);
    text_free(&raw);
}
