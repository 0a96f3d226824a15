#include "batch_steps.h"

#include "batch_ask.h"
#include "batch_collect.h"
#include "batch_failed.h"
#include "batch_fetch.h"
#include "batch_heard.h"
#include "batch_money.h"
#include "batch_part.h"
#include "batch_rule.h"
#include "batch_search.h"
#include "ration/clock.h"
#include "ration/crash_point.h"
#include "ration/descriptor.h"
#include "ration/log.h"

#include <bsd/string.h>
#include <inttypes.h>
#include <string.h>

#define LONGEST_WAIT (5 * CLOCK_MINUTE)

static void fatal(struct batch_part *part, const char *what, const char *said) {
    log_fatal("batch", "part %u: the API refuses %s: %s; mend it, then go on with --resume",
              part->record.number, what, said);
    worker_fail(part->batch->worker, WORKER_EXIT_FATAL);
}

// ---- upload ----

static void uploaded(void *owner, const struct batch_reply *reply) {
    struct batch_part *part = owner;
    char said[BATCH_HEARD_SAID];
    part->busy = false;
    switch (batch_rule_upload(reply)) {
    case BATCH_RULE_GOOD:
        if (!batch_heard_id(part, reply, part->record.file, sizeof(part->record.file))) {
            batch_heard_again(part, reply, "the upload");
        } else if (batch_part_note(part, BATCH_UPLOADED)) {
            batch_part_step(part, BATCH_STEP_UPLOADED, 0);
        }
        break;
    case BATCH_RULE_TOO_LARGE:
        batch_failed_too_large(part);
        break;
    case BATCH_RULE_REFUSED:
        fatal(part, "the upload", batch_heard_said(part, reply, said));
        break;
    default:
        batch_heard_again(part, reply, "the upload");
        break;
    }
}

// ---- creation ----

void batch_steps_created(struct batch_part *part, const struct batch_object *object) {
    char until[CLOCK_RFC3339_SIZE];
    part->object = *object;
    part->object.errors = (struct json_piece){NULL, 0};
    (void)strlcpy(part->record.batch, object->id, sizeof(part->record.batch));
    (void)batch_rule_told(object, 0, &part->record);
    part->record.until = batch_rule_until(object, part->batch->worker->settings->batch_hours);
    CRASH_POINT(batch_created);
    if (!batch_part_note(part, BATCH_CREATED)) {
        return;
    }
    clock_rfc3339(part->record.until * CLOCK_SECOND, until);
    log_info("batch", "part %u: %u rows, %" PRIu64 " bytes, are with the API as %s%s%s", part->record.number,
             part->record.rows, part->record.bytes, part->record.batch,
             part->record.until > 0 ? ", which ends by " : "", part->record.until > 0 ? until : "");
    batch_part_step(part, BATCH_STEP_POLLING, part->batch->worker->settings->batch_poll);
}

static void creation_answered(void *owner, const struct batch_reply *reply) {
    struct batch_part *part = owner;
    struct batch_object object;
    char said[BATCH_HEARD_SAID];
    part->busy = false;
    CRASH_POINT(batch_answered);
    enum batch_rule rule = batch_rule_create(reply);
    if (rule == BATCH_RULE_GOOD && batch_heard_object(part, reply, &object)) {
        part->record.proven = 1;
        batch_steps_created(part, &object);
    } else if (rule == BATCH_RULE_TOO_LARGE) {
        batch_failed_too_large(part);
    } else if (rule == BATCH_RULE_REFUSED) {
        batch_money_release(part);
        if (batch_part_note(part, BATCH_GIVEN_UP)) {
            batch_part_step(part, BATCH_STEP_UPLOADED, 0); // nothing is under way that would be waited for
            fatal(part, "the batch", batch_heard_said(part, reply, said));
        }
    } else if (rule == BATCH_RULE_LATER) { // it was not made
        batch_money_release(part);
        if (batch_part_note(part, BATCH_UPLOADED)) {
            uint32_t tries = part->tries;
            batch_part_step(part, BATCH_STEP_UPLOADED, 0);
            part->tries = tries;
            batch_heard_again(part, reply, "the creation");
        }
    } else {
        log_warn(
            "batch",
            "part %u: the answer to its creation was lost (%s): it is looked for before anything is made "
            "anew",
            part->record.number, batch_heard_said(part, reply, said));
        batch_part_step(part, BATCH_STEP_SEARCHING, 0);
    }
}

// Tokens of its session's parts that have not ended, as estimated.
static uint64_t tokens_open(const struct batch_part *part) {
    const struct batch *batch = part->batch;
    uint64_t tokens = 0;
    for (uint32_t i = 0; i < BATCH_PARTS; i++) {
        const struct batch_part *other = &batch->part[i];
        bool open = other->step >= BATCH_STEP_CREATING && other->step <= BATCH_STEP_POLLING;
        tokens += open && other->session == part->session ? other->record.tokens : 0;
    }
    return tokens;
}

static void create(struct batch_part *part) {
    if (!batch_rule_fits(part->batch->enqueued[part->session], tokens_open(part), part->record.tokens)) {
        part->next = clock_now() + CLOCK_SECOND;
        part->crowded = true;
        return;
    }
    part->crowded = false;
    part->batch->poor = !batch_money_book(part);
    if (part->batch->poor) {
        part->crowded = true;
        part->next = clock_now() + CLOCK_SECOND;
        return;
    }
    uint32_t tries = part->tries;
    part->record.made = clock_wall() / CLOCK_SECOND;
    part->record.proven = 0;
    if (!batch_part_note(part, BATCH_CREATING)) {
        return;
    }
    CRASH_POINT(batch_creating);
    batch_part_step(part, BATCH_STEP_CREATING, 0);
    part->tries = tries;
    batch_ask_create(part, creation_answered);
}

void batch_steps_lose(struct batch_part *part, const char *why) {
    const struct settings *settings = part->batch->worker->settings;
    bool fails = settings->batch_fail_lost, stays = settings->batch_leave_lost;
    (void)strlcpy(part->record.why, why, sizeof(part->record.why));
    log_warn("batch", "part %u: %s: its %u rows are in doubt, and %s", part->record.number, why,
             part->record.rows,
             stays   ? "are left to a later run"
             : fails ? "fail"
                     : "are asked again");
    if (stays) {
        batch_failed_leave(part);
    } else {
        batch_failed_lost(part, fails);
    }
}

// ---- at the provider ----

// It may be another run's: a cancellation would take rows from that one which are paid for.
static bool may_be_others(const struct batch_part *part) {
    return part->batch->messages && part->record.proven == 0;
}

static void leave_to_its_end(struct batch_part *part) {
    log_warn(
        "batch",
        "part %u: %s was found by its number of rows and its time alone, and may be another run's: it is "
        "not cancelled. Its results will prove whose it is: go on with --resume when it has ended, or "
        "cancel it by hand",
        part->record.number, part->record.batch);
    batch_failed_leave(part);
}

static void look_again(struct batch_part *part) {
    uint64_t poll = part->batch->worker->settings->batch_poll;
    part->tries++;
    part->next = clock_now() + batch_part_wait(part, poll, poll > LONGEST_WAIT ? poll : LONGEST_WAIT);
}

static void ended(struct batch_part *part) {
    log_info("batch", "part %u: %s is %s", part->record.number, part->record.batch, part->object.status);
    if (batch_part_note(part, BATCH_ENDED)) {
        CRASH_POINT(batch_ended);
        part->stored = 0;
        batch_part_step(part, BATCH_STEP_OUTPUT, 0);
    }
}

// What a refusal names is a line: its row must be here to fail.
static bool rows_are_missing(struct batch_part *part) {
    bool waits = part->adopted && part->rows.ascending && !part->batch->worker->settings->batch_cancel;
    part->missing = waits && !batch_collect_here(part, clock_now());
    return part->missing;
}

static void looked(void *owner, const struct batch_reply *reply) {
    struct batch_part *part = owner;
    struct batch_object object;
    part->busy = false;
    if (reply->whole && reply->status == 200 && batch_heard_object(part, reply, &object)) {
        part->object = object;
        bool news = batch_rule_told(&object, clock_wall() / CLOCK_SECOND, &part->record);
        if (object.phase == BATCH_FAILED && rows_are_missing(part)) {
            part->next = clock_now() + CLOCK_SECOND;
        } else if (object.phase == BATCH_FAILED) {
            batch_failed(part);
        } else if (object.phase != BATCH_GOING) {
            ended(part);
        } else if (!news || batch_part_note(part, BATCH_CREATED)) {
            look_again(part);
            if (part->batch->worker->settings->batch_cancel && may_be_others(part)) {
                leave_to_its_end(part);
            }
        }
        part->object.errors = (struct json_piece){NULL, 0};
    } else if (batch_rule_lost(reply, part->record.made, clock_wall() / CLOCK_SECOND)) {
        batch_steps_lose(part, "the API does not know it any more");
    } else {
        look_again(part);
        batch_heard_tell(part, reply, "a look at its batch", part->next - clock_now());
    }
}

// ---- cancelled ----

// The API would let it wait for ever.
static bool waited_enough(const struct batch_part *part) {
    uint64_t patience = part->batch->worker->settings->batch_patience;
    return patience > 0 && clock_wall() / CLOCK_SECOND > part->record.made + patience;
}

// Whether it was, or has ended already, the next look tells.
static void cancelled(void *owner, const struct batch_reply *reply) {
    struct batch_part *part = owner;
    part->busy = false;
    if (batch_rule_cancelled(reply)) {
        if (!part->batch->worker->settings->batch_cancel) {
            log_warn("batch",
                     "part %u: %s has not ended within --batch-window: it is cancelled; what is done is "
                     "recorded, the rest is asked again",
                     part->record.number, part->record.batch);
        }
        part->cancelled = true;
        part->tries = 0;
        part->next = clock_now();
    } else {
        batch_heard_again(part, reply, "the cancellation");
    }
}

static void look_or_cancel(struct batch_part *part) {
    if (!part->cancelled && !may_be_others(part) &&
        (part->batch->worker->settings->batch_cancel || waited_enough(part))) {
        batch_ask_cancel(part, part->record.batch, cancelled);
    } else {
        batch_ask_look(part, looked);
    }
}

// ---- whichever it is ----

void batch_steps_run(struct batch_part *part, uint64_t now) {
    if (part->busy || now < part->next) {
        return;
    }
    bool begins = part->step == BATCH_STEP_FULL || part->step == BATCH_STEP_UPLOADED;
    if (begins && ledger_paused_until(part->batch->worker->arena, now) > now) {
        part->next = now + CLOCK_SECOND;
        return;
    }
    switch (part->step) {
    case BATCH_STEP_FULL:
        if (part->batch->messages) { // its rows go with its creation
            batch_part_step(part, BATCH_STEP_UPLOADED, 0);
        } else {
            batch_ask_upload(part, uploaded);
        }
        break;
    case BATCH_STEP_UPLOADED:
        create(part);
        break;
    case BATCH_STEP_SEARCHING:
        batch_search_run(part);
        break;
    case BATCH_STEP_POLLING:
        look_or_cancel(part);
        break;
    case BATCH_STEP_OUTPUT:
        batch_fetch(part, part->object.output);
        break;
    case BATCH_STEP_ERRORS:
        batch_fetch(part, part->object.error);
        break;
    case BATCH_STEP_FREE:
    case BATCH_STEP_FILLING:
    case BATCH_STEP_CREATING:
    case BATCH_STEP_READING:
    default:
        break;
    }
}

uint64_t batch_steps_deadline(const struct batch_part *part) {
    bool waits = part->busy || part->step == BATCH_STEP_FREE || part->step == BATCH_STEP_FILLING ||
                 part->step == BATCH_STEP_CREATING || part->step == BATCH_STEP_READING;
    return waits ? CLOCK_NEVER : part->next;
}
