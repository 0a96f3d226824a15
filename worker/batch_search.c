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

// ---- found ----

static void keep(struct batch_part *part) {
    struct batch_object oldest = part->search.oldest;
    part->search = (struct batch_search){0};
    batch_steps_created(part, &oldest);
}

static void cancelled_younger(void *owner, const struct batch_reply *reply) {
    struct batch_part *part = owner;
    struct batch_search *search = &part->search;
    char said[BATCH_HEARD_SAID];
    part->busy = false;
    if (!batch_rule_cancelled(reply)) {
        batch_heard_again(part, reply, "the cancellation of a batch that is one too many");
        return;
    }
    const char *id = search->younger[--search->youngers].id;
    if (reply->status < 300) {
        log_info("batch", "part %u: %s, which is one too many, is cancelled", part->record.number, id);
    } else {
        log_warn("batch",
                 "part %u: %s, which is one too many, has ended, or cannot be cancelled (%s): if it runs, "
                 "cancel it by hand",
                 part->record.number, id, batch_heard_said(part, reply, said));
    }
    part->tries = 0;
    part->next = clock_now();
}

// The part is noted as created when no other lives: whoever comes after a death finds them all again.
static void go_on(struct batch_part *part) {
    const struct batch_search *search = &part->search;
    if (search->youngers > 0) {
        batch_ask_cancel(part, search->younger[search->youngers - 1].id, cancelled_younger);
    } else {
        keep(part);
    }
}

// Which of several of Anthropic's is the part's own nobody knows yet.
static void found(struct batch_part *part) {
    struct batch_search *search = &part->search;
    search->youngers = part->batch->messages ? 0 : search->youngers;
    part->tries = 0;
    for (uint32_t i = 0; i < search->youngers; i++) {
        log_warn("batch", "part %u: it was made %u times: %s is kept, %s is to be cancelled",
                 part->record.number, search->found, search->oldest.id, search->younger[i].id);
    }
    if (search->youngers == BATCH_YOUNGER && search->found > BATCH_YOUNGER + 1) {
        log_warn("batch", "part %u: %u more are with the API: cancel them by hand", part->record.number,
                 search->found - BATCH_YOUNGER - 1);
    }
    go_on(part);
}

// What the list says of them never has the key.
static bool are_usable(struct batch_part *part) {
    struct batch_search *search = &part->search;
    bool are = search->found == 0 || batch_heard_usable(part, &search->oldest);
    for (uint32_t i = 0; i < search->youngers; i++) {
        are = batch_heard_usable(part, &search->younger[i]) && are;
    }
    return are;
}

static void searched(void *owner, const struct batch_reply *reply) {
    struct batch_part *part = owner;
    uint64_t patience = part->batch->worker->settings->batch_search;
    part->busy = false;
    if (!reply->whole || reply->status != 200 ||
        !batch_words_list(reply->body, reply->length, &part->record, part->batch->messages ? is_taken : NULL,
                          part, &part->search) ||
        !are_usable(part)) {
        batch_heard_again(part, reply, "the list of batches");
        part->search = (struct batch_search){0};
        return;
    }
    if (batch_rule_more(&part->search, part->record.made)) {
        return; // the next page, at once
    }
    if (part->search.found > 0) {
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
    if (part->search.found > 0 && !batch_rule_more(&part->search, part->record.made)) {
        go_on(part);
    } else {
        batch_ask_list(part, part->search.after, searched);
    }
}
