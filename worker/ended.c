#include "ended.h"

#include "exchange/answer_usage.h"
#include "exchange/flex_rule.h"
#include "ration/clock.h"
#include "tell.h"
#include "tier_fallback.h"
#include "worker.h"

// A check may cost a part of a second, and many answers may come in one round: a worker that checks is alive.
static void check(struct worker *worker, struct ended *ended) {
    answer_check_run(&worker->check, &ended->answer, &ended->invalid);
    uint64_t now = clock_now();
    if (now >= worker->heartbeat) {
        slot_heartbeat(worker->arena, worker->slot, now, transfer_count(worker->transfers),
                       worker->pool.taken, (uint32_t)worker->retries.count);
    }
}

static void classify(const struct worker *worker, struct ended *ended, enum outcome_hint hint) {
    const struct transfer_result *result = ended->result;
    struct outcome_facts facts = {
        .fault = result->fault,
        .status = result->status,
        .hint = hint,
        .answer = &ended->answer,
        .on_truncated = worker->settings->on_truncated,
        .invalid = &ended->invalid,
        .on_invalid = worker->settings->on_invalid,
        .flex = !worker->settings->batch && (flex_rule_status(result->status) || ended->answer.failed) &&
                tier_fallback_flex(worker, ended->artist),
    };
    ended->outcome = outcome_of(&facts);
}

bool ended_read(struct worker *worker, struct ended *ended, enum outcome_hint hint) {
    const struct transfer_result *result = ended->result;
    if (result->fault == EXCHANGE_WHOLE) {
        answer_read(worker_shape(worker, ended->artist), result->body, result->length, &worker->joined,
                    &ended->answer);
        if (outcome_answers(result->status) && !ended->answer.failed) {
            answer_usage_fill(&ended->answer, ended->artist->booking.input);
        }
        if (outcome_answers(result->status) && ended->answer.complete) {
            check(worker, ended);
        }
    }
    if (ended->answer.estimated) {
        tell_untold(worker);
    }
    if (result->fault == EXCHANGE_NO_MEMORY || ended->answer.starved || ended->invalid.starved) {
        return false;
    }
    classify(worker, ended, hint);
    return true;
}
