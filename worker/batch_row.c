#include "batch_row.h"

#include "batch_aside.h"
#include "batch_money.h"
#include "batch_part.h"
#include "batch_rule.h"
#include "charge.h"
#include "ended.h"
#include "ration/board.h"
#include "ration/clock.h"
#include "ration/descriptor.h"
#include "ration/log.h"
#include "record.h"
#include "tell.h"

#include <bsd/string.h>
#include <string.h>

// ---- the artist ----

// As if it had been asked alone. NULL: told, and the worker ends.
static struct artist *take(struct batch_part *part, uint32_t at) {
    struct batch *batch = part->batch;
    struct batch_row_data *data = &batch->data;
    int error = batch_spool_get(&part->spool, at, data);
    struct artist *artist = error == 0 ? artist_take(&batch->worker->pool) : NULL;
    if (artist == NULL) {
        log_fatal("batch", "part %u: a row cannot be read again: %s", part->record.number,
                  strerror(error != 0 ? error : ENOMEM));
        worker_fail(batch->worker, WORKER_EXIT_FATAL);
        return NULL;
    }
    text_add(&artist->id, data->id.bytes, data->id.length);
    text_add(&artist->name, data->name.bytes, data->name.length);
    text_add(&artist->head, data->head.bytes, data->head.length);
    memcpy(artist->hash, data->hash, sizeof(artist->hash));
    artist->index = data->artist;
    artist->counted = data->counted + 1;
    artist->cost = data->cost;
    artist->ticket = (uint64_t)(part - batch->part);
    artist->booking.session = part->session;
    struct ledger_estimate estimate = ledger_estimate(batch->worker->arena, data->body.length);
    artist->booking.input = estimate.input;
    artist->booking.output = estimate.output;
    artist->booking.cost = batch_money_share(part);
    uint64_t wall = clock_wall() / CLOCK_SECOND;
    artist->latency_ms = wall > part->record.made ? (wall - part->record.made) * 1000 : 0;
    return artist;
}

// Nobody bills what has no tokens, but for what may have been run: its bill is not known.
static void make_bill(struct worker *worker, struct ended *ended, bool may_have_run) {
    const struct answer *answer = &ended->answer;
    ended->bill = bill_of(&(struct bill_attempt){
        .price = charge_price(worker, ended->artist->booking.session, answer, PRICE_BATCH),
        .way = PRICE_BATCH,
        .tokens = answer->tokens,
        .believed = ledger_believes(&ended->artist->booking, answer->tokens.input, answer->tokens.output),
        .refused = !may_have_run && ended->outcome.kind != OUTCOME_IN_DOUBT,
    });
    ended->artist->cost += ended->bill.cost;
    if (!ended->bill.known && ended->artist->booking.cost > 0) { // in doubt is what was set aside, no more
        ended->artist->booking.input = ended->artist->booking.output = 0;
    }
    ended->artist->usage = (struct ledger_usage){
        .outcome = ended->outcome.kind,
        .tokens = answer->tokens,
        .cost_known = ended->bill.known,
        .cost = ended->bill.cost,
        .recorded = ended->bill.known,
    };
}

// ---- what it comes to ----

static void mark(struct batch_part *part, uint32_t at, const struct ended *ended, bool moved) {
    batch_money_give(part, ended->artist->booking.cost);
    part->spool.row[at].queued = true;
    if (moved) {
        part->spool.row[at].ended = true;
        part->left--;
    }
}

// What it has of its part's money, and what was paid for, whether or not a line says so.
static void settle(struct worker *worker, struct artist *artist, bool recorded) {
    if (!worker->orphaned) {
        artist->usage.recorded = artist->usage.recorded && recorded;
        ledger_settle_unbooked(worker->arena, worker->slot, &artist->booking, &artist->usage);
    }
}

// What is cancelled is not asked again by this run.
static bool drop(struct batch_part *part, uint32_t at, struct ended *ended) {
    mark(part, at, ended, true);
    settle(part->batch->worker, ended->artist, false);
    batch_part_hold(part->batch, ended->artist->index, false);
    worker_release(part->batch->worker, ended->artist);
    return true;
}

// Into another part.
static bool move(struct batch_part *part, uint32_t at, struct ended *ended, bool counted) {
    struct batch *batch = part->batch;
    struct worker *worker = batch->worker;
    batch->data.counted += counted;
    batch->data.uncounted += !counted;
    batch->data.cost = ended->artist->cost;
    bool moved = batch_aside_join(batch);
    if (moved) {
        mark(part, at, ended, true);
        if (counted) { // of a row that was never asked nothing failed
            slot_count_outcome(worker->arena, worker->slot, ended->outcome.kind);
        }
        slot_count_retry(worker->arena, worker->slot);
        settle(worker, ended->artist, false);
    }
    worker_release(worker, ended->artist);
    return moved;
}

static void fail(struct worker *worker, struct ended *ended) {
    const struct key *key = &worker->keys[ended->artist->booking.session];
    line_scrub(ended->outcome.code != NULL ? ended->outcome.code : "", key, ended->code, sizeof(ended->code));
    line_scrub(ended->outcome.message, key, ended->message, sizeof(ended->message));
    record_error(worker, ended, false);
}

static bool conclude(struct batch_part *part, uint32_t at, struct ended *ended, bool free_of_attempt) {
    struct worker *worker = part->batch->worker;
    const struct batch_row_data *data = &part->batch->data;
    enum batch_rule_row rule =
        batch_rule_row(&ended->outcome, data->counted, data->uncounted, worker->settings);
    bool again = rule == BATCH_ROW_AGAIN || rule == BATCH_ROW_AGAIN_FREE;
    if (again && worker->settings->batch_cancel) {
        return drop(part, at, ended);
    }
    if (again) {
        return move(part, at, ended, rule == BATCH_ROW_AGAIN && !free_of_attempt);
    }
    mark(part, at, ended, false);
    ended->artist->counts = true;
    if (rule == BATCH_ROW_DONE) {
        ended->answer.invalid = ended->invalid.code != NULL ? ended->invalid.words : NULL;
        record_answer(worker, ended);
    } else {
        fail(worker, ended);
    }
    return true;
}

// ---- its result ----

bool batch_row_result(struct batch_part *part, uint32_t at, const struct batch_result *result) {
    struct batch *batch = part->batch;
    struct response_headers headers = {0};
    struct transfer_result transfer = {
        .sent = true,
        .status = result->status,
        .body = result->body.length > 0 ? result->body.text : "",
        .length = result->body.length,
        .headers = &headers,
        .error = "",
    };
    struct ended ended = {.artist = take(part, at), .result = &transfer, .now = clock_now()};
    if (ended.artist == NULL) {
        return false;
    }
    char id[BATCH_LINE_ID];
    batch_line_id(part->record.run, batch->data.artist, batch->data.id.bytes, batch->data.id.length, id);
    if (strlen(id) != result->id.length || memcmp(id, result->id.text, result->id.length) != 0) {
        part->unknown++; // the input has changed: it is another artist's
        worker_release(batch->worker, ended.artist);
        return true;
    }
    (void)strlcpy(headers.request_id, result->request_id, sizeof(headers.request_id));
    if (result->status > 0 && !ended_read(batch->worker, &ended, OUTCOME_NO_HINT)) {
        worker_starve(batch->worker, ended.artist);
        return false;
    }
    if (result->status == 0) {
        ended.outcome = batch_rule_without(result);
    }
    make_bill(batch->worker, &ended, result->status >= 200 && result->status < 300);
    return conclude(part, at, &ended, false);
}

static bool come_to(struct batch_part *part, uint32_t at, const struct outcome *outcome, bool free,
                    bool may_have_run) {
    struct response_headers headers = {0};
    struct transfer_result transfer = {.sent = true, .body = "", .headers = &headers, .error = ""};
    struct ended ended = {
        .artist = take(part, at), .result = &transfer, .outcome = *outcome, .now = clock_now()};
    if (ended.artist == NULL) {
        return false;
    }
    make_bill(part->batch->worker, &ended, may_have_run);
    return conclude(part, at, &ended, free);
}

bool batch_row_without(struct batch_part *part, uint32_t at, const struct outcome *outcome, bool free) {
    return come_to(part, at, outcome, free, false);
}

bool batch_row_unread(struct batch_part *part, uint32_t at, const struct outcome *outcome) {
    return come_to(part, at, outcome, false, true);
}

// ---- recorded ----

static void end_row(struct batch *batch, const struct artist *artist) {
    struct batch_part *part = &batch->part[artist->ticket];
    uint32_t at = batch_spool_find(&part->spool, artist->index);
    if (at < part->spool.count && !part->spool.row[at].ended) {
        part->spool.row[at].ended = true;
        part->left--;
        batch_part_hold(batch, artist->index, false);
    }
}

void batch_row_recorded(void *context, struct artist *artist, enum output_file file) {
    struct batch *batch = context;
    struct worker *worker = batch->worker;
    if (artist->usage.outcome < OUTCOME_OF_ATTEMPT) {
        slot_count_outcome(worker->arena, worker->slot, artist->usage.outcome);
    }
    if (file == OUTPUT_ERRORS) {
        slot_count_failed(worker->arena, worker->slot);
    } else {
        slot_count_done(worker->arena, worker->slot, &artist->usage.tokens, artist->latency_ms);
        tell_processed(worker, artist, clock_now());
    }
    settle(worker, artist, true);
    end_row(batch, artist);
    worker_release(worker, artist);
}

void batch_row_elsewhere(void *context, struct artist *artist, enum output_file file) {
    struct batch *batch = context;
    (void)file;
    settle(batch->worker, artist, false);
    end_row(batch, artist);
    worker_release(batch->worker, artist);
}
