#include "sim_batch_together.h"

#include <stdio.h>
#include <time.h>

#define SECOND_NS UINT64_C(1000000000)

static void add(struct text *out, const char *name, const char *value) {
    sim_text_puts(out, ",\"");
    sim_text_puts(out, name);
    sim_text_puts(out, "\":");
    sim_text_add_json_string(out, value);
}

static void add_time(struct text *out, const char *name, uint64_t at_ns) {
    char text[48];
    time_t seconds = (time_t)(at_ns / SECOND_NS);
    struct tm t;

    if (!at_ns || at_ns == UINT64_MAX || !gmtime_r(&seconds, &t) ||
        !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S.000Z", &t))
        add(out, name, NULL);
    else
        add(out, name, text);
}

void sim_batch_together_object(struct text *out, const struct batch *b) {
    static const char *const states[] = {[BATCH_VALIDATING] = "VALIDATING",  [BATCH_RUNNING] = "IN_PROGRESS",
                                         [BATCH_CANCELLING] = "CANCELING",   [BATCH_REST] = "IN_PROGRESS",
                                         [BATCH_FINALIZING] = "IN_PROGRESS", [BATCH_FAILED] = "FAILED",
                                         [BATCH_COMPLETED] = "COMPLETED",    [BATCH_EXPIRED] = "EXPIRED",
                                         [BATCH_CANCELLED] = "CANCELLED"};
    bool ended = sim_batches_ended(b);

    sim_text_puts(out, "{\"id\":");
    sim_text_add_json_string(out, b->id);
    add(out, "user_id", "simapi");
    add(out, "input_file_id", b->input_id);
    add(out, "status", states[b->state]);
    add_time(out, "job_deadline", b->expires_ns);
    add_time(out, "created_at", b->at_ns[BATCH_VALIDATING]);
    add(out, "endpoint", b->endpoint);
    add(out, "model_id", b->model);
    add(out, "output_file_id", *b->output_id ? b->output_id : NULL);
    add(out, "error_file_id", *b->error_id ? b->error_id : NULL);
    add(out, "error", b->state == BATCH_FAILED ? "the file is not valid" : NULL);
    add_time(out, "completed_at", ended ? b->at_ns[b->state] : 0);
    sim_text_puts(out, "}");
}
