#include "sim_batch_row.h"

#include "sim_batch_line.h"
#include "sim_clock.h"
#include "sim_refuse.h"
#include "sim_reply.h"

#include <cjson/cJSON.h>
#include <err.h>
#include <string.h>

static void write_line(FILE *f, const struct text *t) {
    if (fwrite(t->data, 1, t->len, f) != t->len)
        err(1, "fatal: cannot write a file of a batch");
}

/* The newline behind a body ends no line here. */
static void add_body(struct text *t, const struct text *body) {
    size_t len = body->len;

    while (len && body->data[len - 1] == '\n')
        len--;
    sim_text_add(t, body->data, len);
}

static void add_id(struct text *t, const struct batch *b) {
    sim_text_hex(t, b->lot ^ b->number);
    sim_text_number(t, b->done);
}

/* A line of OpenAI's shape. status below 0: there was no response, and error says why. */
static void write_openai(struct batch *b, const char *custom_id, int status, const struct text *body,
                         const char *error, const char *message) {
    struct text t = {0};

    sim_text_puts(&t, "{\"id\":\"batch_req_");
    add_id(&t, b);
    sim_text_puts(&t, "\",\"custom_id\":");
    sim_text_add_json_string(&t, custom_id);
    if (status < 0) {
        sim_text_puts(&t, ",\"response\":null,\"error\":{\"code\":");
        sim_text_add_json_string(&t, error);
        sim_text_puts(&t, ",\"message\":");
        sim_text_add_json_string(&t, message);
        sim_text_puts(&t, "}}\n");
    } else {
        sim_text_puts(&t, ",\"response\":{\"status_code\":");
        sim_text_number(&t, (uint64_t)status);
        sim_text_puts(&t, ",\"request_id\":\"");
        if (status)
            add_id(&t, b);
        sim_text_puts(&t, "\",\"body\":");
        if (status)
            add_body(&t, body);
        else
            sim_text_puts(&t, "{}");
        sim_text_puts(&t, "},\"error\":null}\n");
    }
    write_line(status == 200 || b->one_file ? b->output : b->errors, &t);
    sim_text_free(&t);
}

/* A line of the shape of messages. body NULL: type alone. */
static void write_messages(struct batch *b, const char *custom_id, const char *type, const char *name,
                           const struct text *body) {
    struct text t = {0};

    sim_text_puts(&t, "{\"custom_id\":");
    sim_text_add_json_string(&t, custom_id);
    sim_text_puts(&t, ",\"result\":{\"type\":\"");
    sim_text_puts(&t, type);
    if (body) {
        sim_text_puts(&t, "\",\"");
        sim_text_puts(&t, name);
        sim_text_puts(&t, "\":");
        add_body(&t, body);
        sim_text_puts(&t, "}}\n");
    } else {
        sim_text_puts(&t, "\"}}\n");
    }
    write_line(b->output, &t);
    sim_text_free(&t);
}

static void write_answer(struct batch *b, const char *custom_id, const struct exchange *x) {
    int status = x->record.status;

    if (b->shape != BATCH_MESSAGES && !strcmp(x->record.fault, sim_batch_fault_name(BATCH_FAULT_ROW_REFUSED)))
        write_openai(b, custom_id, status, &x->answer, "invalid_request_error",
                     "This request cannot be processed.");
    else if (b->shape != BATCH_MESSAGES)
        write_openai(b, custom_id, status, &x->answer, "request_timeout",
                     "This request could not be completed in time.");
    else if (status == 200)
        write_messages(b, custom_id, "succeeded", "message", &x->answer);
    else
        write_messages(b, custom_id, "errored", "error", &x->answer);
}

/* What the lot has for a row, of what only rows have. */
static bool fails(struct batches *all, struct exchange *x, enum batch_fault f) {
    const struct batch_options *o = all->options;

    if (!sim_batch_fault_happens(&all->faults, f, x->lot, o->fault[f], o->fault_times))
        return false;
    x->record.fault = sim_batch_fault_name(f);
    return true;
}

/* A row that the server did not get through: nothing is billed. */
static bool break_row(struct batches *all, const struct batch *b, struct exchange *x) {
    static const struct {
        enum batch_fault fault;
        int status, of_messages; /* of the line; below 0: no response */
    } breaks[] = {{BATCH_FAULT_ROW_ZERO, 0, 500},
                  {BATCH_FAULT_ROW_TIMEOUT, -1, 504},
                  {BATCH_FAULT_ROW_429, 429, 429},
                  {BATCH_FAULT_ROW_REFUSED, -1, 400}};

    for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
        if (!fails(all, x, breaks[i].fault))
            continue;
        if (breaks[i].of_messages == 429)
            sim_refuse(x, 429, "Rate limit reached. Please try again later.", "requests", NULL,
                       "rate_limit_exceeded");
        else if (b->shape == BATCH_MESSAGES)
            sim_refuse_status(x, breaks[i].of_messages);
        x->record.status = b->shape == BATCH_MESSAGES ? breaks[i].of_messages : breaks[i].status;
        return true;
    }
    return false;
}

static void answer(struct simulator *s, struct batch *b, struct exchange *x, struct batch_line *l,
                   uint64_t now_ns) {
    struct batches *all = s->batches;
    struct cache_marks marks;
    const char *wrong = NULL;
    struct ask ask;
    bool good = sim_ask_read(&ask, x->api, l->body, s->options->variables_allowed);

    l->body = NULL; /* ask owns it */
    x->record.asked = sim_ask_hash(&ask);
    x->record.tag.attempt = sim_batches_ran(all, x->record.asked);
    x->lot = sim_chance_key(s->options->seed, (const char *)&x->record.asked, sizeof(x->record.asked),
                            x->record.tag.attempt);
    if (!good)
        sim_refuse(x, 400, ask.message, "invalid_request_error", ask.param, ask.code);
    else if (!sim_cache_marks(&s->cache, &ask, x->api, x->record.key_hash, &marks, &wrong))
        sim_refuse(x, 400, wrong, "invalid_request_error", NULL, NULL);
    else if (!break_row(all, b, x)) {
        x->cached = sim_cache_look(&s->cache, &marks, x->api, now_ns);
        sim_reply(s->options, x, &ask);
        if (x->record.billed.input)
            sim_cache_store(&s->cache, &marks, now_ns);
    }
    sim_ask_free(&ask);
}

static void tell(struct batches *all, struct batch *b, const char *custom_id, struct exchange *x) {
    char stranger[96];

    if (x->record.status == 200)
        b->counts.succeeded++;
    else
        b->counts.errored++;
    b->used.input += x->record.billed.input;
    b->used.cached += x->record.billed.cached;
    b->used.output += x->record.billed.output;
    b->used.reasoning += x->record.billed.reasoning;
    all->rows_run++;
    all->rows_billed += x->record.billed.input > 0;
    if (fails(all, x, BATCH_FAULT_ROW_MISSING))
        return;
    write_answer(b, custom_id, x);
    if (fails(all, x, BATCH_FAULT_ROW_TWICE))
        write_answer(b, custom_id, x);
    if (fails(all, x, BATCH_FAULT_ROW_UNKNOWN)) {
        snprintf(stranger, sizeof(stranger), "nobody-%zu", b->done);
        write_answer(b, stranger, x);
    }
}

void sim_batch_row_run(struct simulator *s, struct batch *b, const char *line, size_t len, uint64_t now_ns) {
    struct exchange *x = sim_exchange_new(&s->pool);
    struct batch_line l;

    sim_batch_line_read(&l, b->shape, b->model, line, len);
    x->simulator = s;
    x->api = b->api;
    x->of_batch = true;
    x->number = s->batches->rows_run + 1;
    x->arrived_ns = x->due_ns = now_ns;
    x->fault = FAULT_NONE;
    x->record.way = "batch";
    x->record.fault = sim_chance_fault_name(FAULT_NONE);
    x->record.object = b->id;
    x->record.arrived_ns = x->record.answered_ns = sim_clock_real_ns();
    x->record.day = 1;
    x->record.key_hash = b->key_hash;
    x->record.key_line = b->key_line;
    x->record.tag = (struct tag){b->id, l.custom_id, strlen(b->id), strlen(l.custom_id), 1};
    answer(s, b, x, &l, now_ns);
    tell(s->batches, b, l.custom_id, x);
    sim_audit_add(&s->audit, &x->record, now_ns);
    sim_batch_line_free(&l);
    sim_exchange_release(&s->pool, x);
}

void sim_batch_row_skip(struct batch *b, const char *line, size_t len) {
    static const struct text none;
    bool expired = b->end == BATCH_EXPIRED;
    struct batch_line l;

    sim_batch_line_read(&l, b->shape, b->model, line, len);
    if (expired)
        b->counts.expired++;
    else
        b->counts.cancelled++;
    if (b->shape == BATCH_MESSAGES)
        write_messages(b, l.custom_id, expired ? "expired" : "canceled", NULL, NULL);
    else if (expired)
        write_openai(b, l.custom_id, -1, &none, "batch_expired",
                     "This request could not be executed before the completion window expired.");
    else
        write_openai(b, l.custom_id, -1, &none, "batch_cancelled",
                     "This request was cancelled before it was executed.");
    sim_batch_line_free(&l);
}
