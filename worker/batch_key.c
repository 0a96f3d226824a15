#include "batch_key.h"

#include "batch_rule.h"
#include "ration/clock.h"
#include "ration/descriptor.h"
#include "ration/log.h"

// A part without one needs no key yet.
static bool needs_key(const struct batch_part *part) {
    return part->step != BATCH_STEP_FREE && part->step != BATCH_STEP_READING;
}

static bool all_refused(const struct batch *batch, uint64_t now) {
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        const struct batch_part *part = &batch->part[i];
        if (needs_key(part) && !batch_rule_key_gone(&batch->key[part->session], now)) {
            return false;
        }
    }
    return true;
}

void batch_key_hear(struct batch_part *part, const struct batch_reply *reply) {
    struct batch *batch = part->batch;
    uint64_t now = clock_now();
    batch_rule_key(&batch->key[part->session], reply, now);
    if (batch->key[part->session].refusals > 0 && all_refused(batch, now)) {
        log_fatal("batch", "the API refuses the key of each session that has parts; check them, then go on "
                           "with --batch --resume: what is with the API stays there");
        worker_fail(batch->worker, WORKER_EXIT_FATAL);
    }
}

const char *batch_key_advice(const struct batch_part *part) {
    return part->batch->key[part->session].refusals > 0
               ? "; the key is refused: put it right; its parts stay with the API until then"
               : "";
}
