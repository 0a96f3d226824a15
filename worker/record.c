#include "record.h"

#include "line.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "recorder.h"
#include "tell.h"

static struct line_facts line_facts_of(const struct worker *worker, const struct artist *artist) {
    return (struct line_facts){
        .format = worker->format,
        .head = &artist->head,
        .key = &worker->keys[artist->booking.session],
    };
}

// What both kinds of line say of the last attempt.
static struct result_line line_of(const struct ended *ended, char created[CLOCK_RFC3339_SIZE]) {
    clock_rfc3339(clock_wall(), created);
    return (struct result_line){
        .attempts = (uint64_t)ended->artist->counted + ended->artist->overloads,
        .created = created,
        .request_id = ended->result->headers->request_id,
    };
}

static void queue_line(struct worker *worker, struct artist *artist, enum output_file file, size_t start) {
    if (recorder_add(&worker->recorder, file, artist, start) != 0) {
        log_warn("worker",
                 "the answer for artist %.*s is lost for want of memory; it will be asked for again",
                 (int)artist->id.length, artist->id.bytes);
        worker_starve(worker, artist);
    }
}

void record_answer(struct worker *worker, struct ended *ended) {
    char created[CLOCK_RFC3339_SIZE];
    struct line_facts facts = line_facts_of(worker, ended->artist);
    struct result_line line = line_of(ended, created);
    line.latency_ms = ended->artist->latency_ms;
    line.input_hash = ended->artist->hash;
    struct text *text = recorder_text(&worker->recorder, OUTPUT_ANSWERS);
    size_t start = text->length;
    line_answer(text, &facts, &ended->answer, line);
    queue_line(worker, ended->artist, OUTPUT_ANSWERS, start);
}

// A limit that refuses one artist alone refuses what is in it.
static enum outcome_class class_of(const struct ended *ended) {
    enum outcome_class kind = ended->outcome.kind;
    if (ended->outcome.truncated) {
        return OUTCOME_TRUNCATED;
    }
    bool refused =
        kind == OUTCOME_RATE_LIMITED || kind == OUTCOME_QUOTA_EXHAUSTED || kind == OUTCOME_UNAUTHORISED;
    return refused ? OUTCOME_REFUSED : kind;
}

void record_error_line(const struct worker *worker, const struct ended *ended, bool unproven,
                       struct text *text) {
    char created[CLOCK_RFC3339_SIZE];
    struct line_facts facts = line_facts_of(worker, ended->artist);
    struct result_line line = line_of(ended, created);
    line.attempts += ended->artist->refusals;
    line.class = outcome_name(class_of(ended));
    line.status = ended->result->status > 0 ? (uint64_t)ended->result->status : 0;
    line.code = ended->code[0] != '\0' ? ended->code : NULL;
    line.message = ended->message;
    line.unproven = unproven;
    line_error(text, &facts, line);
}

void record_error(struct worker *worker, struct ended *ended, bool unproven) {
    const struct tell_fault fault = {ended->outcome.kind, ended->result->status, ended->code, ended->message};
    struct text *text = recorder_text(&worker->recorder, OUTPUT_ERRORS);
    size_t start = text->length;
    tell_failed(worker, ended->artist, &fault, outcome_name(class_of(ended)), ended->now);
    record_error_line(worker, ended, unproven, text);
    ended->artist->usage.outcome = ended->outcome.kind;
    ended->artist->counts = true;
    queue_line(worker, ended->artist, OUTPUT_ERRORS, start);
}
