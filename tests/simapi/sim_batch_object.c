#include "sim_batch_object.h"

#include "sim_batch_mistral.h"
#include "sim_batch_together.h"

#include <inttypes.h>
#include <time.h>

#define SECOND_NS UINT64_C(1000000000)

static void add_number(struct text *out, const char *name, uint64_t n) {
    sim_text_puts(out, ",\"");
    sim_text_puts(out, name);
    sim_text_puts(out, "\":");
    sim_text_number(out, n);
}

/* value NULL: null. */
static void add_string(struct text *out, const char *name, const char *value) {
    sim_text_puts(out, ",\"");
    sim_text_puts(out, name);
    sim_text_puts(out, "\":");
    sim_text_add_json_string(out, value);
}

static void add_json(struct text *out, const char *name, const char *json) {
    sim_text_puts(out, ",\"");
    sim_text_puts(out, name);
    sim_text_puts(out, "\":");
    sim_text_puts(out, json ? json : "null");
}

/* Seconds since 1970, or text. */
static void add_time(struct text *out, bool text_wanted, const char *name, uint64_t at_ns) {
    char text[48];
    time_t seconds = (time_t)(at_ns / SECOND_NS);
    struct tm t;

    if (!at_ns || at_ns == UINT64_MAX || !gmtime_r(&seconds, &t)) {
        add_json(out, name, NULL);
    } else if (!text_wanted) {
        add_number(out, name, at_ns / SECOND_NS);
    } else {
        size_t len = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &t);

        snprintf(text + len, sizeof(text) - len, ".%06" PRIu64 "+00:00", at_ns % SECOND_NS / 1000);
        add_string(out, name, text);
    }
}

/* The id of a file of results, or how it is told that there is none. */
static void add_file_id(struct text *out, const struct batches *all, const struct batch *b, const char *name,
                        const char *id) {
    bool empty = !*id && sim_batches_ended(b) && b->state != BATCH_FAILED &&
                 sim_batches_no_lines(all, b) == BATCH_NO_LINES_EMPTY_STRING;

    add_string(out, name, *id || empty ? id : NULL);
}

/* Azure knows no counts. */
static void add_counts(struct text *out, const struct batch *b, bool azure) {
    bool lies = b->faulty[BATCH_FAULT_COUNTS] && sim_batches_ended(b);

    if (azure) {
        add_json(out, "request_counts", "{\"total\":null,\"completed\":null,\"failed\":null}");
        return;
    }
    sim_text_puts(out, ",\"request_counts\":{\"total\":");
    sim_text_number(out, b->state == BATCH_FAILED ? 0 : b->total);
    add_number(out, "completed", lies ? b->total : b->counts.succeeded);
    add_number(out, "failed", lies ? 0 : b->counts.errored);
    sim_text_puts(out, "}");
}

static void add_usage(struct text *out, const struct billed *used) {
    sim_text_puts(out, ",\"usage\":{\"input_tokens\":");
    sim_text_number(out, used->input);
    sim_text_puts(out, ",\"input_tokens_details\":{\"cached_tokens\":");
    sim_text_number(out, used->cached);
    sim_text_puts(out, "}");
    add_number(out, "output_tokens", used->output);
    sim_text_puts(out, ",\"output_tokens_details\":{\"reasoning_tokens\":");
    sim_text_number(out, used->reasoning);
    sim_text_puts(out, "}");
    add_number(out, "total_tokens", used->input + used->output);
    sim_text_puts(out, "}");
}

static void add_openai(struct text *out, const struct batches *all, const struct batch *b) {
    static const char *const states[] = {[BATCH_VALIDATING] = "validating", [BATCH_RUNNING] = "in_progress",
                                         [BATCH_CANCELLING] = "cancelling", [BATCH_REST] = "finalizing",
                                         [BATCH_FINALIZING] = "finalizing", [BATCH_FAILED] = "failed",
                                         [BATCH_COMPLETED] = "completed",   [BATCH_EXPIRED] = "expired",
                                         [BATCH_CANCELLED] = "cancelled"};
    static const struct {
        const char *name;
        enum batch_state state;
    } times[] = {{"in_progress_at", BATCH_RUNNING}, {"finalizing_at", BATCH_FINALIZING},
                 {"completed_at", BATCH_COMPLETED}, {"failed_at", BATCH_FAILED},
                 {"expired_at", BATCH_EXPIRED},     {"cancelling_at", BATCH_CANCELLING},
                 {"cancelled_at", BATCH_CANCELLED}};
    bool azure = all->options->azure;
    char status[24];
    bool cancelling = b->state == BATCH_REST && b->end == BATCH_CANCELLED;

    sim_text_puts(out, "{\"id\":");
    sim_text_add_json_string(out, b->id);
    add_string(out, "object", "batch");
    add_string(out, "endpoint", b->endpoint);
    add_string(out, "model", b->model);
    if (b->failures.len) {
        sim_text_puts(out, ",\"errors\":{\"object\":\"list\",\"data\":[");
        sim_text_add(out, b->failures.data, b->failures.len);
        sim_text_puts(out, "]}");
    } else {
        add_json(out, "errors", NULL);
    }
    add_string(out, "input_file_id", b->input_id);
    add_string(out, "completion_window", b->window);
    snprintf(status, sizeof(status), "%s", cancelling ? "cancelling" : states[b->state]);
    if (azure)
        status[0] = (char)(status[0] - 'a' + 'A');
    add_string(out, "status", status);
    add_file_id(out, all, b, "output_file_id", b->output_id);
    add_file_id(out, all, b, "error_file_id", b->error_id);
    add_time(out, azure, "created_at", b->at_ns[BATCH_VALIDATING]);
    add_time(out, azure, "expires_at", b->expires_ns);
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        add_time(out, azure, times[i].name, b->at_ns[times[i].state]);
    add_counts(out, b, azure);
    add_usage(out, &b->used);
    add_json(out, "metadata", b->metadata);
    sim_text_puts(out, "}");
}

/* All counts but "processing" are zero until all has ended. */
static void add_messages(struct text *out, const struct batches *all, const struct batch *b,
                         const char *base) {
    bool ended = sim_batches_ended(b), lies = b->faulty[BATCH_FAULT_COUNTS];
    struct batch_counts c = ended ? b->counts : (struct batch_counts){0};
    struct text url = {0};

    if (ended && lies)
        c = (struct batch_counts){.succeeded = b->total};
    sim_text_puts(out, "{\"id\":");
    sim_text_add_json_string(out, b->id);
    add_string(out, "type", "message_batch");
    add_string(out, "processing_status",
               ended                        ? "ended"
               : b->at_ns[BATCH_CANCELLING] ? "canceling"
                                            : "in_progress");
    sim_text_puts(out, ",\"request_counts\":{\"processing\":");
    sim_text_number(out, ended ? 0 : b->total);
    add_number(out, "succeeded", c.succeeded);
    add_number(out, "errored", c.errored);
    add_number(out, "canceled", c.cancelled);
    add_number(out, "expired", c.expired);
    sim_text_puts(out, "}");
    add_time(out, true, "ended_at", ended ? b->at_ns[b->state] : 0);
    add_time(out, true, "created_at", b->at_ns[BATCH_VALIDATING]);
    add_time(out, true, "expires_at", b->expires_ns);
    add_time(out, true, "archived_at",
             sim_batches_too_old(all, b, all->now_ns) ? b->at_ns[BATCH_VALIDATING] + all->options->keep_ns
                                                      : 0);
    add_time(out, true, "cancel_initiated_at", b->at_ns[BATCH_CANCELLING]);
    if (ended) {
        sim_text_puts(&url, base);
        sim_text_puts(&url, "/v1/messages/batches/");
        sim_text_puts(&url, b->id);
        sim_text_add(&url, "/results", sizeof("/results"));
    }
    add_string(out, "results_url", url.data);
    sim_text_puts(out, "}");
    sim_text_free(&url);
}

void sim_batch_object_add(struct text *out, const struct batches *all, const struct batch *b,
                          const char *base) {
    if (b->shape == BATCH_MESSAGES)
        add_messages(out, all, b, base);
    else if (b->shape == BATCH_MISTRAL)
        sim_batch_mistral_object(out, b);
    else if (all->options->together)
        sim_batch_together_object(out, b);
    else
        add_openai(out, all, b);
}

void sim_batch_object_add_file(struct text *out, const struct batches *all, const struct stored *f) {
    uint64_t keep_ns = all->options->keep_ns;

    sim_text_puts(out, "{\"id\":");
    sim_text_add_json_string(out, f->id);
    add_string(out, "object", "file");
    add_number(out, "bytes", f->bytes);
    add_time(out, false, "created_at", f->created_ns);
    add_time(out, false, "expires_at", keep_ns ? f->created_ns + keep_ns : 0);
    add_string(out, "filename", f->name);
    add_string(out, "purpose", f->purpose);
    add_string(out, "status", "processed");
    add_json(out, "status_details", NULL);
    sim_text_puts(out, "}");
}
