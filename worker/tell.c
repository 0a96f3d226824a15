#include "tell.h"

#include "ration/board.h"
#include "ration/clock.h"
#include "ration/log.h"

#define PROCESSED_EACH 100U // of a worker's answers are told one by one

void tell_fault(struct worker *worker, const struct tell_fault *fault,
                const struct retry_policy_decision *decision, uint64_t now) {
    uint64_t silent;
    char more[NOTICE_MORE_SIZE];
    if (!notice_due(&worker->notice[fault->kind], now, &silent)) {
        return;
    }
    double wait = (double)(decision->holds ? decision->hold_wait : decision->wait) / 1e9;
    (decision->holds ? log_warn : log_info)(
        decision->holds ? "quota" : "request", "%s: status %ld%s%s, %s; waits %.1f s%s",
        slot_outcome_name(fault->kind), fault->status, fault->code[0] != '\0' ? " " : "", fault->code,
        fault->message, wait, notice_more(silent, more));
}

void tell_processed(struct worker *worker, const struct artist *artist, uint64_t now) {
    uint64_t silent = 0;
    char more[NOTICE_MORE_SIZE];
    bool each = worker->settings->log_debug || worker->processed_told < PROCESSED_EACH;
    if (worker->settings->log_quiet || (!each && !notice_due(&worker->processed, now, &silent))) {
        return;
    }
    worker->processed_told += each;
    const struct log_event event = {
        .level = LOG_LEVEL_INFO, .category = "request", .file_only = worker->settings->log_clear_line};
    log_event(&event, "Processed artist %u/%u: \"%.*s\"%s", board_done(worker->arena),
              arena_artists(worker->arena), (int)artist->name.length, artist->name.bytes,
              notice_more(silent, more));
}
