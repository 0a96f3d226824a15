#include "sim_batch_check.h"

#include "sim_batch_line.h"
#include "sim_chance.h"

#include <cjson/cJSON.h>
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FAILURES_TOLD 100
#define ROWS_OF_A_BATCH 50000

void sim_batch_check_fail(struct batch *b, const char *code, const char *message, const char *param,
                          uint64_t line) {
    struct text *t = &b->failures;

    if (++b->failure_count > FAILURES_TOLD)
        return;
    if (b->shape == BATCH_MISTRAL) {
        sim_text_puts(t, t->len ? ",{\"message\":" : "{\"message\":");
        sim_text_add_json_string(t, message);
        sim_text_puts(t, ",\"count\":1}");
        return;
    }
    sim_text_puts(t, t->len ? ",{\"code\":" : "{\"code\":");
    sim_text_add_json_string(t, code);
    sim_text_puts(t, ",\"message\":");
    sim_text_add_json_string(t, message);
    sim_text_puts(t, ",\"param\":");
    sim_text_add_json_string(t, param);
    sim_text_puts(t, ",\"line\":");
    if (line)
        sim_text_number(t, line);
    else
        sim_text_puts(t, "null");
    sim_text_puts(t, "}");
}

/* The first row says which model it is. */
static bool is_of_model(struct batch *b, const char *model) {
    if (b->model)
        return !strcmp(b->model, model);
    b->model = strdup(model);
    if (!b->model)
        errx(1, "fatal: no memory for the name of a model");
    return true;
}

static void check_body(const struct batch_options *o, struct batch *b, struct batch_line *l,
                       const char *variables_allowed) {
    struct ask ask;
    char param[96];
    bool good = sim_ask_read(&ask, b->api, l->body, variables_allowed);

    l->body = NULL; /* ask owns it */
    snprintf(param, sizeof(param), "body%s%.80s", ask.param ? "." : "", ask.param ? ask.param : "");
    if (!good && o->check_bodies)
        sim_batch_check_fail(b, ask.code ? ask.code : "invalid_request", ask.message, param, b->line_count);
    else if (good && b->shape == BATCH_OPENAI && !is_of_model(b, ask.model))
        sim_batch_check_fail(
            b, "model_mismatch",
            "The model of this request does not match that of the other requests of the batch.", "body.model",
            b->line_count);
    b->tokens += sim_ask_input_tokens(&ask) * o->token_factor;
    sim_ask_free(&ask);
}

static bool check_frame(struct batch *b, const struct batch_line *l) {
    uint64_t line = b->line_count;

    if (!l->custom_id || !*l->custom_id)
        sim_batch_check_fail(b, "missing_required_parameter", "Missing required parameter: 'custom_id'.",
                             "custom_id", line);
    else if (!sim_batch_rows_is_new(&b->rows, sim_chance_hash(l->custom_id, strlen(l->custom_id))))
        sim_batch_check_fail(
            b, "duplicate_custom_id",
            "The custom_id for this request is a duplicate of another request. The custom_id "
            "parameter must be unique for each request in a batch.",
            "custom_id", line);
    else if (b->shape == BATCH_OPENAI && (!l->method || strcmp(l->method, "POST") != 0))
        sim_batch_check_fail(b, "invalid_method",
                             "Invalid value for 'method': the supported value is 'POST'.", "method", line);
    else if (b->shape == BATCH_OPENAI && (!l->url || strcmp(l->url, b->endpoint) != 0))
        sim_batch_check_fail(b, "url_mismatch",
                             "The URL provided for this request does not match the batch endpoint.", "url",
                             line);
    else if (!cJSON_IsObject(l->body))
        sim_batch_check_fail(b, "missing_required_parameter", "Missing required parameter: 'body'.", "body",
                             line);
    else
        return true;
    return false;
}

void sim_batch_check_line(const struct batch_options *o, struct batch *b, const char *line, size_t len,
                          uint64_t at, const char *variables_allowed) {
    struct batch_line l;

    b->line_count++;
    if (!sim_batch_line_read(&l, b->shape, b->model, line, len))
        sim_batch_check_fail(b, "invalid_json_line", "This line is not parseable as valid JSON.", NULL,
                             b->line_count);
    else if (check_frame(b, &l))
        check_body(o, b, &l, variables_allowed);
    sim_batch_line_free(&l);
    sim_batch_rows_add(&b->rows, at);
}

/* 2,000,000 */
static const char *with_commas(uint64_t n, char out[32]) {
    char plain[24];
    size_t len = (size_t)snprintf(plain, sizeof(plain), "%" PRIu64, n), at = 0;

    for (size_t i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = plain[i];
    }
    out[at] = 0;
    return out;
}

static void check_tokens(const struct batch_options *o, struct batch *b, uint64_t enqueued) {
    uint64_t most = o->enqueued_tokens ? o->enqueued_tokens : 2000000;
    char message[320], shown[32];

    if (!b->faulty[BATCH_FAULT_ENQUEUED] && (!o->enqueued_tokens || enqueued + b->tokens <= most))
        return;
    if (o->azure)
        snprintf(message, sizeof(message),
                 "The number of enqueued tokens has surpassed the configured limit of %" PRIu64
                 "K for the deployment '%.100s'.",
                 most / 1000, b->model ? b->model : "");
    else
        snprintf(
            message, sizeof(message),
            "Enqueued token limit reached for %.100s in organization org-simapi. Limit: %s enqueued tokens. "
            "Please try again once some in_progress batches have been completed.",
            b->model ? b->model : "", with_commas(most, shown));
    sim_batch_check_fail(b, "token_limit_exceeded", message, NULL, 0);
}

void sim_batch_check_whole(const struct batch_options *o, struct batch *b, uint64_t enqueued) {
    uint64_t most = o->rows_most ? o->rows_most : ROWS_OF_A_BATCH;
    char message[160];

    if (!b->rows.count) {
        sim_batch_check_fail(b, "empty_file", "The input file is empty.", NULL, 0);
        return;
    }
    if (b->rows.count > most) {
        snprintf(message, sizeof(message), "The batch has %zu requests, more than the limit of %" PRIu64 ".",
                 b->rows.count, most);
        sim_batch_check_fail(b, "too_many_tasks", message, NULL, 0);
    }
    if (b->faulty[BATCH_FAULT_LINE]) {
        b->bad_row = 1 + (size_t)(sim_chance_draw(b->lot, CHANCE_OF_GARBAGE) * (double)b->rows.count);
        sim_batch_check_fail(b, "invalid_request", "Invalid value: this request cannot be processed.",
                             b->api == API_RESPONSES ? "body.input" : "body.messages", b->bad_row);
    }
    if (!b->failure_count)
        check_tokens(o, b, enqueued);
}
