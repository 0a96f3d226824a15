#include "completion.h"

#include "ended.h"
#include "exchange/classify.h"
#include "failure.h"
#include "limits/limit_news.h"
#include "line.h"
#include "ration/board.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "ration/request_repair.h"
#include "ration/slot_fault.h"
#include "ration/slot_requests.h"
#include "record.h"
#include "refusal.h"
#include "retry_policy.h"
#include "retry_queue.h"
#include "suspects.h"
#include "tell.h"
#include "tell_limits.h"
#include "tier_fallback.h"

#include <bsd/string.h>
#include <inttypes.h>
#include <string.h>

static enum outcome_hint hint_of(const char *should_retry) {
    if (strcmp(should_retry, "true") == 0) {
        return OUTCOME_SHOULD_RETRY;
    }
    return strcmp(should_retry, "false") == 0 ? OUTCOME_SHOULD_NOT_RETRY : OUTCOME_NO_HINT;
}

static void tell_request(struct worker *worker, const struct ended *ended) {
    const struct transfer_result *result = ended->result;
    struct slot_request request = {
        .artist = ended->artist->index,
        .session = ended->artist->booking.session,
        .began = ended->artist->started,
        .ended = ended->now,
        .outcome = ended->outcome.kind,
        .status = result->status > 0 ? (uint32_t)result->status : 0,
    };
    slot_request_end(worker->arena, worker->slot, ended->artist->ticket, &request);
}

static bool refused(enum outcome_class kind) {
    return kind == OUTCOME_RATE_LIMITED || kind == OUTCOME_QUOTA_EXHAUSTED || kind == OUTCOME_UNAUTHORISED ||
           kind == OUTCOME_NO_CAPACITY;
}

// Once for each attempt: what the ledger and the line are told.
static void make_bill(struct worker *worker, struct ended *ended) {
    struct artist *artist = ended->artist;
    const struct answer *answer = &ended->answer;
    ended->bill = bill_of(&(struct bill_attempt){
        .price = charge_price(worker, artist->booking.session, answer, answer->way),
        .way = answer->way,
        .tokens = answer->tokens,
        .believed = ledger_believes(&artist->booking, answer->tokens.input, answer->tokens.output),
        .unsent = !ended->result->sent,
        .refused = refused(ended->outcome.kind),
    });
    artist->cost += ended->bill.cost;
}

static void try_again(struct worker *worker, struct ended *ended,
                      const struct retry_policy_decision *decision, const char *why) {
    struct artist *artist = ended->artist;
    board_end(worker->arena, artist->index, decision->counted);
    if (!decision->counted) {
        artist->counted--;
        artist->uncounted++;
    }
    if (worker->draining) {
        worker_release(worker, artist);
    } else if (decision->aside) {
        suspects_add(worker, artist, decision->wait, ended->now);
    } else if (decision->wait == 0) {
        worker_ready(worker, artist, false); // others may show whether it is the session
    } else {
        retry_queue_add(worker, artist, decision->wait, why, ended->now);
    }
}

// The next attempt tells the model what was wrong; where that cannot be done, it is the same again.
static void repair(struct worker *worker, struct ended *ended) {
    struct artist *artist = ended->artist;
    if (ended->outcome.kind != OUTCOME_INVALID_ANSWER ||
        worker->settings->on_invalid != SETTINGS_INVALID_REPAIR) {
        return;
    }
    const struct request_repair how = {ended->answer.text, ended->answer.text_length, ended->invalid.words,
                                       worker->check.schema != NULL};
    uint32_t kind = worker->kinds.of[artist->booking.session];
    artist->repaired_kind = kind;
    if (!request_repair_make(worker_shape(worker, artist), &artist->body[kind], &how, &artist->repaired) ||
        artist->repaired.failed) {
        text_clear(&artist->repaired);
    }
}

static void note_fault(struct worker *worker, const struct ended *ended) {
    struct slot_fault fault = {.at = ended->now,
                               .kind = ended->outcome.kind,
                               .session = ended->artist->booking.session,
                               .status = ended->result->status > 0 ? (uint32_t)ended->result->status : 0};
    (void)strlcpy(fault.text, ended->message, sizeof(fault.text));
    slot_fault_note(worker->arena, worker->slot, &fault);
}

static void handle_failure(struct worker *worker, struct ended *ended) {
    struct artist *artist = ended->artist;
    enum exchange_fault fault = ended->result->fault;
    const char *message = fault == EXCHANGE_BROKEN || fault == EXCHANGE_TIMED_OUT || fault == EXCHANGE_ENCODED
                              ? ended->result->error
                              : ended->outcome.message;
    const struct key *key = &worker->keys[artist->booking.session];
    line_scrub(ended->outcome.code != NULL ? ended->outcome.code : "", key, ended->code, sizeof(ended->code));
    line_scrub(message, key, ended->message, sizeof(ended->message));
    if (message == ended->answer.error_message && ended->answer.body_words) {
        line_shorten(ended->message, LINE_PAGE_MOST);
    } else if (message == ended->answer.complaint && !ended->answer.parsed) {
        line_shorten(ended->message, sizeof(ANSWER_NO_JSON) - 1 + LINE_PAGE_MOST);
    }
    artist->textless += ended->outcome.most_such > 0;
    note_fault(worker, ended);
    failure_weigh(worker, ended);
    bool at_fault = !failure_settle(worker, ended);
    struct retry_policy_decision decision = failure_decide(worker, ended, at_fault);
    refusal_remember(worker, ended, &decision);
    if (!decision.fail) {
        tell_fault(
            worker, artist,
            &(struct tell_fault){ended->outcome.kind, ended->result->status, ended->code, ended->message},
            &decision, ended->now);
    }
    if (decision.holds && !worker->orphaned) {
        tell_limits_rest(worker, artist, &decision);
        ledger_hold(worker->arena, worker->slot, artist->booking.session, decision.hold,
                    ended->now + decision.hold_wait, ended->now);
        worker->ask_at = 0;
    }
    if (decision.falls_back && !tier_fallback_make(worker, artist, ended->now)) {
        worker_starve(worker, artist);
        return;
    }
    if (!decision.fail) {
        repair(worker, ended);
        slot_count_outcome(worker->arena, worker->slot, ended->outcome.kind);
        try_again(worker, ended, &decision, outcome_name(ended->outcome.kind));
        return;
    }
    if (!decision.counted) { // the attempt is told among the others already
        artist->counted--;
    }
    record_error(worker, ended, decision.unproven);
}

// It was never sent, for a reason that is ours: that costs the artist nothing.
static void wait_for_descriptors(struct worker *worker, struct ended *ended) {
    struct artist *artist = ended->artist;
    uint64_t silent;
    if (notice_due(&worker->descriptors, ended->now, &silent)) {
        char more[NOTICE_MORE_SIZE];
        log_warn("worker",
                 "no file descriptor is left for a connection: raise `ulimit -n`, or lower --in-flight; "
                 "tries again each second%s",
                 notice_more(silent, more));
    }
    if (!worker->orphaned) {
        ledger_cancel(worker->arena, worker->slot, &artist->booking);
    }
    try_again(worker, ended, &(struct retry_policy_decision){.wait = CLOCK_SECOND}, "no_descriptor");
}

// What the answer said of the limits, whatever else it was.
static void read_limits(struct worker *worker, struct artist *artist) {
    artist->news.count = 0;
    artist->lowered = (struct ledger_lowered){.unit = DIMENSION_NONE};
    if (!worker->settings->ignore_limit_headers && !limit_headers_empty(&artist->limits)) {
        struct limit_report report;
        limit_headers_report(&artist->limits, clock_wall(), &report);
        limit_news_from(&report, &artist->news);
        tell_limits_odd(worker, artist, &report);
    }
}

void completion_header(void *context, void *owner, const char *line, size_t length) {
    struct artist *artist = owner;
    (void)context;
    limit_headers_line(&artist->limits, line, length);
}

void completion_handle(void *context, const struct transfer_result *result) {
    struct worker *worker = context;
    struct ended ended = {.artist = result->owner, .result = result, .now = clock_now()};
    struct artist *artist = ended.artist;
    artist->latency_ms = (ended.now - artist->started) / CLOCK_MS;
    read_limits(worker, artist);
    if (result->no_descriptor) {
        slot_request_drop(worker->arena, worker->slot, artist->ticket);
        wait_for_descriptors(worker, &ended);
        return;
    }
    if (!ended_read(worker, &ended, hint_of(result->headers->should_retry))) {
        slot_request_drop(worker->arena, worker->slot, artist->ticket);
        worker_starve(worker, artist);
        return;
    }
    tell_request(worker, &ended);
    make_bill(worker, &ended);
    tell_attempt(worker, artist, ended.outcome.kind, result->status);
    if (ended.outcome.kind != OUTCOME_DONE) {
        handle_failure(worker, &ended);
        return;
    }
    artist->usage = (struct ledger_usage){
        .outcome = OUTCOME_DONE,
        .blame = BLAME_WORKS,
        .row = &artist->row,
        .news = &artist->news,
        .lowered = &artist->lowered,
        .tokens = ended.answer.tokens,
        .cost_known = ended.bill.known,
        .cost = ended.bill.cost,
        .recorded = ended.bill.known,
        .input_bytes = artist_body(artist, worker->kinds.of[artist->booking.session])->length,
    };
    artist->counts = true;
    ended.answer.tier_asked = worker->settings->service_tier != NULL;
    ended.answer.invalid = ended.invalid.code != NULL ? ended.invalid.words : NULL; // kept all the same
    record_answer(worker, &ended);
}
