#include "sim_batch_serve.h"

#include "sim_batch_create.h"
#include "sim_batch_exchange.h"
#include "sim_batch_files.h"
#include "sim_batch_list.h"
#include "sim_batch_mistral.h"
#include "sim_batch_object.h"
#include "sim_batch_run.h"
#include "sim_number.h"
#include "sim_refuse.h"

#include <inttypes.h>
#include <string.h>

#define SECOND_NS UINT64_C(1000000000)

static void not_found(struct exchange *x) {
    char message[160];

    if (x->batch->path.shape == BATCH_MESSAGES)
        snprintf(message, sizeof(message), "Message Batch with id %.64s not found.", x->batch->path.id);
    else
        snprintf(message, sizeof(message), "No batch found with id '%.64s'.", x->batch->path.id);
    sim_refuse(x, 404, message, "invalid_request_error", NULL, NULL);
}

/* The batch that the path names. NULL: refused. */
static struct batch *find(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    const struct batch_path *p = &x->batch->path;
    struct batch *b = sim_batches_find(s->batches, p->shape, p->id, x->account, now_ns);

    if (!b || now_ns < b->at_ns[BATCH_VALIDATING] + s->options->batch.hidden_ns) {
        not_found(x);
        return NULL;
    }
    return b;
}

static void tell(struct simulator *s, struct exchange *x, const struct batch *b) {
    x->record.status = 200;
    sim_batch_object_add(&x->answer, s->batches, b, x->batch->base);
    sim_text_puts(&x->answer, "\n");
}

static void cancel(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    struct batch *b = find(s, x, now_ns);

    if (!b)
        return;
    if (sim_batches_ended(b)) {
        sim_refuse(x, 409, "Cannot cancel a batch that has ended.", "invalid_request_error", NULL, NULL);
        return;
    }
    sim_batch_run_cancel(s->batches, b, now_ns);
    tell(s, x, b);
}

static void results(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    struct batch *b = find(s, x, now_ns);

    if (!b)
        return;
    if (!sim_batches_ended(b) || now_ns < b->at_ns[b->state] + s->options->batch.hidden_ns ||
        sim_batches_too_old(s->batches, b, now_ns))
        sim_refuse(x, 404, "The results of this batch are not available.", NULL, NULL, NULL);
    else
        sim_batch_files_hand_out(s, x, b->output_path);
}

static void list(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    if (x->batch->path.shape == BATCH_MISTRAL)
        sim_batch_mistral_list(s, x, now_ns);
    else
        sim_batch_list(s, x, now_ns);
}

static void remove_batch(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    struct batch *b = find(s, x, now_ns);

    if (!b)
        return;
    if (!sim_batches_ended(b)) {
        sim_refuse(x, 400, "A batch can be deleted only when it has ended.", "invalid_request_error", NULL,
                   NULL);
        return;
    }
    b->deleted = true;
    x->record.status = 200;
    sim_text_puts(&x->answer, "{\"id\":");
    sim_text_add_json_string(&x->answer, b->id);
    sim_text_puts(&x->answer, b->shape == BATCH_MESSAGES ? ",\"type\":\"message_batch_deleted\"}\n"
                                                         : ",\"object\":\"batch\",\"deleted\":true}\n");
}

static void poll(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    const struct batch *b = find(s, x, now_ns);

    if (b)
        tell(s, x, b);
}

static const struct {
    void (*answer)(struct simulator *s, struct exchange *x, uint64_t now_ns);
    bool does; /* something that a lost answer hides */
} calls[] = {[BATCH_CALL_UPLOAD] = {sim_batch_files_upload, true},
             [BATCH_CALL_FILES] = {sim_batch_files_list, false},
             [BATCH_CALL_FILE] = {sim_batch_files_tell, false},
             [BATCH_CALL_CONTENT] = {sim_batch_files_content, false},
             [BATCH_CALL_DELETE_FILE] = {sim_batch_files_delete, true},
             [BATCH_CALL_CREATE] = {sim_batch_create, true},
             [BATCH_CALL_LIST] = {list, false},
             [BATCH_CALL_POLL] = {poll, false},
             [BATCH_CALL_CANCEL] = {cancel, true},
             [BATCH_CALL_RESULTS] = {results, false},
             [BATCH_CALL_DELETE] = {remove_batch, true}};

static bool is_faulty(const struct simulator *s, const struct exchange *x) {
    const char *name = sim_batch_path_name(x->batch->path.call);
    size_t len = strlen(name);

    for (const char *at = s->options->batch.fault_calls; *at; at += strcspn(at, ","), at += *at == ',')
        if (strcspn(at, ",") == len && !memcmp(at, name, len))
            return true;
    return false;
}

static bool happens(struct simulator *s, struct exchange *x, enum batch_fault f) {
    const struct batch_options *o = &s->options->batch;
    uint64_t lot = sim_chance_key(s->options->seed, "call", 4, x->number);

    if (!is_faulty(s, x) ||
        !sim_batch_fault_happens(&s->batches->faults, f, lot, o->fault[f], o->fault_times))
        return false;
    x->record.fault = sim_batch_fault_name(f);
    return true;
}

/* Whether the account has made as many calls as it may in a minute. */
static bool exceeds(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    uint64_t most = s->options->batch.calls_most;
    uint64_t wait_ns = most ? sim_batch_calls_take(&s->batches->calls, x->account, most, now_ns) : 0;

    if (!wait_ns)
        return false;
    x->wait_ns = wait_ns;
    x->record.limit = "calls";
    sim_refuse(x, 429, "Rate limit reached for requests. Please try again later.", "requests", NULL,
               "rate_limit_exceeded");
    return true;
}

/* Whether the call fails before it does anything. */
static bool fails(struct simulator *s, struct exchange *x) {
    if (happens(s, x, BATCH_FAULT_CALL_500)) {
        sim_refuse_status(x, 500);
    } else if (happens(s, x, BATCH_FAULT_CALL_503)) {
        sim_refuse_status(x, 503);
    } else if (happens(s, x, BATCH_FAULT_CALL_429)) {
        x->wait_ns = SECOND_NS;
        sim_refuse(x, 429, "Rate limit reached for requests. Please try again in 1s.", "requests", NULL,
                   "rate_limit_exceeded");
    } else if (happens(s, x, BATCH_FAULT_CALL_DROP)) {
        x->fault = FAULT_DROP;
    } else {
        return false;
    }
    return true;
}

void sim_batch_serve(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    enum batch_call call = x->batch->path.call;
    uint64_t shows_ns = sim_batch_clock_shows(&s->batches->clock, now_ns);

    s->batches->now_ns = shows_ns;
    x->record.way = "call";
    x->record.call = sim_batch_path_name(call);
    x->record.object = x->batch->path.id;
    if (exceeds(s, x, now_ns) || fails(s, x))
        return;
    calls[call].answer(s, x, shows_ns);
    if (calls[call].does && x->record.status == 200 && happens(s, x, BATCH_FAULT_LOST))
        x->fault = FAULT_DROP;
}

void sim_batch_serve_clock(struct simulator *s, struct exchange *x, uint64_t now_ns) {
    struct batches *all = s->batches;
    const char *advance = x->batch->advance;
    uint64_t ns = 0;

    x->unaudited = true;
    if (advance && !sim_number_parse_seconds(advance, strlen(advance), &ns)) {
        x->record.status = 400;
        sim_text_puts(&x->answer, "advance: a number of seconds was expected\n");
        return;
    }
    all->clock.ahead_ns += ns;
    all->due_ns = 0;
    x->record.status = 200;
    sim_text_number(&x->answer, sim_batch_clock_shows(&all->clock, now_ns) / SECOND_NS);
    sim_text_puts(&x->answer, "\n");
}
