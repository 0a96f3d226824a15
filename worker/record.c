#include "record.h"

#include "line.h"
#include "ration/clock.h"
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
    };
    clock_rfc3339(clock_wall(), created);
    line_request(&line, key_of(worker, ended->artist), ended->result->headers->request_id);
    return line;
}

static void lose(struct worker *worker, struct artist *artist) {
    log_warn("worker", "the answer for artist %.*s is lost for want of memory; it will be asked for again",
             (int)artist->id.length, artist->id.bytes);
    worker_starve(worker, artist);
}

void record_answer(struct worker *worker, struct ended *ended) {
    struct artist *artist = ended->artist;
    char created[CLOCK_RFC3339_SIZE];
    struct text clean = {0};
    struct result_line line = line_of(worker, ended, created);
    line.latency_ms = artist->latency_ms;
    line.input_hash = artist->hash;
    line_answer(&line, key_of(worker, artist), &ended->answer, &clean);
    if (clean.failed || recorder_add(&worker->recorder, OUTPUT_ANSWERS, artist, &line) != 0) {
        lose(worker, artist);
    }
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
    if (recorder_add(&worker->recorder, OUTPUT_ERRORS, ended->artist, &line) != 0) {
        lose(worker, ended->artist);
    }
}

void record_keep_error(struct worker *worker, const struct ended *ended) {
    char created[CLOCK_RFC3339_SIZE];
    struct result_line line = error_of(worker, ended, created);
    recorder_keep(&worker->recorder, ended->artist, &line);
}
