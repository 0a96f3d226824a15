#include "batch_search.h"

#include "batch_ask.h"
#include "batch_heard.h"
#include "batch_part.h"
#include "batch_rule.h"
#include "batch_steps.h"
#include "ration/arithmetic.h"
#include "ration/clock.h"
#include "ration/log.h"

#include <string.h>

static void cancelled_twin(void *owner, const struct batch_reply *reply) {
    struct batch_part *part = owner;
    char said[BATCH_HEARD_SAID];
    part->busy = false;
    if (!reply->whole || reply->status >= 300) {
        log_warn("batch", "part %u: its second batch %s could not be cancelled (%s): cancel it by hand",
                 part->record.number, part->search.younger.id, batch_heard_said(part, reply, said));
    }
}

// It is another part's, of now or of before.
static bool is_taken(void *context, const char *id) {
    const struct batch_part *part = context;
    const struct batch *batch = part->batch;
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        if (&batch->part[i] != part && strcmp(batch->part[i].record.batch, id) == 0) {
            return true;
        }
    }
    for (uint32_t i = 0; i < BATCH_FOREIGN; i++) {
        if (strcmp(batch->foreign[i], id) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < batch->before.count; i++) {
        if (strcmp(batch->before.part[i].record.batch, id) == 0) {
            return true;
        }
    }
    return false;
}

static void found(struct batch_part *part) {
    struct batch_search search = part->search;
    batch_steps_created(part, &search.oldest);
    if (search.found > 1 && !part->batch->messages && part->step == BATCH_STEP_POLLING) {
        log_warn("batch", "part %u: it was made twice: %s is kept, %s is cancelled", part->record.number,
                 search.oldest.id, search.younger.id);
        batch_ask_cancel(part, search.younger.id, cancelled_twin);
    }
}

static void searched(void *owner, const struct batch_reply *reply) {
    struct batch_part *part = owner;
    uint64_t patience = part->batch->worker->settings->batch_search;
    part->busy = false;
    if (!reply->whole || reply->status != 200 ||
        !batch_words_list(reply->body, reply->length, &part->record, part->batch->messages ? is_taken : NULL,
                          part, &part->search)) {
        batch_heard_again(part, reply, "the list of batches");
        part->search = (struct batch_search){0};
        return;
    }
    if (batch_rule_more(&part->search, part->record.made)) {
        return; // the next page, at once
    }
    if (part->search.found > 0) {
        batch_heard_clean(part, part->search.oldest.status, sizeof(part->search.oldest.status));
        found(part);
        return;
    }
    part->search = (struct batch_search){0};
    part->tries++;
    if (clock_now() - part->since >= patience) {
        batch_steps_lose(part, "it is not in the API's list");
    } else {
        part->next = clock_now() + arithmetic_least(patience / 5 + CLOCK_MS, CLOCK_MINUTE);
    }
}

void batch_search_run(struct batch_part *part) {
    batch_ask_list(part, part->search.after, searched);
}
