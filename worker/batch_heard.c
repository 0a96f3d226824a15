#include "batch_heard.h"

#include "batch_key.h"
#include "batch_part.h"
#include "line.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "scrub.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#define FIRST_WAIT (2 * CLOCK_SECOND)
#define LONGEST_WAIT (5 * CLOCK_MINUTE)

const char *batch_heard_said(const struct batch_part *part, const struct batch_reply *reply,
                             char out[BATCH_HEARD_SAID]) {
    struct batch *batch = part->batch;
    struct answer answer = {0};
    char words[LINE_MESSAGE_MOST + 1] = "";
    if (!reply->whole) {
        line_scrub(reply->error, &batch->worker->keys[part->session], words, sizeof(words));
        (void)snprintf(out, BATCH_HEARD_SAID, "%.200s", words);
        return out;
    }
    answer_read(PROVIDER_CHAT, reply->body, reply->length, &batch->worker->joined, &answer);
    if (answer.error_message != NULL) {
        line_scrub(answer.error_message, &batch->worker->keys[part->session], words, sizeof(words));
    }
    line_shorten(words, 200);
    (void)snprintf(out, BATCH_HEARD_SAID, "status %ld%s%.220s", reply->status, words[0] != '\0' ? ": " : "",
                   words);
    return out;
}

void batch_heard_tell(struct batch_part *part, const struct batch_reply *reply, const char *what,
                      uint64_t wait) {
    char said[BATCH_HEARD_SAID], span[CLOCK_SPAN_SIZE];
    const char *advice = batch_key_advice(part);
    const char *words = batch_heard_said(part, reply, said);
    (void)clock_span((double)wait / (double)CLOCK_SECOND, span);
    part->next = clock_now() + wait;
    if (advice[0] != '\0') {
        log_warn("batch", "part %u, session %s: %s did not succeed: %s%s; again in %s", part->record.number,
                 part->record.session, what, words, advice, span);
    } else {
        log_info("batch", "part %u: %s did not succeed: %s; again in %s", part->record.number, what, words,
                 span);
    }
}

void batch_heard_again(struct batch_part *part, const struct batch_reply *reply, const char *what) {
    uint64_t wait = batch_part_wait(part, FIRST_WAIT, LONGEST_WAIT);
    part->tries++;
    part->busy = false;
    batch_heard_tell(part, reply, what, reply->retry_after > wait ? reply->retry_after : wait);
}

// ---- words ----

static bool has_key(const struct batch_part *part, const char *text) {
    size_t length = strlen(text), found;
    return scrub_find(&part->batch->worker->keys[part->session], text, length, 0, &found) < length;
}

void batch_heard_clean(const struct batch_part *part, char *text, size_t size) {
    char clean[LINE_MESSAGE_MOST + 1];
    line_scrub(text, &part->batch->worker->keys[part->session], clean,
               size < sizeof(clean) ? size : sizeof(clean));
    (void)strlcpy(text, clean, size);
}

bool batch_heard_usable(const struct batch_part *part, struct batch_object *object) {
    if (has_key(part, object->id) || has_key(part, object->output) || has_key(part, object->error)) {
        return false;
    }
    batch_heard_clean(part, object->status, sizeof(object->status));
    return true;
}

bool batch_heard_object(const struct batch_part *part, const struct batch_reply *reply,
                        struct batch_object *object) {
    return batch_words_object(reply->body, reply->length, object) && batch_heard_usable(part, object);
}

bool batch_heard_id(const struct batch_part *part, const struct batch_reply *reply, char *out, size_t size) {
    return batch_words_answer_id(reply->body, reply->length, out, size) && !has_key(part, out);
}
